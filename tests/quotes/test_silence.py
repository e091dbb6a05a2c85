"""Families who fall silent, and families who want silence."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.models import OutgoingEmail
from quotes import actions, emails, jobs, marks
from quotes.models import QuoteRequest
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db
STOP = "/en/case/stop-contact/"


@pytest.fixture
def asked(patient, coordinator) -> QuoteRequest:
    """We have asked something, and wait."""
    case = patient.case
    actions.assign(case=case, by=coordinator)
    actions.ask_patient(case=case, by=coordinator, body="Which tablets?")
    return case


def after(days: int):
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def waiting_mails() -> int:
    return OutgoingEmail.objects.filter(kind="we_wait").count()


def test_after_a_week_the_family_is_reminded_once(asked):
    with after(6):
        assert jobs.nudge_silent() == 0
    with after(8):
        assert jobs.nudge_silent() == 1
        assert jobs.nudge_silent() == 0
    assert waiting_mails() == 1


@pytest.mark.parametrize("cannot", [{"email": "", "email_index": ""}, {"unreachable_at": timezone.now()}])
def test_nobody_is_said_to_be_reminded_whom_no_mail_reaches(cannot, asked, patient):
    type(patient).objects.filter(pk=patient.pk).update(**cannot)
    marks.keep(QuoteRequest.objects.all())
    factories.participant(case=asked, role="reader")  # reminders go to the owner alone
    with after(8):
        assert jobs.nudge_silent() == 0
    asked.refresh_from_db()
    assert asked.nudged_at is None and not asked.events.filter(kind="nudge").exists()
    with after(15):
        assert [*QuoteRequest.objects.all().silent_for(14)] == [asked]


def test_an_answer_ends_the_wait_and_a_new_question_begins_another(asked, patient, coordinator):
    with after(5):
        actions.patient_writes(case=asked, by=patient, body="Aspirin.")
        actions.ask_patient(case=asked, by=coordinator, body="How many?")
    with after(9):
        assert jobs.nudge_silent() == 0
    with after(13):
        assert jobs.nudge_silent() == 1


def test_a_message_of_ours_is_no_silence(asked, coordinator):
    with after(6):
        actions.send_message(case=asked, by=coordinator, body="No hurry.")
    with after(8):
        assert jobs.nudge_silent() == 0


def test_after_two_weeks_and_a_month_staff_are_told(as_staff, asked, coordinator):
    with after(15):
        assert [*QuoteRequest.objects.all().silent_for(14)] == [asked]
        assert not QuoteRequest.objects.all().silent_for(30)
        page = as_staff(coordinator).get("/staff/quotes/quoterequest/?waiting=silent").content.decode()
        assert asked.reference in page
    with after(31):
        page = as_staff(coordinator).get(f"/staff/quotes/quoterequest/{asked.pk}/change/").content.decode()
        assert "We have heard nothing since" in page


def test_a_family_asks_for_silence_and_gets_it(as_participant, asked, patient, coordinator):
    client = as_participant(patient)
    assert "Stop all contact" in client.get("/en/case/").content.decode()
    assert client.post(STOP).status_code == 302
    asked.refresh_from_db()
    assert asked.contact_stopped_at and asked.contact_stop_reason == "asked"
    with after(8):
        assert jobs.nudge_silent() == 0
    with pytest.raises(NotAllowed, match="stopped"):
        actions.send_message(case=asked, by=coordinator, body="Hello?")


def test_a_mail_that_waits_already_does_not_leave(asked, patient, coordinator):
    assert emails.news(patient.pk) is not None
    actions.stop_contact(case=asked, by=coordinator, reason="died")
    assert emails.news(patient.pk) is None
    assert emails.we_wait(patient.pk) is None
    assert emails.lost_link(patient.pk) is not None  # they asked for it themselves


def test_nothing_new_is_queued_for_them(asked, coordinator):
    actions.stop_contact(case=asked, by=coordinator, reason="worse")
    before = OutgoingEmail.objects.count()
    actions.close(case=asked, by=coordinator, reason="no_answer")
    assert OutgoingEmail.objects.count() == before


def test_who_writes_to_us_wants_an_answer(asked, patient, coordinator):
    actions.stop_contact(case=asked, by=patient)
    actions.patient_writes(case=asked, by=patient, body="We are back.")
    asked.refresh_from_db()
    assert asked.contact_stopped_at is None
    actions.send_message(case=asked, by=coordinator, body="Welcome back.")


def test_the_way_back_is_on_the_same_page(as_participant, asked, patient):
    client = as_participant(patient)
    client.post(STOP)
    client.post(STOP)  # pressed twice
    assert "Write to me again" in client.get(STOP).content.decode()
    client.post(STOP, {"again": "yes"})
    asked.refresh_from_db()
    assert asked.contact_stopped_at is None


def test_staff_say_why(as_staff, asked, coordinator):
    staff, url = as_staff(coordinator), f"/staff/quotes/quoterequest/{asked.pk}/stop_contact/"
    assert staff.post(url, {"reason": ""}).status_code == 409
    assert staff.post(url, {"reason": "died"}).status_code == 302
    page = staff.get(f"/staff/quotes/quoterequest/{asked.pk}/change/").content.decode()
    assert "All contact is stopped" in page and "Allow contact again" in page


def test_a_reader_cannot_stop_it_for_the_others(as_participant, asked):
    reader = factories.participant(case=asked, role="reader")
    assert as_participant(reader).post(STOP).status_code in (403, 409)
    asked.refresh_from_db()
    assert asked.contact_stopped_at is None
