"""Where things stand in the pictures of the trials page. Pure: numbers in, places out; templates draw them, style sheets colour them.

Across, everything is a share of the width, so that a picture fits a phone without shrinking its words; down, it is CSS pixels.
For a script that runs from right to left the places are mirrored here: SVG knows no logical directions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DOT = 7  # radius
LANE = 18  # from one row of dots to the next
EDGE = 4.0  # share of the width kept free on both sides, so that no dot is cut
# the narrowest screen leaves 270 pixels: dots closer than this share of it would touch there
APART = 100 * (2 * DOT + 3) / 270
BAR = 16  # height


def share(value: float) -> str:
    """As an attribute of SVG: a point before the decimals in every language."""
    return f"{value:.2f}%"


def mirrored(place: float, *, rtl: bool) -> float:
    return 100 - place if rtl else place


@dataclass(frozen=True, kw_only=True)
class Point:
    key: str
    group: str
    amount: int
    is_filled: bool


@dataclass(frozen=True, kw_only=True)
class Dot:
    key: str
    amount: int
    is_filled: bool
    x: str
    y: int


@dataclass(frozen=True, kw_only=True)
class Tick:
    amount: int
    x: str


@dataclass(frozen=True, kw_only=True)
class Strip:
    group: str
    height: int
    dots: list[Dot]


def ceiling(amounts: Iterable[int], *, step: int) -> int:
    """The end of the scale: the first step that no amount exceeds, one step at least."""
    return max(step, -(-max(amounts, default=0) // step) * step)


def place(amount: int, *, top: int, rtl: bool) -> float:
    return mirrored(EDGE + (100 - 2 * EDGE) * amount / top, rtl=rtl)


def ticks(*, top: int, step: int, rtl: bool) -> list[Tick]:
    return [Tick(amount=amount, x=share(place(amount, top=top, rtl=rtl))) for amount in range(0, top + 1, step)]


def strips(points: Sequence[Point], *, groups: Sequence[str], top: int, rtl: bool) -> list[Strip]:
    """One strip a group, in this order, also for a group without a point. Dots that would touch stand one above the other."""
    found = []
    for group in groups:
        dots: list[Dot] = []
        lanes: list[float] = []  # where the last dot of each lane stands
        for point in sorted((point for point in points if point.group == group), key=lambda point: (point.amount, point.key)):
            x = place(point.amount, top=top, rtl=False)
            lane = next((number for number, last in enumerate(lanes) if x - last >= APART), len(lanes))
            lanes[lane : lane + 1] = [x]
            dots.append(
                Dot(
                    key=point.key,
                    amount=point.amount,
                    is_filled=point.is_filled,
                    x=share(mirrored(x, rtl=rtl)),
                    y=LANE // 2 + lane * LANE,
                )
            )
        found.append(Strip(group=group, height=max(1, len(lanes)) * LANE, dots=dots))
    return found


@dataclass(frozen=True, kw_only=True)
class Bar:
    amount: int
    x: str
    width: str
    height: int = BAR


def bar(amount: int, *, top: int, rtl: bool) -> Bar:
    width = 100 * amount / top
    return Bar(amount=amount, x=share(100 - width if rtl else 0), width=share(width))
