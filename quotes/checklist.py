"""The checklist of one case: the steps that fit it, in the reader's language, and which are done. It reminds; it never blocks."""

from collections.abc import Callable

from django.db.models import OuterRef, Subquery
from django.utils import timezone, translation

from quotes import rules
from quotes.models import ChecklistStep, ChecklistTick, QuoteRequest
from quotes.models.checklist import CaseType

RECENT_MONTHS = 6


def is_recent(case: QuoteRequest) -> bool:
    months = rules.months_since_stroke(case.answers, timezone.localdate())
    return months is not None and months < RECENT_MONTHS


def wants(*interests: str) -> Callable[[QuoteRequest], bool]:
    return lambda case: not set(interests).isdisjoint(case.answers.get("interest") or ())


TYPES: dict[str, Callable[[QuoteRequest], bool]] = {
    CaseType.EVERY: lambda case: True,
    CaseType.RECENT: is_recent,
    CaseType.CELLS: wants("cells", "trial"),
    CaseType.OPINION: wants("opinion"),
    CaseType.OTHERS: lambda case: case.answers.get("filler_role", "patient") != "patient",
    CaseType.PHONE: lambda case: case.opened_by_id is not None,
}


def steps(case: QuoteRequest) -> list[ChecklistStep]:
    """With `ticked_at` and `ticked_by`. A step that nobody has written in the reader's language is shown in English."""
    reader = translation.get_language() or "en"
    ticks = ChecklistTick.objects.filter(case=case, key=OuterRef("key"))
    rows = ChecklistStep.objects.filter(
        case_type__in=[kind for kind, fits in TYPES.items() if fits(case)], language__in={reader, "en"}
    ).annotate(ticked_at=Subquery(ticks.values("recorded_at")), ticked_by=Subquery(ticks.values("recorded_by__name")))
    written: dict[str, ChecklistStep] = {}
    for row in rows:
        if row.key not in written or row.language == reader:
            written[row.key] = row
    order = list(TYPES)
    found = [row for row in written.values() if row.is_active]
    return sorted(found, key=lambda row: (order.index(row.case_type), row.position, row.pk))
