import pytest
from django.utils import translation

from quotes.models import LineItem, Option
from quotes.money import amount_text, money, option_total, parse_amount
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1250", "EUR", 125000),
        ("1250.50", "EUR", 125050),
        ("1250,5", "EUR", 125050),
        ("1 250", "EUR", 125000),
        ("١٢٥٠", "EUR", 125000),
        ("0", "EUR", 0),
        ("1250", "JPY", 1250),
        ("1250.125", "KWD", 1250125),
    ],
)
def test_an_amount_is_kept_in_minor_units(typed, currency, minor):
    assert parse_amount(typed, currency) == minor
    assert parse_amount(amount_text(minor, currency), currency) == minor


@pytest.mark.parametrize("typed", ["1.250", "1,250", "1,250.00", "-5", "about 5", "", "5e3", "12.5 €", "1.2.3"])
def test_an_amount_that_can_be_read_in_two_ways_is_refused(typed):
    with pytest.raises(ValueError):
        parse_amount(typed, "EUR")


def test_a_yen_has_no_smaller_part():
    with pytest.raises(ValueError):
        parse_amount("1250.5", "JPY")


@pytest.mark.parametrize(
    ("language", "minor", "currency", "shown"),
    [
        ("en", 125000, "EUR", "€1,250"),
        ("en", 125050, "EUR", "€1,250.50"),
        ("es", 125000, "EUR", "1.250\xa0€"),
        ("en", 1250, "JPY", "¥1,250"),
        ("en", 1250125, "KWD", "KWD1,250.125"),
    ],
)
def test_money_is_written_as_its_reader_writes_it(language, minor, currency, shown):
    with translation.override(language):
        assert money(minor, currency) == shown


def option_with(coordinator, *lines: dict) -> Option:
    draft = factories.ready_recommendation(factories.sent_case(), coordinator=coordinator)
    option = draft.options.earliest("position")
    option.line_items.all().delete()
    for position, line in enumerate(lines, 1):
        values = {"group": "medical", "label": "Sample", "source": "estimate", **line}
        LineItem.objects.create(option=option, position=position, **values)
    return option


def test_what_is_not_known_is_counted_apart_and_never_as_nothing(coordinator):
    option = option_with(coordinator, {"low": 100, "likely": 200, "high": 300, "quantity": 2}, {"source": "unknown"})
    total = option_total(option)
    assert (total.low, total.likely, total.high, total.unknown) == (200, 400, 600, 1)


def test_what_may_be_added_counts_in_the_high_sum_only(coordinator):
    option = option_with(
        coordinator,
        {"low": 100, "likely": 200, "high": 300},
        {"low": 10, "likely": 20, "high": 30, "inclusion": "may_be_added"},
    )
    total = option_total(option)
    assert (total.low, total.likely, total.high) == (100, 200, 330)


def test_a_fee_that_the_clinic_pays_is_not_counted_a_second_time(coordinator):
    fee = {"group": "our_fee", "low": 50, "likely": 50, "high": 50}
    option = option_with(coordinator, {"low": 100, "likely": 100, "high": 100}, {**fee, "inclusion": "included"})
    assert option_total(option).likely == 100
    option.line_items.filter(group="our_fee").update(inclusion="excluded")
    assert option_total(Option.objects.get(pk=option.pk)).likely == 150
