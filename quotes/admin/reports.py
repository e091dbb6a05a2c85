"""The reports: charts drawn by the server, each with its table and its file. For those who may see the figures of the form."""

from itertools import chain
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import audit, spreadsheet
from portal.admin_site import code_again, member
from quotes import case_rows, reports

REASON_WORDS = 3
CODE_FOR_FILE = _(
    "A file of cases leaves the house here, so this page asks for a new code every 15 minutes. No file was made yet."
)
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
    names = dict(reports.coordinators())
    choice = chosen(request, coordinators=names)
    query = address(choice)
    steps = {"days": choice.days, "language": choice.language}
    context = {
        **admin.site.each_context(request),
        "title": gettext("Reports"),
        "charts": [drawn(table, query=query) for table in reports.tables(choice, names=names)],
        "choice": choice,
        "periods": reports.PERIODS,
        "coordinators": [(reports.NOBODY, gettext("nobody yet")), *names.items()],
        "languages": settings.LANGUAGES,
        "articles": reports.articles(),
        "bar": BAR,
        "steps_url": f"{reverse('admin:quotes_stepcount_changelist')}?{urlencode(steps)}",
    }
    return render(request, "admin/quotes/reports/page.html", context)


class CaseRowsForm(forms.Form):
    """Which months, and why: the words stand in the audit log."""

    months = forms.ChoiceField(label=_("Which requests"), choices=case_rows.PERIODS, initial="12")
    reason = forms.CharField(
        label=_("Why do you need this file?"),
        help_text=_("Three words or more. They are kept in the audit log with your name: write nobody else's."),
        max_length=200,
        error_messages={"required": _("Write why you need the file.")},
    )

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if len(reason.split()) < REASON_WORDS:
            raise ValidationError(_("Say a little more: three words or more."))
        return reason


def cases(request: HttpRequest) -> HttpResponseBase:
    """Asks for a fresh code and a reason; then the cases leave as a file without identities, and the log says so."""
    if answer := code_again(request, why=CODE_FOR_FILE):
        return answer
    form = CaseRowsForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        months = form.cleaned_data["months"]
        if rows := case_rows.table(int(months)):
            said = f"cases without identities: {len(rows)} rows, {months} months"
            audit.record("export", by=member(request), object=said, reason=form.cleaned_data["reason"])
            table = chain([case_rows.headings()], (row.cells for row in rows))
            return spreadsheet.stream(table, name=f"cases-{timezone.localdate():%Y-%m-%d}")
        form.add_error("months", _("There are too few requests in these months: a file would tell of single people."))
    context = {
        **admin.site.each_context(request),
        "title": _("Cases without identities"),
        "form": form,
        "enough": case_rows.ENOUGH,
    }
    return render(request, "admin/quotes/reports/cases.html", context)


def csv(request: HttpRequest) -> HttpResponse:
    names = dict(reports.coordinators())
    tables = reports.tables(chosen(request, coordinators=names), names=names)
    table = next((table for table in tables if table.key == request.GET.get("table")), None)
    if table is None:
        raise Http404
    audit.record("export", by=member(request), object=f"report {table.key}")
    rows = [(name, "" if amount is None else amount) for name, amount in table.rows]
    return spreadsheet.download([(table.title, table.unit), *rows], name=f"report-{table.key}")
