"""The starter catalogue, loaded as often as you like: treatments in `catalogue/<language>.toml`; what speaks against them, what holds
in a country and the costs people forget each in a file of their own, every language side by side; and the steps of the checklist.

A row that staff edited in the admin (the audit log knows) is never overwritten. The article behind a treatment is found by its
key in the treatment's language, else in English; it may be missing until the library is loaded, and is looked up again each time.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction

from articles.models import Article
from portal.models import AuditEvent
from quotes.models import ChecklistStep, RegulatoryStatus, Treatment, UsualLine

FOLDER = Path(__file__).resolve().parent / "catalogue"
Say = Callable[[str], object]
Row = dict[str, Any]


def read(name: str) -> Row:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def entries() -> list[Row]:
    """Every treatment of every language as the files say it, with its language; `article` is a key or empty."""
    found = []
    for language, _name in settings.LANGUAGES:
        if (FOLDER / f"{language}.toml").exists():
            rows = read(f"{language}.toml")["treatment"]
            found += [{"language": language, "article": "", **tidy(row)} for row in rows]
    return found


def tidy(row: Row) -> Row:
    """Texts without the line breaks that only make the file readable at its edges."""
    return {name: value.strip() if isinstance(value, str) else value for name, value in row.items()}


def regulatory_rows() -> list[Row]:
    """What holds in a country, for each treatment in each language that the file has."""
    return [
        {
            "key": key,
            "language": language,
            "status": row[language],
            **{name: row[name] for name in ("country", "source", "checked_on")},
        }
        for row in read("regulatory.toml")["status"]
        for key in row["treatments"]
        for language, _name in settings.LANGUAGES
        if language in row
    ]


def usual_line_rows() -> list[Row]:
    """The costs people forget, for each kind and language; their places are those in the file."""
    return [
        {"key": row["key"], "kind": kind, "language": language, "position": place, "label": row[language],
         "group": row["group"], "inclusion": row["inclusion"]}
        for place, row in enumerate(read("usual_lines.toml")["line"], 1)
        for kind in row["kinds"]
        for language, _name in settings.LANGUAGES
        if language in row
    ]  # fmt: skip


def checklist_rows() -> list[Row]:
    """The steps of the checklist in each language; their places are those in the file."""
    return [
        {"key": row["key"], "case_type": row["type"], "language": language, "position": place * 10, "text": row[language]}
        for place, row in enumerate(read("checklist.toml")["step"], 1)
        for language, _name in settings.LANGUAGES
        if language in row
    ]


@transaction.atomic
def load(*, say: Say) -> None:
    """Add what is missing, bring untouched rows up to date, link articles that have come since."""
    load_treatments(say=say)
    load_regulatory(say=say)
    load_usual_lines(say=say)
    load_checklist(say=say)


def load_treatments(*, say: Say) -> None:
    rules, edited = read("safety_rules.toml"), edited_here(Treatment)
    for entry in entries():
        fields = {name: value for name, value in entry.items() if name not in ("article", "language", "translation_key")}
        fields["article"] = article_for(entry["article"], language=entry["language"])
        fields["contra_indicating_rules"] = rules.get(entry["translation_key"], [])
        treatment = Treatment(language=entry["language"], translation_key=entry["translation_key"], **fields)
        treatment.full_clean(exclude=["article"], validate_unique=False, validate_constraints=False)
        existing = Treatment.objects.filter(language=treatment.language, translation_key=treatment.translation_key).first()
        bring_up_to_date(existing, new=treatment, fields=fields, edited=edited, say=say)


def load_regulatory(*, say: Say) -> None:
    """Of a treatment that staff edited, its countries are theirs too."""
    treatments = {(treatment.translation_key, treatment.language): treatment for treatment in Treatment.objects.all()}
    known = {(status.treatment_id, status.country): status for status in RegulatoryStatus.objects.all()}
    edited = edited_here(Treatment)
    for row in regulatory_rows():
        treatment = treatments.get((row["key"], row["language"]))
        if treatment is None or treatment.pk in edited:
            continue
        fields = {name: row[name] for name in ("status", "source", "checked_on")}
        new = RegulatoryStatus(treatment=treatment, country=row["country"], **fields)
        new.full_clean(validate_unique=False, validate_constraints=False)
        bring_up_to_date(known.get((treatment.pk, row["country"])), new=new, fields=fields, edited=set(), say=say)


def load_usual_lines(*, say: Say) -> None:
    known = {(line.kind, line.language, line.key): line for line in UsualLine.objects.exclude(key="")}
    edited = edited_here(UsualLine)
    for row in usual_line_rows():
        fields = {name: row[name] for name in ("position", "label", "group", "inclusion")}
        new = UsualLine(**row)
        new.full_clean(validate_unique=False, validate_constraints=False)
        existing = known.get((row["kind"], row["language"], row["key"]))
        bring_up_to_date(existing, new=new, fields=fields, edited=edited, say=say)


def load_checklist(*, say: Say) -> None:
    known = {(step.language, step.key): step for step in ChecklistStep.objects.all()}
    edited = edited_here(ChecklistStep)
    for row in checklist_rows():
        new = ChecklistStep(**row)
        new.full_clean(validate_unique=False, validate_constraints=False)
        fields = {name: row[name] for name in ("case_type", "position", "text")}
        bring_up_to_date(known.get((row["language"], row["key"])), new=new, fields=fields, edited=edited, say=say)


def bring_up_to_date(existing: models.Model | None, *, new: models.Model, fields: Row, edited: set[int], say: Say) -> None:
    if existing is None:
        new.save()
        say(f"added: {new}")
    elif existing.pk in edited:
        say(f"edited here, left alone: {existing}")
    elif changed := [name for name, value in fields.items() if getattr(existing, name) != value]:
        for name in changed:
            setattr(existing, name, fields[name])
        existing.save(update_fields=changed)
        say(f"updated ({', '.join(changed)}): {existing}")


def edited_here(model: type[models.Model]) -> set[int]:
    """The rows of this model that somebody changed in the admin."""
    label = f"{model._meta.label_lower} "
    changed = AuditEvent.objects.filter(action="change", object__startswith=label).values_list("object", flat=True)
    return {int(name.removeprefix(label)) for name in changed}


def article_for(key: str, *, language: str) -> Article | None:
    if not key:
        return None
    versions = {article.language: article for article in Article.objects.filter(translation_key=key)}
    readable = {code: article for code, article in versions.items() if article.published_edition_id}
    return readable.get(language) or readable.get("en") or versions.get(language) or versions.get("en")
