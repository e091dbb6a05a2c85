"""What a family may ask of us by right: to take an agreement back, to take everything away, to be forgotten, to complain."""

import secrets
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit, outbox
from portal.fields import EncryptedJSONField
from portal.models import OutgoingEmail, User
from portal.roles import MANAGER
from quotes import circle, consents, erasures
from quotes.actions import attachments, core, triage
from quotes.models import Consent, Erasure, FollowUp, Participant, QuoteRequest
from quotes.models.case import CROCKFORD, new_reference
from quotes.models.privacy import case_digest, code_digest
from quotes.privacy import rows_of_family
from quotes.workflow import JOB, UNFINISHED, NotAllowed

KEPT_OF_ANSWERS = ("score", "score_at_start", "how")  # of a follow-up, once its case is a figure


def is_owner(participant: Participant) -> bool:
    """Agreements, the copy of everything and erasing are for the one whose case it is."""
    return circle.may(participant, "erase")


def check_owner(participant: Participant) -> None:
    if not is_owner(participant):
        raise NotAllowed(_("Only the person who owns this case can do this."))


# ── Agreements ────────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def withdraw_consent(*, case: QuoteRequest, by: Participant, key: str) -> QuoteRequest:
    """Take an agreement back; what it allowed ends with this transaction.

    "health": the case closes as withdrawn, and nobody of the office opens the answers. "calls": no call is logged any more.
    "follow_up": nobody is asked later.
    """
    check_owner(by)
    case.lock()
    if key not in consents.WITHDRAWABLE or consents.standing(case, key) is None:
        raise NotAllowed(_("You have not given this agreement, or have taken it back already."))
    if key == "health" and case.status in UNFINISHED:
        triage.withdraw(case=case, by=by)
    core.begin("withdraw_consent", case=case, by=by, key=key)
    end_consent(case, key)
    if key == "health":
        case.health_withdrawn_at = timezone.now()
    core.finish(case, fields=("health_withdrawn_at",))
    return case


