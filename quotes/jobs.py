"""What the worker tidies up in cases. Each bears running twice at once, and being cut in the middle."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal import clamd, office, outbox
from portal.encryption import CannotOpen
from portal.jobs import keeps, register
from portal.models import OutgoingEmail
from quotes import actions, attachments, erasures, follow_ups, marks, staffing
from quotes.actions.deciding import EXPIRY_NOTICE
from quotes.models import (
    AccessCode,
    Attachment,
    CallRequest,
    CaseSession,
    Erasure,
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
CLOSED_LIFE_WITH_FOLLOW_UP = timedelta(days=456)  # 15 months: the last question comes after 12
PROOF_LIFE = timedelta(days=3)  # of the address to which the proof of an erasure is mailed; mail is tried for two days


def old_drafts() -> QuerySet[QuoteRequest]:
    return QuoteRequest.objects.filter(status=Status.DRAFT, updated_at__lt=timezone.now() - DRAFT_LIFE)


def old_message_drafts() -> QuerySet[MessageDraft]:
    """What somebody began to write and left, as with requests that are not sent."""
    return MessageDraft.objects.filter(saved_at__lt=timezone.now() - DRAFT_LIFE)


def old_closed_cases() -> QuerySet[QuoteRequest]:
    """Closed for a year; for 15 months where they agreed to be asked later."""
    now = timezone.now()
    old = QuoteRequest.objects.of_somebody().filter(status=Status.CLOSED, closed_at__lt=now - CLOSED_LIFE)
    return old.filter(~Exists(follow_ups.agreed()) | Q(closed_at__lt=now - CLOSED_LIFE_WITH_FOLLOW_UP))


def old_codes() -> QuerySet[AccessCode]:
    return AccessCode.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1))


def old_calls() -> QuerySet[CallRequest]:
    return CallRequest.objects.filter(done_at__lt=timezone.now() - CALL_LIFE)


def old_proofs() -> QuerySet[Erasure]:
    """Erasures whose proof is mailed or given up, or waits too long."""
    waiting = OutgoingEmail.objects.filter(
        subject_id=OuterRef("pk"), state__in=(OutgoingEmail.State.QUEUED, OutgoingEmail.State.SENDING)
    )
    stones = Erasure.objects.filter(is_sent=False)
    return stones.filter(~Exists(waiting) | Q(erased_at__lt=timezone.now() - PROOF_LIFE))


def drafts_kept() -> str:
    return ngettext(
        "It is deleted %(days)s day after your last change, or at once when you end it yourself.",
        "It is deleted %(days)s days after your last change, or at once when you end it yourself.",
        DRAFT_LIFE.days,
    ) % {"days": DRAFT_LIFE.days}


@keeps(timedelta(hours=1), order=10, what=_("A request that you did not send"), kept=drafts_kept, due=old_drafts)
def purge_drafts() -> object:
    """Delete drafts that nobody has touched for 30 days, as the storage consent promises."""
    listed = [*old_drafts().values_list("pk", flat=True)[:500]]
    return sum(remove_if_still(pk, among=old_drafts(), remove=lambda draft: actions.discard_draft(case=draft)) for pk in listed)


@register(timedelta(hours=1))
def announce_expiries() -> object:
    """Tell families a week before that the prices end. Not those who got them within that week anyway."""
    newest = Recommendation.objects.sent().filter(case=OuterRef("pk")).order_by("-number")
    waiting = QuoteRequest.objects.filter(status=Status.RECOMMENDED, contact_stopped_at__isnull=True).annotate(
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


@keeps(
    timedelta(hours=6),
    order=15,
    what=_("A message that you began and did not send"),
    kept=drafts_kept,
    due=old_message_drafts,
)
def purge_message_drafts() -> object:
    return old_message_drafts().delete()


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


@keeps(
    timedelta(hours=6),
    order=40,
    what=_("A request that you sent"),
    kept=_(
        "We keep it while it is open, and for 12 months after it is closed; 15 months if you agreed to be asked later how things are. "
        "Then everything that could lead to you is deleted. What remains is a line for our figures: when, in which language, and how "
        "it ended. You can have all of it erased earlier, on your private page."
    ),
    due=old_closed_cases,
)
def purge_closed_cases() -> object:
    """Make figures of cases a year after they were closed, as the privacy page promises."""
    listed = [*old_closed_cases().values_list("pk", flat=True)[:100]]
    return sum(remove_if_still(pk, among=old_closed_cases(), remove=lambda case: actions.anonymise(case=case)) for pk in listed)


@keeps(
    timedelta(hours=1),
    order=75,
    what=_("A code that opens your private page"),
    kept=_("A day after it has run out, in a form from which nobody can read it."),
    due=old_codes,
)
def purge_codes() -> object:
    """Access codes a day after they ran out."""
    return old_codes().delete()


@keeps(
    timedelta(minutes=5),
    order=65,
    what=_("The address for the proof that a case was erased"),
    kept=_("Until the proof is sent, three days at the most. A note without a name stays, so that the case stays erased."),
    due=old_proofs,
)
def forget_proofs() -> object:
    """Forget the address to which the proof of an erasure went."""
    listed = [*old_proofs()[:100]]
    for stone in listed:
        stone.forget_address()
    return len(listed)


@register(timedelta(hours=1))
def write_down_erasures() -> object:
    """What a process that was killed did not write into the ledger."""
    return erasures.write_down()


@register(timedelta(hours=6))
def ask_how_things_are() -> object:
    """Ask those who agreed, 3, 6 and 12 months after our recommendation; whoever two are due for, the later one."""
    asked = 0
    for months in sorted(follow_ups.AFTER, reverse=True):
        asked += sum(actions.ask_how_things_are(case=case, months=months) for case in follow_ups.due(months)[:100])
    return asked


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
def mend_marks() -> object:
    """Make the queue say again what flags and people say, should anything have changed them behind the verbs' backs."""
    if mended := marks.keep(marks.wrong()):
        logger.error("marks of open cases were wrong", extra={"fields": {"mended": mended}})
    return mended


