"""The costs people forget: what every new option of a kind starts with."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.admin_site import in_language
from portal.versioned_admin import VersionedAdmin, VersionedForm
from quotes.models import LineItem, UsualLine


class UsualLineForm(VersionedForm):
    group = forms.ChoiceField(label=_("Group"), choices=LineItem.Group.choices)
    inclusion = forms.ChoiceField(label=_("In the price?"), choices=LineItem.Inclusion.choices)


@admin.register(UsualLine)
class UsualLineAdmin(VersionedAdmin):
    form = UsualLineForm
    list_display = ("shown_label", "kind", "language", "position", "group_words", "inclusion_words", "is_active")
    list_filter = ("kind", "language", "is_active")
    search_fields = ("label",)
    list_per_page = 50
    fieldsets = (
        (
            None,
            {
                "fields": ("kind", "language", "position", "label", "group", "inclusion", "is_active"),
                "description": _(
                    "New options start with these rows, in the order of their places. Where a language has none, the English "
                    "ones are taken. Drafts that exist already stay as they are."
                ),
            },
        ),
    )

    @admin.display(description=_("what for"), ordering="label")
    def shown_label(self, line: UsualLine) -> str:
        return in_language(line.label, line.language)

    @admin.display(description=_("group"), ordering="group")
    def group_words(self, line: UsualLine) -> Any:
        return dict(LineItem.Group.choices).get(line.group, line.group)

    @admin.display(description=_("in the price?"), ordering="inclusion")
    def inclusion_words(self, line: UsualLine) -> Any:
        return dict(LineItem.Inclusion.choices).get(line.inclusion, line.inclusion)
