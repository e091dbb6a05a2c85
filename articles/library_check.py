"""Reads the starter library's files and says what is not as it should be: which file, which rule, what to do. No database.

The rules' values are in articles/library_rules.py. `manage.py check_library` and the tests call `problems()`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from articles import library, library_rows, library_texts, markup
from articles import library_rules as rules
from articles.drawings import DRAWINGS
from articles.library_rows import LANGUAGES, LibraryError

ENGLISH = "en"


@dataclass(frozen=True, kw_only=True)
class Problem:
    file: str
    rule: str
    what: str  # with what to do about it
    key: str = ""  # of the article, where it is about one
    language: str = ""
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{'warning: ' if self.is_warning else ''}{self.file}: {self.rule}: {self.what}"


@dataclass(kw_only=True)
class Files:
    """Everything the library's folder holds, as far as it can be read."""

    folder: Path
    references: dict[str, dict[str, Any]] = field(default_factory=dict)
    topics: set[str] = field(default_factory=set)
    trials: dict[str, dict[str, Any]] = field(default_factory=dict)
    articles: dict[str, dict[str, library.Source]] = field(default_factory=dict)  # language → key → article
    easy: dict[str, dict[str, tuple[Path, dict[str, Any], str]]] = field(default_factory=dict)
    glossary: dict[str, dict[str, Any]] = field(default_factory=dict)
    trial_texts: dict[str, dict[str, Any]] = field(default_factory=dict)
    unreadable: list[Problem] = field(default_factory=list)

    def name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def problems(
    folder: Path = library.LIBRARY, *, only: str = "", languages: Collection[str] = (), partial_library: bool = False
) -> list[Problem]:
    """`only` is an article's key; `partial_library` leaves out languages that are not there yet and links to what is not yet."""
    files = read(folder)
    wanted = languages or LANGUAGES
    found = list(files.unreadable)
    for language in LANGUAGES:
        if language not in wanted:
            continue
        for source in (source for key, source in files.articles[language].items() if key == (only or key)):
            found += article_problems(source, files=files, partial_library=partial_library)
        for path, facts, body in (easy for key, easy in files.easy[language].items() if key == (only or key)):
            found += easy_problems(path, facts=facts, body=body, files=files, partial_library=partial_library)
        found += table_problems(files, language=language)
        found += missing(files, language=language, partial_library=partial_library)
    found += trial_problems(files)
    found = [problem for problem in found if not problem.language or problem.language in wanted]
    return [problem for problem in found if not only or problem.key == only]


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def read(folder: Path) -> Files:
    files = Files(folder=folder)
    attempt = partial(try_to_read, files)
    files.references = {row["key"]: row for row in attempt(folder / "references.json", library_rows.read_json) or []}
    trials = folder / "trials.json"
    files.trials = {row["key"]: row for row in (attempt(trials, library_rows.read_json) or [] if trials.exists() else [])}
    topics = folder / "topics.toml"
    files.topics = set(attempt(topics, lambda path: library_rows.read_toml(path, path.read_text(encoding="utf-8"))) or {})
    for language in LANGUAGES:
        sources = [attempt(path, library.read) for path in sorted((folder / language).glob("*.md"))]
        files.articles[language] = {source.facts["translation_key"]: source for source in sources if source}
        easy = [(path, attempt(path, library_rows.read_easy)) for path in sorted((folder / language / "easy").glob("*.md"))]
        files.easy[language] = {got[0]["translation_key"]: (path, *got) for path, got in easy if got}
        for tables, name, fields in (
            (files.glossary, "glossary.toml", library_rows.TERM),
            (files.trial_texts, "trials.toml", library_rows.TRIAL_TEXT),
        ):
            tables[language] = attempt(folder / language / name, partial(library_rows.read_table, fields=fields)) or {}
    return files


def try_to_read(files: Files, path: Path, reader: Callable[[Path], Any]) -> Any:
    try:
        return reader(path)
    except (LibraryError, UnicodeDecodeError, FileNotFoundError) as error:
        what = error.problem if isinstance(error, LibraryError) else str(error)
        language = next((part for part in path.parts if part in LANGUAGES), "")
        files.unreadable.append(
            Problem(
                file=files.name(path), rule="form", what=what, key=path.stem if path.suffix == ".md" else "", language=language
            )
        )
        return None


# ── What is found while a text is rendered ────────────────────────────────────────────────────────────────────────────
def rendered(*texts: str, files: Files, language: str) -> markup.Writing:
    """Every part through the parser that will make the page, so that what counts here is what counts there."""
    writing = markup.Writing(
        known=files.references,
        terms=files.glossary[language] or markup.term_keys(*texts),
        trial_html=lambda key: key if key in files.trials else None,
        drawing_html=lambda name, _alt: name if name in DRAWINGS else None,
    )
    for text in texts:
        markup.render(text, writing=writing)
    return writing


