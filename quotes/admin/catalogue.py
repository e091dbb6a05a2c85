"""The catalogue staff choose from, and the physician's signature under a rule set."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.admin_site import StaffModelAdmin, in_language, member
from quotes import rules
from quotes.models import Clinic, RuleSetApproval, Treatment
from quotes.wording import countries, country_name


@admin.register(Treatment)
class TreatmentAdmin(StaffModelAdmin):
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
    )

    @admin.display(description=_("name"), ordering="name")
    def shown_name(self, treatment: Treatment) -> str:
        return in_language(treatment.name, treatment.language)


@admin.register(Clinic)
class ClinicAdmin(StaffModelAdmin):
    list_display = ("name", "place", "accreditation", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "city")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "country":
            choices = [("", "–"), *countries(translation.get_language() or "en")]
            return forms.ChoiceField(label=_("Country"), choices=choices)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("where"))
    def place(self, clinic: Clinic) -> str:
        return ", ".join(part for part in (clinic.city, country_name(clinic.country)) if part)


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
