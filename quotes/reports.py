"""What a manager reads about the work as a whole: figures of the requests of a period, never of one person."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from articles.models import Article
from portal import office
from portal.models import User
from quotes.models import Flag, QuoteRequest, Recommendation
from quotes.models.case import QuoteRequestQuerySet
from quotes.questions import Text
from quotes.response_times import hours, wait, within
from quotes.workflow import ClosingReason, Status

PERIODS: tuple[tuple[str, Text], ...] = (
    ("30", gettext_lazy("the last 30 days")),
    ("90", gettext_lazy("the last 90 days")),
    ("365", gettext_lazy("the last year")),
)
BY_WEEK = 90  # up to so many days, the volume is told by week, beyond by month
UNASKED = (ClosingReason.SPAM, ClosingReason.DUPLICATE)  # nobody waits for an answer to these
NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which requests are counted. Empty: all."""

    days: str = "30"
    coordinator: str = ""
    language: str = ""
    article: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One chart with its table. `rows`: what it is called, and how many (None: too few to tell)."""

    key: str
    title: Text
    caption: Text
    unit: Text
    rows: list[tuple[str, int | None]]

    @property
    def top(self) -> int:
        return max((amount or 0 for _name, amount in self.rows), default=0)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What the figures need of a case, and nothing else of it."""

    submitted_at: datetime
    first_answered_at: datetime | None
    recommended_at: datetime | None
    status: str
    closing_reason: str
    coordinator: UUID | None
    article: str


def since(days: str) -> date:
    return timezone.localdate() - timedelta(days=int(days) - 1)


def cases(choice: Choice) -> QuoteRequestQuerySet:
    """Sent within the period. Cases that became a figure are counted: that is what they are kept for."""
    start = timezone.make_aware(datetime.combine(since(choice.days), datetime.min.time()))
    found = QuoteRequest.objects.sent().filter(submitted_at__gte=start)
    if choice.coordinator == NOBODY:
        found = found.filter(coordinator__isnull=True)
    elif choice.coordinator:
        found = found.filter(coordinator=UUID(choice.coordinator))
    if choice.language:
        found = found.filter(language=choice.language)
    return found.filter(source_article=choice.article) if choice.article else found


def coordinators() -> list[tuple[str, str]]:
    """Who has, or had, a case."""
    ids = QuoteRequest.objects.sent().filter(coordinator__isnull=False).order_by().values("coordinator")
    return [(str(pk), name) for pk, name in User.objects.filter(pk__in=ids).order_by("name").values_list("pk", "name")]


def articles() -> list[tuple[str, str]]:
    """From which somebody came: the key that the languages of an article share, and its title."""
    found = QuoteRequest.objects.sent().exclude(source_article="").order_by().values_list("source_article", flat=True)
    return sorted(titles(set(found.distinct())).items(), key=lambda row: row[1].casefold())


def titles(keys: set[str]) -> dict[str, str]:
    """By key: in the reader's language, else in English, else in any; the key itself where there is no such article any more."""
    published = Article.objects.filter(translation_key__in=keys, published_edition__isnull=False)
    rows = list(published.values_list("translation_key", "language", "published_edition__title"))
    best_last = {get_language(): 2, "en": 1}
    rows.sort(key=lambda row: (best_last.get(row[1], 0), row[1]))
    return {key: key for key in keys} | {key: title for key, _language, title in rows}


