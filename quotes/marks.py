"""What the queue must know of every open case, kept on the case itself: among a million of them no list asks another table about each.

The truth stays where it is, in flags and participants. Every verb ends with `put()`; what happens to people outside a verb
calls `keep()`; an hourly job mends what differs all the same, and says so in the log.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from quotes.models import Flag, Participant, QuoteRequest
from quotes.models.case import QuoteRequestQuerySet
from quotes.workflow import UNFINISHED


def unreachable_person() -> QuerySet[Participant]:
    """Somebody of the outer case to whom a mail failed for good."""
    return Participant.objects.active().filter(case=OuterRef("pk"), unreachable_at__isnull=False)


def truth() -> dict[str, Exists]:
    """The columns, each with what it must say."""
    return {
        "has_red_flag": Exists(Flag.objects.blocking().filter(case=OuterRef("pk"))),
        "is_unreachable": Exists(unreachable_person()),
    }


FIELDS = tuple(truth())


def put(case: QuoteRequest) -> None:
    """Onto a case that is locked and about to be saved."""
    says = QuoteRequest.objects.filter(pk=case.pk).values_list(*truth().values()).get()
    for name, value in zip(FIELDS, says, strict=True):
        setattr(case, name, value)


def keep(cases: QuoteRequestQuerySet) -> int:
    return cases.update(**truth())


def wrong() -> QuoteRequestQuerySet:
    """Open cases that say something else than their flags and people."""
    said = truth()
    differs = Q()
    for name, exists in said.items():
        differs |= Q(exists, **{name: False}) | Q(~exists, **{name: True})
    return QuoteRequest.objects.filter(differs, status__in=UNFINISHED)
