"""Every public page with its versions in other languages, for search engines."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from articles import pages
from articles.models import Article, EasyRead, Person, Topic, TrialSummary

SAME_EVERYWHERE = (
    "articles:home", "articles:article_list", "articles:glossary", "articles:trial_list",
    "articles:trial_pictures", "articles:questions_to_ask", "articles:check_a_trial", "articles:people",
    "quotes:how_we_work", "quotes:for_professionals", "quotes:privacy", "quotes:legal",
)  # fmt: skip
Entries = list[dict[str, Any]]


def entries() -> Entries:
    """With the day of the last change, where there is one. A query a kind of page."""
    found: Entries = []
    for name in SAME_EVERYWHERE:
        with translation.override(settings.LANGUAGE_CODE):
            versions = pages.same_in_every_language(reverse(name))
        found += [{"url": url, "versions": versions, "on": None} for _language, url in versions]
    for rows in (Article.objects.cards().order_by("translation_key"), Topic.objects.all(), Person.objects.all()):
        for group in grouped((row.translation_key, row) for row in rows):
            versions = pages.addresses(group)
            urls = dict(versions)
            found += [{"url": urls[row.language], "versions": versions, "on": changed_on(row)} for row in group]
    return found + easy_entries() + trial_entries()


def easy_entries() -> Entries:
    rows = EasyRead.objects.filter(article__in=Article.objects.published()).select_related("article").defer("body", "rendered")
    found: Entries = []
    for group in grouped((row.article.translation_key, row) for row in rows):
        versions = pages.easy_addresses(group)
        found += [{"url": url, "versions": versions, "on": None} for _language, url in versions]
    return found


def trial_entries() -> Entries:
    rows = TrialSummary.objects.select_related("trial").only("language", "trial__key").order_by("trial__key")
    found: Entries = []
    for group in grouped((row.trial.key, row) for row in rows):
        languages = {row.language for row in group}
        every = pages.same_in_every_language(group[0].trial.get_absolute_url())
        versions = [pair for pair in every if pair[0] in languages]
        found += [{"url": url, "versions": versions, "on": None} for _language, url in versions]
    return found


def grouped(pairs: Iterable[tuple[str, Any]]) -> Iterable[list[Any]]:
    groups: dict[str, list[Any]] = {}
    for key, row in pairs:
        groups.setdefault(key, []).append(row)
    return groups.values()


def changed_on(row: Article | Topic | Person) -> Any:
    return row.published_edition.dated_on if isinstance(row, Article) and row.published_edition else None
