"""The forms of the recommendation builder. Amounts are typed in whole units (1250 or 1250.50) and kept in minor units."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.admin_site import in_language
from quotes import rules
from quotes.case_forms import long_text
from quotes.models import Clinic, LineItem, Option, Recommendation
from quotes.money import amount_text, parse_amount, rates_from
from quotes.proposal import usual_commission
from quotes.questions import Text
from quotes.readiness import amber_flags

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "AED", "SAR", "TRY", "MAD", "EGP", "INR", "MXN", "JPY", "KWD", "JOD")
AMOUNTS = ("low", "likely", "high")
SETTLED = _("%(warning)s (dealt with since: untick it)")
WRITE_AMOUNT = _("Write an amount like 1250 or 1250.50, without a sign for thousands.")


PATIENT_READS = {
    "summary", "against_reasons", "could_change", "alternatives", "elsewhere", "commission", "revision_reason", "title", "description",
}  # fmt: skip


def day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def written_in(form: forms.ModelForm, language: str) -> None:
    """Tell browsers which language the patient reads: spelling and screen readers follow it."""
    for name in PATIENT_READS & set(form.fields):
        form.fields[name].widget.attrs["lang"] = language


def how_we_are_usually_paid(language: str) -> SafeString:
    """An example beside the box. It is a promise, so nobody but a person puts it into the box."""
    usual = in_language(usual_commission(language), language)
    return format_html(gettext("Write what is true for this family. It may be: {usual}"), usual=usual)


class RecommendationForm(forms.ModelForm):
    """The words. The amber flags of the case are ticked where the patient is told of them; a rate is copied from the table."""

    carried_flags = forms.MultipleChoiceField(
        label=_("Warnings that the patient reads"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Amber flags that are still open. Untick one that you have dealt with, and mark it on the case screen."),
    )
    family_currency = forms.ChoiceField(
        label=_("The family's currency, beside it"),
        required=False,
        help_text=_("From the exchange rates in the catalogue. The rate of that day is kept with this version."),
    )

    class Meta:
        model = Recommendation
        fields = (
            "summary", "advise_against", "against_reasons", "could_change", "alternatives", "elsewhere", "commission",
            "currency", "valid_until", "revision_reason",
        )  # fmt: skip
        widgets = {
            "summary": long_text(rows=8),
            "against_reasons": long_text(rows=4),
            "could_change": long_text(rows=3),
            "alternatives": long_text(rows=3),
            "elsewhere": long_text(rows=3),
            "commission": long_text(rows=3),
            "revision_reason": long_text(rows=2),
            "valid_until": day(),
        }
        help_texts = {
            "summary": _("Two or three short paragraphs to the person: what we would do first, and why."),
            "revision_reason": _("The patient reads this above the new version."),
            "could_change": _("What would have to be different, and how anybody would know. Empty is allowed."),
            "elsewhere": _("Other people who can help: a stroke team, a patients' association, a second opinion."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict.fromkeys((self.instance.currency, *CURRENCIES))
        self.fields["currency"] = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in known])
        if not self.instance.supersedes_id:
            del self.fields["revision_reason"]
        self.fields["commission"].help_text = how_we_are_usually_paid(self.instance.language)
        self.offer_warnings()
        self.offer_currencies()
        written_in(self, self.instance.language)

    @property
    def groups(self) -> list[tuple[Text, list[forms.BoundField], bool]]:
        """Title, fields and whether it is open, as the page shows them: the advice against is folded away until it is given."""
        against = [self[name] for name in ("advise_against", "against_reasons", "alternatives", "could_change", "elsewhere")]
        others = [field for field in self if field.name not in {each.name for each in against}]
        is_open = bool(self["advise_against"].value()) or any(field.errors for field in against)
        return [
            ("", [field for field in others if field.name in ("revision_reason", "summary")], True),
            (_("If you advise against a procedure"), against, is_open),
            ("", [field for field in others if field.name not in ("revision_reason", "summary")], True),
        ]

    @property
    def as_read(self) -> list[tuple[Text, str, str]]:
        """Each field with its value in words, for who may not change it, and the language of what the patient reads."""
        language = self.instance.language
        return [
            (each.label, in_words(each.field, each.value()), language if each.name in PATIENT_READS else "") for each in self
        ]

    def offer_warnings(self) -> None:
        still_open = [flag.rule_id for flag in amber_flags(self.instance)]
        settled = [rule_id for rule_id in self.instance.carried_flags if rule_id not in still_open]
        choices = [(rule_id, rules.reason_of(rule_id)) for rule_id in still_open]
        choices += [(rule_id, SETTLED % {"warning": rules.reason_of(rule_id)}) for rule_id in settled]
        field = self.fields["carried_flags"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices
        self.initial["carried_flags"] = self.instance.carried_flags
        if not choices:
            del self.fields["carried_flags"]

    def offer_currencies(self) -> None:
        self.rates = rates_from(self.instance.currency)
        kept = {self.instance.second_currency} - {""}
        field = self.fields["family_currency"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", "–"), *((code, code) for code in dict.fromkeys((*sorted(kept), *self.rates)))]
        self.initial["family_currency"] = self.instance.second_currency

    @property
    def changes(self) -> dict[str, Any]:
        """What actions.edit_recommendation takes."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("family_currency", "carried_flags")}
        data["carried_flags"] = list(self.cleaned_data.get("carried_flags", []))
        chosen = self.cleaned_data["family_currency"]
        if chosen in ("", data["currency"]):  # the family counts in ours: there is nothing to show beside it
            return {**data, "second_currency": "", "rate": None, "rate_as_of": None, "rate_source": ""}
        if chosen in self.rates:  # the newest, also where an older one is kept
            rate = self.rates[chosen]
            data |= {"second_currency": chosen, "rate": rate.rate, "rate_as_of": rate.as_of, "rate_source": rate.source}
        return data

    def clean(self) -> dict[str, Any]:
        """The family's currency is reckoned from the currency that is chosen now, not from the one that the page showed."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        currency, chosen = data.get("currency"), data.get("family_currency")
        if currency and chosen not in (None, "", currency) and currency != self.initial.get("currency"):
            self.rates = rates_from(currency)
            if chosen not in self.rates:
                text = _("The catalogue has no exchange rate from %(currency)s to %(family)s. Enter one first, or choose “–”.")
                self.add_error("family_currency", ValidationError(text, params={"currency": currency, "family": chosen}))
        return data

    def clean_currency(self) -> str:
        chosen: str = self.cleaned_data["currency"]
        written = LineItem.objects.filter(option__recommendation=self.instance.pk, likely__isnull=False)
        if chosen != self.initial.get("currency") and written.exists():
            raise ValidationError(_("Some lines have amounts already. Empty them first: they would mean other sums."))
        return chosen

    def clean_valid_until(self) -> Any:
        chosen = self.cleaned_data["valid_until"]
        if chosen and chosen < timezone.localdate():
            raise ValidationError(_("Choose a day in the future."))
        return chosen


def in_words(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool) or isinstance(field, forms.BooleanField):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(field, forms.ChoiceField):  # also of several
        labels = {str(key): label for key, label in field.choices}  # type: ignore[union-attr, misc]
        return (
            "\n".join(str(labels.get(str(one), one)) for one in (value if isinstance(value, list) else [value]) if one) or "–"
        )
    return str(value or "–")


class OptionForm(forms.ModelForm):
    class Meta:
        model = Option
        fields = ("title", "description", "clinic")
        widgets = {"title": forms.TextInput(attrs={"dir": "auto"}), "description": long_text(rows=5)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        written_in(self, self.instance.recommendation.language)
        usable = Clinic.objects.filter(is_active=True)
        clinic = self.fields["clinic"]
        assert isinstance(clinic, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        clinic.queryset = usable | Clinic.objects.filter(pk=self.instance.clinic_id)
        clinic.empty_label = str(_("No clinic"))


class AmountField(forms.CharField):
    """A sum as people type it; its form turns it into minor units, because that needs the currency."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 9, "class": "amount"})