@register(timedelta(hours=1))
def remind_unconfirmed() -> object:
    """Remind, twice, those who never typed a code: the only way in to our answer is an address that may be wrong."""
    return sum(actions.remind(case=case) for case in actions.to_remind()[:100])


@register(timedelta(hours=1))
def nudge_silent() -> object:
    """Tell families once, after a week, that we wait and that there is no hurry."""
    return sum(actions.nudge(case=case) for case in actions.to_nudge()[:100])


@register(timedelta(minutes=5))
def assign_waiting() -> object:
    """Cases that came while nobody for their language was at work; those of a language without anybody hold up no other."""
    waiting = QuoteRequest.objects.filter(
        status=Status.SUBMITTED, coordinator__isnull=True, is_suspect=False, language__in=staffing.languages_served()
    ).order_by("submitted_at")
    return sum(actions.assign_automatically(case=case) is not None for case in waiting[:100])


@register(timedelta(minutes=10))
def send_digests() -> object:
    """Once on every day the office opens, from its opening on, a mail with counts to those at work who want one."""
    now = timezone.now()
    opening = office.spans(timezone.localdate())
    if not opening or now < opening[0][0]:
        return 0
    queued = 0
    with transaction.atomic():
        for user in staffing.at_work().filter(work_profile__wants_digest=True):
            outbox.queue("digest", user.pk, dedupe_key=f"{user.pk}:{timezone.localdate():%Y-%m-%d}")
            queued += 1
    return queued


@keeps(
    timedelta(hours=6),
    order=30,
    what=_("An address that was never confirmed"),
    kept=_(
        "If nobody types the code from our e-mail, we remind you twice. 30 days after sending we close the request, unless we have a phone number, have answered, or must look at a warning sign in it. Then it is kept as long as every closed request."
    ),
    due=lambda: actions.to_lapse(),
)
def lapse_unconfirmed() -> object:
    """Close what nobody confirmed in 30 days and after both reminders; see docs/decisions/0008."""
    return sum(actions.lapse(case=case) for case in actions.to_lapse()[:100])


@keeps(
    timedelta(hours=6),
    order=20,
    what=_("A request to call you"),
    kept=_(
        "Your name, your number and the good hours are deleted 30 days after the call is done. A call that nobody could make yet stays until we have dealt with it."
    ),
    due=old_calls,
)
def purge_calls() -> object:
    """Erase calls 30 days after they are done, as the consent under their form promises."""
    old = old_calls()[:100]
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


@transaction.atomic
def remove_if_still(pk: UUID, *, among: QuerySet[QuoteRequest], remove: Callable[[QuoteRequest], None]) -> int:
    """Locked and looked at again: a draft that is sent, or a case that is opened again, at this moment stays."""
    found = among.select_for_update().filter(pk=pk).first()
    if found is None:
        return 0
    remove(found)
    return 1
