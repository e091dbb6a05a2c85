"""What the patient's side decides about a recommendation."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from portal import audit
from portal.models import User
from quotes.actions import core
from quotes.models import Message, MessageDraft, Option, Participant, QuoteRequest, Recommendation
from quotes.workflow import NotAllowed

EXPIRY_NOTICE = timedelta(days=7)  # so long before their end the family is told that prices run out


def acceptable_from(option: Option, recommendation: Recommendation) -> datetime:
    """When an option can be accepted: at once, or after the reflection period when it is labelled C, D, E or W."""
    if recommendation.sent_at is None:
        raise NotAllowed(_("No recommendation has been sent yet."))
    wait = timedelta(hours=settings.REFLECTION_HOURS) if option.needs_reflection else timedelta(0)
    return recommendation.sent_at + wait


def open_recommendation(*, case: QuoteRequest, by: Participant, recommendation: Recommendation) -> None:
    """Note when the family first read this version."""
    if by.case_id == case.pk and recommendation.first_read_at is None:
        case.recommendations.sent().filter(pk=recommendation.pk, first_read_at__isnull=True).update(
            first_read_at=timezone.now()
        )


def take_along(*, case: QuoteRequest, by: Participant, recommendation: Recommendation) -> None:
    """Note that somebody of the family took a copy for a doctor out of the house."""
    if by.case_id != case.pk or recommendation.case_id != case.pk or not recommendation.is_sent:
        raise NotAllowed(_("No recommendation has been sent yet."))
    audit.record("download doctor's copy", by=None, case_id=case.pk, object=f"quotes.recommendation {recommendation.pk}")


@transaction.atomic
def accept(*, case: QuoteRequest, by: Participant, option: Option) -> QuoteRequest:
    core.begin("accept", case=case, by=by)
    recommendation = current(case)
    if option.recommendation_id != recommendation.pk:
        raise NotAllowed(_("There is a newer version of this recommendation. Please read that one first."))
    if recommendation.valid_until and recommendation.valid_until < timezone.localdate():
        raise NotAllowed(_("The prices in this recommendation are out of date. Ask us for a new one: it costs nothing."))
    possible = acceptable_from(option, recommendation)
    if possible > timezone.now():
        when = formats.date_format(timezone.localtime(possible), "DATETIME_FORMAT")
        raise NotAllowed(_("Please take time to think. This option can be accepted from %(when)s.") % {"when": when})
    case.accepted_at, case.accepted_option = timezone.now(), option
    case.confirmed_at = case.confirmed_by = None  # of an earlier choice, before the case was closed and opened again
    core.our_turn(case)
    core.finish(case, fields=("accepted_at", "accepted_option", "confirmed_at", "confirmed_by", "due_at"))
    return case


@transaction.atomic
def undo_accept(*, case: QuoteRequest, by: Participant) -> QuoteRequest:
    core.begin("undo_accept", case=case, by=by)
    if case.confirmed_at:
        raise NotAllowed(_("The office has already confirmed the next step. Write to us: you can still change your mind."))
    case.accepted_at = case.accepted_option = case.due_at = None
    core.finish(case, fields=("accepted_at", "accepted_option", "due_at"))
    return case


@transaction.atomic
def confirm_accept(*, case: QuoteRequest, by: User) -> QuoteRequest:
    """The office has spoken with the family and starts the next step; from here undoing is a conversation."""
    event = core.begin("confirm_accept", case=case, by=by)
    if case.confirmed_at:
        raise NotAllowed(_("The next step is confirmed already."))
    case.confirmed_at, case.confirmed_by = timezone.now(), by
    core.answered(case)
    core.finish(case, fields=("confirmed_at", "confirmed_by", "due_at", "first_answered_at"))
    core.tell_family(case, about=event)
    return case


@transaction.atomic
def decline(*, case: QuoteRequest, by: Participant, reason: str = "") -> QuoteRequest:
    """One step, no reason needed; a reason that is given becomes a message, and somebody answers it. What we owed before, we still owe."""
    core.begin("decline", case=case, by=by)
    if reason.strip():
        Message.objects.create(case=case, from_participant=by, body=reason.strip())
        if case.due_at is None:
            core.our_turn(case)
    by.message_drafts.filter(place=MessageDraft.Place.DECLINE).delete()
    core.finish(case, fields=("due_at",))
    return case


@transaction.atomic
def ask_for_change(*, case: QuoteRequest, by: Participant, text: str) -> QuoteRequest:
    """The recommendation goes back to the office with what should be different."""
    if not text.strip():
        raise NotAllowed(_("Write what should be different."))
    core.begin("ask_for_change", case=case, by=by)
    Message.objects.create(case=case, from_participant=by, body=text.strip())
    by.message_drafts.filter(place=MessageDraft.Place.CHANGE).delete()
    core.our_turn(case)
    core.finish(case, fields=("due_at",))
    return case


@transaction.atomic
def ask_for_requote(*, case: QuoteRequest, by: Participant) -> QuoteRequest:
    """The prices are out of date, or will be within days: the office asks the clinics again. One button, nothing to write."""
    recommendation = current(case)
    core.begin("ask_for_requote", case=case, by=by, number=recommendation.number)
    if not runs_out_soon(recommendation):
        raise NotAllowed(_("These prices are still valid. If something should be different, ask for a change."))
    core.our_turn(case)
    core.finish(case, fields=("due_at",))
    return case


def runs_out_soon(recommendation: Recommendation) -> bool:
    """Whether the prices are out of date, or will be within EXPIRY_NOTICE."""
    until = recommendation.valid_until
    return until is not None and until <= timezone.localdate() + EXPIRY_NOTICE


def current(case: QuoteRequest) -> Recommendation:
    found = case.recommendations.sent().order_by("-number").first()
    if found is None:
        raise NotAllowed(_("No recommendation has been sent yet."))
    return found
