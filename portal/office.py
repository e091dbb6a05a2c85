"""The office's opening hours, as promises are counted in them: `mon-fri 09:00-17:00`, split days as `mon-fri 09:00-13:00 15:00-18:00; sat 10:00-12:00`."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hours = dict[int, list[tuple[time, time]]]


@lru_cache(maxsize=4)
def parse(text: str) -> Hours:
    """Opening spans by weekday (Monday is 0). Raises ImproperlyConfigured with what to write instead."""
    hours: Hours = {}
    try:
        for part in text.lower().split(";"):
            days, *spans = part.split()
            first, _dash, last = days.partition("-")
            opening = [(time.fromisoformat(a), time.fromisoformat(b)) for a, b in (span.split("-") for span in spans)]
            edges = [edge for span in opening for edge in span]
            if DAYS.index(first) > DAYS.index(last or first) or sorted(set(edges)) != edges:
                raise ValueError("days and hours go forward, and spans do not touch")
            for day in range(DAYS.index(first), DAYS.index(last or first) + 1):
                hours[day] = opening
    except ValueError as error:
        raise ImproperlyConfigured("OFFICE_HOURS: write for example `mon-fri 09:00-17:00; sat 10:00-12:00`.") from error
    if not any(hours.values()):
        raise ImproperlyConfigured("OFFICE_HOURS: the office is never open.")
    return hours


def spans(day: date) -> list[tuple[datetime, datetime]]:
    """When the office is open on one day; nothing on a holiday (OFFICE_HOLIDAYS, ISO dates)."""
    if day.isoformat() in settings.OFFICE_HOLIDAYS:
        return []
    zone = timezone.get_default_timezone()
    return [
        (datetime.combine(day, opens, zone), datetime.combine(day, closes, zone))
        for opens, closes in parse(settings.OFFICE_HOURS).get(day.weekday(), [])
    ]


def due(start: datetime, *, hours: float) -> datetime:
    """The moment when this many opening hours have passed since `start`."""
    left = timedelta(hours=hours)
    day = timezone.localdate(start, timezone.get_default_timezone())
    for _attempt in range(370):
        for opens_locally, closes_locally in spans(day):
            # in UTC: between two times of one zone Python counts wall-clock hours, also over a change of the clocks
            opens, closes = opens_locally.astimezone(UTC), closes_locally.astimezone(UTC)
            begin = max(opens, start)
            if begin >= closes:
                continue
            if begin + left <= closes:
                return begin + left
            left -= closes - begin
        day += timedelta(days=1)
    raise ImproperlyConfigured("OFFICE_HOLIDAYS close the office for a year.")


def open_time(start: datetime, end: datetime) -> timedelta:
    """How long the office was open between two moments."""
    total, day = timedelta(), timezone.localdate(start, timezone.get_default_timezone())
    last = timezone.localdate(end, timezone.get_default_timezone())
    while day <= last:
        for opens, closes in spans(day):
            total += max(timedelta(), min(closes.astimezone(UTC), end) - max(opens.astimezone(UTC), start))
        day += timedelta(days=1)
    return total


def first_answer_due(start: datetime | None = None) -> datetime:
    """By when a request that is sent now has its first answer."""
    return due(start or timezone.now(), hours=settings.FIRST_ANSWER_HOURS)


def working_day(start: date, *, days: int) -> date:
    """The day on which the office will have been open on this many days after `start`."""
    day = start
    for _attempt in range(370):
        day += timedelta(days=1)
        days -= bool(spans(day))
        if days < 1:
            return day
    raise ImproperlyConfigured("OFFICE_HOLIDAYS close the office for a year.")
