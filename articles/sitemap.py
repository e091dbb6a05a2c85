"""Every public page with its versions in other languages, for search engines: a file a kind of page, and an index of them.

`on` is the day on which what the page says last changed; where nobody knows it, it is left out rather than made up.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation

from articles import pages
from articles.models import Article, EasyRead, Person, Topic, TrialSummary

LISTS = "articles:home", "articles:article_list"  # as new as the newest article in their language
SAME_EVERYWHERE = (
    "articles:glossary", "articles:trial_list", "articles:trial_pictures", "articles:questions_to_ask",
    "articles:check_a_trial", "articles:people",
    "quotes:how_we_work", "quotes:for_professionals", "quotes:privacy", "quotes:legal",
)  # fmt: skip
Entries = list[dict[str, Any]]


def page_entries() -> Entries:
    newest = newest_by("language")
    found: Entries = []
    for name in (*LISTS, *SAME_EVERYWHERE):
        with translation.override(settings.LANGUAGE_CODE):
            versions = pages.same_in_every_language(reverse(name))
        found += [
            {"url": url, "versions": versions, "on": newest.get(language) if name in LISTS else None}
            for language, url in versions
        ]
    return found


def article_entries() -> Entries:
    rows = Article.objects.cards().order_by("translation_key")
    return translated(rows, on=lambda row: row.published_edition.dated_on if row.published_edition else None)


def topic_entries() -> Entries:
    newest = newest_by("topics")
    return translated(Topic.objects.all(), on=lambda row: newest.get(row.pk))


def person_entries() -> Entries:
    written, reviewed = newest_by("author"), newest_by("reviewer")
    return translated(
        Person.objects.all(), on=lambda row: max(filter(None, (written.get(row.pk), reviewed.get(row.pk))), default=None)
    )


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


SECTIONS: dict[str, Callable[[], Entries]] = {
    "pages": page_entries,
    "articles": article_entries,
    "easy": easy_entries,
    "topics": topic_entries,
    "people": person_entries,
    "trials": trial_entries,
}


def index() -> Entries:
    """Each section with the day of its last change. One query: sections whose pages have no day have none either."""
    newest = newest_by("language")
    last = max(newest.values(), default=None)
    dated = {"pages", "articles", "topics", "people"}
    return [
        {"url": pages.absolute(reverse("sitemap_section", args=[name])), "on": last if name in dated else None}
        for name in SECTIONS
    ]


def newest_by(field: str) -> dict[Any, date]:
    """The day of the newest published edition for each value of a field of articles."""
    shown_since = Coalesce("published_edition__published_at", "published_edition__created_at")
    days: dict[Any, date] = {}
    for value, at in Article.objects.published().select_related(None).order_by().values_list(field, shown_since):
        day = timezone.localdate(at)
        days[value] = max(day, days.get(value, day))
    return days


def translated(rows: Iterable[Any], *, on: Callable[[Any], date | None]) -> Entries:
    found: Entries = []
    for group in grouped((row.translation_key, row) for row in rows):
        versions = pages.addresses(group)
        urls = dict(versions)
        found += [{"url": urls[row.language], "versions": versions, "on": on(row)} for row in group]
    return found


def grouped(pairs: Iterable[tuple[str, Any]]) -> Iterable[list[Any]]:
    groups: dict[str, list[Any]] = {}
    for key, row in pairs:
        groups.setdefault(key, []).append(row)
    return groups.values()
