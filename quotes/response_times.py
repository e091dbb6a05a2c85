"""How long people wait for the first answer, as “How we work” shows it: measured, never chosen by hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from portal import office
from quotes.models import QuoteRequest
from quotes.workflow import ClosingReason, Status

ENOUGH = 20  # fewer requests say little, and could tell of single people
PERIOD = timedelta(days=365)
MOST = 2000  # the newest; measuring more would not change the figures
KEPT = 3600  # seconds for which the figures are kept
KEY = "response-times-1"


@dataclass(frozen=True, kw_only=True)
class ResponseTimes:
    """Opening hours, rounded up. Both are None below ENOUGH requests."""

    requests: int
    median: int | None = None
    ninetieth: int | None = None
    in_time: int | None = None  # of 100 requests, answered within the hours that we promise


def current() -> ResponseTimes:
    times: ResponseTimes | None = cache.get(KEY)
    if times is None:
        times = measure()
        cache.set(KEY, times, KEPT)
    return times


def measure() -> ResponseTimes:
    """One query. What waits longer than promised counts with the time it has waited: leaving it out would flatter us."""
    now = timezone.now()
    unasked = Q(closing_reason__in=(ClosingReason.SPAM, ClosingReason.DUPLICATE))
    ended_before = Q(status=Status.CLOSED, first_answered_at__isnull=True)
    sent = QuoteRequest.objects.exclude(status=Status.DRAFT).exclude(unasked).exclude(ended_before)
    rows = sent.filter(submitted_at__gte=now - PERIOD).order_by("-submitted_at")
    waits = sorted(
        waited
        for submitted_at, answered_at in rows.values_list("submitted_at", "first_answered_at")[:MOST]
        if submitted_at and (waited := wait(submitted_at, answered_at, now=now)) is not None
    )
    if len(waits) < ENOUGH:
        return ResponseTimes(requests=len(waits))
    promised = timedelta(hours=settings.FIRST_ANSWER_HOURS)
    return ResponseTimes(
        requests=len(waits),
        median=hours(within(waits, part=50)),
        ninetieth=hours(within(waits, part=90)),
        in_time=100 * sum(waited <= promised for waited in waits) // len(waits),
    )


def wait(submitted_at: datetime, answered_at: datetime | None, *, now: datetime) -> timedelta | None:
    """None while the promised time still runs."""
    if answered_at is None and now <= office.first_answer_due(submitted_at):
        return None
    return office.open_time(submitted_at, answered_at or now)


def within(waits: list[timedelta], *, part: int) -> timedelta:
    """The time within which this part of 100 had their answer."""
    return waits[ceil(len(waits) * part / 100) - 1]


def hours(waited: timedelta) -> int:
    return max(1, ceil(waited / timedelta(hours=1)))
