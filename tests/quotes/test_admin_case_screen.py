import uuid

import pytest
from django.urls import reverse

from portal.models import AuditEvent, OutgoingEmail
from quotes import actions
from quotes.models import Flag, InternalNote, Message, QuoteRequest, RuleSetApproval
from quotes.workflow import Status
from tests import factories

pytestmark = pytest.mark.django_db


def screen(case: QuoteRequest) -> str:
    return reverse("admin:quotes_quoterequest_change", args=[case.pk])


def press(client, case: QuoteRequest, verb: str, **data: object):
    return client.post(reverse(f"admin:quotes_quoterequest_{verb}", args=[case.pk]), data)


@pytest.fixture
def red_case(db) -> QuoteRequest:
    return factories.sent_case(cancer="recent", thinners=["unknown"], email="red@example.org")


def test_the_screen_shows_everything_about_the_case(as_staff, coordinator):
    case = factories.sent_case(cancer="recent", thinners=["warfarin"])
    page = as_staff(coordinator).get(screen(case)).content.decode()
    for text in (
        case.reference, "mRS 2", "Walk to the market and back.", "María Sample", "maria@example.org", "+34 612 345 678",
        "an oncologist must be asked first", "cancer-recent", case.rules_version, "not clinically signed", "Take this case",
        "A clinical reviewer clears this flag", "sent the request",
    ):  # fmt: skip
        assert text in page, text


def test_the_screen_costs_a_fixed_number_of_queries(as_staff, coordinator, case, patient, django_assert_max_num_queries):
    actions.assign(case=case, by=coordinator)
    for number in range(6):
        actions.send_message(case=case, by=coordinator, body=f"Message {number}")
        actions.patient_writes(case=case, by=patient, body=f"Answer {number}")
        actions.add_note(case=case, by=coordinator, body=f"Note {number}")
    client = as_staff(coordinator)
    client.get(screen(case))
    with django_assert_max_num_queries(25):
        client.get(screen(case))


def test_a_signed_rule_set_is_not_called_unsigned(as_staff, coordinator, case):
    RuleSetApproval.objects.create(
        version=case.rules_version, approved_by="Dr Sample", credentials="x", approved_on="2026-01-01", recorded_by=coordinator
    )
    assert "not clinically signed" not in as_staff(coordinator).get(screen(case)).content.decode()


def test_every_look_is_recorded(as_staff, coordinator, case):
    as_staff(coordinator).get(screen(case))
    event = AuditEvent.objects.get(action="view case")
    assert (event.case_id, event.actor) == (case.pk, coordinator)


