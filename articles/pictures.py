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
from PIL import Image, ImageCms, ImageOps, features
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

MB = 1024 * 1024
MOST_BYTES = 15 * MB
PIXELS = 40_000_000
SMALLEST = 200  # an image narrower than this is a slip: nobody could read anything in it
TALLEST = 4  # times its width: WebP has no more than 16,383 lines, and a reader no patience for them
AVIF_PIXELS = 4_000_000  # of the largest size: more would cost seconds and hundreds of megabytes
WIDTHS = (480, 960, 1600)  # a phone, a phone with a fine screen and a desktop, a desktop with a fine screen
NAME = re.compile(r"[0-9a-f]{24}\.(?:avif|webp|jpg|png)")
TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}
STARTS = ((b"\xff\xd8\xff", JpegImageFile), (b"\x89PNG\r\n\x1a\n", PngImageFile))

NOT_A_PICTURE = _("This is not a JPEG or PNG picture. Save it as one of these first.")
DAMAGED = _("The picture is damaged. Save it anew, or choose another.")


def store(file: BinaryIO) -> list[dict[str, Any]]:
    """Make and keep all sizes of an uploaded picture; returns them as `Picture.sizes` holds them. Raises ValidationError."""
    image = upright(opened(file))
    plain_kind = "png" if image.mode == "RGBA" else "jpg"
    all_scaled = [scaled(image, width=width) for width in widths(image.width)]
    kinds = {"webp": "webp", "plain": plain_kind}
    if takes_avif(*all_scaled[-1].size):
        kinds = {"avif": "avif", **kinds}
    return [
        {"width": one.width, "height": one.height, **{name: keep(one, kind) for name, kind in kinds.items()}}
        for one in all_scaled
    ]


def scaled(image: Image.Image, *, width: int) -> Image.Image:
    smaller = image.copy()
    smaller.thumbnail((width, PIXELS), Image.Resampling.LANCZOS)
    return smaller


def takes_avif(width: int, height: int) -> bool:
    """Where this Pillow can write it. All sizes of a picture have it, or none."""
    return bool(features.check("avif")) and width * height <= AVIF_PIXELS


def with_avif(sizes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sizes of a picture that was kept before AVIF was, with theirs made from its files; as they are where that cannot be."""
    paths = [path_of(size["plain"]) for size in sizes]
    if not sizes or "avif" in sizes[0] or None in paths or not takes_avif(sizes[-1]["width"], sizes[-1]["height"]):
        return sizes
    found = []
    for size, path in zip(sizes, paths, strict=True):
        with Image.open(str(path), formats=["JPEG", "PNG"]) as image:
            found.append(size | {"avif": keep(image, "avif")})
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
    if height > width * TALLEST:
        raise ValidationError(_("The picture is more than four times as high as it is wide. Cut it into several."))
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
    """Write one file under the name of its content."""
    made = io.BytesIO()
    match kind:
        case "avif":
            # looks as WebP at 80 does and weighs less; at speed 8 as quick, at 6 four times as slow
            image.save(made, "AVIF", quality=55, speed=8, max_threads=1)
        case "webp":
            image.save(made, "WEBP", quality=80, method=4)
        case "jpg":
            image.save(made, "JPEG", quality=82, optimize=True, progressive=True)
        case _:
            image.save(made, "PNG", optimize=True)
    content = made.getvalue()
    name = f"{hashlib.sha256(content).hexdigest()[:24]}.{kind}"
    path = Path(settings.PICTURES_ROOT) / name
    if not path.exists():
        write(path, content)
    return name


def write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.parent / f".{secrets.token_hex(8)}"
    partial.write_bytes(content)
    partial.replace(path)


def path_of(name: str) -> Path | None:
    """None for a name that is not one of ours, and for a file that is not there."""
    path = Path(settings.PICTURES_ROOT) / name
    return path if NAME.fullmatch(name) and path.is_file() else None


def figure(sizes: list[dict[str, Any]], *, alt: str, credit: str) -> str:
    """The picture in a text. Width and height are written, so that nothing jumps while it loads."""
    middle = next((size for size in sizes if size["width"] >= WIDTHS[1]), sizes[-1])
    context = {"sizes": sizes, "middle": middle, "alt": alt, "credit": credit}
    return render_to_string("components/_picture.html", context).strip()
