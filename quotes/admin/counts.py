"""Where people stop: how many drafts reached, and how many finished, each page of the request. Figures only."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal import audit, spreadsheet
from portal.admin_site import ReadOnlyAdmin, member
from quotes.admin import reports
from quotes.models import StepCount
from quotes.questions import STEPS

PERIODS = (
    ("7", _("the last 7 days")),
    ("30", _("the last 30 days")),
    ("90", _("the last 90 days")),
    ("365", _("the last year")),
)
BAR = 200  # width of a whole bar, in units of the drawing


@admin.register(StepCount)
class StepCountAdmin(ReadOnlyAdmin):
    fields = ("day", "step", "language", "reached", "finished")

    class Media:
        css = {"all": ("portal/css/admin-case.css",)}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.csv_view)
        return [
            path("csv/", view, name="quotes_stepcount_csv"),
            path("reports/", self.admin_site.admin_view(reports.page), name="quotes_stepcount_reports"),
            path("reports/cases/", self.admin_site.admin_view(reports.cases), name="quotes_stepcount_cases"),
            path("reports/csv/", self.admin_site.admin_view(reports.csv), name="quotes_stepcount_reports_csv"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        days, language = chosen(request)
        rows = step_rows(since=since(days), language=language)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Where people stop"),
            "opts": self.opts,
            "media": self.media,
            "rows": rows,
            "has_counts": any(row["reached"] for row in rows),
            "periods": PERIODS,
            "days": days,
            "languages": settings.LANGUAGES,
            "language": language,
            "bar": BAR,
            "csv_url": f"{reverse('admin:quotes_stepcount_csv')}?{urlencode({'days': days, 'language': language})}",
        }
        return render(request, "admin/quotes/stepcount/where_people_stop.html", context)

    def csv_view(self, request: HttpRequest) -> HttpResponse:
        days, language = chosen(request)
        audit.record("export", by=member(request), object="quotes.stepcount")
        counts = narrowed(since=since(days), language=language).order_by("day", "step", "language")
        columns = ("day", "step", "language", "reached", "finished")
        return spreadsheet.download([columns, *counts.values_list(*columns)], name="where-people-stop")


def chosen(request: HttpRequest) -> tuple[str, str]:
    """Period and language from the address; what is neither counts as not chosen."""
    days, language = request.GET.get("days", ""), request.GET.get("language", "")
    return days if days in dict(PERIODS) else "30", language if language in dict(settings.LANGUAGES) else ""


def since(days: str) -> date:
    return timezone.localdate() - timedelta(days=int(days) - 1)


def narrowed(*, since: date, language: str) -> Any:
    counts = StepCount.objects.filter(day__gte=since)
    return counts.filter(language=language) if language else counts


def step_rows(*, since: date, language: str) -> list[dict[str, Any]]:
    """A row a page, in the order of the form: how many reached it, finished it, and stopped there."""
    sums = {
        row["step"]: row
        for row in narrowed(since=since, language=language)
        .order_by()
        .values("step")
        .annotate(r=Sum("reached"), f=Sum("finished"))
    }
    named = [(step.key, step.title) for step in STEPS] + [("check", _("Check your answers, and send"))]
    most = max((row["r"] for row in sums.values()), default=0)
    found = []
    for key, title in named:
        reached, finished = (sums[key]["r"], sums[key]["f"]) if key in sums else (0, 0)
        found.append(
            {
                "title": title,
                "reached": reached,
                "finished": finished,
                # who came on one day and finished on another can make a period's figures cross
                "stopped": max(reached - finished, 0),
                "share": round(100 * max(reached - finished, 0) / reached) if reached else None,
                "reached_bar": round(BAR * reached / most) if most else 0,
                "finished_bar": round(BAR * min(finished, most) / most) if most else 0,
            }
        )
    return found
