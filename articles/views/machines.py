"""For machines: sitemap, robots, feed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from articles import pages
from articles import sitemap as site_map
from articles.models import Article
from articles.views.public import current_edition, language, public


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    context = {"entries": site_map.entries()}
    return render(request, "articles/sitemap.xml", context, content_type="application/xml")


@public
def robots(request: HttpRequest) -> HttpResponse:
    context = {"languages": [code for code, _name in settings.LANGUAGES], "sitemap": pages.absolute("/sitemap.xml")}
    return render(request, "articles/robots.txt", context, content_type="text/plain; charset=utf-8")


@public
def feed(request: HttpRequest) -> HttpResponse:
    """Atom, the newest 20: summary and key messages; the text itself is read where its warnings and labels stand."""
    found = list(Article.objects.published().in_language(language())[:20])
    rows = [(row, current_edition(row), pages.absolute(row.get_absolute_url())) for row in found]
    context = {
        "articles": rows,
        "updated": max((edition.published_at or edition.created_at for _row, edition, _url in rows), default=None),
        "here": pages.absolute(reverse("articles:feed")),
        "home": pages.absolute(reverse("articles:home")),
    }
    return render(request, "articles/feed.xml", context, content_type="application/atom+xml; charset=utf-8")
