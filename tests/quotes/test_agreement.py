"""The patient's own yes or no: one idea a page, kept with the exact text, and by what right somebody speaks for the patient."""

import pytest

from quotes import actions
from quotes.consents import PATIENT_AGREEMENT
from quotes.models import Consent, Participant
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/case/agreement/"


@pytest.fixture
def contact():
    case = factories.sent_case(
        filler_role="family", relation="child", patient_knows="yes", filler_name="Ana", email="ana@example.org"
    )
    return case.participants.get()


def say(client, *answers: str):
    """Answer what stands on the page, one after the other."""
    response = None
    for answer in answers:
        stage = client.get(URL).context["stage"]
        response = client.post(URL, {"stage": stage, "answer": answer})
    return response


def agreement(case) -> Consent:
    return case.consents.get(text__kind="patient_agreement")


def test_the_patient_says_yes_to_each_idea_and_to_the_text(case, patient):
    client = factories.case_client(patient)
    say(client, "yes", "yes", "yes")
    assert not case.consents.filter(text__kind="patient_agreement").exists()  # nothing before the last yes
    assert str(PATIENT_AGREEMENT.text) in client.get(URL).content.decode()
    assert "You said yes" in say(client, "yes").content.decode()
    kept = agreement(case)
    assert (kept.role, kept.text.text, kept.text.language) == ("patient", str(PATIENT_AGREEMENT.text), "en")
    assert "You agreed on" in client.get("/en/case/people/").content.decode()


def test_beside_the_contact_it_is_written_down_that_they_were_together(contact):
    client = factories.case_client(contact)
    assert "here" in client.get(URL).content.decode()
    say(client, "yes", "yes", "yes", "yes", "yes")
    assert agreement(contact.case).role == "patient_here"


def test_the_patient_is_not_there_is_no_answer_of_theirs(contact):
    assert say(factories.case_client(contact), "no").url == "/en/case/people/"
    assert not contact.case.events.filter(kind="refuse_as_patient").exists()


def test_a_no_ends_it_and_the_office_looks(case, patient, coordinator):
    case.due_at = None
    case.save()
    client = factories.case_client(patient)
    say(client, "yes", "yes", "yes", "yes")
    assert "You said no" in say(client, "no").content.decode()
    case.refresh_from_db()
    assert case.due_at is not None
    assert agreement(case).withdrawn_at is not None
    assert case.events.filter(kind="refuse_as_patient").count() == 1


def test_yes_after_no_counts_from_now(case, patient):
    client = factories.case_client(patient)
    say(client, "yes", "yes", "yes", "yes")
    say(client, "no")
    say(client, "yes", "yes", "yes", "yes")
    no, yes = case.consents.filter(text__kind="patient_agreement").order_by("given_at")
    assert no.withdrawn_at and yes.withdrawn_at is None


def test_back_and_a_page_that_was_left_open(patient):
    client = factories.case_client(patient)
    say(client, "yes", "yes", "back")
    assert client.get(URL).context["stage"] == 1
    client.post(URL, {"stage": "0", "answer": "no"})  # an old page
    assert client.get(URL).context["stage"] == 1
    assert not patient.case.events.filter(kind="refuse_as_patient").exists()


def test_a_reader_is_not_asked_for_somebody_else(case):
    reader = factories.participant(case=case, role="reader")
    assert factories.case_client(reader).get(URL).url == "/en/case/people/"
    with pytest.raises(NotAllowed):
        actions.agree_as_patient(case=case, by=reader, language="en")


def test_the_language_they_read_is_kept(case, patient):
    actions.agree_as_patient(case=case, by=patient, language="ar")
    assert agreement(case).text.language == "ar"


@pytest.mark.parametrize(
    ("answers", "authority"),
    [
        ({}, "patient"),
        ({"filler_role": "family", "relation": "child", "patient_knows": "yes"}, "agreement"),
        ({"filler_role": "friend", "patient_knows": "cannot_decide", "legal_rep": "me"}, "legal"),
        ({"filler_role": "friend", "patient_knows": "not_asked"}, ""),
    ],
)
def test_by_what_right_is_taken_from_the_answers(answers, authority):
    owner = factories.sent_case(**answers).participants.get()
    assert owner.authority == authority
    assert owner.authority_said_at is not None


def test_staff_note_it_and_that_they_saw_a_paper(case, patient, coordinator):
    post = {"person": str(patient.pk), "authority": "legal", "proof": "yes"}
    client = factories.staff_client(coordinator)
    assert client.post(f"/staff/quotes/quoterequest/{case.pk}/record_authority/", post).status_code == 302
    patient.refresh_from_db()
    assert (patient.authority, patient.proof_seen_by) == ("legal", coordinator)
    assert "proof seen by Carmen" in client.get(f"/staff/quotes/quoterequest/{case.pk}/change/").content.decode()
    actions.record_authority(case=case, by=coordinator, person=patient, authority="agreement")
    assert Participant.objects.get(pk=patient.pk).proof_seen_at is None  # the paper showed something else
    with pytest.raises(NotAllowed):
        actions.record_authority(case=case, by=coordinator, person=patient, authority="")
