"""The staff's site at /staff/: Django's admin behind a second factor, with the desk as its first page, and a safe base class."""

from functools import update_wrapper
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal import accounts, audit, desk, doors, second_factor
from portal.desk import Text
from portal.models import User
from portal.unsaved import Gone, typed_text

SIGNED_OUT = _("You were signed out before this was saved, because nothing happened for a while or the day was over.")
NOT_THERE = _("What you were writing on is not there any more, or it is not yours to change now. Nothing was saved.")
NOT_ALLOWED = _("Your role does not allow this. Ask a colleague who may do it.")
CODE_AGAIN = _("This page changes who may do what, so it asks for a new code every 15 minutes. Nothing was saved yet.")


class StaffSite(admin.AdminSite):
    """No page opens for a session that has not shown its second factor."""

    site_title = site_header = _("Staff")
    index_title = _("Desk")
    index_template = "admin/desk.html"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_authenticated and second_factor.is_verified(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As Django's, but the table of doors is asked first, and a form that cannot be taken any more is given back."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if self.has_permission(request):
                try:
                    return at_the_door(request) or guarded(request, *args, **kwargs)
                except (Http404, PermissionDenied) as refused:
                    if request.method != "POST" or not typed_text(request):
                        raise
                    return refuse(request, refused)
            if request.method == "POST" and typed_text(request):
                return give_back(request, why=SIGNED_OUT)
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every page that refuses comes here: on to the second factor when the password is done, else to our sign-in."""
        if self.has_permission(request):
            return redirect("admin:index")
        name = "staff-second-factor" if request.user.is_authenticated else "staff-sign-in"
        wanted = request.GET.get("next", reverse("admin:index"))
        return redirect(f"{reverse(name)}?{urlencode({'next': wanted})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return sign_out(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            audit.record("change", by=member(request), object=f"portal.user {request.user.pk}", fields=["password"])
        return response

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        context = {"panels": desk.panels(request), "next": desk.next_thing(request)}
        return super().index(request, {**context, **(extra_context or {})})


def member(request: HttpRequest) -> User:
    """Who is signed in; the site lets nobody else in."""
    return cast(User, request.user)


def at_the_door(request: HttpRequest) -> HttpResponse | None:
    """None for whom portal/doors.py lets in. Addresses without a name are Django's own redirects and its 404."""
    name = request.resolver_match.url_name if request.resolver_match else None
    if name is None:
        return None
    door = doors.DOORS.get(name)
    if door is None:
        raise PermissionDenied
    needs = door.needs(request.method or "")
    if needs is None:
        return HttpResponseNotAllowed(door.methods)
    if not needs.allows(member(request)):
        raise PermissionDenied
    return None


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    accounts.sign_out(request)
    messages.success(request, _("You are signed out."))
    return redirect("staff-sign-in")


def give_back(
    request: HttpRequest,
    *,
    why: Text,
    way_on: tuple[str, Text] | None = None,
    typed: list[tuple[str, str]] | None = None,
    status: int = 403,
) -> HttpResponse:
    """Refuses a form with what was typed into it, to be copied, and the way on: an address and its words. Else the way in."""
    way_in = f"{reverse('admin:login')}?{urlencode({'next': request.get_full_path()})}"
    url, words = way_on or (way_in, _("Go on and show who you are"))
    context = {
        **admin.site.each_context(request),
        "title": _("This is not saved yet"),
        "why": why,
        "typed": typed_text(request) if typed is None else typed,
        "way_on_url": url,
        "way_on_words": words,
    }
    return TemplateResponse(request, "admin/not_saved.html", context, status=status)


def refuse(request: HttpRequest, refused: Http404 | PermissionDenied) -> HttpResponse:
    """A form that came to a page that is gone, or that this role may not send: the same answer, with what was typed."""
    to_desk = (reverse("admin:index"), _("Back to the desk"))
    if isinstance(refused, Gone):
        return give_back(request, why=str(refused), way_on=refused.way_on or to_desk, typed=refused.typed, status=404)
    if isinstance(refused, Http404):
        return give_back(request, why=NOT_THERE, way_on=to_desk, status=404)
    return give_back(request, why=NOT_ALLOWED, way_on=to_desk)


def code_again(request: HttpRequest, *, why: Text = CODE_AGAIN) -> HttpResponse | None:
    """For pages with much power: None when the second factor was shown in the last 15 minutes, else the answer to give."""
    if second_factor.is_fresh(request):
        return None
    if request.method == "POST" and typed_text(request):
        return give_back(request, why=why)
    return redirect(f"{reverse('staff-second-factor')}?{urlencode({'next': request.get_full_path()})}")


def in_language(text: str, language: str) -> SafeString:
    """A text that may be in another language than the page around it, marked as such."""
    return format_html('<span lang="{}" dir="auto">{}</span>', language, text)


class StaffModelAdmin(admin.ModelAdmin):
    """What every model's pages share: nothing is deleted, nothing hidden can be probed by a lookup, every look is recorded."""

    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # counting every choice of every filter costs more than it tells
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}  # an address pasted without its scheme
    allowed_lookups: tuple[str, ...] = ()
    asks_for_code_again = False  # adding and changing need a second factor of the last 15 minutes

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """An allow-list: the key, what the filters of the list themselves write into the address, and `allowed_lookups`."""
        allowed: set[str] = {self.opts.pk.name, f"{self.opts.pk.name}__exact", *self.allowed_lookups}
        for item in self.get_list_filter(request) if request else self.list_filter:
            if isinstance(item, type):
                allowed.add(getattr(item, "parameter_name", ""))
            else:
                name = str(item[0] if isinstance(item, list | tuple) else item)
                allowed |= {name, *(f"{name}__{end}" for end in ("exact", "id__exact", "isnull", "gte", "lt"))}
        return lookup in allowed

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Named by what it lists; Django's "Select … to change" is wrong where there is nothing to change."""
        return super().changelist_view(request, {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise PermissionDenied

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The admin's own history is not kept (see log_change): a page that says "no changes" would be wrong."""
        raise Http404

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if self.asks_for_code_again and (answer := code_again(request)):
            return answer
        return super().changeform_view(request, object_id, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        if request.method == "GET" and response.status_code == 200:
            audit.record("view", by=member(request), object=f"{self.opts.label_lower} {object_id}")
        return response

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        action = "change" if change else "add"
        audit.record(action, by=member(request), object=f"{self.opts.label_lower} {obj.pk}", fields=form.changed_data)

    # the audit log replaces the admin's own, which keeps __str__ of what was changed
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None


class ReadOnlyAdmin(StaffModelAdmin):
    """Rows that only code writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        return flatten_fieldsets(self.get_fieldsets(request, obj))
