"""The queue and the case screen. The screen changes nothing itself: every button posts to a verb of quotes/actions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.admin_site import StaffModelAdmin, member
from quotes import actions, queries, rules, search, timeline, workflow
from quotes.admin import afterwards, documents, sharing
from quotes.admin.buttons import BACK_TO, RUN, as_uuid
from quotes.admin.filters import (
    CoordinatorFilter,
    CountryFilter,
    FlagFilter,
    LanguageFilter,
    ReachFilter,
    StatusFilter,
    WaitingFilter,
)
from quotes.models import Flag, Participant, QuoteRequest
from quotes.models.case import OFFER_CLOSING
from quotes.wording import country_name, function_text, language_name
from quotes.workflow import CARING, ClosingReason, ContactStop, NotAllowed

LOOK_IN_REASONS = (
    ("covering", _("I cover for my colleague.")),
    ("on-the-phone", _("The family is on the phone.")),
    ("asked", _("My colleague asked me to read it.")),
)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a button did nothing, with what was typed, so that nothing is lost."""

    verb: str
    message: str
    text: str = ""
    flag_id: str = ""
    is_conflict: bool = False


@admin.register(QuoteRequest)
class QuoteRequestAdmin(StaffModelAdmin):
    list_display = (
        "case_reference", "time_left", "open_flag_chips", "status_words", "coordinator", "since_stroke", "daily_function", "place",
    )  # fmt: skip
    list_display_links = None
    list_filter = (
        StatusFilter,
        CoordinatorFilter,
        WaitingFilter,
        FlagFilter,
        ReachFilter,
        sharing.NextStepFilter,
        LanguageFilter,
        CountryFilter,
    )
    search_fields = ("reference",)  # shows the box; what it finds is quotes.search's business
    search_help_text = _("A reference, a whole e-mail address, a whole name, or a phone number.")
    sortable_by = ()
    ordering = queries.URGENT_FIRST
    actions = ("assign_to_me", "close_as_spam")

    class Media:
        css = {"all": ("portal/css/admin-case.css",)}

    # ── The queue ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuoteRequest]:
        return queries.queue(member(request)).order_by(*queries.URGENT_FIRST)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[QuoteRequest], search_term: str
    ) -> tuple[QuerySet[QuoteRequest], bool]:
        return (search.find(queryset, search_term) if search_term.strip() else queryset), False  # type: ignore[arg-type]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a case begins with the patient's request

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Cases"), **(extra_context or {})})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Ticking rows is for those who may take and close cases."""
        return super().get_actions(request) if member(request).in_role(*CARING) else {}

    @admin.display(description=_("reference"))
    def case_reference(self, case: QuoteRequest) -> SafeString:
        link = format_html('<a href="{}"><bdi>{}</bdi></a>', screen_url(case), case.reference)
        chips = [_("may be a machine")] if case.is_suspect else []
        chips += [_("address not confirmed")] if getattr(case, "is_unconfirmed", False) else []
        marks = format_html_join("", ' <span class="chip chip--quiet">{}</span>', ((chip,) for chip in chips))
        if getattr(case, "is_unreachable", False):
            marks += format_html(' <span class="chip chip--overdue">{}</span>', _("e-mail does not arrive"))
        return link + marks

    @admin.display(description=_("flags"))
    def open_flag_chips(self, case: QuoteRequest) -> SafeString | str:
        counts = queries.flag_counts([] if case.health_withdrawn_at else getattr(case, "open_flags", []))
        return format_html_join(" ", '<span class="flag flag--{0}" title="{1}">{0} {2}</span>', counts) or "–"

    @admin.display(description=_("country and language"))
    def place(self, case: QuoteRequest) -> str:
        return f"{country_name(case.country) if case.country else '–'}, {language_name(case.language)}"

    @admin.display(description=_("months since stroke"))
    def since_stroke(self, case: QuoteRequest) -> str:
        months = None if case.health_withdrawn_at else rules.months_since_stroke(case.answers, timezone.localdate())
        return "–" if months is None else str(months)

    @admin.display(description=_("function"))
    def daily_function(self, case: QuoteRequest) -> SafeString | str:
        score = None if case.health_withdrawn_at else rules.function_score(case.answers)
        return "–" if score is None else format_html('<abbr title="{}">mRS {}</abbr>', function_text(score), score)

    @admin.display(description=_("status"))
    def status_words(self, case: QuoteRequest) -> str:
        return str(case.get_status_display())

    @admin.display(description=_("our next step"))
    def time_left(self, case: QuoteRequest) -> SafeString | str:
        clock = queries.clock(case)
        return format_html('<strong class="overdue">{}</strong>', clock.text) if clock.is_overdue else clock.text

    @admin.action(description=_("Assign to me"), permissions=["change"])
    def assign_to_me(self, request: HttpRequest, queryset: QuerySet[QuoteRequest]) -> None:
        taken = 0
        for case in queryset:
            is_new = case.status == workflow.Status.SUBMITTED and case.coordinator_id is None
            verb = actions.assign if is_new else actions.take_over
            taken += self.tried(request, case, partial(verb, case=case, by=member(request)))
        if taken:
            said = ngettext("%(count)d case is yours now.", "%(count)d cases are yours now.", taken)
            self.message_user(request, said % {"count": taken}, messages.SUCCESS)

    @admin.action(description=_("Close as spam…"), permissions=["change"])
    def close_as_spam(self, request: HttpRequest, queryset: QuerySet[QuoteRequest]) -> HttpResponse | None:
        if request.POST.get("confirmed") != "yes":
            context = {
                **self.admin_site.each_context(request),
                "title": _("Close as spam"),
                "opts": self.opts,
                "cases": queryset,
                "queue_url": reverse("admin:quotes_quoterequest_changelist"),
            }
            return render(request, "admin/quotes/quoterequest/close_as_spam.html", context)
        closed = 0
        for case in queryset:
            close = partial(actions.close, case=case, by=member(request), reason=ClosingReason.SPAM)
            closed += self.tried(request, case, close)
        if closed:
            said = ngettext("%(count)d case is closed as spam.", "%(count)d cases are closed as spam.", closed)
            self.message_user(request, said % {"count": closed}, messages.SUCCESS)
        return None

    def tried(self, request: HttpRequest, case: QuoteRequest, run: Callable[[], Any]) -> bool:
        """Run a verb on one row of many; a refusal is said by reference and stops nothing else."""
        try:
            run()
        except NotAllowed as refused:
            said = gettext("%(reference)s: %(reason)s") % {"reference": case.reference, "reason": refused}
            self.message_user(request, said, messages.WARNING)
            return False
        return True

    # ── The screen ────────────────────────────────────────────────────────────────────────────────────────────────────

    def get_urls(self) -> list[URLPattern]:
        def verb_path(verb: str) -> URLPattern:
            def view(request: HttpRequest, object_id: UUID) -> HttpResponse:
                return self.verb_view(request, object_id, verb)

            return path(f"<uuid:object_id>/{verb}/", self.admin_site.admin_view(view), name=f"quotes_quoterequest_{verb}")

        look_in = path(
            "<uuid:object_id>/look_in/", self.admin_site.admin_view(self.look_in_view), name="quotes_quoterequest_look_in"
        )
        files = [
            path(
                f"<uuid:object_id>/files/<uuid:attachment_id>/{address}",
                self.admin_site.admin_view(view),
                name=f"quotes_quoterequest_{name}",
            )
            for address, name, view in (
                ("", "download_file", documents.download),
                ("preview/", "preview_file", documents.preview),
            )
        ]
        return [*(verb_path(verb) for verb in RUN), look_in, *files, *sharing.urls(self.admin_site), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.screen(request, as_uuid(object_id))

    def verb_view(self, request: HttpRequest, object_id: UUID, verb: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        case = queries.listed(member(request), object_id)
        if case is None:
            raise Http404
        run, said = RUN[verb]
        try:
            with transaction.atomic():
                case.lock()
                check_version(case, request)
                made = run(case=case, by=request.user, data=request.POST)
        except NotAllowed as refused:
            refusal = Refusal(
                verb=verb,
                message=str(refused),
                text=request.POST.get("text", ""),
                flag_id=request.POST.get("flag", ""),
                is_conflict=isinstance(refused, actions.ChangedMeanwhile),
            )
            return self.screen(request, object_id, refusal=refusal)
        if verb in ("draft_recommendation", "revise"):
            return HttpResponseRedirect(reverse("admin:quotes_recommendation_change", args=[made.pk]))
        self.message_user(request, said, messages.SUCCESS)
        if not QuoteRequest.objects.visible_to(member(request)).filter(pk=object_id).exists():
            return HttpResponseRedirect(reverse("admin:quotes_quoterequest_changelist"))
        return HttpResponseRedirect(screen_url(case) + BACK_TO.get(verb, ""))

    def look_in_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """A colleague's case, to read once, with the reason in the audit log."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        reason = request.POST.get("reason", "")
        if reason not in dict(LOOK_IN_REASONS):
            refusal = Refusal(verb="look_in", message=gettext("Choose why you open a colleague's case."))
            return self.screen(request, object_id, refusal=refusal)
        with transaction.atomic():
            case = queries.looked_into(member(request), object_id)
            if case is None or case.health_withdrawn_at:
                raise Http404
            audit.record("look in", by=member(request), case_id=case.pk, object=audit_name(case), outcome=reason)
            return self.page(request, case, can_act=False)

    def screen(self, request: HttpRequest, object_id: UUID, *, refusal: Refusal | None = None) -> HttpResponse:
        """The whole case, or for a colleague's case its header and a way in. No audit event, no page."""
        with transaction.atomic():
            case = queries.openable(member(request), object_id)
            if case is not None:
                audit.record("view case", by=member(request), case_id=case.pk, object=audit_name(case))
                if case.coordinator_id == request.user.pk and any(
                    message.read_at is None and not message.is_from_office for message in case.messages.all()
                ):
                    actions.open_messages(case=case, by=member(request))
                return self.page(request, case, can_act=self.has_change_permission(request), refusal=refusal)
            listed = queries.listed(member(request), object_id)
            if listed is None:
                raise Http404
            audit.record("view case header", by=member(request), case_id=listed.pk, object=audit_name(listed))
            return self.header_only(request, listed, refusal=refusal)

    def page(self, request: HttpRequest, case: QuoteRequest, *, can_act: bool, refusal: Refusal | None = None) -> HttpResponse:
        user = member(request)
        verbs = queries.allowed(case, user=user) if can_act else {}
        flags = queries.flag_rows(
            case,
            user=user,
            can_act=can_act,
            refused_flag=refusal.flag_id if refusal else "",
            typed=refusal.text if refusal else "",
        )
        typed = {refusal.verb: refusal.text} if refusal else {}
        context = {
            **self.frame(request, case),
            "can_act": can_act,
            "verbs": verbs,
            "urls": {verb: reverse(f"admin:quotes_quoterequest_{verb}", args=[case.pk]) for verb in verbs if verb in RUN},
            "unsent": any(not item.is_sent for item in case.recommendations.all()),
            "accepted_in": case.accepted_option.recommendation_id if case.accepted_option else None,
            "gaps": [row for row in flags if row.is_open and row.flag.level == Flag.Level.INFORMATION],
            "writes_in": language_name(case.language),
            "refusal": refusal,
            "stray_text": refusal.text if refusal and not has_its_box(refusal, verbs=verbs, flags=flags) else "",
            "typed_message": typed.get("send_message") or typed.get("ask_patient") or "",
            "typed_note": typed.get("add_note", ""),
            "typed_reason": typed.get("revise", ""),
            "strip": queries.strip(case),
            "counts": queries.flag_counts([row.flag for row in flags if row.is_open]),
            "flags": flags,
            "sections": queries.sections(case, flags=flags),
            "goals": case.answers.get("goals", ""),
            "missing": queries.missing(case),
            "documents": documents.panel(case, may_open=can_act),
            "conversation": case.messages.all(),
            "notes": case.notes.all(),
            "timeline": [
                {"at": event.at, "text": timeline.event_text_for_staff(event)} for event in reversed(case.events.all())
            ],
            "participants": case.participants.all(),
            "nobody_is_mailed": not any(p.email and p.revoked_at is None for p in case.participants.all()),
            "consents": queries.consents(case),
            "calls": call_logs(case),
            "unreachable": [p for p in case.participants.all() if p.unreachable_at and p.revoked_at is None],
            "reported": [p for p in case.participants.all() if p.reported_at],
            "authorities": Participant.Authority.choices[1:],
            "phones": [p.phone for p in case.participants.all() if p.phone and p.revoked_at is None],
            "is_unconfirmed": bool(case.owner and case.owner.email and case.owner.confirmed_at is None),
            "recommendations": case.recommendations.all(),
            "rules_signed": queries.rules_are_signed(case.rules_version),
            "closing_reasons": ClosingReason.choices,
            "stop_reasons": ContactStop.choices,
            "is_silent": QuoteRequest.objects.filter(pk=case.pk).silent_for(OFFER_CLOSING).exists(),
            **afterwards.panel(case),
            **sharing.panel(case),
            "text_language": case.language,
        }
        return render(request, "admin/quotes/quoterequest/screen.html", context, status=status_of(refusal))

    def header_only(self, request: HttpRequest, case: QuoteRequest, *, refusal: Refusal | None) -> HttpResponse:
        context = {
            **self.frame(request, case),
            "counts": queries.flag_counts([] if case.health_withdrawn_at else getattr(case, "open_flags", [])),
            "may_take_over": member(request).in_role(*CARING) and case.status in workflow.UNFINISHED,
            "take_over_url": reverse("admin:quotes_quoterequest_take_over", args=[case.pk]),
            "look_in_url": reverse("admin:quotes_quoterequest_look_in", args=[case.pk]),
            "look_in_reasons": LOOK_IN_REASONS,
            "refusal": refusal,
            "stray_text": refusal.text if refusal else "",
        }
        return render(request, "admin/quotes/quoterequest/colleagues_case.html", context, status=status_of(refusal))

    def frame(self, request: HttpRequest, case: QuoteRequest) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": case.reference,
            "opts": self.opts,
            "case": case,
            "clock": queries.clock(case),
            "queue_url": reverse("admin:quotes_quoterequest_changelist"),
        }


def call_logs(case: QuoteRequest) -> list[dict[str, Any]]:
    """The calls of a case with what came of each try."""
    return [{"call": call, "log": call.attempts.all()} for call in case.calls.all()]


def check_version(case: QuoteRequest, request: HttpRequest) -> None:
    """Forms that write text carry the version of the case they were opened with."""
    given = request.POST.get("version")
    if given and given != str(case.version):
        raise actions.ChangedMeanwhile(
            _("Somebody changed this case while you were writing. What you wrote is kept: read what is new, then press again.")
        )


def has_its_box(refusal: Refusal, *, verbs: Mapping[str, Any], flags: list[queries.FlagRow]) -> bool:
    """Whether the page still has the box in which the text was typed; else it is shown apart, to be copied."""
    if refusal.flag_id:
        return any(row.is_refused and row.verb for row in flags)
    if refusal.verb == "reset_passphrase":  # folded away beside the person
        return False
    return ("send_message" if refusal.verb == "ask_patient" else refusal.verb) in verbs


def status_of(refusal: Refusal | None) -> int:
    return 200 if refusal is None else 409


def audit_name(case: QuoteRequest) -> str:
    return f"quotes.quoterequest {case.pk}"


def screen_url(case: QuoteRequest) -> str:
    return reverse("admin:quotes_quoterequest_change", args=[case.pk])
