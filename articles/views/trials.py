"""Trials of cell treatments after a stroke, in plain words."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import pages, trial_pages, trial_table
from articles.models import TrialSummary
from articles.views.public import language, public
from portal import spreadsheet


@public
def trial_list(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/trial_list.html", trial_pages.trial_list(language(), asked=request.GET))


@public
def pictures(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/trial_pictures.html", trial_pages.pictures(language()))


@public
def trial(request: HttpRequest, key: str) -> HttpResponse:
    words = get_object_or_404(TrialSummary.objects.select_related("trial"), trial__key=key, language=language())
    return render(request, "articles/trial_detail.html", trial_pages.trial_page(words))


@public
def as_csv(request: HttpRequest) -> HttpResponse:
    table = trial_table.as_table(trial_table.rows(language()))
    return spreadsheet.download(table, name=f"trials-{language()}")


@public
def as_json(request: HttpRequest) -> HttpResponse:
    data = {
        "language": language(),
        "page": pages.absolute(reverse("articles:trial_list")),
        "note": _("The list does not hold every study. Where something could not be checked at the source, it is left out."),
        "certainty": trial_table.certainties(),
        "trials": trial_table.rows(language()),
    }
    response = HttpResponse(json.dumps(data, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="trials-{language()}.json"'
    return response
