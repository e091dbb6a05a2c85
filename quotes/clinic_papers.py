"""The archive that staff take out for a clinic: the summary as a page to print, and the documents the owner agreed to.

Made while it is downloaded, so that no copy lies anywhere. What may go in is decided by quotes/actions/sharing.py.
"""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation

from quotes import filetypes
from quotes.export import Pipe, entry, one_file
from quotes.models import Attachment, Sharing


def file_name(sharing: Sharing) -> str:
    return f"{sharing.case.reference}-clinic.zip"


def zip_of(sharing: Sharing, *, documents: Iterable[Attachment]) -> Iterator[bytes]:
    """The archive, piece by piece. File names are ours: a name that somebody gave a file may hold the patient's."""
    made_at, pipe = timezone.now(), Pipe()
    named = [
        (one, f"documents/{number:02}-{one.slot.replace('_', '-')}{suffix(one)}") for number, one in enumerate(documents, 1)
    ]
    with translation.override(sharing.language):
        page = render_to_string(
            "quotes/export/clinic.html",
            {
                "site": settings.SITE_NAME,
                "office": settings.OFFICE_NAME,
                "language": sharing.language,
                "rtl": translation.get_language_bidi(),
                "made_at": made_at,
                "sharing": sharing,
                "reference": sharing.case.reference,
                "documents": named,
            },
        )
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry("summary.html", made_at), page)
        archive.writestr(entry("style.css", made_at), Path(str(finders.find("portal/css/export.css"))).read_bytes())
        yield pipe.taken()
        for one, path in named:
            yield from one_file(archive, pipe, one, path)
    yield pipe.taken()


def suffix(attachment: Attachment) -> str:
    return Path(filetypes.download_name("file", attachment.file_kind)).suffix
