"""Answers as people read them: countries, languages, months and choices in the reader's own language."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.utils import formats, translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from quotes import questions, rules
from quotes.questions import UNKNOWN, Answers, Question, Text

LANGUAGE_CODES = (
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "ha", "he", "hi", "hr", "hu", "id", "it",
    "ja", "ko", "ms", "nl", "no", "pa", "pl", "pt", "ro", "ru", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "th",
    "tl", "tr", "uk", "ur", "uz", "vi", "yo", "zh",
)  # fmt: skip


@lru_cache(maxsize=16)
def locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


@lru_cache(maxsize=16)
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """ISO 3166 codes with their names, sorted as names."""
    names = locale(language).territories
    rows = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}
    ]
    return tuple(sorted(rows, key=lambda row: row[1]))


@lru_cache(maxsize=16)
def languages(language: str) -> tuple[tuple[str, str], ...]:
    """Languages a person may speak, each with its name; sorted as names."""
    names = locale(language).languages
    return tuple(sorted(((code, str(names.get(code, code))) for code in LANGUAGE_CODES), key=lambda row: row[1].casefold()))


@lru_cache(maxsize=16)
def currencies(language: str) -> tuple[tuple[str, str], ...]:
    """ISO 4217 codes of the money in use today, with their names; sorted as names."""
    names = locale(language).currencies
    used = {code for territory, _name in countries("en") for code in get_territory_currencies(territory)}
    return tuple(sorted(((code, f"{names.get(code, code)} ({code})") for code in used), key=lambda row: row[1].casefold()))


@lru_cache(maxsize=16)
def time_zones(language: str) -> tuple[tuple[str, str], ...]:
    """IANA zones as `Spain: Madrid`; sorted as names."""
    known, names, cities = dict(countries(language)), locale(language).time_zones, available_timezones()
    rows = [
        (zone, f"{known[territory]}: {names.get(zone, {}).get('city') or zone.rpartition('/')[2].replace('_', ' ')}")
        for zone, territory in get_global("zone_territories").items()
        if territory in known and zone in cities
    ]
    return tuple(sorted(rows, key=lambda row: row[1].casefold()))


def likely_currency(country: str) -> str:
    return str(next(iter(get_territory_currencies(country)), "")) if country else ""


def likely_time_zone(country: str) -> str:
    """A zone of the country: the right one where it has one only, a first guess where it has several."""
    return next((zone for zone, territory in get_global("zone_territories").items() if territory == country), "")


def with_bold(text: Text) -> SafeString:
    """The key words of an easy wording, written between `**`, in bold."""
    parts = str(text).split("**")
    return mark_safe(
        "".join(f"<strong>{escape(part)}</strong>" if n % 2 else str(escape(part)) for n, part in enumerate(parts))
    )


def country_name(code: str) -> str:
    """The European Union has a name too: nobody lives in it on a form, but it has medicines rules."""
    return str(locale(translation.get_language() or "en").territories.get(code, code))


def language_name(code: str) -> str:
    return dict(languages(translation.get_language() or "en")).get(code, code)


def answer_lines(question: Question, answers: Answers) -> list[Text]:
    """The answer to a question as lines to read; nothing when it is not answered."""
    value: Any = answers.get(question.key)
    if value in (None, "", []):
        return []
    if value == UNKNOWN:
        return [_("I don't know")]
    if question.kind == "country":
        return [country_name(value)]
    if question.kind == "language":
        return [language_name(value)]
    if question.kind in ("currency", "time_zone"):
        rows = (currencies if question.kind == "currency" else time_zones)(translation.get_language() or "en")
        return [dict(rows).get(value, value)]
    if question.kind == "month" and (day := rules.stroke_date({"stroke_date": value})):
        known = value.count("-")
        return [value if known == 0 else formats.date_format(day, "DATE_FORMAT" if known == 2 else "YEAR_MONTH_FORMAT")]
    return questions.answer_text(question, value)


def answer_in_one_line(question: Question, answers: Answers) -> str:
    return "; ".join(str(line) for line in answer_lines(question, answers))


def function_text(score: int | None) -> str:
    """What a modified Rankin score means in daily life."""
    return {
        None: _("not known yet"),
        0: _("back to how it was before"),
        1: _("does everything, with some signs left"),
        2: _("lives alone, with some limits"),
        3: _("needs some help, walks alone"),
        4: _("cannot walk without help"),
        5: _("needs help to sit up"),
    }[score]
