"""A file of a case on its way to a browser: to be saved, never to be shown or run."""

import logging

from django.http import Http404, StreamingHttpResponse
from django.utils.http import content_disposition_header

from portal.encryption import CannotOpen
from quotes import attachments, filetypes
from quotes.models import Attachment

logger = logging.getLogger(__name__)
NOTHING_RUNS = "sandbox; default-src 'none'"  # what a browser may do with a file that somebody sent, should it ever show one


def as_download(attachment: Attachment) -> StreamingHttpResponse:
    """Its content as it was sent. Who may have it, and that they took it, is the caller's business. 404 when it is not whole."""
    try:
        content = attachments.stream(attachment)
    except CannotOpen as error:
        logger.error("a file cannot be opened", extra={"fields": {"attachment": str(attachment.pk)}})
        raise Http404 from error
    kind = attachment.file_kind
    headers = {
        "Content-Length": str(attachment.size),
        "Content-Disposition": content_disposition_header(True, filetypes.download_name(attachment.name, kind)) or "attachment",
        "Content-Security-Policy": NOTHING_RUNS,
    }
    return StreamingHttpResponse(content, content_type=kind.content_type, headers=headers)
