"""For machines: sitemaps, robots, feeds."""

from typing import Any

from django.conf import settings
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import pages
from articles import sitemap as site_map
from articles.models import Article, ArticleQuerySet, Topic
from articles.views.public import current_edition, language, public, row_at

FEED_SIZE = 20


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/sitemap_index.xml", {"entries": site_map.index()}, content_type="application/xml")


@public
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    if section not in site_map.SECTIONS:
        raise Http404
    context = {"entries": site_map.SECTIONS[section]()}
    return render(request, "articles/sitemap.xml", context, content_type="application/xml")


@public
def robots(request: HttpRequest) -> HttpResponse:
    context = {"languages": [code for code, _name in settings.LANGUAGES], "sitemap": pages.absolute("/sitemap.xml")}
    return render(request, "articles/robots.txt", context, content_type="text/plain; charset=utf-8")


@public
def feed(request: HttpRequest) -> HttpResponse:
    """Everything in this language."""
    context = {
        "title": settings.SITE_NAME,
        "subtitle": _("New and changed articles"),
        "id": pages.absolute(reverse("articles:feed")),
        "here": pages.absolute(reverse("articles:feed")),
        "page": pages.absolute(reverse("articles:article_list")),
    }
    return atom(request, Article.objects.published().in_language(language()), context)


@public
def topic_feed(request: HttpRequest, slug: str) -> HttpResponse:
    topic = row_at(Topic.objects.all(), slug)
    context = {
        "title": f"{settings.SITE_NAME}: {topic.title}",
        "subtitle": topic.summary or _("New and changed articles"),
        # a feed reader knows a feed by this: it stays when the topic's address changes
        "id": pages.absolute(reverse("articles:topic_feed", args=[topic.translation_key])),
        "here": pages.absolute(reverse("articles:topic_feed", args=[topic.slug])),
        "page": pages.absolute(topic.get_absolute_url()),
    }
    return atom(request, Article.objects.published().filter(topics=topic, language=topic.language), context)


def atom(request: HttpRequest, articles: ArticleQuerySet, context: dict[str, Any]) -> HttpResponse:
    """The newest of them, changed ones included: summary and key messages; the text is read where its warnings and labels stand."""
    changed = articles.annotate(changed_on=Coalesce("published_edition__published_at", "published_at"))
    found = changed.prefetch_related("topics").order_by("-changed_on", "slug")[:FEED_SIZE]
    rows = [(row, current_edition(row), pages.absolute(row.get_absolute_url())) for row in found]
    context |= {"articles": rows, "updated": max((row.changed_on for row, _edition, _url in rows), default=None)}
    return render(request, "articles/feed.xml", context, content_type="application/atom+xml; charset=utf-8")
