"""The search: a plain GET form, so that the page can be kept, sent to somebody and gone back to."""

from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles import pages
from articles import search as engine
from articles.labels import LABELS, explained
from articles.models import SearchEntry, Topic
from articles.views.public import language, public
from portal import content_version


@content_version.kept
def options(language: str) -> dict[str, list[tuple[str, Any]]]:
    """What can be chosen to look only in some of the pages: the name of the field, and values with what they are called."""
    topics = Topic.objects.filter(language=language).values_list("translation_key", "title")
    return {
        "kind": [(value, label) for value, label in SearchEntry.Kind.choices],
        "topic": list(topics),
        "label": [(label.code, label.name) for label in LABELS.values()],
    }


@content_version.kept
def narrow_form(language: str, chosen: tuple[tuple[str, str], ...]) -> SafeString:
    """The part of the form with the choices; drawing its options anew for each search would cost more than the search."""
    picked, offered = dict(chosen), options(language)
    choices = [
        {"name": name, "label": label, "options": offered[name], "chosen": picked.get(name, "")}
        for name, label in (("kind", _("What kind of page")), ("topic", _("Topic")), ("label", _("Evidence label")))
    ]
    context = {"choices": choices, "narrowed": bool(chosen), "by_topic": "topic" in picked}
    return SafeString(render_to_string("articles/_search_narrow.html", context))


@lru_cache(maxsize=64)
def head(language: str, kind: str) -> str:
    """What kind of page it is, in words of that language."""
    return str(SearchEntry.Kind(kind).label)


@lru_cache(maxsize=1024)
def foot(language: str, labels: str, updated_on: date | None) -> SafeString:
    """Labels and date of a hit in that language: drawn once for all that have the same."""
    context = {"labels": explained(labels), "updated_on": updated_on}
    return SafeString(render_to_string("articles/_search_foot.html", context))


# in one piece each: ten times round a template's loop was a quarter of the page
HIT = (
    '<li class="results__hit"><p class="results__kind">{kind}</p>'
    '<h3 class="results__title"><a href="{url}"><bdi>{title}</bdi></a></h3>{context}{summary}{excerpt}{foot}</li>'
)
CONTEXT = '<p class="results__context"><bdi>{}</bdi></p>'
SUMMARY = '<p class="results__text">{}</p>'
TAKEN_OUT = '<p class="results__text results__text--excerpt">{}</p>'


def drawn(hit: engine.Hit, language: str) -> SafeString:
    return format_html(
        HIT,
        kind=head(language, hit.kind),
        url=hit.url,
        title=hit.title,
        context=format_html(CONTEXT, hit.context) if hit.context else "",
        summary=format_html(SUMMARY, hit.summary) if hit.summary else "",
        excerpt=format_html(TAKEN_OUT, hit.excerpt) if hit.excerpt else "",
        foot=foot(language, hit.labels, hit.updated_on),
    )


@public
def search(request: HttpRequest) -> HttpResponse:
    # what nobody can have chosen narrows nothing
    narrowed = {
        name: value
        for name, offered in options(language()).items()
        if (value := request.GET.get(name, "")) in {key for key, _name in offered}
    }
    found = engine.search(request.GET.get("q", ""), language=language(), page=request.GET.get("page", "1"), **narrowed)
    asked, here = found.query.text, reverse("articles:search")
    context = {
        "found": found,
        "asked": asked,
        "hits": SafeString("\n".join(drawn(hit, language()) for hit in found.hits)),
        "narrow": narrow_form(language(), tuple(narrowed.items())),
        "narrowed": bool(narrowed),
        "topics": [] if found.hits else list(Topic.objects.filter(language=language())),
        "everywhere_url": f"{here}?{urlencode({'q': asked})}",
        "suggestion_url": f"{here}?{urlencode({'q': found.suggestion, **narrowed})}",
        "page_url": f"?{urlencode({'q': asked, **narrowed})}&page=",
        "own_search": True,
        "crumbs": [(_("Home"), reverse("articles:home")), (_("Search"), "")],
        "canonical": pages.absolute(here),
        "alternates": [
            (code, f"{address}?{urlencode({'q': asked})}" if asked else address)
            for code, address in pages.same_in_every_language(here)
        ],
    }
    return render(request, "articles/search.html", context)
