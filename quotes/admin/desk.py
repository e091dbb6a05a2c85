"""The desk, as far as it is about cases: the next one, my day, and for each role what waits. Counts are links to exactly those rows."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.counting import capped_counts
from portal.desk import Line, Next, Panel, Row, Text, first_thing, panel, staff_of
from portal.models import User
from portal.roles import CLINICAL_REVIEWER, COORDINATOR, MANAGER
from quotes import actions, queries, response_times, staffing
from quotes.admin.filters import cases_of, shown_name
from quotes.models import CallRequest, Flag, QuoteRequest, Recommendation, SubstituteApprover
from quotes.models.case import QuoteRequestQuerySet
from quotes.workflow import CARING, UNFINISHED, Status

ROWS = 5
Counted = tuple[Text, dict[str, str], bool]  # label, the filters of the queue, whether a count above nought is urgent

NEW: tuple[Counted, ...] = (
    (gettext_lazy("overdue"), {"coordinator": "nobody", "waiting": "overdue"}, True),
    (gettext_lazy("nobody has taken them"), {"coordinator": "nobody"}, False),
    (gettext_lazy("may be a machine"), {"coordinator": "nobody", "flags": "suspect"}, False),
)
MINE: tuple[Counted, ...] = (
    (gettext_lazy("overdue"), {"coordinator": "me", "waiting": "overdue"}, True),
    (gettext_lazy("due by today"), {"coordinator": "me", "waiting": "today"}, False),
    (gettext_lazy("an answer came in since yesterday"), {"coordinator": "me", "waiting": "answered"}, False),
    (gettext_lazy("waiting for me"), {"coordinator": "me", "waiting": "us"}, False),
    (gettext_lazy("waiting for the patient"), {"coordinator": "me", "waiting": "patient"}, False),
    (gettext_lazy("all that are not closed"), {"coordinator": "me"}, False),
)
OFFICE: tuple[Counted, ...] = (
    (gettext_lazy("waiting for us, overdue"), {"waiting": "overdue"}, True),
    (gettext_lazy("waiting for us"), {"waiting": "us"}, False),
    (gettext_lazy("waiting for the patient"), {"waiting": "patient"}, False),
    (gettext_lazy("could not be reached by e-mail: call them"), {"mail": "failed"}, True),
    (gettext_lazy("said “this was not me”: call them"), {"mail": "reported"}, True),
)

NEXT_STEPS: tuple[Counted, ...] = (
    (gettext_lazy("accepted: confirm the next step"), {"step": "confirm"}, False),
    (gettext_lazy("agreed: take out the papers"), {"step": "agreed"}, False),
    (gettext_lazy("clinics that have not answered for 7 days"), {"step": "silent"}, True),
)
QUIET: tuple[Counted, ...] = (
    (gettext_lazy("not heard from for two weeks"), {"coordinator": "me", "waiting": "silent"}, False),
    (gettext_lazy("not heard from for a month: call once, or close"), {"coordinator": "me", "waiting": "silent30"}, False),
)


def queue_link(**filters: str) -> str:
    return f"{reverse('admin:quotes_quoterequest_changelist')}?{urlencode(filters)}"


def case_link(case: QuoteRequest) -> str:
    return reverse("admin:quotes_quoterequest_change", args=[case.pk])


def lines_of(request: HttpRequest, counted: Iterable[Counted]) -> list[Line]:
    """All of them counted in one statement, none further than it takes to say "99+"."""
    table = list(counted)
    counts = capped_counts({str(number): cases_of(request, chosen) for number, (_label, chosen, _urgent) in enumerate(table)})
    return [
        Line(label=label, count=counts[str(number)], url=queue_link(**chosen), urgent=urgent)
        for number, (label, chosen, urgent) in enumerate(table)
    ]


# ── The next one ──────────────────────────────────────────────────────────────────────────────────────────────────────
def first_of(cases: QuoteRequestQuerySet) -> QuoteRequest | None:
    return cases.only("reference", "status", "due_at").order_by(*queries.URGENT_FIRST).first()


def open_emergency() -> QuerySet[Flag]:
    return Flag.objects.uncleared().filter(case=OuterRef("pk"), level=Flag.Level.EMERGENCY)


@first_thing(order=20)
def next_case(request: HttpRequest) -> Next | None:
    """For those who look after cases. What nobody has taken and may be a machine can wait."""
    if staff_of(request, *CARING) is None:
        return None
    mine, new = {"coordinator": "me"}, {"coordinator": "nobody"}
    people = Q(is_suspect=False)
    for cases, why, urgent in (
        (
            cases_of(request, new).filter(Exists(open_emergency()), people, has_red_flag=True),
            _("They told of signs of an emergency, and nobody has taken the case. Call them first."),
            True,
        ),
        (cases_of(request, mine | {"waiting": "overdue"}), _("It is yours, and our next step is late: %(clock)s."), True),
        (
            cases_of(request, new | {"waiting": "overdue"}).filter(people),
            _("Nobody has taken it, and our answer is late: %(clock)s."),
            True,
        ),
        (
            cases_of(request, mine | {"waiting": "answered"}).waiting_for_us(),
            _("It is yours, and the family has answered: %(clock)s."),
            False,
        ),
        (cases_of(request, mine | {"waiting": "us"}), _("Of your cases it is the first that waits for us: %(clock)s."), False),
        (cases_of(request, new).filter(people), _("It is new, and nobody has taken it: %(clock)s."), False),
    ):
        if case := first_of(cases):
            return Next(
                title=_("Case %(reference)s") % {"reference": case.reference},
                why=why % {"clock": queries.clock(case).text},
                url=case_link(case),
                button=_("Open the case"),
                urgent=urgent,
            )
    return None


@first_thing(order=30)
def next_to_judge(request: HttpRequest) -> Next | None:
    """For the clinical reviewer: emergency flags, red flags, then what waits longest for approval."""
    if staff_of(request, CLINICAL_REVIEWER) is None:
        return None
    for cases, why in (
        (
            cases_of(request, {}).filter(Exists(open_emergency()), has_red_flag=True),
            _("An emergency flag on it waits for you: %(clock)s."),
        ),
        (cases_of(request, {"flags": "red"}), _("A red flag on it waits for you: %(clock)s.")),
    ):
        if case := first_of(cases):
            return Next(
                title=_("Case %(reference)s") % {"reference": case.reference},
                why=why % {"clock": queries.clock(case).text},
                url=case_link(case) + "#flags",
                button=_("Read the flag"),
                urgent=True,
            )
    waiting = to_approve().select_related("case").only("case__reference", "approval_requested_at")
    recommendation = waiting.order_by("approval_requested_at").first()
    return next_decision(recommendation) if recommendation else None


@first_thing(order=31)
def next_in_place(request: HttpRequest) -> Next | None:
    """For who stands in for the reviewer: of the oldest that wait, the first that they may approve."""
    if (named := stands_in_at(request)) is None:
        return None
    oldest = to_approve().select_related("case").order_by("approval_requested_at")[:ROWS]
    return next((next_decision(one) for one in oldest if not actions.not_theirs_to_approve(one, by=named.user)), None)


def next_decision(recommendation: Recommendation) -> Next:
    return Next(
        title=_("Recommendation for %(reference)s") % {"reference": recommendation.case.reference},
        why=_("Of those that wait for your approval it waits longest."),
        url=reverse("admin:quotes_recommendation_preview", args=[recommendation.pk]),
        button=_("Read it and decide"),
    )


def stands_in_at(request: HttpRequest) -> SubstituteApprover | None:
    user = staff_of(request, *CARING)
    return None if user is None or user.in_role(CLINICAL_REVIEWER) else staffing.stands_in(user)


# ── Panels ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@panel(order=3)
def my_day(request: HttpRequest) -> Panel | None:
    user = staff_of(request, *CARING)
    if user is None:
        return None
    waiting = cases_of(request, {"coordinator": "me", "waiting": "us"}).only("reference", "status", "due_at")
    rows = []
    for case in waiting.order_by(*queries.URGENT_FIRST)[:ROWS]:
        clock = queries.clock(case)
        rows.append(Row(label=case.reference, detail=clock.text, url=case_link(case), urgent=clock.is_overdue))
    calls = Line(
        label=_("calls that I make"),
        count=CallRequest.objects.to_make().of(user).count(),
        url=f"{reverse('admin:quotes_callrequest_changelist')}?calls=mine",
    )
    lines = [*lines_of(request, MINE), calls]
    return Panel(
        title=_("My day"), rows=rows, lines=lines, empty=_("You have no case now. Look below for one that nobody has.")
    )


@panel(order=4)
def next_steps(request: HttpRequest) -> Panel | None:
    if staff_of(request, *CARING) is None:
        return None
    return Panel(title=_("After accepting"), lines=lines_of(request, NEXT_STEPS), empty=_("No next step waits."))


@panel(order=20)
def new_cases(request: HttpRequest) -> Panel | None:
    if staff_of(request, *CARING) is None:
        return None
    return Panel(title=_("New and unassigned"), lines=lines_of(request, NEW), empty=_("Every case has somebody."))


@panel(order=30)
def whole_office(request: HttpRequest) -> Panel | None:
    if staff_of(request, *CARING) is None:
        return None
    return Panel(title=_("The whole office"), lines=lines_of(request, OFFICE), empty=_("Nothing is waiting."))


@panel(order=35)
def quiet_families(request: HttpRequest) -> Panel | None:
    """Those from whom this person has not heard."""
    if staff_of(request, *CARING) is None:
        return None
    return Panel(title=_("Quiet families"), lines=lines_of(request, QUIET), empty=_("Nobody has fallen silent."))


@panel(order=15)
def for_the_reviewer(request: HttpRequest) -> Panel | None:
    if staff_of(request, CLINICAL_REVIEWER) is None:
        return None
    flagged = (gettext_lazy("cases with a red flag to clear"), {"flags": "red"}, True)
    lines = [*lines_of(request, [flagged]), approvals()]
    return Panel(title=_("For the clinical reviewer"), lines=lines, empty=_("Nothing waits for you. Every flag is cleared."))


@panel(order=2)
def in_the_reviewers_place(request: HttpRequest) -> Panel | None:
    """For who was named to approve meanwhile."""
    if (named := stands_in_at(request)) is None:
        return None
    note = _(
        "You were named until %(day)s. What you wrote, procedures, and cases that have or had an emergency or red flag "
        "are for the clinical reviewer to approve."
    ) % {"day": formats.date_format(named.last_day, "DATE_FORMAT")}
    return Panel(title=_("In the clinical reviewer's place"), lines=[approvals()], note=note)


def approvals() -> Line:
    return Line(
        label=_("recommendations to approve"),
        count=capped_counts({"approve": to_approve()})["approve"],
        url=f"{reverse('admin:quotes_recommendation_changelist')}?state=to_approve",
        urgent=True,
    )


@panel(order=40)
def load(request: HttpRequest) -> Panel | None:
    """For managers: how many open cases each person has, and how long people wait for us."""
    if staff_of(request, MANAGER) is None:
        return None
    found = {
        row["coordinator"]: row
        for row in QuoteRequest.objects.filter(status__in=UNFINISHED, coordinator__isnull=False)
        .order_by()
        .values("coordinator")
        .annotate(all=Count("pk"), late=Count("pk", filter=Q(turn_at__lt=timezone.now())))
    }
    lines = []
    coordinators = set(User.objects.filter(is_active=True, groups__name=COORDINATOR).values_list("pk", flat=True))
    for user, cares in staffing.colleagues_with_cases().items():
        row = found.get(user.pk, {"all": 0, "late": 0})
        if row["all"] or user.pk in coordinators:
            late = ngettext("%(count)d is overdue", "%(count)d are overdue", row["late"]) % {"count": row["late"]}
            line = Line(
                label=shown_name(user, cares=cares),
                count=row["all"],
                url=queue_link(coordinator=str(user.pk)),
                detail=late if row["late"] else "",
                urgent=not cares,
            )
            lines.append(line)
    more = (
        (_("Reports"), reverse("admin:quotes_stepcount_reports")),
        (_("Hand over cases"), reverse("admin:quotes_workprofile_hand_over")),
    )
    return Panel(title=_("Who has how many open cases"), lines=lines, more=more, note=waiting_times())


def waiting_times() -> str:
    times = response_times.current()
    if times.median is None:
        return _("How long people wait for the first answer is shown here after %(count)d requests.") % {
            "count": response_times.ENOUGH
        }
    return _(
        "Half of the people had a first answer within %(median)d opening hours, nine of ten within %(ninetieth)d. "
        "%(in_time)d of 100 answers came in the time that we promise."
    ) % {"median": times.median, "ninetieth": times.ninetieth, "in_time": times.in_time}


def to_approve() -> QuerySet[Recommendation]:
    return Recommendation.objects.to_approve().filter(case__status=Status.IN_REVIEW)
