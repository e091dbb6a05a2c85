"""Finding what a reader looks for: one function for both databases.

The database only looks words up, and hands over so many rows at most: it ranks nothing. We rank those few, and alike on both. The
look-ups go from the strictest to the loosest, so a common word fills the number with rows that have it in their title; then, or once
something has all the words, the looser ones are not made at all.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import combinations
from math import log
from operator import itemgetter
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.models import SearchEntry
from portal import searchtext

Kind = SearchEntry.Kind

LONGEST = 200  # letters of a query that are looked at
MOST_WORDS = 8
PREFIX = 3  # letters from which a last word may be the beginning of one
CANDIDATES = 60  # rows that each look-up hands over at most
FULLY = 20  # of them, how many are compared title by title
PAGE_SIZE = 10
EXCERPT = 180  # letters
FILTER = re.compile(r"[A-Za-z0-9-]+")

# what families say, and the word our texts use: both folded
SAME_THING = {
    "en": {"cva": "stroke", "paralysis": "weakness", "physio": "physiotherapy", "cost": "price", "costs": "price", "prices": "costs",
           "price": "costs", "cheap": "price", "scam": "warning", "fraud": "warning", "plane": "fly", "airplane": "fly", "tpa": "thrombolysis", "alteplase": "thrombolysis"},
    "es": {"derrame": "ictus", "acv": "ictus", "acva": "ictus", "embolia": "ictus", "precio": "gastos", "precios": "gastos",
           "costo": "gastos", "costos": "gastos", "coste": "gastos", "estafa": "alarma", "avion": "volar"},
    "ar": {"جلطه": "سكته", "فالج": "سكته", "طائره": "سفر", "طيران": "سفر", "احتيال": "تحذير", "ثمن": "سعر"},
}  # fmt: skip

# how much a word counts by where it stands: the forms of the title, the summary, the headings, the subjects; or in the text alone
PLACES = (10.0, 4.0, 3.0, 2.0)
IN_TEXT = 1.0
WHOLE_TITLE, PHRASE = 15.0, 6.0
OTHER_WORD, OTHER_FORM, BEGINNING = 0.8, 0.95, 0.6
ANOTHER_QUESTION = 0.7  # one that is not about these words, in an article that is
KINDS: dict[str, float] = {Kind.ARTICLE: 1.15, Kind.QUESTION: 1.0, Kind.TERM: 1.0, Kind.TRIAL: 0.95}


# ── What is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Term:
    """A word of the query with all it may be found by."""

    written: str
    folded: str
    forms: tuple[str, ...]
    others: tuple[str, ...] = ()  # forms of another word for the same thing
    prefix: str = ""

    @cached_property
    def every(self) -> tuple[str, ...]:
        return self.forms + self.others

    @cached_property
    def likely(self) -> list[tuple[float, str]]:
        """What each form counts for, best first, as it stands in a line of forms."""
        found = [(1.0, f" {self.folded} ")]
        found += [(OTHER_FORM, f" {form} ") for form in self.forms if form != self.folded]
        found += [(OTHER_WORD, f" {form} ") for form in self.others]
        return [*found, (BEGINNING, f" {self.prefix}")] if self.prefix else found


@dataclass(frozen=True, kw_only=True)
class Query:
    text: str
    language: str
    terms: tuple[Term, ...]
    phrase: str  # all words, those that say nothing too, folded
    filters: tuple[str, ...]
    too_long: bool = False

    @cached_property
    def numbered(self) -> dict[str, int]:
        """Form → which of the terms it is of."""
        return {form: number for number, term in reversed([*enumerate(self.terms)]) for form in term.forms}

    @cached_property
    def every(self) -> frozenset[str]:
        return frozenset(form for term in self.terms for form in term.every)

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        return tuple(term.prefix for term in self.terms if term.prefix)

    def place_of(self, word: str) -> int:
        """Which of the terms a folded word of a title is, or -1."""
        found = searchtext.forms(word, self.language)
        return min((self.numbered[form] for form in found if form in self.numbered), default=-1)

    def asks_for(self, written: str) -> bool:
        """Whether a word of a text is one of the query's, in one form or another."""
        found = searchtext.forms(written, self.language)
        return not self.every.isdisjoint(found) or found[-1].startswith(self.prefixes)


