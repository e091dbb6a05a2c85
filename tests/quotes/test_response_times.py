"""“How we work” shows how long people wait: measured, only once it says something, and without flattering ourselves."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from quotes import response_times
from quotes.models import QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_figures(settings):
    """Always open, so that an hour of waiting is an hour."""
    settings.OFFICE_HOURS = "mon-sun 00:00-23:59"
    settings.OFFICE_HOLIDAYS = []
    settings.FIRST_ANSWER_HOURS = 16
    cache.delete(response_times.KEY)
    yield
    cache.delete(response_times.KEY)


def answered(*hours: float, ago: int = 40, **fields) -> None:
    """Sent cases whose first answer came after so many hours; None waits still."""
    start = timezone.now() - timedelta(days=ago)
    rows = [
        QuoteRequest(
            status=fields.get("status", "in_review"),
            language="en",
            submitted_at=start,
            first_answered_at=None if waited is None else start + timedelta(hours=waited),
            closed_at=timezone.now() if "closing_reason" in fields else None,
            closing_reason=fields.get("closing_reason", ""),
        )
        for waited in hours
    ]
    QuoteRequest.objects.bulk_create(rows)


def page(client, language: str = "en") -> str:
    return client.get(f"/{language}/how-we-work/").content.decode()


def test_below_twenty_requests_the_page_says_that_it_is_too_early(client):
    answered(*range(1, 20))
    text = page(client)
    assert "there were 19, which is too few to say anything honest" in text and "Half of the people" not in text


def test_from_twenty_requests_on_the_page_gives_the_median_and_nine_in_ten(client):
    answered(*[0.5] * 10, *[6.2] * 8, 20, 30)
    text = page(client)
    assert "measured from 20 requests" in text
    assert "Half of the people had their first answer within 1 opening hour." in text
    assert "Nine in ten had it within 7 opening hours." in text
    assert "The promise was kept for 90 in 100." in text


def test_what_waits_longer_than_promised_counts_with_the_time_it_has_waited():
    answered(*[1] * 19)
    answered(None, ago=10, status="submitted")
    times = response_times.measure()
    assert (times.requests, times.in_time) == (20, 95)
    answered(*[None] * 19, ago=10, status="submitted")
    assert response_times.measure().ninetieth >= 235


def test_what_has_just_come_is_not_measured_yet():
    answered(*[1] * 19)
    answered(None, ago=0, status="submitted")
    assert response_times.measure().requests == 19


def test_spam_doubles_drafts_and_what_is_older_than_a_year_do_not_count():
    answered(*[1] * 5)
    answered(1, status="closed", closing_reason="spam")
    answered(1, status="closed", closing_reason="duplicate")
    answered(None, status="closed", closing_reason="withdrawn")
    answered(1, ago=400)
    factories.draft_case()
    assert response_times.measure().requests == 5


def test_the_figures_are_kept_for_a_while(client):
    answered(*[1] * 20)
    assert "measured from 20 requests" in page(client)
    answered(*[1] * 20)
    assert "measured from 20 requests" in page(client)


def test_measuring_takes_one_query(django_assert_num_queries):
    answered(*[1] * 30)
    with django_assert_num_queries(1):
        assert response_times.measure().median == 1
