"""Trials of cell treatments after a stroke, in plain words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from articles import trial_pages
from articles.models import TrialSummary
from articles.views.public import language, public


@public
def trial_list(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/trial_list.html", trial_pages.trial_list(language()))


@public
def trial(request: HttpRequest, key: str) -> HttpResponse:
    words = get_object_or_404(TrialSummary.objects.select_related("trial"), trial__key=key, language=language())
    return render(request, "articles/trial_detail.html", trial_pages.trial_page(words))
