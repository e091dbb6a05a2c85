"""Two who save one row at once: the second sees both texts, whatever the row is."""

import pytest
from django.urls import reverse

from articles import library_rows
from articles.models import Edition, Reference, Topic
from tests import factories
from tests.articles.editing_pages import fields, page_of

pytestmark = pytest.mark.django_db

TERM = {"term": "Stroke", "also": "", "definition": "A clot or a bleed in the brain."}
ROWS = {
    "topic": (factories.topic, {"language": "en", "translation_key": "stem-cells", "kind": "treatment", "slug": "stem-cells",
                                "title": "Stem cells", "summary": "", "position": "0"}, "title"),
    "person": (factories.person, {"language": "en", "translation_key": "editorial-team", "slug": "editorial-team",
                                  "name": "The team", "is_team": "on", "credentials": "", "biography": "", "interests": ""}, "name"),
    "reference": (factories.reference, {"kind": "journal", "title": "A trial", "certainty": "sure"}, "title"),
    "glossaryterm": (factories.term, TERM, "definition"),
    "clinicaltrial": (lambda: factories.trial().trial,
                      {"name": "SAMPLE", "status": "published", "comparison": "blind", "cells": "bone-marrow", "donor": "other",
                       "route": "vein", "stage": "days", "outcome": "not-met", "certainty": "sure"}, "main_result"),
    "trialsummary": (factories.trial, {"title": "Do cells help?", "summary": "Chance decided.", "meaning": "No."}, "summary"),
    "easyread": (lambda: factories.easy(factories.article()), {"title": "Easy", "body": "## Is it easy?"}, "title"),
    "picture": (factories.picture, {"language": "en", "alt": "A hand.", "credit": ""}, "alt"),
}  # fmt: skip


@pytest.mark.parametrize("model", ROWS)
def test_the_second_saver_sees_both_texts_and_overwrites_nothing(as_staff, editor, model):
    factories.reference("R001") if model != "reference" else None
    make, sent, words = ROWS[model]
    row = make()
    url = reverse(f"admin:articles_{model}_change", args=[row.pk])
    staff = as_staff(editor)
    assert 'name="opened_version" value="1"' in staff.get(url).content.decode()
    first = staff.post(url, sent | {words: "Hers, saved first.", "opened_version": "1"})
    assert first.status_code == 302, first.content.decode()
    second = staff.post(url, sent | {words: "His, saved second.", "opened_version": "1"})
    page = second.content.decode()
    assert second.status_code == 409
    assert "Hers, saved first." in page and "His, saved second." in page and "Edith Sample saved this" in page
    row.refresh_from_db()
    assert (getattr(row, words), row.version, row.changed_by) == ("Hers, saved first.", 2, editor)
    again = staff.post(url, sent | {words: "Both.", "opened_version": "2"})
    assert again.status_code == 302
    row.refresh_from_db()
    assert getattr(row, words) == "Both."


def test_a_form_without_its_version_is_taken_for_an_old_one(as_staff, editor):
    row = factories.term()
    url = reverse("admin:articles_glossaryterm_change", args=[row.pk])
    assert as_staff(editor).post(url, TERM).status_code == 409


def test_the_conflict_page_says_choices_and_ticks_in_words(as_staff, editor):
    row = factories.reference("R001", kind="law", identifiers_seen=True)
    Reference.objects.update(version=2)
    url = reverse("admin:articles_reference_change", args=[row.pk])
    sent = {"kind": "news", "title": "A sample trial of cells after stroke", "certainty": "sure", "opened_version": "1"}
    page = as_staff(editor).post(url, sent).content.decode()
    assert "law or court" in page and ">Yes<" in page
    assert "This was saved after you had opened it." in page  # nobody's name is known


def test_topics_and_author_of_an_article_are_named_on_its_conflict_page(as_staff, editor):
    factories.reference("R001")
    article = factories.article()
    Edition.objects.get().save()
    article.topics.add(factories.topic())
    sent = fields(article, opened_version="0", author="")
    page = as_staff(editor).post(page_of(article), sent | {"_continue": "1"})
    assert page.status_code == 200  # no author: first that is said, and nothing typed is lost
    other = factories.person("another", slug="another", name="Another Author")
    page = as_staff(editor).post(page_of(article), fields(article, opened_version="0", author=str(other.pk)))
    text = page.content.decode()
    assert page.status_code == 409 and "Stem cells" in text and "The editorial team" in text


def test_the_starter_library_counts_a_version_up_when_it_changes_a_row(tmp_path):
    from_file = tmp_path / "topics.toml"
    text = 'kind = "treatment"\nposition = 1\n'
    languages = "".join(f'[cells.{code}]\nslug = "cells"\ntitle = "%s"\nsummary = "x"\n' for code in ("en", "es", "ar"))
    from_file.write_text(f"[cells]\n{text}{languages % (('Cells',) * 3)}")
    load(from_file)
    assert set(Topic.objects.values_list("version", flat=True)) == {1}
    from_file.write_text(f"[cells]\n{text}{languages % (('Other cells',) * 3)}")
    load(from_file)
    assert set(Topic.objects.values_list("version", flat=True)) == {2}


def load(path) -> None:
    library_rows.load_rows(path, model=Topic, say=lambda _what: None)
