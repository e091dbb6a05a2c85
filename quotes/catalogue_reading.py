"""What is read from the catalogue while a recommendation is written: rates of exchange, and what a clinic said a treatment costs."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from quotes.models import Clinic, ExchangeRate, Price, Treatment

OLD_AFTER = timedelta(days=183)  # half a year: ask the clinic again
PLACES = Decimal(1).scaleb(-8)  # as many as a rate is kept with


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One unit of `base` in `quote`, with the day and the source of the row that it comes from."""

    base: str
    quote: str
    rate: Decimal
    as_of: date
    source: str


def rate_for(base: str, quote: str, on: date) -> Rate | None:
    """The newest rate of that day or before, entered this way round or the other; nothing is guessed over a third currency."""
    either = Q(base=base, quote=quote) | Q(base=quote, quote=base)
    row = ExchangeRate.objects.filter(either, as_of__lte=on).order_by("-as_of", "-pk").first()
    if row is None:
        return None
    rate = row.rate if row.base == base else (1 / row.rate).quantize(PLACES)
    return Rate(base=base, quote=quote, rate=rate, as_of=row.as_of, source=row.source) if rate else None


def prices_for(clinic: Clinic, treatment: Treatment) -> list[Price]:
    """What this clinic told us about this treatment, in whatever language it is written here; the newest first."""
    return list(clinic.prices.filter(treatment_key=treatment.translation_key).order_by("-quoted_on", "pk"))


def is_old(told_on: date, *, today: date) -> bool:
    """A price or a rate that should be asked for again before anybody relies on it."""
    return today - told_on > OLD_AFTER
