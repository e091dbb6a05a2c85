"""All trials as a table to take along: for doctors, journalists and researchers, as CSV and JSON."""

from typing import Any

from articles import pages
from articles.labels import LABELS
from articles.models import ClinicalTrial, Reference, TrialSummary
from portal.templatetags.components import ended

# of the trial itself; a value with a code has its words in the language of the page beside it
FACTS = (
    "key", "name", "registry_id", "phase", "design", "is_randomised", "comparison", "people", "people_are_planned",
    "people_with_cells", "people_without", "cells", "cells_in_detail", "donor", "dose", "route", "stage",
    "time_since_stroke", "stroke", "main_goal", "outcome", "main_result", "harms", "status", "certainty",
)  # fmt: skip
CODED = ("comparison", "cells", "donor", "route", "stage", "outcome", "status", "certainty")


def rows(language: str) -> list[dict[str, Any]]:
    """Two queries: trials with their plain words, and their sources."""
    found = list(TrialSummary.objects.filter(language=language).select_related("trial").order_by("trial__key"))
    keys = {key for words in found for key in words.trial.source_keys}
    sources = Reference.objects.filter(certainty=Reference.Certainty.SURE).in_bulk(sorted(keys), field_name="key")
    return [row(words, sources) for words in found]


def row(words: TrialSummary, sources: dict[str, Reference]) -> dict[str, Any]:
    trial = words.trial
    facts: dict[str, Any] = {}
    for name in FACTS:
        facts[name] = getattr(trial, name)
        if name in CODED:
            facts[f"{name}_in_words"] = str(getattr(trial, f"get_{name}_display")())
    label = LABELS[trial.label_code]
    return {
        **facts,
        "evidence_label": label.code,
        "evidence_label_in_words": str(label.name),
        "language": words.language,
        "title": words.title,
        "summary": words.summary.strip(),
        "meaning": words.meaning,
        "page": pages.absolute(trial.get_absolute_url()),
        "registry_page": trial.registry_url,
        "source_keys": trial.source_keys,
        "sources": [as_source(sources[key]) for key in trial.source_keys if key in sources],
    }


def as_source(source: Reference) -> dict[str, Any]:
    return {
        "key": source.key,
        "kind": source.kind,
        "authors": source.authors,
        "year": source.year,
        "title": source.title,
        "journal": source.journal,
        "links": [address for _name, address in source.links],
        "certainty": source.certainty,
    }


def in_one_cell(sources: list[dict[str, Any]]) -> str:
    """One source a line, as in a list of references."""
    return "\n".join(
        " ".join(ended(str(part)) for part in (source["authors"], source["title"], source["journal"], source["year"]) if part)
        + "".join(f" {address}" for address in source["links"])
        for source in sources
    )


def as_table(found: list[dict[str, Any]]) -> list[list[Any]]:
    """A heading, then a line a trial. Keys are the same in every language, so that a program can read the file."""
    flat = [
        {**entry, "source_keys": " ".join(entry["source_keys"]), "sources": in_one_cell(entry["sources"])} for entry in found
    ]
    heading = list(flat[0]) if flat else list(FACTS)
    return [heading, *([yes_or_no(entry[name]) for name in heading] for entry in flat)]


def yes_or_no(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def certainties() -> dict[str, str]:
    return {value: str(label) for value, label in ClinicalTrial.Certainty.choices}
