"""What a question, a step and a condition are. Pure: no database, no request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
Options = tuple[tuple[str, Text], ...]
Answers = Mapping[str, Any]
UNKNOWN, NONE, PREFER_NOT = "unknown", "none", "prefer_not"
DONT_KNOW: tuple[str, Text] = (UNKNOWN, _("I don't know"))
RATHER_NOT: tuple[str, Text] = (PREFER_NOT, _("I would rather not say"))
YES_NO: Options = (("yes", _("Yes")), ("no", _("No")))
YES_NO_UNKNOWN: Options = (*YES_NO, DONT_KNOW)
HOW_MUCH: Options = (
    ("0", _("No problem")),
    ("1", _("A little")),
    ("2", _("A lot")),
    ("3", _("Cannot do it")),
    DONT_KNOW,
)
"""How much of a problem something is today."""


class Condition(Protocol):
    """Whether a question is asked, given the answers so far; `key` is the question that it looks at."""

    @property
    def key(self) -> str: ...

    def __call__(self, answers: Answers) -> bool: ...


@dataclass(frozen=True)
class OneOf:
    """Whether the answer is, or (for several choices) contains, one of these values. Data, so that a page can carry it too."""

    key: str
    values: tuple[str, ...]

    def __call__(self, answers: Answers) -> bool:
        given = answers.get(self.key)
        return bool(set(self.values) & set(given if isinstance(given, list) else [given]))


@dataclass(frozen=True)
class AgedBelow:
    """Whether the person may be younger than this, in years; also while the year of birth is not known."""

    years: int
    key: str = "birth_year"

    def __call__(self, answers: Answers) -> bool:
        born = str(answers.get(self.key) or "")
        return not born.isdecimal() or datetime.now(UTC).year - int(born) < self.years


def is_one_of(key: str, *values: str) -> OneOf:
    return OneOf(key, values)


def writes_for_another(answers: Answers) -> bool:
    return answers.get("filler_role") not in (None, "", "patient")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question, worded for the patient and for somebody who writes about the patient.

    `kind`: choice, choices, scale (a choice of short answers, drawn in one row), text, long_text, year, month, email, phone, country, language, currency, time_zone, pressure.
    `easy` is the short wording of the easy mode, with its key words between `**`; it fits both who are asking.
    `required`: without it a request cannot be sent (the list must never grow). `needed`: a whole case has it; it can wait.
    `short`: asked on the short way too, though it is not required.
    """

    key: str
    kind: str
    label: Text
    about: Text | None = None  # the wording when somebody writes for the patient
    easy: Text = ""
    hint: Text = ""
    why: Text = ""  # one line: why we ask
    options: Options = ()
    required: bool = False
    needed: bool = False
    short: bool = False
    shown_if: tuple[Condition, ...] = ()  # asked only when all of them hold
    max_length: int = 200
    autocomplete: str = ""

    @property
    def is_written(self) -> bool:
        """Whether the answer is in the family's own words, and so in their language."""
        return self.kind in {"text", "long_text"}

    @property
    def is_in_one_row(self) -> bool:
        """Whether its answers are few and short enough to stand side by side."""
        return self.kind == "scale" or {value for value, _label in self.options} in ({"yes", "no"}, {"yes", "no", UNKNOWN})

    @property
    def is_on_short_way(self) -> bool:
        return self.required or self.short

    @property
    def exclusive(self) -> tuple[str, ...]:
        """The choices that rule out the others."""
        alone = (NONE, UNKNOWN, PREFER_NOT)
        return tuple(value for value, _label in self.options if value in alone) if self.kind == "choices" else ()

    def wording(self, answers: Answers) -> Text:
        return self.about if self.about and writes_for_another(answers) else self.label

    def applies(self, answers: Answers) -> bool:
        return all(holds(answers) for holds in self.shown_if)


@dataclass(frozen=True, kw_only=True)
class Step:
    key: str
    title: Text
    questions: tuple[Question, ...]
    about: Text | None = None
    intro: Text = ""

    def wording(self, answers: Answers) -> Text:
        return self.about if self.about and writes_for_another(answers) else self.title
