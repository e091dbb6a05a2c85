"""What staff are told of news: a mail only where one goes, a task to call where nobody has an address."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import OutgoingEmail
from quotes import actions, queries
from quotes.models import QuoteRequest, Sharing
from quotes.readiness import obstacles
from quotes.workflow import ContactStop, NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db

MAILED = "The family gets an e-mail that there is news."
CALL = "Nobody of this case has an e-mail address. They will not be told: call them."
STOPPED = "All contact is stopped, so the family is not told."
FAILING = "An e-mail goes out, but the last one did not arrive: call them."


def news() -> int:
    return OutgoingEmail.objects.filter(kind="news").count()


def approved(case, *, coordinator, clinical_reviewer):
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    return factories.approve(draft, by=clinical_reviewer)


def press(client, verb: str, case: QuoteRequest, **data: str) -> str:
    address = reverse(f"admin:quotes_quoterequest_{verb}", args=[case.pk])
    return client.post(address, data, follow=True).content.decode()


def send(client, recommendation) -> str:
    address = reverse("admin:quotes_recommendation_send_recommendation", args=[recommendation.pk])
    return client.post(address, follow=True).content.decode()


def test_nothing_is_sent_to_a_family_whose_contact_is_stopped(case, coordinator, clinical_reviewer, as_staff):
    ready = approved(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    actions.stop_contact(case=case, by=coordinator, reason=ContactStop.DIED)
    html = send(as_staff(coordinator), ready)
    ready.refresh_from_db()
    assert not ready.is_sent and not news()
    assert "allow it first" in html and f"{reverse('admin:quotes_quoterequest_change', args=[case.pk])}#allow-contact" in html
    actions.resume_contact(case=case, by=coordinator)
    assert MAILED in send(as_staff(coordinator), ready)
    assert news() == 1


def test_it_may_be_judged_while_contact_is_stopped(case, coordinator, clinical_reviewer):
    actions.assign(case=case, by=coordinator)
    actions.stop_contact(case=case, by=coordinator)
    ready = approved(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    assert [obstacle.where for obstacle in obstacles(ready)] == ["contact"]
    with pytest.raises(NotAllowed, match="contact"):
        actions.send_recommendation(case=case, by=coordinator, recommendation=ready)


def test_a_family_without_an_address_has_its_recommendation_and_becomes_a_call(coordinator, clinical_reviewer, as_staff):
    case = factories.sent_case(email="")
    ready = approved(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    client = as_staff(coordinator)
    html = send(client, ready)
    ready.refresh_from_db()
    assert ready.is_sent and CALL in html and MAILED not in html
    [line] = [
        line
        for panel in client.get(reverse("admin:index")).context["panels"]
        for line in panel.lines
        if "could not be reached" in str(line.label)
    ]
    assert line.count == 1
    screen = client.get(reverse("admin:quotes_quoterequest_change", args=[case.pk])).content.decode()
    assert "no e-mail address" in screen and 'href="tel:+34 612 345 678"' in screen and "given up on" not in screen
    actions.reach_otherwise(case=case, by=coordinator)
    assert not queries.with_unreachable(QuoteRequest.objects.all()).exists()


def test_a_relative_with_an_address_is_enough(coordinator, as_staff):
    case = factories.sent_case(email="")
    actions.assign(case=case, by=coordinator)
    factories.participant(case=case, role="reader")
    assert MAILED in press(as_staff(coordinator), "send_message", case, text="Good news.")
    assert not queries.with_unreachable(QuoteRequest.objects.all()).exists()


@pytest.mark.parametrize(("verb", "data"), [("send_message", {"text": "Good news."}), ("ask_patient", {"text": "When?"})])
def test_each_sentence_after_writing_says_whom_it_reaches(verb, data, case, coordinator, as_staff):
    actions.assign(case=case, by=coordinator)
    assert MAILED in press(as_staff(coordinator), verb, case, **data)


def test_where_mails_come_back_staff_are_told_to_call(case, patient, coordinator, as_staff):
    actions.assign(case=case, by=coordinator)
    actions.mark_unreachable(participant=patient)
    html = press(as_staff(coordinator), "send_message", case, text="Good news.")
    assert FAILING in html and MAILED not in html


def test_confirming_papers_and_the_clinics_answer_say_that_nobody_is_told(coordinator, clinical_reviewer, case, as_staff):
    client = as_staff(coordinator)
    recommendation = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    recommendation.options.update(clinic=factories.clinic())
    actions.accept(case=case, by=case.owner, option=recommendation.options.earliest("position"))
    actions.stop_contact(case=case, by=coordinator)
    before = news()
    html = press(client, "confirm_accept", case)
    assert STOPPED in html and "the family is told" not in html
    page = reverse("admin:quotes_quoterequest_sharing", args=[case.pk])
    summary = {"summary": "Age: 60 to 64", "language": "en"}
    assert STOPPED in client.post(page, summary, follow=True).content.decode()
    sharing = actions.agree_sharing(case=case, by=case.owner, sharing=Sharing.objects.get(), language="en")
    actions.share_with_clinic(case=case, by=coordinator, sharing=sharing)
    answer = reverse("admin:quotes_quoterequest_sharing_answer", args=[case.pk, sharing.pk])
    given = {"outcome": Sharing.Outcome.ACCEPTS, "answered_on": f"{timezone.localdate():%Y-%m-%d}", "text": "They said yes."}
    assert STOPPED in client.post(answer, given, follow=True).content.decode()
    assert news() == before


@pytest.mark.parametrize(("reason", "said"), [("completed", MAILED), ("spam", "")])
def test_closing_says_whether_the_family_is_told(reason, said, case, coordinator, as_staff):
    actions.assign(case=case, by=coordinator)
    html = press(as_staff(coordinator), "close", case, reason=reason)
    assert "The case is closed." in html
    assert (MAILED in html) == bool(said)


def test_a_closed_case_of_a_family_without_an_address_is_no_task(coordinator, as_staff):
    case = factories.sent_case(email="")
    actions.assign(case=case, by=coordinator)
    assert CALL in press(as_staff(coordinator), "close", case, reason="completed")
    assert case.participants.get().unreachable_at is None
