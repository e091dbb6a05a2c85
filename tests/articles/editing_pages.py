"""What the tests of the editors' pages share: the form as a browser sends it, and a text saved as a draft."""

from django.urls import reverse

from articles import editions
from articles.models import Article, Edition
from tests import factories

LIST = "/staff/articles/article/"


def fields(article: Article | None = None, **changed: object) -> dict[str, object]:
    """What the browser sends."""
    sent: dict[str, object] = {
        "title": "A sample article",
        "summary": "What is known, in short.",
        "evidence_labels": "D",
        "key_messages": "It is not shown to work.[R001]",
        "body": "## What was tried\r\n\r\nPeople were given cells.[R001] {D}",
        "limitations": "We do not know the long-term effects.",
        "regulatory_status": "Not approved.",
        "regulatory_checked_on": "2026-02-01",
        "conflict_statement": "None.",
        "change_note": "",
        "language": "en",
        "translation_key": "a-new-article",
        "slug": "a-new-article",
        "author": str(factories.person().pk),
        "next_review_on": "2030-01-01",
        "opened_version": str(article.version) if article else "",
    }
    return sent | changed


def page_of(article: Article, name: str = "change", **kwargs: object) -> str:
    return reverse(f"admin:articles_article_{name}", kwargs={"object_id": article.pk, **kwargs})


def save_draft(article: Article, **texts: object) -> Edition:
    latest = article.latest_edition()
    return editions.save_draft(article=article, texts={name: getattr(latest, name) for name in editions.TEXTS} | texts, by=None)
