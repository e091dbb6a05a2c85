"""What each public page shows, put together from the database in as few queries as it takes."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Case, Q, When
from django.urls import reverse, translate_url
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.labels import LABELS, explained
from articles.models import Article, Edition, Person, Topic

RELATED = 4
JSON_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(path: str) -> str:
    """Never from the Host header: a cached page must not carry somebody's forged address."""
    return f"{settings.SITE_URL}{path}"


def addresses(rows: Iterable[Article | Topic | Person]) -> list[tuple[str, str]]:
    """Language and address of each version of a thing, in the order of the site's languages."""
    found = {}
    for row in rows:
        with translation.override(row.language):
            found[row.language] = absolute(row.get_absolute_url())
    return [(code, found[code]) for code, _name in settings.LANGUAGES if code in found]


def same_in_every_language(path: str) -> list[tuple[str, str]]:
    """For pages that exist in all languages."""
    return [(code, absolute(translate_url(path, code))) for code, _name in settings.LANGUAGES]


def json_ld(data: dict[str, Any]) -> SafeString:
    """JSON that cannot end the script element it stands in, as django.utils.html.json_script does."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(JSON_ESCAPES))


# ── Home ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def doors(language: str) -> list[tuple[str, str]]:
    """Questions people come with, and where each is answered; only those that are answered."""
    wanted = {
        "rehabilitation-that-works": _("What helps after a stroke?"),
        "do-stem-cells-work": _("Do stem cells work?"),
    }
    found = {
        article.translation_key: article.get_absolute_url()
        for article in Article.objects.cards().filter(language=language, translation_key__in=wanted)
    }
    articles = [(question, found[key]) for key, question in wanted.items() if key in found]
    return [
        *articles,
        (_("What would it cost?"), reverse("quotes:start")),
        (_("How do we work, and who pays us?"), reverse("quotes:how_we_work")),
    ]


# ── One article ───────────────────────────────────────────────────────────────────────────────────────────────────────
def article_page(
    article: Article, *, edition: Edition, topics: list[Topic] | None = None, preview: bool = False
) -> dict[str, Any]:
    """Everything the article's page names. Two queries: topics, and versions with related articles together."""
    topics = list(article.topics.all()) if topics is None else topics
    siblings, related = neighbours(article, topics=topics)
    rendered = edition.rendered
    canonical = absolute(article.get_absolute_url())
    first_topic = topics[0] if topics else None
    reviewed = article.reviewed_edition if article.reviewed_on else None
    return {
        "article": article,
        "edition": edition,
        "text": rendered,
        "preview": preview,
        "topics": topics,
        "labels": explained(edition.evidence_labels),
        "all_labels": list(LABELS.values()),
        "legend": explained(rendered["labels"]),
        "related": related,
        "versions": [
            {"language": code, "url": address, "name": translation.get_language_info(code)["name_local"].capitalize()}
            for code, address in addresses(siblings)
        ],
        "history": [{**entry, "on": date.fromisoformat(entry["on"])} for entry in rendered["history"]],
        "reviewed_before": reviewed is not None and reviewed < edition.number,
        "reviewed_ahead": reviewed is not None and reviewed > edition.number,
        "treatment_status": status(edition.evidence_labels),
        "quote_url": f"{reverse('quotes:start')}?{urlencode({'article': article.translation_key})}",
        "editions_url": reverse("articles:editions", args=[article.slug]),
        "crumbs": [
            (_("Home"), reverse("articles:home")),
            (first_topic.title, first_topic.get_absolute_url())
            if first_topic
            else (_("All articles"), reverse("articles:article_list")),
            (edition.title, ""),
        ],
        "canonical": "" if preview else canonical,
        "alternates": addresses([article, *siblings]),
        "json_ld": "" if preview else structured(article, edition=edition, url=canonical),
    }


def neighbours(article: Article, *, topics: list[Topic]) -> tuple[list[Article], list[Article]]:
    """Its versions in other languages, and the newest articles on the same topics."""
    near = Q(translation_key=article.translation_key) & ~Q(language=article.language)
    if topics:
        # ids first: a join would repeat an article once a topic
        same_topic = Article.topics.through.objects.filter(topic__in=topics).values("article_id")
        near |= Q(language=article.language, pk__in=same_topic)
    own_first = Case(When(translation_key=article.translation_key, then=0), default=1)
    rows = list(
        Article.objects.cards()
        .filter(near)
        .exclude(pk=article.pk)
        .order_by(own_first, "-published_at")[: RELATED + len(settings.LANGUAGES)]
    )
    siblings = [row for row in rows if row.translation_key == article.translation_key]
    return siblings, [row for row in rows if row.translation_key != article.translation_key][:RELATED]


def status(codes: str) -> str:
    """What must be said of a treatment before a quote for it is offered."""
    if not codes or codes == "i":
        return ""
    if {"A", "B"} & set(codes):
        if {"D", "E"} & set(codes):
            return _("Some of what this article describes is proven. Some of it is not, or did not help when it was tested.")
        return _("This article describes care that has been shown to help, all people or some.")
    if "E" in codes:
        return _("What this article describes has been tested and has not been shown to help after a stroke.")
    if "D" in codes:
        return _("What this article describes is still research. It has not been shown to work after a stroke.")
    if "C" in codes:
        return _("Whether what this article describes helps is uncertain.")
    return _("Serious harm has been reported from what this article describes.")


def structured(article: Article, *, edition: Edition, url: str) -> SafeString:
    """schema.org MedicalWebPage."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "url": url,
        "mainEntityOfPage": url,
        "name": edition.title,
        "headline": edition.title,
        "description": edition.summary,
        "inLanguage": article.language,
        "datePublished": timezone.localdate(article.published_at).isoformat() if article.published_at else None,
        "dateModified": edition.dated_on.isoformat(),
        "author": who(article.author),
        "publisher": {"@type": "Organization", "name": settings.OFFICE_NAME or settings.SITE_NAME, "url": absolute("/")},
        "medicalAudience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "isAccessibleForFree": True,
    }
    if article.reviewed_on and article.reviewer and article.reviewed_edition in {None, edition.number}:
        data |= {"lastReviewed": article.reviewed_on.isoformat(), "reviewedBy": who(article.reviewer)}
    return json_ld({key: value for key, value in data.items() if value is not None})


def who(person: Person) -> dict[str, str]:
    kind = "Organization" if person.is_team else "Person"
    return {"@type": kind, "name": person.name, "url": absolute(person.get_absolute_url())}


# ── Sitemap ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def sitemap_entries() -> list[dict[str, Any]]:
    """Every public page with its versions in other languages and the day it last changed, where there is one."""
    entries: list[dict[str, Any]] = []
    for name in ("articles:home", "articles:article_list", "quotes:how_we_work", "quotes:privacy", "quotes:legal"):
        with translation.override(settings.LANGUAGE_CODE):
            versions = same_in_every_language(reverse(name))
        entries += [{"url": url, "versions": versions, "on": None} for _language, url in versions]
    for rows in (Article.objects.cards().order_by("translation_key"), Topic.objects.all(), Person.objects.all()):
        groups: dict[str, list[Any]] = {}
        for row in rows:
            groups.setdefault(row.translation_key, []).append(row)
        for group in groups.values():
            versions = addresses(group)
            urls = dict(versions)
            entries += [{"url": urls[row.language], "versions": versions, "on": changed_on(row)} for row in group]
    return entries


def changed_on(row: Article | Topic | Person) -> Any:
    return row.published_edition.dated_on if isinstance(row, Article) and row.published_edition else None
