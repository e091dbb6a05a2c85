"""What an editor can put into a text by a short code: looked for by words, given back ready to be inserted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.drawings import DRAWINGS
from articles.labels import LABELS
from articles.models import Article, GlossaryTerm, Picture, Reference, TrialSummary

MOST = 20
# stands in a code for the words of the text that it goes around
WORDS = "%s"


@dataclass(frozen=True, kw_only=True)
class Code:
    """`code` may hold WORDS; `words` take their place where nothing is selected. A block stands on lines of its own."""

    code: str
    title: str
    note: str = ""
    words: str = ""
    is_block: bool = False
    warning: str | Promise = ""
    language: str = ""

    @property
    def whole(self) -> str:
        return self.code.replace(WORDS, self.words)


def find(kind: str, *, words: str, language: str) -> list[Code]:
    return FINDERS[kind](words.split()[:8], language)


def matching(rows: QuerySet[Any], words: list[str], *fields: str) -> QuerySet[Any]:
    """Rows in which each word is somewhere."""
    every = (reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields)) for word in words)
    return rows.filter(reduce(and_, every, Q()))[:MOST]


def references(words: list[str], language: str) -> list[Code]:
    rows = matching(
        Reference.objects.order_by("-certainty", "-year", "key"),
        words,
        "key",
        "authors",
        "title",
        "journal",
        "year",
        "registry_id",
        "doi",
    )
    unsure = gettext_lazy("To be checked first: a text that cites it cannot go online yet.")
    return [
        Code(
            code=f"[{row.key}]",
            title=row.title,
            note=" · ".join(str(part) for part in (row.authors, row.journal, row.year) if part),
            warning="" if row.certainty == Reference.Certainty.SURE else unsure,
            language="en",
        )
        for row in rows
    ]


def trials(words: list[str], language: str) -> list[Code]:
    rows = TrialSummary.objects.filter(language=language).select_related("trial").order_by("trial__key")
    return [
        Code(code=f"::: trial {row.trial.key}\n:::", title=row.title, note=row.trial.name, is_block=True, language=row.language)
        for row in matching(rows, words, "trial__key", "trial__name", "title", "summary")
    ]


def terms(words: list[str], language: str) -> list[Code]:
    rows = GlossaryTerm.objects.filter(language=language).order_by("term")
    return [
        Code(
            code=f"[{WORDS}](term:{row.translation_key})",
            words=row.term,
            title=row.term,
            note=row.definition,
            language=language,
        )
        for row in matching(rows, words, "term", "also", "definition", "translation_key")
    ]


def articles(words: list[str], language: str) -> list[Code]:
    rows = Article.objects.published().filter(language=language).order_by("published_edition__title")
    found = matching(rows, words, "published_edition__title", "published_edition__summary", "translation_key")
    return [
        Code(
            code=f"[{WORDS}](article:{row.translation_key})",
            words=row.published_edition.title,
            title=row.published_edition.title,
            note=row.published_edition.summary,
            language=language,
        )
        for row in found
    ]


def pictures(words: list[str], language: str) -> list[Code]:
    other = gettext_lazy("Its description is in another language: write one in yours between the square brackets.")
    return [
        Code(
            code=f"![{row.alt if row.language == language else ''}](picture:{row.key})",
            title=row.alt,
            note=row.key,
            is_block=True,
            warning="" if row.language == language else other,
            language=row.language,
        )
        for row in matching(Picture.objects.order_by("key"), words, "key", "alt", "credit")
    ]


def drawings(words: list[str], language: str) -> list[Code]:
    with translation.override(language):
        found = [
            Code(code=f"![{drawing.alt}](drawing:{name})", title=str(drawing.alt), note=name, is_block=True, language=language)
            for name, drawing in DRAWINGS.items()
        ]
    return [code for code in found if all(word.casefold() in f"{code.title} {code.note}".casefold() for word in words)]


def labels(words: list[str], language: str) -> list[Code]:
    found = [
        Code(code=f"{{{code}}}", title=f"{code}: {label.name}", note=_("Evidence label")) for code, label in LABELS.items()
    ]
    return [code for code in found if all(word.casefold() in code.title.casefold() for word in words)]


FINDERS: dict[str, Callable[[list[str], str], list[Code]]] = {
    "reference": references, "trial": trials, "term": terms, "article": articles, "picture": pictures, "drawing": drawings,
    "label": labels,
}  # fmt: skip
KINDS: dict[str, str | Promise] = {
    "reference": gettext_lazy("References"),
    "trial": gettext_lazy("Trials"),
    "term": gettext_lazy("Glossary words"),
    "article": gettext_lazy("Articles"),
    "picture": gettext_lazy("Pictures"),
    "drawing": gettext_lazy("Drawings"),
    "label": gettext_lazy("Evidence labels"),
}
