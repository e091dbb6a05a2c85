"""What the queue and the case screen read: few queries, and decryption only of what is shown."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, When
from django.utils import timezone
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _

from portal.models import User
from portal.roles import CLINICAL_REVIEWER, MANAGER
from quotes import staffing, workflow
from quotes.models import (
    Attachment,
    CallAttempt,
    CallRequest,
    CaseLink,
    Complaint,
    Consent,
    Event,
    Flag,
    FollowUp,
    InternalNote,
    Message,
    Participant,
    QuoteRequest,
    Recommendation,
    RuleSetApproval,
)
from quotes.models.case import OFFER_CLOSING, TELL_STAFF, QuoteRequestQuerySet, silent_since
from quotes.workflow import UNFINISHED, Status

URGENT_FIRST = ("turn_at", "submitted_at", "id")  # what is due first; then what has no clock, the oldest first
NEWEST_FIRST = ("-submitted_at", "-id")  # for the archive


def queue(user: User) -> QuoteRequestQuerySet:
    """The rows of the queue with what a row shows; nothing in it needs a query of its own."""
    open_flags = Prefetch("flags", Flag.objects.uncleared().only("case_id", "level", "cleared_at"), to_attr="open_flags")
    cases = QuoteRequest.objects.listed_for(user).select_related("coordinator").prefetch_related(open_flags)
    return cases.annotate(is_unconfirmed=Exists(unconfirmed_owner()))


def unconfirmed_owner() -> QuerySet[Participant]:
    """The owner of the outer case, when nobody has typed a code into the address they gave."""
    owner = Participant.objects.active().filter(case=OuterRef("pk"), role=Participant.Role.OWNER)
    return owner.filter(confirmed_at__isnull=True).exclude(email_index="")


def with_report(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    """Cases of which somebody said "this was not me", and nobody has looked into it yet. Closed ones, too."""
    return cases.filter(Exists(Participant.objects.filter(case=OuterRef("pk"), reported_at__isnull=False)))


def with_unreachable(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    return cases.filter(is_unreachable=True, status__in=UNFINISHED)


def due_today(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    """Whose next step of ours is due before the day ends, or was before."""
    return cases.due_before(start_of_day(days_ago=-1))


def day_of(user: User) -> dict[str, int]:
    """What waits for this person today, in counts."""
    mine = QuoteRequest.objects.filter(coordinator=user, status__in=UNFINISHED)
    now, midnight = timezone.now(), start_of_day(days_ago=-1)
    return mine.aggregate(
        overdue=Count("pk", filter=Q(due_at__lt=now)),
        due_today=Count("pk", filter=Q(due_at__gte=now, due_at__lt=midnight)),
        silent=Count("pk", filter=silent_since(TELL_STAFF)),
    ) | {"calls": CallRequest.objects.to_make().filter(taken_by=user, due_at__lt=midnight).count()}


def with_answer(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    """Open cases whose family wrote, decided or sent something since yesterday morning."""
    return cases.filter(family_answered_at__gte=start_of_day(days_ago=1))


def start_of_day(*, days_ago: int) -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)


ENOUGH, NEWEST, ONE_SITTING = 20, 200, timedelta(hours=2)


def usual_minutes(way: str) -> int | None:
    """How long the newest requests took that were filled in at one sitting: the median, in minutes. None while they are too few."""
    sent = QuoteRequest.objects.filter(way=way, is_suspect=False, opened_by__isnull=True, submitted_at__isnull=False)
    times = sent.order_by("-submitted_at").values_list("created_at", "submitted_at")[:NEWEST]
    took = [(end - start).total_seconds() / 60 for start, end in times if end and end - start <= ONE_SITTING]
    return round(median(took)) if len(took) >= ENOUGH else None


def with_blocking_flag(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    """Cases with an emergency or red flag that no clinical reviewer has cleared."""
    return cases.filter(has_red_flag=True)


def flag_counts(flags: list[Flag]) -> list[tuple[str, str, int]]:
    """Level, its name and how many, in order of urgency; levels without a flag are left out."""
    counted = [(level, sum(1 for flag in flags if flag.level == level)) for level in "ERAi"]
    return [(level, str(Flag.Level(level).label), count) for level, count in counted if count]


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How long until our next step is due, in words."""

    text: str
    is_overdue: bool = False
    at: datetime | None = None


