"""The picture that messengers show of a link: 1200 × 630, the site's name, a title and what belongs to it, in the reading direction.

Drawn with the fonts of the machine (Debian's fonts-noto-core, fonts-dejavu-core) and the colours of the site's light scheme.
"""

import io
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from PIL import Image, ImageDraw, ImageFont, features

SIZE, MARGIN, BAND = (1200, 630), 90, 24
ROOM = SIZE[0] - 2 * MARGIN
TITLE_TOP, TITLE_SIZES, LEADING = 190, (76, 68, 60, 52, 46, 40), 1.25
CHIPS_END, CHIP, BETWEEN = 550, 58, 18  # a chip is so high, and its plate as wide
# for each language the first that has every letter of a text: many Arabic fonts have no Latin letters, for a name such as SB623
LATIN = {"title": ("NotoSerif-Bold.ttf", "DejaVuSerif-Bold.ttf"), "text": ("NotoSans-Regular.ttf", "DejaVuSans.ttf")}
ARABIC = {"title": ("NotoSansArabic-Bold.ttf", "DejaVuSans-Bold.ttf"), "text": ("NotoSansArabic-Regular.ttf", "DejaVuSans.ttf")}
FONTS = {"en": LATIN, "es": LATIN, "ar": ARABIC}
NO_LETTER = "\U0010ffff"  # what a font draws of this, it draws of every letter that it does not have

Chip = tuple[str, str, str]  # letter, words, and the name of its colour in tokens.css


class CannotDraw(Exception):
    """No shaping, no font, a letter that no font has, or a title that would not fit."""


@cache
def is_able(language: str) -> bool:
    """Whether this machine can draw it, but for rare letters."""
    try:
        return bool(features.check("raqm")) and all(ImageFont.truetype(names[0], 20) for names in FONTS[language].values())
    except (KeyError, OSError):
        return False


@cache
def colours() -> dict[str, str]:
    """Of the light scheme, which stands first in tokens.css."""
    sheet = (settings.BASE_DIR / "portal" / "static" / "portal" / "css" / "tokens.css").read_text()
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", sheet.partition("@media")[0]))


def draw(title: str, *, language: str, text: str = "", chips: Iterable[Chip] = ()) -> bytes:
    """A PNG. Raises CannotDraw."""
    if not features.check("raqm"):
        raise CannotDraw("This Pillow cannot shape Arabic (no raqm). Use the wheel from PyPI.")
    if language not in FONTS:
        raise CannotDraw(f"No fonts are named for {language}.")
    colour = colours()
    image = Image.new("RGB", SIZE, colour["paper"])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], BAND), fill=colour["teal"])
    with translation.override(language):
        page = Page(pen, language=language, is_rtl=translation.get_language_bidi())
    page.write(settings.SITE_NAME, top=MARGIN, font=font_for(settings.SITE_NAME, LATIN["title"], 44), ink=colour["teal"])
    rows = page.rows_of(chips)
    chips_top = CHIPS_END - len(rows) * (CHIP + BETWEEN)
    lines, font = page.fitted(title, bottom=chips_top)
    top = page.paragraph(lines, top=TITLE_TOP, font=font, ink=colour["ink"], leading=LEADING)
    if text:
        small = font_for(text, FONTS[language]["text"], 40)
        page.paragraph(page.wrapped(text, font=small), top=top + 24, font=small, ink=colour["ink-soft"], leading=1.5)
    for number, row in enumerate(rows):
        page.chips(row, top=chips_top + BETWEEN + number * (CHIP + BETWEEN), colour=colour)
    made = io.BytesIO()
    image.quantize(64).save(made, "PNG", optimize=True)
    return made.getvalue()


