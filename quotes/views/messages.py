"""The conversation on the case page: read everything, write, with files; what is typed is kept until it is sent."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.contrib import messages as notices
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from portal.ids import uuid_or_404
from quotes import access, actions, attachments
from quotes.case_forms import MessageForm
from quotes.models import Attachment, LineItem, Message, MessageDraft, Participant, QuoteRequest
from quotes.views.access import in_case, out, page_methods
from quotes.views.case import case_page, do_or_explain, may
from quotes.views.case_drafts import LONGEST
from quotes.views.documents import attachment_of, keep_files, received
from quotes.views.files import as_download
from quotes.workflow import NotAllowed, Status

PLACE, FILES_FIELD = MessageDraft.Place.MESSAGE, "other"  # files of a message belong to the record "something else"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A message as the page shows it."""

    message: Message
    files: list[Attachment]
    ready: list[UUID]  # the keys of those that can be taken now
    is_mine: bool
    is_new: bool
    is_first_new: bool


@csrf_exempt  # the view inside looks at the token: reading it reads the files too, and these must meet our handler
@page_methods
def messages(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return conversation(request)
    before = request.session.get("participant")
    participant = access.current_participant(request)
    if participant is None:
        return received(request, case=None, view=csrf_protect(partial(out, before=before)))
    may_add = may(participant, "add_attachment")
    return received(request, case=participant.case if may_add else None, view=conversation)


@csrf_protect
@in_case
def conversation(request: HttpRequest, participant: Participant) -> HttpResponse:
    if request.method != "POST":
        return page(request, participant)
    typed = request.POST.get("body", "")[:LONGEST]
    if "discard" in request.POST:
        MessageDraft.keep(participant, place=PLACE, text="", files=[])
        return redirect(reverse("quotes:case_messages") + "#write")
    if "remove" in request.POST:
        return without_file(request, participant, typed)
    return send(request, participant, typed)


def send(request: HttpRequest, participant: Participant, typed: str) -> HttpResponse:
    """Keep the files first: whatever becomes of the text, they need not be chosen again."""
    case, form = participant.case, MessageForm(request.POST)
    files, problems = new_files(request, participant)
    if "add" in request.POST and not problems:
        MessageDraft.keep(participant, place=PLACE, text=typed, files=[str(file.pk) for file in files])
        return redirect(reverse("quotes:case_messages") + "#write")
    is_good = form.is_valid()
    for problem in problems:
        form.add_error(FILES_FIELD, problem)
    status = 200
    if is_good and not problems:
        body, submission_id = form.cleaned_data["body"], form.cleaned_data["submission_id"]
        if do_or_explain(
            form,
            lambda: actions.patient_writes(case=case, by=participant, body=body, submission_id=submission_id, files=files),
            case,
        ):
            notices.success(request, _("Your message is with us."))
            return redirect("quotes:case_messages")
        status = 409
    if participant.may_write:
        MessageDraft.keep(participant, place=PLACE, text=typed, files=[str(file.pk) for file in files])
    return page(request, participant, form, status=status)


def new_files(request: HttpRequest, participant: Participant) -> tuple[list[Attachment], list[str]]:
    """The files that go with the message: those kept before and those that came now; and what was wrong with others."""
    if set(request.FILES) - {FILES_FIELD}:
        raise Http404
    files = kept_files(draft_of(participant), participant.case)
    if not request.FILES:
        return files, []
    try:
        outcome = keep_files(request, case=participant.case, by=participant)
    except NotAllowed as refusal:
        return files, [str(refusal)]
    files += [file for file in outcome.kept if file not in files]
    return files, [text for texts in outcome.problems.values() for text in texts]


def without_file(request: HttpRequest, participant: Participant, typed: str) -> HttpResponse:
    attachment = attachment_of(participant.case, request.POST["remove"])
    MessageDraft.keep(participant, place=PLACE, text=typed)
    try:
        actions.remove_attachment(case=participant.case, by=participant, attachment=attachment)
    except NotAllowed as refusal:
        notices.error(request, str(refusal))
    return redirect(reverse("quotes:case_messages") + "#write")


def draft_of(participant: Participant) -> MessageDraft | None:
    return participant.message_drafts.filter(place=PLACE).first() if participant.may_write else None


def kept_files(draft: MessageDraft | None, case: QuoteRequest) -> list[Attachment]:
    """Of the draft, those that are still there and went with no message."""
    if draft is None or not draft.files:
        return []
    return [*case.attachments.kept().filter(pk__in=draft.files, message__isnull=True)]


def beginning(request: HttpRequest, draft: MessageDraft | None, case: QuoteRequest) -> str:
    """What stands in the field when the page is opened: the draft, and the line of the recommendation that is asked about."""
    text, about = draft.text if draft else "", about_line(request, case)
    return f"{text.rstrip()}\n\n{about} ".lstrip() if about and about not in text else text


def about_line(request: HttpRequest, case: QuoteRequest) -> str:
    asked = request.GET.get("line")
    if not asked:
        return ""
    sent = LineItem.objects.filter(option__recommendation__case=case, option__recommendation__sent_at__isnull=False)
    line = sent.select_related("option").filter(pk=uuid_or_404(asked)).first()
    if line is None:
        raise Http404
    words = {"number": line.option.position, "option": line.option.title, "line": line.label}
    return _("About option %(number)s, “%(option)s”, the cost “%(line)s”:") % words


def page(request: HttpRequest, participant: Participant, form: MessageForm | None = None, *, status: int = 200) -> HttpResponse:
    """Without a form: as it is opened, with what was typed before."""
    case, draft = participant.case, draft_of(participant)
    if form is None:
        form = MessageForm(initial={"body": beginning(request, draft, case)})
    may_add = may(participant, "add_attachment")
    if not may_add and not form.has_error(FILES_FIELD):
        del form.fields[FILES_FIELD]
    lines = lines_of(case, participant)
    if request.method == "GET" and any(line.is_new for line in lines):
        actions.open_messages(case=case, by=participant)
    waiting = kept_files(draft, case)
    return case_page(
        request,
        participant,
        "messages",
        section="messages",
        status=status,
        form=form,
        lines=lines,
        may_write=participant.may_write,
        may_add=may_add,
        place=PLACE,
        draft=draft if draft and (draft.text.strip() or waiting) else None,
        waiting=waiting,
        opens_again=case.status == Status.CLOSED,
        is_asked=case.status == Status.AWAITING_PATIENT,
    )


def lines_of(case: QuoteRequest, reader: Participant) -> list[Line]:
    shown = Attachment.objects.present() | Attachment.objects.from_office()  # also what we took back: the words speak of it
    files = Prefetch("attachments", queryset=shown)
    found = list(case.messages.select_related("from_user", "from_participant").prefetch_related(files))
    new = [message.pk for message in found if message.is_from_office and message.read_at is None]
    return [
        Line(
            message=message,
            files=list(message.attachments.all()),
            ready=[file.pk for file in message.attachments.all() if file.is_from_office and attachments.may_be_opened(file)],
            is_mine=message.from_participant_id == reader.pk,
            is_new=message.pk in new,
            is_first_new=bool(new) and message.pk == new[0],
        )
        for message in found
    ]


@require_POST
@in_case
def save_draft(request: HttpRequest, participant: Participant) -> HttpResponse:
    """For message-draft.js: the text as it stands. One that has been sent meanwhile does not come back as a draft."""
    place, text = request.POST.get("place", ""), request.POST.get("text", "")
    if place not in MessageDraft.Place.values:
        raise Http404
    form_id = request.POST.get("submission_id", "")
    if form_id and Message.objects.filter(submission_id=uuid_or_404(form_id)).exists():
        return HttpResponse(status=204)
    MessageDraft.keep(participant, place=place, text=text[:LONGEST])
    return HttpResponse(status=204)


@require_safe
@in_case
def download(request: HttpRequest, participant: Participant, *, file: UUID) -> StreamingHttpResponse:
    """A file that the office sent. The family's own are in "Documents", and in the copy of everything."""
    case = participant.case
    attachment = case.attachments.kept().from_office().filter(pk=file).first()
    if attachment is None:
        raise Http404
    try:
        actions.fetch_attachment(case=case, by=participant, attachment=attachment)
    except NotAllowed as refusal:
        raise Http404 from refusal
    return as_download(attachment)
