"""Files of every kind, made in memory: good ones, and what somebody may send instead."""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Mapping

from tests.factories import image

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
DICOM = b"\0" * 128 + b"DICM" + os.urandom(500).replace(b"PK", b"--")
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 50


def archive(entries: Mapping[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as opened:
        for name, content in entries.items():
            opened.writestr(name, content)
    return made.getvalue()


def docx(**more: bytes) -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<?xml version='1.0'?><w:document/>"} | more)


def flagged_as_locked(content: bytes) -> bytes:
    """The bit that says “needs a password”, in the table of contents of an archive's first file."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + bytes([content[at] | 1]) + content[at + 1 :]


def huge_png(width: int = 9000, height: int = 9000) -> bytes:
    """81 megapixels in about 9 kB."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packed = zlib.compress(b"\0" * ((width // 8 + 1) * height), 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


GOOD: dict[str, bytes] = {
    "pdf": PDF,
    "jpeg": image(),
    "png": image(suffix="PNG"),
    "heic": HEIC,
    "docx": docx(),
    "dicom": DICOM,
    "dicom_zip": archive({"IM1": DICOM, "a/IM2": DICOM, "__MACOSX/._IM1": b"\x00\x05\x16\x07", ".DS_Store": b"\0\0\0\1Bud1"}),
}
BAD: dict[str, tuple[bytes, str]] = {  # name → content, the problem it has
    "empty": (b"", "empty"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "web_page"),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", "web_page"),
    "text": (b"just some words", "unknown"),
    "exe": (b"MZ" + b"\0" * 200, "program"),
    "gif": (b"GIF89a" + b"\0" * 20, "other_picture"),
    "avif": (b"\0\0\0\x18ftypavif" + b"\0" * 20, "other_picture"),
    "film": (b"\0\0\0\x18ftypisom" + b"\0" * 20, "film"),
    "rar": (b"Rar!\x1a\x07\x00", "other_archive"),
    "old word, or locked docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_office"),
    "81 megapixels in 9 kB": (huge_png(), "too_many_pixels"),
    "png without a body": (b"\x89PNG\r\n\x1a\n", "damaged"),
    "jpeg without a body": (b"\xff\xd8\xff\xe0", "damaged"),
    "pdf cut off": (PDF[:-20], "damaged"),
    "pdf with a password": (PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R"), "locked"),
    "pdf and zip": (PDF + archive({"a": b"b"}), "mixed"),
    "jpeg and zip": (image() + archive({"evil.class": b"b"}), "mixed"),
    "jpeg and html": (b"\xff\xd8\xff\xfe\x00\x40<script>alert(1)</script>" + image()[2:], "mixed"),
    "jpeg and pdf": (b"\xff\xd8\xff\xfe\x00\x40%PDF-1.4" + image()[2:], "mixed"),
    "dicom and program": (b"MZ" + DICOM[2:], "mixed"),
    "zip of something else": (archive({"letter.txt": b"hello"}), "archive_of_others"),
    "zip of scans and a program": (archive({"IM1": DICOM, "VIEWER.EXE": b"MZ" + b"\0" * 300}), "archive_of_others"),
    "zip in a zip": (archive({"IM1": DICOM, "more.zip": archive({"a": DICOM})}), "archive_of_others"),
    "zip of nothing": (b"PK\x03\x04" + archive({})[4:], "damaged"),
    "zip with a password": (flagged_as_locked(archive({"IM1": DICOM})), "locked"),
    "zip bomb": (archive({"IM1": DICOM + b"\0" * 60_000_000}), "overfull"),
    "zip packed to eat memory": (archive({"IM1": DICOM}, how=zipfile.ZIP_LZMA), "other_archive"),
    "zip cut off": (GOOD["dicom_zip"][:-30], "damaged"),
    "docx bomb": (docx(**{"word/media/a.bmp": b"\0" * 60_000_000}), "overfull"),
    "docx with macros": (docx(**{"word/vbaProject.bin": b"x"}), "office"),
    "spreadsheet": (archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}), "office"),
    "docx whose text is no text": (archive({"[Content_Types].xml": b"", "word/document.xml": b"MZ"}), "damaged"),
}
