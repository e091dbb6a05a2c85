"""What the worker tidies up in cases. Each bears running twice at once, and being cut in the middle."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from portal import clamd, outbox
from portal.encryption import CannotOpen
from portal.jobs import register
from quotes import actions, attachments
from quotes.actions.deciding import EXPIRY_NOTICE
from quotes.models import (
    AccessCode,
    Attachment,
    CallRequest,
    CaseSession,
    Event,
    MessageDraft,
    NewAddress,
    Participant,
    QuoteRequest,
    Recommendation,
)
from quotes.models.calls import CALL_LIFE
from quotes.models.case import DRAFT_LIFE
from quotes.workflow import JOB, NotAllowed, Status

logger = logging.getLogger(__name__)

CLOSED_LIFE = timedelta(days=365)


@register(timedelta(hours=1))
def purge_drafts() -> object:
    """Delete drafts that nobody has touched for 30 days, as the storage consent promises."""
    listed = [*old_drafts().values_list("pk", flat=True)[:500]]
    return sum(remove_if_still(pk, among=old_drafts(), remove=lambda draft: actions.discard_draft(case=draft)) for pk in listed)


@register(timedelta(hours=1))
def announce_expiries() -> object:
    """Tell families a week before that the prices end. Not those who got them within that week anyway."""
    newest = Recommendation.objects.sent().filter(case=OuterRef("pk")).order_by("-number")
    waiting = QuoteRequest.objects.filter(status=Status.RECOMMENDED).annotate(
        valid_until=Subquery(newest.values("valid_until")[:1]),
        version_sent_at=Subquery(newest.values("sent_at")[:1]),
    )
    told = Event.objects.filter(case=OuterRef("pk"), kind="announce_expiry", at__gt=OuterRef("version_sent_at"))
    today = timezone.localdate()
    due = waiting.filter(valid_until__range=(today, today + EXPIRY_NOTICE), version_sent_at__lt=timezone.now() - EXPIRY_NOTICE)
    announced = 0
    for case in due.exclude(Exists(told))[:100]:
        with suppress(NotAllowed):
            announced += actions.announce_expiry(case=case, by=JOB)
    return announced


@register(timedelta(hours=6))
def purge_message_drafts() -> object:
    """What somebody began to write and left for 30 days, as with requests that are not sent."""
    return MessageDraft.objects.filter(saved_at__lt=timezone.now() - DRAFT_LIFE).delete()


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
    listed = [*old_closed_cases().values_list("pk", flat=True)[:100]]
    return sum(
        remove_if_still(pk, among=old_closed_cases(), remove=lambda case: actions.erase(case=case, by=JOB)) for pk in listed
    )


@register(timedelta(hours=1))
def purge_codes() -> object:
    """Access codes a day after they ran out."""
    return AccessCode.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()


@register(timedelta(seconds=15))
def scan_files() -> object:
    """Have the virus scanner look at what it has not judged. A scanner that is down judges nothing: the files go on waiting."""
    waiting = Attachment.objects.to_scan().order_by(F("scanned_at").asc(nulls_first=True), "added_at")
    if not clamd.is_configured():
        return waiting.filter(state=Attachment.State.PENDING).update(state=Attachment.State.UNSCANNED)
    judged = 0
    for attachment in waiting[:50]:
        try:
            verdict: bool | None = clamd.is_clean(attachments.stream(attachment))
        except clamd.NoVerdict as reason:
            logger.warning(
                "the virus scanner does not know", extra={"fields": {"attachment": str(attachment.pk), "why": str(reason)}}
            )
            verdict = None
        except CannotOpen:  # removed at this moment; if it is damaged, staff are told when they open it
            verdict = None
        except OSError:
            logger.warning("the virus scanner does not answer")
            break
        actions.record_scan(attachment=attachment, is_clean=verdict)
        judged += 1
    return judged


@register(timedelta(hours=1))
def sweep_files() -> object:
    """Remove files that no row keeps any more."""
    found = attachments.left_overs()
    attachments.remove_files(found)
    return len(found)


@register(timedelta(hours=1))
def remind_unconfirmed() -> object:
    """Remind, twice, those who never typed a code: the only way in to our answer is an address that may be wrong."""
    return sum(actions.remind(case=case) for case in actions.to_remind()[:100])


@register(timedelta(hours=6))
def lapse_unconfirmed() -> object:
    """Close what nobody confirmed in 30 days and after both reminders; see docs/decisions/0008."""
    return sum(actions.lapse(case=case) for case in actions.to_lapse()[:100])


@register(timedelta(hours=6))
def purge_calls() -> object:
    """Erase calls 30 days after they are done, as the consent under their form promises."""
    old = CallRequest.objects.filter(done_at__lt=timezone.now() - CALL_LIFE)[:100]
    for call in old:
        actions.forget_call(call=call)
    return len(old)


@register(timedelta(hours=6))
def lapse_invitations() -> object:
    """End invitations that nobody accepted in 14 days."""
    waiting = actions.to_lapse_invitations().select_related("case")[:100]
    return sum(actions.lapse_invitation(case=person.case, person=person) for person in waiting)


@register(timedelta(days=1))
def forget_browsers() -> object:
    """Where a page was open, as long as the browser's own cookie lives; new addresses, once they were told."""
    long_ago = timezone.now() - timedelta(seconds=settings.BROWSER_COOKIE_AGE)
    CaseSession.objects.filter(opened_at__lt=long_ago).delete()
    return NewAddress.objects.filter(asked_at__lt=timezone.now() - timedelta(days=30)).delete()


@outbox.when_given_up(subject_type="quotes.participant")
def mail_given_up(participant_id: UUID) -> None:
    """The address of somebody does not work: staff find a task on the desk, with the phone number."""
    if participant := Participant.objects.select_related("case").filter(pk=participant_id).first():
        actions.mark_unreachable(participant=participant)


@outbox.when_given_up(subject_type="quotes.accesscode")
def code_given_up(code_id: UUID) -> None:
    if code := AccessCode.objects.filter(pk=code_id).first():
        mail_given_up(code.participant_id)


def old_drafts() -> QuerySet[QuoteRequest]:
    return QuoteRequest.objects.filter(status=Status.DRAFT, updated_at__lt=timezone.now() - DRAFT_LIFE)


def old_closed_cases() -> QuerySet[QuoteRequest]:
    return QuoteRequest.objects.filter(status=Status.CLOSED, closed_at__lt=timezone.now() - CLOSED_LIFE)


@transaction.atomic
def remove_if_still(pk: UUID, *, among: QuerySet[QuoteRequest], remove: Callable[[QuoteRequest], None]) -> int:
    """Locked and looked at again: a draft that is sent, or a case that is opened again, at this moment stays."""
    found = among.select_for_update().filter(pk=pk).first()
    if found is None:
        return 0
    remove(found)
    return 1
