"""The question sheet of a clinic as one page of small forms. Several people may fill it in at once: each question is looked at by itself."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.sheets import Ask, Group
from quotes.admin.catalogue.treatments import not_in_the_future
from quotes.admin.forms import day
from quotes.clinic_questions import ASKS, GROUPS
from quotes.models import Clinic, ClinicAnswer

FIELDS = ("asked_on", "answered_on", "answer", "proof")


def fingerprint(values: Mapping[str, Any]) -> str:
    """What a question says, so that a page knows whether it has changed since it was opened."""
    plain = [str(values.get(name) or "").replace("\r\n", "\n").strip() for name in FIELDS]
    return json.dumps(plain) if any(plain) else ""


class AnswerForm(forms.ModelForm):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ClinicAnswer
        fields = FIELDS
        widgets = {
            "asked_on": day(),
            "answered_on": day(),
            "answer": forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
            "proof": forms.TextInput(attrs={"dir": "auto"}),
        }
        labels = {"proof": gettext_lazy("Proof we saw")}

    def __init__(self, *args: Any, ask: Ask, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask, self.today = ask, today
        self.saved = {name: getattr(self.instance, name) for name in FIELDS}  # validating writes into the instance
        self.now = fingerprint(self.saved)
        self.theirs = ""
        self.initial["seen"] = self.now
        self.use_required_attribute = False
        self.fields["asked_on"].required = bool(self.instance.pk)
        for name in FIELDS:
            self.fields[name].widget.attrs["aria-describedby"] = f"about-{ask.key}"

    def typed(self) -> str:
        return fingerprint({name: self.data.get(self.add_prefix(name)) for name in FIELDS})

    @property
    def is_touched(self) -> bool:
        """Whether this person wrote something other than what their page showed, and than what is saved now."""
        return self.is_bound and self.typed() not in (self.now, self.data.get(self.add_prefix("seen"), ""))

    @property
    def is_overtaken(self) -> bool:
        return self.data.get(self.add_prefix("seen"), "") != self.now

    @property
    def state(self) -> str:
        asked, answered = self.saved["asked_on"], self.saved["answered_on"]
        if answered:
            return _("answered on %(day)s") % {"day": formats.date_format(answered)}
        if asked:
            return _("asked on %(day)s, no answer") % {"day": formats.date_format(asked)}
        return _("not asked yet")

    @property
    def state_name(self) -> str:
        return "answered" if self.saved["answered_on"] else "silent" if self.saved["asked_on"] else "open"

    def clean_asked_on(self) -> Any:
        return not_in_the_future(self.cleaned_data["asked_on"])

    def clean_answered_on(self) -> Any:
        return not_in_the_future(self.cleaned_data["answered_on"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        asked, answered = data.get("asked_on"), data.get("answered_on")
        if not asked and "asked_on" not in self.errors:
            self.add_error("asked_on", _("Write the day on which we asked."))
        if data.get("answer") and not answered and "answered_on" not in self.errors:
            self.add_error("answered_on", _("Write the day on which the clinic answered."))
        if not data.get("answer") and (answered or data.get("proof")):
            self.add_error("answer", _("Write what the clinic answered."))
        if asked and answered and answered < asked:
            self.add_error("answered_on", _("This is before the day on which we asked."))
        return data


class Sheet:
    """Every question of the sheet with its form; `data` is what was sent."""

    def __init__(self, clinic: Clinic, *, data: Any = None) -> None:
        self.clinic, self.today = clinic, timezone.localdate()
        known = {answer.question: answer for answer in clinic.answers.all()}
        self.forms: dict[str, AnswerForm] = {
            key: AnswerForm(
                data,
                prefix=key,
                instance=known.get(key) or ClinicAnswer(clinic=clinic, question=key),
                ask=ask,
                today=self.today,
            )
            for key, ask in ASKS.items()
        }
        self.touched = [form for form in self.forms.values() if form.is_touched]
        self.conflicts: list[AnswerForm] = []
        self.errors: list[AnswerForm] = []

    def is_valid(self) -> bool:
        """Looks at what this person changed; where somebody else was quicker, both texts are shown and nothing is saved."""
        self.conflicts = [form for form in self.touched if form.is_overtaken]
        self.errors = [form for form in self.touched if not form.is_valid()]
        for form in self.conflicts:
            form.theirs = (
                "\n".join(str(form.saved[name] or "–") for name in ("answer", "proof")) if form.saved["answer"] else form.state
            )
        if self.conflicts or self.errors:
            self.show_again()
        return not self.conflicts and not self.errors

    def show_again(self) -> None:
        """The page comes back with what was typed; what others saved meanwhile is what it now compares with."""
        for key, form in self.forms.items():
            if form in self.touched:
                data = form.data.copy()  # type: ignore[attr-defined]
                data[form.add_prefix("seen")] = form.now
                form.data = data
            else:
                self.forms[key] = AnswerForm(prefix=key, instance=form.instance, ask=form.ask, today=self.today)

    def save(self, *, asked_all: bool) -> list[str]:
        """The keys of what was saved. `asked_all`: what was never asked was asked today; the others keep their first day."""
        for form in self.touched:
            form.save()
        saved = [form.ask.key for form in self.touched]
        if asked_all:
            open_ones = [key for key, form in self.forms.items() if form.now == "" and key not in saved]
            new = [ClinicAnswer(clinic=self.clinic, question=key, asked_on=self.today) for key in open_ones]
            ClinicAnswer.objects.bulk_create(new)
            saved += open_ones
        return saved

    @property
    def groups(self) -> Iterator[tuple[Group, list[AnswerForm]]]:
        return ((group, [self.forms[ask.key] for ask in group.asks]) for group in GROUPS)

    @property
    def has_open(self) -> bool:
        return any(form.now == "" for form in self.forms.values())
