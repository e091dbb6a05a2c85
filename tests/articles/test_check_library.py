"""The library's own check: green on the library that is there, and red, by name, for each thing that may be wrong."""

import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles import library, library_check

KEY = "do-stem-cells-work"
ARTICLE, EASY = f"en/{KEY}.md", f"en/easy/{KEY}.md"
EASY_TEXT = """+++
translation_key = "do-stem-cells-work"
language = "en"
title = "Do stem cells work?"
+++

## What is this about?

**Stem cells** are being tested.[R073]{D}

%s
::: warning New signs?
**Call** the emergency number **now**.
:::
""" % ("We do not know if they help.\n\n" * 40)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A library of one article in English, with its easy-to-read text; as it should be."""
    for name in ("people.toml", "topics.toml", "references.json", "trials.json"):
        shutil.copy(library.LIBRARY / name, tmp_path / name)
    (tmp_path / "en" / "easy").mkdir(parents=True)
    for name in ("glossary.toml", "trials.toml", f"{KEY}.md", "rehabilitation-that-works.md", "regenerative-medicine-guide.md"):
        shutil.copy(library.LIBRARY / "en" / name, tmp_path / "en")
    (tmp_path / EASY).write_text(EASY_TEXT)
    return tmp_path


def found(folder: Path, *, only: str = KEY) -> list[str]:
    problems = library_check.problems(folder, only=only, languages=["en"], partial_library=True)
    return [str(problem) for problem in problems if not problem.is_warning]


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))


def add(text: str) -> Callable[[Path], None]:
    """Puts a paragraph into the body of the article."""
    return lambda folder: change(folder, ARTICLE, "## What you can do now", f"{text}\n\n## What you can do now")


def swap(old: str, new: str, name: str = ARTICLE) -> Callable[[Path], None]:
    return lambda folder: change(folder, name, old, new)


def test_the_library_is_as_it_should_be():
    """The whole of it, every language: what one language has and another has not fails too (`check_library` without --partial)."""
    problems = library_check.problems()
    assert [str(problem) for problem in problems if not problem.is_warning] == []


def test_a_library_that_is_right_has_no_problem(folder):
    assert found(folder) == []


HARD = "Notwithstanding considerable methodological heterogeneity, investigators characteristically hypothesised neurorestoration. "


@pytest.mark.parametrize(
    ("break_it", "rule", "words"),
    [
        (add("A claim.[R999]"), "references", "R999, which is not in references.json"),
        (add("A claim.[R100]"), "references", "R100, which is not “sure”"),
        (add("A claim.{Q}"), "labels", "{Q} is not an evidence label"),
        (swap('["D", "E", "W"]', '["D", "E"]'), "labels", "the text uses W"),
        (swap('["D", "E", "W"]', '["D", "E", "W", "B"]'), "labels", "no statement carries"),
        (swap('["D", "E", "W"]', '["A", "D", "E", "W"]'), "labels", "as if cells were proven"),
        (add("See [this](term:no-such-word)."), "links", "not in en/glossary.toml"),
        (add("A [stroke](term:stroke) is a [stroke](term:stroke)."), "links", "more than once"),
        (add("::: trial T99\n:::"), "links", "not in trials.json"),
        (add("::: trial T01\n:::\n\n::: trial T02\n:::\n\n::: trial T03\n:::"), "links", "3 trial cards"),
        (add("![A house](drawing:house)"), "links", "shows drawing:house"),
        (add("Words and ![signs](drawing:be-fast) in one line."), "links", "alone on its line"),
        (add("word " * 700), "length", "Cut it"),
        (add(HARD * 60), "reading level", "Flesch-Kincaid"),
        (add("This is a miracle."), "wording", "“miracle”"),
        (add("Stem cells can cure this."), "wording", "“cure”"),
        (add("Come today!"), "wording", "exclamation mark"),
        (swap("::: warning", "::: note"), "mandatory", "signs of a stroke"),
        (swap("## What you can do now", "## Next"), "mandatory", "What you can do now"),
        (add("[Ask](/en/quote/) for a price."), "mandatory", "price request"),
        (swap("regulatory_checked_on = 2026-02-28", "regulatory_checked_on = 2025-02-28"), "mandatory", "2026-02-28"),
        (swap("next_review_on = 2027-05-22", "next_review_on = 2029-05-22"), "mandatory", "next review"),
        (add("It went well for 12 in 100 with cells.[R073]"), "both groups", "other group"),
        (swap('topics = ["stem-cells"]', 'topics = ["nothing"]'), "form", "no topic “nothing”"),
        (swap('slug = "', 'slag = "'), "form", "does not know “slag”"),
        (swap('summary = "', f'summary = "{"long " * 30}'), "length", "summary"),
        (swap("We do not know", "We don't know", EASY), "one idea a line", "don't"),
        (swap("We do not know", "We (still) do not know", EASY), "one idea a line", "brackets"),
        (
            swap("We do not know", "one two three four five six seven eight nine ten We do not know", EASY),
            "one idea a line",
            "Part it",
        ),
        (swap("## What is this about?", "## About", EASY), "one idea a line", "no question"),
        (swap("[R073]", "[R999]", EASY), "references", "R999"),
        (swap("::: warning", "::: note", EASY), "mandatory", "signs of a stroke"),
    ],
)
def test_each_rule_goes_red(folder, break_it, rule, words):
    break_it(folder)
    assert any(f": {rule}: " in line and words in line for line in found(folder)), found(folder)


def everywhere(folder: Path, old: str, new: str) -> None:
    text = (folder / ARTICLE).read_text()
    assert old in text
    (folder / ARTICLE).write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("No cell therapy is approved", "Some cell therapy is planned", "no cell therapy is approved for stroke"),
        ("28 February 2026", "the spring", "until when that was checked"),
        ("(article:rehabilitation-that-works)", "(article:regenerative-medicine-guide)", "article:rehabilitation-that-works"),
        ("stroke team", "neighbours", "stroke team"),
    ],
)
def test_a_line_that_must_be_there_is_missed(folder, old, new, words):
    everywhere(folder, old, new)
    assert any(": mandatory: " in line and words in line for line in found(folder)), found(folder)


def test_words_that_are_quoted_as_a_warning_may_stand(folder):
    add("Words such as “miracle” or “breakthrough” are a warning sign.")(folder)
    assert found(folder) == []


def test_both_groups_told_is_right(folder):
    add("A very good recovery: 12 in 100 with cells, 10 in 100 with a dummy drip.[R073]{E}")(folder)
    assert found(folder) == []


def test_a_trial_without_its_plain_words_and_a_wrong_one_are_named(folder):
    (folder / "en" / "trials.toml").write_text('[T99]\ntitle = "A"\nsummary = "One. Two."\nmeaning = "B"\n')
    problems = [str(problem) for problem in library_check.problems(folder, languages=["en"], partial_library=False)]
    assert any("T99 is not in trials.json" in line for line in problems)
    assert any("[T11] is not there in “en”" in line for line in problems)


def test_what_another_language_has_is_missed_unless_the_check_is_partial(folder):
    whole = [str(problem) for problem in library_check.problems(folder, languages=["es"])]
    assert any(f"es/{KEY}.md: missing" in line for line in whole)
    assert any("es/glossary.toml: missing: [stroke]" in line for line in whole)
    assert library_check.problems(folder, languages=["es"], partial_library=True) == []


def test_a_link_to_an_article_that_is_not_there_is_an_error_in_the_end(folder):
    (folder / "en" / "rehabilitation-that-works.md").unlink()
    problems = library_check.problems(folder, only=KEY, languages=["en"])
    assert any("links to article:rehabilitation-that-works" in str(problem) for problem in problems)
    assert found(folder) == []


def test_a_definition_and_a_trial_keep_to_the_words_too(folder):
    change(folder, "en/glossary.toml", 'definition = "', 'definition = "A miracle. ')
    assert any("glossary.toml: wording" in line for line in found(folder, only=""))


def test_the_command_names_what_to_mend_and_fails(folder, monkeypatch):
    add("A claim.[R999]")(folder)
    monkeypatch.setattr(library_check.problems, "__defaults__", (folder,))
    out = StringIO()
    with pytest.raises(CommandError, match="to mend"):
        call_command("check_library", "--only", KEY, "--language", "en", "--partial", stdout=out)
    assert f"{ARTICLE}: references: cites R999" in out.getvalue()
