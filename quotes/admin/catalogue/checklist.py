"""The steps that a coordinator goes through, by type of case."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.admin_site import in_language
from portal.versioned_admin import VersionedAdmin
from quotes.models import ChecklistStep


@admin.register(ChecklistStep)
class ChecklistStepAdmin(VersionedAdmin):
    list_display = ("shown_text", "case_type", "language", "position", "is_active")
    list_filter = ("case_type", "language", "is_active")
    search_fields = ("text", "key")
    list_per_page = 50
    fieldsets = (
        (
            None,
            {
                "fields": ("text", "case_type", "language", "key", "position", "is_active"),
                "description": _(
                    "A case shows the steps of every type that it is, in the language in which the reader works; where a step "
                    "has none in it, the English one. A checklist reminds: it never stops anything from being sent."
                ),
            },
        ),
    )

    @admin.display(description=_("step"), ordering="text")
    def shown_text(self, step: ChecklistStep) -> str:
        return in_language(step.text, step.language)
