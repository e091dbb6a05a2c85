"""The starter catalogue: treatments in `catalogue/<language>.toml`, loaded as often as you like.

A row that staff edited in the admin (the audit log knows) is never overwritten. The article behind a treatment is found by its
key in the treatment's language, else in English; it may be missing until the library is loaded, and is looked up again each time.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from articles.models import Article
from portal.models import AuditEvent
from quotes.models import Treatment

FOLDER = Path(__file__).resolve().parent / "catalogue"


def entries() -> list[dict[str, Any]]:
    """Every treatment of every language as the files say it, with its language; `article` is a key or empty."""
    found = []
    for language, _name in settings.LANGUAGES:
        file = FOLDER / f"{language}.toml"
        if file.exists():
            rows = tomllib.loads(file.read_text(encoding="utf-8"))["treatment"]
            found += [{"language": language, "article": "", **tidy(row)} for row in rows]
    return found


def tidy(row: dict[str, Any]) -> dict[str, Any]:
    """Texts without the line breaks that only make the file readable at its edges."""
    return {name: value.strip() if isinstance(value, str) else value for name, value in row.items()}


@transaction.atomic
def load(*, say: Callable[[str], object]) -> None:
    """Add what is missing, bring untouched rows up to date, link articles that have come since."""
    for entry in entries():
        fields = {name: value for name, value in entry.items() if name not in ("article", "language", "translation_key")}
        fields["article"] = article_for(entry["article"], language=entry["language"])
        treatment = Treatment(language=entry["language"], translation_key=entry["translation_key"], **fields)
        treatment.full_clean(exclude=["article"], validate_unique=False, validate_constraints=False)
        existing = Treatment.objects.filter(language=treatment.language, translation_key=treatment.translation_key).first()
        if existing is None:
            treatment.save()
            say(f"added: {treatment}")
        elif edited_here(existing):
            say(f"edited here, left alone: {existing}")
        elif changed := [name for name, value in fields.items() if getattr(existing, name) != value]:
            for name in changed:
                setattr(existing, name, fields[name])
            existing.save(update_fields=changed)
            say(f"updated ({', '.join(changed)}): {existing}")


def edited_here(treatment: Treatment) -> bool:
    """Whether somebody changed this row in the admin."""
    return AuditEvent.objects.filter(action="change", object=f"quotes.treatment {treatment.pk}").exists()


def article_for(key: str, *, language: str) -> Article | None:
    if not key:
        return None
    versions = {article.language: article for article in Article.objects.filter(translation_key=key)}
    readable = {code: article for code, article in versions.items() if article.published_edition_id}
    return readable.get(language) or readable.get("en") or versions.get(language) or versions.get("en")
