"""Published at a time: chosen by an editor, done by the worker, taken back when the words change, and held back when something is missing."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from articles import editions, jobs
from articles.models import Article, Edition, Reference
from portal import outbox
from portal.models import AuditEvent, OutgoingEmail
from tests import factories
from tests.articles.editing_pages import LIST, fields, page_of, save_draft

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=3)


@pytest.fixture
def article() -> Article:
    factories.reference("R001")
    made = factories.article(published=False)
    Edition.objects.get().save()
    return made


@pytest.fixture
def scheduled(article, editor) -> Article:
    editions.schedule(article=article, at=timezone.now() + SOON, by=editor)
    return article


def its_time_comes() -> None:
    Article.objects.update(publish_at=timezone.now() - timedelta(minutes=10))


def test_an_editor_chooses_a_time_and_the_worker_publishes_then(as_staff, editor, article, client):
    staff = as_staff(editor)
    saved = staff.post(page_of(article), fields(article, slug="sample-article") | {"_schedule": "1"})
    assert saved.url == page_of(article, "schedule")
    at = (timezone.localtime() + SOON).strftime("%Y-%m-%dT%H:%M")
    page = staff.post(page_of(article, "schedule"), {"publish_at": at}, follow=True).content.decode()
    assert "Edition 1 goes online on" in page and "Goes online on" in page
    assert "goes online on" in staff.get(f"{LIST}?state=scheduled").content.decode()
    assert jobs.publish_scheduled() == 0
    assert client.get("/en/articles/sample-article/").status_code == 404
    its_time_comes()
    assert jobs.publish_scheduled() == 1
    assert client.get("/en/articles/sample-article/").status_code == 200
    article.refresh_from_db()
    assert (article.publish_at, article.publish_by, article.published_by) == (None, None, editor)
    assert AuditEvent.objects.filter(action="publish", actor=editor, fields__contains="at its time").exists()
    assert jobs.publish_scheduled() == 0


def test_a_time_that_is_over_is_refused(as_staff, editor, article):
    page = as_staff(editor).post(page_of(article, "schedule"), {"publish_at": "2020-01-01T10:00"}).content.decode()
    assert "Choose a time in the future" in page
    article.refresh_from_db()
    assert article.publish_at is None


def test_what_is_missing_is_said_when_the_time_is_chosen(as_staff, editor, article):
    save_draft(article, limitations="")
    at = (timezone.localtime() + SOON).strftime("%Y-%m-%dT%H:%M")
    page = as_staff(editor).post(page_of(article, "schedule"), {"publish_at": at}).content.decode()
    assert "Say what we do not know" in page and "It cannot go online as it is" in page
    article.refresh_from_db()
    assert article.publish_at is None


def test_the_time_is_taken_back_by_hand(as_staff, editor, scheduled):
    as_staff(editor).post(page_of(scheduled, "schedule"), {"_take_back": "1"})
    scheduled.refresh_from_db()
    assert scheduled.publish_at is None and AuditEvent.objects.filter(action="unschedule").exists()


def test_other_words_take_the_time_back_and_that_is_said(as_staff, editor, scheduled):
    scheduled.refresh_from_db()
    staff = as_staff(editor)
    staff.post(page_of(scheduled), fields(scheduled) | {"_continue": "1"})
    scheduled.refresh_from_db()
    assert scheduled.publish_at is not None  # nothing was changed
    page = staff.post(page_of(scheduled), fields(scheduled, title="Another") | {"_continue": "1"}, follow=True)
    scheduled.refresh_from_db()
    assert scheduled.publish_at is None and "so it is taken back" in page.content.decode()


def test_what_misses_something_at_its_time_is_held_back_said_once_and_published_when_it_is_there(
    as_staff, editor, scheduled, client, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Reference.objects.update(certainty=Reference.Certainty.CHECK)
    its_time_comes()
    jobs.publish_scheduled()
    jobs.publish_scheduled()
    assert client.get("/en/articles/sample-article/").status_code == 404
    assert OutgoingEmail.objects.get(kind="held_back").delivery_class == "B"
    outbox.send_due()
    (letter,) = mail.outbox
    assert letter.to == [editor.email] and page_of(scheduled) in letter.body and "sample" not in letter.subject.lower()
    staff = as_staff(editor)
    assert "held back at its time" in staff.get(f"{LIST}?state=held").content.decode()
    assert "held back at its time" in staff.get("/staff/").content.decode()
    Reference.objects.update(certainty=Reference.Certainty.SURE)
    assert jobs.publish_scheduled() == 1
    assert client.get("/en/articles/sample-article/").status_code == 200


def test_one_that_cannot_be_made_does_not_keep_the_others_back(scheduled, editor, monkeypatch):
    other = factories.article("another", published=False)
    Edition.objects.get(article=other).save()
    editions.schedule(article=other, at=timezone.now() + SOON, by=editor)
    its_time_comes()
    real = editions.publish_if_due
    monkeypatch.setattr(editions, "publish_if_due", lambda pk: 1 / 0 if pk == scheduled.pk else real(pk))
    assert jobs.publish_scheduled() == 1
    other.refresh_from_db()
    assert other.published_edition is not None


def test_a_time_taken_back_at_the_last_moment_is_respected(scheduled):
    its_time_comes()
    editions.unschedule(article=scheduled)
    assert editions.publish_if_due(scheduled.pk) is None


def test_publishing_by_hand_ends_the_schedule(as_staff, editor, scheduled):
    scheduled.refresh_from_db()
    as_staff(editor).post(page_of(scheduled), fields(scheduled) | {"_publish": "1"})
    scheduled.refresh_from_db()
    assert scheduled.published_edition is not None and scheduled.publish_at is None


def test_what_is_online_already_needs_no_time(as_staff, editor, article):
    editions.publish(article=article, by=editor)
    page = as_staff(editor).get(page_of(article, "schedule"), follow=True).content.decode()
    assert "This edition is online already." in page


def test_taking_an_article_offline_takes_its_time_back(scheduled):
    editions.take_offline(article=scheduled)
    scheduled.refresh_from_db()
    assert scheduled.publish_at is None and scheduled.publish_by is None
