"""One table says how long things are kept: the worker, the command and the privacy page follow it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import Max
from django.utils import timezone

from portal import jobs as portal_jobs
from portal import outbox
from portal.jobs import JOBS, RETENTION
from portal.models import AuditEvent, OutgoingEmail
from quotes import actions, consents, jobs
from quotes.models import QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db


def closed_ago(case, **ago: int) -> QuoteRequest:
    QuoteRequest.objects.filter(pk=case.pk).update(
        status="closed", closing_reason="completed", closed_at=timezone.now() - timedelta(**ago)
    )
    return case


def test_every_rule_is_a_job_and_stands_on_the_privacy_page(client):
    page = client.get("/en/privacy/").content.decode()
    assert set(RETENTION) <= set(JOBS)
    assert len({rule.order for rule in RETENTION.values()}) == len(RETENTION) >= 10
    for rule in RETENTION.values():
        assert str(rule.what) in page
        assert str(rule.how_long) in page


def test_a_dry_run_lists_and_removes_nothing(case, capsys):
    QuoteRequest.objects.filter(pk=factories.draft_case().pk).update(updated_at=timezone.now() - timedelta(days=31))
    closed_ago(case, days=366)
    call_command("purge", dry_run=True)
    said = capsys.readouterr().out
    assert "      1  quotes.jobs.purge_drafts: A request that you did not send." in said
    assert "      1  quotes.jobs.purge_closed_cases" in said
    assert "Nothing was removed" in said
    assert QuoteRequest.objects.of_somebody().count() == 1
    call_command("purge")
    assert list(QuoteRequest.objects.all()) == [case]
    assert not QuoteRequest.objects.of_somebody().exists()


def test_who_agreed_to_be_asked_is_kept_three_months_longer(case, other_patient):
    consents.record(case=case, keys=["follow_up"], role="patient", language="en")
    for each in (case, other_patient.case):
        closed_ago(each, days=400)
    assert jobs.purge_closed_cases() == 1
    assert list(QuoteRequest.objects.of_somebody()) == [case]
    closed_ago(case, days=457)
    assert jobs.purge_closed_cases() == 1


def test_an_agreement_that_was_taken_back_keeps_nothing_longer(case, patient):
    consents.record(case=case, keys=["follow_up"], role="patient", language="en")
    actions.withdraw_consent(case=case, by=patient, key="follow_up")
    closed_ago(case, days=366)
    assert jobs.purge_closed_cases() == 1


def test_mail_that_is_done_is_forgotten_after_ninety_days(patient):
    OutgoingEmail.objects.all().delete()
    for number, state in enumerate(("sent", "failed", "queued")):
        row = outbox.queue("news", patient.pk, dedupe_key=str(number))
        OutgoingEmail.objects.filter(pk=row.pk).update(
            state=state, created_at=timezone.now() - timedelta(days=91), sent_at=timezone.now()
        )
    young = outbox.queue("news", patient.pk, dedupe_key="young")
    OutgoingEmail.objects.filter(pk=young.pk).update(state="sent", sent_at=timezone.now())
    portal_jobs.forget_old_mail()
    assert sorted(OutgoingEmail.objects.values_list("state", flat=True)) == ["queued", "sent"]


def test_the_audit_log_is_listed_and_kept_six_years(manager):
    assert AuditEvent.objects.aggregate(newest=Max("at"))["newest"] is None
    AuditEvent.objects.create(action="view case", actor=manager, at=timezone.now() - timedelta(days=6 * 365))
    AuditEvent.objects.create(action="view case", actor=manager, at=timezone.now() - timedelta(days=6 * 365 + 5))
    assert RETENTION["portal.jobs.forget_old_audit"].due().count() == 1


def test_the_document_is_what_the_tables_say():
    call_command("privacy_table", check=True)
