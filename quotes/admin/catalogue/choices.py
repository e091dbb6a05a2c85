"""What several pages of the catalogue offer to choose from, in the reader's language."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from quotes import rules
from quotes.models import Flag, Treatment
from quotes.questions import Text
from quotes.wording import countries, country_name, currencies

Choices = list[tuple[str, Text]]


def reader() -> str:
    return translation.get_language() or "en"


def country_choices() -> Choices:
    return [("", "–"), *countries(reader())]


def places_with_rules() -> Choices:
    """Countries, and the European Union before them: its medicines are allowed for all of it."""
    return [("", "–"), ("EU", country_name("EU")), *countries(reader())]


def currency_choices() -> Choices:
    return [("", "–"), *currencies(reader())]


def rule_choices() -> list[tuple[Text, Choices]]:
    """The safety rules by level, each in plain words."""
    return [
        (level.label.capitalize(), [(rule.id, rule.reason) for rule in rules.RULES if rule.level == level])
        for level in Flag.Level
    ]


def in_words(fieldsets: Any, names: dict[str, str]) -> list[Any]:
    """The same fieldsets for somebody who may only read: codes give way to what they stand for."""
    return [
        (title, {**options, "fields": [names.get(field, field) for field in options["fields"]]}) for title, options in fieldsets
    ]


def treatment_choices() -> Choices:
    """Each treatment once, under the key that its languages share; its name in the reader's language, else in English."""
    rows = Treatment.objects.order_by("name").values_list("translation_key", "language", "name")
    names: dict[str, dict[str, str]] = {}
    for key, language, name in rows:
        names.setdefault(key, {})[language] = name
    found = [(key, known.get(reader()) or known.get("en") or next(iter(known.values()))) for key, known in names.items()]
    return [("", _("Choose a treatment")), *sorted(found, key=lambda row: row[1].casefold())]
