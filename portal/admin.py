"""The portal's own pages on the staff site: colleagues and their roles, the outbox, the audit log, and how the machine is."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.admin import GroupAdmin  # noqa: F401 - its import registers Group, which is taken off below
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal import accounts, audit, outbox
from portal.admin_site import ReadOnlyAdmin, StaffModelAdmin, code_again, member
from portal.counting import capped_counts
from portal.desk import Line, Next, Panel, first_thing, panel, staff_of
from portal.models import AuditEvent, Heartbeat, OutgoingEmail, TotpDevice, User
from portal.roles import LABELS, MANAGER, SYSTEM

# a role's rights come from portal/roles.py and nowhere else, so nobody edits groups by hand
admin.site.unregister(Group)


class RolesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Group) -> str:
        return str(LABELS.get(obj.name, obj.name))


class UserForm(forms.ModelForm):
    """A colleague. The password is only ever written here, never shown."""

    groups = RolesField(
        label=_("Roles"),
        queryset=Group.objects.filter(name__in=LABELS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What this person may see and do. Without a role they can sign in and see nothing."),
    )
    new_password = forms.CharField(
        label=_("New password"),
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = ["name", "email", "public_role", "groups", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "new_password" not in self.fields:  # a reader's page shows the fields without a form
            return
        self.fields["new_password"].required = self.instance._state.adding
        self.fields["new_password"].help_text = (
            password_validators_help_text_html()
            if self.instance._state.adding
            else _("Leave it empty to keep the present one.")
        )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Somebody on the staff has this address already. Look for them in the list."))
        return email

    def clean_new_password(self) -> str:
        password = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password


class OwnUserForm(UserForm):
    """Keeps one from locking oneself out: the last way in must not end with a slip."""

    def clean_is_active(self) -> bool:
        if not self.cleaned_data["is_active"]:
            raise ValidationError(_("You cannot close your own account. Ask a colleague to do it."))
        return True

    def clean_groups(self) -> QuerySet[Group]:
        groups = self.cleaned_data["groups"]
        if not groups.filter(name=SYSTEM).exists():
            raise ValidationError(_("You cannot take the system role from yourself. Ask a colleague to do it."))
        return groups


class RoleFilter(admin.RelatedFieldListFilter):
    """In the reader's language: a group's own name is a key."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        found = super().field_choices(field, request, model_admin)
        return [(key, str(LABELS.get(str(name), name))) for key, name in found]