def read(text: str, *, language: str, kind: str = "", topic: str = "", label: str = "") -> Query:
    """Whatever somebody types or pastes is a query: at worst one without words."""
    tidy = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: 4 * LONGEST]).split())
    found = [(word, searchtext.fold(word, language)) for word in searchtext.written(tidy[:LONGEST])]
    telling = {folded: written for written, folded in found if folded and not searchtext.is_stop(folded, language)}
    terms = [term(written, folded, language=language) for folded, written in list(telling.items())[:MOST_WORDS]]
    if terms and found[-1][1] == terms[-1].folded and len(terms[-1].folded) >= PREFIX and terms[-1].folded.isalpha():
        terms[-1] = replace(terms[-1], prefix=terms[-1].folded)
    filters = [f"#{language}"]
    filters += [f"#{mark}-{value}" for mark, value in (("k", kind), ("t", topic), ("e", label)) if FILTER.fullmatch(value)]
    return Query(
        text=tidy[:LONGEST], language=language, terms=tuple(terms), phrase=" ".join(folded for _written, folded in found),
        filters=tuple(filters), too_long=len(text.strip()) > LONGEST or len(telling) > MOST_WORDS,
    )  # fmt: skip


def term(written: str, folded: str, *, language: str) -> Term:
    other = SAME_THING.get(language, {}).get(folded, "")
    return Term(written, folded, searchtext.forms(written, language), searchtext.forms(other, language) if other else ())


# ── Looking up ────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Engine:
    """How one database writes a look-up. Tokens are letters, digits and # : . - only, so they can be quoted as they are."""

    both: str
    either: str
    exact: str
    begins: str
    look_up: str
    near: str

    def word(self, term: Term, *, mark: str) -> str:
        found = [self.exact.format(mark + form) for form in term.every]
        if term.prefix:
            found.append(self.begins.format(mark + term.prefix))
        return f"({self.either.join(found)})"

    def all_of(self, parts: Iterable[str]) -> str:
        return f"({self.both.join(parts)})"

    def any_of(self, parts: Iterable[str]) -> str:
        return f"({self.either.join(parts)})"


ENGINES = {
    "sqlite": Engine(
        both=" AND ", either=" OR ", exact='"{}"', begins='"{}"*',
        look_up="SELECT * FROM (SELECT rowid AS id, {number} AS step FROM articles_searchindex"
        " WHERE articles_searchindex MATCH %s LIMIT ({most}))",
        near="SELECT * FROM (SELECT %s AS asked, known.word, known.written, known.near_top FROM articles_searchwordindex near"
        " JOIN articles_searchword known ON known.id = near.rowid"
        " WHERE near.word MATCH %s AND known.language = %s ORDER BY near.rank LIMIT 50)",
    ),
    "postgresql": Engine(
        both=" & ", either=" | ", exact="'{}'", begins="'{}':*",
        look_up="SELECT id, {number} AS step FROM articles_search(%s::tsquery, {most})",
        near="SELECT %s AS asked, near.word, near.written, near.near_top FROM articles_near_words(%s, %s) near",
    ),
}  # fmt: skip
COLUMNS = (
    "id",
    "kind",
    "url",
    "title",
    "terms",
    "context",
    "summary",
    "labels",
    "updated_on",
)  # all that is shown but the text
# how many rows the second look-up hands over, and those after it: a title weighs more than all else, and all words more than some
UNTIL_FULL = f"SELECT CASE WHEN count(*) < {CANDIDATES} THEN {CANDIDATES} ELSE 0 END FROM titled"  # noqa: S608
UNTIL_FOUND = f"SELECT CASE WHEN count(*) = 0 THEN {CANDIDATES} ELSE 0 END FROM whole"  # noqa: S608


