"""What the worker tidies up in cases. Each bears running twice at once, and being cut in the middle."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from portal.jobs import register
from quotes import actions
from quotes.models import AccessCode, QuoteRequest, Recommendation
from quotes.models.case import DRAFT_LIFE
from quotes.workflow import JOB, NotAllowed, Status

CLOSED_LIFE = timedelta(days=365)


@register(timedelta(hours=1))
def purge_drafts() -> object:
    """Delete drafts that nobody has touched for 30 days, as the storage consent promises."""
    old = QuoteRequest.objects.filter(status=Status.DRAFT, updated_at__lt=timezone.now() - DRAFT_LIFE)
    return sum(purge_draft(pk) for pk in list(old.values_list("pk", flat=True)[:500]))


@transaction.atomic
def purge_draft(pk: UUID) -> int:
    """Locked and looked at again: a draft that is being sent at this moment is a case, and stays."""
    draft = QuoteRequest.objects.select_for_update().filter(
        pk=pk, status=Status.DRAFT, updated_at__lt=timezone.now() - DRAFT_LIFE
    )
    found = draft.first()
    if found is None:
        return 0
    found.delete()
    return 1


@register(timedelta(hours=1))
def expire_recommendations() -> object:
    """Bring back to the office what is out of date. A family that decides at this moment comes first."""
    valid_until = Recommendation.objects.sent().filter(case=OuterRef("pk")).order_by("-number").values("valid_until")[:1]
    waiting = QuoteRequest.objects.filter(status=Status.RECOMMENDED).annotate(valid_until=Subquery(valid_until))
    expired = 0
    for case in waiting.filter(valid_until__lt=timezone.localdate())[:100]:
        with suppress(NotAllowed):
            actions.expire(case=case, by=JOB)
            expired += 1
    return expired


@register(timedelta(hours=6))
def purge_closed_cases() -> object:
    """Erase cases a year after they were closed, as the privacy page promises."""
    old = QuoteRequest.objects.filter(status=Status.CLOSED, closed_at__lt=timezone.now() - CLOSED_LIFE)
    return sum(purge_closed_case(pk) for pk in list(old.values_list("pk", flat=True)[:100]))


@transaction.atomic
def purge_closed_case(pk: UUID) -> int:
    """Locked and looked at again: a case that a family's message opens at this moment stays."""
    found = (
        QuoteRequest.objects.select_for_update()
        .filter(pk=pk, status=Status.CLOSED, closed_at__lt=timezone.now() - CLOSED_LIFE)
        .first()
    )
    if found is None:
        return 0
    actions.erase(case=found, by=JOB)
    return 1


@register(timedelta(hours=1))
def purge_codes() -> object:
    """Access codes a day after they ran out."""
    return AccessCode.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()
