"""What a draft takes from the catalogue: rates, prices and the rows people forget."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from articles import sheets
from quotes import clinic_questions
from quotes.catalogue_reading import is_old, prices_for, rate_for
from quotes.models import ClinicAnswer, ExchangeRate, Price, UsualLine
from quotes.money import converted
from quotes.proposal import usual_lines
from tests import factories

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def rate(base: str, quote: str, value: str, as_of: date = DAY) -> ExchangeRate:
    by = factories.user(role="manager", name=f"Mona{ExchangeRate.objects.count()} Sample")
    return ExchangeRate.objects.create(
        base=base, quote=quote, rate=Decimal(value), as_of=as_of, source="sample figure, not a real rate", recorded_by=by
    )


def test_the_newest_rate_of_that_day_or_before_is_taken(groups):
    rate("EUR", "USD", "1.10", DAY - timedelta(days=9))
    rate("EUR", "USD", "1.20")
    rate("EUR", "USD", "9", DAY + timedelta(days=1))
    found = rate_for("EUR", "USD", DAY)
    assert (found.rate, found.as_of, found.source) == (Decimal("1.20"), DAY, "sample figure, not a real rate")
    assert rate_for("EUR", "USD", DAY - timedelta(days=3)).rate == Decimal("1.10")
    assert rate_for("EUR", "USD", DAY - timedelta(days=10)) is None
    assert rate_for("EUR", "GBP", DAY) is None


def test_a_rate_entered_the_other_way_round_is_turned_and_the_newer_of_both_wins(groups):
    rate("USD", "EUR", "0.8")
    assert (rate_for("EUR", "USD", DAY).base, rate_for("EUR", "USD", DAY).rate) == ("EUR", Decimal("1.25"))
    rate("EUR", "USD", "1.3")
    assert rate_for("EUR", "USD", DAY).rate == Decimal("1.3")
    assert rate_for("USD", "EUR", DAY).rate == Decimal("0.76923077")


def test_a_slip_is_put_right_by_another_row_of_the_same_day(groups):
    rate("EUR", "USD", "11")
    rate("EUR", "USD", "1.1")
    assert rate_for("EUR", "USD", DAY).rate == Decimal("1.1")


@pytest.mark.parametrize(
    ("minor", "rate", "base", "quote", "result"),
    [
        (125050, "1.1", "EUR", "USD", 137555),
        (100000, "160.5", "EUR", "JPY", 160500),
        (160500, "0.00623053", "JPY", "EUR", 100000),
        (100000, "0.333333", "EUR", "KWD", 333333),
        (1250, "2", "KWD", "JPY", 3),  # half a yen goes up
        (0, "1.1", "EUR", "USD", 0),
    ],
)
def test_an_amount_is_converted_between_currencies_with_other_cents(minor, rate, base, quote, result):
    assert converted(minor, rate=Decimal(rate), base=base, quote=quote) == result


def test_the_prices_of_a_clinic_for_a_treatment_hold_in_every_language_newest_first():
    clinic, other = factories.clinic(), factories.clinic("Sample Clinic Two")
    treatment, spanish = (
        factories.treatment("procedure", labels="D"),
        factories.treatment("procedure", language="es", labels="D"),
    )
    figures = {"low": 1, "high": 2, "currency": "EUR"}
    for place, days in ((clinic, 200), (clinic, 2), (other, 1)):
        Price.objects.create(
            clinic=place, treatment_key=treatment.translation_key, quoted_on=DAY - timedelta(days=days), **figures
        )
    Price.objects.create(clinic=clinic, treatment_key="another", quoted_on=DAY, **figures)
    told = [price.quoted_on for price in prices_for(clinic, spanish)]
    assert told == [DAY - timedelta(days=2), DAY - timedelta(days=200)]
    assert [is_old(day, today=DAY) for day in told] == [False, True]


def test_the_rows_people_forget_come_in_the_drafts_language_else_in_english(django_assert_num_queries):
    row = {"kind": "trial", "group": "travel", "inclusion": "excluded"}
    UsualLine.objects.create(language="en", label="Second", position=2, **row)
    UsualLine.objects.create(language="en", label="First", position=1, **row)
    UsualLine.objects.create(language="en", label="Not used", position=3, is_active=False, **row)
    UsualLine.objects.create(language="ar", label="Not wanted in Arabic", is_active=False, **row)
    UsualLine.objects.create(language="en", label="Of another kind", **row | {"kind": "waiting"})
    with django_assert_num_queries(1):
        assert [line.label for line in usual_lines("trial", language="es")] == ["First", "Second"]
    assert usual_lines("trial", language="ar") == []


def test_the_clinic_sheet_asks_what_families_are_told_to_ask():
    keys = [ask.key for group in sheets.GROUPS for ask in group.asks]
    assert list(clinic_questions.ASKS) == keys and len(set(keys)) == len(keys)
    assert all(len(key) <= ClinicAnswer._meta.get_field("question").max_length for key in keys)


def test_what_is_said_of_a_clinic_follows_the_order_of_the_sheet():
    clinic = factories.clinic()
    for key in reversed(clinic_questions.ASKS):
        ClinicAnswer.objects.create(clinic=clinic, question=key, asked_on=DAY)
    assert [answer["question"] for answer in clinic.facts["answers"]] == list(clinic_questions.ASKS)
