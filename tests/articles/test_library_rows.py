"""Words, trials and easy reading: loading twice changes nothing, and what was edited here is kept, and said."""

import shutil
from pathlib import Path

import pytest

from articles import library
from articles.models import Article, ClinicalTrial, EasyRead, Edition, GlossaryTerm, TrialSummary

pytestmark = pytest.mark.django_db
TRIALS = ("T01", "T11")


@pytest.fixture
def folder(tmp_path) -> Path:
    for name in ("people.toml", "topics.toml", "references.json", "trials.json", "order.toml"):
        shutil.copy(library.LIBRARY / name, tmp_path / name)
    (tmp_path / "en" / "easy").mkdir(parents=True)
    shutil.copy(library.LIBRARY / "en" / "do-stem-cells-work.md", tmp_path / "en")
    (tmp_path / "en" / "glossary.toml").write_text(
        '[stroke]\nterm = "Stroke"\nalso = ["brain attack"]\ndefinition = "A sudden injury of the brain."\n'
    )
    (tmp_path / "en" / "trials.toml").write_text(
        "\n".join(
            f'[{key}]\ntitle = "Trial {key}"\nsummary = "Some took part."\nmeaning = "It tells little."\n' for key in TRIALS
        )
    )
    (tmp_path / "en" / "easy" / "do-stem-cells-work.md").write_text(
        '+++\ntranslation_key = "do-stem-cells-work"\nlanguage = "en"\ntitle = "Do cells work?"\n+++\n\n'
        "## What is it?\n\n[Stroke](term:stroke) cells are **tested**.[R073]{D}\n\n::: trial T11\n:::\n"
    )
    return tmp_path


def load(folder: Path) -> list[str]:
    said: list[str] = []
    library.load(folder, say=said.append)
    return said


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_everything_is_there_once_and_the_second_time_changes_nothing(folder):
    said = load(folder)
    assert "term stroke (en): new" in said and "trial T11 (en): new" in said
    assert "do-stem-cells-work (en), easy to read: new" in said
    assert GlossaryTerm.objects.get().others == ["brain attack"]
    assert ClinicalTrial.objects.count() == 32 and TrialSummary.objects.count() == len(TRIALS)
    easy = EasyRead.objects.get()
    assert easy.rendered["problems"] == [] and "Trial T11" in easy.rendered["body"] and "popover" in easy.rendered["words"]
    assert Article.objects.get().position == 10
    before = [list(model.objects.values()) for model in (GlossaryTerm, ClinicalTrial, TrialSummary, EasyRead, Edition)]
    assert load(folder) == []
    assert [list(model.objects.values()) for model in (GlossaryTerm, ClinicalTrial, TrialSummary, EasyRead, Edition)] == before


def test_what_changed_in_the_library_is_brought_in(folder):
    load(folder)
    change(folder / "en" / "glossary.toml", "sudden", "quick")
    change(folder / "en" / "trials.toml", "Trial T11", "The new title")
    assert load(folder) == ["term stroke (en): changed", "trial T11 (en): changed"]
    assert "The new title" in EasyRead.objects.get().rendered["body"] and "quick" in EasyRead.objects.get().rendered["words"]


@pytest.mark.parametrize(
    ("model", "values", "file", "old", "said"),
    [
        (GlossaryTerm, {"definition": "Ours."}, "en/glossary.toml", "sudden", "term stroke (en)"),
        (TrialSummary, {"meaning": "Ours."}, "en/trials.toml", "Some took part", "trial T11 (en)"),
        (ClinicalTrial, {"harms": "Ours."}, "trials.json", "Judged safe", "T11"),
        (
            EasyRead,
            {"title": "Ours."},
            "en/easy/do-stem-cells-work.md",
            "Do cells work",
            "do-stem-cells-work (en), easy to read",
        ),
    ],
)
def test_what_was_edited_here_is_left_alone_and_that_is_said(folder, model, values, file, old, said):
    load(folder)
    for row in model.objects.all():
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    change(folder / file, old, "Changed")
    assert f"{said}: left alone: edited here" in load(folder)
    assert all(getattr(row, name) == value for row in model.objects.all() for name, value in values.items())


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("en/glossary.toml", "definition", "meaning", "stroke: does not know “meaning”"),
        ("en/glossary.toml", 'term = "Stroke"', "", "stroke: “term” is missing"),
        ("en/glossary.toml", '["brain attack"]', '"brain attack"', "“also” must be a list"),
        ("en/glossary.toml", "[stroke]", "[stroke", "is not TOML"),
        ("en/trials.toml", "[T11]", "[T99]", "T99: is not in trials.json"),
        ("trials.json", '"donor": "own"', '"donor": "mine"', "donor"),
        ("en/easy/do-stem-cells-work.md", "[R073]", "[R999]", "R999"),
        ("en/easy/do-stem-cells-work.md", '"do-stem-cells-work"', '"nothing"', "there is no article “nothing”"),
        ("en/easy/do-stem-cells-work.md", 'language = "en"', 'language = "es"', "must be “en”"),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_loaded(folder, file, old, new, problem):
    change(folder / file, old, new)
    with pytest.raises(library.LibraryError) as error:
        load(folder)
    assert file in str(error.value) and problem in str(error.value)
    assert not GlossaryTerm.objects.exists() and not ClinicalTrial.objects.exists() and not Article.objects.exists()
