"""Every public page with its versions in other languages, for search engines: a file a kind of page, and an index of them.

`on` is the day on which what the page says last changed; where nobody knows it, it is left out rather than made up.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation

from articles import pages
from articles.models import Article, EasyRead, GlossaryTerm, Person, Topic, TrialSummary

LISTS = "articles:home", "articles:article_list"  # as new as the newest article in their language
SAME_EVERYWHERE = (
    "articles:glossary", "articles:trial_list", "articles:trial_pictures", "articles:questions_to_ask",
    "articles:check_a_trial", "articles:people",
    "quotes:how_we_work", "quotes:for_professionals", "quotes:privacy", "quotes:legal",
)  # fmt: skip
Entries = list[dict[str, Any]]


def page_entries() -> Entries:
    newest, trials = newest_by("language"), saved_by_language(TrialSummary.objects.all(), "trial__changed_at")
    days: dict[str, Mapping[str, date | None]] = {
        **dict.fromkeys(LISTS, newest),
        "articles:glossary": saved_by_language(GlossaryTerm.objects.all()),
        "articles:trial_list": trials,
        "articles:trial_pictures": trials,
        "articles:people": saved_by_language(Person.objects.all()),
    }
    found: Entries = []
    for name in (*LISTS, *SAME_EVERYWHERE):
        with translation.override(settings.LANGUAGE_CODE):
            versions = pages.same_in_every_language(reverse(name))
        found += [{"url": url, "versions": versions, "on": days.get(name, {}).get(language)} for language, url in versions]
    return found


def article_entries() -> Entries:
    rows = Article.objects.cards().order_by("translation_key")
    return translated(
        rows,
        on=lambda row: last_day(row.published_edition.dated_on, row.published_edition.refreshed_at, row.reviewed_on),
    )


def topic_entries() -> Entries:
    newest = newest_by("topics")
    return translated(Topic.objects.all(), on=lambda row: last_day(newest.get(row.pk), row.changed_at))


def person_entries() -> Entries:
    written, reviewed = newest_by("author"), newest_by("reviewer")
    return translated(Person.objects.all(), on=lambda row: last_day(written.get(row.pk), reviewed.get(row.pk), row.changed_at))


def easy_entries() -> Entries:
    rows = EasyRead.objects.filter(article__in=Article.objects.published()).select_related("article").defer("body", "rendered")
    found: Entries = []
    for group in grouped((row.article.translation_key, row) for row in rows):
        versions, row_in = pages.easy_addresses(group), {row.article.language: row for row in group}
        found += [
            {"url": url, "versions": versions, "on": last_day(row_in[language].changed_at, row_in[language].refreshed_at)}
            for language, url in versions
        ]
    return found


def trial_entries() -> Entries:
    days = ("changed_at", "trial__changed_at")
    rows = TrialSummary.objects.select_related("trial").only("language", "trial__key", *days).order_by("trial__key")
    found: Entries = []
    for group in grouped((row.trial.key, row) for row in rows):
        row_in = {row.language: row for row in group}
        every = pages.same_in_every_language(group[0].trial.get_absolute_url())
        versions = [pair for pair in every if pair[0] in row_in]
        found += [
            {"url": url, "versions": versions, "on": last_day(row_in[code].changed_at, row_in[code].trial.changed_at)}
            for code, url in versions
        ]
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
    """Each section with the day of the last change in it."""
    return [
        {
            "url": pages.absolute(reverse("sitemap_section", args=[name])),
            "on": last_day(*(entry["on"] for entry in entries())),
        }
        for name, entries in SECTIONS.items()
    ]


def last_day(*moments: datetime | date | None) -> date | None:
    """Of those that are known; None when none is."""
    return max((timezone.localdate(at) if isinstance(at, datetime) else at for at in moments if at), default=None)


def saved_by_language(rows: "QuerySet[Any]", *more: str) -> dict[str, date | None]:
    """The day on which staff last saved one of these rows in each language."""
    fields = ("changed_at", *more)
    found = rows.order_by().values_list("language").annotate(*(Max(field) for field in fields))
    return {language: last_day(*moments) for language, *moments in found}


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
