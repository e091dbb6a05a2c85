"""Erasing a case for good: on request of the person it belongs to, or a year after it was closed."""

from django.db import transaction

from portal import audit
from portal.models import OutgoingEmail, User
from portal.roles import MANAGER
from quotes.actions import attachments, core
from quotes.models import AccessCode, CaseSession, NewAddress, QuoteRequest
from quotes.workflow import JOB, NotAllowed


@transaction.atomic
def erase(*, case: QuoteRequest, by: core.Actor) -> None:
    """Delete everything that was written on a case, its people, its calls and its mails. What stays: that somebody erased it, and when.

    By a manager or a job. Open pages of the case end with it: their session points at a participant that is gone.
    """
    case.lock()
    if not (by == JOB or (isinstance(by, User) and by.in_role(MANAGER))):
        raise NotAllowed("Only a manager erases a case.")
    audit.record("erase", by=by if isinstance(by, User) else None, case_id=case.pk)
    people = [*case.participants.values_list("pk", flat=True)]
    codes = [*AccessCode.objects.filter(participant__in=people).values_list("pk", flat=True)]
    opened = [*CaseSession.objects.filter(participant__in=people).values_list("pk", flat=True)]
    addresses = [*NewAddress.objects.filter(participant__in=people).values_list("pk", flat=True)]
    OutgoingEmail.objects.filter(subject_id__in=[case.pk, *people, *codes, *opened, *addresses]).delete()
    # these two would protect their targets from the cascade
    QuoteRequest.objects.filter(pk=case.pk).update(accepted_option=None, accepted_at=None)
    case.recommendations.update(supersedes=None)
    case.calls.all().delete()  # they would stay without their case
    attachments.forget_files(case)
    case.delete()
