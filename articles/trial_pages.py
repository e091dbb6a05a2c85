"""What the pages of trials show: the list, and one trial with everything that is known of it."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import pages, structured
from articles.labels import LABELS
from articles.models import Article, ClinicalTrial, Reference, TrialSummary

# what a reader needs first: fair tests before others, and among them the large ones
FAIRNESS = [
    ClinicalTrial.Comparison.BLIND,
    ClinicalTrial.Comparison.ASSESSOR,
    ClinicalTrial.Comparison.OPEN,
    ClinicalTrial.Comparison.NONE,
]
FINISHED = {
    ClinicalTrial.Outcome.MET,
    ClinicalTrial.Outcome.NOT_MET,
    ClinicalTrial.Outcome.SAFETY,
    ClinicalTrial.Outcome.UNCLEAR,
}

ASKED = {ClinicalTrial.Outcome.MET, ClinicalTrial.Outcome.NOT_MET}
# the researchers' own terms; results stay out where they could not be checked, which the loaded facts leave empty
TERMS = (
    "phase", "design", "cells_in_detail", "dose", "time_since_stroke", "stroke", "main_goal", "main_result", "harms",
)  # fmt: skip


def rank(trial: ClinicalTrial) -> tuple[bool, int, int, str]:
    return (
        trial.outcome not in FINISHED,
        FAIRNESS.index(ClinicalTrial.Comparison(trial.comparison)),
        -(trial.people or 0),
        trial.key,
    )


def trial_list(language: str) -> dict[str, Any]:
    """One query: trials that have plain words in this language."""
    rows = TrialSummary.objects.filter(language=language).select_related("trial")
    found = sorted(rows, key=lambda row: rank(row.trial))
    entries: list[dict[str, Any]] = [{"trial": row.trial, "words": row, "label": LABELS[row.trial.label_code]} for row in found]
    finished = [row for row in entries if row["trial"].outcome in FINISHED]
    compared = [row for row in finished if row["trial"].comparison != ClinicalTrial.Comparison.NONE]
    here = reverse("articles:trial_list")
    return {
        "finished": finished,
        "open": [row for row in entries if row["trial"].outcome not in FINISHED],
        "goal_asked": sum(row["trial"].outcome in ASKED for row in compared),
        "goal_met": sum(row["trial"].outcome == ClinicalTrial.Outcome.MET for row in compared),
        "labels": [LABELS["D"], LABELS["E"]],
        "crumbs": [(_("Home"), reverse("articles:home")), (_("Trials of cell treatments"), "")],
        "canonical": pages.absolute(here),
        "alternates": pages.same_in_every_language(here),
    }


def trial_page(words: TrialSummary) -> dict[str, Any]:
    trial = words.trial
    here = pages.absolute(trial.get_absolute_url())
    in_bulk = Reference.objects.in_bulk(trial.source_keys, field_name="key")
    sources = [in_bulk[key] for key in trial.source_keys if key in in_bulk]
    return {
        "trial": trial,
        "words": words,
        "label": LABELS[trial.label_code],
        "terms": [(name_of(name), value) for name in TERMS if (value := getattr(trial, name))],
        "legend": [LABELS[trial.label_code]],
        # of a source that nobody has checked only the trial's own record is printed
        "sources": [source for source in sources if source.certainty == Reference.Certainty.SURE],
        "articles": citing(trial, language=words.language),
        "crumbs": [
            (_("Home"), reverse("articles:home")),
            (_("Trials of cell treatments"), reverse("articles:trial_list")),
            (trial.name, ""),
        ],
        "canonical": here,
        "alternates": pages.trial_addresses(trial),
        "share": pages.share(words.title, words.meaning),
        "json_ld": structured.graph(structured.trial(words, here=here)),
    }


def name_of(field: str) -> Any:
    return ClinicalTrial._meta.get_field(field).verbose_name  # type: ignore[union-attr]


def citing(trial: ClinicalTrial, *, language: str) -> list[Article]:
    """Articles that show its card or cite one of its sources."""
    needles = [f"trial {trial.key}", *trial.source_keys]
    parts = ("key_messages", "body", "limitations", "regulatory_status")
    said = (Q(**{f"published_edition__{part}__contains": needle}) for part in parts for needle in needles)
    return list(Article.objects.cards().in_language(language).filter(reduce(or_, said)).order_by("position", "-published_at"))
