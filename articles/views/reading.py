"""Home, articles with their editions, topics, people."""

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import Case, Count, Q, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from articles import changes, pages, structured
from articles.labels import LABELS, explained
from articles.models import Article, ArticleQuerySet, Edition, Person, Topic
from articles.views.public import current_edition, language, public, row_at

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
    canonical = pages.absolute(here if page.number == 1 else f"{here}?page={page.number}")
    crumbs = [(_("Home"), reverse("articles:home")), (_("All articles"), "")]
    context = {
        "page": page,
        "labels": list(LABELS.values()),
        "page_url": "?page=",
        "topics": Topic.objects.filter(language=language()),
        "crumbs": crumbs,
        "canonical": canonical,
        "alternates": pages.same_in_every_language(here),
        "feeds": pages.feeds(),
        "share": pages.share(
            _("All articles"), _("What is known, what is not, and where it is written. Every article lists its sources.")
        ),
        "json_ld": structured.graph(structured.breadcrumbs(crumbs, here=canonical)),
    }
    return render(request, "articles/article_list.html", context)


@public
def article(request: HttpRequest, slug: str) -> HttpResponse:
    found = row_at(Article.objects.pages(), slug)
    return render(request, "articles/article_detail.html", pages.article_page(found, edition=current_edition(found)))


@public
def editions(request: HttpRequest, slug: str) -> HttpResponse:
    """What changed and when, edition by edition."""
    found = row_at(Article.objects.readable().without_texts(), slug)
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
        "share": pages.share(
            _("Editions of: %(title)s") % {"title": current.title}, _("What changed in this article, and when.")
        ),
    }
    return render(request, "articles/edition_list.html", context)


@public
def edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """An edition as it stood, for who wants to compare. Search engines are told to read the current one."""
    found = row_at(Article.objects.readable(), slug)
    shown = get_object_or_404(found.editions.select_related("reviewer"), number=number, published_at__isnull=False)
    if shown.number >= current_edition(found).number:
        raise Http404
    shown.article = found
    return render(request, "articles/article_detail.html", pages.article_page(found, edition=shown, outdated=True))


@public
def changes_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What an edition says otherwise than the one before it."""
    found = row_at(Article.objects.readable().without_texts(), slug)
    online = found.editions.filter(published_at__isnull=False, number__lte=current_edition(found).number)
    after = get_object_or_404(online, number=number)
    before = online.filter(number__lt=number).order_by("-number").first()
    if before is None:
        raise Http404
    here = reverse("articles:changes", args=[found.slug, number])
    editions_url = reverse("articles:editions", args=[found.slug])
    context = {
        "article": found,
        "edition": after,
        "before": before,
        "parts": changed_parts(before, after),
        "editions_url": editions_url,
        "crumbs": [
            (_("Home"), reverse("articles:home")),
            (current_edition(found).title, found.get_absolute_url()),
            (_("Earlier editions"), editions_url),
            (_("What changed"), ""),
        ],
        "canonical": pages.absolute(here),
        "alternates": [(found.language, pages.absolute(here))],
        "share": pages.share(
            _("What changed in edition %(number)s of: %(title)s") % {"number": number, "title": current_edition(found).title},
            _("What changed in this article, and when."),
        ),
    }
    return render(request, "articles/edition_changes.html", context)


def changed_parts(before: Edition, after: Edition) -> list[dict[str, object]]:
    """Part by part, as the page names them; parts that are the same are left out."""
    titles = {
        "title": _("Title"),
        "evidence_labels": _("Evidence labels"),
        "summary": _("Summary"),
        "key_messages": _("Key messages"),
        "body": _("The text"),
        "limitations": _("What we do not know"),
        "regulatory_status": _("What the regulators say"),
        "regulatory_checked_on": _("When we checked what the regulators say"),
        "conflict_statement": _("Who paid for this, and what we gain"),
    }
    found = (
        (title, changes.between(paragraphs_of(before, part), paragraphs_of(after, part))) for part, title in titles.items()
    )
    return [{"title": title, "paragraphs": paragraphs} for title, paragraphs in found if paragraphs]


def paragraphs_of(edition: Edition, part: str) -> list[str]:
    if part in {"title", "summary"}:
        return [getattr(edition, part)]
    if part == "evidence_labels":
        return [f"{label.code}: {label.name}" for label in explained(edition.evidence_labels)]
    if part == "regulatory_checked_on":
        day = edition.regulatory_checked_on
        return [formats.date_format(day, "DATE_FORMAT")] if day else []
    html = edition.rendered[part]
    return [text for one in (html if isinstance(html, list) else [html]) for text in changes.paragraphs(one)]


@public
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = row_at(Topic.objects.all(), slug)
    on_topic = Article.objects.cards().filter(topics=found, language=found.language)
    page = page_of(on_topic.order_by("position", "-published_at"), number=request.GET.get("page", "1"))
    here = pages.absolute(found.get_absolute_url())
    crumbs = [(_("Home"), reverse("articles:home")), (found.title, "")]
    context = {
        "topic": found,
        "page": page,
        "labels": list(LABELS.values()),
        "page_url": "?page=",
        "crumbs": crumbs,
        "canonical": here if page.number == 1 else f"{here}?page={page.number}",
        "alternates": pages.addresses(Topic.objects.filter(translation_key=found.translation_key)),
        "feed_url": reverse("articles:topic_feed", args=[found.slug]),
        "feeds": pages.feeds(found),
        "share": pages.share(found.title, found.summary or found.title),
        "json_ld": structured.graph(structured.breadcrumbs(crumbs, here=here)),
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
    title = _("Who writes and reviews")
    context = {
        "people": named_people(),
        **pages.frame(
            title,
            _(
                "The people behind the articles: what they are qualified in, what interests they declare, and what they wrote "
                "or reviewed."
            ),
            here=reverse("articles:people"),
            crumbs=[(_("Home"), reverse("articles:home")), (title, "")],
        ),
    }
    return render(request, "articles/person_list.html", context)


@public
def person(request: HttpRequest, slug: str) -> HttpResponse:
    found = row_at(named_people(), slug)
    reviewed_first = Case(When(reviewer=found, then=0), default=1)
    theirs = Article.objects.cards().in_language(found.language).filter(Q(author=found) | Q(reviewer=found))
    page = page_of(theirs.order_by(reviewed_first, "position", "-published_at"), number=request.GET.get("page", "1"))
    crumbs = [
        (_("Home"), reverse("articles:home")),
        (_("Who writes and reviews"), reverse("articles:people")),
        (found.name, ""),
    ]
    here = pages.absolute(found.get_absolute_url())
    context = {
        "person": found,
        "labels": list(LABELS.values()),
        "page": page,
        "page_url": "?page=",
        "reviewed": [article for article in page.object_list if article.reviewer_id == found.pk],
        "written": [article for article in page.object_list if article.author_id == found.pk],
        "crumbs": crumbs,
        "canonical": here if page.number == 1 else f"{here}?page={page.number}",
        "alternates": pages.addresses(Person.objects.filter(translation_key=found.translation_key)),
        "share": pages.share(found.name, found.credentials or found.name),
        "json_ld": structured.graph(structured.profile(found), structured.breadcrumbs(crumbs, here=here)),
    }
    return render(request, "articles/person_detail.html", context)
