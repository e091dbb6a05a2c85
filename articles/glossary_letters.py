"""Under which letter a word stands: the letters of each language. Pure."""

import unicodedata
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

ARABIC_ALIKE = str.maketrans("أإآٱىة", "ااااية")  # an alif is an alif, with or without its sign
ARABIC_ORDER = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
OTHER = "#"  # digits and what no alphabet here has


def letter(word: str, *, language: str) -> str:
    """The capital under which it is found. The Arabic article does not count, nor do accents, but ñ is a letter of its own."""
    bare = word.strip().lstrip("«“\"'¿¡(")
    if language == "ar":
        bare = bare.removeprefix("ال").translate(ARABIC_ALIKE)
        return bare[:1] if bare[:1] in ARABIC_ORDER else latin(bare[:1])
    first = bare[:1].upper()
    return first if first == "Ñ" and language == "es" else latin(first)


def latin(character: str) -> str:
    base = unicodedata.normalize("NFD", character.upper())[:1]
    return base if "A" <= base <= "Z" else OTHER


def order(word: str, *, language: str) -> tuple[int, str]:
    """What a dictionary of the language sorts by."""
    bare = word.strip().lstrip("«“\"'¿¡(").casefold()
    if language == "ar":
        bare = bare.removeprefix("ال").translate(ARABIC_ALIKE)
    else:
        bare = bare.replace("ñ", "n\uffff") if language == "es" else bare
        bare = "".join(part for part in unicodedata.normalize("NFD", bare) if not unicodedata.combining(part))
    return place(letter(word, language=language), language=language), bare


def place(first: str, *, language: str) -> int:
    alphabet = ARABIC_ORDER if language == "ar" else "ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    # letters of another script come after those of the language, and digits last
    return alphabet.index(first) if first in alphabet else len(alphabet) + (ord(first) if first != OTHER else 0xFFFF)


def by_letter(words: Iterable[tuple[str, T]], *, language: str) -> list[tuple[str, list[T]]]:
    """Pairs of a word and what stands for it, in the order of the alphabet, in one group a letter."""
    groups: dict[str, list[T]] = {}
    for word, thing in sorted(words, key=lambda pair: order(pair[0], language=language)):
        groups.setdefault(letter(word, language=language), []).append(thing)
    return list(groups.items())
