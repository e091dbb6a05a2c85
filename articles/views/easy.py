"""The easy-to-read page of an article."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import pages, structured
from articles.labels import explained
from articles.models import Article, EasyRead
from articles.views.public import language, public, row_at


@public
def easy(request: HttpRequest, slug: str) -> HttpResponse:
    # of articles that are online, so a page goes with its article
    online = Article.objects.cards().in_language(language()).filter(slug=slug)
    found = EasyRead.objects.select_related("article__published_edition", "article__author").filter(article__in=online).first()
    if found is None:
        # no longer kept up: the article's own page says so, and what to read instead
        kept = row_at(Article.objects.readable().filter(easy_read__isnull=False), slug)
        return HttpResponseRedirect(kept.get_absolute_url())
    article = found.article
    versions = EasyRead.objects.filter(
        article__translation_key=article.translation_key, article__in=Article.objects.published()
    ).select_related("article")
    summary = article.published_edition.summary if article.published_edition else found.title
    canonical = pages.absolute(found.get_absolute_url())
    crumbs = [
        (_("Home"), reverse("articles:home")),
        (article.published_edition.title if article.published_edition else found.title, article.get_absolute_url()),
        (_("Easy to read"), ""),
    ]
    context = {
        "easy": found,
        "article": article,
        "text": found.rendered,
        "legend": explained(found.rendered["labels"]),
        "crumbs": crumbs,
        "canonical": canonical,
        "alternates": pages.easy_addresses(versions),
        "share": pages.share(found.title, summary),
        "json_ld": structured.graph(
            structured.easy(found, description=summary, url=canonical), structured.breadcrumbs(crumbs, here=canonical)
        ),
    }
    return render(request, "articles/easy_detail.html", context)
