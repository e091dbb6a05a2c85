"""Asking how things are, months later: when it is due, what the answer means, and what may be said of all of them together."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import mean
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from quotes.models import Consent, FollowUp, QuoteRequest
from quotes.models.case import QuoteRequestQuerySet
from quotes.wording import function_text
from quotes.workflow import ANSWERED, ClosingReason

AFTER = {3: timedelta(days=91), 6: timedelta(days=182), 12: timedelta(days=365)}  # after our first recommendation
WINDOW = timedelta(days=45)  # later than this nobody is asked any more: the question would come out of the blue
ENOUGH = 20  # people; fewer could be recognised
NOT_ASKED = (ClosingReason.SPAM, ClosingReason.DUPLICATE, ClosingReason.DIED, ClosingReason.WITHDRAWN)


def agreed() -> QuerySet[Consent]:
    """The outer case's agreement to be asked, if it stands."""
    return Consent.objects.filter(case=OuterRef("pk"), text__kind="follow_up", withdrawn_at__isnull=True)


def due(months: int) -> QuoteRequestQuerySet:
    """Cases to be asked now: by agreement, after a recommendation, once, and not out of order."""
    now = timezone.now()
    asked = FollowUp.objects.filter(case=OuterRef("pk"), months__gte=months)
    cases = QuoteRequest.objects.of_somebody().filter(status__in=ANSWERED, health_withdrawn_at__isnull=True)
    cases = cases.exclude(closing_reason__in=NOT_ASKED).filter(Exists(agreed())).exclude(Exists(asked))
    cases = cases.annotate(recommended_at=Min("recommendations__sent_at"))
    return cases.filter(recommended_at__lte=now - AFTER[months], recommended_at__gt=now - AFTER[months] - WINDOW)


def open_one(case: QuoteRequest) -> FollowUp | None:
    """The newest that waits for an answer, while the agreement stands."""
    waiting = FollowUp.objects.filter(
        case=case, answered_at__isnull=True, case__in=QuoteRequest.objects.filter(Exists(agreed()))
    )
    return waiting.order_by("-months").first()


def change(answers: dict[str, Any]) -> int | None:
    """Steps on the scale of daily function since the beginning: above 0 is better. None where one of the two is not known."""
    before, now = answers.get("score_at_start"), answers.get("score")
    return None if before is None or now is None else int(before) - int(now)


def change_text(answers: dict[str, Any]) -> str:
    """The change in plain words, for staff."""
    if answers.get("how") == FollowUp.How.DIED:
        return _("The patient has died.")
    steps = change(answers)
    now = function_text(answers.get("score"))
    if steps is None:
        return _("Now: %(now)s. The beginning is not known.") % {"now": now}
    words = {"before": function_text(answers["score_at_start"]), "now": now}
    if steps > 0:
        return _("Better than at the beginning. Then: %(before)s. Now: %(now)s.") % words
    if steps < 0:
        return _("Worse than at the beginning. Then: %(before)s. Now: %(now)s.") % words
    return _("As at the beginning: %(now)s.") % words


def is_bad(answers: dict[str, Any]) -> bool:
    """Whether a person should speak with them."""
    steps = change(answers)
    return answers.get("how") in (FollowUp.How.WORSE, FollowUp.How.DIED) or (steps is not None and steps < 0)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of those who answered after so many months."""

    months: int
    people: int
    better: int
    same: int
    worse: int
    died: int
    unknown: int  # one of the two scores is missing
    mean_change: float | None  # steps on the scale of daily function; above 0 is better
    scores: dict[int, int] = field(default_factory=dict)  # today's score → people


def summary(months: int | None = None) -> Figures | None:
    """What reports may say of 3, 6 or 12 months (of each person's newest answer without a number). None under 20 people.

    Counted are the answers of those who still agree, and of cases that are figures by now.
    """
    counted = FollowUp.objects.answered().select_related("case").only("months", "answers", "case__anonymised_at")
    counted = counted.annotate(
        agrees=Exists(Consent.objects.filter(case=OuterRef("case"), text__kind="follow_up", withdrawn_at__isnull=True))
    )
    if months is not None:
        counted = counted.filter(months=months)
    newest: dict[Any, dict[str, Any]] = {}
    for row in counted.order_by(F("months").asc()):
        if row.agrees or row.case.anonymised_at:
            newest[row.case_id] = row.answers
    if len(newest) < ENOUGH:
        return None
    died = sum(answers.get("how") == FollowUp.How.DIED for answers in newest.values())
    steps = [change(answers) for answers in newest.values() if answers.get("how") != FollowUp.How.DIED]
    known = [step for step in steps if step is not None]
    return Figures(
        months=months or 0,
        people=len(newest),
        better=sum(step > 0 for step in known),
        same=sum(step == 0 for step in known),
        worse=sum(step < 0 for step in known),
        died=died,
        unknown=len(steps) - len(known),
        mean_change=mean(known) if known else None,
        scores=dict(sorted(Counter(a["score"] for a in newest.values() if a.get("score") is not None).items())),
    )
