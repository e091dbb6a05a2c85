"""Promises are counted in opening hours: split days, nights, weekends, holidays, the change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import office

MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture(autouse=True)
def plain_week(settings):
    settings.TIME_ZONE = "Europe/Madrid"
    settings.OFFICE_HOURS = "mon-fri 09:00-17:00"
    settings.OFFICE_HOLIDAYS = []


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23 10:00", 2, "2026-11-23 12:00"),
        ("2026-11-23 10:00", 7, "2026-11-23 17:00"),  # to the last minute of the day
        ("2026-11-23 10:00", 8, "2026-11-24 10:00"),
        ("2026-11-23 06:00", 2, "2026-11-23 11:00"),  # before opening
        ("2026-11-23 22:00", 2, "2026-11-24 11:00"),  # after closing
        ("2026-11-20 16:00", 2, "2026-11-23 10:00"),  # over a weekend
        ("2026-11-21 12:00", 1, "2026-11-23 10:00"),  # on a Saturday
        ("2026-11-23 17:00", 1, "2026-11-24 10:00"),  # at the minute of closing
        ("2026-11-23 09:00", 16, "2026-11-24 17:00"),
        ("2026-11-23 10:15", 0.5, "2026-11-23 10:45"),
    ],
)
def test_due(start, hours, due):
    assert office.due(at(start), hours=hours) == at(due)


def test_the_result_is_an_aware_moment_whatever_zone_the_start_was_in():
    assert office.due(at("2026-11-23 10:00").astimezone(UTC), hours=8) == at("2026-11-24 10:00")


def test_a_start_late_in_the_evening_of_another_zone_is_this_offices_next_day():
    start = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday, half past midnight in Madrid
    assert office.due(start, hours=1) == at("2026-11-23 10:00")


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23 12:00", 2, "2026-11-23 16:00"),
        ("2026-11-23 14:00", 1, "2026-11-23 16:00"),
        ("2026-11-27 17:30", 1, "2026-11-28 10:30"),
        ("2026-11-28 11:30", 1, "2026-11-30 09:30"),
    ],
)
def test_split_days_and_saturdays(settings, start, hours, due):
    settings.OFFICE_HOURS = "mon-fri 09:00-13:00 15:00-18:00; sat 10:00-12:00"
    assert office.due(at(start), hours=hours) == at(due)


def test_holidays_are_closed(settings):
    settings.OFFICE_HOLIDAYS = ["2026-12-24", "2026-12-25"]
    assert office.due(at("2026-12-23 16:00"), hours=2) == at("2026-12-28 10:00")


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-27 16:00", "2026-03-30 10:00"),  # clocks go forward on Sunday the 29th
        ("2026-10-23 16:00", "2026-10-26 10:00"),  # and back on Sunday the 25th
    ],
)
def test_opening_hours_stay_at_their_clock_over_a_change(start, due):
    assert office.due(at(start), hours=2) == at(due)


def test_a_span_in_which_the_clocks_change_has_its_real_length(settings):
    settings.OFFICE_HOURS = "mon-sun 00:00-06:00"
    forward, back = at("2026-03-29 00:00"), at("2026-10-25 00:00")
    assert office.due(forward, hours=5).astimezone(MADRID) == at("2026-03-29 06:00")  # that night had five hours
    assert office.due(back, hours=7).astimezone(MADRID) == at("2026-10-25 06:00")  # and that one seven
    assert office.due(forward, hours=5) - forward == timedelta(hours=5)


@pytest.mark.parametrize(
    "text",
    [
        "weekdays 09:00-17:00",
        "mon-fri 9-17h",
        "mon-fri 17:00-09:00",
        "fri-mon 09:00-17:00",
        "mon 09:00-13:00 12:00-15:00",
        "mon 25:00-26:00",
        "mon-fri",
        "",
    ],
)
def test_hours_that_mean_nothing_are_refused_with_an_example(settings, text):
    settings.OFFICE_HOURS = text
    with pytest.raises(ImproperlyConfigured, match="OFFICE_HOURS"):
        office.due(at("2026-11-23 10:00"), hours=1)


def test_an_office_closed_for_a_year_is_a_mistake(settings):
    monday = datetime(2026, 11, 23).date()
    settings.OFFICE_HOLIDAYS = [(monday + timedelta(days=day)).isoformat() for day in range(400)]
    with pytest.raises(ImproperlyConfigured, match="OFFICE_HOLIDAYS"):
        office.due(at("2026-11-23 10:00"), hours=1)


def test_the_first_answer_has_its_own_figure(settings):
    settings.FIRST_ANSWER_HOURS = 8
    assert office.first_answer_due(at("2026-11-23 09:00")) == at("2026-11-23 17:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 10:00", "2026-11-23 12:00", 2),
        ("2026-11-23 22:00", "2026-11-24 08:00", 0),  # a night
        ("2026-11-20 16:00", "2026-11-23 10:00", 2),  # a weekend between
        ("2026-11-23 16:00", "2026-11-25 10:00", 10),  # a whole day between
        ("2026-10-23 16:00", "2026-10-26 10:00", 2),  # the clocks change between
    ],
)
def test_open_time(start, end, hours):
    assert office.open_time(at(start), at(end)) == timedelta(hours=hours)


def test_open_time_and_due_agree():
    start = at("2026-11-20 16:20")
    assert office.open_time(start, office.due(start, hours=21.5)) == timedelta(hours=21.5)
