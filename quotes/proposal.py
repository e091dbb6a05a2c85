"""The first draft of a recommendation, from plain rules: which treatments may fit these answers, and the rows people forget.

Rehabilitation comes first, always; a procedure is never proposed by a machine: staff add one by hand, with its label.
"""

from django.db.models import Q, QuerySet

from quotes.models import Flag, QuoteRequest, Treatment, UsualLine

Kind = Treatment.Kind
ORDER = (Kind.REHABILITATION, Kind.TRIAL, Kind.WAITING)

# What trials leave people out for: while such a flag is raised, a trial is not proposed by itself.
OUTSIDE_TRIALS = frozenset({"cancer-recent", "cells-before", "tia-only", "minor", "stroke-under-14-days", "getting-worse"})


def fitting_treatments(case: QuoteRequest) -> list[Treatment]:
    """One treatment of each kind without a procedure that these answers allow, in the case's language (else in English)."""
    raised = set(case.flags.values_list("rule_id", flat=True))
    found = []
    for kind in ORDER:
        if kind == Kind.TRIAL and raised & OUTSIDE_TRIALS:
            continue
        if rows := treatments_for(case.language).filter(kind=kind):
            found.append(rows[0])
    return found


def treatments_for(language: str) -> QuerySet[Treatment]:
    """What staff may choose from: active ones in this language, and the English ones that have no version in it."""
    translated = Treatment.objects.filter(is_active=True, language=language)
    only_english = Q(language="en") & ~Q(translation_key__in=translated.values("translation_key"))
    return Treatment.objects.filter(Q(pk__in=translated.values("pk")) | only_english, is_active=True).order_by("name")


def usual_lines(kind: str, *, language: str) -> list[UsualLine]:
    """The rows a draft starts with for a kind of treatment, in its language; in English where nobody has written them in it."""
    rows = list(UsualLine.objects.filter(kind=kind, language__in=(language, "en")).order_by("position", "pk"))
    written = [row for row in rows if row.language == language] or rows
    return [row for row in written if row.is_active]


def cautions(case: QuoteRequest) -> list[Flag]:
    """Emergency and red flags, cleared or not: what the answers say against a procedure. Staff read it while they choose."""
    return list(case.flags.filter(level__in=Flag.BLOCKING).order_by("level", "rule_id"))
