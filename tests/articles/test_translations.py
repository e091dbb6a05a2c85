"""Translating: the source beside the text, what changed in it since, and the list of what waits."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import editions, library, translations
from articles.models import Article, Edition
from tests import factories
from tests.articles.editing_pages import LIST, fields, page_of, save_draft

pytestmark = pytest.mark.django_db
WAITING = f"{LIST}translations/"


@pytest.fixture
def source() -> Article:
    factories.reference("R001")
    made = factories.article(title="The English title")
    made.topics.add(factories.topic())
    factories.topic(language="es", title="Células madre")
    factories.person(language="es", name="El equipo")
    Edition.objects.get().save()
    return made


@pytest.fixture
def spanish(source) -> Article:
    made = factories.article(language="es", title="El título")
    Edition.objects.filter(article=made).update(translated_from=source.latest_edition())
    return made


def new_edition(article: Article, **texts: object) -> Edition:
    save_draft(article, **texts)
    return editions.publish(article=article, by=None)


def begin_url(source: Article) -> str:
    return f"{LIST}add/?language=es&source_edition={source.published_edition_id}"


def translated(source: Article, **changed: object) -> dict[str, object]:
    author = factories.person(language="es")
    return fields(
        title="El título", language="es", translation_key="sample-article", slug="el-articulo", author=str(author.pk),
        source_edition=str(source.published_edition_id), follows_source="on", **changed,
    )  # fmt: skip


def test_a_translation_begins_with_the_source_beside_it_and_with_what_is_the_same(as_staff, editor, source):
    page = as_staff(editor).get(begin_url(source)).content.decode()
    assert "The English title" in page and "English, edition 1" in page
    assert 'value="sample-article"' in page and '<option value="es" selected>' in page
    topic = source.topics.get()
    assert f'value="{topic.pk}"' not in page.split("checked")[0][-200:] or "Células madre" in page
    assert 'value="2030-01-01"' in page and 'value="2026-02-01"' in page  # next review, and when the regulators were looked up


def test_saving_it_says_which_edition_it_follows(as_staff, editor, source):
    answer = as_staff(editor).post(begin_url(source), translated(source) | {"_continue": "1"})
    assert answer.status_code == 302, answer.content.decode()
    made = Article.objects.get(language="es")
    assert made.latest_edition().translated_from == source.latest_edition()


def test_the_key_that_holds_the_languages_together_is_kept(as_staff, editor, source):
    page = as_staff(editor).post(begin_url(source), translated(source) | {"translation_key": "another"}).content.decode()
    assert "Keep the key of the text that you translate" in page and not Article.objects.filter(language="es").exists()
    assert "The English title" in page  # the source is still beside it


@pytest.mark.parametrize("wrong", ["x", "00000000-0000-0000-0000-000000000001", ""])
def test_a_source_that_is_not_there_is_left_out(as_staff, editor, source, wrong):
    page = as_staff(editor).get(f"{LIST}add/?language=es&source_edition={wrong}")
    assert page.status_code == 200 and "The English title" not in page.content.decode()


def test_a_source_that_changed_since_is_said_with_a_link_to_what_changed(as_staff, editor, source, spanish):
    staff = as_staff(editor)
    assert "up to date with its source" in staff.get(page_of(spanish)).content.decode()
    new_edition(source, title="A new English title")
    page = staff.get(page_of(spanish)).content.decode()
    assert "The source has changed since this text was made: it follows edition 1." in page
    assert f"{page_of(source, 'compare')}?from=1&amp;to=2" in page and "A new English title" in page


def test_bringing_it_up_to_date_takes_a_tick_and_no_other_word(as_staff, editor, source, spanish):
    second = new_edition(source, title="A new English title")
    sent = fields(spanish, title="El título", source_edition=str(second.pk), author=str(spanish.author.pk))
    as_staff(editor).post(page_of(spanish), sent | {"_continue": "1"})
    assert spanish.latest_edition().translated_from.number == 1  # saved without the tick
    spanish.refresh_from_db()
    sent["opened_version"] = str(spanish.version)
    as_staff(editor).post(page_of(spanish), sent | {"follows_source": "on", "_continue": "1"})
    newest = spanish.latest_edition()
    assert newest.translated_from == second and newest.number == 1


def test_who_ticks_while_the_source_changes_again_follows_what_they_saw(as_staff, editor, source, spanish):
    seen = new_edition(source, title="Second")
    new_edition(source, title="Third")
    sent = fields(spanish, title="Otro título", source_edition=str(seen.pk), author=str(spanish.author.pk))
    as_staff(editor).post(page_of(spanish), sent | {"follows_source": "on", "_continue": "1"})
    assert spanish.latest_edition().translated_from == seen


def test_the_next_edition_of_a_translation_follows_what_the_last_one_did(source, spanish):
    assert save_draft(spanish, title="Otro").translated_from == source.latest_edition()


# ── The list ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def states(language: str = "es") -> dict[str, str]:
    return {row.translation_key: translations.state(row) for row in translations.sources(language=language)}


def test_the_list_names_what_is_not_there_and_what_is_behind(as_staff, editor, source, spanish):
    staff = as_staff(editor)
    assert "Nothing waits for a translation" in staff.get(WAITING, {"language": "es"}).content.decode()
    assert "up to date" in staff.get(WAITING, {"language": "es", "all": "1"}).content.decode()
    assert "not there yet" in staff.get(WAITING, {"language": "ar"}).content.decode()
    new_edition(source, title="A new English title")
    page = staff.get(WAITING, {"language": "es"}).content.decode()
    assert "the source changed since" in page and page_of(spanish) in page
    assert "waits for translation: Spanish" in staff.get("/staff/").content.decode()


def test_drafts_and_what_is_offline_wait_for_nobody(source):
    factories.article("draft", published=False)
    assert states() == {"sample-article": "missing"}
    editions.take_offline(article=source)
    assert states() == {}


def test_a_translation_of_unknown_origin_waits_until_somebody_says(source):
    factories.article(language="es")
    assert states() == {"sample-article": "unknown"}


def test_what_was_written_first_in_spanish_waits_for_english(source):
    first = factories.article("en-espanol", language="es")
    assert states("en") == {"en-espanol": "missing"}
    english = factories.article("en-espanol", language="en")
    Edition.objects.filter(article=english).update(translated_from=first.latest_edition())
    assert states("en") == {"en-espanol": "in_step"}
    assert translations.source_of(first) is None
    assert translations.source_of(english).edition.article == first


def test_the_list_costs_no_more_for_more_rows(as_staff, editor, source, django_assert_max_num_queries):
    for number in range(12):
        factories.article(f"article-{number}")
        factories.term(f"word-{number}")
    staff = as_staff(editor)
    with django_assert_max_num_queries(12):
        assert "not there yet" in staff.get(WAITING, {"language": "ar"}).content.decode()


# ── What has no editions ──────────────────────────────────────────────────────────────────────────────────────────────
def parts(staff, language: str = "es", **more: str) -> str:
    return staff.get(WAITING, {"language": language, **more}).content.decode()


def saved(row, *, minute: int, by) -> None:
    at = datetime(2026, 6, 1, 12, minute, tzinfo=UTC)
    type(row).objects.filter(pk=row.pk).update(changed_at=at, changed_by=by)


def test_words_trials_and_easy_texts_that_are_not_there_wait_too(as_staff, editor, source, spanish):
    term, trial, easy = factories.term("stroke"), factories.trial(), factories.easy(source)
    staff = as_staff(editor)
    page = parts(staff)
    for title in (term.term, trial.title, easy.title):
        assert f"Translate “{title}”" in page
    add = "/staff/articles/{}/add/?{}".format
    assert add("glossaryterm", "language=es&amp;translation_key=stroke") in page
    assert add("trialsummary", f"language=es&amp;trial={trial.trial_id}") in page
    assert add("easyread", f"article={spanish.pk}") in page
    assert "<span>waits for translation: Spanish</span> <strong>3</strong>" in staff.get("/staff/").content.decode()
    for row in (factories.term("stroke", language="es"), factories.trial(language="es"), factories.easy(spanish)):
        assert row.pk
    assert "Nothing waits for a translation" in parts(staff) and "up to date" in parts(staff, all="1")


def test_an_easy_text_waits_for_no_language_in_which_its_article_is_not_online(as_staff, editor, source):
    factories.easy(source)
    assert "A sample, easy to read" not in parts(as_staff(editor), "ar")


def test_a_word_whose_source_was_saved_after_it_waits_until_it_is_saved_itself(as_staff, editor, source, spanish):
    english, own = factories.term("stroke"), factories.term("stroke", language="es", term="Ictus")
    staff = as_staff(editor)
    assert "Nothing waits" in parts(staff)  # both came with the site
    saved(english, minute=2, by=editor)
    page = parts(staff)
    assert "the source changed since" in page and f"/staff/articles/glossaryterm/{own.pk}/change/" in page
    saved(own, minute=1, by=editor)
    assert "the source changed since" in parts(staff)
    saved(own, minute=3, by=editor)
    assert "Nothing waits" in parts(staff)


def test_a_word_that_is_there_only_in_spanish_waits_for_english(as_staff, editor, source):
    factories.term("ictus", language="es", term="Ictus")
    assert "Translate “Ictus”" in parts(as_staff(editor), "en")


def test_only_editors_see_it(as_staff, clinical_reviewer, coordinator):
    for person in (clinical_reviewer, coordinator):
        assert as_staff(person).get(WAITING).status_code == 403


# ── The starter library ───────────────────────────────────────────────────────────────────────────────────────────────
def test_the_librarys_versions_follow_its_english_text_and_stay_behind_when_only_that_changes(source):
    Edition.objects.update(library_digest="x")
    spanish = factories.article(language="es", library_digest="y")
    library.note_translations([])
    assert states() == {"sample-article": "in_step"}
    english = source.latest_edition()
    newer = Edition.objects.create(
        article=source, number=2, title="Newer", summary="x", library_digest="z", published_at=timezone.now(),
        regulatory_checked_on=date(2026, 2, 1),
    )  # fmt: skip
    Article.objects.filter(pk=source.pk).update(published_edition=newer)
    library.note_translations([newer.pk])
    assert spanish.latest_edition().translated_from == english and states() == {"sample-article": "behind"}
    library.note_translations([spanish.latest_edition().pk])  # a load that brought a new Spanish text too
    assert states() == {"sample-article": "in_step"}


def test_the_editing_page_of_what_was_written_first_has_no_source_beside_it(as_staff, editor, source):
    page = as_staff(editor).get(reverse("admin:articles_article_change", args=[source.pk])).content.decode()
    assert "beside__source" not in page and "follows_source" not in page
