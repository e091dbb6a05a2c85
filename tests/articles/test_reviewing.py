"""A clinical reviewer signs what they have opened, one text or several; and editors are reminded of what is due."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.utils import timezone

from articles import due, editions, jobs
from articles.admin import reviewing
from articles.models import Article, Edition
from portal import outbox
from portal.models import AuditEvent, OutgoingEmail, User
from tests import factories
from tests.articles.editing_pages import LIST, page_of, save_draft

pytestmark = pytest.mark.django_db
MANY = f"{LIST}review/"
URL = "/en/articles/sample-article/"


@pytest.fixture
def article() -> Article:
    factories.reference("R001")
    made = factories.article()
    Edition.objects.get().save()
    return made


@pytest.fixture
def doctor():
    return factories.person("dr-sample", slug="dr-sample", name="Dr Sample", is_team=False)


def signature(article: Article, doctor, **changed: object) -> dict[str, object]:
    article.refresh_from_db()
    return {"reviewer": doctor.pk, "next_review_on": "2035-01-01", "version": article.version} | changed


# ── What a signature changes for readers ──────────────────────────────────────────────────────────────────────────────
def sign(article: Article, edition: Edition, doctor, *, until: date) -> None:
    editions.mark_reviewed(article=article, edition=edition, reviewer=doctor, next_review_on=until)


def test_signing_a_draft_leaves_the_review_of_the_text_that_readers_see(client, article, doctor):
    sign(article, Edition.objects.get(), doctor, until=timezone.localdate() - timedelta(days=1))
    sign(article, save_draft(article, title="Second"), doctor, until=date(2035, 1, 1))
    assert (due.counts()["overdue"], article.reviewed_edition) == (1, 1)
    assert "The review of this text is overdue" in client.get(URL).content.decode()
    editions.publish(article=article, by=None)
    text = client.get(URL).content.decode()
    assert "overdue" not in text and "Next review due on 1 January 2035" in text and due.counts()["overdue"] == 0


def test_a_text_that_nobody_reviewed_says_so_while_only_its_draft_is_signed(client, article, doctor):
    sign(article, save_draft(article, title="Second"), doctor, until=date(2035, 1, 1))
    text = client.get(URL).content.decode()
    assert "Not yet medically reviewed" in text and "Dr Sample" not in text


def test_a_signature_goes_online_with_the_first_text(client, doctor):
    factories.reference("R001")
    new = factories.article("new-article", published=False)
    sign(new, new.latest_edition(), doctor, until=date(2035, 1, 1))
    assert new.review_state == "current"
    editions.publish(article=new, by=None)
    assert "Dr Sample" in client.get("/en/articles/new-article/").content.decode()


def test_publishing_the_same_text_again_keeps_the_date_that_an_editor_brought_forward(article, doctor):
    sign(article, Edition.objects.get(), doctor, until=date(2035, 1, 1))
    Article.objects.update(next_review_on=date(2031, 1, 1))
    article.refresh_from_db()
    editions.publish(article=article, by=None)
    article.refresh_from_db()
    assert article.next_review_on == date(2031, 1, 1)


def test_signatures_from_before_go_to_their_editions_and_none_is_claimed_for_other_words(article, doctor):
    signed = {"reviewer": doctor, "reviewed_on": date(2026, 1, 1), "next_review_on": date(2030, 1, 1)}
    save_draft(article, title="Second")
    Article.objects.update(reviewed_edition=2, **signed)
    other = factories.article("other")
    Article.objects.filter(pk=other.pk).update(reviewed_edition=1, **signed)
    import_module("articles.migrations.0011_signed_editions").to_editions(apps, None)
    assert {(edition.article_id, edition.number) for edition in Edition.objects.filter(**signed)} == {
        (article.pk, 2),
        (other.pk, 1),
    }
    article.refresh_from_db()
    other.refresh_from_db()
    assert (article.review_state, other.review_state, article.next_review_on) == ("never", "current", date(2030, 1, 1))


def test_staff_see_that_a_draft_is_signed_already(as_staff, clinical_reviewer, article, doctor):
    sign(article, save_draft(article, title="Second"), doctor, until=date(2035, 1, 1))
    staff = as_staff(clinical_reviewer)
    for address in (page_of(article), page_of(article, "review")):
        page = staff.get(address).content.decode()
        assert "Edition 2, which is not online yet, was signed by Dr Sample" in page


# ── One ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_text_that_was_not_opened_is_not_signed(as_staff, clinical_reviewer, article, doctor):
    staff = as_staff(clinical_reviewer)
    assert "You have not opened this text as it stands now" in staff.get(page_of(article, "review")).content.decode()
    page = staff.post(page_of(article, "review"), signature(article, doctor)).content.decode()
    assert "Read it first, then sign." in page
    article.refresh_from_db()
    assert article.reviewed_on is None


def test_a_draft_that_changed_after_it_was_opened_has_to_be_opened_again(as_staff, clinical_reviewer, article, doctor):
    save_draft(article, title="Second")
    staff = as_staff(clinical_reviewer)
    staff.get(page_of(article, "preview"))
    save_draft(article, title="Third")  # the same draft, other words
    staff.post(page_of(article, "review"), signature(article, doctor))
    article.refresh_from_db()
    assert article.reviewed_on is None
    staff.get(page_of(article, "preview"))
    staff.post(page_of(article, "review"), signature(article, doctor))
    article.refresh_from_db()
    assert [edition.number for edition in article.editions.filter(reviewed_on__isnull=False)] == [2]


@pytest.mark.parametrize("how", ["another person", "an earlier edition"])
def test_another_look_does_not_count(as_staff, clinical_reviewer, editor, article, doctor, how):
    save_draft(article, title="Second")
    if how == "another person":
        as_staff(editor).get(page_of(article, "preview"))
    else:
        as_staff(clinical_reviewer).get(page_of(article, "preview") + "?edition=1")
    as_staff(clinical_reviewer).post(page_of(article, "review"), signature(article, doctor))
    article.refresh_from_db()
    assert article.reviewed_on is None


# ── Several ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def spanish(article) -> Article:
    made = factories.article(language="es", title="El título")
    factories.person("dr-sample", language="es", slug="dr-sample", name="Dra. Sample", is_team=False)
    return made


def marks(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('name="mark" value="')[1:]]


def test_several_that_were_opened_are_signed_at_once(as_staff, clinical_reviewer, article, spanish, doctor):
    staff = as_staff(clinical_reviewer)
    chosen = {"action": "mark_many_reviewed", "_selected_action": [str(article.pk), str(spanish.pk)]}
    url = staff.post(LIST, chosen).url
    for one in (article, spanish):
        staff.get(page_of(one, "preview"))
    page = staff.get(url).content.decode()
    assert len(marks(page)) == 2
    staff.post(url, {"mark": marks(page), "reviewer": "dr-sample", "next_review_on": "2035-01-01"})
    names = dict(Article.objects.values_list("language", "reviewer__name"))
    assert names == {"en": "Dr Sample", "es": "Dra. Sample"}
    assert set(Article.objects.values_list("reviewed_on", "next_review_on")) == {(timezone.localdate(), date(2035, 1, 1))}
    assert AuditEvent.objects.filter(action="mark reviewed", actor=clinical_reviewer).count() == 2


def test_of_several_only_the_opened_ones_can_be_ticked(as_staff, clinical_reviewer, article, spanish, doctor):
    staff = as_staff(clinical_reviewer)
    url = f"{MANY}?article={article.pk}&article={spanish.pk}"
    assert "look again" in staff.get(url).content.decode()
    staff.get(page_of(article, "preview"))
    page = staff.get(url).content.decode()
    assert [mark.partition(":")[0] for mark in marks(page)] == [str(article.pk)] and "not opened yet" in page
    forged = [*marks(page), f"{spanish.pk}:0000000000000000"]
    answer = staff.post(url, {"mark": forged, "reviewer": "dr-sample", "next_review_on": "2035-01-01"}, follow=True)
    assert "1 text is marked as reviewed." in answer.content.decode() and "1 text was left as it is" in answer.content.decode()
    spanish.refresh_from_db()
    assert spanish.reviewed_on is None


def test_a_text_that_changed_after_the_list_was_made_is_left(as_staff, clinical_reviewer, article, doctor):
    save_draft(article, title="Second")
    staff = as_staff(clinical_reviewer)
    staff.get(page_of(article, "preview"))
    url = f"{MANY}?article={article.pk}"
    ticked = marks(staff.get(url).content.decode())
    save_draft(article, title="Third")
    staff.get(page_of(article, "preview"))  # even when the new words were opened too: they were not what was ticked
    staff.post(url, {"mark": ticked, "reviewer": "dr-sample", "next_review_on": "2035-01-01"})
    article.refresh_from_db()
    assert article.reviewed_on is None


def test_more_than_anybody_could_have_read_are_refused_with_a_sentence(
    as_staff, clinical_reviewer, article, spanish, monkeypatch
):
    monkeypatch.setattr(reviewing, "MOST", 1)
    staff = as_staff(clinical_reviewer)
    chosen = {"action": "mark_many_reviewed", "_selected_action": [str(article.pk), str(spanish.pk)]}
    answer = staff.post(LIST, chosen, follow=True)
    assert answer.request["PATH_INFO"] == LIST
    assert "You ticked 2 texts. Sign 1 at most at a time" in answer.content.decode()
    page = staff.get(f"{MANY}?article={article.pk}&article={spanish.pk}", follow=True)
    assert page.request["PATH_INFO"] == LIST and "Sign 1 at most" in page.content.decode()


def test_nothing_ticked_and_nothing_chosen_get_a_page(as_staff, clinical_reviewer, article, doctor):
    staff = as_staff(clinical_reviewer)
    for query in ("", "?article=x", "?article=00000000-0000-0000-0000-000000000001"):
        assert staff.get(MANY + query).status_code == 200
    sent = {"reviewer": "dr-sample", "next_review_on": "2035-01-01"}
    answer = staff.post(f"{MANY}?article={article.pk}", sent, follow=True)
    assert "Nothing was ticked" in answer.content.decode()
    staff.get(page_of(article, "preview"))
    page = staff.post(f"{MANY}?article={article.pk}", sent | {"next_review_on": "2020-01-01"}).content.decode()
    assert "Choose a day in the future" in page


def test_an_editor_has_no_such_action(as_staff, editor, article):
    staff = as_staff(editor)
    assert "mark_many_reviewed" not in staff.get(LIST).content.decode()
    assert staff.get(f"{MANY}?article={article.pk}").status_code == 403


# ── Reminders ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_each_editor_is_reminded_once_a_week_while_something_is_due(editor, coordinator, article, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    jobs.remind_of_reviews()
    assert not OutgoingEmail.objects.exists()  # due in 2030
    Article.objects.update(next_review_on=timezone.localdate() - timedelta(days=1))
    jobs.remind_of_reviews()
    jobs.remind_of_reviews()
    row = OutgoingEmail.objects.get()
    assert (row.kind, row.subject_id, row.delivery_class) == ("review_due", editor.pk, "B")
    outbox.send_due()
    (letter,) = mail.outbox
    assert letter.to == [editor.email] and "overdue: 1" in letter.body and "/staff/" in letter.body
    html = letter.alternatives[0][0]
    for word in ("sample-article", "A sample article", "stroke"):
        assert word not in letter.body + letter.subject + html


def test_who_alone_can_sign_is_reminded_too_and_each_person_once(editor, clinical_reviewer, article):
    editor.groups.add(*clinical_reviewer.groups.all())
    Article.objects.update(next_review_on=timezone.localdate())
    jobs.remind_of_reviews()
    told = OutgoingEmail.objects.filter(kind="review_due").values_list("subject_id", flat=True)
    assert sorted(told) == sorted([editor.pk, clinical_reviewer.pk])


def test_a_text_that_nobody_can_read_yet_is_overdue_nowhere(as_staff, editor, article):
    draft = factories.article("never-online", published=False, title="Never online")
    Article.objects.filter(pk=draft.pk).update(next_review_on=timezone.localdate() - timedelta(days=1))
    jobs.remind_of_reviews()
    assert not OutgoingEmail.objects.exists()
    staff = as_staff(editor)
    assert "Never online" not in staff.get(LIST, {"review": "overdue"}).content.decode()
    desk = staff.get("/staff/").content.decode()
    assert "<span>review overdue</span> <strong>0</strong>" in desk and "Review “Never online”" not in desk


def test_the_next_week_reminds_again(editor, article, monkeypatch):
    Article.objects.update(next_review_on=timezone.localdate())
    jobs.remind_of_reviews()
    later = timezone.localdate() + timedelta(days=7)
    monkeypatch.setattr(timezone, "localdate", lambda: later)
    jobs.remind_of_reviews()
    assert OutgoingEmail.objects.filter(kind="review_due").count() == 2


def test_a_mail_whose_reason_is_gone_does_not_leave(editor, article, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Article.objects.update(next_review_on=timezone.localdate())
    jobs.remind_of_reviews()
    Article.objects.update(next_review_on=date(2035, 1, 1))
    outbox.send_due()
    assert not mail.outbox


def test_who_has_left_the_office_is_not_reminded(editor, article):
    User.objects.filter(pk=editor.pk).update(is_active=False)
    Article.objects.update(next_review_on=timezone.localdate())
    jobs.remind_of_reviews()
    assert not OutgoingEmail.objects.exists()
