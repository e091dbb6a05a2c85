"""Django forms made from the question data, as crispy layouts over the pack "regain"."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import phonenumbers
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.widgets import LongSelect
from quotes import consents, dates, intake, wording
from quotes.consents import SENDING, STORAGE, ConsentKind
from quotes.digits import western_digits
from quotes.intake import Page
from quotes.questions import NEW_SIGNS, Answers, Question, writes_for_another

ANSWER = gettext_lazy("Please answer: %(question)s")  # the summary at the top must say which question
REQUIRED = {
    "year": gettext_lazy("Write the year of birth, for example 1958."),
    "month": gettext_lazy("Write the month and the year of the stroke, for example 3 2024."),
}
EMAIL_WRONG = gettext_lazy("Write the address in full, for example name@example.org.")


class YearField(forms.CharField):
    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return dates.parse_year(text, today=timezone.localdate()) if text else ""


class MonthField(forms.CharField):
    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return dates.parse_month(text, today=timezone.localdate()) if text else ""


class PressureField(forms.CharField):
    widget = forms.TextInput(attrs={"dir": "ltr"})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return dates.parse_pressure(text) if text else ""


class PhoneField(forms.CharField):
    """Any digits, any spacing; kept as E.164. `region`: the country to assume for a number without its country code."""

    widget = forms.TextInput(attrs={"type": "tel", "dir": "ltr"})

    def __init__(self, *, region: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.region = region

    def clean(self, value: Any) -> str:
        text = western_digits(super().clean(value)).strip()
        if not text:
            return ""
        if text.startswith("00"):
            text = "+" + text[2:]
        try:
            number = phonenumbers.parse(text, self.region)
        except phonenumbers.NumberParseException as error:
            if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
                raise ValidationError(_("Start with + and the country code, for example +34 612 345 678.")) from None
            raise ValidationError(_("This is not a phone number. Write it with the country code.")) from None
        if not phonenumbers.is_possible_number(number):
            raise ValidationError(_("This number has too few or too many figures. Check it, please."))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class SeveralField(forms.MultipleChoiceField):
    """Several choices; “none” and “I don't know” stand alone."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, exclusive: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.exclusive = exclusive

    def clean(self, value: Any) -> list[str]:
        chosen: list[str] = super().clean(value)
        alone = next((one for one in chosen if one in self.exclusive), None)
        if alone and len(chosen) > 1:
            raise ValidationError(
                _("“%(choice)s” cannot be ticked together with other answers. Keep one or the other.")
                % {"choice": dict(self.choices)[alone]}  # type: ignore[arg-type]
            )
        return chosen


def help_of(question: Question) -> str:
    """The hint, and below it why we ask."""
    if not question.why:
        return str(question.hint)
    why = format_html('<span class="question__why">{}</span>', question.why)
    return format_html("{} {}", question.hint, why) if question.hint else why


