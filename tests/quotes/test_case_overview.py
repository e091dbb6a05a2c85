"""The overview: what happens now, who has it, by when; the answers; withdrawing."""

import pytest
from django.test import Client

from quotes import actions
from quotes.models import QuoteRequest
from quotes.workflow import PATIENT_LABELS, ClosingReason, Status
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/case/"


def text(response) -> str:
    return response.content.decode()


def test_a_new_request_says_by_when(as_participant, patient):
    page = text(as_participant(patient).get(URL))
    assert "We have your request" in page
    assert "You need not do anything now" in page
    assert "You hear from us by" in page
    assert patient.case.reference in page


def test_the_coordinator_is_shown_by_first_name_and_role(as_participant, patient, coordinator):
    coordinator.public_role = "coordinator"
    coordinator.save()
    actions.assign(case=patient.case, by=coordinator)
    page = text(as_participant(patient).get(URL))
    assert "Carmen (coordinator) now looks after your case." in page
    assert coordinator.name not in page
    assert coordinator.email not in page


def test_a_question_of_ours_comes_first(as_participant, patient, coordinator):
    actions.assign(case=patient.case, by=coordinator)
    actions.ask_patient(case=patient.case, by=coordinator, body="When was the last scan?")
    page = text(as_participant(patient).get(URL))
    assert "Answer our question" in page
    assert "Carmen asked you something." in page


def test_a_new_message_comes_first(as_participant, patient, coordinator):
    actions.assign(case=patient.case, by=coordinator)
    actions.send_message(case=patient.case, by=coordinator, body="Hello")
    client = as_participant(patient)
    assert "You have a new message" in text(client.get(URL))
    client.get("/en/case/messages/")
    assert "You have a new message" not in text(client.get(URL))


def test_a_reader_is_asked_for_nothing(as_participant, case, coordinator):
    actions.assign(case=case, by=coordinator)
    actions.ask_patient(case=case, by=coordinator, body="When was the last scan?")
    page = text(as_participant(factories.participant(case=case, role="reader")).get(URL))
    assert "Answer our question" not in page
    assert "Read the messages" in page


def test_a_promise_we_did_not_keep_is_owned(as_participant, patient):
    QuoteRequest.objects.update(due_at=patient.case.submitted_at)
    assert "We are late, and we are sorry." in text(as_participant(patient).get(URL))


@pytest.mark.parametrize("status", [s for s in Status.values if s not in (Status.DRAFT, Status.CLOSED)])
def test_every_status_has_its_words(as_participant, patient, status):
    QuoteRequest.objects.filter(pk=patient.case_id).update(status=status)
    heading, sentence = PATIENT_LABELS[status]
    page = text(as_participant(patient).get(URL))
    assert str(heading) in page
    assert str(sentence) in page


def test_notes_flags_and_approvals_are_not_shown(as_participant, patient, coordinator):
    actions.assign(case=patient.case, by=coordinator)
    actions.add_note(case=patient.case, by=coordinator, body="Secret note about the family")
    page = text(as_participant(patient).get(URL))
    assert "Secret note" not in page
    assert page.count('class="timeline__item"') == 2  # sent, taken: nothing else is theirs


def test_the_case_of_the_session_is_the_only_one(as_participant, patient, other_patient):
    page = text(as_participant(patient).get(URL))
    assert other_patient.case.reference not in page


def test_number_of_queries(as_participant, patient, daughter, coordinator, django_assert_num_queries):
    actions.assign(case=patient.case, by=coordinator)
    for number in range(5):
        actions.send_message(case=patient.case, by=coordinator, body=str(number))
        actions.patient_writes(case=patient.case, by=daughter, body=str(number))
    client = as_participant(patient)
    with django_assert_num_queries(7):  # session, participant with case, unread, recommendation, complaint, timeline, a draft
        client.get(URL)


def test_wrong_method(as_participant, patient):
    assert as_participant(patient).post(URL).status_code == 405


def test_the_answers_are_readable(as_participant, patient):
    page = text(as_participant(patient).get("/en/case/answers/"))
    assert "Walk to the market and back." in page
    assert "A blocked vessel (ischaemic stroke)" in page
    assert "Spain" in page
    assert "ischaemic</" not in page


def test_answers_for_another_are_worded_about_the_patient(as_participant):
    case = factories.sent_case(filler_role="family", patient_knows="yes", email="son@example.org")
    page = text(as_participant(case.participants.get()).get("/en/case/answers/"))
    assert "Which country does the patient live in?" in page


def test_typed_markup_stays_text(as_participant):
    case = factories.sent_case(goals="<script>alert(1)</script>", email="x@example.org")
    assert "<script>alert" not in text(as_participant(case.participants.get()).get("/en/case/answers/"))


def test_withdrawing_asks_once(as_participant, patient):
    client = as_participant(patient)
    assert "You need no reason." in text(client.get("/en/case/withdraw/"))
    response = client.post("/en/case/withdraw/", follow=True)
    assert "You have withdrawn the request." in text(response)
    case = QuoteRequest.objects.get(pk=patient.case_id)
    assert (case.status, case.closing_reason) == (Status.CLOSED, ClosingReason.WITHDRAWN)
    assert client.post("/en/case/withdraw/").url == URL  # pressed twice
    assert "closed already" in text(client.get("/en/case/withdraw/"))


def test_a_reader_cannot_withdraw(as_participant, case):
    client = as_participant(factories.participant(case=case, role="reader"))
    assert "Do you want to stop?" not in text(client.get(URL))
    assert "You may read this case." in text(client.get("/en/case/withdraw/"))
    response = client.post("/en/case/withdraw/")
    assert response.status_code == 403
    assert "Ask the person who owns the case" in text(response)
    assert QuoteRequest.objects.get(pk=case.pk).status == Status.SUBMITTED


def test_every_form_needs_its_csrf_token(patient):
    inside = factories.case_client(patient)
    client = Client(enforce_csrf_checks=True)
    client.cookies = inside.cookies
    for url in ("withdraw/", "undo/", "messages/", "sign-out/", "recommendation/decline/", "recommendation/change/"):
        assert client.post(URL + url, {"body": "x", "text": "x"}).status_code == 403
    assert QuoteRequest.objects.get(pk=patient.case_id).status == Status.SUBMITTED


@pytest.mark.parametrize("language", ["es", "ar"])
def test_it_speaks_the_language_of_its_address(as_participant, patient, language):
    page = text(as_participant(patient).get(f"/{language}/case/"))
    assert f'lang="{language}"' in page
