"""What every verb does: lock the case, ask the table, leave an event, tell the people who should know."""

from typing import Any, Literal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit, office, outbox
from portal.models import User
from quotes import circle, marks, news, staffing, workflow
from quotes.models import Event, Participant, QuoteRequest
from quotes.workflow import NotAllowed

ALWAYS = ("status", "waiting_since", "nudged_at", "family_answered_at", "updated_at", "version")  # what any verb may change
THEIR_TURN = (workflow.Status.AWAITING_PATIENT, workflow.Status.RECOMMENDED)
Actor = User | Participant | Literal["job"] | None
STILL_POSSIBLE = (
    "withdraw_consent",
    "give_consent",
    "complain",
    "withdraw_sharing",
)  # for the family, when nobody may read its answers


def begin(verb: str, *, case: QuoteRequest, by: Actor, **data: Any) -> Event:
    """Lock the case, check that this verb is possible for this person now, set the next status and write the event.

    Call it first, inside a transaction; change the case after it, and end with `finish()`. `data`: no health content.
    """
    case.lock()
    check_person(verb, case=case, by=by)
    before = case.status
    case.status = workflow.next_status(verb, before, who=who_is(by))
    if case.status != before:
        case.waiting_since = timezone.now() if case.status in THEIR_TURN else None
        case.nudged_at = None
    event = Event.objects.create(
        case=case,
        kind=verb,
        by_user=by if isinstance(by, User) else None,
        by_participant=by if isinstance(by, Participant) else None,
        data=data,
    )
    if isinstance(by, Participant) and verb in workflow.ANSWERS_OF_FAMILY:
        case.family_answered_at = event.at
    return event


def finish(case: QuoteRequest, *, fields: tuple[str, ...] = ()) -> None:
    """Save what the verb changed."""
    case.updated_at = timezone.now()
    case.version += 1
    if not case.is_draft:  # the queue has no drafts
        marks.put(case)
    case.save(update_fields={*ALWAYS, *marks.FIELDS, *fields})


def who_is(by: Actor) -> str:
    if isinstance(by, User):
        return workflow.STAFF
    return workflow.JOB if by == workflow.JOB else workflow.PATIENT


def check_person(verb: str, *, case: QuoteRequest, by: Actor) -> None:
    if isinstance(by, User):
        if not staffing.theirs([workflow.VERBS[verb]], by):
            raise NotAllowed(_("Your role does not allow this. Ask a colleague who may do it."))
        if case.is_draft:
            if case.opened_by_id != by.pk:
                raise NotAllowed(_("Only the person who opened this request for the caller may do this."))
        elif case.health_withdrawn_at:
            raise NotAllowed(_("The family has taken back its agreement. Nobody opens this case any more."))
        elif verb != "take_over":
            open_to_them = staffing.readable_by(by) if verb in staffing.IN_PLACE else QuoteRequest.objects.visible_to(by)
            if not open_to_them.filter(pk=case.pk).exists():
                raise NotAllowed(_("A colleague has this case. Take it over first."))
        audit.record(verb, by=by, case_id=case.pk, object=f"quotes.quoterequest {case.pk}")
    elif isinstance(by, Participant):
        # what they were let do may have changed since their page was opened; the case is locked, so it stays so
        by.refresh_from_db(fields=["role", "revoked_at", "invited_at", "accepted_at"])
        if by.case_id != case.pk or not circle.may(by, verb):
            raise NotAllowed(_("You may read this case. To change something, ask the person who owns it."))
        if case.health_withdrawn_at and verb not in STILL_POSSIBLE:
            raise NotAllowed(
                _("You have taken back your agreement, so nobody here may read on. Agree again under “Privacy” first.")
            )
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
    """Mail "there is news" to whom it reaches, once for each event. Where nobody has an address, it is a task: to call them."""
    case.news_reached = news.reach(case)
    for participant in news.mailed(case):
        outbox.queue("news", participant.pk, dedupe_key=f"{about.pk}:{participant.pk}")
    if case.news_reached == news.Reach.NO_ADDRESS and case.status in workflow.UNFINISHED:
        owner = case.participants.active().filter(role=Participant.Role.OWNER, unreachable_at__isnull=True)
        if owner.update(unreachable_at=timezone.now()):
            marks.keep(QuoteRequest.objects.filter(pk=case.pk))
