"""The manager's reports: figures of all requests of a period, right to the row, and open to managers alone."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation

from portal.models import AuditEvent
from quotes import reports
from quotes.models import QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db
PAGE, CSV = reverse("admin:quotes_stepcount_reports"), reverse("admin:quotes_stepcount_reports_csv")


@pytest.fixture(autouse=True)
def always_open(settings):
    """So that an hour of waiting is an hour."""
    settings.OFFICE_HOURS = "mon-sun 00:00-23:59"
    settings.OFFICE_HOLIDAYS = []


def sent(*, ago: int = 5, answered: float | None = None, **fields) -> QuoteRequest:
    start = timezone.now() - timedelta(days=ago)
    fields = {"status": "in_review", "language": "en", **fields}
    if fields["status"] == "closed":
        fields["closed_at"] = timezone.now()
    return QuoteRequest.objects.create(
        submitted_at=start, first_answered_at=None if answered is None else start + timedelta(hours=answered), **fields
    )


def figures(key: str, **choice) -> dict[str, int | None]:
    names = dict(reports.coordinators())
    return dict(next(t for t in reports.tables(reports.Choice(**choice), names=names) if t.key == key).rows)


def test_every_request_of_the_period_is_counted_once_and_drafts_never():
    sent()
    sent(ago=60)
    factories.draft_case()
    assert sum(figures("volume").values()) == 1
    assert sum(figures("volume", days="90").values()) == 2
    assert sum(figures("volume", days="365").values()) == 2
    assert len(figures("volume", days="365")) in (12, 13)


def test_the_first_answer_is_told_as_median_and_nine_in_ten_without_spam():
    for waited in (*range(1, 10), 40):
        sent(answered=waited - 0.5)
    sent(status="closed", closing_reason="spam", answered=90)
    assert list(figures("first-answer").values()) == [5, 9]


def test_without_a_request_no_time_is_made_up():
    assert list(figures("first-answer").values()) == list(figures("recommendation").values()) == [None, None]


def test_the_recommendation_counts_from_the_request_to_the_first_that_was_sent(case, coordinator):
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    QuoteRequest.objects.filter(pk=case.pk).update(submitted_at=timezone.now() - timedelta(hours=8))
    assert list(figures("recommendation").values()) == [None, None]
    start = QuoteRequest.objects.get(pk=case.pk).submitted_at
    done = start + timedelta(hours=2.5)
    type(draft).objects.filter(pk=draft.pk).update(
        approval_requested_at=start,
        approval_requested_by=coordinator,
        approved_at=done,
        approved_by=coordinator,
        sent_at=done,
        sent_by=coordinator,
    )
    assert list(figures("recommendation").values()) == [3, 3]


def test_outcomes_name_the_status_and_for_closed_cases_the_reason():
    sent()
    sent(status="closed", closing_reason="no_answer")
    found = {name: amount for name, amount in figures("outcomes").items() if amount}
    assert found == {"in review": 1, "closed: no answer from the patient": 1}


def test_a_request_with_two_flags_of_a_level_counts_once_in_that_level(case):
    case.flags.all().delete()
    for rule in ("one", "two"):
        case.flags.create(rule_id=rule, level="A", rules_version="1", question="stroke")
    assert sum(figures("flags").values()) == 1


def test_the_choice_narrows_by_coordinator_language_and_article(coordinator):
    sent(coordinator=coordinator, source_article="stem-cells")
    sent(language="es")
    for choice in (
        {"coordinator": str(coordinator.pk)},
        {"coordinator": "nobody"},
        {"language": "es"},
        {"article": "stem-cells"},
    ):
        assert sum(figures("volume", **choice).values()) == 1, choice
    assert figures("load") == {"Carmen Sample": 1, "nobody yet": 1}
    assert figures("articles") == {"stem-cells": 1, "no article": 1}


def test_articles_are_named_by_their_title_in_the_readers_language(as_staff, manager):
    factories.article("both", title="Both tongues")
    factories.article("both", language="es", title="Las dos lenguas")
    factories.article("english-only", title="English only")
    for key in ("both", "both", "english-only", "long-gone"):
        sent(source_article=key)
    assert figures("articles") == {"Both tongues": 2, "English only": 1, "long-gone": 1}
    browser, spanish = as_staff(manager), {"accept-language": "es"}
    html = browser.get(PAGE, {"article": "both"}, headers=spanish).content.decode()
    assert '<option value="both" selected>Las dos lenguas</option>' in html
    assert '<option value="english-only">English only</option>' in html
    assert html.count("Las dos lenguas") == 2 and "Both tongues" not in html
    assert "Las dos lenguas,2" in browser.get(CSV, {"table": "articles"}, headers=spanish).content.decode()


def test_two_articles_of_one_title_stay_two():
    for key in ("one", "other"):
        factories.article(key, title="The same title")
        sent(source_article=key)
    table = next(table for table in reports.tables(reports.Choice(), names={}) if table.key == "articles")
    assert table.rows == [("The same title", 1), ("The same title", 1)]


@pytest.mark.parametrize(
    ("language", "days", "name"),
    [("en", "365", "November 2026"), ("es", "365", "noviembre de 2026"), ("ar", "365", "نوفمبر 2026"), ("en", "30", "23 November 2026")],
)  # fmt: skip
def test_months_and_weeks_are_written_as_people_write_them(language, days, name):
    with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC)), translation.override(language):
        sent(ago=1)
        assert figures("volume", days=days)[name] == 1


def test_the_page_asks_the_database_no_more_for_more_requests(as_staff, manager, coordinator, django_assert_max_num_queries):
    for number in range(15):
        sent(coordinator=coordinator, source_article=f"article-{number}")
    browser = as_staff(manager)
    browser.get(PAGE)
    with django_assert_max_num_queries(12):
        html = browser.get(PAGE).content.decode()
    assert html.count("<table") == html.count("<caption") == 7 and "article-14" in html


def test_an_empty_office_and_a_made_up_choice_are_told_kindly(as_staff, manager):
    html = as_staff(manager).get(PAGE, {"days": "x", "coordinator": "' or 1", "language": "xx", "article": "none\x00"})
    assert html.status_code == 200
    assert "There is nothing to count yet for this choice." in html.content.decode()


def test_a_file_holds_the_rows_of_its_table_harmless_and_is_recorded(as_staff, manager):
    sent(source_article="=cmd()")
    response = as_staff(manager).get(CSV, {"table": "articles"})
    assert "'=cmd(),1" in response.content.decode()
    assert AuditEvent.objects.filter(action="export", actor=manager, object="report articles").count() == 1
    assert as_staff(manager).get(CSV, {"table": "x"}).status_code == 404
