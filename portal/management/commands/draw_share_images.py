from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext
from PIL import Image, ImageDraw, ImageFont, features

SIZE, MARGIN = (1200, 630), 90
GROUND, BAND, INK, SOFT = "#faf6ee", "#0d6066", "#17282a", "#3f5254"
FONTS = {"ar": ("NotoSansArabic-Bold.ttf", "NotoSansArabic-Regular.ttf")}
OTHERS = ("NotoSerif-Bold.ttf", "NotoSans-Regular.ttf")


class Command(BaseCommand):
    help = (
        "Draws the picture that messengers show of a link, one a language, into portal/static/portal/share/. "
        "Run it after SITE_NAME or its words change; needs Debian's fonts-noto-core."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts/truetype/noto"))

    def handle(self, *args: Any, **options: Any) -> None:
        if not features.check("raqm"):
            raise CommandError("This Pillow cannot shape Arabic (no raqm). Use the wheel from PyPI.")
        target = settings.BASE_DIR / "portal" / "static" / "portal" / "share"
        target.mkdir(exist_ok=True)
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                picture = draw(code, fonts=options["fonts"])
            picture.quantize(64).save(target / f"{code}.png", optimize=True)
            self.stdout.write(f"{code}.png")


def draw(language: str, *, fonts: Path) -> Image.Image:
    """The office's name, the promise of the start page and what it is, in the reading direction of the language."""
    names = FONTS.get(language, OTHERS)
    try:
        bold, plain = ((lambda size, name=name: ImageFont.truetype(fonts / name, size)) for name in names)
        title_font, text_font = bold(76), plain(40)
        brand_font = ImageFont.truetype(fonts / OTHERS[0], 44)  # the name is written in Latin letters everywhere
    except OSError as error:
        raise CommandError(f"{error}. Install fonts-noto-core, or name its folder with --fonts.") from error
    is_rtl = translation.get_language_bidi()
    how: dict[str, Any] = {"direction": "rtl" if is_rtl else "ltr", "language": language}
    image = Image.new("RGB", SIZE, GROUND)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 24), fill=BAND)
    start, anchor = (SIZE[0] - MARGIN, "ra") if is_rtl else (MARGIN, "la")
    pen.text((start, MARGIN), settings.SITE_NAME, font=brand_font, fill=BAND, anchor=anchor)
    top = 205
    for text, font, colour, leading in (
        (gettext("Honest answers after a stroke"), title_font, INK, 1.25),
        (
            gettext("What is known, what is not, and where it is written. Every article lists its sources."),
            text_font,
            SOFT,
            1.5,
        ),
    ):
        for line in wrapped(pen, text, font=font, how=how):
            pen.text((start, top), line, font=font, fill=colour, anchor=anchor, **how)
            top += int(font.size * leading)
        top += 24
    return image


def wrapped(pen: ImageDraw.ImageDraw, text: str, *, font: Any, how: dict[str, Any]) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and pen.textlength(longer, font=font, **how) > SIZE[0] - 2 * MARGIN:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]
