"""Two versions of a text side by side in time: what went out and what came in, paragraph by paragraph, word by word. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

PARAGRAPHS = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+|#]|\d+[.)])\s*)")  # list items and rows of tables stand on their own
WORDS = re.compile(r"\s+|[^\s]+")
ALIKE = 0.35  # paragraphs that share less are two paragraphs, not one that was edited: word by word it would be a riddle
FEW = 4  # paragraphs that are the same and still shown
KEPT, REMOVED, ADDED = "kept", "removed", "added"


@dataclass(frozen=True, kw_only=True)
class Part:
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """`kept` when nothing in it changed."""

    kind: str
    parts: list[Part]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Paragraphs one after the other. Folded: so many of them are the same that only who asks need see them."""

    is_folded: bool
    paragraphs: list[Paragraph]


def folded(paragraphs: list[Paragraph]) -> list[Stretch]:
    found: list[Stretch] = []
    for is_same, group in groupby(paragraphs, key=lambda paragraph: paragraph.kind == KEPT):
        run = list(group)
        if not is_same or len(run) <= FEW:
            found.append(Stretch(is_folded=False, paragraphs=run))
            continue
        # the nearest ones stay, so that a change is read where it stands
        before, after = (1 if found else 0), len(run) - 1
        found += [
            Stretch(is_folded=is_inner, paragraphs=part)
            for is_inner, part in ((False, run[:before]), (True, run[before:after]), (False, run[after:]))
            if part
        ]
    return found


def compare(before: str, after: str) -> list[Paragraph]:
    old, new = split(before), split(after)
    found: list[Paragraph] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [whole(KEPT, text) for text in old[i1:i2]]
        else:
            found += replaced(old[i1:i2], new[j1:j2])
    return found


def split(text: str) -> list[str]:
    return [part.strip() for part in PARAGRAPHS.split(text.replace("\r\n", "\n")) if part.strip()]


def whole(kind: str, text: str) -> Paragraph:
    return Paragraph(kind=kind, parts=[Part(kind=kind, text=text)])


def replaced(old: list[str], new: list[str]) -> Iterator[Paragraph]:
    """Paragraphs that take the place of others: those that are alike are one, edited."""
    waiting = list(new)
    for text in old:
        place = next((place for place, other in enumerate(waiting) if likeness(text, other) >= ALIKE), None)
        if place is None:
            yield whole(REMOVED, text)
            continue
        yield from (whole(ADDED, other) for other in waiting[:place])
        yield Paragraph(kind="edited", parts=edited(text, waiting[place]))
        waiting = waiting[place + 1 :]
    yield from (whole(ADDED, other) for other in waiting)


def likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def edited(old: str, new: str) -> list[Part]:
    one, other = WORDS.findall(old), WORDS.findall(new)
    parts: list[Part] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(Part(kind=KEPT, text="".join(one[i1:i2])))
            continue
        if i1 < i2:
            parts.append(Part(kind=REMOVED, text="".join(one[i1:i2])))
        if j1 < j2:
            parts.append(Part(kind=ADDED, text="".join(other[j1:j2])))
    return parts
