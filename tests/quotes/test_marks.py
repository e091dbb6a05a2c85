"""What the queue knows of a case without asking: kept by the verbs, mended by a job. That no verb forgets it: tests/conftest.py."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from quotes import access, actions, jobs, marks, queries
from quotes.models import Flag, QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_mark_that_is_wrong_is_mended_and_told(case, caplog):
    Flag.objects.create(case=case, level="R", rule_id="sample", rules_version="1", question="cancer")
    case.participants.update(unreachable_at=timezone.now())
    assert [*marks.wrong()] == [case]
    with caplog.at_level(logging.ERROR):
        assert jobs.mend_marks() == 1
    assert "marks of open cases were wrong" in caplog.text
    case.refresh_from_db()
    assert case.has_red_flag and case.is_unreachable
    assert jobs.mend_marks() == 0


def test_whoever_types_the_code_can_be_reached_again(case, patient):
    actions.mark_unreachable(participant=patient)
    assert queries.with_unreachable(QuoteRequest.objects.all()).exists()
    access.confirm(patient)
    assert not queries.with_unreachable(QuoteRequest.objects.all()).exists()


def test_an_answer_of_yesterday_counts_and_an_older_one_does_not(case, coordinator, patient):
    actions.assign(case=case, by=coordinator)
    actions.ask_patient(case=case, by=coordinator, body="Which hospital?")
    assert not queries.with_answer(QuoteRequest.objects.all()).exists()  # ours is none
    actions.patient_writes(case=case, by=patient, body="The one by the river.")
    assert queries.with_answer(QuoteRequest.objects.all()).get() == case
    QuoteRequest.objects.update(family_answered_at=queries.start_of_day(days_ago=1) - timedelta(minutes=1))
    assert not queries.with_answer(QuoteRequest.objects.all()).exists()


def test_what_a_draft_says_is_in_no_list():
    factories.draft_case(cancer="yes")
    assert not QuoteRequest.objects.filter(has_red_flag=True).exists()