PARTLY = 2  # from this step on not all words are there


def steps(query: Query, engine: Engine) -> list[str]:
    """From the strictest to the loosest: all words in titles, all words anywhere, two of them near the top, one in a title."""
    titled, top, anywhere = ([engine.word(term, mark=mark) for term in query.terms] for mark in (":", ".", ""))
    found = [engine.all_of(titled), engine.all_of(anywhere)]
    if len(query.terms) > 2:
        found.append(engine.any_of(engine.all_of(pair) for pair in combinations(top[:5], 2)))
    if len(query.terms) > 1:
        found.append(engine.any_of(top if len(query.terms) == 2 else titled))
    return [engine.all_of([*(engine.exact.format(token) for token in query.filters), step]) for step in found]


def statement(query: Query) -> tuple[str, list[str]]:
    """The one query that finds candidates, and its parameters. `step` says which look-up found a row first."""
    engine = ENGINES[connection.vendor]
    asked = steps(query, engine)
    titled, anywhere, *partly = (
        engine.look_up.format(number=number, most=most)
        for number, most in enumerate([str(CANDIDATES), f"({UNTIL_FULL})", *[f"({UNTIL_FOUND})"] * (len(asked) - PARTLY)])
    )
    hits = " UNION ALL ".join(["SELECT * FROM whole", *partly])
    columns = ", ".join(f"entry.{name}" for name in COLUMNS)
    sql = (
        f"WITH titled AS ({titled}), whole AS (SELECT * FROM titled UNION ALL {anywhere})"  # noqa: S608 - our own words; what was typed is a parameter
        f" SELECT hit.step, {columns} FROM ({hits}) hit JOIN articles_searchentry entry ON entry.id = hit.id"
    )
    return sql, asked


@dataclass(slots=True)
class Candidate:
    step: int
    id: int
    kind: str
    url: str
    title: str
    terms: str
    context: str
    summary: str
    labels: str
    updated_on: date | str | None  # text on SQLite
    score: float = 0.0
    matched: dict[str, int] = field(default_factory=dict)  # folded word of the query → place where it stands first


def candidates(query: Query) -> tuple[list[Candidate], bool]:
    """What was looked up, and whether there is more of it than was handed over."""
    sql, parameters = statement(query)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    found: dict[int, Candidate] = {}
    for row in sorted(rows, key=itemgetter(0)):
        if row[1] not in found:
            found[row[1]] = Candidate(*row)
    # rows with some of the words only matter where there is none with all of them
    whole = [row for row in found.values() if row.step < PARTLY]
    counts = Counter(row[0] for row in rows)
    return whole or list(found.values()), any(counts[step] >= CANDIDATES for step in range(PARTLY))


# ── Ranking ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def rank(rows: list[Candidate], query: Query) -> list[Candidate]:
    """Best first. A word that few of these rows have near their top counts more."""
    measured = [(row, strengths(query, row)) for row in rows]
    weights = [
        1 + log((len(rows) + 1) / (1 + sum(bool(values[index]) for _row, values in measured)))
        for index in range(len(query.terms))
    ]
    for row, values in measured:
        whole = row.step < PARTLY
        held = [value or (IN_TEXT if whole else 0.0) for value in values]
        share = sum(bool(value) for value in held) / len(held)
        points = sum(weight * value for weight, value in zip(weights, held, strict=True))
        if row.kind == Kind.QUESTION and 0 not in row.matched.values():
            points *= ANOTHER_QUESTION
        row.score = points * share * KINDS[row.kind]
    # looking at titles word by word is the dearest part: only at the shortest of the best
    for row in sorted(rows, key=lambda row: (-row.score, len(row.title), row.url))[:FULLY]:
        if 0 in row.matched.values():
            said = row.terms.partition("\n")[0]
            more = WHOLE_TITLE * fullness(said, query) + (PHRASE if f" {query.phrase} " in said else 0.0)
            row.score += more * KINDS[row.kind]
    return sorted(rows, key=lambda row: (-row.score, row.kind, row.title, row.url))


