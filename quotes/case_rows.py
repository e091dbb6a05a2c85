"""Cases without identities: one row a case, for a manager who reckons elsewhere. Why it is made so: docs/decisions/0021.

No name, no words of anybody, no key. What an outsider may know of a person (country, age, sex, when they wrote) is told only
where at least ENOUGH rows say the very same; else it is told less finely, step by step. Rows that stay alone are left out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import office
from quotes import rules
from quotes.models import Flag, QuoteRequest, Recommendation
from quotes.models.case import QuoteRequestQuerySet
from quotes.questions import QUESTIONS, Text
from quotes.response_times import hours
from quotes.wording import country_name, function_text
from quotes.workflow import ClosingReason, Status

ENOUGH = 5
# whole months that are over: of two files, made today and tomorrow, the difference must not be one family
PERIODS: tuple[tuple[str, Text], ...] = (
    ("1", gettext_lazy("the last whole month")),
    ("3", gettext_lazy("the last 3 whole months")),
    ("12", gettext_lazy("the last 12 whole months")),
)
AGES = (0, 40, 50, 60, 70, 80)  # each band begins here, in years
MONTHS = (0, 3, 6, 12, 24, 60)  # since the stroke
SEXES = dict(QUESTIONS["sex"].options)

# what is told together, the finest first: who, and within each of them, when
WHO: tuple[tuple[str, ...], ...] = (("country", "age", "sex"), ("country", "age"), ("country",), ("age", "sex"), ("age",), ())
WHEN: tuple[tuple[str, ...], ...] = (("month", "quarter"), ("quarter",), ())
STEPS = tuple((*who, *when) for who in WHO for when in WHEN)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseRow:
    """`facts`: the cells that nobody outside can know. An empty text in the others: not told."""

    country: str
    age: str
    sex: str
    month: str
    quarter: str
    facts: tuple[str | int, ...]

    @property
    def cells(self) -> tuple[str | int, ...]:
        when = self.month or self.quarter or _("in this period")
        return (when, self.country or _("other"), self.age or _("not told"), self.sex or _("not told"), *self.facts)


def headings() -> list[str]:
    return [
        _("sent"), _("country"), _("age"), _("sex"), _("months since the stroke"), _("function (mRS)"), _("in daily life"),
        *(_("flags: %(level)s") % {"level": label} for label in Flag.Level.labels),
        _("status"), _("outcome"), _("chose an option"), _("opening hours to the first answer"),
        _("opening hours to the recommendation"), _("article they came from"),
    ]  # fmt: skip


def cases(months: int, *, today: date | None = None) -> QuoteRequestQuerySet:
    """Sent in the last whole months. Without what may be nobody, twice the same, a figure by now, or not to be read any more."""
    day = today or timezone.localdate()
    first = day.year * 12 + day.month - 1 - months
    start, end = (timezone.make_aware(datetime(number // 12, number % 12 + 1, 1)) for number in (first, first + months))
    sent = QuoteRequest.objects.of_somebody().filter(submitted_at__gte=start, submitted_at__lt=end)
    return sent.filter(is_suspect=False, health_withdrawn_at__isnull=True).exclude(
        closing_reason__in=(ClosingReason.SPAM, ClosingReason.DUPLICATE)
    )


def table(months: int) -> list[CaseRow]:
    """What may leave the house, in an order that tells nothing. Three queries, whatever the number of cases."""
    return sorted(merged(read(cases(months).order_by())), key=lambda row: [str(cell) for cell in row.cells])


def merged(rows: Iterable[CaseRow], *, enough: int = ENOUGH) -> list[CaseRow]:
    """Each row as finely as at least `enough` rows say the very same; fewer than `enough` that fit nowhere are left out."""
    told: list[CaseRow] = []
    left = [*rows]
    for step in STEPS:
        alike: dict[tuple[str, ...], list[CaseRow]] = defaultdict(list)
        for row in left:
            alike[tuple(getattr(row, name) for name in step)].append(row)
        hidden: dict[str, Any] = dict.fromkeys({"country", "age", "sex", "month", "quarter"} - set(step), "")
        told += [replace(row, **hidden) for group in alike.values() if len(group) >= enough for row in group]
        left = [row for group in alike.values() if len(group) < enough for row in group]
    return told


def read(found: QuoteRequestQuerySet) -> list[CaseRow]:
    flags = Counter(Flag.objects.filter(case__in=found).values_list("case", "level"))
    sent = Recommendation.objects.filter(case__in=found, sent_at__isnull=False).order_by()
    first_sent = dict(sent.values("case").annotate(at=Min("sent_at")).values_list("case", "at"))
    fields = (
        "answers", "country", "status", "closing_reason", "submitted_at", "first_answered_at", "accepted_at", "source_article",
    )  # fmt: skip
    return [one(case, flags=flags, recommended_at=first_sent.get(case.pk)) for case in found.only(*fields).iterator(500)]


def one(case: QuoteRequest, *, flags: Counter[tuple[UUID, str]], recommended_at: datetime | None) -> CaseRow:
    sent_at, unknown = case.submitted_at or case.created_at, _("not known")
    day, answers = timezone.localdate(sent_at), case.answers
    score = rules.function_score(answers)
    return CaseRow(
        country=country_name(case.country) if case.country else unknown,
        age=band(rules.age(answers, day), AGES),
        sex=str(SEXES.get(str(answers.get("sex")), unknown)),
        month=f"{day:%Y-%m}",
        quarter=_("%(year)s, quarter %(number)s") % {"year": day.year, "number": (day.month + 2) // 3},
        facts=(
            band(rules.months_since_stroke(answers, day), MONTHS),
            unknown if score is None else score,
            function_text(score),
            *(flags[case.pk, level] for level in Flag.Level.values),
            str(Status(case.status).label),
            str(ClosingReason(case.closing_reason).label) if case.closing_reason else "",
            _("yes") if case.accepted_at else _("no"),
            waited(sent_at, case.first_answered_at),
            waited(sent_at, recommended_at),
            case.source_article,
        ),
    )


def band(number: int | None, begins: tuple[int, ...]) -> str:
    """`40` to `49` as "40–49"; the last band has no end."""
    if number is None:
        return _("not known")
    for low, following in pairwise(begins):
        if number < following:
            return f"{low}–{following - 1}" if low else _("under %(number)s") % {"number": following}
    return _("%(number)s or more") % {"number": begins[-1]}


def waited(start: datetime, end: datetime | None) -> str | int:
    return "" if end is None else hours(office.open_time(start, end))
