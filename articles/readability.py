"""How hard a Markdown text is to read, by the measure that fits its language. Pure.

English: Flesch-Kincaid grade (Kincaid 1975), years of school in the US. Spanish: Fernández Huerta (1959) in its corrected form,
0 to 100, higher is easier. Arabic has no measure that is as well tested for short texts: the mean length of a sentence in words.

Only running text counts. Headings, tables, citations, labels, cards and drawings are left out; links and explained words count as
the words that a reader sees; each list item, and each paragraph, ends a sentence.
"""

import re
from itertools import pairwise

CITATION_OR_LABEL = re.compile(r"\[[Rr]\d+(?:\s*[,;،]\s*[Rr]\d+)*\](?!\()|\{[^{}\n]{1,20}\}")
IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
# a full stop inside a number does not end a sentence: what follows must be white space or the end
SENTENCE_END = re.compile(r"(?<=[.!?؟…])[\"'”’»)\]]*(?:\s+|$)")
# the digits of a number hold together: 2,104 and 3.5 and 4-5 are one word each
WORD = re.compile(r"\d+(?:[.,:–-]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*[\u064b-\u0652]*")

ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
# take, names, helped, movement, safely: but not the, table, tested, pages
SILENT_E = re.compile(
    r"(?<=[aeiouy][^aeiouy])e$|(?<=[aeiouy][^aeiouy]{2})(?<!l)e$|(?<=[aeiouy]l)e$|(?<=[^aeiouyscgxzl])es$|(?<=[aeiouy]l)es$"
    r"|(?<=[^aeiouytd])ed$|(?<=[a-z][^aeiouy])e(?=(?:ment|ful|ly|less|thing|one|times|where)s?$)"
)
# vowels side by side that are spoken apart: trial, idea, science, quiet, being, video, fluid
APART = re.compile(
    r"(?<![tscg])ia|(?<![tscg])i[ou](?!n?s?$)|(?<=[rd])io|(?<=[^aeiouct])ie(?=t|n[ct])|(?<=sc)ie|uie|eo(?!pl|ne$)|ea(?=$|te)"
    r"|(?<=[aeiouy])ing$|(?<=[^gq])uid|(?<!q)ua(?=l|te)"
)
SPANISH_STRONG, SPANISH_WEAK_STRESSED = "aeoáéó", "íú"
SPANISH_VOWELS = re.compile(r"[aeiouáéíóúü]+")
ARABIC_MARKS = re.compile(r"[\u064b-\u0652\u0670\u0640]")


def sentences(markdown: str) -> list[str]:
    """The sentences of the running text, as a reader sees them."""
    found: list[str] = []
    for block in blocks(markdown):
        found += [part.strip() for part in SENTENCE_END.split(block) if WORD.search(part)]
    return found


def blocks(markdown: str) -> list[str]:
    """Paragraphs and list items, without marks."""
    found: list[str] = []
    lines: list[str] = []

    def end() -> None:
        if lines:
            found.append(plain(" ".join(lines)))
            lines.clear()

    for line in markdown.splitlines():
        bare = line.strip().lstrip("> ")
        if not bare or bare.startswith(("#", "|", ":::", "---")):
            end()
            continue
        if LIST_ITEM.match(bare):
            end()
            bare = LIST_ITEM.sub("", bare)
        lines.append(bare)
    end()
    return [block for block in found if block]


def plain(text: str) -> str:
    """Words without the marks of Markdown and of our dialect."""
    text = CITATION_OR_LABEL.sub("", IMAGE.sub("", text))
    text = LINK.sub(r"\1", text)
    return re.sub(r"[*_`]+", "", text).strip()


def words(text: str) -> list[str]:
    return WORD.findall(ARABIC_MARKS.sub("", text))


def word_count(markdown: str) -> int:
    """All words a reader sees, those of headings and tables too."""
    lines = [line for line in markdown.splitlines() if not re.match(r"\s*:::\s*(?:trial\b|$)|\s*\|[\s:|-]+\|\s*$", line)]
    text = re.sub(r"^\s*:::\s*(?:note|warning)\b", "", "\n".join(lines), flags=re.MULTILINE)
    return len(words(plain(text)))


# ── English ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def english_grade(markdown: str) -> float:
    """Flesch-Kincaid grade; 0 for a text without sentences."""
    found = sentences(markdown)
    every = [word for sentence in found for word in words(sentence)]
    if not every:
        return 0.0
    syllables = sum(english_syllables(word) for word in every)
    return 0.39 * len(every) / len(found) + 11.8 * syllables / len(every) - 15.59


def english_syllables(word: str) -> int:
    """By rule: groups of vowels, without a silent e. A number counts as one, as in the usual programs."""
    parts = [part for part in re.split(r"[-'’]", word.lower()) if part]
    return sum(english_syllables_of_part(part) for part in parts if part not in {"s", "t", "re", "ve", "ll", "d", "m"}) or 1


def english_syllables_of_part(part: str) -> int:
    if part[0].isdigit():
        return 1
    count = len(ENGLISH_VOWELS.findall(SILENT_E.sub("", part)))
    count += len(APART.findall(part))
    return max(1, count)


# ── Spanish ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def fernandez_huerta(markdown: str) -> float:
    """206.84 − 60 × syllables a word − 1.02 × words a sentence; 100 for a text without sentences."""
    found = sentences(markdown)
    every = [word for sentence in found for word in words(sentence)]
    if not every:
        return 100.0
    syllables = sum(spanish_syllables(word) for word in every)
    return 206.84 - 60 * syllables / len(every) - 1.02 * len(every) / len(found)


def spanish_syllables(word: str) -> int:
    """Groups of vowels; two strong vowels, or a stressed weak one beside another, part in two. A number counts as one."""
    lower = re.sub(r"(?<=[gq])u(?=[eiéí])", "", word.lower())  # que, guía: the u is not heard
    lower = re.sub(r"y$|y(?=[^aeiouáéíóú])", "i", lower)
    count = 0
    for group in SPANISH_VOWELS.findall(lower):
        count += 1
        for first, second in pairwise(group):
            both_strong = first in SPANISH_STRONG and second in SPANISH_STRONG
            count += both_strong or first in SPANISH_WEAK_STRESSED or second in SPANISH_WEAK_STRESSED
    return max(1, count)


# ── Arabic ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def mean_sentence_length(markdown: str) -> float:
    """Words a sentence; 0 for a text without sentences."""
    found = sentences(markdown)
    return sum(len(words(sentence)) for sentence in found) / len(found) if found else 0.0


def score(markdown: str, *, language: str) -> float:
    """The measure of that language."""
    return {"en": english_grade, "es": fernandez_huerta, "ar": mean_sentence_length}[language](markdown)
