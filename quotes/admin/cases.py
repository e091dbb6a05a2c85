"""The case screen. It changes nothing itself: every button posts to a verb of quotes/actions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.admin_site import member
from portal.ids import uuid_or_404
from quotes import actions, case_screen, checklist, news, queries, readiness, timeline, workflow
from quotes.admin import afterwards, documents, links, presence, sharing, shortcuts, writing
from quotes.admin.buttons import BACK_TO, RUN
from quotes.admin.queue import QueueAdmin
from quotes.admin.writing import BOX_OF
from quotes.filetypes import ACCEPT
from quotes.models import Flag, Participant, QuoteRequest
from quotes.wording import language_name
from quotes.workflow import CARING, ClosingReason, ContactStop, NotAllowed

LOOK_IN_REASONS = (
    ("covering", _("I cover for my colleague.")),
    ("on-the-phone", _("The family is on the phone.")),
    ("asked", _("My colleague asked me to read it.")),
)


OWN_BOX = {"reply": "message-text", "note": "note-text"}  # box → its id on the page


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a button did nothing, with what was typed, so that nothing is lost."""

    verb: str
    message: str
    text: str = ""
    flag_id: str = ""
    reference: str = ""
    is_conflict: bool = False
    opened: str = ""  # when the page was opened on which it was typed


