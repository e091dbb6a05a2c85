"""Editions: read by staff before readers see them, compared, and brought back without rewriting what was."""

import pytest

from articles import comparing, editions
from articles.models import Article, Edition
from portal.models import AuditEvent
from tests import factories
from tests.articles.editing_pages import page_of, save_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    factories.reference("R001")
    made = factories.article()
    Edition.objects.get().save()
    save_draft(
        made,
        title="A better article",
        body="## What was tried\n\nPeople were given many cells.[R001] {D}",
        change_note="Better.",
    )
    return made


# ── Read by staff ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_staff_read_each_edition_at_an_address_that_no_cache_keeps(as_staff, coordinator, article, client):
    staff = as_staff(coordinator)
    newest, first = (staff.get(page_of(article, "preview") + query) for query in ("", "?edition=1"))
    assert "A better article" in newest.content.decode() and "A better article" not in first.content.decode()
    assert "no-store" in newest["Cache-Control"] and 'content="noindex"' in newest.content.decode()
    assert client.get(page_of(article, "preview")).status_code == 302


@pytest.mark.parametrize("number", ["9", "0", "x", "²", "99999999999999999999"])
def test_an_edition_that_is_not_there_is_not_found(as_staff, editor, article, number):
    assert as_staff(editor).get(page_of(article, "preview"), {"edition": number}).status_code == 404


def test_a_preview_while_typing_is_not_written_down_each_time(as_staff, editor, article):
    staff = as_staff(editor)
    staff.post(page_of(article, "preview"), {"title": "Typed", "_live": "1"})
    assert not AuditEvent.objects.filter(action="preview").exists()
    staff.post(page_of(article, "preview"), {"title": "Typed"})
    assert AuditEvent.objects.filter(action="preview", fields="").count() == 1


# ── Compared ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_changed_is_shown_word_by_word_with_the_note_for_readers(as_staff, coordinator, article):
    text = as_staff(coordinator).get(page_of(article, "compare")).content.decode()
    assert "From edition 1 to edition 2." in text and "Better." in text
    assert "better" in text.partition("<ins>")[2] and "sample" in text.partition("<del>")[2]
    assert "What we do not know" not in text  # the same in both


@pytest.mark.parametrize("query", ["?from=1&to=1", "?from=2&to=2", "?from=x&to=²", "?from=77&to=78"])
def test_any_question_gets_a_page(as_staff, editor, article, query):
    assert as_staff(editor).get(page_of(article, "compare") + query).status_code == 200


def words(paragraphs: list[comparing.Paragraph], kind: str) -> list[str]:
    return [part.text.strip() for paragraph in paragraphs for part in paragraph.parts if part.kind == kind]


def test_an_edited_paragraph_is_compared_by_words_and_another_one_as_a_whole():
    found = comparing.compare(
        "One two three four five.\n\nGone entirely.", "One two new four five.\n\nA quite different thing here."
    )
    assert words(found, "removed") == ["three", "Gone entirely."]
    assert words(found, "added") == ["new", "A quite different thing here."]
    assert [paragraph.kind for paragraph in found] == ["edited", "removed", "added"]


def test_items_of_a_list_are_compared_one_by_one():
    found = comparing.compare("- one\n- two\n- three", "- one\n- three")
    assert [(paragraph.kind, paragraph.parts[0].text) for paragraph in found] == [
        ("kept", "- one"), ("removed", "- two"), ("kept", "- three"),
    ]  # fmt: skip


def test_nothing_is_lost_in_comparing():
    old, new = "a b c\n\nd e\n\nf g h i", "a b x c\n\nf g i\n\nnew words\n\nd"
    found = comparing.compare(old, new)
    for text, other in ((old, "added"), (new, "removed")):
        left = ["".join(part.text for part in paragraph.parts if part.kind != other) for paragraph in found]
        assert sorted(" ".join(left).split()) == sorted(text.split())


def test_long_stretches_of_the_same_are_folded_around_a_change():
    before = "\n\n".join(f"Paragraph {number} says something." for number in range(20))
    found = comparing.folded(comparing.compare(before, before.replace("Paragraph 10 says", "Paragraph 10 tells")))
    assert [(stretch.is_folded, len(stretch.paragraphs)) for stretch in found] == [
        (True, 9), (False, 1), (False, 1), (False, 1), (True, 7), (False, 1),
    ]  # fmt: skip


# ── Brought back ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_edition_comes_back_as_a_new_draft_and_the_others_stay(as_staff, editor, article, client):
    staff = as_staff(editor)
    address = page_of(article, "restore", number=1)
    assert "become a new draft" in staff.get(address).content.decode()
    assert article.editions.count() == 2
    page = staff.post(address, follow=True).content.decode()
    assert "Edition 1 is back as edition 3" in page
    assert list(article.editions.order_by("number").values_list("title", "change_note")) == [
        ("A sample article", ""), ("A better article", "Better."), ("A sample article", ""),
    ]  # fmt: skip
    assert "A sample article" in client.get("/en/articles/sample-article/").content.decode()
    assert AuditEvent.objects.filter(action="restore", actor=editor, fields="edition 1").exists()


def test_whoever_has_the_article_open_is_told_of_what_came_back(editor, article):
    before = Article.objects.get().version
    editions.restore(article=article, edition=article.editions.get(number=1), by=editor)
    assert Article.objects.get().version == before + 1


def test_an_edition_that_says_what_the_newest_says_is_not_doubled(as_staff, editor, article):
    page = as_staff(editor).post(page_of(article, "restore", number=2), follow=True).content.decode()
    assert "says the same already" in page and article.editions.count() == 2


def test_only_editors_bring_back(as_staff, clinical_reviewer, coordinator, article):
    for person in (clinical_reviewer, coordinator):
        assert as_staff(person).post(page_of(article, "restore", number=1)).status_code == 403
    assert article.editions.count() == 2
