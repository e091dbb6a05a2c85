"""The patient's own yes or no, and by what right somebody speaks for the patient."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import User
from quotes import consents
from quotes.actions import core
from quotes.consents import PATIENT_AGREEMENT
from quotes.models import Consent, Participant, QuoteRequest
from quotes.workflow import UNFINISHED, NotAllowed

OWN, HERE = (
    "patient",
    "patient_here",
)  # the role of the consent: on the patient's own access, or beside somebody who writes for them


def how_given(by: Participant) -> str:
    return OWN if by.is_patient else HERE


@transaction.atomic
def agree_as_patient(*, case: QuoteRequest, by: Participant, language: str) -> None:
    """Keep the patient's yes to the exact text. A yes after a no counts again from now."""
    check_beside(by)
    core.begin("agree_as_patient", case=case, by=by, how=how_given(by))
    consents.record(case=case, keys=[PATIENT_AGREEMENT.key], role=how_given(by), language=language)
    core.finish(case)


@transaction.atomic
def refuse_as_patient(*, case: QuoteRequest, by: Participant) -> None:
    """The patient says no: what was agreed before is withdrawn, and somebody of the office looks at it next."""
    check_beside(by)
    core.begin("refuse_as_patient", case=case, by=by, how=how_given(by))
    agreements(case).filter(withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
    if case.status in UNFINISHED:
        core.our_turn(case, today=True)
    core.finish(case, fields=("due_at",))


def agreements(case: QuoteRequest) -> QuerySet[Consent]:
    return case.consents.filter(text__kind=PATIENT_AGREEMENT.key)


def check_beside(by: Participant) -> None:
    if not by.is_patient and not by.may_write:
        raise NotAllowed(_("You may read this case. To change something, ask the person who owns it."))


@transaction.atomic
def record_authority(*, case: QuoteRequest, by: User, person: Participant, authority: str, proof_seen: bool = False) -> None:
    """Staff note by what right somebody speaks for the patient, and whether they saw a paper that shows it."""
    core.begin("record_authority", case=case, by=by, authority=authority, proof=proof_seen)
    if person.case_id != case.pk or authority not in Participant.Authority.values or not authority:
        raise NotAllowed(_("Choose by what right this person speaks for the patient."))
    now = timezone.now()
    if authority != person.authority:
        person.authority, person.authority_said_at = authority, now
        person.proof_seen_at = person.proof_seen_by = None
    if proof_seen:
        person.proof_seen_at, person.proof_seen_by = now, by
    person.save(update_fields=["authority", "authority_said_at", "proof_seen_at", "proof_seen_by"])
    core.finish(case)
