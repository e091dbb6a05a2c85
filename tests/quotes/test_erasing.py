"""Erasing leaves nothing of a case but the note that it was done."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.models import AuditEvent, OutgoingEmail
from quotes import actions, jobs
from quotes.access import make_code
from quotes.models import Event, Flag, LineItem, Message, Option, Participant, QuoteRequest, Recommendation, SearchKey
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db
KEEPING = (QuoteRequest, Participant, Message, Flag, Event, Recommendation, Option, LineItem, SearchKey)


@pytest.fixture
def accepted_case(case, patient, coordinator, clinical_reviewer):
    """As many rows as a case can have: two versions, an accepted option, a code on its way."""
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    actions.revise(case=case, by=coordinator, reason="A new price.")
    actions.patient_writes(case=case, by=patient, body="Thank you.")
    make_code(patient, browser="a")
    QuoteRequest.objects.filter(pk=case.pk).update(
        accepted_option=Option.objects.earliest("position"), accepted_at=timezone.now()
    )
    return case


def test_a_manager_erases_everything(accepted_case, manager):
    erased = accepted_case.pk
    actions.erase(case=accepted_case, by=manager)
    assert [model.__name__ for model in KEEPING if model.objects.exists()] == []
    assert [mail.kind for mail in OutgoingEmail.objects.all()] == ["erased"]  # the proof, on its way
    assert AuditEvent.objects.filter(action="erase", case_id=erased).exists()


def test_another_case_stays_whole(accepted_case, other_patient, manager):
    actions.erase(case=accepted_case, by=manager)
    assert list(QuoteRequest.objects.all()) == [other_patient.case]
    assert OutgoingEmail.objects.filter(subject_id=other_patient.pk).exists()


def test_nobody_else_may(case, coordinator, daughter, other_patient):
    for person in (coordinator, daughter, other_patient, None):
        with pytest.raises(NotAllowed):
            actions.erase(case=case, by=person)


def test_the_page_of_an_erased_case_is_closed(accepted_case, patient, manager, as_participant):
    client = as_participant(patient)
    actions.erase(case=accepted_case, by=manager)
    assert accepted_case.reference not in client.get("/en/case/", follow=True).content.decode()


def test_closed_cases_go_after_a_year(case, other_patient, coordinator):
    for each in (case, other_patient.case):
        actions.assign(case=each, by=coordinator)
        actions.close(case=each, by=coordinator, reason="completed")
    QuoteRequest.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=366))
    assert jobs.purge_closed_cases() == 1
    assert list(QuoteRequest.objects.of_somebody()) == [other_patient.case]
    assert jobs.purge_closed_cases() == 0


def test_the_command_names_who_answers_for_it(case, manager, coordinator):
    with pytest.raises(CommandError, match="manager"):
        call_command("erase_case", case.reference, by=coordinator.email, yes=True)
    call_command("erase_case", case.reference.lower(), by=manager.email, yes=True)
    assert not QuoteRequest.objects.exists()


def test_the_command_knows_no_such_case(manager):
    with pytest.raises(CommandError, match="no case"):
        call_command("erase_case", "RG-0000-0000", by=manager.email, yes=True)


def test_a_case_that_is_opened_again_at_this_moment_is_not_erased(case, patient, coordinator, monkeypatch):
    """The job has made its list; before it comes to this case, the family writes."""
    actions.close(case=case, by=coordinator, reason="completed")
    QuoteRequest.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=366))
    remove_if_still = jobs.remove_if_still

    def write_first(pk, **how):
        actions.patient_writes(case=case, by=patient, body="One more question.")
        return remove_if_still(pk, **how)

    monkeypatch.setattr(jobs, "remove_if_still", write_first)
    assert jobs.purge_closed_cases() == 0
    assert Message.objects.filter(case=case).exists()
    gone = remove_if_still(patient.pk, among=jobs.old_closed_cases(), remove=lambda found: pytest.fail("it is gone"))
    assert gone == 0  # another worker was quicker
