"""Texts into HTML, with what the database knows: which references, words and trials there are."""

from collections.abc import Callable, Iterable
from typing import Any

from django.template.loader import render_to_string

from articles import drawings, markup, pictures
from articles.labels import LABELS
from articles.models.pictures import Picture
from articles.models.sources import Reference
from articles.models.trials import TrialSummary
from articles.models.words import GlossaryTerm


def writing_for(*texts: str, language: str, article_url: Callable[[str], str | None]) -> markup.Writing:
    """All that rendering these texts asks of the database, in five queries at most and none for what they do not use."""
    cards = trial_cards(markup.trial_keys(*texts), language=language)
    return markup.Writing(
        known=known_references(markup.reference_keys(*texts)),
        label_html=label_chip,
        article_url=article_url,
        terms=known_terms(markup.term_keys(*texts), language=language),
        trial_html=cards.get,
        drawing_html=drawings.figure,
        picture_html=picture_figures(markup.picture_keys(*texts)),
    )


def known_references(keys: set[str]) -> set[str]:
    return set(Reference.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()


def known_terms(keys: set[str], *, language: str) -> set[str]:
    if not keys:
        return set()
    found = GlossaryTerm.objects.filter(language=language, translation_key__in=keys)
    return set(found.values_list("translation_key", flat=True))


def trial_cards(keys: set[str], *, language: str) -> dict[str, str]:
    if not keys:
        return {}
    found = TrialSummary.objects.filter(language=language, trial__key__in=keys).select_related("trial")
    return {row.trial.key: trial_card(row) for row in found}


def trial_card(row: TrialSummary) -> str:
    context = {"trial": row.trial, "words": row, "label": LABELS[row.trial.label_code], "in_text": True}
    return render_to_string("components/_trial_card.html", context).strip()


def picture_figures(keys: set[str]) -> Callable[[str, str], str | None]:
    found = Picture.objects.in_bulk(keys, field_name="key") if keys else {}

    def figure(key: str, alt: str) -> str | None:
        row = found.get(key)
        return pictures.figure(row.sizes, alt=alt, credit=row.credit) if row else None

    return figure


def words_html(keys: Iterable[str], *, language: str) -> str:
    """The list "Words in this article", each with the little window that opens from the text."""
    wanted = set(keys)
    found = list(GlossaryTerm.objects.filter(language=language, translation_key__in=wanted)) if wanted else []
    entries = sorted((term.as_entry() for term in found), key=lambda entry: str(entry["term"]).casefold())
    return render_to_string("articles/_words.html", {"words": entries}).strip()


def label_chip(code: str) -> str:
    return render_to_string("components/_evidence_label.html", {"label": LABELS[code]}).strip()


def citations(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sources as schema.org wants them: title, year and one address, of those that are there."""
    found = []
    for entry in entries:
        if source := entry["source"]:
            kind = "ScholarlyArticle" if source.kind == Reference.Kind.JOURNAL else "CreativeWork"
            facts = {"@type": kind, "name": source.title, "datePublished": str(source.year or "")}
            facts["url"] = source.links[0][1] if source.links else ""
            found.append({name: value for name, value in facts.items() if value})
    return found


def numbered(cited: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The references in the order of their numbers, each with the ids of the places that cite it."""
    found = Reference.objects.in_bulk([entry["key"] for entry in cited], field_name="key") if cited else {}
    return [
        {
            "number": number,
            "source": found.get(entry["key"]),
            "key": entry["key"],
            "places": [{"id": f"cite-{number}-{time}", "time": time} for time in range(1, entry["times"] + 1)],
        }
        for number, entry in enumerate(cited, start=1)
    ]