@admin.register(QuoteRequest)
class QuoteRequestAdmin(QueueAdmin):
    """The queue is quotes/admin/queue.py; here is the screen of one case."""

    # ── The screen ────────────────────────────────────────────────────────────────────────────────────────────────────

    def get_urls(self) -> list[URLPattern]:
        def verb_path(verb: str) -> URLPattern:
            def view(request: HttpRequest, object_id: UUID) -> HttpResponse:
                return self.verb_view(request, object_id, verb)

            guarded = self.admin_site.admin_view(view)
            if verb == "send_attachment":
                guarded = documents.sealed(guarded)
            return path(f"<uuid:object_id>/{verb}/", guarded, name=f"quotes_quoterequest_{verb}")

        look_in = path(
            "<uuid:object_id>/look_in/", self.admin_site.admin_view(self.look_in_view), name="quotes_quoterequest_look_in"
        )
        beside = [
            path(f"<uuid:object_id>/{name}/", self.admin_site.admin_view(view), name=f"quotes_quoterequest_{name}")
            for name, view in (("reply", self.reply_view), ("draft", writing.save_draft), ("here", presence.here))
        ]
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
        verbs = [verb_path(verb) for verb in RUN]
        return [
            *verbs,
            look_in,
            *beside,
            *files,
            *sharing.urls(self.admin_site),
            *shortcuts.urls(self.admin_site),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.screen(request, uuid_or_404(object_id))

    def verb_view(self, request: HttpRequest, object_id: UUID, verb: str) -> HttpResponse:
        case = queries.listed(member(request), object_id)
        if case is None:
            raise Http404
        run, said = RUN[verb]
        data: Any = request.POST.copy()
        data.update(request.FILES)
        try:
            with transaction.atomic():
                case.lock()
                check_version(case, request)
                made = run(case=case, by=request.user, data=data)
                if verb in BOX_OF:
                    writing.forget(case, user=member(request), box=BOX_OF[verb])
        except NotAllowed as refused:
            if verb in BOX_OF and request.POST.get("text"):
                writing.keep(case, user=member(request), box=BOX_OF[verb], text=request.POST["text"])
            refusal = Refusal(
                verb=verb,
                message=str(refused),
                text=request.POST.get("text", ""),
                flag_id=request.POST.get("flag", ""),
                reference=request.POST.get("reference", ""),
                is_conflict=isinstance(refused, actions.ChangedMeanwhile),
                opened=request.POST.get("opened_at", ""),
            )
            return self.screen(request, object_id, refusal=refusal)
        if verb in ("draft_recommendation", "revise"):
            return HttpResponseRedirect(reverse("admin:quotes_recommendation_change", args=[made.pk]))
        self.message_user(request, news.after(case, said), messages.SUCCESS)
        if not QuoteRequest.objects.visible_to(member(request)).filter(pk=object_id).exists():
            return HttpResponseRedirect(reverse("admin:quotes_quoterequest_changelist"))
        return HttpResponseRedirect(screen_url(case) + BACK_TO.get(verb, ""))

    def reply_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Help with a reply: the same page again with more in its box. Nothing is sent; what is in the box is kept."""
        user = member(request)
        case = queries.openable(user, object_id)
        if case is None:
            message = gettext("A colleague has this case now.")
            refusal = Refusal(verb="send_message", message=message, text=request.POST.get("text", ""))
            return self.screen(request, object_id, refusal=refusal)
        help = writing.helped(case, by=user, data=request.POST)
        writing.keep(case, user=user, box="reply", text=help.text)
        return self.screen(request, object_id, help=help)

    def look_in_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """A colleague's case, to read once, with the reason in the audit log."""
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

    def screen(
        self, request: HttpRequest, object_id: UUID, *, refusal: Refusal | None = None, help: writing.Help | None = None
    ) -> HttpResponse:
        """The whole case, or for a colleague's case its header and a way in. No audit event, no page."""
        with transaction.atomic():
            case = queries.openable(member(request), object_id)
            if case is not None:
                audit.record("view case", by=member(request), case_id=case.pk, object=audit_name(case))
                if case.coordinator_id == request.user.pk and any(
                    message.read_at is None and not message.is_from_office for message in case.messages.all()
                ):
                    actions.open_messages(case=case, by=member(request))
                return self.page(request, case, can_act=self.has_change_permission(request), refusal=refusal, help=help)
            case = queries.readable(member(request), object_id)
            if case is not None:
                audit.record("view case", by=member(request), case_id=case.pk, object=audit_name(case), outcome="in place")
                return self.page(request, case, can_act=False, in_place=True, refusal=refusal)
            listed = queries.listed(member(request), object_id)
            if listed is None:
                raise Http404
            audit.record("view case header", by=member(request), case_id=listed.pk, object=audit_name(listed))
            return self.header_only(request, listed, refusal=refusal)

    def page(
        self,
        request: HttpRequest,
        case: QuoteRequest,
        *,
        can_act: bool,
        in_place: bool = False,
        refusal: Refusal | None = None,
        help: writing.Help | None = None,
    ) -> HttpResponse:
        user = member(request)
        verbs = queries.allowed(case, user=user, among=RUN) if can_act or in_place else {}
        flags = case_screen.flag_rows(
            case,
            verbs=verbs,
            refused_flag=refusal.flag_id if refusal else "",
            typed=refusal.text if refusal else "",
        )
        typed = {refusal.verb: refusal.text} if refusal else {}
        context = {
            **self.frame(request, case),
            "can_act": can_act,
            "in_place": in_place,
            "verbs": verbs,
            "urls": {verb: reverse(f"admin:quotes_quoterequest_{verb}", args=[case.pk]) for verb in verbs if verb in RUN},
            "unsent": any(not item.is_sent for item in case.recommendations.all()),
            "accepted_in": case.accepted_option.recommendation_id if case.accepted_option else None,
            "gaps": [row for row in flags if row.is_open and row.flag.level == Flag.Level.INFORMATION],
            "writes_in": language_name(case.language),
            "refusal": refusal,
            "stray_text": refusal.text if refusal and not has_its_box(refusal, verbs=verbs, flags=flags) else "",
            "typed_reason": typed.get("revise", ""),
            "typed_with_files": typed.get("send_attachment", ""),
            "accept": ACCEPT,
            "typed_link": typed.get("link_case", ""),
            "strip": case_screen.strip(case),
            "counts": queries.flag_counts([row.flag for row in flags if row.is_open]),
            "flags": flags,
            "sections": case_screen.sections(case, flags=flags),
            "goals": case.answers.get("goals", ""),
            "missing": case_screen.missing(case),
            "documents": documents.panel(case, may_open=can_act or in_place),
            "conversation": case.messages.all(),
            "notes": case.notes.all(),
            "timeline": [
                {"at": event.at, "text": timeline.event_text_for_staff(event)} for event in reversed(case.events.all())
            ],
            "participants": case.participants.all(),
            "not_mailed": "" if (reach := news.reach(case)) == news.Reach.MAILED else news.SAID[reach],
            "consents": case_screen.consents(case),
            "calls": call_logs(case),
            "unreachable": [p for p in case.participants.all() if p.unreachable_at and p.revoked_at is None],
            "reported": [p for p in case.participants.all() if p.reported_at],
            "authorities": Participant.Authority.choices[1:],
            "phones": [p.phone for p in case.participants.all() if p.phone and p.revoked_at is None],
            "is_unconfirmed": bool(case.owner and case.owner.email and case.owner.confirmed_at is None),
            "recommendations": case.recommendations.all(),
            "changed_since_approval": readiness.changed_since_approval(case.recommendations.all()),
            "closing_reasons": ClosingReason.choices,
            "stop_reasons": ContactStop.choices,
            **presence.panel(case, user=user),
            **links.panel(case, user=user),
            "checklist": (steps := checklist.steps(case)),
            "steps_open": sum(getattr(step, "ticked_at", None) is None for step in steps),
            **shortcuts.panel(
                case, verbs=verbs, recommendation=next(iter(case.recommendations.all()), None), has_checklist=bool(steps)
            ),
            **afterwards.panel(case),
            **sharing.panel(case),
            **writing.panel(
                case,
                user=user,
                help=help,
                typed={BOX_OF[refusal.verb]: refusal.text} if refusal and refusal.verb in BOX_OF else {},
                may_write="send_message" in verbs,
            ),
            "opened_at": timezone.now().isoformat(),
            "meanwhile": writing.meanwhile(case, opened=refusal.opened) if refusal and refusal.is_conflict else None,
            "own_box": OWN_BOX.get(BOX_OF.get(refusal.verb, "")) if refusal else None,
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
            **shortcuts.panel(case),
            **({} if case.health_withdrawn_at else presence.panel(case, user=member(request))),
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


def has_its_box(refusal: Refusal, *, verbs: Mapping[str, Any], flags: list[case_screen.FlagRow]) -> bool:
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
