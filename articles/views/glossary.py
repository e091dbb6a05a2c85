"""The hard words, from A to Z."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import pages, structured
from articles.glossary_letters import by_letter
from articles.models import GlossaryTerm
from articles.views.public import language, public


@public
def glossary(request: HttpRequest) -> HttpResponse:
    """All words, or those under one letter; a letter that has no words is as if none had been asked for."""
    here = reverse("articles:glossary")
    found = list(GlossaryTerm.objects.filter(language=language()))
    crumbs = [(_("Home"), reverse("articles:home")), (_("Words explained"), "")]
    canonical = pages.absolute(here)
    groups = by_letter(((term.term, term) for term in found), language=language())
    asked = request.GET.get("letter", "")
    chosen = asked if asked in dict(groups) else ""
    context = {
        "letters": [
            {"letter": letter, "query": urlencode({"letter": letter}), "count": len(terms)} for letter, terms in groups
        ],
        "chosen": chosen,
        "total": sum(len(terms) for _letter, terms in groups),
        # an id without the letter itself: addresses are ASCII
        "groups": [
            {"letter": letter, "id": f"letter-{ord(letter):x}", "terms": terms}
            for letter, terms in groups
            if chosen in ("", letter)
        ],
        "crumbs": crumbs,
        "canonical": canonical,
        "alternates": pages.same_in_every_language(here),
        "share": pages.share(
            _("Words explained"),
            _("Hard words about stroke, stem cells and trials, each explained in one or two plain sentences."),
        ),
        "json_ld": structured.graph(
            structured.glossary(found, here=canonical, language=language()), structured.breadcrumbs(crumbs, here=canonical)
        ),
    }
    return render(request, "articles/glossary.html", context)
