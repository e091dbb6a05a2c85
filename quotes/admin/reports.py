"""The reports: charts drawn by the server, each with its table and its file. For those who may see the figures of the form."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal import audit, spreadsheet
from portal.admin_site import member
from quotes import reports

BAR = 200  # width of a whole bar, in units of the drawing


def chosen(request: HttpRequest, *, coordinators: dict[str, str]) -> reports.Choice:
    """What is none of the choices counts as not chosen."""
    days, coordinator = request.GET.get("days", ""), request.GET.get("coordinator", "")
    language, article = request.GET.get("language", ""), request.GET.get("article", "")
    return reports.Choice(
        days=days if days in dict(reports.PERIODS) else "30",
        coordinator=coordinator if coordinator in {*coordinators, reports.NOBODY} else "",
        language=language if language in dict(settings.LANGUAGES) else "",
        article=article[:80].replace("\x00", ""),
    )


def address(choice: reports.Choice) -> dict[str, str]:
    return {
        "days": choice.days,
        "coordinator": choice.coordinator,
        "language": choice.language,
        "article": choice.article,
    }


def drawn(table: reports.Table, *, query: dict[str, str]) -> dict[str, Any]:
    rows = [
        {"name": name, "amount": amount, "bar": round(BAR * (amount or 0) / table.top) if table.top else 0}
        for name, amount in table.rows
    ]
    url = f"{reverse('admin:quotes_stepcount_reports_csv')}?{urlencode({**query, 'table': table.key})}"
    return {"table": table, "rows": rows, "csv_url": url}


def page(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("quotes.view_stepcount"):
        raise PermissionDenied
    names = dict(reports.coordinators())
    choice = chosen(request, coordinators=names)
    query = address(choice)
    steps = {"days": choice.days, "language": choice.language}
    context = {
        **admin.site.each_context(request),
        "title": _("Reports"),
        "charts": [drawn(table, query=query) for table in reports.tables(choice, names=names)],
        "choice": choice,
        "periods": reports.PERIODS,
        "coordinators": [(reports.NOBODY, _("nobody yet")), *names.items()],
        "languages": settings.LANGUAGES,
        "articles": reports.articles(),
        "bar": BAR,
        "steps_url": f"{reverse('admin:quotes_stepcount_changelist')}?{urlencode(steps)}",
    }
    return render(request, "admin/quotes/reports/page.html", context)


def csv(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("quotes.view_stepcount"):
        raise PermissionDenied
    names = dict(reports.coordinators())
    tables = reports.tables(chosen(request, coordinators=names), names=names)
    table = next((table for table in tables if table.key == request.GET.get("table")), None)
    if table is None:
        raise Http404
    audit.record("export", by=member(request), object=f"report {table.key}")
    rows = [(name, "" if amount is None else amount) for name, amount in table.rows]
    return spreadsheet.download([(table.title, table.unit), *rows], name=f"report-{table.key}")
