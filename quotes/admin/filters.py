"""The filters of the queue. Their values are counted and sorted by plain columns; nothing is decrypted for them."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.db.models import Exists, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.admin_site import member
from portal.ids import uuid_or_none
from portal.models import User
from quotes.models import QuoteRequest, Sharing
from quotes.models.case import OFFER_CLOSING, TELL_STAFF, QuoteRequestQuerySet
from quotes.queries import due_today, unconfirmed_owner, with_answer, with_blocking_flag, with_report, with_unreachable
from quotes.questions import Text
from quotes.staffing import colleagues_with_cases
from quotes.wording import country_name
from quotes.workflow import CARING, SENT, UNFINISHED, Status

COUNTRIES_KEY = "queue-countries-1"
CLINIC_SILENT_DAYS = 7  # after which somebody asks the clinic again


class QueueFilter(admin.SimpleListFilter):
    """A filter with its choices as data. `applied` also serves the saved views and the desk: one meaning, wherever it is counted."""

    choices_shown: tuple[tuple[str, Any], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return self.choices_shown

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        assert isinstance(queryset, QuoteRequestQuerySet)  # noqa: S101 - for the type checker: this is the queue's own
        return self.applied(queryset, self.value(), request)

    @classmethod
    def applied(cls, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        return cls.narrowed(cases, value, request) if value else cases

    @classmethod
    def narrowed(cls, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        raise NotImplementedError


class StatusFilter(QueueFilter):
    """Without a choice: everything that is not closed, unless somebody searches."""

    title, parameter_name = _("status"), "status"
    choices_shown = (*((status, Status(status).label) for status in SENT), ("all", _("all, closed ones too")))

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        searching = not self.value() and request.GET.get("q")
        return queryset if searching else super().queryset(request, queryset)

    @classmethod
    def applied(cls, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        if value in Status.values:
            return cases.filter(status=value)
        return cases if value == "all" else cases.filter(status__in=UNFINISHED)

    def choices(self, changelist: Any) -> Any:
        entries = list(super().choices(changelist))
        entries[0]["display"] = _("not closed")
        return entries


class CoordinatorFilter(QueueFilter):
    """Mine, nobody's, or a colleague's: of those who look after cases, and of those who have left and still have some."""

    title, parameter_name = _("coordinator"), "coordinator"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        colleagues = [
            (str(user.pk), shown_name(user, cares=cares))
            for user, cares in colleagues_with_cases().items()
            if user.pk != request.user.pk
        ]
        mine = [("me", _("mine"))] if member(request).in_role(*CARING) else []
        return [*mine, ("nobody", _("nobody yet")), *colleagues]

    @classmethod
    def narrowed(cls, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        if value == "nobody":
            return cases.filter(coordinator__isnull=True)
        if value == "me":
            return cases.filter(coordinator=request.user.pk)
        colleague = uuid_or_none(value)
        return cases.filter(coordinator=colleague) if colleague else cases.none()


def shown_name(user: User, *, cares: bool) -> Text:
    return user.name if cares else _("%(name)s (has left)") % {"name": user.name}


class WaitingFilter(QueueFilter):
    title, parameter_name = _("waiting"), "waiting"
    choices_shown = (
        ("us", _("for us")),
        ("overdue", _("for us, overdue")),
        ("today", _("for us, by today")),
        ("answered", _("an answer came in")),
        ("patient", _("for the patient")),
        ("silent", _("for the patient, two weeks")),
        ("silent30", _("for the patient, a month")),
    )

    @classmethod
    def narrowed(cls, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        if value == "us":
            return cases.waiting_for_us()
        if value in ("silent", "silent30"):
            return cases.silent_for(TELL_STAFF if value == "silent" else OFFER_CLOSING)
        if value == "today":
            return due_today(cases)
        if value == "answered":
            return with_answer(cases)
        return cases.overdue() if value == "overdue" else cases.waiting_for_patient()


class FlagFilter(QueueFilter):
    title, parameter_name = _("flags"), "flags"
    choices_shown = (("red", _("emergency or red, not cleared")), ("suspect", _("may be a machine")))

    @classmethod
    def narrowed(cls, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        return cases.filter(is_suspect=True) if value == "suspect" else with_blocking_flag(cases)


class ReachFilter(QueueFilter):
    """Whether our e-mails arrive, and with whom."""

    title, parameter_name = _("e-mail"), "mail"
    choices_shown = (
        ("failed", _("does not arrive")),
        ("unconfirmed", _("address not confirmed")),
        ("reported", _("“this was not me”")),
    )

    @classmethod
    def narrowed(cls, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        if value == "reported":
            return with_report(cases)
        return with_unreachable(cases) if value == "failed" else cases.filter(Exists(unconfirmed_owner()))


class LanguageFilter(QueueFilter):
    title, parameter_name = _("language"), "language"
    choices_shown = tuple(settings.LANGUAGES)

    @classmethod
    def narrowed(cls, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        return cases.filter(language=value)


class CountryFilter(QueueFilter):
    """The countries of open cases, as they were at most five minutes ago, with the one that is chosen."""

    title, parameter_name = _("country"), "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        codes = {*(cache.get_or_set(COUNTRIES_KEY, open_countries, 300) or ()), request.GET.get("country", "")}
        return sorted(((code, country_name(code)) for code in codes if code), key=lambda row: row[1])

    @classmethod
    def narrowed(cls, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        return cases.filter(country=value)


def open_countries() -> set[str]:
    rows = QuoteRequest.objects.filter(status__in=UNFINISHED).order_by()
    return set(rows.values_list("country", flat=True).distinct())


# ── After an option was accepted ──────────────────────────────────────────────────────────────────────────────────────


def to_confirm(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    return cases.filter(status=Status.ACCEPTED, confirmed_at__isnull=True)


def to_take_out(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    return cases.filter(status=Status.ACCEPTED, pk__in=Sharing.objects.filter(state=Sharing.State.AGREED).values("case"))


def clinic_silent(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    long_ago = timezone.now() - timedelta(days=CLINIC_SILENT_DAYS)
    waiting = Sharing.objects.filter(state=Sharing.State.SENT, sent_at__lte=long_ago)
    return cases.filter(status=Status.ACCEPTED, pk__in=waiting.values("case"))


AFTER_ACCEPTING = {"confirm": to_confirm, "agreed": to_take_out, "silent": clinic_silent}


class NextStepFilter(QueueFilter):
    title, parameter_name = _("after accepting"), "step"
    choices_shown = (
        ("confirm", _("confirm the next step")),
        ("agreed", _("agreed: take out the papers")),
        ("silent", _("the clinic has not answered for 7 days")),
    )

    @classmethod
    def narrowed(cls, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        return AFTER_ACCEPTING[value](cases) if value in AFTER_ACCEPTING else cases


FILTERS: tuple[type[QueueFilter], ...] = (
    StatusFilter, CoordinatorFilter, WaitingFilter, FlagFilter, ReachFilter, NextStepFilter, LanguageFilter, CountryFilter,
)  # fmt: skip


def cases_of(request: HttpRequest, chosen: dict[str, str]) -> QuoteRequestQuerySet:
    """The rows that the queue shows under these filters, plain: to be counted, or for the first of them."""
    cases = QuoteRequest.objects.listed_for(member(request))
    for kind in FILTERS:
        cases = kind.applied(cases, chosen.get(str(kind.parameter_name)), request)
    return cases