@admin.register(User)
class UserAdmin(StaffModelAdmin):
    form = UserForm
    asks_for_code_again = True
    list_display = ("name", "email", "role_names", "is_active", "has_second_factor", "last_login")
    list_filter = ("is_active", ("groups", RoleFilter))
    search_fields = ("name", "email")
    ordering = ("name",)
    change_form_template = "admin/portal/user/change_form.html"

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        person = ["name", "email", "public_role", "groups", "new_password"]
        if obj is None:
            return [(None, {"fields": person})]
        return [
            (None, {"fields": [*person, "is_active"]}),
            (_("Signing in"), {"fields": ["has_second_factor", "last_login", "created_at"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return () if obj is None else ("has_second_factor", "last_login", "created_at")

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        own = obj is not None and obj.pk == member(request).pk
        return super().get_form(request, obj, change=change, **({"form": OwnUserForm} if own else {}) | kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        enrolled = TotpDevice.objects.filter(user=OuterRef("pk"), confirmed_at__isnull=False)
        return super().get_queryset(request).prefetch_related("groups").annotate(enrolled=Exists(enrolled))

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(str(LABELS.get(group.name, group.name)) for group in user.groups.all()) or "–"

    @admin.display(description=_("second step set up"), boolean=True)
    def has_second_factor(self, user: User) -> bool:
        return bool(getattr(user, "enrolled", False))

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if password := form.cleaned_data.get("new_password"):
            obj.set_password(password)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "groups" in form.changed_data:
            names = sorted(form.instance.groups.values_list("name", flat=True))
            audit.record("set roles", by=member(request), object=f"portal.user {form.instance.pk}", fields=names)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.reset_second_factor)
        return [path("<uuid:user_id>/reset-second-factor/", view, name="portal_user_reset_second_factor"), *super().get_urls()]

    def reset_second_factor(self, request: HttpRequest, user_id: Any) -> HttpResponse:
        """Asks first; then the person enrols a phone again at the next sign-in."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if answer := code_again(request):
            return answer
        user = User.objects.filter(pk=user_id).first()
        if user is None:
            raise Http404
        back = reverse("admin:portal_user_change", args=[user.pk])
        if request.method == "POST":
            accounts.reset_second_factor(user=user, by=member(request))
            if user == request.user:
                logout(request)  # this session ended with all of theirs
            messages.success(request, _("The second step is reset. At the next sign-in a phone has to be connected again."))
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Reset the second step"),
            "person": user,
            "opts": self.opts,
            "back_url": back,
        }
        return TemplateResponse(request, "admin/portal/user/reset_second_factor.html", context)


class LateFilter(admin.SimpleListFilter):
    """Mails that should have left."""

    title, parameter_name = _("lateness"), "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("late by more than 5 minutes"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[OutgoingEmail]:
        return queryset.late() if self.value() == "yes" else queryset


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnlyAdmin):
    """Rows hold no address and no text: an address is on the case, and the text is made when the mail leaves."""

    list_display = ("created_at", "kind", "state", "attempts", "next_attempt_at", "last_error", "sent_at")
    list_filter = ("state", LateFilter, "kind")
    ordering = ("-created_at",)
    fields = (
        "kind", "state", "delivery_class", "attempts", "created_at", "next_attempt_at", "sent_at", "last_error",
        "subject_type", "subject_id", "message_id",
    )  # fmt: skip
    actions = ("send_again",)

    @admin.action(
        description=_("Send once more (only mails that are uncertain or could not be delivered)"), permissions=["view"]
    )
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutgoingEmail]) -> None:
        with transaction.atomic():
            chosen = list(queryset.values_list("pk", flat=True))
            count = outbox.send_again(OutgoingEmail.objects.filter(pk__in=chosen))
            for row_id in chosen:
                audit.record("send mail again", by=member(request), object=f"portal.outgoingemail {row_id}")
        text = ngettext("%(count)d mail is sent once more.", "%(count)d mails are sent once more.", count) % {"count": count}
        messages.success(request, text)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "role_words", "action", "object", "case_id", "fields", "outcome", "reason")
    list_filter = ("action", "at")
    list_select_related = ("actor",)
    ordering = ("-at", "-id")
    allowed_lookups = ("actor__id__exact", "case_id", "case_id__exact")
    fields = ("at", "actor", "role_words", "action", "object", "case_id", "fields", "outcome", "reason", "request_id")

    @admin.display(description=_("role"))
    def role_words(self, event: AuditEvent) -> str:
        return ", ".join(str(LABELS.get(name, name)) for name in event.role.split(",") if name) or "–"


@first_thing(1)
def worker_stands(request: HttpRequest) -> Next | None:
    """Before everything else, for those who can do something about it: what we write reaches nobody."""
    if staff_of(request, SYSTEM, MANAGER) is None or Heartbeat.worker_is_running():
        return None
    return Next(
        title=_("The worker is not running"),
        why=_("No e-mail leaves, so nobody hears from us. Start it with “manage.py worker”, or call the person who can."),
        url=f"{reverse('admin:portal_outgoingemail_changelist')}?state__exact=queued",
        button=_("See what waits"),
        urgent=True,
    )


@panel(90)
def machine_panel(request: HttpRequest) -> Panel | None:
    """How the worker and the outbox are, for those who can do something about it."""
    if staff_of(request, SYSTEM, MANAGER) is None:
        return None
    counts = capped_counts(
        {"late": OutgoingEmail.objects.late()}
        | {state: OutgoingEmail.objects.filter(state=state) for state in ("queued", "uncertain", "failed")}
    )
    page = reverse("admin:portal_outgoingemail_changelist")
    return Panel(
        title=_("Worker and e-mail"),
        lines=[
            Line(label=_("Waiting to be sent"), count=counts["queued"], url=f"{page}?state__exact=queued"),
            Line(label=_("Late by more than 5 minutes"), count=counts["late"], url=f"{page}?late=yes", urgent=True),
            Line(
                label=_("May or may not have left"),
                count=counts["uncertain"],
                url=f"{page}?state__exact=uncertain",
                urgent=True,
            ),
            Line(label=_("Could not be delivered"), count=counts["failed"], url=f"{page}?state__exact=failed", urgent=True),
        ],
        empty=_("All e-mail has left."),
        note=_("The worker is running.")
        if Heartbeat.worker_is_running()
        else _("The worker is not running: no e-mail leaves. Start it with “manage.py worker”."),
    )
