"""Where things stand in a picture: to scale, apart from each other, and mirrored for Arabic."""

import pytest

from articles import charts


def point(key: str, amount: int, group: str = "a") -> charts.Point:
    return charts.Point(key=key, group=group, amount=amount, is_filled=True)


def number(text: str) -> float:
    return float(text.removesuffix("%"))


def strips(*points: charts.Point, rtl: bool = False) -> list[charts.Strip]:
    return charts.strips(points, groups=["a", "b"], top=200, rtl=rtl)


def test_places_are_to_scale():
    [strip, _empty] = strips(point("one", 0), point("two", 100), point("three", 200))
    places = [number(dot.x) for dot in strip.dots]
    assert places == [charts.EDGE, 50, 100 - charts.EDGE]


def test_a_group_without_a_point_has_its_strip_too():
    found = strips(point("one", 50))
    assert [(strip.group, len(strip.dots)) for strip in found] == [("a", 1), ("b", 0)]
    assert found[1].height == charts.LANE


@pytest.mark.parametrize("amounts", [[79, 79, 77], [30, 31, 35, 39, 13], list(range(1, 40))])
def test_dots_never_touch_on_the_narrowest_screen(amounts):
    [strip, _empty] = strips(*(point(str(place), amount) for place, amount in enumerate(amounts)))
    spots = [(number(dot.x) * 270 / 100, dot.y) for dot in strip.dots]
    for place, (x, y) in enumerate(spots):
        assert charts.DOT <= y <= strip.height - charts.DOT
        for other_x, other_y in spots[:place]:
            assert ((x - other_x) ** 2 + (y - other_y) ** 2) ** 0.5 > 2 * charts.DOT


def test_from_right_to_left_everything_is_mirrored():
    points = (point("one", 0), point("two", 70), point("three", 200))
    [left, _], [right, _] = strips(*points), strips(*points, rtl=True)
    assert [round(number(a.x) + number(b.x), 1) for a, b in zip(left.dots, right.dots, strict=True)] == [100] * 3
    assert number(charts.ticks(top=200, step=50, rtl=True)[0].x) == 100 - charts.EDGE
    bar = charts.bar(50, top=200, rtl=True)
    assert (bar.x, bar.width) == ("75.00%", "25.00%") and charts.bar(50, top=200, rtl=False).x == "0.00%"


@pytest.mark.parametrize(("amounts", "top"), [([], 50), ([1], 50), ([50], 50), ([51], 100), ([206, 13], 250)])
def test_the_scale_ends_at_the_first_mark_that_nothing_exceeds(amounts, top):
    assert charts.ceiling(amounts, step=50) == top
