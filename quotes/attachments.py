"""Files of a case on their way in and out. What arrives is sealed while it arrives: nothing ever lies on the disk in clear.

An upload becomes a `Staged` file: sealed, judged, owned by no row yet. Either a verb gives it a row and keeps it, or it is
removed when the request ends. The folder (settings.ATTACHMENTS_ROOT) has no address; names in it are random.
"""

import hashlib
import io
import logging
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from portal import clamd
from portal.encryption import CannotOpen
from portal.sealed_files import SealedReader, SealedWriter
from quotes import filetypes
from quotes.filetypes import MB, Kind, Problem
from quotes.models import Attachment, QuoteRequest

logger = logging.getLogger(__name__)

FILES, CASE_BYTES = 20, 1024 * MB  # of one case
LEFT_OVER_SECONDS = 6 * 3600  # a file without a row is somebody's slow upload for so long, and litter afterwards
PREVIEW_PIXELS = 2000  # enough to read a letter by


def folder() -> Path:
    made = Path(settings.ATTACHMENTS_ROOT)
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def context(attachment_id: UUID) -> str:
    """What a sealed file is bound to: its row, as an encrypted field's value is."""
    return f"{Attachment._meta.db_table}.file:{attachment_id}"


def reader(attachment: Attachment) -> SealedReader:
    """The file's content. Raises CannotOpen when it is not there, not whole, or not what was sealed for this row."""
    try:
        opened = SealedReader(folder() / attachment.stored_as, key=attachment.file_key, context=context(attachment.pk))
    except FileNotFoundError as error:
        raise CannotOpen(f"no file for {attachment.pk}") from error
    if opened.size != attachment.size:
        opened.close()
        raise CannotOpen(f"the file of {attachment.pk} has another length than its row says")
    return opened


def stream(attachment: Attachment) -> Iterator[bytes]:
    """The content, chunk by chunk. The first one is opened here, so that a file that cannot be opened is no half answer."""
    opened = reader(attachment)
    pieces = opened.chunks()
    try:
        first = next(pieces)
    except CannotOpen:
        opened.close()
        raise
    return _rest(first, pieces, opened)


def _rest(first: bytes, pieces: Iterator[bytes], opened: SealedReader) -> Iterator[bytes]:
    with opened:
        yield first
        yield from pieces


def room(case: QuoteRequest) -> int:
    """How many bytes more a case may hold."""
    return CASE_BYTES - sum(case.attachments.kept().values_list("size", flat=True))


def may_be_opened(attachment: Attachment) -> bool:
    """By staff: when the scanner says clean; without a scanner, at their own judgement, and the page says so."""
    if attachment.removed_at is not None:
        return False
    if attachment.state == Attachment.State.UNSCANNED:
        return not clamd.is_configured()
    return attachment.state == Attachment.State.CLEAN


def preview(attachment: Attachment) -> bytes:
    """An image drawn anew as JPEG, upright, small enough for a screen, without place, camera or anything else that it carried.

    Raises CannotOpen, or Problem when it is damaged further in than its header.
    """
    with io.BufferedReader(reader(attachment)) as file:
        filetypes.judge(file, size=attachment.size)  # its header once more, before anything is decoded
        file.seek(0)
        try:
            with Image.open(file, formats=[attachment.kind.upper()]) as image:
                image.draft("RGB", (PREVIEW_PIXELS, PREVIEW_PIXELS))
                image.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
                upright = ImageOps.exif_transpose(image).convert("RGBA")
                on_white = Image.new("RGB", upright.size, "white")
                on_white.paste(upright, mask=upright)
        except CannotOpen:
            raise
        except (SyntaxError, OSError, ValueError, EOFError, IndexError) as error:
            raise Problem("damaged") from error
    drawn = io.BytesIO()
    on_white.save(drawn, "JPEG", quality=85)
    return drawn.getvalue()


def remove_files(names: Iterable[str]) -> None:
    """Off the disk, after the rows are gone. One that stays (a disk that is away) is swept later."""
    for name in names:
        try:
            (folder() / name).unlink(missing_ok=True)
        except OSError:
            logger.exception("a file could not be removed", extra={"fields": {"file": name}})


