"""The filters of the queue. Their values are counted and sorted by plain columns; nothing is decrypted for them."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Exists, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from quotes.models import QuoteRequest
from quotes.models.case import QuoteRequestQuerySet
from quotes.queries import unconfirmed_owner, with_blocking_flag, with_report, with_unreachable
from quotes.wording import country_name
from quotes.workflow import SENT, UNFINISHED, Status


class QueueFilter(admin.SimpleListFilter):
    """A filter with its choices as data."""

    choices_shown: tuple[tuple[str, Any], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return self.choices_shown

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        assert isinstance(queryset, QuoteRequestQuerySet)  # noqa: S101 - for the type checker: this is the queue's own
        return self.narrowed(queryset, self.value(), request) if self.value() else queryset

    def narrowed(self, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        raise NotImplementedError


class StatusFilter(QueueFilter):
    """Without a choice: everything that is not closed, unless somebody searches."""

    title, parameter_name = _("status"), "status"
    choices_shown = (*((status, Status(status).label) for status in SENT), ("all", _("all, closed ones too")))

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value in Status.values:
            return queryset.filter(status=value)
        if value == "all" or request.GET.get("q"):
            return queryset
        return queryset.filter(status__in=UNFINISHED)

    def choices(self, changelist: Any) -> Any:
        entries = list(super().choices(changelist))
        entries[0]["display"] = _("not closed")
        return entries


class CoordinatorFilter(QueueFilter):
    title, parameter_name = _("coordinator"), "coordinator"
    choices_shown = (("me", _("mine")), ("nobody", _("nobody yet")))

    def narrowed(self, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        return cases.filter(coordinator=request.user.pk) if value == "me" else cases.filter(coordinator__isnull=True)


class WaitingFilter(QueueFilter):
    title, parameter_name = _("waiting"), "waiting"
    choices_shown = (("us", _("for us")), ("overdue", _("for us, overdue")), ("patient", _("for the patient")))

    def narrowed(self, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        if value == "us":
            return cases.waiting_for_us()
        return cases.overdue() if value == "overdue" else cases.waiting_for_patient()


class FlagFilter(QueueFilter):
    title, parameter_name = _("flags"), "flags"
    choices_shown = (("red", _("emergency or red, not cleared")), ("suspect", _("may be a machine")))

    def narrowed(self, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        return cases.filter(is_suspect=True) if value == "suspect" else with_blocking_flag(cases)


class ReachFilter(QueueFilter):
    """Whether our e-mails arrive, and with whom."""

    title, parameter_name = _("e-mail"), "mail"
    choices_shown = (
        ("failed", _("does not arrive")),
        ("unconfirmed", _("address not confirmed")),
        ("reported", _("“this was not me”")),
    )

    def narrowed(self, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        if value == "reported":
            return with_report(cases)
        return with_unreachable(cases) if value == "failed" else cases.filter(Exists(unconfirmed_owner()))


class LanguageFilter(QueueFilter):
    title, parameter_name = _("language"), "language"
    choices_shown = tuple(settings.LANGUAGES)

    def narrowed(self, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        return cases.filter(language=value)


class CountryFilter(QueueFilter):
    """The countries of open cases: those are few, whatever the archive holds."""

    title, parameter_name = _("country"), "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        codes = QuoteRequest.objects.filter(status__in=UNFINISHED).order_by().values_list("country", flat=True).distinct()
        return sorted(((code, country_name(code)) for code in codes if code), key=lambda row: row[1])

    def narrowed(self, cases: QuoteRequestQuerySet, value: str | None, request: HttpRequest) -> QuoteRequestQuerySet:
        return cases.filter(country=value)
