"""The panels of the desk that are about cases. Each count is a link to exactly those rows of the queue."""

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal.desk import Line, Panel, panel, staff_of
from portal.roles import CLINICAL_REVIEWER
from quotes.models import QuoteRequest, Recommendation
from quotes.models.case import WAITS_FOR_PATIENT, WAITS_FOR_US
from quotes.queries import with_blocking_flag, with_report, with_unreachable
from quotes.workflow import CARING, UNFINISHED, Status


def queue_link(**filters: str) -> str:
    return f"{reverse('admin:quotes_quoterequest_changelist')}?{urlencode(filters)}"


def open_counts(**only: object) -> dict[str, int]:
    """Of the cases that are not closed: all, those that wait for us, those that are late, those that wait for the patient."""
    return QuoteRequest.objects.filter(status__in=UNFINISHED, **only).aggregate(
        all=Count("pk"),
        ours=Count("pk", filter=WAITS_FOR_US),
        overdue=Count("pk", filter=Q(due_at__lt=timezone.now())),
        theirs=Count("pk", filter=WAITS_FOR_PATIENT),
        suspect=Count("pk", filter=Q(is_suspect=True)),
    )


@panel(order=10)
def my_cases(request: HttpRequest) -> Panel | None:
    user = staff_of(request, *CARING)
    if user is None:
        return None
    counts = open_counts(coordinator=user)
    lines = [
        Line(label=_("overdue"), count=counts["overdue"], url=queue_link(coordinator="me", waiting="overdue"), urgent=True),
        Line(label=_("waiting for me"), count=counts["ours"], url=queue_link(coordinator="me", waiting="us")),
        Line(label=_("waiting for the patient"), count=counts["theirs"], url=queue_link(coordinator="me", waiting="patient")),
        Line(label=_("all that are not closed"), count=counts["all"], url=queue_link(coordinator="me")),
    ]
    return Panel(title=_("My cases"), lines=lines, empty=_("You have no case now."))


@panel(order=20)
def new_cases(request: HttpRequest) -> Panel | None:
    if staff_of(request, *CARING) is None:
        return None
    counts = open_counts(coordinator=None)
    lines = [
        Line(label=_("overdue"), count=counts["overdue"], url=queue_link(coordinator="nobody", waiting="overdue"), urgent=True),
        Line(label=_("nobody has taken them"), count=counts["all"], url=queue_link(coordinator="nobody")),
        Line(label=_("may be a machine"), count=counts["suspect"], url=queue_link(coordinator="nobody", flags="suspect")),
    ]
    return Panel(title=_("New and unassigned"), lines=lines, empty=_("Every case has somebody."))


@panel(order=30)
def whole_office(request: HttpRequest) -> Panel | None:
    if staff_of(request, *CARING) is None:
        return None
    counts = open_counts()
    lines = [
        Line(label=_("waiting for us, overdue"), count=counts["overdue"], url=queue_link(waiting="overdue"), urgent=True),
        Line(label=_("waiting for us"), count=counts["ours"], url=queue_link(waiting="us")),
        Line(label=_("waiting for the patient"), count=counts["theirs"], url=queue_link(waiting="patient")),
        Line(
            label=_("could not be reached by e-mail: call them"),
            count=with_unreachable(QuoteRequest.objects.all()).count(),
            url=queue_link(mail="failed"),
            urgent=True,
        ),
        Line(
            label=_("said “this was not me”: call them"),
            count=with_report(QuoteRequest.objects.all()).count(),
            url=queue_link(mail="reported"),
            urgent=True,
        ),
    ]
    return Panel(title=_("The whole office"), lines=lines, empty=_("Nothing is waiting."))


@panel(order=15)
def for_the_reviewer(request: HttpRequest) -> Panel | None:
    if staff_of(request, CLINICAL_REVIEWER) is None:
        return None
    flagged = with_blocking_flag(QuoteRequest.objects.filter(status__in=UNFINISHED)).count()
    to_approve = Recommendation.objects.to_approve().filter(case__status=Status.IN_REVIEW).count()
    approvals = f"{reverse('admin:quotes_recommendation_changelist')}?state=to_approve"
    lines = [
        Line(label=_("cases with a red flag to clear"), count=flagged, url=queue_link(flags="red"), urgent=True),
        Line(label=_("recommendations to approve"), count=to_approve, url=approvals, urgent=True),
    ]
    return Panel(title=_("For the clinical reviewer"), lines=lines, empty=_("Nothing waits for you."))
