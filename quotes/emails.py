"""The mails of a case, one function each. They carry a reference and a link: no name, no health."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from portal.models import OutgoingEmail, User
from portal.outbox import Letter, register
from quotes import follow_ups, queries, staffing
from quotes.models import AccessCode, CaseSession, Complaint, Erasure, FollowUp, NewAddress, Participant
from quotes.models.case import DRAFT_LIFE
from quotes.models.people import INVITATION_LIFE
from quotes.workflow import OPEN

DeliveryClass = OutgoingEmail.DeliveryClass


def link_of(participant: Participant) -> str:
    """The participant's stable link, in the language of the case."""
    with translation.override(participant.case.language):
        return settings.SITE_URL + reverse("quotes:access", args=[participant.token])


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
    user = staffing.at_work().filter(pk=user_id, work_profile__wants_digest=True).select_related("work_profile").first()
    counts = queries.day_of(user) if user else {}
    if user is None or not any(counts.values()):
        return None
    link = f"{settings.SITE_URL}{reverse('admin:index')}"
    language = user.work_profile.mail_language or settings.LANGUAGE_CODE
    return Letter(to=user.email, language=language, template="digest", context={"link": link, **counts})


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
    minutes = timedelta(seconds=settings.ACCESS_CODE_SECONDS) // timedelta(minutes=1)
    return to(code.participant, "access_code", digits=code.new_digits(), minutes=minutes, not_me=not_me_link(code.participant))


def not_me_link(participant: Participant) -> str:
    """Where somebody says "this was not me". A request that is not sent yet has no page of its own to protect."""
    if participant.case.is_draft:
        return ""
    with translation.override(participant.case.language):
        return settings.SITE_URL + reverse("quotes:not_me", args=[participant.token])


def session_of(session_id: UUID) -> CaseSession | None:
    found = CaseSession.objects.select_related("participant__case").filter(pk=session_id).first()
    return found if found and found.participant.revoked_at is None else None


@register(subject_type="quotes.casesession", delivery_class=DeliveryClass.RETRY)
def new_browser(session_id: UUID) -> Letter | None:
    """To the person whose link it is: the page was opened in a browser that was not used for it before."""
    opened = session_of(session_id)
    if opened is None or not opened.participant.email:
        return None
    return to(opened.participant, "new_browser", opened_at=opened.opened_at, not_me=not_me_link(opened.participant))


@register(subject_type="quotes.casesession", delivery_class=DeliveryClass.RETRY)
def new_browser_in_circle(session_id: UUID) -> Letter | None:
    """To the owner of the case, about somebody they have let in."""
    opened = session_of(session_id)
    owner = opened.participant.case.owner if opened else None
    if opened is None or owner is None or not owner.email or owner.pk == opened.participant_id:
        return None
    return to(owner, "new_browser_in_circle", opened_at=opened.opened_at)


@register(subject_type="quotes.participant", delivery_class=DeliveryClass.RETRY)
def new_link(participant_id: UUID) -> Letter | None:
    """The link that replaces the old one. It names no way to report anything: this mail is the answer to a report."""
    participant = reachable(participant_id)
    return to(participant, "new_link") if participant else None


@register(subject_type="quotes.participant", delivery_class=DeliveryClass.RETRY)
def circle_warning(participant_id: UUID) -> Letter | None:
    """To the owner: somebody of the circle said "this was not me"."""
    participant = reachable(participant_id)
    return to(participant, "circle_warning") if participant else None


@register(subject_type="quotes.participant", delivery_class=DeliveryClass.RETRY)
def invitation(participant_id: UUID) -> Letter | None:
    participant = reachable(participant_id)
    if participant is None or not participant.is_pending or participant.invited_at is None:
        return None
    return to(participant, "invitation", until=participant.invited_at + INVITATION_LIFE)


@register(subject_type="quotes.participant", delivery_class=DeliveryClass.RETRY)
def passphrase_changed(participant_id: UUID) -> Letter | None:
    participant = reachable(participant_id)
    return to(participant, "passphrase_changed", not_me=not_me_link(participant)) if participant else None


@register(subject_type="quotes.participant", delivery_class=DeliveryClass.RETRY)
def passphrase_reset(participant_id: UUID) -> Letter | None:
    """Staff took it away after a call: whoever did not call must know at once."""
    participant = reachable(participant_id)
    return to(participant, "passphrase_reset", not_me=not_me_link(participant)) if participant else None


@register(subject_type="quotes.newaddress", delivery_class=DeliveryClass.DROP)
def address_code(address_id: UUID) -> Letter | None:
    """Six digits to an address that nobody has shown to be theirs: it carries no link to the case."""
    asked = NewAddress.objects.select_related("participant__case").filter(pk=address_id, used_at__isnull=True).first()
    if asked is None or asked.expires_at <= timezone.now() or asked.participant.revoked_at is not None:
        return None
    minutes = timedelta(seconds=settings.ACCESS_CODE_SECONDS) // timedelta(minutes=1)
    case = asked.participant.case
    context: dict[str, object] = {"reference": case.reference, "digits": asked.new_digits(), "minutes": minutes}
    return Letter(to=asked.email, language=case.language, template="address_code", context=context)


@register(subject_type="quotes.newaddress", delivery_class=DeliveryClass.RETRY)
def address_changed(address_id: UUID) -> Letter | None:
    """To the address that was replaced: no link, it opens nothing any more."""
    changed = NewAddress.objects.select_related("participant__case").filter(pk=address_id, used_at__isnull=False).first()
    if changed is None or not changed.old_email:
        return None
    case = changed.participant.case
    context: dict[str, object] = {"reference": case.reference}
    return Letter(to=changed.old_email, language=case.language, template="address_changed", context=context)


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
    return to(owner, "follow_up") if owner and wants_mail(owner) else None


@register(subject_type="quotes.erasure", delivery_class=DeliveryClass.RETRY)
def erased(erasure_id: UUID) -> Letter | None:
    """The proof that a case was erased. The address is forgotten when this has left (quotes/jobs.py)."""
    stone = Erasure.objects.filter(pk=erasure_id).first()
    if stone is None or not stone.send_to:
        return None
    context = {"code": stone.send_code, "at": stone.erased_at}
    return Letter(to=stone.send_to, language=stone.language, template="erased", context=context)
