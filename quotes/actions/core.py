"""What every verb does: lock the case, ask the table, leave an event, tell the people who should know."""

from typing import Any, Literal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit, office, outbox
from portal.models import User
from quotes import circle, workflow
from quotes.models import Event, Participant, QuoteRequest
from quotes.workflow import NotAllowed

Actor = User | Participant | Literal["job"] | None


def begin(verb: str, *, case: QuoteRequest, by: Actor, **data: Any) -> Event:
    """Lock the case, check that this verb is possible for this person now, set the next status and write the event.

    Call it first, inside a transaction; change the case after it, and end with `finish()`. `data`: no health content.
    """
    case.lock()
    check_person(verb, case=case, by=by)
    case.status = workflow.next_status(verb, case.status, who=who_is(by))
    return Event.objects.create(
        case=case,
        kind=verb,
        by_user=by if isinstance(by, User) else None,
        by_participant=by if isinstance(by, Participant) else None,
        data=data,
    )


def finish(case: QuoteRequest, *, fields: tuple[str, ...] = ()) -> None:
    """Save what the verb changed."""
    case.updated_at = timezone.now()
    case.version += 1
    case.save(update_fields={"status", "updated_at", "version", *fields})


def who_is(by: Actor) -> str:
    if isinstance(by, User):
        return workflow.STAFF
    return workflow.JOB if by == workflow.JOB else workflow.PATIENT


def check_person(verb: str, *, case: QuoteRequest, by: Actor) -> None:
    if isinstance(by, User):
        roles = workflow.VERBS[verb].roles
        if roles and not by.in_role(*roles):
            raise NotAllowed(_("Your role does not allow this. Ask a colleague who may do it."))
        if case.is_draft:
            if case.opened_by_id != by.pk:
                raise NotAllowed(_("Only the person who opened this request for the caller may do this."))
        elif verb != "take_over" and not QuoteRequest.objects.visible_to(by).filter(pk=case.pk).exists():
            raise NotAllowed(_("A colleague has this case. Take it over first."))
        audit.record(verb, by=by, case_id=case.pk, object=f"quotes.quoterequest {case.pk}")
    elif isinstance(by, Participant):
        # what they were let do may have changed since their page was opened; the case is locked, so it stays so
        by.refresh_from_db(fields=["role", "revoked_at", "invited_at", "accepted_at"])
        if by.case_id != case.pk or not circle.may(by, verb):
            raise NotAllowed(_("You may read this case. To change something, ask the person who owns it."))
    elif by is None and not case.is_draft:
        raise NotAllowed(_("This request was already sent. Use the link in our e-mail to open it."))


def our_turn(case: QuoteRequest, *, today: bool = False) -> None:
    """The clock for our next step starts now; `today`: a person must call within the next opening hours."""
    case.due_at = office.due(timezone.now(), hours=settings.URGENT_ANSWER_HOURS) if today else office.first_answer_due()


def answered(case: QuoteRequest) -> None:
    """We have answered: the clock stops, and the first answer is remembered."""
    case.due_at = None
    if case.first_answered_at is None:
        case.first_answered_at = timezone.now()


def tell_family(case: QuoteRequest, *, about: Event) -> None:
    """Mail "there is news" to everybody of the case who has an address, once for each event."""
    for participant in case.participants.joined().exclude(email_index=""):
        outbox.queue("news", participant.pk, dedupe_key=f"{about.pk}:{participant.pk}")
