"""The family circle: who is let in, as what, and who leaves. Names and addresses stay out of the events."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import outbox, ratelimit
from quotes.actions import core
from quotes.actions.intake import index
from quotes.circle import MOST_PEOPLE
from quotes.models import AccessCode, CaseSession, Event, Participant, QuoteRequest
from quotes.models.people import INVITATION_LIFE, ParticipantQuerySet, email_digest
from quotes.workflow import JOB, NotAllowed

Role = Participant.Role


@transaction.atomic
def invite(
    *, case: QuoteRequest, by: Participant, name: str, email: str, role: str, is_patient: bool = False, is_to_own: bool = False
) -> Participant:
    """Mail somebody a link of their own. `is_to_own`: they are the patient, and the case becomes theirs when they say yes."""
    core.begin("invite", case=case, by=by, role=role, to_own=is_to_own)
    email = email.strip().lower()
    present = [*case.participants.active()]
    if len(present) >= MOST_PEOPLE:
        raise NotAllowed(_("%(count)d people share this case, and that is the most.") % {"count": MOST_PEOPLE})
    # the patient and the one who asked for them may well read one mailbox
    if any(person.email_index == email_digest(email) for person in present if not (is_to_own and person.pk == by.pk)):
        raise NotAllowed(_("Somebody with this address shares the case already, or is invited."))
    if (is_patient or is_to_own) and any(person.is_patient for person in present):
        raise NotAllowed(_("The patient shares this case already."))
    if role not in (Role.WRITER, Role.READER):
        raise NotAllowed(_("Choose what this person may do."))
    if not ratelimit.allowed("invite", str(case.pk)):
        raise NotAllowed(_("You invited many people today. Try again tomorrow, or call us."))
    now = timezone.now()
    person = Participant.objects.create(
        case=case,
        role=role,
        name=name.strip(),
        email=email,
        is_patient=is_patient or is_to_own,
        invited_at=now,
        invited_by=by,
        ownership_offered_at=now if is_to_own else None,
    )
    index(case, person)
    core.finish(case)
    outbox.queue("invitation", person.pk, dedupe_key=f"{person.pk}:1")
    return person


@transaction.atomic
def resend_invitation(*, case: QuoteRequest, by: Participant, person: Participant) -> None:
    """The same link once more; the 14 days begin anew."""
    event = core.begin("resend_invitation", case=case, by=by)
    check_pending(case, person)
    if not ratelimit.allowed("invite-again", str(person.pk)):
        raise NotAllowed(_("We sent this invitation several times today. Ask this person to look in the spam folder."))
    person.invited_at, person.invited_by = timezone.now(), by
    person.save(update_fields=["invited_at", "invited_by"])
    core.finish(case)
    outbox.queue("invitation", person.pk, dedupe_key=f"{person.pk}:{event.pk}")


@transaction.atomic
def accept_invitation(*, case: QuoteRequest, by: Participant) -> None:
    """They are in. Whoever was invited to own the case becomes its owner in the same moment."""
    event = core.begin("accept_invitation", case=case, by=by)
    if by.invited_at is None or by.invited_at < timezone.now() - INVITATION_LIFE:
        raise NotAllowed(_("This invitation is too old. Ask for a new one."))
    by.accepted_at = timezone.now()
    if by.is_patient:
        by.authority, by.authority_said_at = Participant.Authority.PATIENT, timezone.now()
    by.save(update_fields=["accepted_at", "authority", "authority_said_at"])
    by.refresh_from_db(fields=["ownership_offered_at"])
    if by.ownership_offered_at is not None:
        hand_over(case, to=by)
    core.finish(case)
    tell_others(case, about=event, but=by)


@transaction.atomic
def refuse_invitation(*, case: QuoteRequest, by: Participant) -> None:
    event = core.begin("refuse_invitation", case=case, by=by)
    let_out(by)
    core.finish(case)
    tell_owner(case, about=event)


@transaction.atomic
def lapse_invitation(*, case: QuoteRequest, person: Participant, by: str = JOB) -> bool:
    """Nobody said yes in 14 days: the link ends. The owner can invite again."""
    case.lock()
    if not to_lapse_invitations().filter(pk=person.pk).exists():
        return False
    core.begin("lapse_invitation", case=case, by=JOB)
    let_out(person)
    core.finish(case)
    return True


def to_lapse_invitations() -> ParticipantQuerySet:
    return Participant.objects.pending().filter(invited_at__lt=timezone.now() - INVITATION_LIFE)


@transaction.atomic
def change_role(*, case: QuoteRequest, by: Participant, person: Participant, role: str) -> None:
    """Between writing and reading; it counts from the next click of the other person."""
    core.begin("change_role", case=case, by=by, role=role)
    check_guest(case, person)
    if role not in (Role.WRITER, Role.READER):
        raise NotAllowed(_("Choose what this person may do."))
    person.role = role
    person.save(update_fields=["role"])
    core.finish(case)


@transaction.atomic
def revoke_access(*, case: QuoteRequest, by: Participant, person: Participant) -> None:
    """At once: open pages end with the next click, the link is dead. What they wrote stays, with their name."""
    core.begin("revoke_access", case=case, by=by)
    check_guest(case, person)
    let_out(person)
    core.finish(case)


@transaction.atomic
def leave_circle(*, case: QuoteRequest, by: Participant) -> None:
    event = core.begin("leave_circle", case=case, by=by)
    let_out(by)
    core.finish(case)
    tell_owner(case, about=event)


@transaction.atomic
def offer_ownership(*, case: QuoteRequest, by: Participant, person: Participant) -> None:
    """To somebody who shares the case already and is the patient. Nothing changes until they say yes."""
    event = core.begin("offer_ownership", case=case, by=by)
    check_guest(case, person)
    if person.is_pending or by.is_patient or case.participants.active().filter(is_patient=True).exclude(pk=person.pk).exists():
        raise NotAllowed(_("Only the patient can become the owner, and only after accepting the invitation."))
    person.ownership_offered_at, person.is_patient = timezone.now(), True
    person.save(update_fields=["ownership_offered_at", "is_patient"])
    core.finish(case)
    if person.email:
        outbox.queue("news", person.pk, dedupe_key=f"{event.pk}:{person.pk}")


@transaction.atomic
def accept_ownership(*, case: QuoteRequest, by: Participant) -> None:
    event = core.begin("accept_ownership", case=case, by=by)
    check_offered(by)
    hand_over(case, to=by)
    core.finish(case)
    tell_others(case, about=event, but=by)


@transaction.atomic
def refuse_ownership(*, case: QuoteRequest, by: Participant) -> None:
    event = core.begin("refuse_ownership", case=case, by=by)
    check_offered(by)
    by.ownership_offered_at = None
    by.save(update_fields=["ownership_offered_at"])
    core.finish(case)
    tell_owner(case, about=event)


# ── Parts, all inside a verb's transaction ────────────────────────────────────────────────────────────────────────────
def hand_over(case: QuoteRequest, *, to: Participant) -> None:
    """One owner a case, at every moment: the former one steps back first."""
    former = case.participants.active().get(role=Role.OWNER)
    former.role = Role.WRITER
    former.save(update_fields=["role"])
    to.role, to.is_patient, to.ownership_offered_at = Role.OWNER, True, None
    to.authority, to.authority_said_at = Participant.Authority.PATIENT, timezone.now()
    to.save(update_fields=["role", "is_patient", "ownership_offered_at", "authority", "authority_said_at"])


def let_out(person: Participant) -> None:
    now = timezone.now()
    person.revoked_at, person.ownership_offered_at = now, None
    person.save(update_fields=["revoked_at", "ownership_offered_at"])
    CaseSession.objects.filter(participant=person, ended_at__isnull=True).update(ended_at=now)
    AccessCode.objects.filter(participant=person).delete()


def check_guest(case: QuoteRequest, person: Participant) -> None:
    """Somebody else of this case, who is still in it, as the database has them now."""
    person.refresh_from_db(fields=["role", "revoked_at", "invited_at", "accepted_at"])
    if person.case_id != case.pk or person.revoked_at is not None:
        raise NotAllowed(_("This person does not share the case any more."))
    if person.role == Role.OWNER:
        raise NotAllowed(_("The owner stays. Hand the case over to the patient first."))


def check_pending(case: QuoteRequest, person: Participant) -> None:
    check_guest(case, person)
    if not person.is_pending:
        raise NotAllowed(_("This person has accepted the invitation already."))


def check_offered(person: Participant) -> None:
    person.refresh_from_db(fields=["ownership_offered_at"])
    if person.ownership_offered_at is None:
        raise NotAllowed(_("This offer does not stand any more."))


def tell_owner(case: QuoteRequest, *, about: Event) -> None:
    for owner in case.participants.joined().filter(role=Role.OWNER).exclude(email_index=""):
        outbox.queue("news", owner.pk, dedupe_key=f"{about.pk}:{owner.pk}")


def tell_others(case: QuoteRequest, *, about: Event, but: Participant) -> None:
    """The owner, and the one who was it until now."""
    people = case.participants.joined().filter(role__in=(Role.OWNER, Role.WRITER)).exclude(pk=but.pk)
    for person in people.exclude(email_index=""):
        outbox.queue("news", person.pk, dedupe_key=f"{about.pk}:{person.pk}")
