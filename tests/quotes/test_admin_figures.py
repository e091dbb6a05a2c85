"""Prices and rates in the admin: typed as people type, with their day, and never passed off as newer than they are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from quotes.models import ExchangeRate, Price
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
PRICES, RATES = "/staff/quotes/price/", "/staff/quotes/exchangerate/"
RATE = {"base": "EUR", "quote": "USD", "rate": "1.1", "as_of": f"{TODAY}", "source": "sample figure, not a real rate"}


@pytest.fixture
def price() -> dict[str, str]:
    return {
        "clinic": f"{factories.clinic().pk}", "treatment_key": factories.treatment().translation_key, "label": "Three weeks",
        "currency": "EUR", "low": "3000", "high": "3 999,50", "quoted_on": f"{TODAY}", "excludes": "The hotel.",
    }  # fmt: skip


def test_a_price_is_typed_as_people_type_and_kept_in_minor_units(as_staff, coordinator, price):
    client = as_staff(coordinator)
    assert client.post(f"{PRICES}add/", price).status_code == 302
    told = Price.objects.get()
    assert (told.low, told.high, told.recorded_by, told.changed_by) == (300000, 399950, coordinator, coordinator)
    client.post(f"{PRICES}add/", {**price, "currency": "JPY", "low": "450000", "high": ""})
    assert Price.objects.filter(currency="JPY", low=450000, high=450000).exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"low": "3.000"}, "Write an amount like 1250"),
        ({"low": "5000"}, "The second amount is smaller than the first."),
        ({"currency": ""}, "This field is required."),
        ({"treatment_key": "made-up"}, "Select a valid choice"),
        ({"quoted_on": f"{TODAY + timedelta(days=1)}"}, "This day is in the future."),
    ],
)
def test_a_price_that_cannot_be_right_is_refused_in_words_and_stays_typed(as_staff, coordinator, price, change, said):
    page = as_staff(coordinator).post(f"{PRICES}add/", price | change).content.decode()
    assert said in page and "The hotel." in page
    assert not Price.objects.exists()


def test_an_old_price_is_marked_as_old_in_the_list_and_beside_the_clinic(as_staff, coordinator, django_assert_max_num_queries):
    factories.treatment()
    old = factories.price(quoted_on=TODAY - timedelta(days=200), label="Old")
    client = as_staff(coordinator)
    client.get(PRICES)
    with django_assert_max_num_queries(9):
        assert client.get(PRICES).content.decode().count("old: ask again") == 1
    for number in range(8):
        factories.price(label=f"New {number}", clinic=factories.clinic(f"Sample Clinic {number}"))
    with django_assert_max_num_queries(9):
        page = client.get(PRICES).content.decode()
    assert page.count("old: ask again") == 1 and page.count("Sample rehabilitation") == 9 and "€3,000 – €4,000" in page
    assert "old: ask again" in client.get(reverse("admin:quotes_clinic_change", args=[old.clinic_id])).content.decode()


def test_a_coordinator_reads_a_price_in_words_and_a_manager_puts_a_slip_right(as_staff, coordinator, manager, price):
    told = factories.price()
    address = f"{PRICES}{told.pk}/change/"
    page = as_staff(coordinator).get(address).content.decode()
    assert "€3,000 – €4,000" in page and "300000" not in page
    assert as_staff(coordinator).post(address, price).status_code == 403
    client = as_staff(manager)
    assert 'name="low" value="3000"' in client.get(address).content.decode()
    assert client.post(address, {**price, "opened_version": "1"}).status_code == 302
    assert client.post(address, {**price, "low": "1", "opened_version": "1"}).status_code == 409
    told.refresh_from_db()
    assert (told.low, told.high, told.version) == (300000, 399950, 2)


def test_a_rate_is_added_with_day_and_source_and_never_changed(as_staff, coordinator, manager):
    client = as_staff(coordinator)
    assert client.post(f"{RATES}add/", {**RATE, "rate": "1,0825"}).status_code == 302
    row = ExchangeRate.objects.get()
    assert (row.rate, row.recorded_by) == (Decimal("1.0825"), coordinator)
    for who in (coordinator, manager):
        assert as_staff(who).post(f"{RATES}{row.pk}/change/", RATE).status_code == 403
    assert "1.0825" in client.get(RATES).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rate": "1,082"}, "Write the rate like 1.0825"),
        ({"rate": "about 1"}, "Write the rate like 1.0825"),
        ({"rate": "0"}, "A rate is more than zero."),
        ({"quote": "EUR"}, "Choose two different currencies."),
        ({"source": ""}, "This field is required."),
        ({"as_of": f"{TODAY + timedelta(days=1)}"}, "This day is in the future."),
    ],
)
def test_a_rate_that_cannot_be_right_is_refused_in_words(as_staff, coordinator, change, said):
    page = as_staff(coordinator).post(f"{RATES}add/", RATE | change).content.decode()
    assert said in page
    assert not ExchangeRate.objects.exists()


def test_a_rate_far_from_the_last_one_needs_a_tick_whichever_way_round_it_was_entered(as_staff, coordinator, manager):
    factories.exchange_rate("USD", "EUR", "0.8", by=manager, as_of=TODAY - timedelta(days=1))  # 1.25
    client = as_staff(coordinator)
    page = client.post(f"{RATES}add/", {**RATE, "rate": "12.5"}).content.decode()
    assert "The last rate was 1.25 (" in page and "more than 30 %" in page
    assert ExchangeRate.objects.count() == 1
    assert client.post(f"{RATES}add/", {**RATE, "rate": "1.6"}).status_code == 302
    assert client.post(f"{RATES}add/", {**RATE, "rate": "12.5", "is_meant": "on"}).status_code == 302
    assert ExchangeRate.objects.count() == 3
