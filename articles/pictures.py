"""The files of pictures in articles: made once, in several sizes, from what an editor uploads. They are public.

A photo may tell where it was taken: every size is drawn anew, and nothing but its pixels is kept. The header is read before anything
is decoded, as a file of a few kilobytes can hold an image that fills the memory. A file is named by its content, so that a name
never means two pictures, and a cache may keep it for ever.
"""

import hashlib
import io
import os
import re
import secrets
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

MB = 1024 * 1024
MOST_BYTES = 15 * MB
PIXELS = 40_000_000
SMALLEST = 200  # an image narrower than this is a slip: nobody could read anything in it
WIDTHS = (480, 960, 1600)  # a phone, a phone with a fine screen and a desktop, a desktop with a fine screen
NAME = re.compile(r"[0-9a-f]{24}\.(?:webp|jpg|png)")
TYPES = {"webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}
STARTS = ((b"\xff\xd8\xff", JpegImageFile), (b"\x89PNG\r\n\x1a\n", PngImageFile))

NOT_A_PICTURE = _("This is not a JPEG or PNG picture. Save it as one of these first.")
DAMAGED = _("The picture is damaged. Save it anew, or choose another.")


def store(file: BinaryIO) -> list[dict[str, Any]]:
    """Make and keep all sizes of an uploaded picture; returns them as `Picture.sizes` holds them. Raises ValidationError."""
    image = upright(opened(file))
    plain_kind = "png" if image.mode == "RGBA" else "jpg"
    found = []
    for width in widths(image.width):
        scaled = image.copy()
        scaled.thumbnail((width, PIXELS), Image.Resampling.LANCZOS)
        found.append(
            {"width": scaled.width, "height": scaled.height, "webp": keep(scaled, "webp"), "plain": keep(scaled, plain_kind)}
        )
    return found


def opened(file: BinaryIO) -> Image.Image:
    """Judged by its first bytes and its header; Pillow's own classes, not Image.open, which would try other formats too."""
    file.seek(0, os.SEEK_END)
    if file.tell() > MOST_BYTES:
        raise ValidationError(_("The file has more than 15 MB. Save it smaller, or choose another."))
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    plugin = next((plugin for start, plugin in STARTS if head.startswith(start)), None)
    if plugin is None:
        raise ValidationError(NOT_A_PICTURE)
    try:
        image = plugin(file)
    except (SyntaxError, OSError, ValueError, IndexError, struct.error) as error:
        raise ValidationError(DAMAGED) from error
    width, height = image.size
    if width * height > PIXELS:
        raise ValidationError(_("The picture has more than 40 million pixels. Save it smaller first."))
    if width < SMALLEST or height == 0:
        raise ValidationError(_("The picture is too small: readers could not see anything in it."))
    if getattr(image, "n_frames", 1) > 1:
        raise ValidationError(_("The picture moves. Choose one that stands still: moving pictures make some people ill."))
    return image


def upright(image: Image.Image) -> Image.Image:
    """Pixels alone: turned as the camera noted, in the colours that every browser knows, without a word about where or with what."""
    try:
        image.load()
        profile = image.info.get("icc_profile")
        image = ImageOps.exif_transpose(image)
        has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
        if profile and not has_alpha:
            with suppress(ImageCms.PyCMSError, OSError):  # a broken profile is no reason to refuse the picture
                own, common = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
                image = ImageCms.profileToProfile(image, own, common, outputMode="RGB") or image
        pixels = image.convert("RGBA" if has_alpha else "RGB")
    except (SyntaxError, OSError, ValueError, IndexError, struct.error) as error:
        raise ValidationError(DAMAGED) from error
    pixels.info = {}
    return pixels


def widths(own: int) -> list[int]:
    """Never larger than it is: that would weigh more and show no more."""
    return [*(width for width in WIDTHS if width < own), *([own] if own <= WIDTHS[-1] else [])]


def keep(image: Image.Image, kind: str) -> str:
    """Write one file under the name of its content, whole or not at all."""
    made = io.BytesIO()
    match kind:
        case "webp":
            image.save(made, "WEBP", quality=80, method=4)
        case "jpg":
            image.save(made, "JPEG", quality=82, optimize=True, progressive=True)
        case _:
            image.save(made, "PNG", optimize=True)
    content = made.getvalue()
    name = f"{hashlib.sha256(content).hexdigest()[:24]}.{kind}"
    folder = Path(settings.PICTURES_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / name).exists():
        partial = folder / f".{secrets.token_hex(8)}"
        partial.write_bytes(content)
        partial.replace(folder / name)
    return name


def path_of(name: str) -> Path | None:
    """None for a name that is not one of ours, and for a file that is not there."""
    path = Path(settings.PICTURES_ROOT) / name
    return path if NAME.fullmatch(name) and path.is_file() else None


def figure(sizes: list[dict[str, Any]], *, alt: str, credit: str) -> str:
    """The picture in a text. Width and height are written, so that nothing jumps while it loads."""
    middle = next((size for size in sizes if size["width"] >= WIDTHS[1]), sizes[-1])
    context = {"sizes": sizes, "middle": middle, "alt": alt, "credit": credit}
    return render_to_string("components/_picture.html", context).strip()