def end_consent(case: QuoteRequest, key: str) -> None:
    Consent.objects.filter(case=case, text__kind=key, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
    if key == "follow_up":
        FollowUp.objects.filter(case=case, answered_at__isnull=True).delete()


@transaction.atomic
def give_consent(*, case: QuoteRequest, by: Participant, key: str, language: str) -> QuoteRequest:
    """Agree (again) to today's wording, in the language in which it was read. A closed case stays closed until they write."""
    check_owner(by)
    case.lock()
    if key not in consents.WITHDRAWABLE:
        raise NotAllowed(_("This agreement cannot be given here."))
    if consents.standing(case, key) is not None:
        raise NotAllowed(_("You agree to this already."))
    core.begin("give_consent", case=case, by=by, key=key)
    consents.record(case=case, keys=[key], role=str(case.answers.get("filler_role", "")), language=language)
    if key == "health":
        case.health_withdrawn_at = None
    core.finish(case, fields=("health_withdrawn_at",))
    return case


# ── A copy of everything ──────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def export(*, case: QuoteRequest, by: Participant) -> None:
    """Write down that the owner takes a copy of everything, before a byte of it leaves."""
    if by.case_id != case.pk:
        raise NotAllowed(_("Only the person who owns this case can do this."))
    check_owner(by)
    audit.record("export case", by=None, case_id=case.pk, object=f"quotes.participant {by.pk}")
    case.attachments.from_office().kept().note_opened()  # they are in the copy


# ── Erasing, and making anonymous ─────────────────────────────────────────────────────────────────────────────────────
def new_proof() -> str:
    """`7K3F-92QX-4MBA`: 60 random bits. Who shows it proves that a case was erased, and says nothing of whose."""
    letters = "".join(secrets.choice(CROCKFORD) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


@transaction.atomic
def erase(*, case: QuoteRequest, by: core.Actor, again: bool = False) -> str:
    """Delete everything that was written on a case, its people, its calls and its mails. Returns the code that proves it.

    By its owner, a manager or a job. What stays: a tombstone without a name (Erasure), and the audit log without names.
    `again`: after a restore, a case that was erased before; its tombstone stands. Open pages of the case end with it.
    """
    case.lock()
    if not (
        by == JOB or (isinstance(by, User) and by.in_role(MANAGER)) or (isinstance(by, Participant) and by.case_id == case.pk)
    ):
        raise NotAllowed(_("Only its owner or a manager erases a case."))
    if isinstance(by, Participant):
        check_owner(by)
    who = "by its owner" if isinstance(by, Participant) else ""
    audit.record("erase", by=by if isinstance(by, User) else None, case_id=case.pk, object=who)
    proof = "" if again else leave_tombstone(case)
    forget_rows(case)
    case.delete()
    transaction.on_commit(erasures.write_down)
    return proof


def leave_tombstone(case: QuoteRequest) -> str:
    proof, owner = new_proof(), case.owner
    stone = Erasure(code_hash=code_digest(proof), case_digest=case_digest(case.pk), language=case.language)
    if owner is not None and owner.email:
        stone.send_to, stone.send_code = owner.email, proof
    else:
        stone.is_sent = True
    stone.save()
    if stone.send_to:
        outbox.queue("erased", stone.pk, dedupe_key=str(stone.pk))
    return proof


def forget_rows(case: QuoteRequest, *, but: tuple[str, ...] = ()) -> None:
    """Delete the rows of a case, as quotes/privacy.py lists them, with the mails about them, the files and the open pages."""
    attachments.forget_files(case)
    end_sessions(case)
    # these two would protect their targets
    QuoteRequest.objects.filter(pk=case.pk).update(accepted_option=None, accepted_at=None)
    case.recommendations.update(supersedes=None)
    subjects: list[UUID] = [case.pk]
    for label, row in rows_of_family().items():
        if not row.case or label in but:
            continue
        rows = apps.get_model(label)._default_manager.filter(row.of(case))
        subjects += [pk for pk in rows.values_list("pk", flat=True) if isinstance(pk, UUID)]
        rows.delete()
    OutgoingEmail.objects.filter(subject_id__in=subjects).delete()


def end_sessions(case: QuoteRequest) -> None:
    """The pages that are open on this case, in whichever browser. Sessions are sealed by their key: each has to be looked into."""
    ids = {str(case.pk), *(str(pk) for pk in case.participants.values_list("pk", flat=True))}
    gone = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if ids & {value for value in session.get_decoded().values() if isinstance(value, str)}
    ]
    Session.objects.filter(pk__in=gone).delete()


@transaction.atomic
def anonymise(*, case: QuoteRequest, by: str = JOB) -> None:
    """What was a case becomes a figure for the reports: status, dates, language, outcome. It cannot be undone."""
    case.lock()
    audit.record("anonymise", by=None, case_id=case.pk)
    rows = rows_of_family()
    staying = {label: set(row.stays.split()) for label, row in rows.items() if row.stays}
    follow_ups = [*case.follow_ups.all()]
    forget_rows(case, but=tuple(staying))
    for follow_up in follow_ups:
        follow_up.answers = {key: value for key, value in follow_up.answers.items() if key in KEPT_OF_ANSWERS}
        follow_up.case = case
        empty(follow_up, but=staying["quotes.followup"])
    case.refresh_from_db()
    case.anonymised_at = timezone.now()
    empty(case, but=staying["quotes.quoterequest"] | {"reference"})
    QuoteRequest.objects.filter(pk=case.pk).update(reference=new_reference())


def empty(row: models.Model, *, but: set[str]) -> None:
    """Bring every field but these to what it is on a new row, or to nothing."""
    for field in row._meta.concrete_fields:
        if field.name in but:
            continue
        blank: Any = None if field.null else field.get_default()
        setattr(row, field.attname, {} if isinstance(field, EncryptedJSONField) else blank)
    row.save()
