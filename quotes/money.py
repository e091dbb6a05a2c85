"""Amounts: estimates in minor units, their totals, and how people read and type them. What is not known is never added up as nothing."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from django.db.models import Q
from django.utils import timezone, translation

from quotes.models import ExchangeRate, LineItem, Option, Recommendation
from quotes.questions import Text
from quotes.wording import locale


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


def counted(option: Option) -> list[LineItem]:
    """The lines of the sum. A fee that is included is paid by the clinic out of its price: it is shown, and not counted twice."""
    paid_by_clinic = (LineItem.Group.OUR_FEE, LineItem.Inclusion.INCLUDED)
    return [line for line in option.line_items.all() if (line.group, line.inclusion) != paid_by_clinic]


def option_total(option: Option) -> Total:
    """Everything the family should expect to pay, inside the clinic's price or not. "May be added" counts in the high sum only."""
    lines = counted(option)
    sure = total([line for line in lines if line.inclusion != LineItem.Inclusion.MAY_BE_ADDED])
    maybe = total(lines, inclusion=LineItem.Inclusion.MAY_BE_ADDED)
    return Total(low=sure.low, likely=sure.likely, high=sure.high + maybe.high, unknown=sure.unknown + maybe.unknown)


def sureness(option: Option) -> list[tuple[Text, int]]:
    """How many lines of the sum were quoted, how many are our estimate, how many nobody knows yet."""
    numbers = Counter(line.source for line in counted(option))
    return [(label, numbers[source]) for source, label in LineItem.Source.choices if numbers[source]]


def money(minor: int, currency: str) -> str:
    """An amount as its reader writes it: €1,250 or 1.250 €; cents only where there are any."""
    precision = get_currency_precision(currency)
    language = locale(translation.get_language() or "en")
    amount = Decimal(minor).scaleb(-precision)
    if minor % 10**precision:
        return format_currency(amount, currency, locale=language)
    pattern = language.currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(amount, currency, pattern, locale=language, currency_digits=False)


def amount_text(minor: int | None, currency: str) -> str:
    """An amount as staff type it: 1250 or 1250.50; nothing when it is not known."""
    if minor is None:
        return ""
    precision = get_currency_precision(currency)
    return str(minor // 10**precision) if minor % 10**precision == 0 else str(Decimal(minor).scaleb(-precision))


def parse_amount(text: str, currency: str) -> int:
    """What somebody typed, in minor units. Raises ValueError for anything that could be read in two ways, such as 1.250."""
    plain = "".join(
        str(unicodedata.decimal(c)) if unicodedata.decimal(c, None) is not None else c for c in text if not c.isspace()
    )
    precision = get_currency_precision(currency)
    match = re.fullmatch(r"(\d{1,12})(?:[.,٫](\d+))?", plain)
    if not match or len(match[2] or "") > precision:
        raise ValueError(text)
    return int(match[1]) * 10**precision + int((match[2] or "").ljust(precision, "0") or 0)


# ── Two currencies ────────────────────────────────────────────────────────────────────────────────────────────────────
OLD_RATE = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One unit of `base` is `rate` units of `quote`."""

    base: str
    quote: str
    rate: Decimal
    as_of: date
    source: str

    @property
    def is_old(self) -> bool:
        return self.as_of < timezone.localdate() - OLD_RATE


def rates_from(base: str) -> dict[str, Rate]:
    """The newest rate that somebody entered for each currency beside `base`, turned round where it was entered the other way."""
    found: dict[str, Rate] = {}
    rows = ExchangeRate.objects.filter(Q(base=base) | Q(quote=base)).order_by("as_of", "pk")
    for row in rows:  # newest last
        other = row.quote if row.base == base else row.base
        rate = row.rate if row.base == base else (1 / row.rate).quantize(Decimal("1e-8"))
        found[other] = Rate(base=base, quote=other, rate=rate, as_of=row.as_of, source=row.source)
    return dict(sorted(found.items()))


def converted(minor: int, *, rate: Decimal, base: str, quote: str) -> int:
    """An amount in minor units of `base`, in minor units of `quote`: each currency has its own number of them."""
    return round(Decimal(minor).scaleb(-get_currency_precision(base)) * rate * 10 ** get_currency_precision(quote))


def in_second_currency(sums: Total, recommendation: Recommendation) -> dict[str, str]:
    """Low, likely and high as the family counts, in whole units: a sum at the rate of a day has no cents. Empty without a rate."""
    if recommendation.rate is None:
        return {}
    base, quote = recommendation.currency, recommendation.second_currency
    whole = 10 ** get_currency_precision(quote)
    minors = {"low": sums.low, "likely": sums.likely, "high": sums.high}
    return {
        name: money(round(converted(minor, rate=recommendation.rate, base=base, quote=quote) / whole) * whole, quote)
        for name, minor in minors.items()
    }
