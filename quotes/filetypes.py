"""Which files we take, judged by what is in them and never by their name; and what is said of the others.

Nothing is decoded or unpacked here: the first bytes, the last ones, an image's header and an archive's table of contents decide.
Pure: no database, no request. A file is a seekable binary stream; `size` is its length.
"""

import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

MB = 1024 * 1024
FILE_BYTES, ARCHIVE_BYTES = 50 * MB, 500 * MB
PIXELS = 40_000_000  # a 9 kB PNG can hold twice that, and half a gigabyte of memory once it is decoded
ENTRIES, CONTENTS_BYTES = 20_000, 8 * MB  # of an archive: files in it, length of its table of contents
UNPACKED_BYTES, RATIO = 4096 * MB, 100  # … and how large it may unpack: in all, and as a multiple of what it is
NAME_LENGTH = 120
HEAD = 1024  # readers look for %PDF- in so many first bytes
TAIL = 66_000  # the end record of a ZIP lies in them


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`suffix` is the one that a download gets. `is_image`: staff can be shown a picture that we have drawn anew."""

    key: str
    label: str | Promise
    content_type: str
    suffix: str
    also: tuple[str, ...] = ()  # other endings that such a file may keep
    is_image: bool = False
    most: int = FILE_BYTES


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(key="pdf", label="PDF", content_type="application/pdf", suffix=".pdf"),
        Kind(key="jpeg", label=_("photo"), content_type="image/jpeg", suffix=".jpg", also=(".jpeg",), is_image=True),
        Kind(key="png", label=_("picture"), content_type="image/png", suffix=".png", is_image=True),
        Kind(key="heic", label=_("photo (HEIC)"), content_type="image/heic", suffix=".heic", also=(".heif",)),
        Kind(
            key="docx",
            label="Word",
            content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            suffix=".docx",
        ),
        Kind(key="dicom", label=_("scan image (DICOM)"), content_type="application/dicom", suffix=".dcm"),
        Kind(
            key="dicom_zip",
            label=_("scan images (ZIP)"),
            content_type="application/zip",
            suffix=".zip",
            most=ARCHIVE_BYTES,
        ),
    )
}
# What a file picker offers first. `image/*` makes phones offer the camera as well; `capture` would leave nothing but the camera.
ACCEPT = "image/*,.pdf,.heic,.heif,.docx,.dcm,.zip,application/pdf,application/zip,application/dicom"

PROBLEMS: dict[str, str | Promise] = {
    "empty": _("There is nothing in this file. Choose it again, or take a new photo."),
    "too_big": _("This file is larger than 50 MB. Send it in parts, or send photos of the pages."),
    "archive_too_big": _("This ZIP is larger than 500 MB. Make two smaller ones, or tell us, and we find another way."),
    "too_many_pixels": _(
        "This picture is too large: it has more than 40 million points. Make it smaller, or take a new photo."
    ),
    "damaged": _("We cannot open this file; a part of it may be missing. Save it again, or take a photo of it."),
    "locked": _(
        "This file is locked with a password or against copying. Save it again without that, or send photos of its pages."
    ),
    "old_office": _("This is an old or a locked Office file. Open it and save it as PDF, or send photos of its pages."),
    "office": _("This is an Office file, but no plain Word document. Open it and save it as PDF."),
    "mixed": _("This file is two kinds of file in one, so we do not take it. Print it to a new PDF, or take a photo of it."),
    "web_page": _("This is a web page or a drawing for the web. Print it to a PDF, or take a photo of the screen."),
    "other_picture": _("We cannot take this kind of picture. Save it as JPEG or PNG, or take a photo of it."),
    "film": _("This is a film or a sound. Please send photos or a PDF."),
    "other_archive": _("This is packed in a way that we cannot open. Pack it as ZIP, or send the files one by one."),
    "archive_of_others": _(
        "In this ZIP there is something else than scan images. Pack only the folder with the images (often called DICOM or "
        "IMAGES), and send letters one by one."
    ),
    "overfull": _("This archive would become far larger than it should when it is unpacked. Send the files one by one."),
    "program": _("This is a program. We take letters, photos and scan images only."),
    "unknown": _("We do not know this kind of file. Send a PDF, a photo, a Word document, or scan images (DICOM or ZIP)."),
}


class Problem(Exception):
    """Why a file is not taken: a key of PROBLEMS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def text(self) -> str:
        return str(PROBLEMS[self.code])


def most_bytes(head: bytes) -> int:
    """How large a file that begins so may become; known before the rest has come."""
    return ARCHIVE_BYTES if head.startswith(b"PK\x03\x04") else FILE_BYTES


def judge(file: BinaryIO, *, size: int) -> Kind:
    """What kind of file it is, or Problem."""
    if size == 0:
        raise Problem("empty")
    head = _at(file, 0, HEAD)
    tail = _at(file, max(0, size - TAIL), TAIL)
    kind = _kind_by_first_bytes(head)
    if kind == "zip":
        return _judge_zip(file, head, tail, size=size)
    if size > KINDS[kind].most:
        raise Problem("too_big")
    _no_second_nature(kind, head, tail)
    if kind == "pdf":
        _judge_pdf(file, tail)
    elif KINDS[kind].is_image:
        _judge_image(file, kind)
    return KINDS[kind]


