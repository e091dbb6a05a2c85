"""How things are after 3, 6 and 12 months: only of those who agreed, and a sad answer reaches a person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal import outbox
from portal.models import OutgoingEmail
from quotes import actions, consents, follow_ups, jobs
from quotes.models import FollowUp, QuoteRequest, Recommendation
from quotes.workflow import NotAllowed, Status
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/case/follow-up/"
SAME = {"how": "same", "f1": "yes", "f2": "no"}  # as factories.ANSWERS: a score of 2


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def recommended(case, coordinator, clinical_reviewer):
    """Agreed to be asked, and got a recommendation 92 days ago."""
    consents.record(case=case, keys=["follow_up"], role="patient", language="en")
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    sent_ago(case, days=92)
    return QuoteRequest.objects.get(pk=case.pk)


def sent_ago(case, *, days: int) -> None:
    Recommendation.objects.filter(case=case).update(sent_at=timezone.now() - timedelta(days=days))


@pytest.fixture
def asked(recommended, patient):
    jobs.ask_how_things_are()
    return FollowUp.objects.get()


def test_who_agreed_is_asked_once(recommended, patient, mailoutbox):
    OutgoingEmail.objects.all().delete()
    assert jobs.ask_how_things_are() == 1
    assert jobs.ask_how_things_are() == 0
    outbox.send_due()
    [mail] = mailoutbox
    assert mail.to == [patient.email]
    assert patient.token in mail.body
    for word in ("stroke", "treatment", patient.name):
        assert word not in mail.body


@pytest.mark.parametrize(("days", "months"), [(90, None), (92, 3), (137, None), (183, 6), (366, 12), (420, None)])
def test_each_question_has_its_time(recommended, days, months):
    sent_ago(recommended, days=days)
    jobs.ask_how_things_are()
    assert [row.months for row in FollowUp.objects.all()] == ([months] if months else [])


def test_nobody_is_asked_without_the_agreement(recommended, patient):
    actions.withdraw_consent(case=recommended, by=patient, key="follow_up")
    assert jobs.ask_how_things_are() == 0


def test_nobody_is_asked_after_a_death_or_a_withdrawal(recommended, coordinator):
    for reason in follow_ups.NOT_ASKED:
        QuoteRequest.objects.filter(pk=recommended.pk).update(
            status=Status.CLOSED, closing_reason=reason, closed_at=timezone.now()
        )
        assert jobs.ask_how_things_are() == 0


def test_a_mail_that_waits_is_not_sent_once_the_agreement_is_gone(asked, patient):
    actions.withdraw_consent(case=asked.case, by=patient, key="follow_up")
    assert outbox.KINDS["follow_up"].render(asked.pk) is None
    assert not FollowUp.objects.exists()


def test_the_page_asks_the_same_five_questions(asked, as_participant, patient):
    client = as_participant(patient)
    assert f'href="{URL}"' in text(client.get("/en/case/"))
    page = text(client.get(URL))
    assert "Could you live alone without help from another person?" in page
    assert "has died" not in page  # the patient is not asked that
    response = client.post(URL, SAME | {"words": "I cook again.", "treatment": "yes", "where": "Valencia"})
    assert response.url == URL
    asked.refresh_from_db()
    assert asked.answers == {
        "how": "same", "f1": "yes", "f2": "no", "score": 2, "score_at_start": 2,
        "words": "I cook again.", "treatment": "yes", "where": "Valencia",
    }  # fmt: skip
    assert "Thank you" in text(client.get(URL))
    assert URL not in text(client.get("/en/case/"))


def test_a_question_that_follows_is_asked_without_a_script(asked, as_participant, patient):
    client = as_participant(patient)
    page = text(client.post(URL, {"how": "worse", "f1": "no", "words": "Typed already"}))
    assert "One more question" in page
    assert "Typed already" in page
    assert "There is a problem" not in page
    page = text(client.post(URL, {"how": "worse", "f1": "no", "f4": "no", "asked": ["f4"]}))
    assert "One more question" in page
    client.post(URL, {"how": "worse", "f1": "no", "f4": "no", "f5": "yes", "asked": ["f4", "f5"]})
    asked.refresh_from_db()
    assert asked.answers["score"] == 4


def test_what_is_missing_is_said(asked, as_participant, patient):
    page = text(as_participant(patient).post(URL, {"words": "Kept"}))
    assert "Choose one of the answers." in page
    assert "Please answer: Could you live alone" in page
    assert "Kept" in page
    assert "<title>Error:" in page


def test_worse_becomes_a_task_and_staff_read_the_change(asked, as_participant, as_staff, patient, coordinator):
    as_participant(patient).post(URL, {"how": "same", "f1": "no", "f4": "yes", "asked": ["f4"]})
    asked.refresh_from_db()
    assert asked.needs_person
    assert "Somebody of the office will get in touch" in text(as_participant(patient).get(URL))
    client = as_staff(coordinator)
    assert "/staff/quotes/followup/?state=to_handle" in text(client.get("/staff/"))
    assert asked.case.reference in text(client.get("/staff/quotes/followup/?state=to_handle"))
    screen = text(client.get(f"/staff/quotes/quoterequest/{asked.case_id}/change/"))
    assert "Worse than at the beginning. Then: lives alone, with some limits. Now: needs some help, walks alone." in screen
    client.post(f"/staff/quotes/quoterequest/{asked.case_id}/handle_follow_up/")
    asked.refresh_from_db()
    assert asked.handled_by == coordinator
    assert not FollowUp.objects.to_handle().exists()


def test_a_death_ends_every_question_and_is_met_with_kind_words(asked, as_participant, daughter):
    client = as_participant(daughter)
    assert "The patient has died" in text(client.get(URL))
    assert "We are very sorry" in text(client.post(URL, {"how": "died"}, follow=True))
    asked.refresh_from_db()
    assert asked.needs_person
    assert consents.standing(asked.case, "follow_up") is None
    sent_ago(asked.case, days=183)
    assert jobs.ask_how_things_are() == 0


def test_please_do_not_ask_again_is_heard(asked, as_participant, patient):
    as_participant(patient).post(URL, SAME | {"stop": "on"})
    assert consents.standing(asked.case, "follow_up") is None


def test_it_is_answered_once_and_by_those_who_may_write(asked, as_participant, patient, case):
    sister = factories.participant(case=case, role="reader", email="sister@example.org")
    assert as_participant(sister).get(URL).status_code == 403
    actions.answer_follow_up(case=case, by=patient, follow_up=asked, answers=SAME)
    with pytest.raises(NotAllowed, match="answered already"):
        actions.answer_follow_up(case=case, by=patient, follow_up=asked, answers=SAME)


# ── Figures ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def answered(number: int, **answers):
    case = factories.sent_case(email=f"p{number}@example.org")
    given = {"how": "same", "score": 2, "score_at_start": 3} | answers
    return factories.follow_up(case, answered_at=timezone.now(), answers=given)


def test_figures_begin_at_twenty_people():
    rows = [answered(number) for number in range(19)]
    assert follow_ups.summary() is None
    answered(19, how="died", score=None)
    found = follow_ups.summary(3)
    assert found
    assert (found.people, found.better, found.same, found.worse, found.died, found.unknown) == (20, 19, 0, 0, 1, 0)
    assert (found.mean_change, found.scores) == (1, {2: 19})
    assert follow_ups.summary(6) is None
    owner = rows[0].case.participants.get()
    actions.withdraw_consent(case=rows[0].case, by=owner, key="follow_up")  # not counted any more
    assert follow_ups.summary() is None
