"""Choosing among trials: filters with counts, an order, and what the address bar says of them. Pure: no database, no request."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles.models import ClinicalTrial

Text = str | Promise
Comparison, Outcome = ClinicalTrial.Comparison, ClinicalTrial.Outcome

# what a reader needs first: fair tests before others, and among them the large ones
FAIRNESS = [Comparison.BLIND, Comparison.ASSESSOR, Comparison.OPEN, Comparison.NONE]
FINISHED = {Outcome.MET, Outcome.NOT_MET, Outcome.SAFETY, Outcome.UNCLEAR}
FAIR: dict[str, str] = {
    Comparison.BLIND: "yes",
    Comparison.ASSESSOR: "partly",
    Comparison.OPEN: "partly",
    Comparison.NONE: "no",
}


@dataclass(frozen=True, kw_only=True)
class Filter:
    name: str  # as in the address
    label: Text
    choices: tuple[tuple[str, Text], ...]
    value_of: Callable[[ClinicalTrial], str]


FILTERS: tuple[Filter, ...] = (
    Filter(
        name="cells",
        label=_("Cells from"),
        choices=tuple(ClinicalTrial.Cells.choices),
        value_of=lambda trial: trial.cells,
    ),
    Filter(
        name="route",
        label=_("How they were given"),
        choices=tuple(ClinicalTrial.Route.choices),
        value_of=lambda trial: trial.route,
    ),
    Filter(
        name="when",
        label=_("Time since the stroke"),
        choices=tuple(ClinicalTrial.Stage.choices),
        value_of=lambda trial: trial.stage,
    ),
    Filter(
        name="fair",
        label=_("Was it a fair test?"),
        choices=(("yes", _("Yes")), ("partly", _("Partly")), ("no", _("No"))),
        value_of=lambda trial: FAIR[trial.comparison],
    ),
    Filter(
        name="goal",
        label=_("Was the main goal met?"),
        choices=tuple(Outcome.choices),
        value_of=lambda trial: trial.outcome,
    ),
)


def fair_and_large_first(trial: ClinicalTrial) -> tuple[Any, ...]:
    return trial.outcome not in FINISHED, FAIRNESS.index(Comparison(trial.comparison)), -(trial.people or 0), trial.key


def large_first(trial: ClinicalTrial) -> tuple[Any, ...]:
    return -(trial.people or 0), trial.key


def soon_after_the_stroke_first(trial: ClinicalTrial) -> tuple[Any, ...]:
    return ClinicalTrial.Stage.values.index(trial.stage), *fair_and_large_first(trial)


def by_name(trial: ClinicalTrial) -> tuple[Any, ...]:
    return trial.name.casefold(), trial.key


ORDERS: dict[str, tuple[Text, Callable[[ClinicalTrial], tuple[Any, ...]]]] = {
    "fair": (_("Fair tests first"), fair_and_large_first),
    "people": (_("Most people first"), large_first),
    "when": (_("Soonest after the stroke"), soon_after_the_stroke_first),
    "name": (_("By name"), by_name),
}
USUAL = "fair"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What somebody asked to see. What is not in the tables above is as if it had not been asked."""

    chosen: Mapping[str, str]
    order: str = USUAL

    def query(self, **more: str) -> str:
        """As in an address, without the question mark; the usual order is left out."""
        order = {} if self.order == USUAL else {"order": self.order}
        return urlencode({**self.chosen, **order, **more})

    def without(self, name: str) -> "Choice":
        return Choice(chosen={key: value for key, value in self.chosen.items() if key != name}, order=self.order)

    def fits(self, trial: ClinicalTrial) -> bool:
        return all(item.value_of(trial) == self.chosen[item.name] for item in FILTERS if item.name in self.chosen)

    def apply(self, trials: list[ClinicalTrial]) -> list[ClinicalTrial]:
        return sorted((trial for trial in trials if self.fits(trial)), key=ORDERS[self.order][1])


def read(asked: Mapping[str, str]) -> Choice:
    chosen = {item.name: value for item in FILTERS if (value := asked.get(item.name, "")) in dict(item.choices)}
    order = asked.get("order", USUAL)
    return Choice(chosen=chosen, order=order if order in ORDERS else USUAL)


def controls(choice: Choice, trials: list[ClinicalTrial]) -> list[dict[str, Any]]:
    """One control a filter. Each count says how many trials there would be with this value and the other filters as they are."""
    found = []
    for item in FILTERS:
        rest = choice.without(item.name)
        counts = Counter(item.value_of(trial) for trial in trials if rest.fits(trial))
        found.append(
            {
                "name": item.name,
                "label": item.label,
                "chosen": choice.chosen.get(item.name, ""),
                "total": counts.total(),
                "options": [{"value": value, "label": label, "count": counts[value]} for value, label in item.choices],
            }
        )
    return found


def chosen(choice: Choice, trials: list[ClinicalTrial]) -> list[dict[str, Any]]:
    """The filters in use, each with the address without it and how many trials there would be then."""
    found = []
    for item in FILTERS:
        if item.name in choice.chosen:
            rest = choice.without(item.name)
            value = dict(item.choices)[choice.chosen[item.name]]
            count = sum(rest.fits(trial) for trial in trials)
            found.append({"label": item.label, "value": value, "query": rest.query(), "count": count})
    return found