def field_for(question: Question, answers: Answers, *, easy: bool = False) -> forms.Field:
    """The form field that asks a question, worded for who is asking; in the easy mode short, with its key words in bold."""
    language = translation.get_language() or "en"
    missing = REQUIRED.get(question.kind) or str(ANSWER) % {"question": question.wording(answers)}
    common: dict[str, Any] = {
        "label": wording.with_bold(question.easy) if easy and question.easy else question.wording(answers),
        "help_text": help_of(question),
        "required": question.required,
        "error_messages": {
            "required": missing,
            "invalid_choice": missing,
            "max_length": _("This is too long: %(limit_value)d characters are the most. Shorten it a little."),
        },
    }
    text: dict[str, Any] = {**common, "max_length": question.max_length}
    field: forms.Field
    match question.kind:
        case "choice" | "scale":
            field = forms.ChoiceField(choices=question.options, widget=forms.RadioSelect, **common)
        case "choices":
            field = SeveralField(choices=question.options, exclusive=question.exclusive, **common)
        case "country":
            choices = [("", _("Choose a country")), *wording.countries(language)]
            field = forms.ChoiceField(choices=choices, widget=LongSelect, **common)
        case "language":
            choices = [("", _("Choose a language")), *wording.languages(language)]
            field = forms.ChoiceField(choices=choices, widget=LongSelect, **common)
        case "currency":
            choices = [("", _("Choose a currency")), *wording.currencies(language)]
            field = forms.ChoiceField(choices=choices, widget=LongSelect, **common)
        case "time_zone":
            choices = [("", _("Choose a time zone")), *wording.time_zones(language)]
            field = forms.ChoiceField(choices=choices, widget=LongSelect, **common)
        case "pressure":
            field = PressureField(max_length=20, **common)
        case "long_text":
            field = forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), **text)
        case "year":
            field = YearField(max_length=20, **common)
        case "month":
            field = MonthField(max_length=40, **common)
        case "email":
            field = forms.EmailField(**text)
            field.error_messages["invalid"] = EMAIL_WRONG
            field.widget.attrs |= {"dir": "ltr", "spellcheck": "false", "autocapitalize": "none"}
        case "phone":
            field = PhoneField(region=answers.get("country") or None, **text)
        case _:
            field = forms.CharField(**text)
    if question.autocomplete and not (
        question.about and writes_for_another(answers)
    ):  # the browser knows the writer's, not the patient's
        field.widget.attrs["autocomplete"] = question.autocomplete
    # the server says what is missing, in plain words and in the reader's language; the browser's own bubbles do not
    field.widget.attrs.pop("maxlength", None)
    field.widget.is_required = False
    return field


class StepForm(forms.Form):
    """One page. Follow-ups that do not apply are in the page, hidden and disabled: only a script shows them.

    `more` lists the follow-ups that apply after what was posted but had not been asked: the page is shown once more.
    """

    use_required_attribute = False

    def __init__(self, page: Page, answers: Answers, *, data: QueryDict | None = None) -> None:
        self.here = {q.key for q in page.questions}
        self.page, self.saved = page, answers
        # what answers of other pages rule out is not in the page at all
        self.questions = [q for q in page.questions if all(c(answers) for c in q.shown_if if c.key not in self.here)]
        super().__init__(data, initial=initial_for(self.questions, answers))
        self.given = intake.with_posted(page, answers, posted_values(self.questions, data) if data is not None else {})
        for question in self.questions:
            self.fields[question.key] = field_for(question, self.given, easy=page.is_easy)
        self.asked = [q for q in self.questions if self.was_asked(q)]
        self.more = [q for q in self.questions if q.applies(self.given) and q not in self.asked] if self.is_bound else []
        self.helper = bare_helper(*(self.layout_of(question) for question in self.questions))

    def was_asked(self, question: Question) -> bool:
        """Whether the person saw this question: it always shows, or the page (or its script) says it was shown."""
        if not question.applies(self.given):
            return False
        return not self.is_follow_up(question) or question.key in self.data or question.key in posted_list(self.data, "asked")

    def is_follow_up(self, question: Question) -> bool:
        return any(condition.key in self.here for condition in question.shown_if)

    def layout_of(self, question: Question) -> str | Div | Field:
        field = Field(question.key, wrapper_class="field--row") if question.is_in_one_row else question.key
        if not self.is_follow_up(question):
            return field
        if not question.applies(self.given):
            self.fields[question.key].widget.attrs["disabled"] = True
        div = Div(field, template="quotes/intake/_follow_up.html")
        div.name, div.is_hidden = question.key, not question.applies(self.given)
        div.condition = intake.condition_text(question, self.page)
        return div

    def clean(self) -> dict[str, Any]:
        """What does not apply, or was not asked yet, cannot be wrong."""
        asked = {question.key for question in self.asked}
        for key in self.fields:
            if key not in asked:
                self.errors.pop(key, None)
                self.cleaned_data.pop(key, None)
        wants_contact = {"email", "phone"} <= asked and not {"email", "phone"} & self.errors.keys()
        if wants_contact and not self.cleaned_data.get("email") and not self.cleaned_data.get("phone"):
            self.add_error("email", _("Give an e-mail address or a phone number: without one we cannot answer you."))
        born, had = str(self.given.get("birth_year") or ""), self.cleaned_data.get("stroke_date") or ""
        if born.isdecimal() and had and int(had[:4]) < int(born):
            self.add_error("stroke_date", _("This is before the year of birth (%(year)s). Check the year.") % {"year": born})
        return self.cleaned_data

    def answers(self) -> dict[str, Any]:
        """The asked questions' answers, as they are kept; one that is wrong counts as not answered."""
        return {q.key: "" if q.key in self.errors else self.cleaned_data.get(q.key, "") for q in self.asked}

    def typed(self) -> dict[str, Any]:
        """What was written and is not an answer yet, word for word."""
        raw = posted_values(self.questions, self.data)
        return {q.key: raw[q.key] for q in self.asked if q.key in self.errors and raw.get(q.key)}


