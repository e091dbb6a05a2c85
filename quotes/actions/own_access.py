"""How one person gets in: "this was not me", open pages, the passphrase, the e-mail address. Each for themselves, or staff for them."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import outbox, ratelimit
from portal.models import User
from quotes.actions import core
from quotes.actions.intake import index
from quotes.models import AccessCode, CaseSession, NewAddress, Participant, QuoteRequest
from quotes.models.people import new_token
from quotes.workflow import UNFINISHED, NotAllowed

SHORTEST_PASSPHRASE = 8


# ── This was not me ───────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def report_not_me(*, case: QuoteRequest, by: Participant) -> None:
    """Somebody else used this person's mailbox or link: every open page ends, the link is another one, people are told.

    It only ever makes things safer, whoever asks for it: the new link goes to the address on file and nowhere else.
    """
    event = core.begin("report_not_me", case=case, by=by)
    by.token, by.reported_at = new_token(), timezone.now()
    by.save()
    end_pages(by)
    if case.status in UNFINISHED:
        core.our_turn(case, today=True)
    core.finish(case, fields=("due_at",))
    if by.email:
        outbox.queue("new_link", by.pk, dedupe_key=str(event.pk))
    for owner in case.participants.joined().filter(role=Participant.Role.OWNER).exclude(pk=by.pk).exclude(email_index=""):
        outbox.queue("circle_warning", owner.pk, dedupe_key=str(event.pk))


@transaction.atomic
def settle_report(*, case: QuoteRequest, by: User) -> None:
    """Staff have looked into it, by phone perhaps: the task is done."""
    core.begin("settle_report", case=case, by=by)
    if not case.participants.filter(reported_at__isnull=False).update(reported_at=None):
        raise NotAllowed(_("Nobody of this case has said “this was not me”."))
    core.finish(case)


# ── Open pages ────────────────────────────────────────────────────────────────────────────────────────────────────────
def end_session(*, by: Participant, session: CaseSession) -> None:
    """One's own only: whose session it is was looked up through `by.sessions`."""
    session.end()


def end_other_sessions(*, by: Participant, keep: UUID | None) -> int:
    """Every open page of this person but one; returns how many."""
    others = by.sessions.filter(ended_at__isnull=True)
    return (others.exclude(pk=keep) if keep else others).update(ended_at=timezone.now())


def end_pages(person: Participant) -> None:
    end_other_sessions(by=person, keep=None)
    AccessCode.objects.filter(participant=person).delete()  # those on their way open nothing any more


# ── The passphrase ────────────────────────────────────────────────────────────────────────────────────────────────────
def set_passphrase(*, case: QuoteRequest, by: Participant, passphrase: str, current: str = "") -> None:
    """Asked for after the code, from the next time on. Whoever reads the same mailbox does not know it."""
    check_current(by, current)
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise NotAllowed(_("Take at least %(count)d letters. Some words in a row are good.") % {"count": SHORTEST_PASSPHRASE})
    try:
        CommonPasswordValidator().validate(passphrase)
    except ValidationError as error:
        raise NotAllowed(_("Very many people use this one, so it is easy to guess. Take some words in a row.")) from error
    _keep_passphrase("set_passphrase", case=case, by=by, kept=make_password(passphrase))


def remove_passphrase(*, case: QuoteRequest, by: Participant, current: str) -> None:
    check_current(by, current)
    _keep_passphrase("remove_passphrase", case=case, by=by, kept="")


@transaction.atomic
def _keep_passphrase(verb: str, *, case: QuoteRequest, by: Participant, kept: str) -> None:
    event = core.begin(verb, case=case, by=by)
    by.passphrase = kept
    by.save(update_fields=["passphrase"])
    core.finish(case)
    if by.email:
        outbox.queue("passphrase_changed", by.pk, dedupe_key=str(event.pk))


