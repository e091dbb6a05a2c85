"""What the worker tidies up."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.jobs import JOBS
from portal.models import OutgoingEmail
from quotes import actions, jobs
from quotes.access import make_code
from quotes.models import AccessCode, QuoteRequest
from quotes.workflow import Status
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
    assert jobs.remove_if_still(case.pk, among=jobs.old_drafts(), remove=lambda found: pytest.fail("it was sent")) == 0
    assert QuoteRequest.objects.filter(pk=case.pk).exists()


def test_codes_go_a_day_after_they_ran_out(patient):
    old, young = make_code(patient, browser="a"), make_code(patient, browser="b")
    AccessCode.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(hours=25))
    jobs.purge_codes()
    assert list(AccessCode.objects.all()) == [young]


def test_an_old_recommendation_comes_back_to_the_office(case, coordinator, clinical_reviewer):
    sent = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    told = OutgoingEmail.objects.filter(kind="news").count()
    assert jobs.expire_recommendations() == 0
    with time_machine.travel(datetime.combine(sent.valid_until + timedelta(days=1), time(12), tzinfo=UTC), tick=False):
        assert jobs.expire_recommendations() == 1
        assert jobs.expire_recommendations() == 0
    case.refresh_from_db()
    assert (case.status, case.due_at is not None) == (Status.IN_REVIEW, True)
    assert OutgoingEmail.objects.filter(kind="news").count() == told + 1


def test_what_was_accepted_in_time_stays(case, patient, coordinator, clinical_reviewer):
    sent = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    actions.accept(case=case, by=patient, option=sent.options.earliest("position"))
    with time_machine.travel(datetime.combine(sent.valid_until + timedelta(days=1), time(12), tzinfo=UTC), tick=False):
        assert jobs.expire_recommendations() == 0


def test_the_worker_knows_them():
    assert {"quotes.jobs.purge_drafts", "quotes.jobs.purge_codes", "portal.jobs.forget_visits"} <= set(JOBS)
