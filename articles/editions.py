"""What staff do with an article: write an edition, publish it, have it reviewed, take it offline. Views and the admin call these."""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import search_index
from articles.models import Article, EasyRead, Edition, Person, Reference
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
    return edition.published_at is not None or edition.number in {
        article.reviewed_edition,
        article.published_edition.number if article.published_edition else None,
    }


@transaction.atomic
def save_draft(*, article: Article, texts: Mapping[str, Any], by: User | None, library_digest: str = "") -> Edition:
    """Keep these texts as the article's newest edition: the draft there is, or the next number after a frozen one."""
    latest = article.latest_edition()
    if latest is None or is_frozen(article, latest):
        if latest is not None and not library_digest and all(getattr(latest, name) == texts[name] for name in TEXTS[:-1]):
            return latest
        edition = Edition(article=article, number=latest.number + 1 if latest else 1, created_by=by)
    else:
        edition = latest
    for name in TEXTS:
        setattr(edition, name, texts[name])
    edition.article, edition.library_digest = article, library_digest
    edition.save()
    return edition


def missing(article: Article, edition: Edition) -> list[str]:
    """What the edition needs before it can go online, in plain words. Empty when it is ready."""
    needs: list[str] = []
    for name, text in (
        ("key_messages", _("Write the key messages: what a reader should take away.")),
        ("body", _("Write the text.")),
        ("limitations", _("Say what we do not know.")),
        ("regulatory_status", _("Say where the regulators stand.")),
        ("regulatory_checked_on", _("Give the date on which the regulatory status was checked.")),
        ("conflict_statement", _("Say who paid for the text and what conflicts of interest there are.")),
    ):
        if not getattr(edition, name):
            needs.append(text)
    if not article.next_review_on:
        needs.append(_("Set the date of the next review."))
    if not edition.evidence_labels:
        needs.append(_("Choose the evidence labels of the article. “i” stands for information only."))
    return needs + source_problems(edition)


def source_problems(edition: Edition) -> list[str]:
    cited = [source["key"] for source in edition.rendered.get("cited", [])]
    needs = [] if cited else [_("Cite at least one reference, for example [R073].")]
    for kind, what in edition.rendered.get("problems", []):
        match kind:
            case "reference":
                needs.append(_("There is no reference %(key)s. Add it to the references, or correct the key.") % {"key": what})
            case "label":
                needs.append(_("{%(code)s} is not an evidence label. Use A, B, C, D, E, W or i.") % {"code": what})
            case "term":
                needs.append(
                    _("The glossary has no word “%(key)s” in this language. Add it, or correct the key.") % {"key": what}
                )
            case "trial":
                needs.append(_("There is no trial “%(key)s” with plain words in this language.") % {"key": what})
            case "drawing":
                needs.append(_("There is no drawing “%(key)s”, or it does not stand on a line of its own.") % {"key": what})
    unsure = Reference.objects.filter(key__in=cited).exclude(certainty=Reference.Certainty.SURE).values_list("key", flat=True)
    needs += [
        _("Reference %(key)s still has to be checked. Check it and mark it as sure, or take it out.") % {"key": key}
        for key in unsure.order_by("key")
    ]
    return needs


@transaction.atomic
def publish(*, article: Article, by: User | None, others_too: bool = True) -> Edition:
    """Put the newest edition online. Raises NotReady. `by` is None for the starter library alone, which also renders the texts
    that link here itself and makes the search anew, once, when all of it is loaded."""
    edition = article.latest_edition()
    if edition is None:
        raise NotReady([_("Write the text.")])
    edition.article = article
    edition.render()  # a reference may have been added since it was saved
    if needs := missing(article, edition):
        raise NotReady(needs)
    now = timezone.now()
    edition.published_at = edition.published_at or now
    edition.save()
    article.published_edition, article.published_by = edition, by
    if not article.retirement_note:  # a retired one stays so until its notice is emptied
        article.retired_at = None
    article.published_at = article.published_at or now
    keep(article, "published_edition", "published_by", "published_at", "retired_at")
    if others_too:
        search_index.keep(article)
        render_again(mentioning=f"(article:{article.translation_key})", language=article.language)
    return edition


@transaction.atomic
def take_offline(*, article: Article) -> None:
    article.retired_at = timezone.now()
    keep(article, "retired_at")
    search_index.keep(article)
    render_again(mentioning=f"(article:{article.translation_key})", language=article.language)


@transaction.atomic
def mark_reviewed(*, article: Article, edition: Edition, reviewer: Person, next_review_on: date) -> None:
    """A clinician has read this edition and stands behind it."""
    article.reviewer, article.reviewed_on = reviewer, timezone.localdate()
    article.reviewed_edition, article.next_review_on = edition.number, next_review_on
    keep(article, "reviewer", "reviewed_on", "reviewed_edition", "next_review_on")


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
            edition.save(update_fields=["rendered"])
            count += 1
    return count + easy_again(mentioning=mentioning, language=language)


def easy_again(*, mentioning: str, language: str) -> int:
    found = EasyRead.objects.filter(body__contains=mentioning).select_related("article")
    count = 0
    for easy in found.filter(article__language=language) if language else found:
        before = easy.rendered
        easy.render()
        if easy.rendered != before:
            easy.save(update_fields=["rendered"])
            count += 1
    return count
