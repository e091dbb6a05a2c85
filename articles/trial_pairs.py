"""Hopeful first studies, and what the next study found: which trial follows which, in plain words. Data; the figures are in the trials.

Source: the portal's fact base, 3b (F3.02, F3.03) and section 8. The kinds are kept apart: not every second study was a fair test of the first.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Pair:
    what: Text
    kind: Text
    first: str  # key of a trial, or empty for a study that is not in the list
    first_found: Text
    then: str
    then_found: Text
    study: "Study | None" = None
    is_sequel: bool = True  # False when the second study tested something else and is only held beside the first
    # a result that both reported, as people in 100: with cells and without, in the first study and in the next
    rates: tuple[tuple[int, int], tuple[int, int]] | None = None
    rates_of: Text = ""


@dataclass(frozen=True, kw_only=True)
class Study:
    """A study that is in no list of trials of its own."""

    name: Text
    people: int
    source: str


PAIRS: tuple[Pair, ...] = (
    Pair(
        what=_("Donor cells put into the brain"),
        kind=_("First nobody to compare with, then a pretend operation"),
        first="T05",
        first_found=_("Movement scores rose by about 11 points out of 100 in a year."),
        then="T06",
        then_found=_("There was no clear difference from a pretend operation. The main goal was missed."),
    ),
    Pair(
        what=_("Cord blood by drip"),
        kind=_("First nobody to compare with, then a dummy drip"),
        first="",
        study=Study(name=_("The first study of cord blood"), people=10, source="R088"),
        first_found=_("All 10 people improved."),
        then="T23",
        then_found=_("The typical change was 1 step in both groups. The main goal was missed, and the trial stopped early."),
    ),
    Pair(
        what=_("Donor cells by drip in the first two days"),
        kind=_("First a look back at results, then a test that was planned in advance"),
        first="T10",
        first_found=_("The main goal was missed. A look back after one year found more very good recoveries with cells."),
        then="T11",
        then_found=_("The main goal was missed. After one year the difference was small, and chance alone could explain it."),
        rates=((23, 8), (15, 11)),
        rates_of=_("A very good recovery one year later, in 100 people. In neither trial was this the main goal."),
    ),
    Pair(
        what=_("A person’s own marrow cells by drip"),
        kind=_("First a comparison, then a stricter one"),
        first="T02",
        first_found=_("Some results looked hopeful."),
        then="T15",
        then_found=_("There was no difference in disability after 3 months. The main goal was missed."),
    ),
    Pair(
        what=_("Nerve cells from a cell line, put into the brain"),
        kind=_("Twice nobody to compare with"),
        first="T07",
        first_found=_("The typical score for stroke signs was 2 points better after 2 years, on a scale of 42."),
        then="T08",
        then_found=_("1 person of 23 reached the goal that had been set. The fair test after that stopped early."),
    ),
    Pair(
        what=_("Cells months or years after a stroke"),
        kind=_("Not the same cells, and not given the same way"),
        is_sequel=False,
        first="T13",
        first_found=_("Scores rose over a year. Everybody got the cells, so nobody can say why."),
        then="T06",
        then_found=_("Our list has no fair test of the same cells. In this one, of other cells put into the brain, there was no clear difference."),
    ),
)  # fmt: skip


def next_to(key: str) -> list[tuple[str, Text, str]]:
    """What stands beside a trial in these pairs: "before", "after" or only to "compare", of what kind the pair is, and its key."""
    found: list[tuple[str, Text, str]] = []
    for pair in PAIRS:
        if key == pair.then and pair.first:
            found.append(("before" if pair.is_sequel else "compare", pair.kind, pair.first))
        elif key == pair.first:
            found.append(("after" if pair.is_sequel else "compare", pair.kind, pair.then))
    return found
