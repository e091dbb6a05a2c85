"""Home, articles with their editions, topics, people."""

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import Case, Count, Q, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import pages
from articles.labels import LABELS
from articles.models import Article, ArticleQuerySet, Person, Topic
from articles.views.public import current_edition, language, public

PAGE_SIZE = 12


def page_of(articles: ArticleQuerySet, *, number: str) -> Page:
    """Raises 404 for a page that is not there."""
    try:
        return Paginator(articles, PAGE_SIZE).page(number)
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404 from error


@public
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/home.html", pages.home_page(language()))


@public
def article_list(request: HttpRequest) -> HttpResponse:
    here = reverse("articles:article_list")
    page = page_of(Article.objects.cards().in_language(language()).by_topic(), number=request.GET.get("page", "1"))
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
    found = get_object_or_404(Article.objects.published().with_easy(), language=language(), slug=slug)
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
    on_topic = Article.objects.cards().filter(topics=found, language=found.language)
    page = page_of(on_topic.order_by("position", "-published_at"), number=request.GET.get("page", "1"))
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


def named_people() -> QuerySet[Person]:
    """In this language, with how many articles online stand under each name."""
    online = Article.objects.published().in_language(language()).values("pk")
    counted = Person.objects.filter(language=language()).annotate(
        written_count=Count("written", filter=Q(written__in=online), distinct=True),
        reviewed_count=Count("reviewed", filter=Q(reviewed__in=online), distinct=True),
    )
    return counted.order_by("-reviewed_count", "-written_count", "name")


@public
def people(request: HttpRequest) -> HttpResponse:
    """Who writes and who reviews."""
    here = reverse("articles:people")
    context = {
        "people": named_people(),
        "crumbs": [(_("Home"), reverse("articles:home")), (_("Who writes and reviews"), "")],
        "canonical": pages.absolute(here),
        "alternates": pages.same_in_every_language(here),
    }
    return render(request, "articles/person_list.html", context)


@public
def person(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(named_people(), slug=slug)
    reviewed_first = Case(When(reviewer=found, then=0), default=1)
    theirs = Article.objects.cards().in_language(found.language).filter(Q(author=found) | Q(reviewer=found))
    page = page_of(theirs.order_by(reviewed_first, "position", "-published_at"), number=request.GET.get("page", "1"))
    here = pages.absolute(found.get_absolute_url())
    context = {
        "person": found,
        "labels": list(LABELS.values()),
        "page": page,
        "page_url": "?page=",
        "reviewed": [article for article in page.object_list if article.reviewer_id == found.pk],
        "written": [article for article in page.object_list if article.author_id == found.pk],
        "crumbs": [
            (_("Home"), reverse("articles:home")),
            (_("Who writes and reviews"), reverse("articles:people")),
            (found.name, ""),
        ],
        "canonical": here if page.number == 1 else f"{here}?page={page.number}",
        "alternates": pages.addresses(Person.objects.filter(translation_key=found.translation_key)),
        "json_ld": pages.json_ld({"@context": "https://schema.org", **pages.who(found), "description": found.biography}),
    }
    return render(request, "articles/person_detail.html", context)
