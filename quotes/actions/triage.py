"""Taking, clearing, closing: what staff do to a case, and the patient's withdrawal."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import User
from quotes.actions import core
from quotes.models import Flag, Participant, QuoteRequest
from quotes.staffing import taker_for
from quotes.workflow import CARING, JOB, ClosingReason, NotAllowed, Status

# closing for one of these is no news to the family, or would hurt
QUIET_REASONS = (ClosingReason.SPAM, ClosingReason.DUPLICATE, ClosingReason.DIED, ClosingReason.WITHDRAWN)


@transaction.atomic
def assign(*, case: QuoteRequest, by: User, to: User | None = None) -> QuoteRequest:
    """Take a new case, or give it to a colleague."""
    chosen = to or by
    core.begin("assign", case=case, by=by, to=str(chosen.pk))
    _check_cares(chosen)
    case.coordinator = chosen
    core.finish(case, fields=("coordinator",))
    return case


@transaction.atomic
def assign_automatically(*, case: QuoteRequest, by: str = JOB) -> User | None:
    """Give a new case to whoever writes its language and has the fewest. It stays new: reading it is a person's first step."""
    case.lock()
    if case.status != Status.SUBMITTED or case.coordinator_id is not None:
        return None
    chosen = taker_for(case)
    if chosen is None:
        return None
    core.begin("assign_automatically", case=case, by=JOB, to=str(chosen.pk))
    case.coordinator = chosen
    core.finish(case, fields=("coordinator",))
    return chosen


@transaction.atomic
def hand_over(*, case: QuoteRequest, by: User, to: User) -> QuoteRequest:
    """A manager gives the case of somebody who is away, or leaves, to a colleague."""
    _check_cares(to)
    core.begin("hand_over", case=case, by=by, to=str(to.pk))
    if case.coordinator_id == to.pk:
        raise NotAllowed(_("This colleague has the case already."))
    case.coordinator = to
    core.finish(case, fields=("coordinator",))
    return case


def _check_cares(user: User) -> None:
    if not user.is_active or not user.in_role(*CARING):
        raise NotAllowed(_("Choose somebody who looks after cases: a coordinator or a manager."))


@transaction.atomic
def take_over(*, case: QuoteRequest, by: User) -> QuoteRequest:
    """Become the coordinator of a case that a colleague has, or nobody any more."""
    core.begin("take_over", case=case, by=by)
    if case.coordinator_id == by.pk:
        raise NotAllowed(_("You have this case already."))
    if case.coordinator_id is None and case.status == Status.SUBMITTED:
        raise NotAllowed(_("Nobody has this case. Take it."))
    case.coordinator = by
    core.finish(case, fields=("coordinator",))
    return case


@transaction.atomic
def clear_flag(*, case: QuoteRequest, by: User, flag: Flag, text: str) -> Flag:
    """Clear an emergency or red flag, in writing and by a clinical reviewer."""
    return _clear("clear_flag", case=case, by=by, flag=flag, text=text)


@transaction.atomic
def resolve_flag(*, case: QuoteRequest, by: User, flag: Flag, text: str) -> Flag:
    """Say how an amber flag or a gap in the information was dealt with."""
    if flag.level in Flag.BLOCKING:
        raise NotAllowed(_("A red flag is cleared by a clinical reviewer."))
    return _clear("resolve_flag", case=case, by=by, flag=flag, text=text)


def _clear(verb: str, *, case: QuoteRequest, by: User, flag: Flag, text: str) -> Flag:
    core.begin(verb, case=case, by=by, rule=flag.rule_id, level=flag.level)
    if not text.strip():
        raise NotAllowed(_("Write down why: the next person must be able to follow it."))
    flag.refresh_from_db()
    if flag.case_id != case.pk or flag.cleared_at is not None:
        raise NotAllowed(_("This flag is not open any more. Load the page again."))
    flag.cleared_at, flag.cleared_by, flag.clearance = timezone.now(), by, text.strip()
    flag.save(update_fields=["cleared_at", "cleared_by", "clearance"])
    core.finish(case)
    return flag


@transaction.atomic
def close(*, case: QuoteRequest, by: User, reason: str) -> QuoteRequest:
    if reason not in ClosingReason.values:
        raise NotAllowed(_("Choose why the case is closed."))
    return _close("close", case=case, by=by, reason=reason)


@transaction.atomic
def withdraw(*, case: QuoteRequest, by: Participant) -> QuoteRequest:
    """The patient's side ends it, at any time and without a reason."""
    return _close("withdraw", case=case, by=by, reason=ClosingReason.WITHDRAWN)


def _close(verb: str, *, case: QuoteRequest, by: User | Participant, reason: str) -> QuoteRequest:
    event = core.begin(verb, case=case, by=by, reason=reason)
    case.closing_reason, case.closed_at, case.due_at = reason, timezone.now(), None
    core.finish(case, fields=("closing_reason", "closed_at", "due_at"))
    if isinstance(by, User) and reason not in QUIET_REASONS:
        core.tell_family(case, about=event)
    return case


@transaction.atomic
def reopen(*, case: QuoteRequest, by: User | Participant) -> QuoteRequest:
    """Back to work. What was accepted before stands in the timeline; a new decision starts afresh."""
    core.begin("reopen", case=case, by=by)
    case.closing_reason, case.closed_at = "", None
    case.accepted_at = case.accepted_option = case.confirmed_at = case.confirmed_by = None
    core.our_turn(case)
    core.finish(
        case,
        fields=("closing_reason", "closed_at", "due_at", "accepted_at", "accepted_option", "confirmed_at", "confirmed_by"),
    )
    return case