def posted_list(data: Any, name: str) -> list[str]:
    return data.getlist(name) if isinstance(data, QueryDict) else []


def posted_values(asked: Iterable[Question], data: Any) -> dict[str, Any]:
    """What was posted, unjudged: a list for several choices, else the text (cut where nobody goes on typing by hand)."""
    return {q.key: data.getlist(q.key) if q.kind == "choices" else data.get(q.key, "")[: q.max_length * 10] for q in asked}


GUESSES = {"currency": wording.likely_currency, "time_zone": wording.likely_time_zone}


def initial_for(asked: Iterable[Question], answers: Answers) -> dict[str, Any]:
    """The kept answers as a person would write them, what was typed but not understood, and guesses from the country."""
    values: dict[str, Any] = {}
    for question in asked:
        value = answers.get(question.key)
        if question.kind == "month" and value:
            value = dates.as_typed(value)
        elif question.kind in GUESSES and question.key not in answers:
            value = GUESSES[question.kind](answers.get("country", ""))
        values[question.key] = value
    return values | dict(answers.get(intake.TYPED) or {})


def bare_helper(*fields: Any) -> FormHelper:
    """The page writes the form tag, the token, the error summary and the buttons itself."""
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf, helper.error_summary = False, True, False
    helper.layout = Layout(*fields)
    return helper


# Before we know who is asking, “you” could be taken for the daughter who reads this.
SIGNS_OF_ANYBODY = gettext_lazy("In the last 7 days, or right now, has the person with the stroke had any of these NEW signs?")


class GateForm(forms.Form):
    """The emergency question."""

    use_required_attribute = False

    def __init__(self, *, data: QueryDict | None = None, answers: Answers) -> None:
        super().__init__(data, initial={"new_signs": answers.get("new_signs")})
        question = NEW_SIGNS if answers.get("filler_role") else replace(NEW_SIGNS, label=SIGNS_OF_ANYBODY)
        self.fields["new_signs"] = field_for(question, answers)
        self.helper = bare_helper("new_signs")


def consent_field(kind: ConsentKind) -> forms.BooleanField:
    return forms.BooleanField(
        label=str(kind.text),
        required=kind.required,
        error_messages={"required": _("Tick this box if you agree. We need it to go on.")},
    )


def read_aloud(form: forms.BaseForm) -> None:
    """The consents as staff tick them for a caller: the same text, read aloud, and who said yes to it."""
    for key, field in form.fields.items():
        if key in consents.BY_KEY:
            field.label = _("I have read this aloud to the caller, who says yes: “%(text)s”") % {"text": field.label}
            field.error_messages["required"] = _("Tick this box if the caller says yes. We need it to go on.")


class StorageForm(forms.Form):
    """The consent before the first answer is kept. `website` is a trap: people do not see it, machines fill it in."""

    use_required_attribute = False
    website = forms.CharField(required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["storage"] = consent_field(STORAGE)
        self.helper = bare_helper("storage")


class SendForm(forms.Form):
    """The consents before sending, each its own box, none ticked."""

    use_required_attribute = False

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for kind in SENDING:
            self.fields[kind.key] = consent_field(kind)
        self.helper = bare_helper(*(kind.key for kind in SENDING))

    def agreed(self) -> list[str]:
        return [key for key, ticked in self.cleaned_data.items() if ticked]
