"""Sheets to print: questions to ask a clinic, and how to check a trial."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import pages, sheets
from articles.models import Reference
from articles.views.public import public


@public
def questions(request: HttpRequest) -> HttpResponse:
    context = {
        "groups": sheets.GROUPS,
        "count": sum(len(group.asks) for group in sheets.GROUPS),
        "warning_signs": sheets.WARNING_SIGNS,
        **frame(
            _("Questions to ask a clinic"),
            _("A sheet to print: what to ask a clinic before you decide, why each question matters, and room for the answers."),
            name="questions_to_ask",
            sources=sheets.QUESTION_SOURCES,
        ),
    }
    return render(request, "articles/questions_to_ask.html", context)


@public
def check_a_trial(request: HttpRequest) -> HttpResponse:
    context = {
        "steps": sheets.STEPS,
        "registers": sheets.REGISTERS,
        **frame(
            _("How to check a trial"),
            _("A sheet to print: check a trial yourself, step by step, with boxes to tick and the registers to search."),
            name="check_a_trial",
            sources=sheets.CHECK_SOURCES,
        ),
    }
    return render(request, "articles/check_a_trial.html", context)


def frame(title: str, description: str, *, name: str, sources: Sequence[str]) -> dict[str, Any]:
    """One query: the sources, of which only checked ones are printed."""
    found = Reference.objects.filter(certainty=Reference.Certainty.SURE).in_bulk(list(sources), field_name="key")
    return {
        "title": title,
        "sources": [found[key] for key in sources if key in found],
        **pages.frame(
            title,
            description,
            here=reverse(f"articles:{name}"),
            crumbs=[(_("Home"), reverse("articles:home")), (title, "")],
        ),
    }
