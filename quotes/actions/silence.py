"""Families from whom we have not heard, and those who do not want to hear from us."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import outbox
from portal.models import User
from quotes.actions import core
from quotes.models import Participant, QuoteRequest
from quotes.models.case import REMIND_FAMILY, TELL_STAFF, QuoteRequestQuerySet
from quotes.workflow import JOB, ContactStop, NotAllowed


def to_nudge() -> QuoteRequestQuerySet:
    """Families whose turn it has been for a week, who were not reminded yet, and whose mail arrives."""
    silent = QuoteRequest.objects.all().silent_for(REMIND_FAMILY).filter(nudged_at__isnull=True)
    recent = timezone.now() - timedelta(days=TELL_STAFF)  # older silence is for people: a reminder after months would startle
    return silent.filter(Exists(reachable_owner()), waiting_since__gt=recent)


def reachable_owner() -> QuerySet[Participant]:
    """The owner of the outer case, when they have an address and no mail to it was given up."""
    owner = Participant.objects.active().filter(case=OuterRef("pk"), role=Participant.Role.OWNER)
    return owner.filter(unreachable_at__isnull=True).exclude(email_index="")


@transaction.atomic
def nudge(*, case: QuoteRequest, by: str = JOB) -> bool:
    """One reminder that we wait, without hurry. Two runs at the same moment send one."""
    case.lock()
    if not to_nudge().filter(pk=case.pk).exists():
        return False
    event = core.begin("nudge", case=case, by=JOB)
    owner = case.participants.active().get(role=Participant.Role.OWNER)
    case.nudged_at = timezone.now()
    core.finish(case)
    outbox.queue("we_wait", owner.pk, dedupe_key=f"{event.pk}:{owner.pk}")
    return True


@transaction.atomic
def stop_contact(*, case: QuoteRequest, by: User | Participant, reason: str = ContactStop.ASKED) -> QuoteRequest:
    """Nothing is sent to this family any more: no news, no reminder, no question later. What they ask for themselves (a code) is."""
    if reason not in ContactStop.values:
        raise NotAllowed(_("Choose why contact is stopped."))
    case.lock()
    if case.contact_stopped_at is not None:
        return case
    core.begin("stop_contact", case=case, by=by)
    case.contact_stopped_at, case.contact_stop_reason = timezone.now(), reason
    core.finish(case, fields=("contact_stopped_at", "contact_stop_reason"))
    return case


@transaction.atomic
def resume_contact(*, case: QuoteRequest, by: User | Participant) -> QuoteRequest:
    case.lock()
    if case.contact_stopped_at is None:
        return case
    core.begin("resume_contact", case=case, by=by)
    case.contact_stopped_at, case.contact_stop_reason = None, ""
    core.finish(case, fields=("contact_stopped_at", "contact_stop_reason"))
    return case
