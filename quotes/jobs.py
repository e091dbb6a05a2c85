"""What the worker tidies up in cases. Each bears running twice at once, and being cut in the middle."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.jobs import register
from quotes import actions
from quotes.models import AccessCode, QuoteRequest
from quotes.models.case import DRAFT_LIFE
from quotes.workflow import JOB, Status

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


@register(timedelta(hours=6))
def purge_closed_cases() -> object:
    """Erase cases a year after they were closed, as the privacy page promises."""
    old = QuoteRequest.objects.filter(status=Status.CLOSED, closed_at__lt=timezone.now() - CLOSED_LIFE)
    erased = 0
    for case in old[:100]:
        actions.erase(case=case, by=JOB)
        erased += 1
    return erased


@register(timedelta(hours=1))
def purge_codes() -> object:
    """Access codes a day after they ran out."""
    return AccessCode.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()