def test_no_audit_no_page(as_staff, coordinator, case, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the audit log is full")

    monkeypatch.setattr("portal.audit.record", broken)
    with pytest.raises(RuntimeError):
        as_staff(coordinator).get(screen(case))


@pytest.mark.parametrize("role", ["editor", "auditor", "system_user"])
def test_who_has_no_cases_gets_none(as_staff, request, case, role):
    client = as_staff(request.getfixturevalue(role))
    assert client.get(screen(case)).status_code == 403
    assert press(client, case, "assign").status_code == 403


def test_an_unknown_a_malformed_and_an_unsent_case_are_not_there(as_staff, manager):
    client = as_staff(manager)
    draft = factories.draft_case()
    for object_id in (uuid.uuid4(), "nonsense", draft.pk):
        assert client.get(reverse("admin:quotes_quoterequest_change", args=[object_id])).status_code == 404


def test_a_button_is_pressed_and_never_followed(as_staff, coordinator, case):
    client = as_staff(coordinator)
    assert client.get(reverse("admin:quotes_quoterequest_assign", args=[case.pk])).status_code == 405
    assert client.post(screen(case)).status_code == 405


def test_what_patients_write_is_only_ever_escaped(as_staff, coordinator, patient):
    evil = "<script>alert(1)</script>"
    case = factories.sent_case(goals=evil, filler_name=evil, email="evil@example.org")
    actions.patient_writes(case=case, by=case.participants.get(), body=evil)
    page = as_staff(coordinator).get(screen(case)).content.decode()
    assert evil not in page
    assert page.count("&lt;script&gt;") >= 3


def test_a_colleagues_case_shows_its_head_and_two_ways_in(as_staff, coordinator, other_coordinator, case):
    actions.assign(case=case, by=other_coordinator)
    page = as_staff(coordinator).get(screen(case)).content.decode()
    assert "Otto Sample looks after this case." in page
    assert "Take over" in page
    assert "Walk to the market" not in page
    assert "maria@example.org" not in page


def test_taking_over_opens_it(as_staff, coordinator, other_coordinator, case):
    actions.assign(case=case, by=other_coordinator)
    client = as_staff(coordinator)
    press(client, case, "take_over")
    assert "Walk to the market" in client.get(screen(case)).content.decode()


def test_looking_in_needs_a_reason_and_is_recorded(as_staff, coordinator, other_coordinator, case):
    actions.assign(case=case, by=other_coordinator)
    client = as_staff(coordinator)
    refused = press(client, case, "look_in")
    assert refused.status_code == 409
    assert "Walk to the market" not in refused.content.decode()
    page = press(client, case, "look_in", reason="covering").content.decode()
    assert "Walk to the market" in page
    assert "Send a message" not in page
    assert AuditEvent.objects.get(action="look in").outcome == "covering"


def test_a_message_reaches_the_family(as_staff, coordinator, case):
    client = as_staff(coordinator)
    press(client, case, "assign")
    case.refresh_from_db()
    response = press(client, case, "send_message", text="We read it today.", version=case.version)
    assert response.url.endswith("#conversation")
    assert Message.objects.get().body == "We read it today."
    assert OutgoingEmail.objects.filter(kind="news").count() == 1


def test_asking_the_patient_stops_our_clock(as_staff, coordinator, case):
    actions.assign(case=case, by=coordinator)
    press(as_staff(coordinator), case, "ask_patient", text="Which hospital was it?")
    case.refresh_from_db()
    assert (case.status, case.due_at) == (Status.AWAITING_PATIENT, None)


def test_a_refused_button_says_why_and_keeps_the_text(as_staff, coordinator, case):
    response = press(as_staff(coordinator), case, "ask_patient", text="Typed and not lost")
    assert response.status_code == 409
    page = response.content.decode()
    assert "This is not possible now" in page
    assert "Typed and not lost" in page
    assert not Message.objects.exists()


def test_a_text_over_somebodys_newer_change_is_shown_and_not_sent(as_staff, coordinator, patient, case):
    actions.assign(case=case, by=coordinator)
    opened = case.version
    actions.patient_writes(case=case, by=patient, body="One more thing")
    client = as_staff(coordinator)
    response = press(client, case, "send_message", text="My answer", version=opened)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Somebody changed this case while you were writing" in page
    assert "My answer" in page
    assert "One more thing" in page
    assert Message.objects.filter(from_user__isnull=False).count() == 0
    press(client, case, "send_message", text="My answer", version=QuoteRequest.objects.get().version)
    assert Message.objects.filter(from_user__isnull=False).count() == 1


def test_text_typed_into_a_case_that_was_taken_meanwhile_comes_back(as_staff, coordinator, other_coordinator, case):
    actions.assign(case=case, by=other_coordinator)
    page = press(as_staff(coordinator), case, "send_message", text="Half an hour of work").content.decode()
    assert "A colleague has this case" in page
    assert "Half an hour of work" in page


def test_a_note_stays_among_staff(as_staff, coordinator, case):
    press(as_staff(coordinator), case, "add_note", text="Calm on the phone.")
    assert InternalNote.objects.get().body == "Calm on the phone."
    assert not Message.objects.exists()


def test_a_reviewer_clears_a_red_flag_in_writing(as_staff, clinical_reviewer, red_case):
    flag = red_case.flags.get(level="R")
    client = as_staff(clinical_reviewer)
    refused = press(client, red_case, "clear_flag", flag=flag.pk, text=" ")
    assert "Write down why" in refused.content.decode()
    press(client, red_case, "clear_flag", flag=flag.pk, text="Oncologist agrees, letter of 3 May.")
    flag.refresh_from_db()
    assert flag.clearance == "Oncologist agrees, letter of 3 May."
    assert "Oncologist agrees" in client.get(screen(red_case)).content.decode()


def test_a_coordinator_cannot_clear_a_red_flag_by_any_address(as_staff, coordinator, red_case):
    flag = red_case.flags.get(level="R")
    for verb in ("clear_flag", "resolve_flag"):
        response = press(as_staff(coordinator), red_case, verb, flag=flag.pk, text="It will be fine")
        assert response.status_code == 409
        assert "It will be fine" in response.content.decode()
    assert Flag.objects.blocking().filter(pk=flag.pk).exists()


def test_a_flag_of_another_case_is_not_there(as_staff, clinical_reviewer, case, red_case):
    flag = red_case.flags.get(level="R")
    assert press(as_staff(clinical_reviewer), case, "clear_flag", flag=flag.pk, text="x").status_code == 409
    assert press(as_staff(clinical_reviewer), case, "clear_flag", flag="nonsense", text="x").status_code == 404


def test_closing_needs_a_reason_and_can_be_undone(as_staff, coordinator, case):
    client = as_staff(coordinator)
    assert press(client, case, "close", reason="").status_code == 409
    press(client, case, "close", reason="no_answer")
    assert QuoteRequest.objects.get().status == Status.CLOSED
    press(client, case, "reopen")
    assert QuoteRequest.objects.get().status == Status.IN_REVIEW


def test_drafting_leads_to_the_builder(as_staff, coordinator, case):
    factories.treatment("rehabilitation")
    actions.assign(case=case, by=coordinator)
    response = press(as_staff(coordinator), case, "draft_recommendation")
    assert response.url == reverse("admin:quotes_recommendation_change", args=[case.recommendations.get().pk])


def test_opening_marks_the_familys_messages_as_read_for_its_coordinator_only(as_staff, coordinator, manager, case, patient):
    actions.assign(case=case, by=coordinator)
    actions.patient_writes(case=case, by=patient, body="Hello")
    as_staff(manager).get(screen(case))
    assert Message.objects.get().read_at is None
    as_staff(coordinator).get(screen(case))
    assert Message.objects.get().read_at is not None


def papers_in_the_strip(client, case) -> tuple[str, str]:
    return next(
        (value, more) for label, value, more in client.get(screen(case)).context["strip"] if label == "Missing documents"
    )


def test_the_strip_says_which_documents_are_missing(as_staff, coordinator):
    case = factories.sent_case(
        record_discharge_letter="digital", record_scan_report="none", record_ecg="can_get", record_images="none"
    )
    client = as_staff(coordinator)
    assert papers_in_the_strip(client, case) == (
        "4",
        "Discharge letter from the hospital (promised) · Report of the CT or MRI scan (they have none) · "
        "List of medicines (not said) · Heart tests (ECG, ultrasound) (promised)",
    )
    assert "Discharge letter from the hospital: promised, and not here yet." in client.get(screen(case)).content.decode()
    for slot in ("discharge_letter", "scan_report", "medicine_list"):
        factories.attachment(case, slot=slot)
    refused = factories.attachment(case, slot="ecg", state="refused")
    assert papers_in_the_strip(client, case)[0] == "1"  # what the scanner deleted is not here
    refused.delete()
    factories.attachment(case, slot="ecg")
    assert papers_in_the_strip(client, case) == ("none missing", "")
    assert "promised, and not here yet" not in client.get(screen(case)).content.decode()
