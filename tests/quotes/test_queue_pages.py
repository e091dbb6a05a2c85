"""Pages of the queue: whole, without repeats, in both directions, with filters, and without counting everything."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from quotes.admin import paging
from quotes.admin.cases import QuoteRequestAdmin
from quotes.models import QuoteRequest
from quotes.models.case import NEVER
from quotes.workflow import Status

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:quotes_quoterequest_changelist")


@pytest.fixture(autouse=True)
def three_a_page(monkeypatch):
    monkeypatch.setattr(QuoteRequestAdmin, "list_per_page", 3)


def add_cases(count: int, **fields) -> list[QuoteRequest]:
    """Sent at the same two moments, so that the key has to decide between them."""
    now = timezone.now()
    return [
        QuoteRequest.objects.create(
            status=Status.SUBMITTED,
            language="en",
            submitted_at=now - timedelta(days=number % 2),
            due_at=now + timedelta(hours=number % 3) if number % 2 else None,
            **fields,
        )
        for number in range(count)
    ]


def shown(response) -> list[str]:
    return [case.reference for case in response.context["cl"].result_list]


def walk(client, address: str, link: str) -> list[list[str]]:
    """Every page from this one on, by the link that people press."""
    pages = []
    while address:
        response = client.get(address if address.startswith("/") else f"{QUEUE}{address}")
        pages.append(shown(response))
        address = getattr(response.context["cl"], link)
        assert len(pages) < 20
    return pages


@pytest.mark.parametrize("filters", ["", "language=en", "coordinator=nobody", "status=submitted"])
def test_every_case_is_on_one_page_in_both_directions(as_staff, coordinator, filters):
    add_cases(10)
    client = as_staff(coordinator)
    address = f"{QUEUE}?{filters}"
    forward = walk(client, address, "later_url")
    assert [len(page) for page in forward] == [3, 3, 3, 1]
    expected = QuoteRequest.objects.order_by("turn_at", "submitted_at", "pk").values_list("reference", flat=True)
    assert [reference for page in forward for reference in page] == list(expected)
    last = address
    while further := client.get(last if last.startswith("/") else f"{QUEUE}{last}").context["cl"].later_url:
        last = further
    assert walk(client, last, "earlier_url") == forward[::-1]


def test_what_is_due_comes_before_what_has_no_clock(as_staff, coordinator):
    without, with_clock = add_cases(2)
    without.refresh_from_db()
    assert without.turn_at == NEVER
    assert shown(as_staff(coordinator).get(QUEUE)) == [with_clock.reference, without.reference]


def test_the_archive_begins_with_the_newest(as_staff, coordinator):
    now = timezone.now()
    closed = [
        QuoteRequest.objects.create(
            status=Status.CLOSED, closing_reason="spam", closed_at=now, language="en", submitted_at=now - timedelta(days=number)
        )
        for number in range(7)
    ]
    pages = walk(as_staff(coordinator), f"{QUEUE}?status=closed", "later_url")
    assert [reference for page in pages for reference in page] == [case.reference for case in closed]
    last = f"{QUEUE}?status=all"
    client = as_staff(coordinator)
    while further := client.get(last if last.startswith("/") else f"{QUEUE}{last}").context["cl"].later_url:
        last = further
    assert walk(client, last, "earlier_url") == pages[::-1]


def test_a_case_that_leaves_the_list_hides_no_other(as_staff, coordinator):
    cases = add_cases(7)
    client = as_staff(coordinator)
    first = client.get(QUEUE)
    QuoteRequest.objects.filter(reference__in=shown(first)).update(
        status=Status.CLOSED, closing_reason="spam", closed_at=timezone.now()
    )
    rest = walk(client, first.context["cl"].later_url, "later_url")
    assert {reference for page in rest for reference in page} == {c.reference for c in cases} - set(shown(first))


def test_a_filter_begins_at_its_first_page(as_staff, coordinator):
    add_cases(10)
    client = as_staff(coordinator)
    second = client.get(f"{QUEUE}{client.get(QUEUE).context['cl'].later_url}")
    for spec in second.context["cl"].filter_specs:
        assert not any("after" in choice["query_string"] for choice in spec.choices(second.context["cl"]))
    assert 'name="after"' not in second.content.decode()


@pytest.mark.parametrize("place", ["", "x", "1~2~3", "1~2~" + "f" * 32 + "~1", "9" * 40 + "~1~" + "f" * 32, "1~" + "f" * 32])
def test_a_broken_place_shows_the_first_page(as_staff, coordinator, place):
    add_cases(4)
    client = as_staff(coordinator)
    for name in ("after", "before"):
        response = client.get(QUEUE, {name: place})
        assert response.status_code == 200
        assert shown(response) == shown(client.get(QUEUE))


def test_a_long_list_is_not_counted_to_its_end(as_staff, coordinator, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 5)
    add_cases(9)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = as_staff(coordinator).get(QUEUE)
    assert "more than 5 cases" in response.content.decode()
    assert response.context["cl"].result_count == 6
    counting = [query["sql"] for query in asked if "COUNT(" in query["sql"] and "quoterequest" in query["sql"]]
    assert counting
    assert all(sql.count("LIMIT") >= sql.count("COUNT(") for sql in counting)


def test_sorting_by_a_column_does_not_change_the_order_that_pages_rest_on(as_staff, coordinator):
    add_cases(7)
    client = as_staff(coordinator)
    assert walk(client, f"{QUEUE}?o=-5", "later_url") == walk(client, QUEUE, "later_url")
