"""Totals of an option: sums of estimates in minor units. What is not known is never added up as nothing."""

from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, get_currency_precision
from django.utils import translation

from quotes.models import LineItem, Option


@dataclass(frozen=True, kw_only=True)
class Total:
    """Low, likely and high in minor units; `unknown` lines are missing from the sum, and the page says so."""

    low: int
    likely: int
    high: int
    unknown: int


def total(lines: list[LineItem], *, inclusion: str | None = None) -> Total:
    counted = [line for line in lines if inclusion is None or line.inclusion == inclusion]
    known = [line for line in counted if line.likely is not None]
    return Total(
        low=sum(line.quantity * (line.low or 0) for line in known),
        likely=sum(line.quantity * (line.likely or 0) for line in known),
        high=sum(line.quantity * (line.high or 0) for line in known),
        unknown=len(counted) - len(known),
    )


def option_total(option: Option) -> Total:
    """Everything the family should expect to pay, inside the clinic's price or not. "May be added" counts in the high sum only."""
    lines = list(option.line_items.all())
    sure = total([line for line in lines if line.inclusion != LineItem.Inclusion.MAY_BE_ADDED])
    maybe = total(lines, inclusion=LineItem.Inclusion.MAY_BE_ADDED)
    return Total(low=sure.low, likely=sure.likely, high=sure.high + maybe.high, unknown=sure.unknown + maybe.unknown)


def money(minor: int, currency: str) -> str:
    """An amount as its reader writes it: €1,250 or 1.250 €; cents only where there are any."""
    precision = get_currency_precision(currency)
    language = Locale.parse((translation.get_language() or "en").replace("-", "_"))
    pattern = language.currency_formats["standard"].pattern
    if minor % 10**precision == 0:
        pattern = pattern.replace(".00", "")
    return format_currency(Decimal(minor).scaleb(-precision), currency, pattern, locale=language, currency_digits=False)
