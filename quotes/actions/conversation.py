"""Messages between the patient's side and the office, and notes among staff."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import User
from quotes.actions import core, silence, triage
from quotes.models import Attachment, InternalNote, Message, MessageDraft, Participant, QuoteRequest
from quotes.workflow import NotAllowed, Status


@transaction.atomic
def send_message(*, case: QuoteRequest, by: User, body: str) -> Message:
    """Staff write to the family; the status stays. Where the next step is still ours, a new clock starts for it."""
    return _office_writes("send_message", case=case, by=by, body=body)


@transaction.atomic
def ask_patient(*, case: QuoteRequest, by: User, body: str) -> Message:
    """Staff ask something that we need before going on; the clock waits for the patient."""
    return _office_writes("ask_patient", case=case, by=by, body=body)


def _office_writes(verb: str, *, case: QuoteRequest, by: User, body: str) -> Message:
    check_text(body)
    event = core.begin(verb, case=case, by=by)
    if case.contact_stopped_at is not None:
        raise NotAllowed(
            _(
                "All contact with this family is stopped, so nothing is sent. If they want to hear from us again, allow it first."
            )
        )
    message = Message.objects.create(case=case, from_user=by, body=body.strip())
    core.answered(case)
    case.waiting_since = timezone.now() if case.status in core.THEIR_TURN else None  # a new question, a new wait
    case.nudged_at = None
    if case.status in (Status.SUBMITTED, Status.IN_REVIEW):
        core.our_turn(case)
    core.finish(case, fields=("due_at", "first_answered_at"))
    core.tell_family(case, about=event)
    return message


@transaction.atomic
def patient_writes(
    *,
    case: QuoteRequest,
    by: Participant,
    body: str,
    submission_id: UUID | None = None,
    files: Iterable[Attachment] = (),
) -> Message:
    """The patient's side writes: an answer when we asked, else a message; a closed case opens again. Our clock starts.

    `files`: which of the files that this person has added before go with it.
    """
    check_text(body)
    # locked before the look for a twin: of two posts at the same moment, the second sees what the first wrote
    case.lock()
    if submission_id and (sent := Message.objects.filter(submission_id=submission_id).first()):
        if sent.from_participant_id == by.pk and sent.case_id == case.pk:
            return sent  # the same form, sent twice
        raise NotAllowed(_("This form was used already. Copy your text, load the page again and send it from there."))
    if case.status == Status.CLOSED:
        triage.reopen(case=case, by=by)
    if case.contact_stopped_at is not None:  # who writes to us wants an answer
        silence.resume_contact(case=case, by=by)
    core.begin("record_reply" if case.status == Status.AWAITING_PATIENT else "send_message", case=case, by=by)
    message = Message.objects.create(case=case, from_participant=by, body=body.strip(), submission_id=submission_id)
    loose = case.attachments.kept().filter(message__isnull=True, added_by_participant=by)
    loose.filter(pk__in=[file.pk for file in files]).update(message=message)
    by.message_drafts.filter(place=MessageDraft.Place.MESSAGE).delete()
    if case.due_at is None:  # writing again must not move a promise that stands
        core.our_turn(case)
    core.finish(case, fields=("due_at",))
    return message


@transaction.atomic
def resume(*, case: QuoteRequest, by: User) -> QuoteRequest:
    """The answer we waited for came another way, by phone perhaps."""
    core.begin("resume", case=case, by=by)
    core.our_turn(case)
    core.finish(case, fields=("due_at",))
    return case


@transaction.atomic
def add_note(*, case: QuoteRequest, by: User, body: str) -> InternalNote:
    """A note that only staff ever see."""
    check_text(body)
    core.begin("add_note", case=case, by=by)
    note = InternalNote.objects.create(case=case, author=by, body=body.strip())
    core.finish(case)
    return note


def open_messages(*, case: QuoteRequest, by: User | Participant) -> None:
    """Mark what the other side wrote as read."""
    theirs = {"from_user__isnull": isinstance(by, User)}
    case.messages.filter(read_at__isnull=True, **theirs).update(read_at=timezone.now())


def check_text(body: str) -> None:
    if not body.strip():
        raise NotAllowed(_("Write your message first."))
