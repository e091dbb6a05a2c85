"""Rows of the starter library that are facts, not texts with editions: people, topics, references, glossary, trials, easy reading.

Each row keeps a digest of the values the library gave it: a row that was edited here is left alone, and that is said.
"""

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from articles.models import Article, ClinicalTrial, EasyRead, GlossaryTerm, Person, Reference, Topic, TrialSummary

LANGUAGES = [code for code, _name in settings.LANGUAGES]
Say = Callable[[str], None]

# name in a table → its type; those in REQUIRED must be there and not be empty
TERM = {"term": str, "also": list, "definition": str}
TRIAL_TEXT = {"title": str, "summary": str, "meaning": str}
EASY = {"translation_key": str, "language": str, "title": str}
REQUIRED = {"term", "definition", "title", "summary", "meaning", "translation_key", "language"}


class LibraryError(Exception):
    """A file of the library is wrong; says which and why."""

    def __init__(self, path: Path, problem: str) -> None:
        name = "/".join(path.parts[-3:] if path.parent.name == "easy" else path.parts[-2:])
        super().__init__(f"{name}: {problem}")
        self.problem = problem


# ── Reading files ─────────────────────────────────────────────────────────────────────────────────────────────────────
def read_toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LibraryError(path, f"is not TOML: {error}") from error


def read_json(path: Path) -> list[dict[str, Any]]:
    try:
        entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise LibraryError(path, f"is not JSON: {error}") from error
    return entries


def front_matter(path: Path) -> tuple[dict[str, Any], str]:
    """The facts between two lines of +++, and the text below them."""
    _before, opened, rest = path.read_text(encoding="utf-8").partition("+++\n")
    front, closed, body = rest.partition("\n+++\n")
    if not opened or not closed:
        raise LibraryError(path, "must start with facts between two lines of +++.")
    if not body.strip():
        raise LibraryError(path, "has no text.")
    return read_toml(path, front), body.strip() + "\n"


def read_table(path: Path, *, fields: Mapping[str, type]) -> dict[str, dict[str, Any]]:
    """A TOML file of tables, one a row, each with these fields. A file that is not there has no rows."""
    if not path.exists():
        return {}
    table = read_toml(path, path.read_text(encoding="utf-8"))
    for key, row in table.items():
        check_fields(path, row, fields=fields, subject=f"{key}: ")
    return table


def check_fields(path: Path, row: Any, *, fields: Mapping[str, type], subject: str) -> None:
    if not isinstance(row, dict):
        raise LibraryError(path, f"{subject}must be a table.")
    if unknown := sorted(set(row) - set(fields)):
        raise LibraryError(path, f"{subject}does not know “{unknown[0]}”.")
    for name, kind in fields.items():
        if name in REQUIRED and not row.get(name):
            raise LibraryError(path, f"{subject}“{name}” is missing.")
        if name in row and not isinstance(row[name], kind):
            raise LibraryError(path, f"{subject}“{name}” must be {'text in quotes' if kind is str else 'a list'}.")


def glossary_of(folder: Path, *, language: str) -> dict[str, dict[str, Any]]:
    return read_table(folder / language / "glossary.toml", fields=TERM)


def trial_texts_of(folder: Path, *, language: str) -> dict[str, dict[str, Any]]:
    return read_table(folder / language / "trials.toml", fields=TRIAL_TEXT)


def easy_paths(folder: Path) -> Iterator[Path]:
    for language in LANGUAGES:
        yield from sorted((folder / language / "easy").glob("*.md"))


def read_easy(path: Path) -> tuple[dict[str, Any], str]:
    facts, body = front_matter(path)
    check_fields(path, facts, fields=EASY, subject="")
    if facts["language"] != path.parent.parent.name:
        raise LibraryError(path, f"“language” must be “{path.parent.parent.name}”, the name of the folder.")
    return facts, body


# ── Keeping rows ──────────────────────────────────────────────────────────────────────────────────────────────────────
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
    if row is None:
        row = model(**key)
    else:
        row.version += 1  # whoever has it open on the staff site is told
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


def tell(say: Say, what: str, outcome: str) -> None:
    if outcome == "edited here":
        say(f"{what}: left alone: edited here")
    elif outcome != "same":
        say(f"{what}: {outcome}")


def load_rows(path: Path, *, model: type[Person] | type[Topic], say: Say) -> None:
    """Tables named by translation key, with what is common to all languages and a table a language."""
    for key, table in read_toml(path, path.read_text(encoding="utf-8")).items():
        common = {name: value for name, value in table.items() if name not in LANGUAGES}
        for language in LANGUAGES:
            if language not in table:
                raise LibraryError(path, f"{key}: has no version in “{language}”.")
            values = common | {name: text.strip() for name, text in table[language].items()}
            known(model, path=path, values=values, subject=key)
            outcome = keep_row(model, path=path, key={"translation_key": key, "language": language}, values=values)
            tell(say, f"{key} ({language})", outcome)


def load_facts(path: Path, *, model: type[Reference] | type[ClinicalTrial], say: Say) -> None:
    """A JSON list of rows that are the same in every language, named by `key`."""
    for entry in read_json(path) if path.exists() else []:
        values = {name: value for name, value in entry.items() if name != "key"}
        known(model, path=path, values=values, subject=str(entry.get("key")))
        tell(say, entry["key"], keep_row(model, path=path, key={"key": entry["key"]}, values=values))


def known(model: type[models.Model], *, path: Path, values: dict[str, Any], subject: str) -> None:
    if unknown := sorted(set(values) - {field.name for field in model._meta.fields}):
        raise LibraryError(path, f"{subject}: does not know “{unknown[0]}”.")


def load_glossary(folder: Path, *, say: Say) -> None:
    for language in LANGUAGES:
        path = folder / language / "glossary.toml"
        for key, row in glossary_of(folder, language=language).items():
            values = {
                "term": row["term"].strip(),
                "also": "\n".join(row.get("also", [])),
                "definition": row["definition"].strip(),
            }
            outcome = keep_row(GlossaryTerm, path=path, key={"translation_key": key, "language": language}, values=values)
            tell(say, f"term {key} ({language})", outcome)


def load_trial_texts(folder: Path, *, say: Say) -> None:
    trials = {trial.key: trial for trial in ClinicalTrial.objects.all()}
    for language in LANGUAGES:
        path = folder / language / "trials.toml"
        for key, row in trial_texts_of(folder, language=language).items():
            if key not in trials:
                raise LibraryError(path, f"{key}: is not in trials.json.")
            values = {name: row[name].strip() for name in TRIAL_TEXT}
            outcome = keep_row(TrialSummary, path=path, key={"trial": trials[key], "language": language}, values=values)
            tell(say, f"trial {key} ({language})", outcome)


def load_easy(folder: Path, *, say: Say) -> None:
    """After the articles they belong to."""
    articles = {
        (article.language, article.translation_key): article for article in Article.objects.select_related("published_edition")
    }
    for path in easy_paths(folder):
        facts, body = read_easy(path)
        article = articles.get((facts["language"], facts["translation_key"]))
        if article is None:
            raise LibraryError(path, f"there is no article “{facts['translation_key']}” in this language.")
        outcome = keep_row(EasyRead, path=path, key={"article": article}, values={"title": facts["title"], "body": body})
        its = EasyRead.objects.filter(article=article)
        if outcome == "same":
            its = its.filter(edition__isnull=True)
        if outcome != "edited here" and its.exists():
            its.update(edition=article.published_edition.number if article.published_edition else None)
        tell(say, f"{facts['translation_key']} ({facts['language']}), easy to read", outcome)
