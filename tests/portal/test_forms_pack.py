"""The crispy template pack: what a screen reader is told about a field, and where the error summary leads."""

import re

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Fieldset, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms

CHOICES = [("yes", "Yes"), ("no", "No")]


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="A first name is enough.")
    ready = forms.ChoiceField(label="Ready?", choices=CHOICES, widget=forms.RadioSelect, help_text="Either will do.")
    several = forms.MultipleChoiceField(label="Which?", choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    born = forms.DateField(label="Born", widget=forms.SelectDateWidget(years=[1950, 1951]))
    agree = forms.BooleanField(label="I agree")
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    where = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(
            Fieldset("About you", "name", "ready"),
            "several",
            "born",
            "agree",
            "note",
            "where",
            ButtonHolder(Submit("go", "Continue")),
        )
        return helper

    def clean(self):
        raise forms.ValidationError("The two answers do not fit together.")


@pytest.fixture
def page() -> str:
    return render_crispy_form(Sample({}), context={"csrf_token": "token"})


def tag(page: str, identifier: str) -> str:
    found = re.search(rf'<[a-z]+[^>]*\bid="{identifier}"[^>]*>', page)
    assert found, identifier
    return found[0]


def test_each_link_of_the_summary_leads_to_an_input_that_is_there(page):
    targets = re.findall(r'<li><a href="#([^"]+)"', page)
    assert targets == ["id_name", "id_ready_0", "id_several_0", "id_born_day", "id_agree"]
    for target in targets:
        assert re.match("<(input|select|textarea)", tag(page, target))


def test_an_error_about_the_whole_form_stands_in_the_summary_without_a_link(page):
    assert "<li>The two answers do not fit together.</li>" in page


def test_the_summary_comes_before_the_form_and_can_take_the_focus(page):
    assert page.index("data-error-summary") < page.index("<form")
    assert re.search(r'class="error-summary"[^>]*tabindex="-1"', page)


def test_an_input_is_tied_to_its_hint_and_its_error(page):
    shown = tag(page, "id_name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert tag(page, "id_name_helptext")
    assert tag(page, "id_name_error")
    assert '<span class="visually-hidden">Error:</span>' in page


@pytest.mark.parametrize("name", ["ready", "several", "born"])
def test_a_group_is_a_fieldset_with_a_legend_tied_to_its_error(page, name):
    group = page[page.index(f'id="field-{name}"') :]
    assert re.match(rf'[^<]*>\s*<fieldset[^>]*aria-describedby="[^"]*id_{name}_error"', group.partition("id=")[2])
    assert "<legend" in group


def test_every_choice_has_a_label_of_its_own(page):
    for identifier in ("id_ready_0", "id_ready_1", "id_several_0", "id_several_1"):
        assert f'for="{identifier}"' in page


def test_a_form_without_mistakes_shows_no_summary():
    assert "error-summary" not in render_crispy_form(Sample(), context={"csrf_token": "token"})


def test_a_form_posts_with_its_token_and_leaves_judging_to_the_server(page):
    assert re.search(r'<form class="[^"]*" method="post" novalidate', page)
    assert 'name="csrfmiddlewaretoken" value="token"' in page


def test_what_was_typed_stays():
    page = render_crispy_form(Sample({"note": "<em>walk</em> to market", "ready": "no", "several": ["yes"]}), context={})
    assert "&lt;em&gt;walk&lt;/em&gt; to market" in page
    assert "checked" in tag(page, "id_ready_1")
    assert "checked" in tag(page, "id_several_0")
    assert "checked" not in tag(page, "id_several_1")


def test_the_pages_question_may_be_the_legend():
    form = Sample()
    helper = form.helper
    helper.title_field = "ready"
    assert re.search(r"<legend[^>]*><h1>Ready\?</h1></legend>", render_crispy_form(form, helper=helper, context={}))


def test_a_helper_can_leave_the_summary_to_the_page():
    form = Sample({})
    helper = form.helper
    helper.form_tag, helper.error_summary = False, False
    page = render_crispy_form(form, helper=helper, context={})
    assert "error-summary" not in page
    assert "<form" not in page
