"""Editing what somebody else may be editing too: the second to save sees both texts, and loses nothing."""

from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.admin_site import StaffModelAdmin, member
from portal.versioned import Versioned


class Unlabelled(forms.HiddenInput):
    """The admin draws a label beside each field of a group; nobody sees this one, so it must point at nothing."""

    def id_for_label(self, id_: str) -> str:
        return ""


class VersionedForm(forms.ModelForm):
    """Carries the version that was opened."""

    opened_version = forms.IntegerField(widget=Unlabelled, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["opened_version"] = self.instance.version


class Conflict(Exception):
    """Somebody saved the row after this form was opened."""

    def __init__(self, form: forms.ModelForm) -> None:
        super().__init__()
        self.form = form


class VersionedAdmin(StaffModelAdmin):
    form = VersionedForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        name, options = fieldsets[0]
        return [(name, {**options, "fields": [*options["fields"], "opened_version"]}), *fieldsets[1:]]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Conflict as conflict:  # what was begun is rolled back
            return self.conflict_page(request, form=conflict.form)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            opened = form.cleaned_data.get("opened_version") or 0
            # atomic on both databases: of two who save at once, one finds no row
            if not self.model._default_manager.filter(pk=obj.pk, version=opened).update(version=opened + 1):
                raise Conflict(form)
            obj.version = opened + 1
        obj.changed_at, obj.changed_by = timezone.now(), member(request)
        super().save_model(request, obj, form, change)

    def conflict_page(self, request: HttpRequest, *, form: forms.ModelForm) -> HttpResponse:
        """Both texts, field by field, with what this person wrote still in fields that can be sent again."""
        theirs: Versioned = get_object_or_404(self.model._default_manager.select_related("changed_by"), pk=form.instance.pk)
        current = type(form)(instance=theirs)
        data = form.data.copy()  # type: ignore[attr-defined]
        data["opened_version"] = str(theirs.version)
        mine = type(form)(data, instance=theirs)
        rows: list[dict[str, Any]] = []
        kept: list[Any] = []
        for field in mine:
            if isinstance(field.field, forms.FileField):
                if form.files.get(field.html_name):  # a browser lets nobody else choose a file
                    rows.append({"field": field, "theirs": _("Please choose the file again.")})
            elif field.name != "opened_version" and differs(current, field=field):
                rows.append({"field": field, "theirs": shown(current, field.name)})
            else:
                kept.append(field.as_hidden())
        for inline in self.get_inline_instances(request, theirs):
            formset = inline.get_formset(request, theirs)
            typed = formset(data, instance=theirs, prefix=formset.get_default_prefix())
            kept += [field.as_hidden() for field in typed.management_form]
            for row in typed:
                kept += [field for field in row if field.is_hidden]
                for field in row.visible_fields():
                    if differs(row, field=field):
                        label = f"{str(row.instance) or inline.opts.verbose_name}: {field.label}"
                        rows.append({"field": field, "label": label, "theirs": shown(row, field.name)})
                    else:
                        kept.append(field.as_hidden())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Somebody saved this while you were writing"),
            "opts": self.opts,
            "theirs": theirs,
            "rows": rows,
            "kept": kept,
            "is_multipart": mine.is_multipart(),
            "list_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"),
            "action": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[theirs.pk]),
        }
        return render(request, "admin/conflict.html", context, status=409)


def differs(current: forms.ModelForm, *, field: forms.BoundField) -> bool:
    initial = current.get_initial_for_field(current.fields[field.name], field.name)
    sent = field.field.widget.value_from_datadict(field.form.data, {}, field.html_name)
    if isinstance(initial, str) and isinstance(sent, str):
        return initial.replace("\r\n", "\n").strip() != sent.replace("\r\n", "\n").strip()
    return bool(field.field.has_changed(initial, sent))


def shown(form: forms.ModelForm, name: str) -> str:
    """The stored value of a field in words."""
    field: Any = form.fields[name]
    value = form.get_initial_for_field(field, name)
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(field.label_from_instance(row) for row in value or ())
    if isinstance(field, forms.ModelChoiceField):
        row = value if isinstance(value, models.Model) else field.queryset.filter(pk=value).first()  # type: ignore[union-attr]
        return "" if row is None else field.label_from_instance(row)
    if isinstance(field, forms.BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(field, forms.MultipleChoiceField):
        return ", ".join(str(label) for chosen, label in flat(field.choices) if chosen in (value or ()))
    if choices := getattr(field, "choices", None):
        return str(dict(choices).get(value, value))
    return "" if value is None else str(value)


def flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices without the groups they stand in."""
    found = []
    for value, label in choices:
        found += flat(label) if isinstance(label, list | tuple) else [(value, label)]
    return found
