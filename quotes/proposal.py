"""The first draft of a recommendation, from plain rules: which treatments may fit these answers, and the rows people forget.

Beside it, for staff: what to read, and which running trials the answers fit.

Rehabilitation comes first, always; a procedure is never proposed by a machine: staff add one by hand, with its label.
"""

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import ClinicalTrial, TrialSummary
from quotes import questions, rules
from quotes.models import Flag, Option, Price, QuoteRequest, Treatment, UsualLine
from quotes.questions import Text
from quotes.wording import answer_in_one_line

Kind = Treatment.Kind
ORDER = (Kind.REHABILITATION, Kind.TRIAL, Kind.WAITING)
KINDS = (*ORDER, Kind.PROCEDURE)

# What trials leave people out for: while such a flag is raised, a trial is not proposed by itself.
OUTSIDE_TRIALS = frozenset({"cancer-recent", "cells-before", "tia-only", "minor", "stroke-under-14-days", "getting-worse"})

# Trials that take people in at this stage certainly leave out whoever had the stroke fewer or more whole months ago. Where a
# trial's row gives no months in numbers, this is all that can be said of it: whoever is within may fit.
MONTHS: dict[str, tuple[int, int | None]] = {
    ClinicalTrial.Stage.DAYS: (0, 1),
    ClinicalTrial.Stage.WEEKS: (0, 4),
    ClinicalTrial.Stage.MONTHS: (2, None),
}
UNITS = {"months": 1, "years": 12}
# Our answer to "What kind of stroke was it?", and the words by which a trial's row says that it takes it.
STROKE_WORDS: dict[str, tuple[str, ...]] = {"ischaemic": ("ischaemic", "infarct"), "bleed": ("haemorrhagic",)}


@dataclass(frozen=True, kw_only=True)
class Considered:
    """A treatment of the catalogue, looked at with these answers. `against`: reasons of rules that were raised; empty: nothing speaks
    against it. `is_proposed`: it stands in the first draft."""

    treatment: Treatment
    against: list[Text]
    is_proposed: bool


def considered(case: QuoteRequest) -> list[Considered]:
    """Every treatment that may be used, with what the answers say of it. A procedure is never proposed, only never ruled out in silence."""
    raised = set(case.flags.values_list("rule_id", flat=True))
    found, taken = [], set()
    treatments = treatments_for(case.language).select_related("article__published_edition")
    for treatment in sorted(treatments, key=lambda row: (KINDS.index(row.kind), row.name)):
        against = set(treatment.contra_indicating_rules) & raised
        if treatment.kind == Kind.TRIAL:
            against |= raised & OUTSIDE_TRIALS
        fits = treatment.kind in ORDER and not against and treatment.kind not in taken
        if fits:
            taken.add(treatment.kind)
        reasons = [rules.BY_ID[rule_id].reason for rule_id in sorted(against) if rule_id in rules.BY_ID]
        found.append(Considered(treatment=treatment, against=reasons, is_proposed=fits))
    return found


def fitting_treatments(case: QuoteRequest) -> list[Treatment]:
    """One treatment of each kind without a procedure that these answers allow, in the case's language (else in English)."""
    return [each.treatment for each in considered(case) if each.is_proposed]


def treatments_for(language: str) -> QuerySet[Treatment]:
    """What staff may choose from: active ones in this language, and the English ones that have no version in it."""
    translated = Treatment.objects.filter(is_active=True, language=language)
    only_english = Q(language="en") & ~Q(translation_key__in=translated.values("translation_key"))
    return Treatment.objects.filter(Q(pk__in=translated.values("pk")) | only_english, is_active=True).order_by("name")


def standard_lines(kind: str, *, language: str) -> list[UsualLine]:
    """The rows a draft starts with for a kind of treatment, in its language; in English where nobody has written them in it."""
    rows = list(UsualLine.objects.filter(kind=kind, language__in=(language, "en")).order_by("position", "pk"))
    written = [row for row in rows if row.language == language] or rows
    return [row for row in written if row.is_active]


def english_labels(language: str) -> set[str]:
    """Names of costs that a draft in this language may begin with in English, for want of others."""
    if language == "en":
        return set()
    rows = UsualLine.objects.filter(language__in=(language, "en")).values_list("language", "label")
    return {label for code, label in rows if code == "en"} - {label for code, label in rows if code == language}