class Page:
    """The drawing with its language: lines begin where the language begins them."""

    def __init__(self, pen: ImageDraw.ImageDraw, *, language: str, is_rtl: bool) -> None:
        self.pen, self.language, self.is_rtl = pen, language, is_rtl
        self.how: dict[str, Any] = {"direction": "rtl" if is_rtl else "ltr", "language": language}

    def x(self, distance: float, *, width: float = 0) -> float:
        """From the margin where lines begin, of something that is this wide."""
        return SIZE[0] - MARGIN - distance - width if self.is_rtl else MARGIN + distance

    def write(self, words: str, *, top: float, font: ImageFont.FreeTypeFont, ink: str) -> None:
        self.pen.text((self.x(0), top), words, font=font, fill=ink, anchor="ra" if self.is_rtl else "la", **self.how)

    def paragraph(self, lines: list[str], *, top: int, font: ImageFont.FreeTypeFont, ink: str, leading: float) -> int:
        """Returns where it ends."""
        for line in lines:
            self.write(line, top=top, font=font, ink=ink)
            top += int(font.size * leading)
        return top

    def fitted(self, title: str, *, bottom: int) -> tuple[list[str], ImageFont.FreeTypeFont]:
        """As large as there is room for."""
        for size in TITLE_SIZES:
            font = font_for(title, FONTS[self.language]["title"], size)
            lines = self.wrapped(title, font=font)
            is_narrow = all(self.width(line, font) <= ROOM for line in lines)
            if is_narrow and TITLE_TOP + len(lines) * size * LEADING <= bottom:
                return lines, font
        raise CannotDraw(f"Too long: {title}")

    def wrapped(self, text: str, *, font: ImageFont.FreeTypeFont) -> list[str]:
        lines, line = [], ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and self.width(longer, font) > ROOM:
                lines.append(line)
                longer = word
            line = longer
        return [*lines, line]

    def width(self, words: str, font: ImageFont.FreeTypeFont) -> float:
        return self.pen.textlength(words, font=font, **self.how)

    def rows_of(self, chips: Iterable[Chip]) -> list[list[Chip]]:
        """None is left out: it may be the warning."""
        rows: list[list[Chip]] = []
        end: float = ROOM
        for chip in chips:
            wide = self.chip_width(chip)
            if not rows or end + wide > ROOM:
                rows.append([])
                end = 0
            rows[-1].append(chip)
            end += wide + BETWEEN
        return rows

    def chip_width(self, chip: Chip) -> float:
        return CHIP + BETWEEN + self.width(chip[1], self.chip_font(chip)) + 24

    def chip_font(self, chip: Chip) -> ImageFont.FreeTypeFont:
        return font_for(chip[1], FONTS[self.language]["text"], 32)

    def chips(self, chips: list[Chip], *, top: float, colour: dict[str, str]) -> None:
        """Evidence labels as the pages show them: a plate with the letter, and the words."""
        at, middle = 0.0, top + CHIP / 2
        for chip in chips:
            letter, words, name = chip
            wide = self.chip_width(chip)
            left, plate = self.x(at, width=wide), self.x(at, width=CHIP)
            box = (left, top, left + wide, top + CHIP)
            self.pen.rounded_rectangle(box, CHIP / 2, fill=colour[f"{name}-soft"], outline=colour[name], width=2)
            self.pen.circle((plate + CHIP / 2, middle), CHIP / 2 - 7, fill=colour[name])
            letter_font = font_for(letter, LATIN["title"], 30)
            self.pen.text((plate + CHIP / 2, middle), letter, font=letter_font, fill=colour["on-label"], anchor="mm")
            start, anchor = self.x(at + CHIP + BETWEEN), "rm" if self.is_rtl else "lm"
            self.pen.text((start, middle), words, font=self.chip_font(chip), fill=colour["ink"], anchor=anchor, **self.how)
            at += wide + BETWEEN


def font_for(text: str, names: Iterable[str], size: int) -> ImageFont.FreeTypeFont:
    """The first of these fonts that has every letter of the text. Raises CannotDraw."""
    for name in names:
        try:
            font = ImageFont.truetype(name, size)
        except OSError:
            continue
        missing = bytes(font.getmask(NO_LETTER))
        if all(bytes(font.getmask(letter)) != missing for letter in {*text} if not letter.isspace()):
            return font
    raise CannotDraw(f"No font on this machine has every letter of: {text} (Debian: fonts-noto-core, fonts-dejavu-core)")
