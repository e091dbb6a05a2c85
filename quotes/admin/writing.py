"""Writing on the case screen: a text to begin with, a look at it as the family will see it, and drafts that are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from portal.admin_site import member
from portal.models import User
from portal.unsaved import Gone
from portal.versioned_admin import VersionedAdmin
from quotes import replies, timeline
from quotes.models import Message, QuoteRequest, ReplyTemplate, TextDraft
from quotes.questions import Text

BOX_OF = {"send_message": "reply", "ask_patient": "reply", "add_note": "note"}  # verb → the box its text was typed into


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(VersionedAdmin):
    list_display = ("title", "language", "position", "is_active", "changed_by")
    list_filter = ("language", "is_active")
    list_select_related = ("changed_by",)
    search_fields = ("title", "key")
    fieldsets = ((None, {"fields": ("title", "language", "key", "body", "position", "is_active")}),)


@dataclass(frozen=True, kw_only=True)
class Help:
    """What came of asking for help with a reply. `problem`: why the box is as it was."""

    text: str
    problem: Text = ""
    shows_preview: bool = False
    ticked: tuple[str, ...] = ()


def helped(case: QuoteRequest, *, by: User, data: Any) -> Help:
    """What was typed stays, always: a text or a list comes after it."""
    typed, ticked = data.get("text", ""), data.getlist("missing")
    if data.get("do") == "preview":
        return Help(text=typed, shows_preview=bool(typed.strip()), problem="" if typed.strip() else _("Write something first."))
    if data.get("do") == "list":
        added = replies.as_list(case, ticked=ticked)
        return Help(text=joined(typed, added), problem="" if added else _("Tick what you want to ask for first."))
    chosen = data.get("template", "")
    template = ReplyTemplate.objects.filter(
        pk=chosen if chosen.isdecimal() else 0, language=case.language, is_active=True
    ).first()
    if template is None:
        return Help(text=typed, problem=_("Choose a text first."), ticked=tuple(ticked))
    if "missing" in template.used and not ticked:  # all of it at once would be too much for anybody
        return Help(text=typed, problem=_("Tick what you want to ask for first."))
    known = replies.values(case, by=by, ticked=ticked)
    if reason := replies.why_not(template, known=known):
        problem = gettext("This text does not fit this case: %(reason)s.") % {"reason": reason}
        return Help(text=typed, problem=problem, ticked=tuple(ticked))
    return Help(text=joined(typed, replies.fill(template, known=known)))


def joined(typed: str, added: str) -> str:
    return "\n\n".join(part for part in (typed.rstrip(), added) if part)


def panel(case: QuoteRequest, *, user: User, help: Help | None, typed: dict[str, str], may_write: bool) -> dict[str, Any]:
    """`typed`: what came with a refusal, by box. Otherwise what was begun on an earlier visit stands in the box."""
    drafts = {draft.box: draft for draft in TextDraft.objects.filter(case=case, user=user)}
    boxes = {box: typed.get(box) or (drafts[box].body if box in drafts else "") for box in TextDraft.Box.values}
    restored = {box: draft.begun_at for box, draft in drafts.items() if not typed.get(box)}
    if help is not None:
        boxes["reply"] = help.text
        restored.pop("reply", None)
    templates, missing = [], replies.missing(case) if may_write else []
    if may_write:
        known = replies.values(case, by=user, ticked=[name for name, _text in missing])
        templates = [
            (row.pk, row.title, replies.why_not(row, known=known))
            for row in ReplyTemplate.objects.filter(language=case.language, is_active=True)
        ]
    return {
        "help": help,
        "typed_message": boxes["reply"],
        "typed_note": boxes["note"],
        "begun_reply": restored.get("reply"),
        "begun_note": restored.get("note"),
        "reply_texts": templates,
        "can_be_asked": missing,
        "is_right_to_left": get_language_info(case.language)["bidi"],
        "reply_url": reverse("admin:quotes_quoterequest_reply", args=[case.pk]),
        "draft_url": reverse("admin:quotes_quoterequest_draft", args=[case.pk]),
    }


# ── Drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def keep(case: QuoteRequest, *, user: User, box: str, text: str) -> None:
    """An emptied box has no draft."""
    if not text.strip():
        forget(case, user=user, box=box)
        return
    draft, is_new = TextDraft.objects.get_or_create(case=case, user=user, box=box, defaults={"body": text})
    if not is_new:
        draft.body, draft.kept_at = text, timezone.now()
        draft.save(update_fields=["body", "kept_at"])


def forget(case: QuoteRequest, *, user: User, box: str) -> None:
    TextDraft.objects.filter(case=case, user=user, box=box).delete()


def save_draft(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """What the script sends every few seconds."""
    user = member(request)
    case = QuoteRequest.objects.visible_to(user).filter(pk=object_id).first()
    box = request.POST.get("box", "")
    if case is None:
        raise Http404
    if box not in TextDraft.Box:
        return HttpResponse(status=409)
    keep(case, user=user, box=box, text=request.POST.get("text", ""))
    return HttpResponse(status=204)


# ── What happened while somebody was writing ─────────────────────────────────────────────────────────────────────────────


def not_theirs(user: User, *, typed: list[tuple[str, str]], **which: UUID) -> Gone:
    """For a case that this person may not open (any more): what they wrote, and the way to it if they may know of it."""
    case = QuoteRequest.objects.listed_for(user).filter(**which).first()
    if case is None:
        return Gone(gettext("There is nothing here that you may open. Nothing was saved."), typed=typed)
    return Gone(
        gettext("Nothing was saved: a colleague looks after it now, or the family has taken back its agreement."),
        way_on=(reverse("admin:quotes_quoterequest_change", args=[case.pk]), gettext("Open the case")),
        typed=typed,
    )


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """What is new on a case since a page of it was opened."""

    events: list[tuple[datetime, str]]
    messages: list[Message]


def meanwhile(case: QuoteRequest, *, opened: str) -> Meanwhile | None:
    """`opened`: the time that the form carried. None when it carried none that can be read."""
    try:
        since = parse_datetime(opened)
    except ValueError:
        return None
    if since is None or since.tzinfo is None:
        return None
    return Meanwhile(
        events=[(event.at, timeline.event_text_for_staff(event)) for event in case.events.all() if event.at > since],
        messages=[message for message in case.messages.all() if message.sent_at > since],
    )
