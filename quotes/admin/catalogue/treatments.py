"""Treatments with what speaks against them and what holds in each country, and the physician's signature under a rule set."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.admin_site import StaffModelAdmin, in_language, member
from portal.versioned_admin import VersionedAdmin, VersionedForm
from quotes import rules
from quotes.admin.catalogue.choices import in_words, places_with_rules, rule_choices
from quotes.models import RegulatoryStatus, RuleSetApproval, Treatment


class TreatmentForm(VersionedForm):
    contra_indicating_rules = forms.MultipleChoiceField(
        label=_("Safety rules that speak against it"),
        choices=rule_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "When such a flag is raised, the treatment is not put into a first draft, and its reason is shown to staff."
        ),
    )

    def clean_contra_indicating_rules(self) -> list[str]:
        chosen = self.cleaned_data["contra_indicating_rules"]
        return [rule for rule in rules.BY_ID if rule in chosen]


class StatusForm(forms.ModelForm):
    country = forms.ChoiceField(label=_("Country"), choices=places_with_rules)

    def clean_checked_on(self) -> Any:
        return not_in_the_future(self.cleaned_data["checked_on"])


def not_in_the_future(day: Any) -> Any:
    if day and day > timezone.localdate():
        raise forms.ValidationError(_("This day is in the future."))
    return day


class RegulatoryStatusInline(admin.StackedInline):
    model = RegulatoryStatus
    form = StatusForm
    fields = ("country", "status", "source", "checked_on")
    extra = 1
    can_delete = False
    formfield_overrides = StaffModelAdmin.formfield_overrides


@admin.register(Treatment)
class TreatmentAdmin(VersionedAdmin):
    form = TreatmentForm
    inlines = (RegulatoryStatusInline,)
    list_display = ("shown_name", "language", "kind", "evidence_labels", "checked_on", "article", "is_active")
    list_filter = ("kind", "language", "is_active")
    list_select_related = ("article",)
    search_fields = ("name", "translation_key")
    fieldsets = (
        (None, {"fields": ("name", "language", "translation_key", "kind", "is_active")}),
        (
            _("What is known of it"),
            {
                "fields": ("evidence_labels", "summary", "risks", "regulatory_status", "checked_on", "article"),
                "description": _(
                    "A draft recommendation that uses this treatment must be opened and approved again after a change here."
                ),
            },
        ),
        (_("When to be careful"), {"fields": ("contra_indicating_rules",)}),
    )

    class Media:
        css = {"all": ("portal/css/admin-catalogue.css",)}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        rows = super().get_fieldsets(request, obj)
        may_write = obj is None or self.has_change_permission(request, obj)
        return rows if may_write else in_words(rows, {"contra_indicating_rules": "rule_reasons"})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("rule_reasons",)

    @admin.display(description=_("safety rules that speak against it"))
    def rule_reasons(self, treatment: Treatment) -> SafeString:
        reasons = ((rules.BY_ID[rule].reason,) for rule in treatment.contra_indicating_rules if rule in rules.BY_ID)
        return format_html('<ul class="catalogue-list">{}</ul>', format_html_join("", "<li>{}</li>", reasons))

    @admin.display(description=_("name"), ordering="name")
    def shown_name(self, treatment: Treatment) -> str:
        return in_language(treatment.name, treatment.language)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.has_changed():
            name = f"{self.opts.label_lower} {form.instance.pk}"
            audit.record("change", by=member(request), object=name, fields=[formset.get_default_prefix()])


@admin.register(RuleSetApproval)
class RuleSetApprovalAdmin(StaffModelAdmin):
    """Signed once: added by a clinical reviewer, never changed."""

    list_display = ("version", "approved_by", "credentials", "approved_on", "recorded_by")
    list_select_related = ("recorded_by",)
    fields = ("version", "approved_by", "credentials", "approved_on")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"version": rules.VERSION}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RuleSetApproval, form: forms.ModelForm, change: bool) -> None:  # type: ignore[override]
        obj.recorded_by = member(request)
        super().save_model(request, obj, form, change)
