"""The public pages: the same bytes for everybody. No cookie, no session, no form, no token, no user."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import cast

from django.conf import settings
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import pages
from articles.labels import LABELS
from articles.models import Article, ArticleQuerySet, Edition, Person, Topic

View = Callable[..., HttpResponse]
PAGE_SIZE = 12
NEWEST = 6


def public(view: View) -> View:
    """GET and HEAD only. A cache may keep the page but asks each time whether it is still good: a publish is seen at once."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-cache")
        etag = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
        response.headers["ETag"] = etag
        return get_conditional_response(request, etag=etag, response=response) or response

    return answer


def language() -> str:
    return get_language() or "en"


def current_edition(article: Article) -> Edition:
    """Of an article that `published()` found: it has one."""
    return cast(Edition, article.published_edition)


def page_of(articles: ArticleQuerySet, *, number: str) -> Page:
    """Raises 404 for a page that is not there."""
    try:
        return Paginator(articles, PAGE_SIZE).page(number)
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404 from error


@public
def home(request: HttpRequest) -> HttpResponse:
    here = reverse("articles:home")
    context = {
        "topics": Topic.objects.filter(language=language()),
        "articles": Article.objects.cards().in_language(language())[:NEWEST],
        "labels": list(LABELS.values()),
        "doors": pages.doors(language()),
        "canonical": pages.absolute(here),
        "alternates": pages.same_in_every_language(here),
    }
    return render(request, "articles/home.html", context)


@public
def article_list(request: HttpRequest) -> HttpResponse:
    here = reverse("articles:article_list")
    page = page_of(Article.objects.cards().in_language(language()), number=request.GET.get("page", "1"))
    context = {
        "page": page,
        "labels": list(LABELS.values()),
        "page_url": "?page=",
        "topics": Topic.objects.filter(language=language()),
        "crumbs": [(_("Home"), reverse("articles:home")), (_("All articles"), "")],
        "canonical": pages.absolute(here if page.number == 1 else f"{here}?page={page.number}"),
        "alternates": pages.same_in_every_language(here),
    }
    return render(request, "articles/article_list.html", context)


@public
def article(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Article.objects.published(), language=language(), slug=slug)
    return render(request, "articles/article_detail.html", pages.article_page(found, edition=current_edition(found)))


@public
def editions(request: HttpRequest, slug: str) -> HttpResponse:
    """What changed and when, edition by edition."""
    found = get_object_or_404(Article.objects.cards(), language=language(), slug=slug)
    current = current_edition(found)
    earlier = found.editions.filter(number__lt=current.number, published_at__isnull=False).defer("rendered", "body")
    here = reverse("articles:editions", args=[found.slug])
    context = {
        "article": found,
        "edition": current,
        "editions": [current, *earlier],
        "crumbs": [
            (_("Home"), reverse("articles:home")),
            (current.title, found.get_absolute_url()),
            (_("Earlier editions"), ""),
        ],
        "canonical": pages.absolute(here),
        "alternates": [(found.language, pages.absolute(here))],
    }
    return render(request, "articles/edition_list.html", context)


@public
def edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """An edition as it stood, for who wants to compare. Search engines are told to read the current one."""
    found = get_object_or_404(Article.objects.published(), language=language(), slug=slug)
    shown = get_object_or_404(found.editions, number=number, published_at__isnull=False)
    if shown.number >= current_edition(found).number:
        raise Http404
    shown.article = found
    context = pages.article_page(found, edition=shown) | {"outdated": True, "json_ld": ""}
    return render(request, "articles/article_detail.html", context)


@public
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Topic, language=language(), slug=slug)
    page = page_of(Article.objects.cards().filter(topics=found, language=found.language), number=request.GET.get("page", "1"))
    here = pages.absolute(found.get_absolute_url())
    context = {
        "topic": found,
        "page": page,
        "labels": list(LABELS.values()),
        "page_url": "?page=",
        "crumbs": [(_("Home"), reverse("articles:home")), (found.title, "")],
        "canonical": here if page.number == 1 else f"{here}?page={page.number}",
        "alternates": pages.addresses(Topic.objects.filter(translation_key=found.translation_key)),
    }
    return render(request, "articles/topic_detail.html", context)


@public
def person(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Person, language=language(), slug=slug)
    articles = Article.objects.cards().in_language(found.language)
    here = pages.absolute(found.get_absolute_url())
    context = {
        "person": found,
        "labels": list(LABELS.values()),
        "written": articles.filter(author=found)[:PAGE_SIZE],
        "reviewed": articles.filter(reviewer=found)[:PAGE_SIZE],
        "crumbs": [(_("Home"), reverse("articles:home")), (found.name, "")],
        "canonical": here,
        "alternates": pages.addresses(Person.objects.filter(translation_key=found.translation_key)),
        "json_ld": pages.json_ld({"@context": "https://schema.org", **pages.who(found), "description": found.biography}),
    }
    return render(request, "articles/person_detail.html", context)


# ── For machines ──────────────────────────────────────────────────────────────────────────────────────────────────────
@public
def sitemap(request: HttpRequest) -> HttpResponse:
    context = {"entries": pages.sitemap_entries()}
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
