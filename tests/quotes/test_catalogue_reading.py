"""What a draft takes from the catalogue: rates, prices and the rows people forget."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from articles import sheets
from quotes import clinic_questions
from quotes.models import ClinicAnswer, UsualLine
from quotes.money import converted, rates_from
from quotes.proposal import standard_lines
from tests import factories

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


@pytest.fixture
def rate(groups):
    by = factories.user(role="manager", name="Mona Sample")

    def add(base: str, quote: str, value: str, as_of: date = DAY) -> None:
        factories.exchange_rate(base, quote, value, by=by, as_of=as_of)

    return add


def test_the_newest_rate_counts_whichever_way_round_it_was_entered(rate):
    rate("EUR", "USD", "1.20")
    rate("EUR", "USD", "1.10", DAY - timedelta(days=9))
    found = rates_from("EUR")["USD"]
    assert (found.rate, found.as_of, found.source) == (Decimal("1.20"), DAY, "sample figure, not a real rate")
    rate("USD", "EUR", "0.8", DAY + timedelta(days=1))
    assert rates_from("EUR")["USD"].rate == Decimal("1.25")


def test_a_slip_is_put_right_by_another_row_of_the_same_day(rate):
    rate("EUR", "USD", "11")
    rate("EUR", "USD", "1.1")
    assert rates_from("EUR")["USD"].rate == Decimal("1.1")


@pytest.mark.parametrize(
    ("minor", "rate", "base", "quote", "result"),
    [
        (125050, "1.1", "EUR", "USD", 137555),
        (100000, "160.5", "EUR", "JPY", 160500),
        (160500, "0.00623053", "JPY", "EUR", 100000),
        (100000, "0.333333", "EUR", "KWD", 333333),
        (0, "1.1", "EUR", "USD", 0),
    ],
)
def test_an_amount_is_converted_between_currencies_with_other_cents(minor, rate, base, quote, result):
    assert converted(minor, rate=Decimal(rate), base=base, quote=quote) == result


def test_a_price_is_old_after_half_a_year():
    today = timezone.localdate()
    assert [factories.price(quoted_on=today - timedelta(days=days)).is_old for days in (0, 183, 184)] == [False, False, True]


def test_the_rows_people_forget_come_in_the_drafts_language_else_in_english(django_assert_num_queries):
    row = {"kind": "trial", "group": "travel", "inclusion": "excluded"}
    UsualLine.objects.create(language="en", label="Second", position=2, **row)
    UsualLine.objects.create(language="en", label="First", position=1, **row)
    UsualLine.objects.create(language="en", label="Not used", position=3, is_active=False, **row)
    UsualLine.objects.create(language="ar", label="Not wanted in Arabic", is_active=False, **row)
    UsualLine.objects.create(language="en", label="Of another kind", **row | {"kind": "waiting"})
    with django_assert_num_queries(1):
        assert [line.label for line in standard_lines("trial", language="es")] == ["First", "Second"]
    assert standard_lines("trial", language="ar") == []


def test_the_clinic_sheet_asks_what_families_are_told_to_ask():
    keys = [ask.key for group in sheets.GROUPS for ask in group.asks]
    assert list(clinic_questions.ASKS) == keys and len(set(keys)) == len(keys)
    assert all(len(key) <= ClinicAnswer._meta.get_field("question").max_length for key in keys)


def test_what_is_said_of_a_clinic_follows_the_order_of_the_sheet():
    clinic = factories.clinic()
    for key in reversed(clinic_questions.ASKS):
        ClinicAnswer.objects.create(clinic=clinic, question=key, asked_on=DAY)
    assert [answer["question"] for answer in clinic.facts["answers"]] == list(clinic_questions.ASKS)
