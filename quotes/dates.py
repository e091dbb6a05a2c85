"""Dates and readings as people write them: `3 2024`, `03/2024`, `March 2024`, `2024-03`, `15 marzo 2024`, `٣/٢٠٢٤`. Pure."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quotes.digits import western_digits

EARLIEST_YEAR = 1900
MONTH_NAME_LOCALES = ("en", "es", "ar", "ar_LB", "ar_DZ", "ar_MA")  # Arabic months have three sets of names
SMALL_WORDS = {"de", "del", "of", "the", "st", "nd", "rd", "th", "in", "en", "el", "في", "من", "شهر", "عام", "سنه"}


def folded(text: str) -> str:
    """Small letters, no accents, western digits."""
    plain = unicodedata.normalize("NFKD", western_digits(text).casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return letters.replace("أ", "ا").replace("إ", "ا").replace("آ", "ا").replace("ة", "ه")


@lru_cache(maxsize=1)
def month_names() -> tuple[tuple[str, int], ...]:
    """Names and short names with their numbers, the longest first, so that none is found inside another."""
    found: dict[str, int] = {"sept": 9, "set": 9}
    for code in MONTH_NAME_LOCALES:
        months = Locale.parse(code).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[form][width].items():
                    found.setdefault(folded(str(name)).rstrip("."), number)
    return tuple(sorted(found.items(), key=lambda row: -len(row[0])))


def tokens(text: str) -> list[str]:
    """Numbers, `#3` for a month's name, and whatever else was written."""
    plain = folded(text)
    for name, number in month_names():
        plain = re.sub(rf"(?<![^\W\d_]){re.escape(name)}(?![^\W\d_])", f" #{number} ", plain)
    return [token for token in re.findall(r"#\d+|\d+|[^\W\d_]+", plain) if token not in SMALL_WORDS]


def parse_year(text: str, *, today: date) -> str:
    """A year of birth as `1958`. Raises ValidationError with what to write instead."""
    year = western_digits(text).strip()
    if not re.fullmatch(r"\d{4}", year):
        raise ValidationError(_("Write the year with four figures, for example 1958."))
    if int(year) > today.year:
        raise ValidationError(_("This year is in the future. Check the figures."))
    if int(year) < EARLIEST_YEAR:
        raise ValidationError(_("This year is too long ago. Check the figures, for example 1958."))
    return year


def parse_pressure(text: str) -> str:
    """A blood pressure reading as `140/85`, in mmHg; `14/8` is taken for 140/80. Raises ValidationError."""
    found = [int(figure) for figure in re.findall(r"\d{1,3}", western_digits(text))]
    if len(found) == 2 and all(figure < 30 for figure in found):
        found = [figure * 10 for figure in found]
    if len(found) != 2 or not (60 <= found[0] <= 300 and 30 <= found[1] <= 200 and found[1] < found[0]):
        raise ValidationError(_("Write two figures, the higher one first, for example 140/85."))
    return f"{found[0]}/{found[1]}"


def parse_month(text: str, *, today: date) -> str:
    """A past date as `2024-03-15`, `2024-03`, or `2019` when only the year is known. Raises ValidationError."""
    year, month, day = parts(tokens(text))
    if year < EARLIEST_YEAR:
        raise ValidationError(_("Write the year of the common calendar with four figures, for example 2024."))
    if month is None:
        if year > today.year:
            raise ValidationError(_("This date is in the future. Check the year."))
        if year > today.year - 2:
            raise ValidationError(_("Please add the month, for example 3 2024. In the first two years it matters."))
        return f"{year}"
    try:
        exact = date(year, month, day or 1)
    except (ValueError, OverflowError):  # "#99999999999" is as little a month as "13" is
        raise ValidationError(_("There is no such date. Check the day and the month.")) from None
    if exact > today:
        raise ValidationError(_("This date is in the future. Check the month and the year."))
    return exact.isoformat() if day else f"{exact:%Y-%m}"


def parts(found: list[str]) -> tuple[int, int | None, int | None]:
    """Year, month and day of what was written; raises ValidationError when that is not clear."""
    named = [int(token[1:]) for token in found if token.startswith("#")]
    years = [int(token) for token in found if token.isdecimal() and len(token) == 4]
    small = [int(token) for token in found if token.isdecimal() and len(token) <= 2]
    if len(named) > 1 or len(years) != 1 or len(named) + len(years) + len(small) != len(found):
        raise not_understood()
    year = years[0]
    if named:
        if len(small) > 1:
            raise not_understood()
        return year, named[0], small[0] if small else None
    if len(small) < 2:
        return year, small[0] if small else None, None
    if len(small) > 2:
        raise not_understood()
    if found[0].isdecimal() and len(found[0]) == 4:
        return year, small[0], small[1]
    day, month = small
    if month > 12:
        day, month = month, day
    elif day <= 12 and day != month:
        raise ValidationError(_("Day or month first? Write the month as a word, for example 5 March 2024."))
    return year, month, day


def not_understood() -> ValidationError:
    return ValidationError(_("Write the month and the year, for example 3 2024 or March 2024."))


def as_typed(value: str) -> str:
    """A kept date as a person would write it: `2024-03` as `3 2024`."""
    year, _dash, rest = value.partition("-")
    return f"{int(rest)} {year}" if rest.isdecimal() else value
