"""The mails of a case, one function each. They carry a reference and a link: no name, no health."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from portal.encryption import keyed_hash
from portal.models import OutgoingEmail
from portal.outbox import Letter, register
from quotes import staffing
from quotes.models import AccessCode, Participant
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


def wants_mail(participant: Participant) -> bool:
    """Asked at the last moment, when the mail is made: contact may have been stopped since it was queued."""
    return participant.case.contact_stopped_at is None


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
    return to(participant, "news") if participant and wants_mail(participant) else None


@register(subject_type="quotes.participant", delivery_class=DeliveryClass.HOLD)
def we_wait(participant_id: UUID) -> Letter | None:
    """A reminder, once: it is their turn, and there is no hurry. Nothing when they have answered meanwhile."""
    participant = reachable(participant_id)
    if participant is None or not wants_mail(participant) or participant.case.waiting_since is None:
        return None
    return to(participant, "we_wait")


@register(subject_type="portal.user", delivery_class=DeliveryClass.HOLD)
def digest(user_id: UUID) -> Letter | None:
    """What is to be done today, in counts. No name, no reference, no health."""
    user = staffing.at_work().filter(pk=user_id).first()
    counts = staffing.day_of(user) if user else {}
    if user is None or not any(counts.values()):
        return None
    link = f"{settings.SITE_URL}{reverse('admin:index')}"
    return Letter(to=user.email, language=settings.LANGUAGE_CODE, template="digest", context={"link": link, **counts})


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
    if (
        participant is None
        or participant.confirmed_at is not None
        or participant.case.status not in OPEN
        or not wants_mail(participant)
    ):
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
