"""Every event has its sentence for staff; the family reads only what is theirs."""

import pytest

from quotes import actions
from quotes.models import Event
from quotes.timeline import event_text_for_patient, event_text_for_staff
from quotes.workflow import VERBS
from tests import factories

pytestmark = pytest.mark.django_db
OFFICES_OWN = {
    "complain", "handle_follow_up", "add_note", "link_case", "unlink_case", "clear_flag", "resolve_flag", "draft_recommendation", "request_approval", "approve", "return_for_changes", "save_draft",
    "remind",
    "mark_unreachable",
    "reach_otherwise",
    "settle_report", "record_authority", "set_passphrase", "remove_passphrase", "change_contact",
}  # fmt: skip


def test_every_verb_has_a_sentence_for_staff(case, coordinator):
    for kind in VERBS:
        text = event_text_for_staff(Event(case=case, kind=kind, by_user=coordinator, data={"number": 2}))
        assert "Carmen Sample" in text, kind
        assert "%(" not in text, kind


def test_the_family_reads_what_is_theirs_and_nothing_else(case, coordinator, patient):
    for kind in VERBS:
        by_office = event_text_for_patient(Event(case=case, kind=kind, by_user=coordinator, data={}))
        by_family = event_text_for_patient(Event(case=case, kind=kind, by_participant=patient, data={}))
        if kind in OFFICES_OWN:
            assert by_office is None, kind
        else:
            assert by_office or by_family, kind
        assert "Sample" not in (by_office or ""), kind  # first names only


def test_an_unknown_kind_is_no_error(case):
    event = Event(case=case, kind="something_new", data={})
    assert event_text_for_patient(event) is None
    assert "something_new" in event_text_for_staff(event)


def test_who_looks_after_the_case(case, coordinator, other_coordinator):
    coordinator.public_role = "coordinator"
    coordinator.save()
    actions.assign(case=case, by=coordinator)
    event = case.events.get(kind="assign")
    assert event_text_for_patient(event) == "Carmen (coordinator) now looks after your case."
    assert event_text_for_staff(event) == "Carmen Sample took the case."
    given = Event(case=case, kind="assign", by_user=coordinator, data={"to": str(other_coordinator.pk)})
    assert event_text_for_patient(given).startswith("Otto")
    assert event_text_for_staff(given) == "Carmen Sample gave the case to Otto Sample."


def test_the_reader_is_you_and_the_others_have_names(case, patient, daughter):
    daughter.name = "Lucía"
    daughter.save()
    event = Event(case=case, kind="send_message", by_participant=daughter, data={})
    assert event_text_for_patient(event, reader=daughter) == "You wrote to us."
    assert event_text_for_patient(event, reader=patient) == "Lucía wrote to us."
    assert event_text_for_staff(event) == "Lucía wrote a message."


def test_why_we_closed_is_said_only_when_the_family_knows_it(case):
    spam = Event(case=case, kind="close", data={"reason": "spam"})
    assert event_text_for_patient(spam) == "We closed the case."
    assert "spam" in event_text_for_staff(spam)


def test_cleared_flags_name_their_rule_for_staff(case, clinical_reviewer):
    event = Event(case=case, kind="clear_flag", by_user=clinical_reviewer, data={"rule": "cancer-recent", "level": "R"})
    assert event_text_for_staff(event) == "Rana Sample cleared the flag R “cancer-recent”."


def test_a_whole_case_as_the_family_reads_it(case, patient, coordinator, clinical_reviewer):
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    texts = [text for event in case.events.all() if (text := event_text_for_patient(event, reader=patient))]
    assert texts == [
        "We got your request.",
        "Carmen (coordinator) now looks after your case.",
        "We sent you your recommendation.",
    ]