def dialect(writing: markup.Writing, *, language: str, files: Files, partial_library: bool) -> Iterator[tuple[str, str]]:
    """Rule and sentence for everything a text points to that is not there."""
    for kind, what in writing.problems:
        match kind:
            case "reference":
                yield "references", f"cites {what}, which is not in references.json. Correct the key."
            case "label":
                yield "labels", f"{{{what}}} is not an evidence label. Use A, B, C, D, E, W or i."
            case "term":
                yield (
                    "links",
                    f"explains term:{what}, which is not in {language}/glossary.toml. Add the word, or take out the link.",
                )
            case "trial":
                yield "links", f"shows trial {what}, which is not in trials.json. Correct the number."
            case "drawing":
                yield "links", f"shows drawing:{what}. Use {', '.join(DRAWINGS)}, alone on its line."
            case "picture":
                yield "links", f"shows picture:{what}. Pictures are uploaded by editors: take it out of the library's text."
    for key in writing.cited:
        if files.references[key].get("certainty") != "sure":
            yield "references", f"cites {key}, which is not “sure”. Take it out, or check the source first."
    for key in sorted(writing.links - set(files.articles[language])):
        if not partial_library:
            yield "links", f"links to article:{key}, which is not there in “{language}”. Correct the key, or write the article."
    for key in sorted({key for key in writing.explained if writing.explained.count(key) > 1}):
        yield "links", f"explains term:{key} more than once. Keep the first."
    if len(writing.trials) > rules.TRIAL_CARDS:
        yield "links", f"shows {len(writing.trials)} trial cards. Keep {rules.TRIAL_CARDS}."


def article_problems(source: library.Source, *, files: Files, partial_library: bool) -> Iterator[Problem]:
    facts = source.facts
    language, key = facts["language"], facts["translation_key"]
    make = partial(Problem, file=files.name(source.path), key=key, language=language)
    own = (*facts["key_messages"], source.body, facts["limitations"], facts["regulatory_status"])
    writing = rendered(*own, facts["conflict_statement"], files=files, language=language)
    found = [
        *dialect(writing, language=language, files=files, partial_library=partial_library),
        *library_texts.front(source, topics=files.topics),
        *library_texts.labels(facts, used=writing.labels),
        *library_texts.length(source.body, language=language, limits=rules.BODY_WORDS),
        *library_texts.level(source.body, language=language, bounds=rules.BODY_LEVEL),
        *library_texts.wording(facts["title"], facts["summary"], *own, language=language),
        *library_texts.mandatory(source, links=writing.links),
        *library_texts.both_groups(*own, language=language),
    ]
    yield from (make(rule=rule, what=what) for rule, what in found)


def easy_problems(path: Path, *, facts: dict[str, Any], body: str, files: Files, partial_library: bool) -> Iterator[Problem]:
    language, key = facts["language"], facts["translation_key"]
    make = partial(Problem, file=files.name(path), key=key, language=language)
    writing = rendered(body, files=files, language=language)
    if key != path.stem:
        yield make(rule="form", what=f"“translation_key” is “{key}”. Make it “{path.stem}”, the name of the file.")
    if key not in files.articles[language] and not partial_library:
        yield make(rule="links", what="there is no article of this key in this language. Write it, or take this away.")
    found = [
        *dialect(writing, language=language, files=files, partial_library=partial_library),
        *library_texts.length(body, language=language, limits=rules.EASY_WORDS),
        *library_texts.level(body, language=language, bounds=rules.EASY_LEVEL),
        *library_texts.wording(facts["title"], body, language=language),
        *library_texts.easy(body, language=language),
        *library_texts.both_groups(body, language=language),
    ]
    yield from (make(rule=rule, what=what) for rule, what in found)


# ── Tables, and what is missing ───────────────────────────────────────────────────────────────────────────────────────
def table_problems(files: Files, *, language: str) -> Iterator[Problem]:
    make = partial(Problem, file=f"{language}/glossary.toml", language=language)
    for key, row in files.glossary[language].items():
        for _rule, what in library_texts.wording(row["definition"], language=language):
            yield make(rule="wording", what=f"{key}: {what}")
    make = partial(Problem, file=f"{language}/trials.toml", language=language)
    for key, row in files.trial_texts[language].items():
        if key not in files.trials:
            yield make(rule="links", what=f"{key} is not in trials.json. Correct the number.")
        texts = (row["title"], row["summary"], row["meaning"])
        for rule, what in (*library_texts.wording(*texts, language=language), *library_texts.trial(row, language=language)):
            yield make(rule=rule, what=f"{key}: {what}")


def trial_problems(files: Files) -> Iterator[Problem]:
    for key, row in files.trials.items():
        for source in row.get("sources", "").split():
            if source not in files.references:
                yield Problem(
                    file="trials.json", rule="references", what=f"{key} rests on {source}, which is not in references.json."
                )


def missing(files: Files, *, language: str, partial_library: bool) -> Iterator[Problem]:
    """What another language has and this one has not. A language that is not there at all is left out of a partial check."""
    if partial_library and language != ENGLISH:
        return
    make = partial(Problem, language=language, rule="missing", is_warning=partial_library)
    for key in absent(files.articles, language=language):
        yield make(file=f"{language}/{key}.md", key=key, what=f"the article is not there in “{language}”. Write it.")
    for key in absent(files.easy, language=language):
        yield make(
            file=f"{language}/easy/{key}.md", key=key, what=f"the easy-to-read text is not there in “{language}”. Write it."
        )
    for key in absent(files.glossary, language=language):
        yield make(file=f"{language}/glossary.toml", what=f"[{key}] is not there in “{language}”. Add it.")
    for key in absent(files.trial_texts, language=language, wanted=files.trials):
        yield make(file=f"{language}/trials.toml", what=f"[{key}] is not there in “{language}”. Add it.")


def absent(tables: dict[str, Any], *, language: str, wanted: Iterable[str] = ()) -> list[str]:
    every = {key for table in tables.values() for key in table} | set(wanted)
    return sorted(every - set(tables[language]))
