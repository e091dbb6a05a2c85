"""What changed between two editions, as a reader sees it: paragraph by paragraph, and in a changed one word by word.

Works on the stored HTML, so that people read words and not Markdown. Pure: no database, no request.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import groupby

BLOCKS = {"p", "li", "h2", "h3", "h4", "td", "th", "dt", "dd", "blockquote", "figcaption", "caption", "div", "section", "aside"}
SKIPPED = {"sup", "svg", "template"}  # numbers of sources are not the text
PARTS_OF_LABEL = {"evidence-label__code": " ", "evidence-label__name": ": "}  # what is read before each
SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
ALIKE = 0.5  # from here on two paragraphs are one that was changed, not one taken out and another put in
WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of words. `kind`: same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """`kind`: added, removed or changed; the pieces are all of one kind unless it was changed."""

    kind: str
    pieces: tuple[Piece, ...]


class Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.open = ""
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self.skipping += 1
        if tag in BLOCKS:
            self.end_block()
        self.open += PARTS_OF_LABEL.get(dict(attrs).get("class") or "", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self.skipping -= 1
        if tag in BLOCKS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.open += data

    def end_block(self) -> None:
        if text := " ".join(self.open.split()):
            self.found.append(text)
        self.open = ""


def paragraphs(html: str) -> list[str]:
    """The text of each block, without tags, one after another."""
    parser = Blocks()
    parser.feed(html)
    parser.close()
    parser.end_block()
    return parser.found


def between(before: list[str], after: list[str]) -> list[Paragraph]:
    """What to show: only what differs, in the order of the new text."""
    found: list[Paragraph] = []
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for kind, first, last, new_first, new_last in matcher.get_opcodes():
        if kind != "equal":
            found += pairs(before[first:last], after[new_first:new_last])
    return found


def pairs(old: list[str], new: list[str]) -> Iterator[Paragraph]:
    """Each new paragraph with the old one it comes from, where there is one that is like it. Order is kept."""
    start = 0
    for text in new:
        match = next((place for place in range(start, len(old)) if is_like(old[place], text)), None)
        if match is None:
            yield Paragraph(kind=ADDED, pieces=(Piece(kind=ADDED, text=text),))
            continue
        yield from (taken_out(gone) for gone in old[start:match])
        yield Paragraph(kind=CHANGED, pieces=tuple(words(old[match], text)))
        start = match + 1
    yield from (taken_out(gone) for gone in old[start:])


def taken_out(text: str) -> Paragraph:
    return Paragraph(kind=REMOVED, pieces=(Piece(kind=REMOVED, text=text),))


def is_like(old: str, new: str) -> bool:
    matcher = difflib.SequenceMatcher(a=old.split(), b=new.split(), autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def words(old: str, new: str) -> Iterator[Piece]:
    """A space alone between two changes belongs to them: a phrase goes out and another comes in, not word for word."""
    before, after = WORD.findall(old), WORD.findall(new)
    steps = difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    for is_same, group in groupby(
        steps, key=lambda step: step[0] == "equal" and not "".join(before[step[1] : step[2]]).isspace()
    ):
        run = list(group)
        gone = "".join(before[run[0][1] : run[-1][2]])
        if is_same:
            yield Piece(kind=SAME, text=gone)
            continue
        if gone:
            yield Piece(kind=REMOVED, text=gone)
        if come := "".join(after[run[0][3] : run[-1][4]]):
            yield Piece(kind=ADDED, text=come)
