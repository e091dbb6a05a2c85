"""The mails of a case, one function each. They carry a reference and a link: no name, no health."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from portal.encryption import keyed_hash
from portal.models import OutgoingEmail, User
from portal.outbox import Letter, register
from quotes import follow_ups
from quotes.models import AccessCode, Complaint, Erasure, FollowUp, Participant
from quotes.models.case import DRAFT_LIFE
from quotes.workflow import OPEN

DeliveryClass = OutgoingEmail.DeliveryClass


def link_of(participant: Participant) -> str:
    """The participant's stable link, in the language of the case."""
    with translation.override(participant.case.language):
        return settings.SITE_URL + reverse("quotes:access", args=[participant.token])


def code_hash(code_id: UUID, digits: str) -> str:
    return keyed_hash("access-code", f"{code_id}:{digits}")


def to(participant: Participant, template: str, **context: object) -> Letter:
    return Letter(
        to=participant.email,
        language=participant.case.language,
        template=template,
        context={"reference": participant.case.reference, "link": link_of(participant), **context},
    )


def reachable(participant_id: UUID) -> Participant | None:
    found = Participant.objects.active().select_related("case").filter(pk=participant_id).first()
    return found if found and found.email else None


@register(subject_type="quotes.participant", delivery_class=DeliveryClass.RETRY)
def confirmation(participant_id: UUID) -> Letter | None:
    """We have the request; here is the link to its page."""
    participant = reachable(participant_id)
    return to(participant, "confirmation", due=participant.case.due_at) if participant else None


@register(subject_type="quotes.participant", delivery_class=DeliveryClass.RETRY)
def news(participant_id: UUID) -> Letter | None:
    participant = reachable(participant_id)
    return to(participant, "news") if participant else None


@register(subject_type="quotes.participant", delivery_class=DeliveryClass.RETRY)
def lost_link(participant_id: UUID) -> Letter | None:
    """The link again, asked for on the page "Lost your link?"."""
    participant = reachable(participant_id)
    return to(participant, "lost_link") if participant else None


@register(subject_type="quotes.participant", delivery_class=DeliveryClass.RETRY)
def draft_link(participant_id: UUID) -> Letter | None:
    """The link to a request that is not sent yet, and until when it is kept. Once it is sent, this is the link to its page."""
    participant = reachable(participant_id)
    if participant is None or not participant.case.is_draft:
        return to(participant, "lost_link") if participant else None
    return to(participant, "draft_link", until=participant.case.updated_at + DRAFT_LIFE)


@register(subject_type="quotes.participant", delivery_class=DeliveryClass.HOLD)
def confirm_address(participant_id: UUID) -> Letter | None:
    """A reminder: nobody has opened the page of this request yet. Nothing when somebody has meanwhile, or it is closed."""
    participant = reachable(participant_id)
    if participant is None or participant.confirmed_at is not None or participant.case.status not in OPEN:
        return None
    return to(participant, "confirm_address")


@register(subject_type="quotes.accesscode", delivery_class=DeliveryClass.DROP)
def access_code(code_id: UUID) -> Letter | None:
    """Six digits. They are made here, while the mail is rendered, and only their hash is kept."""
    code = AccessCode.objects.select_related("participant__case").filter(pk=code_id, used_at__isnull=True).first()
    if code is None or code.expires_at <= timezone.now() or code.participant.revoked_at is not None:
        return None
    digits = f"{secrets.randbelow(10**6):06d}"
    code.code_hash = code_hash(code.pk, digits)
    code.save(update_fields=["code_hash"])
    minutes = timedelta(seconds=settings.ACCESS_CODE_SECONDS) // timedelta(minutes=1)
    return to(code.participant, "access_code", digits=digits, minutes=minutes)


@register(subject_type="quotes.complaint", delivery_class=DeliveryClass.RETRY)
def complaint_received(complaint_id: UUID) -> Letter | None:
    """We have the complaint; by when it is answered. Not a word of it."""
    complaint = Complaint.objects.filter(pk=complaint_id).first()
    participant = reachable(complaint.by_participant_id) if complaint else None
    if complaint is None or participant is None:
        return None
    return to(participant, "complaint_received", due=complaint.due_on, wants_answer=complaint.wants_answer)


@register(subject_type="portal.user", delivery_class=DeliveryClass.HOLD)
def complaint_to_answer(user_id: UUID) -> Letter | None:
    """To a manager: a complaint waits. Nothing when a colleague has answered all of them."""
    manager = User.objects.filter(pk=user_id, is_active=True).first()
    if manager is None or not Complaint.objects.to_answer().exists():
        return None
    link = settings.SITE_URL + reverse("admin:quotes_complaint_changelist")
    return Letter(to=manager.email, language=settings.LANGUAGE_CODE, template="complaint_to_answer", context={"link": link})


@register(subject_type="quotes.followup", delivery_class=DeliveryClass.HOLD)
def follow_up(follow_up_id: UUID) -> Letter | None:
    """May we ask how things are? Nothing when they have answered or taken back their agreement meanwhile."""
    asked = FollowUp.objects.select_related("case").filter(pk=follow_up_id).first()
    if asked is None or follow_ups.open_one(asked.case) != asked or asked.case.owner is None:
        return None
    owner = reachable(asked.case.owner.pk)
    return to(owner, "follow_up") if owner else None


@register(subject_type="quotes.erasure", delivery_class=DeliveryClass.RETRY)
def erased(erasure_id: UUID) -> Letter | None:
    """The proof that a case was erased. The address is forgotten when this has left (quotes/jobs.py)."""
    stone = Erasure.objects.filter(pk=erasure_id).first()
    if stone is None or not stone.send_to:
        return None
    context = {"code": stone.send_code, "at": stone.erased_at}
    return Letter(to=stone.send_to, language=stone.language, template="erased", context=context)
