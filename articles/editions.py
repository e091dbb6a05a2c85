"""What staff do with an article: write an edition, publish it now or later, have it reviewed, bring an old one back, take it
offline. Views, the admin and jobs call these; articles/publishing_gate.py says what an edition still needs."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import search_index
from articles.models import Article, EasyRead, Edition, Person
from articles.publishing_gate import missing
from portal.models import User

TEXTS = (
    "title", "summary", "evidence_labels", "key_messages", "body", "limitations", "regulatory_status",
    "regulatory_checked_on", "conflict_statement", "change_note",
)  # fmt: skip


class NotReady(Exception):
    """The edition may not go online yet; `missing` says in plain words what it still needs."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("; ".join(missing))
        self.missing = missing


def is_frozen(article: Article, edition: Edition) -> bool:
    """What readers have seen, or a reviewer has signed, is never written over."""
    is_signed = edition.reviewed_on is not None
    return is_signed or edition.published_at is not None or edition.pk == article.published_edition_id


@transaction.atomic
def save_draft(
    *,
    article: Article,
    texts: Mapping[str, Any],
    by: User | None,
    library_digest: str = "",
    translated_from: Edition | None = None,
) -> Edition:
    """Keep these texts as the article's newest edition: the draft there is, or the next number after a frozen one.

    `translated_from` says anew which edition of another language they follow; None leaves it as it was. A time to publish was
    chosen for the words as they were: with other words it is taken back.
    """
    latest = article.latest_edition()
    follows = translated_from or (latest.translated_from if latest else None)
    is_same = latest is not None and all(getattr(latest, name) == texts[name] for name in TEXTS[:-1])
    if article.publish_at is not None and not is_same:
        unschedule(article=article)
    if latest is None or is_frozen(article, latest):
        if latest is not None and is_same and not library_digest:
            if latest.translated_from != follows:
                Edition.objects.filter(pk=latest.pk).update(translated_from=follows)
            return latest
        edition = Edition(article=article, number=latest.number + 1 if latest else 1, created_by=by)
    else:
        edition = latest
    for name in TEXTS:
        setattr(edition, name, texts[name])
    edition.article, edition.library_digest, edition.translated_from = article, library_digest, follows
    edition.save()
    return edition


def same_words(one: Edition, other: Edition) -> bool:
    """All but the note on what changed."""
    return all(getattr(one, name) == getattr(other, name) for name in TEXTS[:-1])


def text_digest(edition: Edition) -> str:
    """Stands for exactly these words: who signs a text must have opened these and no others."""
    texts = [str(getattr(edition, name)) for name in TEXTS]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]


@transaction.atomic
def restore(*, article: Article, edition: Edition, by: User) -> Edition:
    """Bring the words of an earlier edition back, as a new draft. Nothing that is there is written over, the newest draft included."""
    latest = article.latest_edition()
    if article.publish_at is not None:
        unschedule(article=article)
    texts = {name: getattr(edition, name) for name in TEXTS[:-1]}  # why it came back is for the editor to say
    made = Edition(
        article=article,
        number=latest.number + 1 if latest else 1,
        created_by=by,
        translated_from=edition.translated_from,
        **texts,
    )
    made.save()
    article.changed_at, article.changed_by = timezone.now(), by
    keep(article, "changed_at", "changed_by")
    return made


@transaction.atomic
def publish(*, article: Article, by: User | None, others_too: bool = True) -> Edition:
    """Put the newest edition online. Raises NotReady. `by` is None for the starter library alone, which also renders the texts
    that link here itself and makes the search anew, once, when all of it is loaded."""
    edition = article.latest_edition()
    if edition is None:
        raise NotReady([_("Write the text.")])
    edition.article = article
    edition.render()  # a reference may have been added since it was saved
    # articles of the starter library point to each other before all are loaded; `check_library` has looked at their links
    if needs := missing(article, edition, with_links=others_too):
        raise NotReady(needs)
    now = timezone.now()
    edition.published_at = edition.published_at or now
    edition.save()
    is_new = edition.pk != article.published_edition_id
    article.published_edition, article.published_by = edition, by
    if not article.retirement_note:  # a retired one stays so until its notice is emptied
        article.retired_at = None
    article.published_at = article.published_at or now
    article.publish_at = article.publish_by = None
    article.has_dead_links = False
    keep(
        article, "published_edition", "published_by", "published_at", "retired_at", "publish_at", "publish_by", "has_dead_links"
    )  # fmt: skip
    if is_new and edition.reviewed_on:
        take_review(article, edition)
    if others_too:
        search_index.keep(article)
        render_again(mentioning=f"(article:{article.translation_key})", language=article.language)
    return edition


