"""Figures with a day and a source: what clinics told us a treatment costs, and rates of exchange. Old ones stay; newer ones are added."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.admin_site import StaffModelAdmin, member
from portal.versioned_admin import VersionedAdmin, VersionedForm
from quotes.admin.catalogue.choices import currency_choices, reader, treatment_choices
from quotes.admin.catalogue.treatments import not_in_the_future
from quotes.admin.forms import WRITE_AMOUNT, AmountField
from quotes.models import Clinic, ExchangeRate, Price, Treatment
from quotes.money import amount_text, money, parse_amount, rates_from

JUMP = Decimal("0.3")  # a rate that moves more than this between two entries is a slip more often than news


def price_words(price: Price) -> str:
    low, high = money(price.low, price.currency), money(price.high, price.currency)
    return low if price.low == price.high else f"{low} – {high}"


def told_words(price: Price) -> str | SafeString:
    """The day, and whether the price has grown too old to be relied on."""
    day = formats.date_format(price.quoted_on, "DATE_FORMAT")
    if not price.is_old:
        return day
    return format_html('{} <strong class="is-old">{}</strong>', day, _("old: ask again"))


class PriceForm(VersionedForm):
    treatment_key = forms.ChoiceField(label=_("Treatment"), choices=treatment_choices)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    low = AmountField(label=_("From"))
    high = AmountField(label=_("To"), required=False, help_text=_("Leave it empty when the clinic named one sum."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("low", "high"):
            if (minor := getattr(self.instance, name)) is not None:
                self.initial[name] = amount_text(minor, self.instance.currency)

    def clean_quoted_on(self) -> Any:
        return not_in_the_future(self.cleaned_data["quoted_on"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "currency" not in data:
            return {name: value for name, value in data.items() if name not in ("low", "high")}  # no sum without its money
        for name in ("low", "high"):
            if text := data.get(name):
                try:
                    data[name] = parse_amount(text, data["currency"])
                except ValueError:
                    self.add_error(name, WRITE_AMOUNT)
        if "low" in data and "high" in data:
            data["high"] = data["low"] if data["high"] == "" else data["high"]
            if data["high"] < data["low"]:
                self.add_error("high", _("The second amount is smaller than the first."))
        return data


@admin.register(Price)
class PriceAdmin(VersionedAdmin):
    form = PriceForm
    list_display = ("clinic", "treatment_name", "label", "amount", "told")
    list_filter = ("clinic", "currency")
    list_select_related = ("clinic",)
    search_fields = ("clinic__name", "treatment_key", "label")
    fieldsets = (
        (
            None,
            {
                "fields": ("clinic", "treatment_key", "label", "currency", "low", "high", "quoted_on", "excludes"),
                "description": _(
                    "A record of what the clinic said, not an offer. A new price is a new row: the old one stays."
                ),
            },
        ),
    )
    to_read = ("clinic", "treatment_name", "label", "amount", "told", "excludes")

    class Media:
        css = {"all": ("portal/css/admin-catalogue.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        named = Treatment.objects.filter(translation_key=OuterRef("treatment_key"))
        here, english = (Subquery(named.filter(language=code).values("name")[:1]) for code in (reader(), "en"))
        return super().get_queryset(request).annotate(named=Coalesce(here, english, "treatment_key"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only read sees amounts in words, not in cents."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": self.to_read})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None or self.has_change_permission(request, obj) else self.to_read

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "clinic":
            kwargs["queryset"] = Clinic.objects.order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("treatment"))
    def treatment_name(self, price: Price) -> str:
        return str(getattr(price, "named", price.treatment_key))

    @admin.display(description=_("price"))
    def amount(self, price: Price) -> str:
        return price_words(price)

    @admin.display(description=_("told on"), ordering="quoted_on")
    def told(self, price: Price) -> str | SafeString:
        return told_words(price)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.recorded_by = member(request)
        super().save_model(request, obj, form, change)


def parse_rate(text: str) -> Decimal:
    """A rate as people type it. Raises ValueError for what is no number, or could be read in two ways, such as 1,250."""
    plain = "".join(str(unicodedata.decimal(c)) if unicodedata.decimal(c, None) is not None else c for c in text.strip())
    match = re.fullmatch(r"(\d{1,10})(?:([.,٫])(\d{1,8}))?", plain)
    if not match or (match[2] == "," and len(match[3]) == 3):
        raise ValueError(text)
    return Decimal(f"{match[1]}.{match[3] or 0}")


class RateForm(forms.ModelForm):
    base = forms.ChoiceField(label=_("One unit of"), choices=currency_choices)
    quote = forms.ChoiceField(label=_("Is this many"), choices=currency_choices)
    rate = forms.CharField(label=_("Rate"), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    is_meant = forms.BooleanField(
        label=_("The rate has really changed this much"),
        required=False,
        help_text=_("Only needed when a rate differs by more than 30 % from the last one."),
    )

    def clean_rate(self) -> Decimal:
        try:
            rate = parse_rate(self.cleaned_data["rate"])
        except ValueError as cause:
            raise ValidationError(_("Write the rate like 1.0825, without a sign for thousands.")) from cause
        if not rate:
            raise ValidationError(_("A rate is more than zero."))
        return rate

    def clean_as_of(self) -> Any:
        return not_in_the_future(self.cleaned_data["as_of"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        base, quote, rate = (data.get(name) for name in ("base", "quote", "rate"))
        if base and base == quote:
            self.add_error("quote", _("Choose two different currencies."))
        elif base and quote and rate and not data.get("is_meant"):
            last = rates_from(base).get(quote)
            if last and abs(rate / last.rate - 1) > JUMP:
                words = {"rate": f"{last.rate.normalize():f}", "day": formats.date_format(last.as_of, "DATE_FORMAT")}
                self.add_error(
                    "rate",
                    _(
                        "The last rate was %(rate)s (%(day)s). This one differs by more than 30 %%: look for a slip. "
                        "If it is right, tick the box below."
                    )
                    % words,
                )
        return data


@admin.register(ExchangeRate)
class ExchangeRateAdmin(StaffModelAdmin):
    """Added, never changed: what was sent to a family keeps the rate of its day."""

    form = RateForm
    list_display = ("pair", "shown_rate", "as_of", "source", "recorded_by")
    list_filter = ("base", "quote")
    list_select_related = ("recorded_by",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["base", "quote", "rate", "as_of", "source"]
        said = _("Rates are never changed. To put a slip right, add the right rate for the same day: the newest row counts.")
        shown = ["pair", "shown_rate", "as_of", "source", "recorded_by"]
        return [(None, {"fields": shown if obj else [*fields, "is_meant"], "description": said})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("pair", "shown_rate", "recorded_by") if obj else ()

    @admin.display(description=_("pair"), ordering="base")
    def pair(self, row: ExchangeRate) -> str:
        return f"{row.base} → {row.quote}"

    @admin.display(description=_("rate"), ordering="rate")
    def shown_rate(self, row: ExchangeRate) -> str:
        return f"{row.rate.normalize():f}"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.recorded_by = member(request)
        super().save_model(request, obj, form, change)
