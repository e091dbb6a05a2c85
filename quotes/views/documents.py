"""Files for a request or a case: choose, keep, remove. A plain form does it all; uploads.js sends file by file and shows how far it is.

Files chosen when any button is pressed are kept: “Add these files”, “Continue”, “Back”, “Remove”, or another language.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from portal import ratelimit
from portal.ids import uuid_or_404
from portal.views import too_large
from quotes import access, actions, attachments, intake
from quotes.attachments import CASE_BYTES, FILES, NOT_KEPT, SealingHandler, said_of
from quotes.document_forms import DocumentsForm
from quotes.filetypes import MB
from quotes.intake import Page
from quotes.models import Attachment, Participant, QuoteRequest
from quotes.questions import DOCUMENTS
from quotes.views.access import in_case, page_methods
from quotes.views.asking import asked_language, back_to_check, count, keep, no_draft, went_on, where_to_leave
from quotes.views.caller import render as render_step
from quotes.views.case import case_page, may
from quotes.workflow import NotAllowed

PAGE = Page(step=DOCUMENTS, questions=())
POST_BYTES = CASE_BYTES + 16 * MB  # all files that a case may have, and what a browser writes around them


@csrf_exempt  # the view inside looks at the token: reading it reads the files too, and these must meet our handler, not Django's
@page_methods
def documents(request: HttpRequest) -> HttpResponse:
    """The step of a request that is not sent yet."""
    return received(request, case=intake.draft_of(request.session), view=draft_documents)


@csrf_exempt
@page_methods
def case_documents(request: HttpRequest) -> HttpResponse:
    """The same for a case: its people add what is asked for later."""
    participant = access.current_participant(request)
    case = participant.case if participant and participant.may_write else None
    return received(request, case=case, view=sent_documents)


def received(request: HttpRequest, *, case: QuoteRequest | None, view: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Has files sealed while they arrive. Without a case, or after too many posts, they are only named, and kept nowhere."""
    if request.method != "POST":
        return view(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > POST_BYTES:
        return too_large(request)
    is_allowed = ratelimit.allowed_for_client("upload", request)
    handler = SealingHandler(room=attachments.room(case) if case and is_allowed else None)
    request.upload_handlers = [handler]
    try:
        return view(request)
    finally:
        handler.discard()


@csrf_protect
def draft_documents(request: HttpRequest) -> HttpResponse:
    case = intake.draft_of(request.session)
    if case is None:
        return gone(request)
    if request.method == "POST":
        response = save(request, case)
        if went_on(request, response, DOCUMENTS.key):
            count(case, DOCUMENTS.key, "finished")
        return response
    count(case, DOCUMENTS.key, "reached")
    return page(request, case, DocumentsForm())


def save(request: HttpRequest, case: QuoteRequest) -> HttpResponse:
    """Keep what can be kept; then go where the button says, or stay when a file was not taken."""
    try:
        outcome = keep_files(request, case=case, by=None)
        if "remove" in request.POST:
            actions.remove_attachment(case=case, by=None, attachment=attachment_of(case, request.POST["remove"]))
        keep(case, {intake.SEEN: [DOCUMENTS.key]})  # the language of the page becomes the case's, as on every step
    except NotAllowed:  # another tab sent the request at this moment
        return gone(request)
    if wants_json(request):
        return answer(case, outcome)
    if outcome.problems:
        return page(request, case, DocumentsForm(problems=outcome.problems))
    if language := asked_language(request):
        return redirect(translate_url(request.get_full_path(), language))
    if leaving := where_to_leave(request):
        return redirect(leaving)
    back = back_to_check(request)
    if "back" in request.POST:
        return redirect(back or intake.url_before(PAGE, case.answers))
    if "add" in request.POST or "remove" in request.POST:
        return redirect(request.path + ("?back=check" if back else "") + "#files")
    return redirect(back or intake.url_after(PAGE, case.answers))


@csrf_protect
@in_case
def sent_documents(request: HttpRequest, participant: Participant) -> HttpResponse:
    case = participant.case
    if request.method != "POST":
        return case_documents_page(request, participant, DocumentsForm())
    try:
        outcome = keep_files(request, case=case, by=participant)
        if "remove" in request.POST:
            attachment = attachment_of(case, request.POST["remove"])
            actions.remove_attachment(case=case, by=participant, attachment=attachment)
    except NotAllowed as refused:
        notices.error(request, str(refused))
        return redirect("quotes:case_documents")
    if wants_json(request):
        return answer(case, outcome)
    if outcome.problems:
        return case_documents_page(request, participant, DocumentsForm(problems=outcome.problems))
    return redirect(request.path + "#files")


@require_safe
def photographing(request: HttpRequest) -> HttpResponse:
    """How to photograph a letter, and how to get the scan images from a hospital."""
    return render(request, "quotes/intake/photographing.html", {"back_url": back_from_help(request)})


# ── Parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class Outcome:
    """What was wrong with the files of one post, by slot. What is not named here is kept."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    kept: list[Attachment] = field(default_factory=list)

    def add(self, slot: str, name: str, problem: str) -> None:
        self.problems.setdefault(slot, []).append(said_of(name, problem))


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
                outcome.kept.append(actions.add_attachment(case=case, by=by, slot=slot, staged=staged))  # type: ignore[arg-type]
            except NotAllowed as refused:
                if by is None and not case.is_draft:
                    raise
                outcome.add(slot, staged.name or "", str(refused))
    return outcome


def attachment_of(case: QuoteRequest, text: str) -> Attachment:
    """One of this case's files; anybody else's is as unknown as one that never was."""
    found = case.attachments.present().filter(pk=uuid_or_404(text)).first()
    if found is None:
        raise Http404
    return found


def page(request: HttpRequest, case: QuoteRequest, form: DocumentsForm) -> HttpResponse:
    current, total = intake.place_of(PAGE, case.answers)
    present = [*case.attachments.present()]
    context = {
        "form": form,
        "title": DOCUMENTS.title,
        "action": request.get_full_path(),
        "easy": intake.is_easy(case.answers),
        "slots": slots(form, present),
        "used": used_text(present),
        "current": current,
        "total": total,
        "to_check": bool(back_to_check(request)),
        "language_switch_form": True,
    }
    return render_step(request, "quotes/intake/documents.html", context)


def case_documents_page(request: HttpRequest, participant: Participant, form: DocumentsForm) -> HttpResponse:
    present = [*family_files(participant.case)]
    may_add = may(participant, "add_attachment")
    return case_page(
        request,
        participant,
        "documents",
        section="documents",
        form=form,
        slots=slots(form, present),
        used=used_text(present),
        from_us=[(file, attachments.may_be_opened(file)) for file in participant.case.attachments.kept().from_office()],
        may_add=may_add,
        is_closed=participant.may_write and not may_add,
    )


def family_files(case: QuoteRequest) -> QuerySet[Attachment]:
    """What the family gave; what the office sent stands apart."""
    return case.attachments.present().from_family().select_related("added_by_participant")


def slots(form: DocumentsForm, present: list[Attachment]) -> list[dict[str, Any]]:
    """Each field with the files that are kept in it."""
    return [{"field": form[slot], "key": slot, "files": in_slot(present, slot)} for slot in form.fields]


def in_slot(present: list[Attachment], slot: str) -> list[Attachment]:
    return [one for one in present if one.slot == slot]


def used_text(present: list[Attachment]) -> str:
    count = sum(not one.is_refused for one in present)
    return ngettext("%(count)d of %(most)d files added", "%(count)d of %(most)d files added", count) % {
        "count": count,
        "most": FILES,
    }


def answer(case: QuoteRequest, outcome: Outcome) -> JsonResponse:
    """For uploads.js: the lists of kept files as they stand now, and what was wrong."""
    present = [*family_files(case)]
    lists = {
        slot: render_to_string("quotes/intake/_files.html", {"files": in_slot(present, slot), "can_remove": True})
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


def back_from_help(request: HttpRequest) -> str:
    """The help page is open to everybody; whoever came from their own files finds the way back."""
    if intake.draft_of(request.session) is not None:
        return reverse("quotes:documents")
    return reverse("quotes:case_documents") if access.current_participant(request) is not None else ""
