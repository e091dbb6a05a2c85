"""Loads the starter library: articles as Markdown files with TOML front matter, and the rows of articles/library_rows.py.

Safe to repeat. What is unchanged is skipped; a file that changed becomes a new edition; what was edited here is left alone.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from articles import editions, library_rows, markup, search_index
from articles.labels import LABELS
from articles.library_rows import LANGUAGES, LibraryError, Say, check, front_matter, read_toml
from articles.models import Article, ClinicalTrial, Edition, Person, Reference, SearchEntry, Topic

LIBRARY = Path(__file__).resolve().parent / "library"
ORDER = "order.toml"  # the keys of the articles in the order in which a family would read them

# name in the front matter → its type; all of them are required
FRONT_MATTER: dict[str, type] = {
    "translation_key": str,
    "language": str,
    "slug": str,
    "title": str,
    "summary": str,
    "topics": list,
    "author": str,
    "evidence_labels": list,
    "key_messages": list,
    "limitations": str,
    "regulatory_status": str,
    "regulatory_checked_on": date,
    "conflict_statement": str,
    "next_review_on": date,
    "change_note": str,
}
WORDS = {str: "text in quotes", list: "a list", date: "a date such as 2027-05-22"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """One article file, read and checked."""

    path: Path
    digest: str
    facts: dict[str, Any]
    body: str


def load(folder: Path = LIBRARY, *, say: Say) -> None:
    """Bring the database up to the library. All or nothing: raises LibraryError before anything is kept."""
    changes: list[str] = []

    def note(text: str) -> None:
        changes.append(text)
        say(text)

    with transaction.atomic():
        library_rows.load_rows(folder / "people.toml", model=Person, say=note)
        library_rows.load_rows(folder / "topics.toml", model=Topic, say=note)
        library_rows.load_facts(folder / "references.json", model=Reference, say=note)
        library_rows.load_facts(folder / "trials.json", model=ClinicalTrial, say=note)
        library_rows.load_glossary(folder, say=note)
        library_rows.load_trial_texts(folder, say=note)
        places = reading_order(folder / ORDER)
        paths = sorted(
            folder.glob("*/*.md"), key=lambda path: (path.parent.name, places.get(path.stem, len(places)), path.stem)
        )
        loaded = [load_article(read(path), position=places.get(path.stem, 0), say=note) for path in paths]
        note_translations([edition.pk for edition in loaded if edition])
        library_rows.load_easy(folder, say=note)
        # label names, links, words and cards may have changed since these were rendered
        editions.render_again()
        if changes or not SearchEntry.objects.exists():
            search_index.reindex()


def reading_order(path: Path) -> dict[str, int]:
    """Key → place, from 1 on. A library without the file has no order."""
    if not path.exists():
        return {}
    return {key: place for place, key in enumerate(read_toml(path, path.read_text(encoding="utf-8"))["articles"], start=1)}


def note_translations(loaded: list[UUID]) -> None:
    """The versions of one article were written from its English text: say so of those just loaded, and of those of which nobody
    has said anything."""
    rows = Edition.objects.exclude(library_digest="").exclude(article__language=settings.LANGUAGE_CODE)
    for edition in rows.filter(Q(translated_from__isnull=True) | Q(pk__in=loaded)).select_related("article"):
        sources = Edition.objects.exclude(library_digest="").filter(
            article__translation_key=edition.article.translation_key, article__language=settings.LANGUAGE_CODE
        )
        if (newest := sources.order_by("-number").first()) is not None:
            Edition.objects.filter(pk=edition.pk).update(translated_from=newest)


# ── Articles ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def read(path: Path) -> Source:
    """A Markdown file between `+++` lines of TOML. Raises LibraryError for anything missing, unknown or of the wrong type."""
    facts, body = front_matter(path)
    if unknown := sorted(set(facts) - set(FRONT_MATTER)):
        raise LibraryError(path, f"does not know “{unknown[0]}”.")
    for name, kind in FRONT_MATTER.items():
        if not facts.get(name):
            raise LibraryError(path, f"“{name}” is missing.")
        if not isinstance(facts[name], kind):
            raise LibraryError(path, f"“{name}” must be {WORDS[kind]}.")
        if kind is list and not all(isinstance(item, str) for item in facts[name]):
            raise LibraryError(path, f"“{name}” must be a list of texts.")
    if facts["language"] != path.parent.name or facts["language"] not in LANGUAGES:
        raise LibraryError(path, f"“language” must be “{path.parent.name}”, the name of the folder.")
    if unknown := [code for code in facts["evidence_labels"] if code not in LABELS]:
        raise LibraryError(path, f"“{unknown[0]}” is not an evidence label. Use A, B, C, D, E, W or i.")
    digest = hashlib.sha256(path.read_text(encoding="utf-8").encode()).hexdigest()
    return Source(path=path, digest=digest, facts=facts, body=body)


def texts_of(source: Source) -> dict[str, Any]:
    facts = source.facts
    return {
        "title": facts["title"],
        "summary": facts["summary"],
        "evidence_labels": "".join(facts["evidence_labels"]),
        "key_messages": "\n".join(facts["key_messages"]),
        "body": source.body,
        "limitations": facts["limitations"].strip(),
        "regulatory_status": facts["regulatory_status"].strip(),
        "regulatory_checked_on": facts["regulatory_checked_on"],
        "conflict_statement": facts["conflict_statement"].strip(),
        "change_note": facts["change_note"],
    }


def find(model: type[Any], *, source: Source, key: str) -> Any:
    row = model.objects.filter(translation_key=key, language=source.facts["language"]).first()
    if row is None:
        raise LibraryError(source.path, f"there is no {model._meta.verbose_name} “{key}” in this language.")
    return row


def check_sources(source: Source) -> None:
    cited = markup.reference_keys(*(str(text) for text in texts_of(source).values()))
    known = dict(Reference.objects.filter(key__in=cited).values_list("key", "certainty"))
    for key in sorted(cited):
        if key not in known:
            raise LibraryError(source.path, f"cites {key}, which is not in references.json.")
        if known[key] != Reference.Certainty.SURE:
            raise LibraryError(source.path, f"cites {key}, which is not “sure”.")


def load_article(source: Source, *, position: int, say: Say) -> Edition | None:
    """The edition that this made; None where nothing was to be done."""
    facts = source.facts
    name = f"{facts['translation_key']} ({facts['language']})"
    author = find(Person, source=source, key=facts["author"])
    topics = [find(Topic, source=source, key=key) for key in facts["topics"]]
    check_sources(source)
    article = Article.objects.filter(translation_key=facts["translation_key"], language=facts["language"]).first()
    if article is None:
        article = Article(
            translation_key=facts["translation_key"], language=facts["language"], slug=facts["slug"], author=author,
            position=position, next_review_on=facts["next_review_on"],
        )  # fmt: skip
        check(article, path=source.path, subject=name)
        article.save()
    else:
        if article.position == 0 and position:  # it was there before there was an order
            article.position = position
            article.save(update_fields=["position"])
        if article.editions.filter(library_digest=source.digest).exists():
            return None
        latest = article.latest_edition()
        if latest is not None and not latest.library_digest:
            say(f"{name}: left alone: edited here")
            return None
        if article.reviewed_on is None:
            article.next_review_on = facts["next_review_on"]
            article.save(update_fields=["next_review_on"])
    article.topics.set(topics)
    texts = texts_of(source)
    check(Edition(article=article, number=1, **texts), path=source.path, subject=name, exclude=("article", "number"))
    edition = editions.save_draft(article=article, texts=texts, by=None, library_digest=source.digest)
    try:
        editions.publish(article=article, by=None, others_too=False)
    except editions.NotReady as not_ready:
        raise LibraryError(source.path, "; ".join(not_ready.missing)) from not_ready
    say(f"{name}: edition {edition.number}")
    return edition
