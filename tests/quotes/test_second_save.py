"""Two save one page of a recommendation: the second keeps what they typed, and undoes nothing they never touched."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.urls import reverse

from quotes.admin import second_save
from quotes.models import Option, Recommendation

pytestmark = pytest.mark.django_db


def page_of(option: Option) -> str:
    return reverse("admin:quotes_recommendation_option", args=[option.recommendation_id, option.pk])


def builder_of(draft: Recommendation) -> str:
    return reverse("admin:quotes_recommendation_change", args=[draft.pk])


def opened(client, page: str, **typed: Any) -> dict[str, Any]:
    """What a browser sends back after a page was opened, with some boxes filled in otherwise."""
    context = client.get(page).context
    return sent_from(context) | typed


def sent_from(context) -> dict[str, Any]:
    lines = context.get("lines") or ()
    fields = [form[name] for form in (context["form"], *lines) for name in form.fields]
    values = {field.html_name: field.value() for field in fields if field.value() not in (None, False)}
    if lines:
        values |= {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": lines.initial_form_count()}
    return values | {"lock_version": context["lock_version"], "shown": context["shown"]}


def test_words_that_the_second_never_touched_are_those_of_the_first(as_staff, coordinator, manager, draft):
    first, second = as_staff(manager), as_staff(coordinator)
    mine = opened(second, builder_of(draft), commission="The clinic pays us.")
    first.post(builder_of(draft), opened(first, builder_of(draft), summary="Practise at home."))
    refused = second.post(builder_of(draft), mine)
    assert refused.status_code == 409
    assert "Boxes that you had not touched show what is saved now." in refused.content.decode()
    second.post(builder_of(draft), sent_from(refused.context))
    draft.refresh_from_db()
    assert (draft.summary, draft.commission) == ("Practise at home.", "The clinic pays us.")


def test_where_both_wrote_the_seconds_words_stay_in_the_box_with_the_firsts_above(as_staff, coordinator, manager, draft):
    first, second = as_staff(manager), as_staff(coordinator)
    mine = opened(second, builder_of(draft), summary="Mine.")
    first.post(builder_of(draft), opened(first, builder_of(draft), summary="Theirs."))
    refused = second.post(builder_of(draft), mine)
    assert refused.context["form"]["summary"].value() == "Mine."
    assert [text for _label, text in refused.context["theirs"]] == ["Theirs."]


def test_costs_that_the_second_never_touched_are_those_of_the_first(as_staff, coordinator, manager, option):
    first, second = as_staff(manager), as_staff(coordinator)
    mine = opened(second, page_of(option), title="Practice in Seville")
    theirs = {"lines-0-low": "100", "lines-0-likely": "120", "lines-0-high": "150", "lines-0-source": "estimate"}
    first.post(page_of(option), opened(first, page_of(option), **theirs))
    refused = second.post(page_of(option), mine)
    assert refused.status_code == 409
    assert second.post(page_of(option), sent_from(refused.context)).status_code == 302
    option.refresh_from_db()
    line = option.line_items.earliest("position")
    assert (option.title, line.low, line.likely, line.high) == ("Practice in Seville", 10000, 12000, 15000)


def test_a_form_that_came_back_with_an_error_is_still_the_one_that_was_opened_before(as_staff, coordinator, manager, draft):
    first, second = as_staff(manager), as_staff(coordinator)
    mine = opened(second, builder_of(draft), valid_until="2020-01-01")
    first.post(builder_of(draft), opened(first, builder_of(draft), summary="Theirs."))
    again = second.post(builder_of(draft), mine)
    assert again.status_code == 200 and "Choose a day in the future." in again.content.decode()
    later = sent_from(again.context) | {"valid_until": str(draft.valid_until)}
    assert second.post(builder_of(draft), later).status_code == 409
    draft.refresh_from_db()
    assert draft.summary == "Theirs."


@pytest.mark.parametrize("shown", ["", "x", "[]", '{"": 1}', '{"": []}', "null"])
def test_what_no_page_of_ours_wrote_takes_nothing_over(as_staff, coordinator, manager, draft, shown):
    first, second = as_staff(manager), as_staff(coordinator)
    mine = opened(second, builder_of(draft)) | {"shown": shown}
    first.post(builder_of(draft), opened(first, builder_of(draft), summary="Theirs."))
    refused = second.post(builder_of(draft), mine)
    assert refused.status_code == 409
    assert refused.context["form"]["summary"].value() == mine["summary"]


class Everything(forms.Form):
    text, day, number = forms.CharField(), forms.DateField(), forms.IntegerField()
    is_so, several = forms.BooleanField(), forms.MultipleChoiceField(choices=[("a", "a"), ("b", "b")])


def test_a_value_has_one_digest_as_it_is_saved_and_as_it_comes_back():
    saved = Everything(initial={"text": "one\ntwo", "day": date(2026, 1, 2), "number": 3, "is_so": True, "several": ["b", "a"]})
    back = Everything({"text": "one\r\ntwo", "day": "2026-01-02", "number": "3", "is_so": "on", "several": ["a", "b"]})
    assert second_save.shown([saved]) == second_save.shown([back])
    nothing = Everything({"text": "", "day": "", "number": ""})
    assert second_save.shown([Everything()]) == second_save.shown([nothing])
