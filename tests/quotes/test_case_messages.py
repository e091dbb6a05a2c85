"""Messages from the patient's side: read all, write, never lose a text, never make two of one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from portal.roles import COORDINATOR
from quotes import actions
from quotes.models import Message, QuoteRequest
from quotes.workflow import NotAllowed, Status
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/case/messages/"


@pytest.fixture
def taken(case, coordinator):
    actions.assign(case=case, by=coordinator)
    return case


def test_reading_and_writing(as_participant, patient, taken, coordinator):
    actions.send_message(case=taken, by=coordinator, body="How are you?\n\nWe have a question.")
    client = as_participant(patient)
    page = client.get(URL).content.decode()
    assert "<p>We have a question.</p>" in page
    assert "Carmen" in page and coordinator.name not in page
    response = client.post(URL, {"body": "Better, thank you.", "submission_id": uuid4()}, follow=True)
    assert b"Your message is with us." in response.content
    assert b"Better, thank you." in response.content


def test_opening_the_page_marks_the_offices_messages_as_read(as_participant, patient, taken, coordinator):
    theirs = actions.send_message(case=taken, by=coordinator, body="Hello")
    mine = actions.patient_writes(case=taken, by=patient, body="Hi")
    as_participant(patient).get(URL)
    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert theirs.read_at
    assert mine.read_at is None


def test_the_same_form_twice_makes_one_message(as_participant, patient):
    client, data = as_participant(patient), {"body": "Only once", "submission_id": uuid4()}
    for _ in range(2):
        assert client.post(URL, data).status_code == 302
    assert Message.objects.count() == 1


def test_a_form_of_somebody_else_is_refused_and_the_text_kept(as_participant, patient, other_patient):
    submission_id = uuid4()
    actions.patient_writes(case=other_patient.case, by=other_patient, body="Theirs", submission_id=submission_id)
    response = as_participant(patient).post(URL, {"body": "Mine, long typed", "submission_id": submission_id})
    assert response.status_code == 409
    assert b"Mine, long typed" in response.content
    assert b"Theirs" not in response.content
    assert Message.objects.count() == 1


@pytest.mark.parametrize("body", ["", "   \n "])
def test_an_empty_message_is_refused_kindly(as_participant, patient, body):
    page = as_participant(patient).post(URL, {"body": body}).content.decode()
    assert "Write your message first." in page
    assert "<title>Error:" in page
    assert not Message.objects.exists()


def test_a_text_that_is_too_long_is_kept(as_participant, patient):
    page = as_participant(patient).post(URL, {"body": "x" * 10_001}).content.decode()
    assert "Send it in two or more messages" in page
    assert "x" * 10_001 in page


def test_the_answer_to_our_question_makes_it_our_turn(as_participant, patient, taken, coordinator):
    actions.ask_patient(case=taken, by=coordinator, body="When?")
    assert QuoteRequest.objects.get(pk=taken.pk).due_at is None
    as_participant(patient).post(URL, {"body": "In May"})
    case = QuoteRequest.objects.get(pk=taken.pk)
    assert case.status == Status.IN_REVIEW
    assert case.due_at


def test_writing_again_does_not_move_a_promise_that_stands(as_participant, patient):
    promised = timezone.now() + timedelta(minutes=5)
    QuoteRequest.objects.update(due_at=promised)
    as_participant(patient).post(URL, {"body": "One more thing"})
    assert QuoteRequest.objects.get(pk=patient.case_id).due_at == promised


def test_writing_opens_a_closed_case_again(as_participant, patient, manager):
    actions.close(case=patient.case, by=manager, reason="no_answer")
    client = as_participant(patient)
    assert b"If you write to us, it opens again." in client.get(URL).content
    client.post(URL, {"body": "I am back"})
    assert QuoteRequest.objects.get(pk=patient.case_id).status == Status.IN_REVIEW


def test_the_daughter_writes_under_her_own_name(as_participant, patient, daughter):
    daughter.name = "Lucía"
    daughter.save()
    as_participant(daughter).post(URL, {"body": "I am the daughter"})
    assert "Lucía" in as_participant(patient).get(URL).content.decode()


def test_a_reader_reads_and_cannot_write(as_participant, case):
    reader = factories.participant(case=case, role="reader")
    client = as_participant(reader)
    assert b"<textarea" not in client.get(URL).content
    response = client.post(URL, {"body": "Let me in"})
    assert response.status_code == 403
    assert b"Let me in" in response.content  # to be copied
    assert not Message.objects.exists()


def test_another_persons_messages_are_not_there(as_participant, patient, other_patient):
    actions.patient_writes(case=other_patient.case, by=other_patient, body="Something private")
    assert b"Something private" not in as_participant(patient).get(URL).content


def test_a_participant_of_another_case_cannot_write_into_this_one(case, other_patient):
    with pytest.raises(NotAllowed):
        actions.patient_writes(case=case, by=other_patient, body="Hello")


def test_markup_in_a_message_stays_text(as_participant, patient, taken, coordinator):
    actions.send_message(case=taken, by=coordinator, body="<img src=x onerror=alert(1)>")
    assert b"<img src=x" not in as_participant(patient).get(URL).content


def test_notes_never_reach_the_page(as_participant, patient, taken, coordinator):
    actions.add_note(case=taken, by=coordinator, body="For us only")
    assert b"For us only" not in as_participant(patient).get(URL).content


def test_number_of_queries(as_participant, patient, daughter, taken, coordinator, django_assert_num_queries):
    assert coordinator.in_role(COORDINATOR)
    for number in range(10):
        actions.send_message(case=taken, by=coordinator, body=str(number))
        actions.patient_writes(case=taken, by=daughter, body=str(number))
    client = as_participant(patient)
    with django_assert_num_queries(6):  # session, participant with case, draft, messages, their files, marked as read
        client.get(URL)
    with django_assert_num_queries(5):
        client.get(URL)


def test_wrong_method(as_participant, patient):
    assert as_participant(patient).put(URL).status_code == 405