def left_overs() -> list[str]:
    """Names on the disk that no row keeps: of a process that was killed, or of a case erased while the disk was away."""
    now = time.time()
    old = [path.name for path in folder().iterdir() if now - path.stat().st_mtime > LEFT_OVER_SECONDS]
    return sorted(set(old) - set(Attachment.objects.kept().values_list("stored_as", flat=True)))


# ── Arriving ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(kw_only=True)
class Staged:
    """A file that has arrived. With `problem` there is nothing on the disk; without, `kind` is known."""

    id: UUID
    name: str
    size: int = 0
    sha256: str = ""
    stored_as: str = ""
    file_key: str = ""
    kind: Kind | None = None
    problem: str = ""
    is_kept: bool = False

    def close(self) -> None:
        """Django closes what a request has uploaded. What becomes of this one, `SealingHandler.discard` decides."""


NOT_KEPT = _("It could not be saved just now. Choose it again, please, in a minute or two.")
NO_ROOM = _("Together the files are larger than 1 GB, which is all that we can keep. Remove one that matters less.")


def said_of(name: str, problem: str) -> str:
    """What was wrong with a file, under its name where it has one."""
    return gettext("“%(name)s”: %(problem)s") % {"name": name, "problem": problem} if name else problem


class SealingHandler(FileUploadHandler):
    """Seals each uploaded file while it arrives, and judges it when it is whole. One bad file never harms the others.

    `room`: how many bytes more the case may hold. None: nothing may be kept, only the names are noted.
    """

    def __init__(self, *, room: int | None) -> None:
        super().__init__()
        self.room = room
        self.arrived: list[Staged] = []
        self.writer: SealedWriter | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._drop()  # the one before was cut off
        self.staged = Staged(id=uuid4(), name=filetypes.clean_name(self.file_name or ""))
        self.digest, self.most = hashlib.sha256(), 0
        if self.room is None:
            self.staged.problem = str(NOT_KEPT)
            return
        self.staged.stored_as = secrets.token_hex(16)
        try:
            self.writer = SealedWriter(folder() / self.staged.stored_as, context=context(self.staged.id))
        except OSError:
            self._refuse(str(NOT_KEPT), because="no file can be written")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.writer is None:
            return
        self.most = self.most or filetypes.most_bytes(raw_data)
        self.staged.size += len(raw_data)
        if self.staged.size > self.most:
            too_big = "archive_too_big" if self.most == filetypes.ARCHIVE_BYTES else "too_big"
            self._refuse(Problem(too_big).text)
            return
        if self.room is not None and self.staged.size > self.room:
            self._refuse(str(NO_ROOM))
            return
        self.digest.update(raw_data)
        try:
            self.writer.write(raw_data)
        except OSError:
            self._refuse(str(NOT_KEPT), because="the disk is full, or away")

    def file_complete(self, file_size: int) -> Any:
        if self.writer is not None:
            self._seal_and_judge(self.writer)
        self.arrived.append(self.staged)
        return self.staged

    def _seal_and_judge(self, writer: SealedWriter) -> None:
        staged = self.staged
        try:
            writer.close()
            with io.BufferedReader(SealedReader(writer.path, key=writer.key, context=context(staged.id))) as file:
                staged.kind = filetypes.judge(file, size=staged.size)
        except Problem as problem:
            self._refuse(problem.text)
        except (OSError, CannotOpen):
            self._refuse(str(NOT_KEPT), because="a file could not be finished")
        else:
            staged.sha256, staged.file_key, self.writer = self.digest.hexdigest(), writer.key, None
            if self.room is not None:
                self.room -= staged.size

    def _refuse(self, problem: str, *, because: str = "") -> None:
        self.staged.problem = problem
        self._drop()
        if because:
            logger.exception(because)

    def _drop(self) -> None:
        if self.writer is not None:
            self.writer.abandon()
            self.writer = None

    def discard(self) -> None:
        """When the request ends, however it ended: what no row keeps goes."""
        self._drop()
        remove_files(staged.stored_as for staged in self.arrived if staged.stored_as and not staged.is_kept)