def strengths(query: Query, row: Candidate) -> list[float]:
    """What the places of each word are worth together; 0 for one that stands in none that are ranked by."""
    lines = row.terms.split("\n")[1:]
    found = []
    for term in query.terms:
        points = 0.0
        for place, line in enumerate(lines):
            if share := likeness(term, line):
                points += PLACES[place] * share
                row.matched.setdefault(term.folded, place)
        found.append(points)
    return found


def likeness(term: Term, line: str) -> float:
    """How well one of these forms fits: the word itself best, then its stem, another word for it, its beginning."""
    for share, form in term.likely:
        if form in line:
            return share
    return 0.0


def fullness(said: str, query: Query) -> float:
    """How much of the title, or of another name, is what was asked for: 1 when it is just that."""
    best = 0.0
    for name in said.split("|"):
        places = [query.place_of(word) for word in name.split() if not searchtext.is_stop(word, query.language)]
        if len(query.terms) <= len(places):
            best = max(best, len(set(places) - {-1}) / len(places))
    return best


# ── What is shown ─────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Hit:
    kind: str
    url: str
    title: SafeString
    context: str
    summary: SafeString
    excerpt: SafeString | str
    labels: str
    updated_on: date | None


@dataclass(frozen=True, kw_only=True)
class Results:
    query: Query
    page: Page  # of the rows that were found
    hits: list[Hit]  # on this page
    more: bool  # there are more than were looked at
    partly: bool  # no row has all the words
    suggestion: str  # the query with other words in place of mistyped ones, or ""


def search(text: str, *, language: str, kind: str = "", topic: str = "", label: str = "", page: str = "1") -> Results:
    """One page of what was found, in two queries at most. A page that is not there is the first or the last one."""
    query = read(text, language=language, kind=kind, topic=topic, label=label)
    looked_up, more = candidates(query) if query.terms else ([], False)
    rows = rank(looked_up, query)
    shown = Paginator(rows, PAGE_SIZE).get_page(page)
    partly = bool(rows) and rows[0].step >= PARTLY
    whole = bool(rows) and not partly
    texts = texts_of([row.id for row in shown if whole and in_text_only(row, query)])
    return Results(
        query=query,
        page=shown,
        hits=[hit(row, query, text=texts.get(row.id, "")) for row in shown],
        more=more,
        partly=partly,
        suggestion="" if whole else suggestion(query, rows),
    )


def in_text_only(row: Candidate, query: Query) -> bool:
    """Whether a word of the query stands neither in the title nor in the summary."""
    return any(row.matched.get(term.folded, len(PLACES)) > 1 for term in query.terms)


def texts_of(ids: list[int]) -> dict[int, str]:
    """Of rows that have a word nowhere else: only these show a piece of their text."""
    return dict(SearchEntry.objects.filter(pk__in=ids).values_list("pk", "body")) if ids else {}


def hit(row: Candidate, query: Query, *, text: str) -> Hit:
    return Hit(
        kind=row.kind, url=row.url, title=highlighted(row.title, query), context=row.context,
        summary=highlighted(row.summary, query), excerpt=excerpt(text, row, query) if text else "", labels=row.labels,
        updated_on=date.fromisoformat(str(row.updated_on)) if row.updated_on else None,
    )  # fmt: skip


def highlighted(text: str, query: Query) -> SafeString:
    """The text, escaped, with the words of the query in <mark>."""
    parts, end = [], 0
    for found in searchtext.WORD.finditer(text):
        if query.asks_for(found[0]):
            parts += [escape(text[end : found.start()]), "<mark>", escape(found[0]), "</mark>"]
            end = found.end()
    return mark_safe("".join([*parts, escape(text[end:])]))


