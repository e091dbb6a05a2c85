"""Calls to make: the list, the call's screen, and the way into the caller's request. Each button posts to a verb."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import formats, timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.admin_site import StaffModelAdmin, member
from portal.desk import Line, Next, Panel, first_thing, panel, staff_of
from portal.ids import uuid_or_404
from portal.models import User
from quotes import actions, caller, intake, staffing
from quotes.models import CallAttempt, CallRequest
from quotes.wording import language_name
from quotes.workflow import CARING, NotAllowed

SAID: dict[str, Any] = {
    "take": _("You make this call."),
    "log": _("The call is in the log."),
    "finish": _("The call is done. It is erased in 30 days."),
}


class CallFilter(admin.SimpleListFilter):
    """Without a choice: the calls that are still to be made."""

    title, parameter_name = _("calls"), "calls"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return (
            ("late", _("late")), ("mine", _("mine")), ("nobody", _("nobody yet")),
            ("gone", _("of somebody who is not here")), ("suspect", _("may be a machine")), ("done", _("done")),
        )  # fmt: skip

    def choices(self, changelist: Any) -> Any:
        entries = list(super().choices(changelist))
        entries[0]["display"] = _("to make")
        return entries

    def queryset(self, request: HttpRequest, queryset: QuerySet[CallRequest]) -> QuerySet[CallRequest]:
        value = self.value()
        if value == "done":
            return queryset.filter(done_at__isnull=False)
        to_make = queryset.filter(done_at__isnull=True)
        if value == "gone":
            return to_make.filter(pk__in=staffing.calls_of_the_absent())
        only = {
            "late": Q(due_at__lt=timezone.now()),
            "mine": Q(taken_by=request.user.pk),
            "nobody": Q(taken_by__isnull=True),
            "suspect": Q(is_suspect=True),
        }
        return to_make.filter(only[value]) if value in only else to_make


@admin.register(CallRequest)
class CallRequestAdmin(StaffModelAdmin):
    list_display = ("caller_name", "call_by", "tries", "language_words", "taken_by", "asked_at")
    list_display_links = None
    list_filter = (CallFilter,)
    sortable_by = ()
    ordering = ("due_at", "pk")

    class Media:
        css = {"all": ("portal/css/admin-case.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallRequest]:
        return super().get_queryset(request).select_related("taken_by").annotate(attempt_count=Count("attempts"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a call begins with the form of the person who asks for it

    @admin.display(description=_("who"))
    def caller_name(self, call: CallRequest) -> SafeString:
        link = format_html('<a href="{}"><bdi>{}</bdi></a>', call_url(call), call.name)
        return (
            format_html('{} <span class="chip chip--quiet">{}</span>', link, _("may be a machine")) if call.is_suspect else link
        )

    @admin.display(description=_("call by"))
    def call_by(self, call: CallRequest) -> SafeString | str:
        due = formats.date_format(timezone.localtime(call.due_at), "DATETIME_FORMAT")
        urgent = (
            format_html(' <span class="chip chip--overdue">{}</span>', _("same day"))
            if call.is_urgent and not call.is_done
            else ""
        )
        if call.is_late:
            return format_html('<strong class="overdue">{} {}</strong>{}', due, _("late"), urgent)
        return format_html("{}{}", due, urgent)

    @admin.display(description=_("tries"))
    def tries(self, call: CallRequest) -> int:
        return int(getattr(call, "attempt_count", 0))

    @admin.display(description=_("language"))
    def language_words(self, call: CallRequest) -> str:
        return language_name(call.language)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Calls to make"), **(extra_context or {})})

    # ── The screen ────────────────────────────────────────────────────────────────────────────────────────────────────

    def get_urls(self) -> list[URLPattern]:
        def button(name: str, run: Callable[[HttpRequest, CallRequest], HttpResponse | None]) -> URLPattern:
            def view(request: HttpRequest, object_id: UUID) -> HttpResponse:
                return self.press(request, object_id, name, run)

            return path(f"<uuid:object_id>/{name}/", self.admin_site.admin_view(view), name=f"quotes_callrequest_{name}")

        return [*(button(name, run) for name, run in BUTTONS.items()), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.screen(request, uuid_or_404(object_id))

    def press(
        self, request: HttpRequest, object_id: UUID, name: str, run: Callable[[HttpRequest, CallRequest], HttpResponse | None]
    ) -> HttpResponse:
        call = CallRequest.objects.select_related("case").filter(pk=object_id).first()
        if call is None:
            raise Http404
        try:
            with transaction.atomic():
                answer = run(request, call)
        except NotAllowed as refused:
            return self.screen(request, object_id, refused=str(refused), typed=request.POST.get("note", ""))
        if answer is not None:
            return answer
        self.message_user(request, SAID[name], messages.SUCCESS)
        return redirect(call_url(call))

    def screen(self, request: HttpRequest, object_id: UUID, *, refused: str = "", typed: str = "") -> HttpResponse:
        """Everything about one call. No audit event, no page."""
        with transaction.atomic():
            call = CallRequest.objects.select_related("case", "taken_by", "done_by").filter(pk=object_id).first()
            if call is None:
                raise Http404
            audit.record("view call", by=member(request), case_id=call.case_id, object=f"quotes.callrequest {call.pk}")
            case = call.case
            context = {
                **self.admin_site.each_context(request),
                "title": _("Call to make"),
                "opts": self.opts,
                "call": call,
                "can_act": not call.is_done and self.has_change_permission(request),
                "holder_is_gone": staffing.calls_of_the_absent().filter(pk=call.pk).exists(),
                "log": call.attempts.select_related("by"),
                "hours": hour_rows(call),
                "now_there": timezone.make_naive(timezone.now(), zone_of(call)),  # their wall clock
                "language": language_name(call.language),
                "came_from": CallRequest.From(call.came_from).label,
                "outcomes": CallAttempt.Outcome.choices,
                "urls": {name: reverse(f"admin:quotes_callrequest_{name}", args=[call.pk]) for name in BUTTONS},
                "has_draft": case is not None and case.is_draft,
                "written_by": case.opened_by if case is not None and case.is_draft else None,
                "case_url": reverse("admin:quotes_quoterequest_change", args=[case.pk]) if case and not case.is_draft else "",
                "reference": case.reference if case and not case.is_draft else "",
                "list_url": reverse("admin:quotes_callrequest_changelist"),
                "languages": settings.LANGUAGES,
                "writes_in": call.language if call.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
                "refused": refused,
                "calls_refused": actions.calls_are_refused(call),
                "typed": typed,
            }
            return render(request, "admin/quotes/callrequest/screen.html", context, status=409 if refused else 200)


# ── The buttons ───────────────────────────────────────────────────────────────────────────────────────────────────────
def take(request: HttpRequest, call: CallRequest) -> None:
    actions.take_call(call=call, by=member(request))


def log(request: HttpRequest, call: CallRequest) -> None:
    actions.log_call(call=call, by=member(request), outcome=request.POST.get("outcome", ""), note=request.POST.get("note", ""))
    if request.POST.get("finish") == "yes":
        actions.finish_call(call=call, by=member(request))


def finish(request: HttpRequest, call: CallRequest) -> None:
    actions.finish_call(call=call, by=member(request))


def open_for(request: HttpRequest, call: CallRequest) -> HttpResponse:
    """On to the pages of the request: where the person stopped, or the emergency question first."""
    user: User = member(request)
    if not user.in_role(*CARING):
        raise NotAllowed(_("Your role does not allow this. Ask a colleague who may do it."))
    if call.is_done:
        raise NotAllowed(_("This call is done already."))
    language = request.POST.get("language", "")
    language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        where = reverse("quotes:emergency")
        if call.case is not None:
            where = intake.resume_url(actions.open_for(call=call, by=user).answers)
    caller.begin(request.session, call=call, by=user)
    return redirect(where)


BUTTONS: dict[str, Callable[[HttpRequest, CallRequest], HttpResponse | None]] = {
    "take": take,
    "log": log,
    "finish": finish,
    "open_for": open_for,
}


# ── What the screen shows ─────────────────────────────────────────────────────────────────────────────────────────────
def call_url(call: CallRequest) -> str:
    return reverse("admin:quotes_callrequest_change", args=[call.pk])


def zone_of(call: CallRequest) -> ZoneInfo:
    return ZoneInfo(call.time_zone or settings.TIME_ZONE)


def hour_rows(call: CallRequest) -> list[dict[str, Any]]:
    """The good hours by both clocks: there, and here today."""
    there, here = zone_of(call), timezone.get_default_timezone()
    today = timezone.localdate(timezone=there)
    rows = []
    for part in call.parts:
        spans = [datetime.combine(today, time(hour), there) for hour in CallRequest.HOURS[CallRequest.Part(part)]]
        rows.append({"label": CallRequest.Part(part).label, "here": [moment.astimezone(here) for moment in spans]})
    return rows


@first_thing(order=10)
def late_call(request: HttpRequest) -> Next | None:
    """Somebody asked to be called, by a time that is over."""
    user = staff_of(request, *CARING)
    if user is None:
        return None
    late = CallRequest.objects.late().filter(
        Q(taken_by=user) | Q(taken_by__isnull=True) | Q(pk__in=staffing.calls_of_the_absent()), is_suspect=False
    )
    call = late.only("due_at").order_by("due_at", "pk").first()
    if call is None:
        return None
    due = formats.date_format(timezone.localtime(call.due_at), "DATETIME_FORMAT")
    return Next(
        title=_("A call to make"),
        why=_("Somebody asked to be called. We said by %(time)s, and that is over.") % {"time": due},
        url=call_url(call),
        button=_("Open the call"),
        urgent=True,
    )


@panel(order=5)
def calls_panel(request: HttpRequest) -> Panel | None:
    user = staff_of(request, *CARING)
    if user is None:
        return None
    counts = CallRequest.objects.to_make().aggregate(
        all=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=timezone.now())),
        mine=Count("pk", filter=Q(taken_by=user)),
        suspect=Count("pk", filter=Q(is_suspect=True)),
    )
    page = reverse("admin:quotes_callrequest_changelist")
    lines = [
        Line(label=_("late"), count=counts["late"], url=f"{page}?calls=late", urgent=True),
        Line(label=_("to make"), count=counts["all"], url=page),
        Line(label=_("mine"), count=counts["mine"], url=f"{page}?calls=mine"),
        Line(label=_("may be a machine"), count=counts["suspect"], url=f"{page}?calls=suspect"),
    ]
    return Panel(title=_("Calls to make"), lines=lines, empty=_("Nobody waits for a call."))
