"""Loads the starter library: Markdown files with TOML front matter, people, topics and references.

Safe to repeat. What is unchanged is skipped; a file that changed becomes a new edition; what was edited here is left alone.
"""

import hashlib
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction

from articles import editions, markup
from articles.labels import LABELS
from articles.models import Article, Edition, Person, Reference, Topic

LIBRARY = Path(__file__).resolve().parent / "library"
LANGUAGES = [code for code, _name in settings.LANGUAGES]

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


class LibraryError(Exception):
    """A file of the library is wrong; says which and why."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path.parent.name}/{path.name}: {problem}")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One article file, read and checked."""

    path: Path
    digest: str
    facts: dict[str, Any]
    body: str


def load(folder: Path = LIBRARY, *, say: Callable[[str], None]) -> None:
    """Bring the database up to the library. All or nothing: raises LibraryError before anything is kept."""
    with transaction.atomic():
        load_rows(folder / "people.toml", model=Person, say=say)
        load_rows(folder / "topics.toml", model=Topic, say=say)
        load_references(folder / "references.json", say=say)
        for path in sorted(folder.glob("*/*.md")):
            load_article(read(path), say=say)
        # label names, links and reference keys may have changed since these were rendered
        editions.render_again()


# ── People, topics, references: rows with a digest of the values the library gave them ────────────────────────────────
def digest_of(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def keep_row(model: type[models.Model], *, path: Path, key: dict[str, Any], values: dict[str, Any]) -> str:
    """Returns "new", "changed", "same" or "edited here"."""
    digest = digest_of(values)
    row: Any = model._default_manager.filter(**key).first()
    outcome = "new" if row is None else "changed"
    if row is not None:
        if row.library_digest == digest:
            return "same"
        if row.library_digest != digest_of({name: getattr(row, name) for name in values}):
            return "edited here"
    row = row or model(**key)
    for name, value in values.items():
        setattr(row, name, value)
    row.library_digest = digest
    check(row, path=path, subject=", ".join(str(value) for value in key.values()))
    row.save()
    return outcome


def check(row: models.Model, *, path: Path, subject: str, exclude: tuple[str, ...] = ()) -> None:
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        problems = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
        raise LibraryError(path, f"{subject}: {problems}") from error


def load_rows(path: Path, *, model: type[Person] | type[Topic], say: Callable[[str], None]) -> None:
    """Tables named by translation key, with what is common to all languages and a table a language."""
    for key, table in read_toml(path, path.read_text(encoding="utf-8")).items():
        common = {name: value for name, value in table.items() if name not in LANGUAGES}
        for language in LANGUAGES:
            if language not in table:
                raise LibraryError(path, f"{key}: has no version in “{language}”.")
            values = common | {name: text.strip() for name, text in table[language].items()}
            if unknown := sorted(set(values) - {field.name for field in model._meta.fields}):
                raise LibraryError(path, f"{key}: does not know “{unknown[0]}”.")
            outcome = keep_row(model, path=path, key={"translation_key": key, "language": language}, values=values)
            tell(say, f"{key} ({language})", outcome)


def load_references(path: Path, *, say: Callable[[str], None]) -> None:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise LibraryError(path, f"is not JSON: {error}") from error
    for entry in entries:
        values = {name: value for name, value in entry.items() if name != "key"}
        if unknown := sorted(set(values) - {field.name for field in Reference._meta.fields}):
            raise LibraryError(path, f"{entry.get('key')}: does not know “{unknown[0]}”.")
        tell(say, entry["key"], keep_row(Reference, path=path, key={"key": entry["key"]}, values=values))


def tell(say: Callable[[str], None], what: str, outcome: str) -> None:
    if outcome == "edited here":
        say(f"{what}: left alone: edited here")
    elif outcome != "same":
        say(f"{what}: {outcome}")


# ── Articles ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def read_toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LibraryError(path, f"is not TOML: {error}") from error


def read(path: Path) -> Source:
    """A Markdown file between `+++` lines of TOML. Raises LibraryError for anything missing, unknown or of the wrong type."""
    text = path.read_text(encoding="utf-8")
    _before, opened, rest = text.partition("+++\n")
    front, closed, body = rest.partition("\n+++\n")
    if not opened or not closed:
        raise LibraryError(path, "must start with facts between two lines of +++.")
    facts = read_toml(path, front)
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
    if not body.strip():
        raise LibraryError(path, "has no text.")
    return Source(path=path, digest=hashlib.sha256(text.encode()).hexdigest(), facts=facts, body=body.strip() + "\n")


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


def load_article(source: Source, *, say: Callable[[str], None]) -> None:
    facts = source.facts
    name = f"{facts['translation_key']} ({facts['language']})"
    author = find(Person, source=source, key=facts["author"])
    topics = [find(Topic, source=source, key=key) for key in facts["topics"]]
    check_sources(source)
    article = Article.objects.filter(translation_key=facts["translation_key"], language=facts["language"]).first()
    if article is None:
        article = Article(
            translation_key=facts["translation_key"], language=facts["language"], slug=facts["slug"], author=author,
            next_review_on=facts["next_review_on"],
        )  # fmt: skip
        check(article, path=source.path, subject=name)
        article.save()
    else:
        if article.editions.filter(library_digest=source.digest).exists():
            return
        latest = article.latest_edition()
        if latest is not None and not latest.library_digest:
            say(f"{name}: left alone: edited here")
            return
        if article.reviewed_on is None:
            article.next_review_on = facts["next_review_on"]
            article.save(update_fields=["next_review_on"])
    article.topics.set(topics)
    texts = texts_of(source)
    check(Edition(article=article, number=1, **texts), path=source.path, subject=name, exclude=("article", "number"))
    edition = editions.save_draft(article=article, texts=texts, by=None, library_digest=source.digest)
    try:
        editions.publish(article=article, by=None)
    except editions.NotReady as not_ready:
        raise LibraryError(source.path, "; ".join(not_ready.missing)) from not_ready
    say(f"{name}: edition {edition.number}")