@transaction.atomic
def schedule(*, article: Article, at: datetime, by: User) -> Edition:
    """Have the newest edition go online at that time. Raises NotReady: what is missing is said today, not on that morning."""
    edition = article.latest_edition()
    if edition is None:
        raise NotReady([_("Write the text.")])
    edition.article = article
    edition.render()
    if needs := missing(article, edition):
        raise NotReady(needs)
    article.publish_at, article.publish_by = at, by
    keep(article, "publish_at", "publish_by")
    return edition


def unschedule(*, article: Article) -> None:
    article.publish_at = article.publish_by = None
    keep(article, "publish_at", "publish_by")


@transaction.atomic
def publish_if_due(pk: UUID) -> Edition | None:
    """For the job: locked and looked at again, as somebody may take the time back at this moment. Raises NotReady."""
    article = (
        Article.objects.select_for_update(of=("self",))
        .filter(pk=pk, publish_at__lte=timezone.now())
        .select_related("publish_by", "published_edition")
        .first()
    )
    return publish(article=article, by=article.publish_by) if article else None


@transaction.atomic
def take_offline(*, article: Article) -> None:
    article.retired_at = timezone.now()
    article.publish_at = article.publish_by = None  # or it would be back by itself
    keep(article, "retired_at", "publish_at", "publish_by")
    search_index.keep(article)
    render_again(mentioning=f"(article:{article.translation_key})", language=article.language)


@transaction.atomic
def mark_reviewed(*, article: Article, edition: Edition, reviewer: Person, next_review_on: date) -> None:
    """A clinician has read this edition and stands behind it. While readers see another one, that one's review stays as it is."""
    edition.reviewer, edition.reviewed_on, edition.next_review_on = reviewer, timezone.localdate(), next_review_on
    Edition.objects.filter(pk=edition.pk).update(
        reviewer=reviewer, reviewed_on=edition.reviewed_on, next_review_on=next_review_on
    )
    if article.published_edition_id in {None, edition.pk}:
        take_review(article, edition)
    else:
        keep(article)


def take_review(article: Article, edition: Edition) -> None:
    """From now on readers are told of this review."""
    article.reviewer, article.reviewed_on = edition.reviewer, edition.reviewed_on
    article.next_review_on, article.reviewed_edition = edition.next_review_on, edition.number
    keep(article, "reviewer", "reviewed_on", "next_review_on", "reviewed_edition")


def keep(article: Article, *fields: str) -> None:
    """Save these fields and count the version up, so that an open form elsewhere notices."""
    article.save(update_fields=fields)
    Article.objects.filter(pk=article.pk).update(version=F("version") + 1)
    article.refresh_from_db(fields=["version"])


def render_again(*, mentioning: str = "", language: str = "") -> int:
    """Make the stored HTML of what is online anew: all of it, or only texts with these words in them. Returns how many changed."""
    found = Edition.objects.filter(article__published_edition=F("pk")).select_related("article")
    if language:
        found = found.filter(article__language=language)
    if mentioning:
        parts = ("key_messages", "body", "limitations", "regulatory_status", "conflict_statement")
        found = found.filter(reduce(or_, (Q(**{f"{part}__contains": mentioning}) for part in parts)))
    count = 0
    for edition in found:
        before = edition.rendered
        edition.render()
        if edition.rendered != before:
            edition.refreshed_at = timezone.now()
            edition.save(update_fields=["rendered", "refreshed_at"])
            count += 1
    return count + easy_again(mentioning=mentioning, language=language)


def easy_again(*, mentioning: str, language: str) -> int:
    found = EasyRead.objects.filter(body__contains=mentioning).select_related("article")
    count = 0
    for easy in found.filter(article__language=language) if language else found:
        before = easy.rendered
        easy.render()
        if easy.rendered != before:
            easy.refreshed_at = timezone.now()
            easy.save(update_fields=["rendered", "refreshed_at"])
            count += 1
    return count
