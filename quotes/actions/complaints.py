"""A complaint: made by anybody of the family, told to the managers, answered by one of them, with a date."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit, office, outbox
from portal.models import User
from portal.roles import MANAGER
from quotes.models import Complaint, Event, Participant, QuoteRequest
from quotes.workflow import NotAllowed


@transaction.atomic
def complain(
    *,
    case: QuoteRequest,
    by: Participant,
    what: str,
    wish: str = "",
    wants_answer: bool = True,
    submission_id: UUID | None = None,
) -> Complaint:
    """Keep a complaint and say by when it is answered. Also of somebody who may only read, and when nobody may read on."""
    case.lock()
    if by.case_id != case.pk or by.revoked_at is not None or case.is_draft:
        raise NotAllowed(_("This is not possible any more. Call us or write to us by e-mail."))
    if submission_id and (made := Complaint.objects.filter(submission_id=submission_id).first()):
        if made.by_participant_id == by.pk:
            return made  # the same form, sent twice
        raise NotAllowed(_("This form was used already. Copy your text, load the page again and send it from there."))
    if not what.strip():
        raise NotAllowed(_("Write what happened."))
    complaint = Complaint.objects.create(
        case=case,
        by_participant=by,
        what=what.strip(),
        wish=wish.strip(),
        wants_answer=wants_answer,
        submission_id=submission_id,
        due_on=office.working_day(timezone.localdate(), days=settings.COMPLAINT_DAYS),
    )
    Event.objects.create(case=case, kind="complain", by_participant=by)
    if by.email:
        outbox.queue("complaint_received", complaint.pk, dedupe_key=str(complaint.pk))
    for manager in User.objects.filter(is_active=True, groups__name=MANAGER):
        outbox.queue("complaint_to_answer", manager.pk, dedupe_key=f"{complaint.pk}:{manager.pk}")
    return complaint


@transaction.atomic
def answer_complaint(*, complaint: Complaint, by: User, text: str) -> Complaint:
    """A manager answers, once. The family reads it on the case page; they get a mail that there is news."""
    complaint.refresh_from_db(from_queryset=Complaint.objects.select_for_update())
    if not by.in_role(MANAGER):
        raise NotAllowed(_("Your role does not allow this. Ask a colleague who may do it."))
    if complaint.answered_at is not None:
        raise NotAllowed(_("This complaint was answered meanwhile. Read that answer first."))
    if not text.strip():
        raise NotAllowed(_("Write the answer first."))
    complaint.answer, complaint.answered_at, complaint.answered_by = text.strip(), timezone.now(), by
    complaint.save(update_fields=["answer", "answered_at", "answered_by"])
    Event.objects.create(case=complaint.case, kind="answer_complaint", by_user=by)
    audit.record("answer complaint", by=by, case_id=complaint.case_id, object=f"quotes.complaint {complaint.pk}")
    if complaint.by_participant.email:
        outbox.queue("news", complaint.by_participant_id, dedupe_key=f"complaint:{complaint.pk}")
    return complaint


def open_answers(*, by: Participant) -> None:
    """Note when they first read what we answered."""
    by.complaints.unread().update(read_at=timezone.now())
