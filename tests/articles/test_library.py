"""The starter library loads, stays put when nothing changed, and never writes over what was edited here."""

import json
import re
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command

from articles import editions, library
from articles.markup import reference_keys
from articles.models import Article, Edition, Person, Reference, Topic
from portal import page_cache

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path) -> Path:
    """A library of one article."""
    for name in ("people.toml", "topics.toml"):
        shutil.copy(library.LIBRARY / name, tmp_path / name)
    (tmp_path / "en").mkdir()
    shutil.copy(library.LIBRARY / "en" / "do-stem-cells-work.md", tmp_path / "en")
    cited = reference_keys((tmp_path / "en" / "do-stem-cells-work.md").read_text())
    references = json.loads((library.LIBRARY / "references.json").read_text())
    (tmp_path / "references.json").write_text(json.dumps([entry for entry in references if entry["key"] in cited]))
    return tmp_path


def load(folder: Path) -> list[str]:
    said: list[str] = []
    library.load(folder, say=said.append)
    return said


def article() -> Article:
    return Article.objects.get(translation_key="do-stem-cells-work", language="en")


def change_reference(folder: Path, **values: str) -> None:
    path = folder / "references.json"
    entries = json.loads(path.read_text())
    path.write_text(json.dumps([entry | (values if entry["key"] == "R073" else {}) for entry in entries]))


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "en" / "do-stem-cells-work.md"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


ASKED_FOR = re.compile(r'<(?:link rel="(?:stylesheet|icon)"|script\b|img\b)[^>]*?\b(?:href|src)="/static/([^"]+)"')


def over_the_wire(page: str) -> int:
    """Bytes of a page and of all that a browser asks for beside it."""
    beside = {*ASKED_FOR.findall(page)}
    assert "portal/css/public.css" in beside and len(beside) <= 3
    contents = [page.encode(), *(Path(finders.find(name)).read_bytes() for name in beside)]
    return sum(len(page_cache.COMPRESS[page_cache.BROTLI](content)) for content in contents)


def test_the_whole_library_loads_and_every_article_is_online_and_light_in_every_language(client):
    out = StringIO()
    call_command("load_library", stdout=out)
    assert "do-stem-cells-work (ar): edition 1" in out.getvalue()
    for found in Article.objects.all():
        edition = found.published_edition
        assert edition and edition.rendered["problems"] == [] and found.published_by is None and found.reviewer is None
        assert editions.missing(found, edition) == []
        response = client.get(f"/{found.language}/articles/{found.slug}/")
        assert response.status_code == 200
        assert over_the_wire(response.content.decode()) < 60_000
    assert Article.objects.count() >= 3 and Topic.objects.filter(language="ar").count() == 5
    assert Person.objects.filter(translation_key="editorial-team", is_team=True).count() == 3
    call_command("load_library", stdout=(again := StringIO()))
    assert again.getvalue() == "The library is up to date.\n"


def test_nothing_changes_the_second_time(folder):
    load(folder)
    before = list(Edition.objects.values_list("pk", "rendered"))
    assert load(folder) == []
    assert list(Edition.objects.values_list("pk", "rendered")) == before


def test_a_file_that_changed_becomes_the_next_edition(folder):
    load(folder)
    change(folder, "The short answer", "The answer in short")
    assert load(folder) == ["do-stem-cells-work (en): edition 2"]
    assert article().published_edition.number == 2
    assert article().editions.get(number=1).body.startswith("## The short answer")


def test_what_was_edited_here_is_left_alone(folder):
    load(folder)
    found = article()
    texts = {name: getattr(found.published_edition, name) for name in editions.TEXTS}
    editions.save_draft(article=found, texts=texts | {"title": "Ours"}, by=None)
    assert load(folder) == []
    change(folder, "The short answer", "The answer in short")
    assert load(folder) == ["do-stem-cells-work (en): left alone: edited here"]
    assert article().latest_edition().title == "Ours"


def test_a_reference_that_was_edited_here_is_left_alone(folder):
    load(folder)
    Reference.objects.filter(key="R073").update(title="Ours")
    change_reference(folder, volume="99")
    assert "R073: left alone: edited here" in load(folder)
    assert Reference.objects.get(key="R073").title == "Ours"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("slug =", "slag =", "does not know “slag”"),
        ('author = "editorial-team"\n', "", "“author” is missing"),
        ("[R062, R065, R073]", "[R062, R065, R999]", "R999, which is not in references.json"),
        ('evidence_labels = ["D", "E", "W"]', 'evidence_labels = ["D", "Q"]', "“Q” is not an evidence label"),
        ("{D,E}", "{D,Q}", "{Q} is not an evidence label"),
        ('topics = ["stem-cells"]', 'topics = ["nope"]', "there is no topic “nope”"),
        ('topics = ["stem-cells"]', 'topics = "stem-cells"', "“topics” must be a list"),
        ('language = "en"', 'language = "es"', "must be “en”"),
        ("regulatory_checked_on = 2026-02-28", 'regulatory_checked_on = "soon"', "must be a date"),
        ("+++\n", "---\n", "two lines of +++"),
        ('slug = "', 'slug = "not an address ', "slug"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong_and_nothing_is_loaded(folder, old, new, problem):
    change(folder, old, new)
    with pytest.raises(library.LibraryError) as error:
        load(folder)
    assert "en/do-stem-cells-work.md" in str(error.value) and problem in str(error.value)
    assert not Article.objects.exists() and not Reference.objects.exists()


def test_a_reference_that_is_not_sure_is_refused(folder):
    change_reference(folder, certainty="check")
    with pytest.raises(library.LibraryError, match="R073, which is not “sure”"):
        load(folder)


def test_the_command_says_what_is_wrong(folder, monkeypatch):
    change(folder, "slug =", "slag =")
    monkeypatch.setattr(library.load, "__defaults__", (folder,))
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_library")
