"""Whether the family can be reached: the address that nobody confirmed, the mail that never arrived."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import outbox
from portal.models import User
from quotes import queries
from quotes.actions import core
from quotes.models import CallRequest, Event, Flag, Participant, QuoteRequest, SearchKey
from quotes.models.case import QuoteRequestQuerySet
from quotes.workflow import JOB, OPEN, ClosingReason, NotAllowed, Status

UNCONFIRMED_LIFE = timedelta(days=30)


def unconfirmed(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    """Cases whose owner gave an address into which nobody has typed a code. Machines' requests are no one to be mailed for."""
    return cases.filter(Exists(queries.unconfirmed_owner()), is_suspect=False)


def to_remind() -> QuoteRequestQuerySet:
    """Open cases whose next reminder is due, where contact is not stopped. A reminder that was late moves the one after it."""
    first, second = settings.REMINDER_DAYS
    now = timezone.now()
    is_due = Q(reminders_sent=0, submitted_at__lte=now - timedelta(days=first)) | Q(
        reminders_sent=1, reminded_at__lte=now - timedelta(days=second - first)
    )
    return unconfirmed(QuoteRequest.objects.filter(is_due, status__in=OPEN, contact_stopped_at__isnull=True))


def to_lapse() -> QuoteRequestQuerySet:
    """Nobody confirmed the address in 30 days and after two reminders, nobody answered, and there is nothing but that address.

    A case with a phone number is for people to decide; so is one with an emergency or red flag that nobody has cleared.
    """
    long_ago = timezone.now() - UNCONFIRMED_LIFE
    old = QuoteRequest.objects.filter(
        status__in=(Status.SUBMITTED, Status.IN_REVIEW),
        submitted_at__lte=long_ago,
        first_answered_at__isnull=True,
        reminders_sent__gte=len(settings.REMINDER_DAYS),
        reminded_at__lte=timezone.now() - timedelta(days=settings.REMINDER_DAYS[0]),
    )
    flagged = Flag.objects.blocking().filter(case=OuterRef("pk"))
    with_phone = SearchKey.objects.filter(case=OuterRef("pk"), kind=SearchKey.Kind.PHONE)
    called = CallRequest.objects.filter(case=OuterRef("pk"))
    return unconfirmed(old).exclude(Exists(flagged)).exclude(Exists(with_phone)).exclude(Exists(called))


@transaction.atomic
def remind(*, case: QuoteRequest, by: str = JOB) -> bool:
    """Mail one reminder to confirm the address. Two runs at the same moment send one."""
    case.lock()
    if not to_remind().filter(pk=case.pk).exists():
        return False
    owner = case.participants.active().get(role=Participant.Role.OWNER)
    number = case.reminders_sent + 1
    core.begin("remind", case=case, by=JOB, number=number)
    case.reminders_sent, case.reminded_at = number, timezone.now()
    core.finish(case, fields=("reminders_sent", "reminded_at"))
    outbox.queue("confirm_address", owner.pk, dedupe_key=f"{case.pk}:{number}")
    return True


@transaction.atomic
def lapse(*, case: QuoteRequest, by: str = JOB) -> bool:
    """Close as "no answer". It can be opened again by the link, and goes with the other closed cases."""
    case.lock()
    if not to_lapse().filter(pk=case.pk).exists() or any(person.phone for person in case.participants.all()):
        return False
    core.begin("lapse", case=case, by=JOB, reason=ClosingReason.NO_ANSWER)
    case.closing_reason, case.closed_at, case.due_at = ClosingReason.NO_ANSWER, timezone.now(), None
    core.finish(case, fields=("closing_reason", "closed_at", "due_at"))
    return True


@transaction.atomic
def mark_unreachable(*, participant: Participant, by: str = JOB) -> None:
    """A mail was given up. From now on it is a task for staff: to call, or to find another way."""
    case = participant.case
    if case.is_draft or participant.revoked_at is not None or participant.unreachable_at is not None:
        return
    try:
        core.begin("mark_unreachable", case=case, by=JOB)
    except NotAllowed:  # closed meanwhile: nobody has to be reached any more
        return
    Participant.objects.filter(pk=participant.pk).update(unreachable_at=timezone.now())
    core.finish(case)


@transaction.atomic
def note_bounce(*, case: QuoteRequest, by: User, person: Participant) -> None:
    """A mail came back to the office's mailbox, which no outbox sees: the same task as one that was given up."""
    core.begin("mark_unreachable", case=case, by=by)
    mailed = case.participants.active().filter(pk=person.pk, unreachable_at__isnull=True).exclude(email_index="")
    if not mailed.update(unreachable_at=timezone.now()):
        raise NotAllowed(_("Their e-mail is marked as not arriving already, or there is no address here any more."))
    core.finish(case)


@transaction.atomic
def reach_otherwise(*, case: QuoteRequest, by: User) -> Event:
    """Staff have reached them, by phone perhaps: the task is done."""
    event = core.begin("reach_otherwise", case=case, by=by)
    if not case.participants.filter(unreachable_at__isnull=False).update(unreachable_at=None):
        raise NotAllowed(_("Nobody of this case is marked as not reached."))
    core.finish(case)
    return event
