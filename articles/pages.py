"""What each public page shows, put together from the database in as few queries as it takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Case, Prefetch, Q, When
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import share_images, structured
from articles.labels import LABELS, explained
from articles.models import Article, EasyRead, Edition, Person, Topic
from portal.page_head import absolute, head, same_in_every_language, share

RELATED = 4


def addresses(rows: Iterable[Article | Topic | Person]) -> list[tuple[str, str]]:
    """Language and address of each version of a thing, in the order of the site's languages."""
    found = {}
    for row in rows:
        with translation.override(row.language):
            found[row.language] = absolute(row.get_absolute_url())
    return [(code, found[code]) for code, _name in settings.LANGUAGES if code in found]


def easy_addresses(rows: Iterable[EasyRead]) -> list[tuple[str, str]]:
    found = {}
    for row in rows:
        with translation.override(row.article.language):
            found[row.article.language] = absolute(row.get_absolute_url())
    return [(code, found[code]) for code, _name in settings.LANGUAGES if code in found]


def frame(title: str, description: str, *, here: str, crumbs: list[tuple[str, str]]) -> dict[str, Any]:
    """What a page that is there in every language says of itself to machines, and the way to it that it shows."""
    trail = structured.breadcrumbs(crumbs, here=absolute(here))
    return {**head(title, description, path=here), "crumbs": crumbs, "json_ld": structured.graph(trail)}


def feeds(*topics: Topic) -> list[tuple[str, str]]:
    """Title and address of the feeds that a feed reader finds on a page."""
    found = [(f"{settings.SITE_NAME}: {topic.title}", reverse("articles:topic_feed", args=[topic.slug])) for topic in topics]
    return [(settings.SITE_NAME, reverse("articles:feed")), *found]


# ── Home ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
# questions people come with, and the article that answers each
QUESTIONS = {
    "is-it-a-stroke": gettext_lazy("Is it a stroke, right now?"),
    "road-to-recovery": gettext_lazy("How long can I get better?"),
    "rehabilitation-that-works": gettext_lazy("What helps after a stroke?"),
    "do-stem-cells-work": gettext_lazy("Do stem cells work?"),
    "warning-signs-of-bad-clinics": gettext_lazy("Is this offer safe?"),
}
# who has read of stem cells and wants to know: from the words to the next steps
WHERE_TO_START = {
    "regenerative-medicine-guide": gettext_lazy("What do these words mean?"),
    "stem-cell-types-and-routes": gettext_lazy("Which cells are there, and how are they given?"),
    "do-stem-cells-work": gettext_lazy("What did the trials find?"),
    "how-to-read-a-study": gettext_lazy("Why do headlines and trials disagree?"),
    "safety-of-cell-treatments": gettext_lazy("What can go wrong?"),
}


def home_page(language: str) -> dict[str, Any]:
    """Two queries: topics with their articles, in the order of the shelves."""
    articles = Article.objects.cards().in_language(language).order_by("position", "-published_at")
    topics = list(Topic.objects.filter(language=language).prefetch_related(Prefetch("articles", articles, to_attr="online")))
    by_key = {article.translation_key: article for topic in topics for article in topic.online}
    here = reverse("articles:home")
    return {
        "topics": topics,
        "labels": list(LABELS.values()),
        "own_search": True,
        "doors": [
            *((question, by_key[key].get_absolute_url()) for key, question in QUESTIONS.items() if key in by_key),
            (_("What would it cost?"), reverse("quotes:start")),
            (_("How do we work, and who pays us?"), reverse("quotes:how_we_work")),
        ],
        "start": [{"question": question, "article": by_key[key]} for key, question in WHERE_TO_START.items() if key in by_key],
        "canonical": absolute(here),
        "alternates": same_in_every_language(here),
        "feeds": feeds(),
        "share": share(
            _("Honest answers after a stroke"),
            _("What is known, what is not, and where it is written. Every article lists its sources."),
        ),
        "json_ld": structured.graph(structured.website()),
    }


