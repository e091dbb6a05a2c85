"""The forms beside the questions: a number to call, and where to mail the link of a draft."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from babel.core import get_global
from babel.dates import get_timezone_location
from django import forms
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quotes import consents, wording
from quotes.case_forms import PageForm
from quotes.digits import western_digits
from quotes.forms import EMAIL_WRONG, PhoneField, consent_field
from quotes.models import CallRequest, QuoteRequest

EVERYWHERE = "001"  # what the phone library calls numbers of no country


def zones_of(country: str) -> list[str]:
    """A country's time zones, one for each time that clocks there show now."""
    now = timezone.now()
    by_offset: dict[timedelta, str] = {}
    for name in zones_named(country):
        by_offset.setdefault(now.astimezone(ZoneInfo(name)).utcoffset() or timedelta(0), name)
    return [by_offset[offset] for offset in sorted(by_offset)]


@lru_cache(maxsize=64)
def zones_named(country: str) -> tuple[str, ...]:
    return tuple(sorted(set(get_global("territory_zones").get(country, ())) & available_timezones()))


def zone_label(name: str, *, now: datetime) -> str:
    """`14:05 (Madrid)`: everybody knows what their own clock shows; few know the name of their time zone."""
    local = formats.time_format(now.astimezone(ZoneInfo(name)), "TIME_FORMAT")
    place = get_timezone_location(ZoneInfo(name), locale=wording.locale(translation.get_language() or "en"), return_city=True)
    return f"{local} ({place})"


class CallForm(PageForm):
    """`website` is a trap: people do not see it, machines fill it in. The time zone is asked only when the country has several."""

    use_required_attribute = False
    name = forms.CharField(
        label=gettext_lazy("What should we call you?"),
        help_text=gettext_lazy("A first name is enough."),
        max_length=80,
        error_messages={"required": gettext_lazy("Write a name, so that we know whom to ask for.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = PhoneField(
        region=None,
        label=gettext_lazy("The phone number to call"),
        help_text=gettext_lazy(
            "With the country code, for example +34 612 345 678. If you don't know it, choose the country below."
        ),
        max_length=40,
        error_messages={"required": gettext_lazy("Write the number that we should call.")},
    )
    country = forms.ChoiceField(
        label=gettext_lazy("The country of this number"),
        help_text=gettext_lazy("Not needed when the number begins with +."),
        required=False,
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("What does the clock show now where you are?"),
        help_text=gettext_lazy("Your country has more than one time. We do not want to wake you."),
        widget=forms.RadioSelect,
        required=False,
    )
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("When is a good time?"),
        help_text=gettext_lazy("Where you are. Tick all that suit you."),
        choices=CallRequest.Part.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    hours = forms.CharField(
        label=gettext_lazy("Is there more to know for calling you?"),
        help_text=gettext_lazy("For example: not on Fridays, let it ring for long, ask for my daughter."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("In which language shall we talk?"))
    submission_id = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, with_draft: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.with_draft = with_draft
        language = translation.get_language() or "en"
        self.fields["country"].choices = [("", _("Choose a country")), *wording.countries(language)]  # type: ignore[attr-defined]
        self.fields["language"].choices = wording.languages(language)  # type: ignore[attr-defined]
        self.fields["consent"] = consent_field(consents.CALL_WITH_DRAFT if with_draft else consents.CALL)
        self.fields["phone"].region = self.data.get("country") or self.initial.get("country") or None  # type: ignore[attr-defined]
        asked = self.offer_zones(zones_of(self.country_of_number()) if self.is_bound else [])
        shown = [name for name in self.fields if name != "website" and (name != "zone" or asked)]
        self.helper.layout = self.helper.build_default_layout(self)
        self.helper.layout.fields = shown
        for name in ("name", "phone", "hours"):
            self.fields[name].widget.attrs.pop("maxlength", None)

    @staticmethod
    def from_draft(case: QuoteRequest | None) -> dict[str, Any]:
        """What the draft knows of who asks."""
        answers = case.answers if case else {}
        known = {"name": answers.get("filler_name"), "phone": answers.get("phone"), "country": answers.get("country")}
        return {key: value for key, value in known.items() if value}

    @staticmethod
    def as_typed(data: Any) -> dict[str, Any]:
        """What was posted, to be shown again in another language."""
        typed = {name: data.get(name) for name in ("name", "phone", "country", "hours", "language") if data.get(name)}
        return typed | ({"parts": data.getlist("parts")} if "parts" in data else {})

    def country_of_number(self) -> str:
        """The country that the typed number says, or that was chosen; empty when neither does."""
        text = western_digits(str(self.data.get("phone", ""))).strip()
        try:
            number = phonenumbers.parse("+" + text[2:] if text.startswith("00") else text, self.data.get("country") or None)
        except phonenumbers.NumberParseException:
            return str(self.data.get("country", ""))
        found = phonenumbers.region_code_for_number(number) or ""
        return str(self.data.get("country", "")) if found in ("", EVERYWHERE) else found

    def offer_zones(self, zones: list[str]) -> bool:
        """Ask for the time only where there is a choice."""
        now = timezone.now()
        self.fields["zone"].choices = [(name, zone_label(name, now=now)) for name in zones]  # type: ignore[attr-defined]
        self.zones = zones
        return len(zones) > 1

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "phone" in self.errors and not self.data.get("country") and self.data.get("phone", "").strip():
            self.add_error("country", _("Choose the country of this number, or write the number with + and the country code."))
        if "phone" in data and len(self.zones) > 1 and not data.get("zone") and "zone" not in self.errors:
            self.add_error("zone", _("Choose what the clock shows where you are."))
        return data

    def call(self) -> dict[str, Any]:
        """What actions.ask_for_call takes from this form."""
        data = self.cleaned_data
        kept = {key: data[key] for key in ("name", "phone", "parts", "hours", "language", "submission_id")}
        return kept | {"time_zone": data.get("zone") or (self.zones[0] if self.zones else "")}


class LaterForm(PageForm):
    use_required_attribute = False
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy(
            "The link goes here. Whoever reads this mailbox can go on with the request, so check every letter."
        ),
        max_length=254,
        error_messages={"required": gettext_lazy("Write the address to which the link goes."), "invalid": EMAIL_WRONG},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr", "spellcheck": "false", "autocapitalize": "none"}),
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["email"].widget.attrs.pop("maxlength", None)
