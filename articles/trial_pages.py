"""What the pages of trials show: the list, one trial with everything that is known of it, and the pictures."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from articles import charts, pages, structured, trial_choice, trial_pairs
from articles.labels import LABELS
from articles.models import Article, ClinicalTrial, Reference, TrialSummary
from articles.trial_choice import FAIR, FINISHED

PAGE_SIZE = 12
Outcome = ClinicalTrial.Outcome
ASKED = {Outcome.MET, Outcome.NOT_MET}
# the researchers' own terms; results stay out where they could not be checked, which the loaded facts leave empty
TERMS = (
    "phase", "design", "cells_in_detail", "dose", "time_since_stroke", "stroke", "main_goal", "main_result", "harms",
)  # fmt: skip


def summaries(language: str) -> list[TrialSummary]:
    """Trials that have plain words in this language. All of them at once: there are dozens, and each count needs every one."""
    return list(TrialSummary.objects.filter(language=language).select_related("trial"))


def in_words(trials: list[ClinicalTrial], words: Mapping[str, TrialSummary]) -> list[dict[str, Any]]:
    return [{"trial": trial, "words": words[trial.key], "label": LABELS[trial.label_code]} for trial in trials]


def crumbs(*last: str) -> list[tuple[str, str]]:
    steps = [(_("Home"), reverse("articles:home"))]
    if last:
        steps.append((_("Trials of cell treatments"), reverse("articles:trial_list")))
    return [*steps, (last[0] if last else _("Trials of cell treatments"), "")]


# ── The list ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def trial_list(language: str, *, asked: Mapping[str, str]) -> dict[str, Any]:
    """One query. Raises 404 for a page that is not there."""
    words = {row.trial.key: row for row in summaries(language)}
    trials = [row.trial for row in words.values()]
    choice = trial_choice.read(asked)
    found = choice.apply(trials)
    try:
        page = Paginator(found, PAGE_SIZE).page(asked.get("page", "1"))
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404 from error
    compared = [trial for trial in trials if trial.outcome in FINISHED and FAIR[trial.comparison] != "no"]
    here, query = reverse("articles:trial_list"), choice.query()
    return {
        "page": page,
        "rows": in_words(list(page.object_list), words),
        "page_url": f"?{query}&page=" if query else "?page=",
        "total": len(trials),
        "controls": trial_choice.controls(choice, trials),
        "chosen": trial_choice.chosen(choice, trials),
        "orders": [(key, label) for key, (label, _rank) in trial_choice.ORDERS.items()],
        "order": choice.order,
        "goal_asked": sum(trial.outcome in ASKED for trial in compared),
        "goal_met": sum(trial.outcome == Outcome.MET for trial in compared),
        "labels": [LABELS["D"], LABELS["E"]],
        **pages.frame(
            _("Trials of cell treatments"),
            _(
                "Every trial of cells after a stroke that we know well enough, in plain words: who took part, whether it was a "
                "fair test, and whether its main goal was met."
            ),
            here=here,
            crumbs=crumbs(),
        ),
        # what is chosen is one view of one list: search engines are led to the whole of it
        "is_part": bool(query),
        "canonical": pages.absolute(here if query or page.number == 1 else f"{here}?page={page.number}"),
        "alternates": pages.same_in_every_language(f"{here}?{query}" if query else here),
    }


# ── One trial ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def trial_page(words: TrialSummary) -> dict[str, Any]:
    """Three queries: sources, its own languages with the studies beside it, and the articles that cite it."""
    trial = words.trial
    here, way = reverse("articles:trial", args=[trial.key]), crumbs(trial.name)
    canonical = pages.absolute(here)
    in_bulk = Reference.objects.in_bulk(trial.source_keys, field_name="key")
    sources = [in_bulk[key] for key in trial.source_keys if key in in_bulk]
    beside = trial_pairs.next_to(trial.key)
    near = TrialSummary.objects.filter(trial__key__in=[trial.key, *(key for _place, _kind, key in beside)])
    titles = {(key, language): title for key, language, title in near.values_list("trial__key", "language", "title")}
    return {
        "trial": trial,
        "words": words,
        "label": LABELS[trial.label_code],
        "terms": [(name_of(name), value) for name in TERMS if (value := getattr(trial, name))],
        "legend": [LABELS[trial.label_code]],
        # of a source that nobody has checked only the trial's own record is printed
        "sources": [source for source in sources if source.certainty == Reference.Certainty.SURE],
        "beside": [
            {"place": place, "kind": kind, "title": title, "url": reverse("articles:trial", args=[key])}
            for place, kind, key in beside
            if (title := titles.get((key, words.language)))
        ],
        "alike_url": f"{reverse('articles:trial_list')}?cells={trial.cells}&route={trial.route}",
        "articles": citing(trial, language=words.language),
        "crumbs": way,
        "canonical": canonical,
        "alternates": [pair for pair in pages.same_in_every_language(here) if (trial.key, pair[0]) in titles],
        "share": pages.share(words.title, words.meaning),
        "json_ld": structured.graph(structured.trial(words, here=canonical), structured.breadcrumbs(way, here=canonical)),
    }


def name_of(field: str) -> Any:
    return ClinicalTrial._meta.get_field(field).verbose_name  # type: ignore[union-attr]


def citing(trial: ClinicalTrial, *, language: str) -> list[Article]:
    """Articles that show its card or cite one of its sources."""
    needles = [f"trial {trial.key}", *trial.source_keys]
    parts = ("key_messages", "body", "limitations", "regulatory_status")
    said = (Q(**{f"published_edition__{part}__contains": needle}) for part in parts for needle in needles)
    return list(Article.objects.cards().in_language(language).filter(reduce(or_, said)).order_by("position", "-published_at"))


# ── In pictures ───────────────────────────────────────────────────────────────────────────────────────────────────────
# what a trial with a comparison group can have come to; one without a result yet is in no picture
RESULTS = (Outcome.MET, Outcome.NOT_MET, Outcome.SAFETY, Outcome.UNCLEAR, Outcome.STOPPED)
STEP = 50  # people from one mark of the scale to the next


def pictures(language: str) -> dict[str, Any]:
    """Two queries: all trials, and the sources of studies that are in no list."""
    words = {row.trial.key: row for row in summaries(language)}
    title = _("What the trials found, in pictures")
    return {
        "by_result": by_result(words),
        "pairs": pairs(words),
        "labels": [LABELS["D"], LABELS["E"]],
        **pages.frame(
            title,
            _(
                "Two pictures of the trials of cells after a stroke: what the tests with a comparison group came to, and what "
                "happened when hopeful first studies were tested again."
            ),
            here=reverse("articles:trial_pictures"),
            crumbs=crumbs(title),
        ),
    }


def by_result(words: Mapping[str, TrialSummary]) -> dict[str, Any]:
    """Trials with a comparison group, by what they came to and by how many people took part."""
    rtl = get_language_bidi()
    compared = [row.trial for row in words.values() if FAIR[row.trial.comparison] != "no" and row.trial.outcome in RESULTS]
    compared.sort(key=lambda trial: (RESULTS.index(Outcome(trial.outcome)), -(trial.people or 0), trial.key))
    counted = {trial.key: trial.people for trial in compared if trial.people and not trial.people_are_planned}
    top = charts.ceiling(counted.values(), step=STEP)
    points = [
        charts.Point(
            key=trial.key, group=trial.outcome, amount=counted[trial.key], is_filled=FAIR[trial.comparison] == "yes"
        )
        for trial in compared
        if trial.key in counted
    ]  # fmt: skip
    names = {trial.key: trial.name for trial in compared}
    return {
        "rows": [
            {
                "name": Outcome(strip.group).label,
                "height": strip.height,
                "dots": [{"dot": dot, "name": names[dot.key]} for dot in strip.dots],
                "amounts": ", ".join(str(dot.amount) for dot in reversed(strip.dots)),
            }
            for strip in charts.strips(points, groups=RESULTS, top=top, rtl=rtl)
        ],
        "ticks": charts.ticks(top=top, step=STEP, rtl=rtl),
        "drawn": len(points),
        "not_drawn": len(compared) - len(points),
        "table": in_words(compared, words),
    }


def pairs(words: Mapping[str, TrialSummary]) -> list[dict[str, Any]]:
    """Each first study with the one that followed; a pair of which one is not there in this language is left out."""
    rtl = get_language_bidi()
    there = [pair for pair in trial_pairs.PAIRS if pair.then in words and (pair.study or pair.first in words)]
    wanted = [pair.study.source for pair in there if pair.study]
    sources = Reference.objects.filter(certainty=Reference.Certainty.SURE).in_bulk(wanted, field_name="key")
    drawn = [(pair, study_of(pair, words, sources), trial_of(words[pair.then])) for pair in there]
    top = max((people for _pair, *studies in drawn for study in studies for people in study["people"]), default=1)
    return [
        {
            "what": pair.what,
            "kind": pair.kind,
            "is_sequel": pair.is_sequel,
            "studies": [
                {**study, "found": found, "bars": [charts.bar(people, top=top, rtl=rtl) for people in study["people"]]}
                for study, found in ((first, pair.first_found), (then, pair.then_found))
            ],
            "rates_of": pair.rates_of,
            "rates": [
                {"name": study["name"], "bars": [charts.bar(rate, top=100, rtl=rtl) for rate in both]}
                for study, both in zip((first, then), pair.rates or (), strict=False)
            ],
        }
        for pair, first, then in drawn
    ]


def trial_of(row: TrialSummary) -> dict[str, Any]:
    """People with the treatment and people to compare with; an empty list where the two were not published apart."""
    trial = row.trial
    apart = trial.people_with_cells is not None and trial.people_without is not None
    return {
        "name": trial.name,
        "is_english": True,
        "url": trial.get_absolute_url(),
        "people": [trial.people_with_cells, trial.people_without] if apart else [],
        "unsure": "" if trial.certainty == ClinicalTrial.Certainty.SURE else trial.get_certainty_display(),
        "sources": [],
    }


def study_of(
    pair: trial_pairs.Pair, words: Mapping[str, TrialSummary], sources: Mapping[str, Reference]
) -> dict[str, Any]:  # fmt: skip
    if pair.study is None:
        return trial_of(words[pair.first])
    source = sources.get(pair.study.source)
    return {
        "name": pair.study.name,
        "is_english": False,
        "url": "",
        "people": [pair.study.people, 0],
        "unsure": "",
        "sources": [source] if source else [],
    }