def excerpt(body: str, row: Candidate, query: Query) -> SafeString | str:
    """Where the text first has a word that neither the title nor the summary has."""
    missing = [term for term in query.terms if row.matched.get(term.folded, 9) > 1]
    found = beginnings(tuple(form for term in missing for form in term.every)).search(body)
    if not found:
        return ""
    start = body.rfind(" ", 0, max(found.start() - EXCERPT // 3, 0)) + 1
    end = body.find(" ", min(start + EXCERPT, len(body)))
    end = len(body) if end == -1 else end
    before, after = "… " if start else "", " …" if end < len(body) else ""
    return mark_safe(before + highlighted(body[start:end], query) + after)


# a folded letter → all that are folded to it
ALIKE = {
    "a": "aáàâä", "e": "eéèêë", "i": "iíìîï", "o": "oóòôö", "u": "uúùûü", "n": "nñ", "c": "cç", "ا": "اأإآٱ", "ي": "يىئ", "ه": "هة",
    "و": "وؤ",
}  # fmt: skip


@lru_cache(maxsize=512)
def beginnings(forms: tuple[str, ...]) -> re.Pattern[str]:
    """Words that begin so; marks may stand between letters, and the article before an Arabic word."""
    marks = f"[{searchtext.MARKS}]*"
    arabic = any("\u0600" <= letter <= "\u06ff" for form in forms for letter in form)
    found = "|".join(
        (marks if arabic else "").join(f"[{ALIKE[letter]}]" if letter in ALIKE else re.escape(letter) for letter in form)
        for form in forms
    )
    return re.compile(rf"\b{'[وفبكل]{0,2}(?:ا?ل)?' if arabic else ''}(?:{found})" if forms else r"(?!)", re.IGNORECASE)


# ── Did you mean …? ───────────────────────────────────────────────────────────────────────────────────────────────────
class Near(NamedTuple):
    word: str  # folded
    written: str
    near_top: bool


def suggestion(query: Query, rows: Iterable[Candidate]) -> str:
    """The query with the nearest words that we have in place of those that we have not; empty when there is nothing to say."""
    found = {folded for row in rows for folded in row.matched}
    asked = [term for term in query.terms if term.folded not in found and len(term.folded) > 3 and term.folded.isalpha()]
    near: dict[str, list[Near]] = {}
    for folded, *known in near_words([term.folded for term in asked], language=query.language):
        near.setdefault(folded, []).append(Near(*known))
    corrected = query.text
    for term in asked:
        if better := nearest(term, near.get(term.folded, []), language=query.language):
            corrected = re.sub(rf"(?<!\w){re.escape(term.written)}(?!\w)", better.replace("\\", ""), corrected)
    return corrected if corrected != query.text else ""


def near_words(asked: list[str], *, language: str) -> list[tuple[Any, ...]]:
    """What was asked, and a word that we have; one query for all."""
    if not asked:
        return []
    engine = ENGINES[connection.vendor]
    parameters: list[str] = []
    for word in asked:
        parameters += [word, trigrams(word) if connection.vendor == "sqlite" else word, language]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([engine.near] * len(asked)), parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def trigrams(word: str) -> str:
    padded = f"  {word} "
    return " OR ".join(f'"{padded[start : start + 3]}"' for start in range(len(padded) - 2))


def nearest(term: Term, known: list[Near], *, language: str) -> str:
    """Empty when the word is one of ours, in one form or another, or when nothing is near enough."""
    most = 1 if len(term.folded) < 7 else 2 if len(term.folded) < 11 else 3
    best: tuple[int, bool, str] | None = None
    for word, written, near_top in known:
        if word == term.folded or set(searchtext.forms(word, language)) & set(term.forms):
            return ""
        if word[0] != term.folded[0] and len(word) == len(term.folded):
            continue  # hands slip inside a word; another first letter is another word
        steps = searchtext.distance(term.folded, word, most=most)
        if steps <= most and (best is None or (steps, not near_top, written) < best):
            best = steps, not near_top, written
    return best[-1] if best else ""