def clock(case: QuoteRequest) -> Clock:
    now = timezone.now()
    if case.due_at and case.due_at < now:
        return Clock(
            text=_("%(time)s overdue") % {"time": timesince(case.due_at, now, depth=1)}, is_overdue=True, at=case.due_at
        )
    if case.due_at:
        return Clock(text=_("%(time)s left") % {"time": timeuntil(case.due_at, now, depth=1)}, at=case.due_at)
    if case.status == Status.IN_REVIEW:
        return Clock(text=_("no clock runs; the next step is ours"))
    if case.status in (Status.AWAITING_PATIENT, Status.RECOMMENDED):
        return Clock(text=_("the patient's turn"))
    return Clock(text=_("nothing is due"))


def openable(user: User, case_id: str | UUID) -> QuoteRequest | None:
    """The case if this person may open it now."""
    return _with_everything(QuoteRequest.objects.visible_to(user)).filter(pk=case_id).first()


def readable(user: User, case_id: str | UUID) -> QuoteRequest | None:
    """The case if this person may read it now, be it only in the reviewer's place."""
    return _with_everything(staffing.readable_by(user)).filter(pk=case_id).first()


def listed(user: User, case_id: str | UUID) -> QuoteRequest | None:
    """The case as the queue knows it, also when a colleague has it."""
    return queue(user).filter(pk=case_id).first()


def looked_into(user: User, case_id: str | UUID) -> QuoteRequest | None:
    """A colleague's case with everything in it, to read once; the caller records the reason."""
    return _with_everything(QuoteRequest.objects.listed_for(user)).filter(pk=case_id).first()


def _with_everything(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    cases = cases.annotate(
        is_silent=Case(When(silent_since(OFFER_CLOSING), then=True), default=False),
        rules_signed=Exists(RuleSetApproval.objects.filter(version=OuterRef("rules_version"))),
        # what few cases have is asked for only where it is
        has_complaint=Exists(Complaint.objects.to_answer().filter(case=OuterRef("pk"))),
        has_follow_up=Exists(FollowUp.objects.filter(case=OuterRef("pk"))),
        has_link=Exists(CaseLink.objects.filter(Q(first=OuterRef("pk")) | Q(second=OuterRef("pk")))),
    )
    return cases.select_related("coordinator", "accepted_option", "confirmed_by").prefetch_related(
        Prefetch("flags", Flag.objects.select_related("cleared_by")),
        Prefetch("participants", Participant.objects.select_related("proof_seen_by").order_by("created_at")),
        Prefetch("messages", Message.objects.select_related("from_user", "from_participant")),
        Prefetch("attachments", Attachment.objects.select_related("added_by_user", "added_by_participant")),
        Prefetch("notes", InternalNote.objects.select_related("author")),
        Prefetch("events", Event.objects.select_related("by_user", "by_participant")),
        "answer_changes",
        Prefetch("consents", Consent.objects.select_related("text", "recorded_by")),
        Prefetch("calls", CallRequest.objects.prefetch_related(Prefetch("attempts", CallAttempt.objects.select_related("by")))),
        Prefetch("recommendations", Recommendation.objects.select_related("created_by", "approved_by", "sent_by")),
    )


def allowed(case: QuoteRequest, *, user: User, among: Container[str] | None = None) -> dict[str, workflow.Verb]:
    """The verbs this person may use on this case now, by name. `among`: those that the page has a button for."""
    possible = [verb for verb in workflow.possible(case.status, who=workflow.STAFF) if among is None or verb.name in among]
    found = {verb.name: verb for verb in staffing.theirs(possible, user)}
    is_theirs = case.coordinator_id in (None, user.pk) or user.in_role(MANAGER, CLINICAL_REVIEWER)
    if not is_theirs:  # it is read in the reviewer's place
        found = {name: verb for name, verb in found.items() if name in (*staffing.IN_PLACE, "take_over")}
    is_new = case.status == Status.SUBMITTED and case.coordinator_id is None
    if is_new or case.coordinator_id == user.pk:
        found.pop("take_over", None)
    if case.confirmed_at:
        found.pop("confirm_accept", None)
    found.pop("resume_contact" if case.contact_stopped_at is None else "stop_contact", None)
    return found
