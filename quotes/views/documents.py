"""Files for a request: choose, keep, remove. A plain form does it all; uploads.js sends file by file and shows how far it is.

Files chosen when any button is pressed are kept: “Add these files”, “Continue”, “Back”, “Remove”, or another language.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from portal import ratelimit
from quotes import actions, attachments, intake, questions
from quotes.attachments import CASE_BYTES, FILES, NOT_KEPT, SealingHandler
from quotes.document_forms import DocumentsForm
from quotes.filetypes import MB
from quotes.models import Attachment, Participant, QuoteRequest
from quotes.questions import Step
from quotes.views.access import page_methods
from quotes.views.intake import asked_language, back_to_check, keep, no_draft
from quotes.workflow import NotAllowed

POST_BYTES = CASE_BYTES + 16 * MB  # all files that a case may have, and what a browser writes around them


@csrf_exempt  # `checked` looks at the token: reading it reads the files too, and these must meet our handler, not Django's
@page_methods
def documents(request: HttpRequest) -> HttpResponse:
    """Files are sealed while they arrive. Without a draft, or after too many posts, they are only named, and kept nowhere."""
    if request.method != "POST":
        return checked(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > POST_BYTES:
        return render(request, "413.html", status=413)
    case = intake.draft_of(request.session)
    is_allowed = ratelimit.allowed_for_client("upload", request)
    handler = SealingHandler(room=attachments.room(case) if case and is_allowed else None)
    request.upload_handlers = [handler]
    try:
        return checked(request)
    finally:
        handler.discard()


@csrf_protect
def checked(request: HttpRequest) -> HttpResponse:
    case = intake.draft_of(request.session)
    if case is None:
        return gone(request)
    return save(request, case) if request.method == "POST" else page(request, case, DocumentsForm())


def save(request: HttpRequest, case: QuoteRequest) -> HttpResponse:
    """Keep what can be kept; then go where the button says, or stay when a file was not taken."""
    try:
        outcome = keep_files(request, case=case, by=None)
        if "remove" in request.POST:
            actions.remove_attachment(case=case, by=None, attachment=attachment_of(case, request.POST["remove"]))
        keep(case, {})  # the language of the page becomes the case's, as on every step
    except NotAllowed:  # another tab sent the request at this moment
        return gone(request)
    if wants_json(request):
        return answer(case, outcome)
    if outcome.problems:
        return page(request, case, DocumentsForm(problems=outcome.problems))
    if language := asked_language(request):
        return redirect(translate_url(request.get_full_path(), language))
    back = back_to_check(request)
    if "back" in request.POST:
        return redirect(back or intake.previous_url(this_step()))
    if "add" in request.POST or "remove" in request.POST:
        return redirect(request.path + ("?back=check" if back else "") + "#files")
    return redirect(back or intake.next_url(this_step()))


@require_safe
def photographing(request: HttpRequest) -> HttpResponse:
    """How to photograph a letter, and how to get the scan images from a hospital."""
    return render(request, "quotes/intake/photographing.html", {"in_request": intake.draft_of(request.session) is not None})


# ── Parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class Outcome:
    """What was wrong with the files of one post, by slot. What is not named here is kept."""

    problems: dict[str, list[str]] = field(default_factory=dict)

    def add(self, slot: str, name: str, problem: str) -> None:
        said = _("“%(name)s”: %(problem)s") % {"name": name, "problem": problem} if name else problem
        self.problems.setdefault(slot, []).append(said)


def keep_files(request: HttpRequest, *, case: QuoteRequest, by: Participant | None) -> Outcome:
    """Each file by itself: one that cannot be taken costs none of the others."""
    outcome = Outcome()
    # the form's last field: without it the connection broke on the way, and the last file may be half a file that looks whole
    is_whole = "whole" in request.POST
    for slot, sent in request.FILES.lists():
        if slot not in Attachment.Slot.values:
            raise Http404
        for staged in sent:
            if not is_whole:
                outcome.add(slot, staged.name or "", str(NOT_KEPT))
                continue
            try:
                actions.add_attachment(case=case, by=by, slot=slot, staged=staged)  # type: ignore[arg-type]
            except NotAllowed as refused:
                if by is None and not case.is_draft:
                    raise
                outcome.add(slot, staged.name or "", str(refused))
    return outcome


def attachment_of(case: QuoteRequest, text: str) -> Attachment:
    """One of this case's files; anybody else's is as unknown as one that never was."""
    try:
        found = case.attachments.present().filter(pk=UUID(text)).first()
    except ValueError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


def page(request: HttpRequest, case: QuoteRequest, form: DocumentsForm) -> HttpResponse:
    step = this_step()
    present = [*case.attachments.present()]
    context = {
        "form": form,
        "title": step.title,
        "slots": slots(form, present),
        "used": used_text(present),
        "current": intake.number_of(step),
        "total": intake.TOTAL,
        "to_check": bool(back_to_check(request)),
        "language_switch_form": True,
    }
    return render(request, "quotes/intake/documents.html", context)


def slots(form: DocumentsForm, present: list[Attachment]) -> list[dict[str, Any]]:
    """Each field with the files that are kept in it."""
    return [{"field": form[slot], "key": slot, "files": [one for one in present if one.slot == slot]} for slot in form.fields]


def used_text(present: list[Attachment]) -> str:
    count = sum(not one.is_refused for one in present)
    return ngettext("%(count)d of %(most)d files added", "%(count)d of %(most)d files added", count) % {
        "count": count,
        "most": FILES,
    }


def answer(case: QuoteRequest, outcome: Outcome) -> JsonResponse:
    """For uploads.js: the lists of kept files as they stand now, and what was wrong."""
    present = [*case.attachments.present()]
    lists = {
        slot: render_to_string("quotes/intake/_files.html", {"files": [one for one in present if one.slot == slot]})
        for slot in Attachment.Slot.values
    }
    problems = [text for texts in outcome.problems.values() for text in texts]
    return JsonResponse({"lists": lists, "used": used_text(present), "problems": problems})


def gone(request: HttpRequest) -> HttpResponse:
    """This browser has no open request any more."""
    if not wants_json(request):
        return no_draft(request)
    was_sent = intake.sent_case_of(request.session) is not None
    leave = reverse("quotes:sent") + "?note=late" if was_sent else reverse("quotes:start") + "?note=no-draft"
    return JsonResponse({"leave": leave}, status=409)


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def this_step() -> Step:
    return next(step for step in questions.STEPS if step.key == "documents")
