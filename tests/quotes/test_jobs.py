"""What the worker tidies up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.jobs import JOBS
from quotes import jobs
from quotes.access import make_code
from quotes.models import AccessCode, QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db


def untouched_for(case: QuoteRequest, **ago: int) -> QuoteRequest:
    QuoteRequest.objects.filter(pk=case.pk).update(updated_at=timezone.now() - timedelta(**ago))
    return case


def test_drafts_go_after_thirty_untouched_days():
    old, young = untouched_for(factories.draft_case(), days=31), untouched_for(factories.draft_case(), days=29)
    assert jobs.purge_drafts() == 1
    assert list(QuoteRequest.objects.all()) == [young]
    assert old.pk != young.pk
    assert jobs.purge_drafts() == 0


def test_a_case_that_was_sent_stays(case):
    untouched_for(case, days=400)
    assert jobs.purge_drafts() == 0
    assert jobs.purge_draft(case.pk) == 0
    assert QuoteRequest.objects.filter(pk=case.pk).exists()


def test_codes_go_a_day_after_they_ran_out(patient):
    old, young = make_code(patient, browser="a"), make_code(patient, browser="b")
    AccessCode.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(hours=25))
    jobs.purge_codes()
    assert list(AccessCode.objects.all()) == [young]


def test_the_worker_knows_them():
    assert {"quotes.jobs.purge_drafts", "quotes.jobs.purge_codes", "portal.jobs.forget_visits"} <= set(JOBS)
