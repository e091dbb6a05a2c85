"""A complaint: made on the case page, told to the managers, answered by one of them by a date."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal import office, outbox
from portal.models import AuditEvent, OutgoingEmail
from quotes import actions
from quotes.models import Complaint
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/case/complaint/"
GIVEN = {"what": "Nobody called back.", "wish": "A call.", "wants_answer": "yes"}


def text(response) -> str:
    return response.content.decode()


def admin_url(complaint: Complaint) -> str:
    return f"/staff/quotes/complaint/{complaint.pk}/change/"


def test_it_is_kept_and_a_date_is_named(as_participant, patient, settings):
    settings.OFFICE_HOURS, settings.COMPLAINT_DAYS = "mon-fri 09:00-17:00", 10
    page = text(as_participant(patient).post(URL, GIVEN, follow=True))
    complaint = Complaint.objects.get()
    assert (complaint.what, complaint.wish, complaint.wants_answer) == ("Nobody called back.", "A call.", True)
    assert complaint.due_on == office.working_day(timezone.localdate(), days=10)
    assert "We have your complaint." in page
    assert "We answer by" in page
    assert "Nobody called back." in page


def test_the_overview_leads_to_an_answer_that_was_not_read_yet(as_participant, patient, daughter, manager):
    complaint = factories.complaint(patient.case)
    actions.answer_complaint(complaint=complaint, by=manager, text="We are sorry.")
    client = as_participant(patient)
    page = text(client.get("/en/case/"))
    assert "A manager has answered you" in page
    assert f'href="{URL}"' in page
    assert "A manager has answered you" not in text(as_participant(daughter).get("/en/case/"))  # she wrote nothing to them
    assert "We are sorry." in text(client.get(URL))
    assert "A manager has answered you" not in text(client.get("/en/case/"))


def test_working_days_leave_out_weekends_and_holidays(settings):
    settings.OFFICE_HOURS, settings.OFFICE_HOLIDAYS = "mon-fri 09:00-17:00", ["2026-12-25"]
    assert office.working_day(date(2026, 12, 24), days=1) == date(2026, 12, 28)
    assert office.working_day(date(2026, 12, 24), days=2) == date(2026, 12, 29)


def test_the_form_keeps_what_was_typed(as_participant, patient):
    page = text(as_participant(patient).post(URL, {"what": " ", "wish": "A call."}))
    assert "Write what happened." in page
    assert "Choose one of the answers." in page
    assert "A call." in page
    assert not Complaint.objects.exists()


def test_the_same_form_sent_twice_makes_one(as_participant, patient):
    client = as_participant(patient)
    sent = GIVEN | {"submission_id": "6a0d9d2c-1f0e-4a55-9a83-1c9d7a2b3c4d"}
    client.post(URL, sent)
    client.post(URL, sent)
    assert Complaint.objects.count() == 1


def test_the_mails_say_nothing_of_it(patient, manager, mailoutbox):
    OutgoingEmail.objects.all().delete()
    complaint = factories.complaint(patient.case)
    outbox.send_due()
    to_family, to_manager = sorted(mailoutbox, key=lambda mail: mail.to != [patient.email])
    assert (to_family.to, to_manager.to) == ([patient.email], [manager.email])
    assert patient.case.reference in to_family.body
    assert patient.case.reference not in to_manager.body
    for mail in mailoutbox:
        assert complaint.what not in mail.body
        assert patient.name not in mail.body


def test_a_reader_may_complain_and_nobody_of_the_family_reads_it(as_participant, case, patient):
    sister = factories.participant(case=case, role="reader", email="sister@example.org")
    as_participant(sister).post(URL, GIVEN)
    assert "Nobody called back." in text(as_participant(sister).get(URL))
    assert "Nobody called back." not in text(as_participant(patient).get(URL))


def test_it_is_possible_when_the_agreement_was_taken_back(as_participant, patient):
    actions.withdraw_consent(case=patient.case, by=patient, key="health")
    assert as_participant(patient).post(URL, GIVEN).status_code == 302


def test_a_manager_answers_and_the_family_reads_it(as_participant, as_staff, patient, manager):
    complaint = factories.complaint(patient.case)
    client = as_staff(manager)
    assert "Nobody called back." in text(client.get(admin_url(complaint)))
    assert client.post(admin_url(complaint), {"answer": "We are sorry. Mona calls you today."}).status_code == 302
    complaint.refresh_from_db()
    assert (complaint.answered_by, complaint.read_at) == (manager, None)
    page = text(as_participant(patient).get(URL))
    assert "Mona calls you today." in page
    assert "Mona answered on" in page
    assert "Mona Sample" not in page
    complaint.refresh_from_db()
    assert complaint.read_at
    assert OutgoingEmail.objects.filter(kind="news", dedupe_key=f"news:complaint:{complaint.pk}").exists()
    assert AuditEvent.objects.filter(action="answer complaint", case_id=patient.case_id).exists()


def test_the_second_of_two_managers_loses_nothing_and_overwrites_nothing(as_staff, patient, manager):
    complaint = factories.complaint(patient.case)
    other = factories.user(role="manager", name="Mira Sample")
    client = as_staff(other)
    client.get(admin_url(complaint))
    actions.answer_complaint(complaint=complaint, by=manager, text="First.")
    with pytest.raises(NotAllowed, match="answered meanwhile"):
        actions.answer_complaint(complaint=complaint, by=other, text="Second.")
    response = client.post(admin_url(complaint), {"answer": "Second, at length."})
    assert response.status_code == 403
    complaint.refresh_from_db()
    assert complaint.answer == "First."


def test_only_managers_read_and_answer(as_staff, patient, coordinator, clinical_reviewer):
    complaint = factories.complaint(patient.case)
    for person in (coordinator, clinical_reviewer):
        assert as_staff(person).get(admin_url(complaint)).status_code == 403
        with pytest.raises(NotAllowed):
            actions.answer_complaint(complaint=complaint, by=person, text="No.")
    screen = text(as_staff(coordinator).get(f"/staff/quotes/quoterequest/{patient.case_id}/change/"))
    assert "The family has made a complaint." in screen
    assert "Nobody called back." not in screen


def test_the_desk_counts_what_waits_and_what_is_late(as_staff, patient, manager, coordinator):
    factories.complaint(patient.case)
    Complaint.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert "/staff/quotes/complaint/?state=late" in text(as_staff(manager).get("/staff/"))
    assert "/staff/quotes/complaint/" not in text(as_staff(coordinator).get("/staff/"))
    listed = text(as_staff(manager).get("/staff/quotes/complaint/?state=late"))
    assert patient.case.reference in listed


def test_a_promise_we_did_not_keep_is_owned(as_participant, patient):
    factories.complaint(patient.case)
    Complaint.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert "We are late, and we are sorry." in text(as_participant(patient).get(URL))


def test_the_list_asks_the_database_alike_for_one_and_many(as_staff, manager, django_assert_max_num_queries):
    for number in range(5):
        factories.complaint(factories.sent_case(email=f"c{number}@example.org"))
    client = as_staff(manager)
    with django_assert_max_num_queries(9):
        client.get("/staff/quotes/complaint/")