def tables(choice: Choice, *, names: dict[str, str]) -> list[Table]:
    """Four queries, whatever the number of cases. `names`: coordinators by key."""
    chosen = cases(choice).order_by()
    first_sent = dict(
        Recommendation.objects.filter(case__in=chosen, sent_at__isnull=False)
        .order_by()
        .values("case")
        .annotate(at=Min("sent_at"))
        .values_list("case", "at")
    )
    fields = ("pk", "submitted_at", "first_answered_at", "status", "closing_reason", "coordinator", "source_article")
    rows = [
        Row(
            submitted_at=sent,
            first_answered_at=answered,
            recommended_at=first_sent.get(pk),
            status=status,
            closing_reason=reason,
            coordinator=coordinator,
            article=article,
        )
        for pk, sent, answered, status, reason, coordinator, article in chosen.values_list(*fields)
        if sent
    ]
    flags = dict(
        Flag.objects.filter(case__in=chosen)
        .order_by()
        .values("level")
        .annotate(cases=Count("case", distinct=True))
        .values_list("level", "cases")
    )
    return [
        Table(
            key="volume",
            title=_("Requests"),
            caption=_("Requests that were sent, by the week or month in which they came."),
            unit=_("requests"),
            rows=volume(rows, days=choice.days),
        ),
        Table(
            key="articles",
            title=_("Where they came from"),
            caption=_("The article from which people began their request."),
            unit=_("requests"),
            rows=by_article(rows),
        ),
        Table(
            key="first-answer",
            title=_("Time to the first answer"),
            caption=_(
                "In opening hours, rounded up. Who waits longer than we promise is counted with the time until now. Spam and duplicates are left out."
            ),
            unit=_("opening hours"),
            rows=percentiles(first_answers(rows)),
        ),
        Table(
            key="recommendation",
            title=_("Time to the recommendation"),
            caption=_(
                "In opening hours, rounded up, from the request to the first recommendation that was sent. Requests without one are not counted here."
            ),
            unit=_("opening hours"),
            rows=percentiles(
                [office.open_time(row.submitted_at, row.recommended_at) for row in rows if row.recommended_at is not None]
            ),
        ),
        Table(
            key="flags",
            title=_("Flags"),
            caption=_("Requests with at least one flag of this level, cleared or not. A request can stand in several rows."),
            unit=_("requests"),
            rows=[(str(label), flags.get(level, 0)) for level, label in Flag.Level.choices],
        ),
        Table(
            key="outcomes",
            title=_("Where they stand"),
            caption=_("The status today; for closed cases, why they were closed."),
            unit=_("requests"),
            rows=outcomes(rows),
        ),
        Table(
            key="load",
            title=_("Open cases by coordinator"),
            caption=_("Requests of the period that are not closed, by who has them now."),
            unit=_("cases"),
            rows=most_first(
                names.get(str(row.coordinator), _("somebody else")) if row.coordinator else _("nobody yet")
                for row in rows
                if row.status != Status.CLOSED
            ),
        ),
    ]


def most_first(names: Iterable[str]) -> list[tuple[str, int | None]]:
    counted = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return list(counted)


def by_article(rows: list[Row]) -> list[tuple[str, int | None]]:
    counted = most_first(row.article for row in rows)
    named = titles({key for key, _amount in counted if key})
    return [(named.get(key, _("no article")), amount) for key, amount in counted]


def volume(rows: list[Row], *, days: str) -> list[tuple[str, int | None]]:
    """Every week or month of the period, also those in which nobody wrote."""
    by_week = int(days) <= BY_WEEK

    def begins(day: date) -> date:
        return day - timedelta(days=day.weekday()) if by_week else day.replace(day=1)

    count = Counter(begins(timezone.localdate(row.submitted_at)) for row in rows)
    found: list[tuple[str, int | None]] = []
    day, today = begins(since(days)), timezone.localdate()
    while day <= today:
        found.append((formats.date_format(day, "DATE_FORMAT" if by_week else "YEAR_MONTH_FORMAT"), count[day]))
        day = begins(day + timedelta(days=7 if by_week else 31))
    return found


def first_answers(rows: list[Row]) -> list[timedelta]:
    """As “How we work” measures it (quotes/response_times.py)."""
    now = timezone.now()
    waits = [
        wait(row.submitted_at, row.first_answered_at, now=now)
        for row in rows
        if row.closing_reason not in UNASKED and not (row.status == Status.CLOSED and row.first_answered_at is None)
    ]
    return [waited for waited in waits if waited is not None]


def percentiles(waits: list[timedelta]) -> list[tuple[str, int | None]]:
    waits = sorted(waits)
    return [
        (_("half of them within"), hours(within(waits, part=50)) if waits else None),
        (_("nine in ten within"), hours(within(waits, part=90)) if waits else None),
    ]


def outcomes(rows: list[Row]) -> list[tuple[str, int | None]]:
    count = Counter((row.status, row.closing_reason) for row in rows)
    standing = [
        (str(label), count[status, ""]) for status, label in Status.choices if status not in {Status.DRAFT, Status.CLOSED}
    ]
    closed = [
        (_("closed: %(reason)s") % {"reason": label}, count[str(Status.CLOSED), reason])
        for reason, label in ClosingReason.choices
    ]
    return [(name, amount) for name, amount in standing + closed]