@transaction.atomic
def reset_passphrase(*, case: QuoteRequest, by: User, person: Participant, reason: str) -> None:
    """Forgotten, and they called: staff take it away, after making sure by phone who is speaking. Told by mail at once."""
    event = core.begin("reset_passphrase", case=case, by=by)
    if not reason.strip():
        raise NotAllowed(_("Write down how you made sure who is calling."))
    if person.case_id != case.pk or not person.passphrase:
        raise NotAllowed(_("This person has no passphrase."))
    person.passphrase = ""
    person.save(update_fields=["passphrase"])
    case.notes.create(author=by, body=_("Passphrase taken away: %(reason)s") % {"reason": reason.strip()})
    core.finish(case)
    if person.email and person.revoked_at is None:
        outbox.queue("passphrase_reset", person.pk, dedupe_key=str(event.pk))


def check_current(person: Participant, current: str) -> None:
    """Where there is one already, it is asked for: a page left open must not be enough.

    Before the verb's transaction, not inside it: a try must stay counted when the verb is refused.
    """
    person.refresh_from_db(fields=["passphrase"])
    if not person.passphrase:
        return
    if not ratelimit.allowed("passphrase", str(person.pk)):
        raise NotAllowed(_("There were many tries. Wait one hour, or call us."))
    if not check_password(current, person.passphrase):
        raise NotAllowed(_("This is not your passphrase of now. Try again. If you have forgotten it, call us."))


# ── The e-mail address ────────────────────────────────────────────────────────────────────────────────────────────────
def ask_new_address(*, case: QuoteRequest, by: Participant, email: str, current: str = "") -> NewAddress:
    """Send a code to the new address. Nothing changes until it is typed in."""
    check_current(by, current)
    return _ask_new_address(case=case, by=by, email=email)


@transaction.atomic
def _ask_new_address(*, case: QuoteRequest, by: Participant, email: str) -> NewAddress:
    case.lock()
    core.check_person("change_contact", case=case, by=by)
    email = email.strip().lower()
    if email == by.email:
        raise NotAllowed(_("This is the address that we have already."))
    if not ratelimit.allowed("new-address", str(by.pk)):
        raise NotAllowed(_("You tried several addresses today. Try again tomorrow, or call us."))
    by.new_addresses.filter(used_at__isnull=True).delete()
    asked = NewAddress.objects.create(
        participant=by,
        email=email,
        expires_at=timezone.now() + timedelta(seconds=settings.ACCESS_CODE_SECONDS),
        tries_left=settings.ACCESS_CODE_TRIES,
    )
    outbox.queue("address_code", asked.pk, dedupe_key=str(asked.pk))
    return asked


def waiting_address(person: Participant) -> NewAddress | None:
    """What was asked for last and can still be confirmed."""
    usable = person.new_addresses.filter(used_at__isnull=True, expires_at__gt=timezone.now(), tries_left__gt=0)
    return usable.order_by("-asked_at").first()


def change_contact(*, case: QuoteRequest, by: Participant, digits: str, keep: UUID | None) -> bool:
    """The code fits: the new address replaces the old one, with a new link. False: it does not fit, and one try is gone.

    The page at hand (`keep`) stays open; every other one ends. The old address is told.
    """
    asked = waiting_address(by)
    if asked is None:
        raise NotAllowed(_("This code is too old, or it was tried too often. Ask for a new one."))
    if asked.take_try(digits) != "fits":
        return False
    with transaction.atomic():
        core.begin("change_contact", case=case, by=by)
        if not asked.use_up():
            return False
        asked.old_email = by.email
        asked.save(update_fields=["old_email"])
        by.move_to(asked.email)
        by.confirmed_at = timezone.now()
        by.save()
        AccessCode.objects.filter(participant=by).delete()
        end_other_sessions(by=by, keep=keep)
        index(case, by)
        core.finish(case)
        outbox.queue("new_link", by.pk, dedupe_key=f"address:{asked.pk}")
        if asked.old_email:
            outbox.queue("address_changed", asked.pk, dedupe_key=str(asked.pk))
    return True