# ── One article ───────────────────────────────────────────────────────────────────────────────────────────────────────
def article_page(
    article: Article,
    *,
    edition: Edition,
    topics: list[Topic] | None = None,
    preview: bool = False,
    outdated: bool = False,
) -> dict[str, Any]:
    """Everything the article's page names. Two queries: topics, and versions with related articles together; a third for what to
    read instead of a retired one."""
    topics = list(article.topics.all()) if topics is None else topics
    siblings, related = neighbours(article, topics=topics)
    rendered = edition.rendered
    canonical = absolute(article.get_absolute_url())
    first_topic = topics[0] if topics else None
    is_current = not preview and not outdated and not article.is_retired
    labels = explained(edition.evidence_labels)
    picture = "" if preview else share_images.address(edition, language=article.language)
    crumbs = [
        (_("Home"), reverse("articles:home")),
        (first_topic.title, first_topic.get_absolute_url())
        if first_topic
        else (_("All articles"), reverse("articles:article_list")),
        (edition.title, ""),
    ]
    return {
        "article": article,
        "edition": edition,
        "text": rendered,
        "preview": preview,
        "outdated": outdated,
        "is_online": edition.pk == article.published_edition_id and (article.retired_at is None or article.is_retired),
        "review": review(article, edition, outdated=outdated),
        "topics": topics,
        "labels": labels,
        "all_labels": list(LABELS.values()),
        "legend": explained(rendered["labels"]),
        "related": related,
        "successor": successor(article),
        "easy_url": easy_url(article),
        "versions": [
            {"language": code, "url": address, "name": translation.get_language_info(code)["name_local"].capitalize()}
            for code, address in addresses(siblings)
        ],
        "history": [{**entry, "on": date.fromisoformat(entry["on"])} for entry in rendered["history"]],
        "treatment_status": status(edition.evidence_labels),
        "quote_url": f"{reverse('quotes:start')}?{urlencode({'article': article.translation_key})}",
        "feedback_url": "" if preview else reverse("articles:feedback", args=[article.translation_key]),
        "editions_url": reverse("articles:editions", args=[article.slug]),
        "crumbs": crumbs,
        "canonical": "" if preview else canonical,
        "alternates": addresses([article, *siblings]),
        "feeds": feeds(*topics),
        "share": share(
            edition.title,
            edition.summary,
            kind="article",
            picture=picture,
            alt=". ".join([edition.title, *(str(label.name) for label in labels)]),
        ),
        "json_ld": structured.graph(
            structured.article(article, edition=edition, topics=topics, url=canonical, picture=picture),
            structured.breadcrumbs(crumbs, here=canonical),
        )
        if is_current
        else "",
    }


@dataclass(frozen=True, kw_only=True)
class Review:
    """What readers are told of the medical review of the text before them."""

    state: str  # as Article.review_state; "none" of an earlier text that nobody signed
    by: Person | None = None
    on: date | None = None
    next_on: date | None = None
    earlier: int | None = None  # the edition that was reviewed, when the text has changed since


def review(article: Article, edition: Edition, *, outdated: bool) -> Review:
    """An earlier edition has its own signature or none. What is online, or would be, has its own or the last one before it."""
    if outdated:
        return Review(state="past" if edition.reviewed_on else "none", by=edition.reviewer, on=edition.reviewed_on)
    if edition.reviewed_on and edition.pk != article.published_edition_id:
        return Review(state="current", by=edition.reviewer, on=edition.reviewed_on, next_on=edition.next_review_on)
    number = article.reviewed_edition
    return Review(
        state=article.review_state,
        by=article.reviewer,
        on=article.reviewed_on,
        next_on=article.next_review_on,
        earlier=number if article.reviewed_on and number and number < edition.number else None,
    )


def easy_url(article: Article) -> str:
    """Of the short version, while the article itself is kept up."""
    there = getattr(article, "has_easy_read", False) and not article.is_retired
    return reverse("articles:easy", args=[article.slug]) if there else ""


def successor(article: Article) -> Article | None:
    """What to read instead of a retired article, while that is online."""
    if not article.is_retired or article.successor_id is None:
        return None
    return Article.objects.cards().filter(pk=article.successor_id).first()


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


# What must be said of a treatment before a quote for it is offered. The first row that fits is said: the weakest truth among its
# labels, not the strongest; of care that is proven only in part, that it is so.
BENEFIT = (
    ("AB", "DE", gettext_lazy("Some of what this article describes is proven. Some of it is not, or did not help when it was tested.")),
    ("AB", "C", gettext_lazy("Some of what this article describes has been shown to help. Whether the rest helps is uncertain.")),
    ("", "E", gettext_lazy("What this article describes has been tested and has not been shown to help after a stroke.")),
    ("", "D", gettext_lazy("What this article describes is still research. It has not been shown to work after a stroke.")),
    ("", "C", gettext_lazy("Whether what this article describes helps is uncertain.")),
    ("", "AB", gettext_lazy("This article describes care that has been shown to help, all people or some.")),
)  # fmt: skip
HARM = gettext_lazy("Serious harm has been reported from what this article describes.")
HARM_TOO = gettext_lazy("Serious harm has been reported from some of it.")


def status(codes: str) -> str:
    """One sentence on what is known to help, and one on harm."""
    found = (text for beside, weakest, text in BENEFIT if has(codes, weakest) and (not beside or has(codes, beside)))
    benefit = next(found, "")
    harm = (HARM_TOO if benefit else HARM) if "W" in codes else ""
    return " ".join(str(text) for text in (benefit, harm) if text)


def has(codes: str, wanted: str) -> bool:
    return not set(wanted).isdisjoint(codes)
