"""Accepting, taking it back, declining, asking for a change: by the family, each on its own page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.models import OutgoingEmail, User
from quotes import actions
from quotes.models import Message, QuoteRequest, Recommendation, Sharing
from quotes.workflow import NotAllowed, Status
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/case/recommendation/"


@pytest.fixture
def sent(case, coordinator, clinical_reviewer) -> Recommendation:
    """Two proven options and one that needs time to think."""
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    factories.add_option(draft)
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer, reason="Asked for")
    return actions.send_recommendation(case=case, by=coordinator, recommendation=draft)


@pytest.fixture
def proven(sent):
    return sent.options.get(position=1)


@pytest.fixture
def unproven(sent):
    return sent.options.get(position=9)


def accept_url(option) -> str:
    return f"{URL}accept/{option.pk}/"


def status(case) -> str:
    return QuoteRequest.objects.get(pk=case.pk).status


def test_accepting_has_a_page_of_its_own(as_participant, patient, case, proven):
    client = as_participant(patient)
    assert b"It is not a contract" in client.get(accept_url(proven)).content
    assert status(case) == Status.RECOMMENDED
    response = client.post(accept_url(proven), follow=True)
    assert b"We have your decision." in response.content
    assert b"Take my decision back" in response.content
    assert status(case) == Status.ACCEPTED
    assert client.post(accept_url(proven)).url == "/en/case/"  # pressed twice
    assert case.events.filter(kind="accept").count() == 1


def test_an_unproven_option_waits(as_participant, patient, case, unproven, settings):
    client = as_participant(patient)
    page = client.get(accept_url(unproven)).content.decode()
    assert "You can choose this option from:" in page
    assert "wait 72 hours" in page
    assert "Yes, choose this option" not in page
    response = client.post(accept_url(unproven))
    assert response.status_code == 409
    assert b"Please take time to think." in response.content
    assert status(case) == Status.RECOMMENDED


def test_after_the_wait_it_can_be_chosen(as_participant, patient, case, unproven):
    Recommendation.objects.update(sent_at=timezone.now() - timedelta(hours=72, seconds=1))
    as_participant(patient).post(accept_url(unproven))
    assert status(case) == Status.ACCEPTED


def test_taking_it_back_until_the_office_confirms(as_participant, patient, case, proven, coordinator):
    client = as_participant(patient)
    assert client.get("/en/case/undo/").status_code == 405
    client.post(accept_url(proven))
    response = client.post("/en/case/undo/", follow=True)
    assert b"You have taken your decision back." in response.content
    assert status(case) == Status.RECOMMENDED
    client.post(accept_url(proven))
    actions.confirm_accept(case=case, by=coordinator)
    page = client.get("/en/case/").content
    assert b"Take my decision back" not in page
    assert b"<h1>The next step is agreed</h1>" in page
    response = client.post("/en/case/undo/", follow=True)
    assert b"already confirmed the next step" in response.content
    assert status(case) == Status.ACCEPTED


def test_declining_in_one_step(as_participant, patient, case, sent):
    client = as_participant(patient)
    response = client.post(f"{URL}decline/", {"reason": ""}, follow=True)
    assert b"You have declined." in response.content
    assert status(case) == Status.DECLINED
    assert not Message.objects.exists()
    assert client.post(f"{URL}decline/").url == "/en/case/"  # pressed twice


def test_a_reason_for_declining_becomes_a_message(as_participant, patient, case, sent):
    as_participant(patient).post(f"{URL}decline/", {"reason": "Too far away"})
    assert Message.objects.get().body == "Too far away"


def waits_for_us(case) -> bool:
    return case in QuoteRequest.objects.all().waiting_for_us()


def test_words_with_a_no_wait_for_an_answer(patient, case, sent, coordinator):
    actions.decline(case=case, by=patient, reason="Too far away")
    assert waits_for_us(case) and case.due_at
    actions.send_message(case=case, by=coordinator, body="We understand.")
    assert not waits_for_us(case)


def test_a_no_without_words_promises_nothing_and_stays_in_sight(as_staff, coordinator, patient, case, sent):
    actions.decline(case=case, by=patient)
    assert not waits_for_us(case)
    [view] = [
        view
        for view in as_staff(coordinator).get("/staff/quotes/quoterequest/").context["saved_views"]
        if view["label"] == "Declined"
    ]
    assert (view["count"], view["url"]) == ("1", "/staff/quotes/quoterequest/?status=declined")


def test_an_answer_that_we_owe_is_still_owed_after_a_no(patient, case, sent):
    actions.patient_writes(case=case, by=patient, body="How far is it?")
    promised = case.due_at
    actions.decline(case=case, by=patient, reason="It is too far.")
    assert case.due_at == promised
    assert waits_for_us(case)


def test_asking_for_a_change(as_participant, patient, case, sent):
    client = as_participant(patient)
    assert b"Write what should be different." in client.post(f"{URL}change/", {"text": " "}).content
    response = client.post(f"{URL}change/", {"text": "Another country"}, follow=True)
    assert b"We have your wish." in response.content
    assert status(case) == Status.IN_REVIEW
    assert Message.objects.get().body == "Another country"


def test_a_change_that_comes_too_late_keeps_the_text(as_participant, patient, case, proven):
    client = as_participant(patient)
    client.post(accept_url(proven))
    response = client.post(f"{URL}change/", {"text": "A long text of mine"})
    assert response.status_code == 409
    assert b"A long text of mine" in response.content
    assert b"This is not possible now" in response.content
    assert status(case) == Status.ACCEPTED


def test_an_option_of_an_older_version_is_refused_kindly(as_participant, patient, case, proven, coordinator, clinical_reviewer):
    draft = actions.revise(case=case, by=coordinator, reason="New price")
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer, reason="Asked for")
    actions.send_recommendation(case=case, by=coordinator, recommendation=draft)
    response = as_participant(patient).post(accept_url(proven))
    assert response.status_code == 409
    assert b"There is a newer version" in response.content
    assert status(case) == Status.RECOMMENDED


def test_prices_out_of_date_cannot_be_accepted(as_participant, patient, case, proven):
    Recommendation.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert b"out of date" in as_participant(patient).post(accept_url(proven)).content
    assert status(case) == Status.RECOMMENDED


def test_a_reader_decides_nothing(as_participant, case, proven):
    client = as_participant(factories.participant(case=case, role="reader"))
    for url, data in (
        (accept_url(proven), {}),
        (f"{URL}decline/", {}),
        (f"{URL}change/", {"text": "x"}),
    ):
        assert b"You may read this case." in client.get(url).content
        assert client.post(url, data).status_code == 403
    client.post("/en/case/undo/")
    assert status(case) == Status.RECOMMENDED


def test_another_family_decides_nothing(as_participant, other_patient, case, proven):
    client = as_participant(other_patient)
    assert client.post(accept_url(proven)).status_code == 404
    client.post("/en/case/undo/")
    client.post("/en/case/withdraw/")
    assert status(case) == Status.RECOMMENDED
    with pytest.raises(NotAllowed):
        actions.accept(case=case, by=other_patient, option=proven)


def test_nobody_decides_without_a_session(case, proven):
    for url in (accept_url(proven), f"{URL}decline/", f"{URL}change/", "/en/case/undo/", "/en/case/withdraw/"):
        assert Client().post(url).url == "/en/case/ended/"
    assert status(case) == Status.RECOMMENDED


def test_an_earlier_confirmation_does_not_count_for_a_new_choice(
    as_participant, patient, case, proven, coordinator, clinical_reviewer
):
    """Accepted, confirmed, closed, opened again, a new version accepted: it can be taken back, and confirmed, again."""
    client = as_participant(patient)
    client.post(accept_url(proven))
    actions.confirm_accept(case=case, by=coordinator)
    actions.close(case=case, by=coordinator, reason="completed")
    actions.patient_writes(case=case, by=patient, body="Once more, please")
    draft = actions.draft_recommendation(case=case, by=coordinator)
    draft.summary, draft.revision_reason = "Again", "You asked again"
    draft.save()
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer, reason="Asked for")
    actions.send_recommendation(case=case, by=coordinator, recommendation=draft)
    actions.accept(case=case, by=patient, option=draft.options.first())
    assert case.confirmed_at is None
    actions.undo_accept(case=case, by=patient)
    assert status(case) == Status.RECOMMENDED


@pytest.fixture
def chosen(coordinator, clinical_reviewer) -> QuoteRequest:
    """The family has chosen an option of a clinic, and the next step is confirmed."""
    return factories.accepted_case(coordinator=coordinator, clinical_reviewer=clinical_reviewer)


def corrected(case: QuoteRequest, *, by: User) -> Recommendation:
    return actions.revise(case=case, by=by, reason="The price of the room was wrong.")


def test_a_correction_sets_aside_what_was_accepted_and_the_family_is_told(chosen, coordinator):
    mails = OutgoingEmail.objects.filter(kind="news")
    before = mails.count()
    corrected(chosen, by=coordinator)
    chosen.refresh_from_db()
    assert chosen.status == Status.IN_REVIEW
    assert (chosen.accepted_at, chosen.accepted_option, chosen.confirmed_at) == (None, None, None)
    assert chosen.due_at is not None and mails.count() == before + 1
    family = factories.case_client(chosen.owner)
    for address in ("/en/case/", URL):
        page = family.get(address).content.decode()
        assert "the option that you chose is set aside. Nothing more goes to a clinic." in page
        assert "You have chosen this option" not in page


def test_after_the_correction_the_family_chooses_again(chosen, coordinator, clinical_reviewer):
    draft = corrected(chosen, by=coordinator)
    actions.request_approval(case=chosen, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer)
    actions.send_recommendation(case=chosen, by=coordinator, recommendation=draft)
    family = factories.case_client(chosen.owner)
    assert "Read the new version. If you wish, choose again" in family.get(URL).content.decode()
    actions.accept(case=chosen, by=chosen.owner, option=draft.options.earliest("position"))
    assert "set aside: until then" not in family.get(URL).content.decode()
    assert chosen.accepted_option.recommendation == draft


def test_papers_that_have_not_left_do_not_leave_after_a_correction(chosen, coordinator):
    proposed = actions.propose_sharing(case=chosen, by=coordinator, summary="Age: 60 to 64", language="en")
    agreed = actions.agree_sharing(case=chosen, by=chosen.owner, sharing=proposed, language="en")
    corrected(chosen, by=coordinator)
    agreed.refresh_from_db()
    assert (agreed.state, agreed.replaced_by) == (Sharing.State.REPLACED, coordinator)
    with pytest.raises(NotAllowed):
        actions.share_with_clinic(case=chosen, by=coordinator, sharing=agreed)


def test_what_the_clinic_has_already_stays_written_down_after_a_correction(chosen, coordinator):
    proposed = actions.propose_sharing(case=chosen, by=coordinator, summary="Age: 60 to 64", language="en")
    agreed = actions.agree_sharing(case=chosen, by=chosen.owner, sharing=proposed, language="en")
    actions.share_with_clinic(case=chosen, by=coordinator, sharing=agreed)
    corrected(chosen, by=coordinator)
    agreed.refresh_from_db()
    assert agreed.state == Sharing.State.SENT


def test_staff_read_what_a_correction_does_to_an_acceptance(chosen, coordinator, as_staff):
    address = f"/staff/quotes/quoterequest/{chosen.pk}/change/"
    assert "A new version sets that aside" in as_staff(coordinator).get(address).content.decode()
    corrected(chosen, by=coordinator)
    assert "What the family had accepted is set aside." in as_staff(coordinator).get(address).content.decode()


def test_a_correction_before_any_choice_sets_nothing_aside(sent, case, patient, coordinator, as_participant):
    corrected(case, by=coordinator)
    assert "set aside" not in as_participant(patient).get(URL).content.decode()
