"""The staff's site at /staff/: Django's admin behind a second factor, with the desk as its first page, and a safe base class."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal import audit, desk, second_factor


class StaffSite(admin.AdminSite):
    """No page opens for a session that has not shown its second factor."""

    site_title = site_header = _("Staff")
    index_title = _("Desk")
    index_template = "admin/desk.html"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_authenticated and second_factor.is_verified(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every page that refuses comes here: on to the second factor when the password is done, else to our sign-in."""
        name = "staff-second-factor" if request.user.is_authenticated else "staff-sign-in"
        wanted = request.GET.get("next", request.get_full_path())
        return redirect(f"{reverse(name)}?{urlencode({'next': wanted})}")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().index(request, {"panels": desk.panels(request), **(extra_context or {})})


class StaffModelAdmin(admin.ModelAdmin):
    """What every model's pages share: nothing is deleted, nothing hidden can be probed by a lookup, every look is recorded."""

    list_per_page = 25
    show_full_result_count = False
    allowed_lookups: tuple[str, ...] = ()
    audited = True

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        filters = {item if isinstance(item, str) else item[0] for item in self.list_filter if isinstance(item, str | tuple)}
        allowed = {self.opts.pk.name, *self.allowed_lookups, *filters}
        return lookup in allowed or lookup.removesuffix("__exact") in allowed or lookup.removesuffix("__id__exact") in allowed

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        if self.audited and request.method == "GET" and response.status_code == 200:
            audit.record("view", by=request.user, object=f"{self.opts.label_lower} {object_id}")
        return response

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        action = "change" if change else "add"
        audit.record(action, by=request.user, object=f"{self.opts.label_lower} {obj.pk}", fields=form.changed_data)

    # the audit log replaces the admin's own, which keeps __str__ of what was changed
    def log_addition(self, *args: Any, **kwargs: Any) -> None:
        pass

    def log_change(self, *args: Any, **kwargs: Any) -> None:
        pass


class ReadOnlyAdmin(StaffModelAdmin):
    """Rows that only code writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        return flatten_fieldsets(self.get_fieldsets(request, obj))