class LineForm(forms.Form):
    """One line of an option's costs."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    position = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=999)
    group = forms.ChoiceField(label=_("Group"), choices=LineItem.Group.choices, initial=LineItem.Group.MEDICAL)
    label = forms.CharField(label=_("What for"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=9999, initial=1)
    low = AmountField(label=_("Low, each"), required=False)
    likely = AmountField(label=_("Likely, each"), required=False)
    high = AmountField(label=_("High, each"), required=False)
    inclusion = forms.ChoiceField(
        label=_("In the price?"), choices=LineItem.Inclusion.choices, initial=LineItem.Inclusion.INCLUDED
    )
    source = forms.ChoiceField(label=_("How we know"), choices=LineItem.Source.choices, initial=LineItem.Source.UNKNOWN)
    quoted_on = forms.DateField(label=_("Quoted on"), required=False, widget=day())

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.label:
                field.widget.attrs["aria-label"] = field.label  # the table's heads are not read with each box

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        source = data.get("source")
        amounts = {name: self.amount(name) for name in AMOUNTS if name in data}
        if not self.errors and [name for name, value in amounts.items() if value is not None] == ["likely"]:
            amounts = dict.fromkeys(AMOUNTS, amounts["likely"])  # one sum alone is all three
        given = [name for name, value in amounts.items() if value is not None]
        if source == LineItem.Source.UNKNOWN and given:
            self.add_error("source", _("There is an amount here: choose whether it was quoted or is our estimate."))
        elif source and source != LineItem.Source.UNKNOWN and not self.errors:
            self.check_range(amounts)
        if source == LineItem.Source.QUOTED and not data.get("quoted_on") and "quoted_on" not in self.errors:
            self.add_error("quoted_on", _("Write the day on which the clinic told us."))
        if (quoted := data.get("quoted_on")) and quoted > timezone.localdate():
            self.add_error("quoted_on", _("This day is in the future."))
        if source and source != LineItem.Source.QUOTED:
            data["quoted_on"] = None
        return {**data, **amounts}

    def amount(self, name: str) -> int | None:
        text = self.cleaned_data[name]
        if not text:
            return None
        try:
            return parse_amount(text, self.currency)
        except ValueError:
            self.add_error(name, WRITE_AMOUNT)
            return None

    def check_range(self, amounts: dict[str, int | None]) -> None:
        for name in AMOUNTS:
            if amounts.get(name) is None:
                self.add_error(name, _("Write an amount, or choose “not known yet” beside it."))
        low, likely, high = (amounts.get(name) for name in AMOUNTS)
        if low is None or likely is None or high is None:
            return
        if likely < low:
            self.add_error("likely", _("The likely amount is smaller than the low one."))
        if high < likely:
            self.add_error("high", _("The high amount is smaller than the likely one."))


class BaseLines(forms.BaseFormSet):
    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove")
        form.fields["DELETE"].widget.attrs["aria-label"] = _("Remove this line")


LineFormSet = forms.formset_factory(LineForm, formset=BaseLines, extra=3, can_delete=True, max_num=60, absolute_max=80)


def line_initial(line: LineItem, currency: str) -> dict[str, Any]:
    amounts = {name: amount_text(getattr(line, name), currency) for name in AMOUNTS}
    plain = ("id", "position", "group", "label", "quantity", "inclusion", "source", "quoted_on")
    return {**{name: getattr(line, name) for name in plain}, **amounts}


def line_changes(formset: Any) -> list[dict[str, Any]]:
    """The lines as actions.edit_option takes them, numbered anew in the order of their places."""
    filled = [
        form.cleaned_data for form in formset.forms if form.cleaned_data and (form.has_changed() or form.cleaned_data["id"])
    ]
    gone = [{"id": data["id"], "delete": True} for data in filled if data.get("DELETE") and data["id"]]
    kept = [data for data in filled if not data.get("DELETE")]
    kept.sort(key=lambda data: data["position"] or 1000)
    return [*gone, *({**data, "position": place} for place, data in enumerate(kept, 1))]


WORDS: dict[str, forms.Field] = {  # every box of the builder into which something is typed
    **RecommendationForm.base_fields,
    **OptionForm.base_fields,
    **LineForm.base_fields,
    "reason": forms.CharField(label=_("A remark, if you wish")),
    "comment": forms.CharField(label=_("What should change?")),
}