def usual_commission(language: str) -> str:
    """What is true for most families, in the language of the patient: an example beside the box, never put into it by itself."""
    with translation.override(language):
        return _("We are paid by the clinic only if you travel. Nothing that you read here costs you anything.")


def cautions(case: QuoteRequest) -> list[tuple[Flag, Text]]:
    """Emergency and red flags, cleared or not, with their reasons: what the answers say against a procedure."""
    flags = case.flags.filter(level__in=Flag.BLOCKING).order_by("level", "rule_id")
    return [(flag, rules.reason_of(flag.rule_id)) for flag in flags]


def usual_lines(option: Option) -> list[UsualLine]:
    """Costs that belong to options of this kind and stand in no line of this one: what people forget."""
    written = {line.label.casefold().strip() for line in option.line_items.all()}
    rows = standard_lines(option.kind, language=option.recommendation.language)
    return [row for row in rows if row.label.casefold().strip() not in written]


def told_prices(option: Option) -> list[Price]:
    """What the option's clinic told us that this treatment costs, newest first."""
    if option.clinic_id is None:
        return []
    return list(Price.objects.filter(clinic=option.clinic_id, treatment_key=option.treatment.translation_key))


@dataclass(frozen=True, kw_only=True)
class Point:
    """What a trial asks for, in the researchers' words, beside what we know. `fits`: None where one of the two is not known."""

    what: Text
    theirs: str
    ours: str
    fits: bool | None


@dataclass(frozen=True, kw_only=True)
class TrialToRead:
    """A running trial, held against the answers. `against`: reasons of rules for which trials leave people out."""

    words: TrialSummary
    url: str
    points: list[Point]
    against: list[Text]

    @property
    def is_named(self) -> bool:
        return not self.against and all(point.fits is not False for point in self.points)


def trials_to_read(case: QuoteRequest) -> list[TrialToRead]:
    """Registered trials that ran when we looked, those first that these answers fit: to read about, not an offer.

    In the case's language, else in English.
    """
    running = TrialSummary.objects.filter(trial__status=ClinicalTrial.Status.RUNNING, language__in=(case.language, "en"))
    words = {
        one.trial_id: one for one in sorted(running.select_related("trial"), key=lambda one: one.language == case.language)
    }
    raised = set(case.flags.filter(rule_id__in=OUTSIDE_TRIALS).values_list("rule_id", flat=True)) if words else set()
    against = [rules.reason_of(rule_id) for rule_id in sorted(raised)]
    found = []
    for one in sorted(words.values(), key=lambda one: one.trial.key):
        with translation.override(one.language):
            url = one.trial.get_absolute_url()
        points = [time_point(one.trial, case), kind_point(one.trial, case)]
        found.append(TrialToRead(words=one, url=url, points=points, against=against))
    return sorted(found, key=lambda one: not one.is_named)


def time_point(trial: ClinicalTrial, case: QuoteRequest) -> Point:
    months, asked = rules.months_since_stroke(case.answers, timezone.localdate()), months_asked(trial)
    first, last = asked or MONTHS[trial.stage]
    is_within = months is not None and first <= months and (last is None or months <= last)
    return Point(
        what=_("time since the stroke"),
        theirs=trial.time_since_stroke or str(trial.get_stage_display()),
        ours=_("not known") if months is None else ngettext("%(count)d month", "%(count)d months", months) % {"count": months},
        fits=None if months is None or (is_within and asked is None) else is_within,
    )


def months_asked(trial: ClinicalTrial) -> tuple[int, int] | None:
    """From and to, where a trial's row says so in numbers: "6-60 months", "6 months to 5 years"."""
    said = re.fullmatch(r"(\d+)(?: (months|years))?(?:-| to )(\d+) (months|years)", trial.time_since_stroke)
    if said is None:
        return None
    first, first_unit, last, unit = said.groups()
    return int(first) * UNITS[first_unit or unit], int(last) * UNITS[unit]


def kind_point(trial: ClinicalTrial, case: QuoteRequest) -> Point:
    kind = case.answers.get("stroke_type")
    asked = {known for known, words in STROKE_WORDS.items() if any(word in trial.stroke.casefold() for word in words)}
    is_known = bool(asked) and kind not in (None, "", "unknown")
    return Point(
        what=_("kind of stroke"),
        theirs=trial.stroke or _("not known"),
        ours=answer_in_one_line(questions.QUESTIONS["stroke_type"], case.answers) or _("not known"),
        fits=kind in asked if is_known else None,
    )
