"""Calls: asked for by somebody who cannot or will not write, made and logged by staff, and the request written for the caller."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit, office
from portal.models import User
from portal.roles import MANAGER
from quotes import consents, staffing
from quotes.models import CallAttempt, CallRequest, Event, QuoteRequest
from quotes.workflow import CARING, NotAllowed, Status

WITHOUT_CALLING = ("finish_call", "hand_over_call")  # possible when the family wants no call any more
From, Outcome = CallRequest.From, CallAttempt.Outcome


@transaction.atomic
def ask_for_call(
    *,
    name: str,
    phone: str,
    parts: list[str],
    hours: str,
    time_zone: str,
    language: str,
    consent_language: str,
    came_from: str = From.START,
    case: QuoteRequest | None = None,
    is_suspect: bool = False,
    submission_id: UUID | None = None,
    by: None = None,
) -> CallRequest:
    """Keep a number to call, and by when. `case`: the draft from which they asked; they agree that we go on in it.

    The same form sent twice asks for one call.
    """
    if submission_id and (asked := CallRequest.objects.filter(submission_id=submission_id).first()):
        return asked
    consent = consents.CALL if case is None else consents.CALL_WITH_DRAFT
    soon = came_from in CallRequest.URGENT
    return CallRequest.objects.create(
        case=case,
        name=name.strip(),
        phone=phone,
        parts=parts,
        hours=hours.strip(),
        time_zone=time_zone,
        language=language,
        consent_text=consents.text_of(consent, language=consent_language),
        came_from=came_from,
        is_suspect=is_suspect,
        submission_id=submission_id,
        due_at=office.due(timezone.now(), hours=settings.URGENT_ANSWER_HOURS if soon else settings.CALL_HOURS),
    )


@transaction.atomic
def take_call(*, call: CallRequest, by: User) -> CallRequest:
    """Say who calls, so that two people do not ring at once."""
    begin(call, by=by, verb="take_call")
    if call.taken_by_id not in (None, by.pk) and staffing.at_work().filter(pk=call.taken_by_id).exists():
        raise NotAllowed(_("%(name)s has this call already.") % {"name": call.taken_by.name if call.taken_by else ""})
    take(call, by)
    call.save(update_fields=["taken_at", "taken_by"])
    return call


@transaction.atomic
def hand_over_call(*, call: CallRequest, by: User, to: User | None) -> CallRequest:
    """A manager gives the call of somebody who is away, or leaves, to a colleague, or to whoever takes it first."""
    begin(call, by=by, verb="hand_over_call", roles=(MANAGER,))
    if to is None:
        call.taken_at = call.taken_by = None
    else:
        take(call, to)
    call.save(update_fields=["taken_at", "taken_by"])
    return call


@transaction.atomic
def log_call(*, call: CallRequest, by: User, outcome: str, note: str = "") -> CallAttempt:
    """Write down a try. Nobody there, or "later": the next try is due after some more opening hours."""
    begin(call, by=by, verb="log_call")
    if outcome not in Outcome.values:
        raise NotAllowed(_("Choose what came of the call."))
    attempt = CallAttempt.objects.create(call=call, by=by, outcome=outcome, note=note.strip())
    take(call, by)
    if outcome in CallAttempt.TRY_AGAIN:
        soon = call.is_urgent
        call.due_at = office.due(timezone.now(), hours=settings.URGENT_ANSWER_HOURS if soon else settings.CALL_HOURS)
    call.save(update_fields=["taken_at", "taken_by", "due_at"])
    return attempt


@transaction.atomic
def finish_call(*, call: CallRequest, by: User, case: QuoteRequest | None = None) -> CallRequest:
    """Nothing is left to do. 30 days later the call is erased. `case`: the request that came of it."""
    begin(call, by=by, verb="finish_call")
    if case is None and not call.is_suspect and not call.attempts.exists() and not calls_are_refused(call):
        raise NotAllowed(_("Nobody has called yet. Write down what came of the call first."))
    take(call, by)
    call.done_at, call.done_by = timezone.now(), by
    if case is not None:
        call.case = case
    call.save(update_fields=["taken_at", "taken_by", "done_at", "done_by", "case"])
    return call


@transaction.atomic
def open_for(*, call: CallRequest, by: User, language: str = "", answers: dict[str, Any] | None = None) -> QuoteRequest:
    """Write a request for the caller: in the draft from which they asked, or in a new one after the gate and the storage consent.

    `answers` holds the gate's; the consent was read aloud in `language`. Nobody but `by` can see the draft of this browser.
    """
    begin(call, by=by, verb="open_for")
    case = call.case
    if case is None:
        if answers is None:
            raise NotAllowed(_("Ask the emergency question and read the consent aloud first."))
        case = QuoteRequest(language=language, answers=answers, opened_at=timezone.now(), opened_by=by)
        case.save()
        consents.record(case=case, keys=["storage"], role="", language=language, by=by)
    else:
        case.lock()
        if case.status != Status.DRAFT:
            raise NotAllowed(_("This request was sent already. Open the case."))
        other = case.opened_by if case.opened_by_id != by.pk else None
        if other is not None and other.is_active:
            raise NotAllowed(_("%(name)s is writing this request.") % {"name": other.name})
        case.opened_at, case.opened_by = timezone.now(), by
        case.save(update_fields=["opened_at", "opened_by"])
    Event.objects.create(case=case, kind="open_for", by_user=by)
    audit.record("open for a caller", by=by, case_id=case.pk, object=f"quotes.quoterequest {case.pk}")
    call.case = case
    take(call, by)
    call.save(update_fields=["taken_at", "taken_by", "case"])
    return case


def begin(call: CallRequest, *, by: User, verb: str, roles: tuple[str, ...] = CARING) -> None:
    """Lock the call; only those who look after cases call, and only while there is something to do."""
    call.lock()
    if not by.in_role(*roles):
        raise NotAllowed(_("Your role does not allow this. Ask a colleague who may do it."))
    if call.is_done:
        raise NotAllowed(_("This call is done already."))
    if verb not in WITHOUT_CALLING and calls_are_refused(call):
        raise NotAllowed(_("The family has taken back its agreement to calls. Do not call: mark this call as done."))
    audit.record(verb, by=by, case_id=call.case_id, object=f"quotes.callrequest {call.pk}")


def calls_are_refused(call: CallRequest) -> bool:
    """Whether the family took back its agreement to calls after it asked for this one."""
    withdrawn = consents.withdrawn_at(call.case, "calls") if call.case else None
    return withdrawn is not None and withdrawn > call.asked_at


def take(call: CallRequest, by: User) -> None:
    """Whoever did something last has the call."""
    if call.taken_by_id != by.pk:
        call.taken_at, call.taken_by = timezone.now(), by


def finish_calls_of(case: QuoteRequest, *, by: User) -> None:
    """The request is sent: what the caller wanted is done."""
    for call in case.calls.to_make():
        finish_call(call=call, by=by, case=case)


def forget_call(*, call: CallRequest) -> None:
    """Erase a call with its log. Its case, if there is one, stays."""
    call.delete()
