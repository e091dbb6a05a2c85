"""The first draft of a recommendation, from plain rules: which treatments may fit these answers, and the rows people forget.

Rehabilitation comes first, always; a procedure is never proposed by a machine: staff add one by hand, with its label.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from articles.models import ClinicalTrial, TrialSummary
from quotes import rules
from quotes.models import Flag, Option, Price, QuoteRequest, Treatment, UsualLine
from quotes.questions import Text

Kind = Treatment.Kind
ORDER = (Kind.REHABILITATION, Kind.TRIAL, Kind.WAITING)
KINDS = (*ORDER, Kind.PROCEDURE)

# What trials leave people out for: while such a flag is raised, a trial is not proposed by itself.
OUTSIDE_TRIALS = frozenset({"cancer-recent", "cells-before", "tia-only", "minor", "stroke-under-14-days", "getting-worse"})


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
    for treatment in sorted(treatments_for(case.language), key=lambda row: (KINDS.index(row.kind), row.name)):
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


def cautions(case: QuoteRequest) -> list[tuple[Flag, Text]]:
    """Emergency and red flags, cleared or not, with their reasons: what the answers say against a procedure."""
    flags = case.flags.filter(level__in=Flag.BLOCKING).order_by("level", "rule_id")
    return [(flag, rules.reason_of(flag.rule_id)) for flag in flags]


def usual_lines(option: Option) -> list[UsualLine]:
    """Costs that belong to options of this kind and stand in no line of this one: what people forget."""
    written = {line.label.casefold().strip() for line in option.line_items.all()}
    rows = standard_lines(option.treatment.kind, language=option.recommendation.language)
    return [row for row in rows if row.label.casefold().strip() not in written]


def told_prices(option: Option) -> list[Price]:
    """What the option's clinic told us that this treatment costs, newest first."""
    if option.clinic_id is None:
        return []
    return list(Price.objects.filter(clinic=option.clinic_id, treatment_key=option.treatment.translation_key))


def trials_to_read(case: QuoteRequest) -> list[TrialSummary]:
    """Registered trials that ran when we looked, in the case's language: to read about, each with its source. Not an offer."""
    running = TrialSummary.objects.filter(trial__status=ClinicalTrial.Status.RUNNING).select_related("trial")
    own = list(running.filter(language=case.language))
    return own or list(running.filter(language="en"))
