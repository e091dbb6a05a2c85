"""Easy texts stay true to their articles: an editor is told when an article says something newer."""

import pytest
from django.urls import reverse

from articles import editions, library_rows
from articles.models import Article, EasyRead, Edition
from tests import factories
from tests.articles.editing_pages import save_draft

pytestmark = pytest.mark.django_db
LIST = "/staff/articles/easyread/"
LINE = "<span>easy text older than its article</span> <strong>{}</strong>"


@pytest.fixture
def easy() -> EasyRead:
    """Written from edition 1, which is online."""
    factories.reference("R001")
    article = factories.article()
    Edition.objects.get().save()
    return factories.easy(article, edition=1)


def say_something_newer(easy: EasyRead) -> None:
    article = Article.objects.get(pk=easy.article.pk)
    save_draft(article, body="## What was tried\n\nPeople were given cells.[R001] {E}", evidence_labels="E")
    editions.publish(article=article, by=None)


def sent(easy: EasyRead, **changed: object) -> dict[str, object]:
    easy.refresh_from_db()
    return {"title": easy.title, "body": easy.body, "opened_version": easy.version} | changed


def page_of(easy: EasyRead) -> str:
    return reverse("admin:articles_easyread_change", args=[easy.pk])


def test_an_easy_text_whose_article_says_something_newer_is_on_the_desk_until_somebody_compared_them(as_staff, editor, easy):
    staff = as_staff(editor)
    assert LINE.format(0) in staff.get("/staff/").content.decode()
    assert "Compared with the article" not in staff.get(page_of(easy)).content.decode()
    say_something_newer(easy)
    assert LINE.format(1) in staff.get("/staff/").content.decode()
    assert easy.title in staff.get(LIST, {"behind": "yes"}).content.decode()
    page = staff.get(page_of(easy)).content.decode()
    compare = reverse("admin:articles_article_compare", args=[easy.article.pk])
    assert "1. Edition 2 is online." in page and f"{compare}?from=1&amp;to=2" in page
    staff.post(page_of(easy), sent(easy, title="Another title"))
    assert LINE.format(1) in staff.get("/staff/").content.decode()  # saved without the tick
    staff.post(page_of(easy), sent(easy, compared="2"))
    assert LINE.format(0) in staff.get("/staff/").content.decode()
    assert easy.title not in staff.get(LIST, {"behind": "yes"}).content.decode()


def test_who_ticks_while_the_article_changes_again_is_asked_to_look_again(as_staff, editor, easy):
    say_something_newer(easy)
    article = Article.objects.get(pk=easy.article.pk)
    save_draft(article, title="Newer still")
    editions.publish(article=article, by=None)
    page = as_staff(editor).post(page_of(easy), sent(easy, compared="2"))
    assert page.status_code == 200 and EasyRead.objects.get().edition == 1


def test_a_new_easy_text_shortens_the_edition_that_is_online(as_staff, editor, easy):
    article = factories.article("another", number=3)
    as_staff(editor).post(f"{LIST}add/", {"article": article.pk, "title": "Short", "body": "**Cells.**[R001]"})
    assert EasyRead.objects.get(article=article).edition == 3


def test_nobody_is_told_of_a_text_that_readers_cannot_see(easy):
    say_something_newer(easy)
    assert EasyRead.objects.behind().count() == 1
    editions.take_offline(article=Article.objects.get(pk=easy.article.pk))
    assert not EasyRead.objects.behind().exists()


def test_a_text_of_which_nobody_has_said_what_it_shortens_waits_too(as_staff, editor, easy):
    EasyRead.objects.update(edition=None)
    assert EasyRead.objects.behind().count() == 1
    assert "nobody has said which. Edition 1 is online." in as_staff(editor).get(page_of(easy)).content.decode()


def test_the_librarys_easy_text_shortens_what_was_loaded_with_it(easy, tmp_path):
    EasyRead.objects.all().delete()
    folder = tmp_path / "en" / "easy"
    folder.mkdir(parents=True)
    text = '+++\ntranslation_key = "sample-article"\nlanguage = "en"\ntitle = "Short"\n+++\n{}\n'
    (folder / "sample-article.md").write_text(text.format("**Cells.**[R001]"))
    library_rows.load_easy(tmp_path, say=print)
    assert EasyRead.objects.get().edition == 1
    say_something_newer(easy)
    library_rows.load_easy(tmp_path, say=print)
    assert EasyRead.objects.get().edition == 1  # nothing new came for it
    (folder / "sample-article.md").write_text(text.format("**Cells.** They did not help.[R001]"))
    library_rows.load_easy(tmp_path, say=print)
    assert EasyRead.objects.get().edition == 2
