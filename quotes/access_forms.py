"""The forms of getting in and of letting others in: the code, the passphrase, an address, an invitation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quotes.case_forms import CodeForm, PageForm
from quotes.models import Participant

Role = Participant.Role
OWN = "own"  # beside the roles: the patient, who becomes the owner when they say yes
ROLES = (
    (Role.WRITER.value, _("Read everything, and write to the office")),
    (Role.READER.value, _("Read everything, and write nothing")),
)
EMAIL_ERRORS = {
    "required": _("Type the e-mail address."),
    "invalid": _("This is not a whole e-mail address. Write it like this: name@example.org"),
}


def email_field(*, label: Any, help_text: Any = "") -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false", "autocapitalize": "none"})
    return forms.EmailField(label=label, help_text=help_text, max_length=254, error_messages=EMAIL_ERRORS, widget=widget)


def secret_field(*, label: Any, help_text: Any = "", autocomplete: str, required: bool = True) -> forms.CharField:
    """Not stripped: a space is a letter of a passphrase like any other."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=200,
        strip=False,
        required=required,
        error_messages={"required": _("Type your passphrase.")},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "dir": "auto"}),
    )


class DoorCodeForm(CodeForm):
    is_shared = forms.BooleanField(
        label=_("Others use this computer, too (a library, a hospital, a friend's)"),
        help_text=_(
            "On a shared computer, everything closes with the browser, and your private page after 10 minutes without a click, too."
        ),
        required=False,
    )


class PassphraseEntryForm(PageForm):
    passphrase = secret_field(label=_("Your passphrase"), autocomplete="current-password")


class NotMeForm(PageForm):
    who = forms.ChoiceField(
        label=_("Who was it?"),
        choices=(
            ("me", _("It was me, or somebody whom I let use it")),
            ("not_me", _("It was not me, and I do not know who it was")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two."), "invalid_choice": _("Choose one of the two.")},
    )


class InviteForm(PageForm):
    """`may_be_patient`: whether the patient is not in the circle yet. `may_own`: and could become the owner."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As all of you call this person. It stands beside what this person writes."),
        max_length=80,
        error_messages={"required": _("Type a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    email = email_field(
        label=_("E-mail address"),
        help_text=_("We send an invitation there. It says nothing about health, and does not name you."),
    )
    role = forms.ChoiceField(
        label=_("What may this person do?"),
        choices=ROLES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what this person may do.")},
    )
    is_patient = forms.BooleanField(label=_("This person is the patient"), required=False)

    def __init__(self, *args: Any, may_be_patient: bool, may_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_own:
            own = (OWN, _("This is the patient: the case becomes theirs when they say yes. You can still read and write"))
            self.fields["role"].choices = [*ROLES, own]  # type: ignore[attr-defined]
        if not may_be_patient:
            del self.fields["is_patient"]


class RoleForm(PageForm):
    role = forms.ChoiceField(label=_("What may this person do?"), choices=ROLES, widget=forms.RadioSelect)


class EndAccessForm(PageForm):
    """`is_patient`: whose access it is; then nobody ends it without having read so."""

    is_sure = forms.BooleanField(
        label=_("I know that this person is the patient, and I want to end their access"),
        error_messages={"required": _("This person is the patient. Tick this box if you really want to end their access.")},
    )

    def __init__(self, *args: Any, is_patient: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_patient:
            del self.fields["is_sure"]


class PassphraseForm(PageForm):
    """`has_one`: the present one is asked for first."""

    passphrase_now = secret_field(label=_("Your passphrase of now"), autocomplete="current-password")
    passphrase_new = secret_field(
        label=_("Your new passphrase"),
        help_text=_("At least 8 letters. Three or four words in a row are easy to keep in mind and hard to guess."),
        autocomplete="new-password",
    )
    passphrase_again = secret_field(label=_("The new passphrase once more"), autocomplete="new-password")

    def __init__(self, *args: Any, has_one: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_one:
            del self.fields["passphrase_now"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        new, again = given.get("passphrase_new"), given.get("passphrase_again")
        if new and again and new != again:
            self.add_error("passphrase_again", _("The two are not the same. Type both again."))
        return given


class RemovePassphraseForm(PageForm):
    passphrase_now = secret_field(label=_("Your passphrase of now"), autocomplete="current-password")


class AddressForm(PageForm):
    email = email_field(label=_("Your new e-mail address"), help_text=_("We send a code there, to be sure that it is yours."))
    passphrase_now = secret_field(label=_("Your passphrase"), autocomplete="current-password")

    def __init__(self, *args: Any, has_passphrase: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_passphrase:
            del self.fields["passphrase_now"]
