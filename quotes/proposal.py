"""The first draft of a recommendation, from plain rules: which treatments may fit these answers, and the rows people forget.

Rehabilitation comes first, always; a procedure is never proposed by a machine: staff add one by hand, with its label.
"""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from quotes.models import Flag, LineItem, QuoteRequest, Treatment, UsualLine
from quotes.questions import Text

Group, Inclusion, Kind = LineItem.Group, LineItem.Inclusion, Treatment.Kind
Row = tuple[str, Text, str]

ORDER = (Kind.REHABILITATION, Kind.TRIAL, Kind.WAITING)
TRAVEL_ROWS: tuple[Row, ...] = (
    (Group.PEOPLE, _("Interpreter"), Inclusion.EXCLUDED),
    (Group.TRAVEL, _("Travel and stay of the patient"), Inclusion.EXCLUDED),
    (Group.TRAVEL, _("Travel and stay of one companion"), Inclusion.EXCLUDED),
    (Group.TRAVEL, _("Extra nights if something takes longer"), Inclusion.MAY_BE_ADDED),
    (Group.SAFETY_NET, _("Travel insurance that covers the treatment and the way home"), Inclusion.EXCLUDED),
    (Group.SAFETY_NET, _("Medicine to take home"), Inclusion.MAY_BE_ADDED),
    (Group.SAFETY_NET, _("Check-up and scan at home afterwards"), Inclusion.EXCLUDED),
    (Group.SAFETY_NET, _("Money aside for the unexpected"), Inclusion.MAY_BE_ADDED),
    (Group.OUR_FEE, _("Our commission, paid by the clinic"), Inclusion.INCLUDED),
)
STANDARD_LINES: dict[str, tuple[Row, ...]] = {
    Kind.PROCEDURE: (
        (Group.MEDICAL, _("First examination and blood tests"), Inclusion.INCLUDED),
        (Group.MEDICAL, _("The procedure"), Inclusion.INCLUDED),
        (Group.MEDICAL, _("Nights in hospital"), Inclusion.INCLUDED),
        *TRAVEL_ROWS,
    ),
    Kind.REHABILITATION: (
        (Group.MEDICAL, _("First assessment by the therapy team"), Inclusion.INCLUDED),
        (Group.REHABILITATION, _("Therapy programme"), Inclusion.INCLUDED),
        *TRAVEL_ROWS,
    ),
    Kind.TRIAL: (
        (Group.MEDICAL, _("The study treatment (a proper trial does not charge for it)"), Inclusion.INCLUDED),
        (Group.TRAVEL, _("Travel to the study centre"), Inclusion.MAY_BE_ADDED),
    ),
    Kind.WAITING: ((Group.MEDICAL, _("Check-up with your own doctor"), Inclusion.EXCLUDED),),
}


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