def _at(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif"}
REFUSED_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
    (b"GIF8", "other_picture"), (b"II*\0", "other_picture"), (b"MM\0*", "other_picture"), (b"BM", "other_picture"),
    (b"RIFF", "other_picture"), (b"\x1aE\xdf\xa3", "film"), (b"ID3", "film"), (b"OggS", "film"),
    (b"Rar!", "other_archive"), (b"7z\xbc\xaf\x27\x1c", "other_archive"), (b"\x1f\x8b", "other_archive"),
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"#!", "program"), (b"\xcf\xfa\xed\xfe", "program"),
)  # fmt: skip
MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|\?xml|\?php|iframe)", re.IGNORECASE)


def _kind_by_first_bytes(head: bytes) -> str:
    if head[128:132] == b"DICM":
        return "dicom"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head[4:8] == b"ftyp":
        if head[8:12] in HEIC_BRANDS:
            return "heic"
        raise Problem("other_picture" if head[8:12] in (b"avif", b"avis") else "film")
    for start, code in REFUSED_STARTS:
        if head.startswith(start):
            raise Problem(code)
    raise Problem("web_page" if MARKUP.search(head) else "unknown")


def _no_second_nature(kind: str, head: bytes, tail: bytes) -> None:
    """A file that another program would take for something else. (Phones append films to photos; those have no such marks.)"""
    if kind != "pdf" and b"%PDF-" in head:
        raise Problem("mixed")
    if b"PK\x05\x06" in tail and kind != "dicom":  # the pixels of a scan may hold these four bytes by chance, its end is free
        raise Problem("mixed")
    # XMP in a photo's head is XML too, but begins as <x:xmpmeta or <?xpacket
    if MARKUP.search(head):
        raise Problem("mixed")
    if (
        kind == "dicom"
        and head[:128].strip(b"\0")
        and any(head.startswith(start) for start in (b"MZ", b"\x7fELF", b"#!", b"PK"))
    ):
        raise Problem("mixed")  # the 128 free bytes before DICM can hold the head of a program


ENCRYPTED_PDF = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R")


def _judge_pdf(file: BinaryIO, tail: bytes) -> None:
    if b"%%EOF" not in tail[-2048:]:
        raise Problem("damaged")
    file.seek(0)
    before = b""
    while piece := file.read(MB):
        if ENCRYPTED_PDF.search(before + piece):
            raise Problem("locked")
        before = piece[-64:]


def _judge_image(file: BinaryIO, kind: str) -> None:
    """By its header. Pillow's own classes, not Image.open: that one would also try other formats, and warns instead of refusing."""
    file.seek(0)
    try:
        width, height = (PngImageFile if kind == "png" else JpegImageFile)(file).size
    except (SyntaxError, OSError, ValueError, IndexError, struct.error) as error:
        raise Problem("damaged") from error
    if width * height > PIXELS:
        raise Problem("too_many_pixels")
    if width * height == 0:
        raise Problem("damaged")


# ── Archives ──────────────────────────────────────────────────────────────────────────────────────────────────────────
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    struct.error,
)


def _judge_zip(file: BinaryIO, head: bytes, tail: bytes, *, size: int) -> Kind:
    if b"%PDF-" in head:
        raise Problem("mixed")
    if size > ARCHIVE_BYTES:
        raise Problem("archive_too_big")
    _contents_are_bounded(tail)
    try:
        with zipfile.ZipFile(file) as archive:
            return _judge_entries(archive, size=size)
    except BROKEN_ARCHIVE as error:
        raise Problem("damaged") from error


def _contents_are_bounded(tail: bytes) -> None:
    """Before the table of contents is read into memory: its length and number of entries, from the end record."""
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise Problem("damaged")
    entries, length = struct.unpack("<HL", tail[at + 10 : at + 16])
    if entries > ENTRIES or length > CONTENTS_BYTES:  # 65535: the numbers stand in a ZIP64 record, which nobody needs for a CD
        raise Problem("other_archive")


def _judge_entries(archive: zipfile.ZipFile, *, size: int) -> Kind:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Problem("locked")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise Problem("other_archive")  # others may ask for gigabytes of memory to unpack a few bytes
    if sum(entry.file_size for entry in entries) > min(UNPACKED_BYTES, max(FILE_BYTES, size * RATIO)):
        raise Problem("overfull")
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names:
        if "word/document.xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
            raise Problem("office")
        if size > FILE_BYTES:
            raise Problem("too_big")
        if not _first_bytes(archive, archive.getinfo("word/document.xml")).lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<"):
            raise Problem("damaged")
        return KINDS["docx"]
    scans = 0
    for entry in entries:
        start = _first_bytes(archive, entry)
        if start[128:132] == b"DICM":
            scans += 1
        elif start and not start.startswith(CLUTTER):
            raise Problem("archive_of_others")
    if not scans:
        raise Problem("archive_of_others")
    return KINDS["dicom_zip"]


CLUTTER = (b"\x00\x05\x16\x07", b"\x00\x00\x00\x01Bud1")  # what a Mac adds to an archive: harmless, and not the sender's doing


def _first_bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as content:
        return content.read(132)


# ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def clean_name(name: str) -> str:
    """A name fit to be shown: no path, no control, invisible or direction-changing character, not endless. May be empty."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in name)
    name = " ".join(name.split()).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    if len(name) > NAME_LENGTH and dot and len(suffix) <= 5:
        return f"{stem[: NAME_LENGTH - len(suffix) - 2].rstrip()}….{suffix}"
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1].rstrip()}…"


def download_name(name: str, kind: Kind) -> str:
    """The shown name with an ending that is true: `letter.exe` that holds a PDF becomes `letter.exe.pdf`."""
    return name if name.lower().endswith((kind.suffix, *kind.also)) else f"{name or 'file'}{kind.suffix}"
