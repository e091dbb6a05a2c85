"""Articles and their editions."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from articles import markup
from articles.labels import LABELS, in_order
from articles.models import rendering
from articles.models.base import Addressed, Public, PublicQuerySet, validate_label_codes
from articles.models.sources import Person, Topic
from portal.constraints import both_or_neither
from portal.versioned import Versioned, change_has_person_and_time

HELD_AFTER = timedelta(minutes=5)  # past its time: the worker has been round by then


class ArticleQuerySet(PublicQuerySet):
    def readable(self) -> "ArticleQuerySet":
        """What has a page: published, or retired with a notice that says so."""
        kept = models.Q(retired_at__isnull=True) | ~models.Q(retirement_note="")
        return self.filter(kept, published_edition__isnull=False, published_at__lte=timezone.now()).select_related(
            "published_edition", "author", "reviewer"
        )

    def published(self) -> "ArticleQuerySet":
        return self.readable().filter(retired_at__isnull=True)

    def pages(self) -> "ArticleQuerySet":
        """What has a page, with what the page shows: not the Markdown, which is as long again, nor what people say of themselves."""
        texts = ("body", "key_messages", "limitations", "regulatory_status", "conflict_statement")
        people = (f"{person}__{text}" for person in ("author", "reviewer") for text in ("biography", "interests"))
        return self.readable().with_easy().defer(*(f"published_edition__{name}" for name in texts), *people)

    def cards(self) -> "ArticleQuerySet":
        """Published, with what a list shows of each and without the texts, which are a hundred times as long."""
        return self.published().without_texts()

    def without_texts(self) -> "ArticleQuerySet":
        heavy = ("rendered", "body", "key_messages", "limitations", "regulatory_status", "conflict_statement")
        people = (f"{person}__{text}" for person in ("author", "reviewer") for text in ("biography", "interests"))
        return self.defer(*(f"published_edition__{name}" for name in heavy), *people)

    def with_easy(self) -> "ArticleQuerySet":
        """Adds `has_easy_read`, without reading the text of it."""
        there = models.Q(easy_read__isnull=False)
        return self.annotate(has_easy_read=models.ExpressionWrapper(there, output_field=models.BooleanField()))

    def by_topic(self) -> "ArticleQuerySet":
        """In the order of the shelves: each article once, under the first of its topics. Adds `topic_title`."""
        first = Topic.objects.filter(articles=models.OuterRef("pk")).order_by("position", "title")
        found = self.annotate(
            topic_place=models.Subquery(first.values("position")[:1]),
            topic_title=models.Subquery(first.values("title")[:1]),
        )
        return found.order_by(models.F("topic_place").asc(nulls_last=True), "topic_title", "position", "-published_at")

    def held_back(self) -> "ArticleQuerySet":
        """Past their time to be published: something was missing."""
        return self.filter(publish_at__lt=timezone.now() - HELD_AFTER)

    def in_language(self, language: str) -> "ArticleQuerySet":
        return self.filter(language=language)


class Article(Addressed, Versioned):
    """One article in one language. What it says is in its editions; readers see the published one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("address"), max_length=100)
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), related_name="articles", blank=True)
    position = models.PositiveSmallIntegerField(
        _("place among the articles of its topic"), default=0, blank=True, help_text=_("The smallest number comes first.")
    )
    author = models.ForeignKey(Person, verbose_name=_("author"), on_delete=models.PROTECT, related_name="written")
    reviewer = models.ForeignKey(
        Person, verbose_name=_("medical reviewer"), on_delete=models.PROTECT, related_name="reviewed", null=True, blank=True
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    next_review_on = models.DateField(_("next review due"), null=True, blank=True)
    published_edition = models.ForeignKey(
        "Edition", verbose_name=_("published edition"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    publish_at = models.DateTimeField(_("to be published"), null=True, blank=True, editable=False)
    publish_by = models.ForeignKey(  # who chose that time
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    reviewed_edition = models.PositiveIntegerField(_("edition that was reviewed"), null=True, blank=True, editable=False)
    has_dead_links = models.BooleanField(default=False, editable=False)  # articles/dead_links.py looks every hour
    retired_at = models.DateTimeField(_("taken offline"), null=True, blank=True)
    retirement_note = models.CharField(
        _("retired because"),
        max_length=300,
        blank=True,
        help_text=_(
            "Write here, for readers, why this article is no longer kept up. Its page then stays, with this notice, and is gone from "
            "lists, search and feeds. Empty it to bring the article back."
        ),
    )
    successor = models.ForeignKey(
        "self",
        verbose_name=_("read instead"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("The article that readers of a retired one are led to."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = ArticleQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name, verbose_name_plural = _("article"), _("articles")
        ordering = ["-published_at"]
        constraints = [
            models.UniqueConstraint(fields=["language", "slug"], name="article_address"),
            models.UniqueConstraint(fields=["language", "translation_key"], name="article_once_a_language"),
            models.CheckConstraint(
                condition=both_or_neither("reviewed_on", "reviewer"), name="article_review_has_reviewer_and_date"
            ),
            change_has_person_and_time("article"),
            models.CheckConstraint(
                condition=both_or_neither("publish_at", "publish_by"), name="article_schedule_has_person_and_time"
            ),
            models.CheckConstraint(
                condition=models.Q(retirement_note="") | models.Q(retired_at__isnull=False), name="article_notice_means_retired"
            ),
        ]
        indexes = [
            models.Index(fields=["language", "-published_at"], name="article_newest"),
            models.Index(fields=["publish_at"], name="article_due", condition=models.Q(publish_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.slug} ({self.language})"

    def get_absolute_url(self) -> str:
        return reverse("articles:article", args=[self.slug])

    @property
    def is_retired(self) -> bool:
        """Retired with a notice; without one it is simply gone."""
        return self.retired_at is not None and bool(self.retirement_note)

    @property
    def review_is_overdue(self) -> bool:
        return self.next_review_on is not None and self.next_review_on < timezone.localdate()

    @property
    def review_state(self) -> str:
        """ "never", "overdue" or "current"."""
        if self.reviewed_on is None:
            return "never"
        return "overdue" if self.review_is_overdue else "current"

    @property
    def is_held_back(self) -> bool:
        """Its time to be published has come, and something is missing still (articles/jobs.py tries every minute)."""
        return self.publish_at is not None and self.publish_at < timezone.now() - HELD_AFTER

    def latest_edition(self) -> "Edition | None":
        return self.editions.order_by("-number").first()


class Edition(Public):
    """What an article said from one day on. Never changed once published; a change is the next number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField(_("edition"))
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("summary"), max_length=300, help_text=_("One or two sentences; search engines show them."))
    evidence_labels = models.CharField(
        _("evidence labels"),
        max_length=7,
        blank=True,
        validators=[validate_label_codes],
        help_text=_("Letters, for example DE."),
    )
    key_messages = models.TextField(
        _("key messages"), blank=True, help_text=_("One a line; references like [R073] work here too.")
    )
    body = models.TextField(
        _("text"), blank=True, help_text=_("Markdown. [R073] cites, {D} labels, ::: note … ::: makes a note.")
    )
    limitations = models.TextField(_("what we do not know"), blank=True)
    regulatory_status = models.TextField(_("regulatory status"), blank=True)
    regulatory_checked_on = models.DateField(_("regulatory status checked on"), null=True, blank=True)
    conflict_statement = models.TextField(_("funding and conflicts of interest"), blank=True)
    change_note = models.CharField(_("what changed, for readers"), max_length=300, blank=True)
    library_digest = models.CharField(max_length=64, blank=True, editable=False)  # of the starter file this came from, if any
    # of a translation: the edition in another language that this text follows
    translated_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="translations", null=True, blank=True, editable=False
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    # who signed these words; the article takes it over when they go online (articles/editions.py)
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    reviewed_on = models.DateField(null=True, blank=True, editable=False)
    next_review_on = models.DateField(null=True, blank=True, editable=False)
    reading_minutes = models.PositiveSmallIntegerField(_("minutes to read"), default=1, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    # made from the fields above when they are saved (articles/markup.py): a page is shown without parsing Markdown
    rendered: Any = models.JSONField(default=dict, editable=False)
    refreshed_at = models.DateTimeField(null=True, editable=False)  # a source, word, card or link in it was corrected

    class Meta:
        verbose_name, verbose_name_plural = _("edition"), _("editions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="edition_number"),
            models.CheckConstraint(
                condition=both_or_neither("reviewed_on", "reviewer"), name="edition_review_has_reviewer_and_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.render()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "rendered", "reading_minutes"}
        super().save(*args, **kwargs)

    @property
    def dated_on(self) -> date:
        """The date a reader sees: when it went online, or for a draft when it was written."""
        return timezone.localdate(self.published_at or self.created_at)

    def render(self) -> None:
        """Make `rendered` and `reading_minutes` from the texts, in the article's language."""
        texts = (self.key_messages, self.body, self.limitations, self.regulatory_status, self.conflict_statement)
        language = self.article.language
        with translation.override(language):
            urls = article_urls(language, *texts)
            writing = rendering.writing_for(*texts, language=language, article_url=urls.get)
            # numbers follow the order of the page: the key messages stand first
            key_messages = markup.render_lines(self.key_messages, writing=writing)
            body, limitations, regulatory, conflict = (markup.render(text, writing=writing) for text in texts[1:])
            cited = [{"key": key, "times": times} for key, times in writing.cited.items()]
            # the longest part of a page and the dearest to draw: 0.2 of its time when it was made at each reading
            for anchor in markup.lost_anchors(writing):
                writing.report("anchor", anchor)
            sources = rendering.numbered(cited)
            references = render_to_string("articles/_references.html", {"references": sources}).strip()
            words = rendering.words_html(writing.explained, language=language)
        self.reading_minutes = markup.minutes(*texts)
        self.rendered = {
            "key_messages": key_messages,
            "body": body.html,
            "toc": [{"id": heading.id, "text": heading.text} for heading in body.headings if heading.level == 2],
            "limitations": limitations.html,
            "regulatory_status": regulatory.html,
            "conflict_statement": conflict.html,
            "cited": cited,
            "citations": rendering.citations(sources),
            "references": references,
            "words": words,
            "labels": in_order((writing.labels | set(self.evidence_labels)) & set(LABELS)),
            "problems": writing.problems,
            "links": sorted(writing.links),
            "paths": sorted(writing.paths),
            "trials": sorted(set(writing.trials)),
            "history": earlier_editions(self),
        }


def article_urls(language: str, *texts: str) -> dict[str, str]:
    """The addresses of the articles these texts point to, of those that are online in that language."""
    keys = markup.article_keys(*texts)
    if not keys:
        return {}
    found = Article.objects.filter(language=language, translation_key__in=keys, published_edition__isnull=False)
    return {article.translation_key: article.get_absolute_url() for article in found.filter(retired_at__isnull=True)}


def earlier_editions(edition: Edition) -> list[dict[str, Any]]:
    """What a reader may know of the editions before this one, newest first."""
    if edition.number < 2:
        return []
    earlier = Edition.objects.filter(
        article_id=edition.article_id, number__lt=edition.number, published_at__isnull=False
    ).defer("rendered", "body")
    return [
        {"number": before.number, "on": before.dated_on.isoformat(), "note": before.change_note}
        for before in earlier.order_by("-number")
    ]
