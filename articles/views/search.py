"""The search: a plain GET form, so that the page can be kept, sent to somebody and gone back to."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import pages
from articles import search as engine
from articles.labels import LABELS, explained
from articles.models import SearchEntry, Topic
from articles.views.public import language, public


@public
def search(request: HttpRequest) -> HttpResponse:
    topics = list(Topic.objects.filter(language=language()))
    choices: dict[str, list[tuple[Any, Any]]] = {
        "kind": [(value, label) for value, label in SearchEntry.Kind.choices],
        "topic": [(topic.translation_key, topic.title) for topic in topics],
        "label": [(label.code, label.name) for label in LABELS.values()],
    }
    # what nobody can have chosen narrows nothing
    narrowed = {
        name: value
        for name, options in choices.items()
        if (value := request.GET.get(name, "")) in {key for key, _name in options}
    }
    found = engine.search(request.GET.get("q", ""), language=language(), page=request.GET.get("page", "1"), **narrowed)
    asked, here = found.query.text, reverse("articles:search")
    context = {
        "found": found,
        "asked": asked,
        "hits": [(hit, SearchEntry.Kind(hit.kind).label, explained(hit.labels)) for hit in found.hits],
        "choices": [
            {"name": name, "label": label, "options": choices[name], "chosen": narrowed.get(name, "")}
            for name, label in (("kind", _("What kind of page")), ("topic", _("Topic")), ("label", _("Evidence label")))
        ],
        "narrowed": bool(narrowed),
        "topics": topics,
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
