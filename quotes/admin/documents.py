"""Files on the case screen: the panel, a picture to look at, and a copy to take. No audit event, no byte."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.admin_site import member
from portal.doors import WORK_ON_CASES
from portal.encryption import CannotOpen
from portal.models import User
from portal.second_factor import is_verified
from quotes import actions, attachments, staffing
from quotes.filetypes import Problem
from quotes.models import Attachment, QuoteRequest
from quotes.questions import Text
from quotes.views.documents import received
from quotes.views.files import NOTHING_RUNS, as_download
from quotes.workflow import NotAllowed

logger = logging.getLogger(__name__)
OURS = "ours"


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """A file and what may be done with it; without addresses it can only be read about."""

    file: Attachment
    added_by: Text
    download_url: str = ""
    preview_url: str = ""


def panel(case: QuoteRequest, *, may_open: bool) -> list[tuple[Text, list[FileRow]]]:
    """The family's files by record, in the order in which they were asked for, then ours. What was taken back is not listed."""
    groups: dict[str, list[FileRow]] = {}
    for attachment in case.attachments.all():
        if attachment.removed_at is None:
            group = OURS if attachment.is_from_office else attachment.slot
            groups.setdefault(group, []).append(row(attachment, case=case, may_open=may_open))
    names: list[tuple[str, Text]] = [*Attachment.Slot.choices, (OURS, _("What we sent to the family"))]
    return [(name, groups[key]) for key, name in names if key in groups]


def row(attachment: Attachment, *, case: QuoteRequest, may_open: bool) -> FileRow:
    if attachment.added_by_user is not None:
        added_by: Text = attachment.added_by_user.name
    elif attachment.added_by_participant is not None:
        added_by = attachment.added_by_participant.name or attachment.added_by_participant.get_role_display()
    else:
        added_by = _("with the request")
    if not may_open or not attachments.may_be_opened(attachment):
        return FileRow(file=attachment, added_by=added_by)
    ids = [case.pk, attachment.pk]
    preview = reverse("admin:quotes_quoterequest_preview_file", args=ids) if attachment.file_kind.is_image else ""
    download = reverse("admin:quotes_quoterequest_download_file", args=ids)
    return FileRow(file=attachment, added_by=added_by, download_url=download, preview_url=preview)


def sealed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the staff site to which files are sent: they meet our handler before anything, the token's check too, reads them.

    Who may not send a file here has none of theirs kept: only the names are noted.
    """

    def receive(request: HttpRequest, object_id: UUID) -> HttpResponse:
        user, case = request.user, None
        if isinstance(user, User) and is_verified(request) and WORK_ON_CASES.allows(user):
            case = QuoteRequest.objects.visible_to(user).filter(pk=object_id).first()
        return received(request, case=case, view=partial(view, object_id=object_id))

    return csrf_exempt(receive)


def download(request: HttpRequest, object_id: UUID, attachment_id: UUID) -> StreamingHttpResponse:
    """The file as it was sent, to be saved and never shown by the browser."""
    return as_download(opened(member(request), object_id, attachment_id, how="download file"))


def preview(request: HttpRequest, object_id: UUID, attachment_id: UUID) -> HttpResponse:
    """A photo drawn anew by us, to be looked at in its place on the case screen."""
    attachment = opened(member(request), object_id, attachment_id, how="view file", images_only=True)
    try:
        drawn = attachments.preview(attachment)
    except CannotOpen as error:
        raise gone(attachment) from error
    except Problem as error:  # damaged inside: it can still be downloaded
        raise Http404 from error
    headers = {"Content-Security-Policy": NOTHING_RUNS}
    return HttpResponse(drawn, content_type="image/jpeg", headers=headers)


def opened(user: User, object_id: UUID, attachment_id: UUID, *, how: str, images_only: bool = False) -> Attachment:
    """The file, after it was written down that this person opens it; 404 for what is not theirs to open."""
    case = staffing.readable_by(user).filter(pk=object_id).first()
    attachment: Any = case and case.attachments.kept().filter(pk=attachment_id).first()
    if case is None or attachment is None or (images_only and not attachment.file_kind.is_image):
        raise Http404
    try:
        actions.open_attachment(case=case, by=user, attachment=attachment, how=how)
    except NotAllowed as error:
        raise Http404 from error
    return attachment


def gone(attachment: Attachment) -> Http404:
    logger.error("a file cannot be opened", extra={"fields": {"attachment": str(attachment.pk)}})
    return Http404()
