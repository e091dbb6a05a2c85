"""The small forms of the case page and of the way into it."""

from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from quotes.digits import only_digits
from quotes.document_forms import SeveralFiles
from quotes.filetypes import ACCEPT

LONGEST_MESSAGE = 10_000


class PageForm(forms.Form):
    """Drawn by the template pack inside a <form> that the page writes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


def long_text(*, rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


TOO_LONG = {"max_length": _("This text is too long. Send it in two or more messages, each under 10,000 letters.")}


class CodeForm(PageForm):
    digits = forms.CharField(
        label=_("Your code"),
        help_text=_("Six digits. Look in the newest e-mail from us. It can take a few minutes; look in the spam folder too."),
        max_length=200,
        error_messages={"required": _("Type the six digits from our e-mail.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr", "class": "code-field"}
        ),
    )

    def clean_digits(self) -> str:
        digits = only_digits(self.cleaned_data["digits"])
        if len(digits) != 6:
            raise forms.ValidationError(_("The code has six digits. Look at the newest e-mail from us and type it again."))
        return digits


class LostLinkForm(PageForm):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The address that you gave us with the request."),
        max_length=254,
        error_messages={
            "required": _("Type your e-mail address."),
            "invalid": _("This is not a whole e-mail address. Write it like this: name@example.org"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )


class MessageForm(PageForm):
    body = forms.CharField(
        label=_("Your message"),
        help_text=_("Write in the language that is easiest for you."),
        max_length=LONGEST_MESSAGE,
        strip=False,
        error_messages={"required": _("Write your message first.")} | TOO_LONG,
        widget=long_text(rows=7),
    )
    other = forms.FileField(  # named for the record that its files belong to, as on the page of documents
        label=_("Files that go with it"),
        help_text=_("Photos (JPEG, PNG, HEIC), PDF or Word (DOCX), up to 50 MB each."),
        required=False,
        widget=SeveralFiles(attrs={"accept": ACCEPT, "multiple": True}),
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)


class ChangeForm(PageForm):
    text = forms.CharField(
        label=_("What should be different?"),
        help_text=_("For example: another country, an option that costs less, or more time."),
        max_length=LONGEST_MESSAGE,
        strip=False,
        error_messages={"required": _("Write what should be different.")} | TOO_LONG,
        widget=long_text(rows=6),
    )


class DeclineForm(PageForm):
    reason = forms.CharField(
        label=_("Why? You need not say."),
        help_text=_("If you like, tell us what was not right. It helps the next family."),
        max_length=LONGEST_MESSAGE,
        required=False,
        strip=False,
        error_messages=TOO_LONG,
        widget=long_text(rows=4),
    )
