"""The costs of an option: typed in whole units, checked in the form, kept in minor units."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from quotes.models import LineItem, Option
from tests import factories

pytestmark = pytest.mark.django_db
BLANK = {
    "position": "",
    "group": "medical",
    "label": "",
    "quantity": 1,
    "low": "",
    "likely": "",
    "high": "",
    "inclusion": "included",
}
BLANK |= {"source": "unknown", "quoted_on": "", "id": ""}


@pytest.fixture
def option(case, coordinator) -> Option:
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    option = draft.options.earliest("position")
    option.line_items.exclude(position=1).delete()
    return option


def address(option: Option) -> str:
    return reverse("admin:quotes_recommendation_option", args=[option.recommendation_id, option.pk])


def filled(option: Option, *lines: dict[str, Any]) -> dict[str, Any]:
    """The form as the page sends it: its first line is the one that is there."""
    option.recommendation.refresh_from_db()
    there = option.line_items.get()
    rows = [{"id": there.pk, "position": 1, "label": there.label, **lines[0]}, *lines[1:]]
    data: dict[str, Any] = {"title": "Practice", "description": "For you.", "clinic": ""}
    data |= {"lock_version": option.recommendation.lock_version, "lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": 1}
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": value for name, value in {**BLANK, **row}.items()}
    return data


PRICED = {"low": "1250", "likely": "1300.50", "high": "1400", "source": "estimate"}


def test_amounts_are_kept_in_minor_units_and_shown_as_typed(as_staff, coordinator, option):
    client = as_staff(coordinator)
    quoted = {"label": "Scan", "low": "80", "likely": "80", "high": "80", "source": "quoted", "quoted_on": "2026-01-15"}
    assert client.post(address(option), filled(option, PRICED, quoted)).status_code == 302
    first, second = option.line_items.order_by("position")
    assert (first.low, first.likely, first.high) == (125000, 130050, 140000)
    assert (second.label, second.source, second.position) == ("Scan", "quoted", 2)
    page = client.get(address(option)).content.decode()
    assert 'value="1250"' in page
    assert 'value="1300.50"' in page


def test_a_line_is_removed_and_the_rest_moves_up(as_staff, coordinator, option):
    new = {"label": "Other", "position": 5}
    as_staff(coordinator).post(address(option), filled(option, {"DELETE": "on"}, new))
    assert [(line.label, line.position) for line in option.line_items.all()] == [("Other", 1)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({**PRICED, "low": "1.250"}, "Write an amount like 1250 or 1250.50"),
        ({**PRICED, "likely": ""}, "not known yet"),
        ({**PRICED, "likely": "1200"}, "smaller than the low one"),
        ({**PRICED, "high": "1260"}, "smaller than the likely one"),
        ({**PRICED, "source": "unknown"}, "There is an amount here"),
        ({**PRICED, "source": "quoted"}, "Write the day on which the clinic told us."),
        ({**PRICED, "source": "quoted", "quoted_on": str(timezone.localdate() + timedelta(days=2))}, "in the future"),
        ({**PRICED, "quantity": 0}, "greater than or equal to 1"),
        ({**PRICED, "label": ""}, "This field is required"),
    ],
)
def test_a_wrong_line_is_said_at_its_box_and_kept(as_staff, coordinator, option, line, said):
    response = as_staff(coordinator).post(address(option), filled(option, line))
    page = response.content.decode()
    assert said in page
    assert "nothing you typed is lost" in page
    assert f'value="{line["high"]}"' in page
    assert LineItem.objects.get(option=option).high == 150000


def test_the_second_saver_is_told_and_keeps_the_lines(as_staff, coordinator, option):
    mine = filled(option, PRICED)
    client = as_staff(coordinator)
    client.post(address(option), filled(option, {**PRICED, "high": "9000"}))
    response = client.post(address(option), mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert 'value="1400"' in page
    assert "Medical · 1 × €1,250 – €1,300.50 – €9,000 · included · our estimate" in page
    assert option.line_items.get().high == 900000


def test_the_second_saver_reads_what_was_added_and_taken_out_and_loses_no_line(as_staff, coordinator, option):
    mine = filled(option, PRICED)
    client = as_staff(coordinator)
    client.post(address(option), filled(option, {"DELETE": "on"}, {"label": "Scan", "source": "unknown"}))
    page = client.post(address(option), mine).content.decode()
    assert "<dt>Scan</dt>" in page
    assert "It was taken out." in page
    option.recommendation.refresh_from_db()
    client.post(address(option), mine | {"lock_version": option.recommendation.lock_version})
    assert {(line.label, line.likely) for line in option.line_items.all()} == {("Scan", None), (mine["lines-0-label"], 130050)}


def test_saving_takes_over_what_the_catalogue_says_today(as_staff, coordinator, option):
    option.treatment.risks = "A risk that was found later."
    option.treatment.save()
    as_staff(coordinator).post(address(option), filled(option, PRICED))
    assert Option.objects.get(pk=option.pk).risks == "A risk that was found later."
