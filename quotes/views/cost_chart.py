"""Where a cost stands on the scale that all options share. Pure: numbers in, shares of the width out, so that words never shrink.

For a script that runs from right to left the places are mirrored here: SVG knows no logical directions.
"""

from dataclasses import dataclass

EDGE = 2.0  # share of the width kept free on both sides, so that no mark is cut
NARROWEST = 1.5  # a price that is certain is still a mark that can be seen


@dataclass(frozen=True, kw_only=True)
class Bar:
    x: str  # where the range begins
    width: str
    likely: str  # where the likely amount stands


def bar(*, low: int, likely: int, high: int, top: int, rtl: bool) -> Bar | None:
    """The range from low to high, with the likely amount, on a scale from nothing to `top`."""
    if top <= 0:
        return None
    start, middle, end = (EDGE + (100 - 2 * EDGE) * amount / top for amount in (low, likely, high))
    width = max(end - start, NARROWEST)
    start = min(start, 100 - EDGE - width)
    if rtl:
        start, middle = 100 - start - width, 100 - middle
    return Bar(x=share(start), width=share(width), likely=share(middle))


def share(value: float) -> str:
    """As an attribute of SVG: a point before the decimals in every language."""
    return f"{value:.2f}%"
