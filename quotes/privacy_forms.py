"""The forms of the family's rights, of complaints, and of the question how things are."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quotes.case_forms import LONGEST_MESSAGE, TOO_LONG, PageForm, long_text
from quotes.digits import western_digits
from quotes.models import FollowUp, Participant, QuoteRequest

CHOOSE = {"required": gettext_lazy("Choose one of the answers.")}


class EraseForm(PageForm):
    """The last four signs of the case's number: nobody types them by mistake."""

    typed = forms.CharField(
        max_length=40, widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "class": "code-field"})
    )

    def __init__(self, *args: Any, case: QuoteRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = case.reference[-4:]
        field = self.fields["typed"]
        field.label = _("To erase everything, type: %(last)s") % {"last": self.last}
        field.help_text = _("These are the last four letters and figures of your request's number.")
        field.error_messages["required"] = self.wrong()

    def wrong(self) -> str:
        return _("Type these four letters and figures: %(last)s") % {"last": self.last}

    def clean_typed(self) -> str:
        typed = western_digits(self.cleaned_data["typed"]).upper().replace("-", "").replace(" ", "")
        if typed[-4:] != self.last:
            raise forms.ValidationError(self.wrong())
        return typed


class ComplaintForm(PageForm):
    what = forms.CharField(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy("Write it as you would tell it. It need not be perfect."),
        max_length=LONGEST_MESSAGE,
        strip=False,
        error_messages={"required": gettext_lazy("Write what happened.")} | TOO_LONG,
        widget=long_text(rows=7),
    )
    wish = forms.CharField(
        label=gettext_lazy("What would put it right? You need not say."),
        max_length=LONGEST_MESSAGE,
        required=False,
        strip=False,
        error_messages=TOO_LONG,
        widget=long_text(rows=3),
    )
    wants_answer = forms.ChoiceField(
        label=gettext_lazy("Do you want an answer?"),
        choices=(("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No, I only want you to know"))),
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)

    def clean_what(self) -> str:
        what: str = self.cleaned_data["what"]
        if not what.strip():
            raise forms.ValidationError(_("Write what happened."))
        return what


class HowForm(PageForm):
    """The first question of a follow-up. That somebody has died is offered where a relative answers."""

    how = forms.ChoiceField(
        label=gettext_lazy("How are things, compared with the time before our recommendation?"),
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [one for one in FollowUp.How.choices if one[0] != FollowUp.How.DIED or not participant.is_patient]
        self.fields["how"].choices = choices  # type: ignore[attr-defined]


class AfterwardsForm(PageForm):
    """What can be added; nothing of it must be."""

    treatment = forms.ChoiceField(
        label=gettext_lazy("Was there a treatment from our recommendation?"),
        choices=FollowUp.Treatment.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    where = forms.CharField(
        label=gettext_lazy("Where? You need not say."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    words = forms.CharField(
        label=gettext_lazy("What else should we know? You need not say anything."),
        max_length=LONGEST_MESSAGE,
        required=False,
        strip=False,
        error_messages=TOO_LONG,
        widget=long_text(rows=4),
    )
    stop = forms.BooleanField(label=gettext_lazy("Please do not ask me again."), required=False)
