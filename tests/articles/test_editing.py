"""Editing in the admin: drafts, preview, the publishing gate, two at once, and who may do what."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import editions
from articles.models import Article, Edition, Reference
from portal.models import AuditEvent
from tests import factories
from tests.articles.editing_pages import LIST, fields, page_of, save_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    factories.reference("R001")
    made = factories.article()
    Edition.objects.get().save()
    return made


def test_an_editor_writes_an_article_and_publishes_it(as_staff, editor, client):
    factories.reference("R001")
    response = as_staff(editor).post(f"{LIST}add/", fields() | {"_publish": "1"}, follow=True)
    assert "Edition 1 is online." in response.content.decode()
    made = Article.objects.get()
    assert made.published_edition.created_by == editor and made.published_by == editor
    assert client.get("/en/articles/a-new-article/").status_code == 200
    assert AuditEvent.objects.filter(action="publish", actor=editor).exists()


def test_the_change_page_shows_the_newest_edition(as_staff, editor, article):
    text = as_staff(editor).get(page_of(article)).content.decode()
    assert "People were given cells.[R001] {D}" in text and "Nothing is missing" in text
    assert AuditEvent.objects.filter(action="view", object=f"articles.article {article.pk}").exists()


def test_saving_over_a_published_edition_makes_the_next_one_and_readers_see_the_old_one(as_staff, editor, article, client):
    as_staff(editor).post(
        page_of(article), fields(article, title="A better title", change_note="Clearer.") | {"_continue": "1"}
    )
    article.refresh_from_db()
    assert list(article.editions.values_list("number", "title")) == [(2, "A better title"), (1, "A sample article")]
    assert "A better title" not in client.get("/en/articles/sample-article/").content.decode()


def test_saving_a_draft_again_keeps_its_number(as_staff, editor, article):
    staff = as_staff(editor)
    for title in ("First try", "Second try"):
        article.refresh_from_db()
        staff.post(page_of(article), fields(article, title=title) | {"_continue": "1"})
    assert list(article.editions.values_list("number", "title")) == [(2, "Second try"), (1, "A sample article")]


def test_saving_without_a_change_makes_no_edition(as_staff, editor, article):
    as_staff(editor).post(page_of(article), fields(article) | {"_continue": "1"})
    assert article.editions.count() == 1


def test_an_edition_that_was_reviewed_is_not_written_over(as_staff, editor, article):
    draft = save_draft(article, title="Second")
    doctor = factories.person("dr-sample", slug="dr-sample", name="Dr Sample", is_team=False)
    editions.mark_reviewed(article=article, edition=draft, reviewer=doctor, next_review_on=date(2031, 1, 1))
    save_draft(article, title="Third")
    assert list(article.editions.values_list("number", "title"))[:2] == [(3, "Third"), (2, "Second")]


@pytest.mark.parametrize(
    ("empty", "said"),
    [
        ({"key_messages": ""}, "Write the key messages"),
        ({"limitations": ""}, "Say what we do not know"),
        ({"regulatory_status": ""}, "Say where the regulators stand"),
        ({"regulatory_checked_on": ""}, "Give the date on which the regulatory status was checked"),
        ({"conflict_statement": ""}, "Say who paid for the text"),
        ({"next_review_on": ""}, "Set the date of the next review"),
        ({"evidence_labels": ""}, "Choose the evidence labels"),
        ({"key_messages": "x", "body": "x"}, "Cite at least one reference"),
        ({"body": "x[R999]"}, "There is no reference R999"),
        ({"body": "x[R002]"}, "Reference R002 still has to be checked"),
        ({"body": "x{Q}"}, "is not an evidence label"),
    ],
)
def test_the_gate_says_what_is_missing_and_keeps_the_draft(as_staff, editor, article, empty, said):
    factories.reference("R002", certainty=Reference.Certainty.CHECK)
    response = as_staff(editor).post(page_of(article), fields(article, **empty) | {"_publish": "1"}, follow=True)
    assert said in response.content.decode()
    article.refresh_from_db()
    assert article.published_edition.number == 1
    assert article.latest_edition().number == (1 if "next_review_on" in empty else 2)


def test_a_reference_that_is_added_afterwards_opens_the_gate(article):
    save_draft(article, body="x[R050]")
    with pytest.raises(editions.NotReady):
        editions.publish(article=article, by=None)
    factories.reference("R050")
    assert editions.publish(article=article, by=None).number == 2


def test_a_wrong_field_keeps_what_was_typed(as_staff, editor, article):
    response = as_staff(editor).post(page_of(article), fields(article, evidence_labels="XYZ", body="Long work."))
    text = response.content.decode()
    assert response.status_code == 200 and "Long work." in text and "Unknown evidence label" in text
    assert article.editions.count() == 1


def test_an_author_of_another_language_is_refused(as_staff, editor, article):
    spanish = str(factories.person(language="es").pk)
    text = as_staff(editor).post(f"{LIST}add/", fields(author=spanish)).content.decode()
    assert "in the language of the article" in text
    as_staff(editor).post(page_of(article), fields(article, author=spanish) | {"_continue": "1"})
    article.refresh_from_db()
    assert article.author.language == "en"


def test_the_second_of_two_savers_sees_both_texts_and_loses_nothing(as_staff, editor, article):
    first = as_staff(editor)
    opened = fields(article)
    first.post(page_of(article), opened | {"body": "Hers.", "_continue": "1"})
    response = first.post(page_of(article), opened | {"body": "His.", "summary": "His summary.", "_continue": "1"})
    text = response.content.decode()
    assert response.status_code == 409
    assert "Hers." in text and "His." in text and "His summary." in text and "Edith Sample saved this" in text
    assert article.latest_edition().body == "Hers."
    article.refresh_from_db()
    assert f'name="opened_version" value="{article.version}"' in text
    again = first.post(page_of(article), opened | {"opened_version": article.version, "body": "Both.", "_continue": "1"})
    assert again.status_code == 302 and article.latest_edition().body == "Both."


def test_the_preview_is_the_real_page_of_what_is_typed_and_saves_nothing(as_staff, editor, article):
    url = reverse("admin:articles_article_preview", args=[article.pk])
    response = as_staff(editor).post(url, fields(article, body="## Just typed\n\nText.[R001]"))
    text = response.content.decode()
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    assert '<h2 id="just-typed">Just typed</h2>' in text and "Readers do not see this yet" in text
    assert article.editions.count() == 1


def test_the_preview_says_who_sees_each_edition(as_staff, editor, article):
    staff = as_staff(editor)
    first = Edition.objects.get()
    first.published_at = timezone.now()
    first.save()
    save_draft(article, title="Second")

    def shown(number: int) -> str:
        return staff.get(f"{page_of(article, 'preview')}?edition={number}").content.decode()

    assert "This is what readers see." in shown(1) and "Readers do not see this yet." in shown(2)
    editions.publish(article=article, by=None)
    assert "Readers have seen this; it is not what they see now." in shown(1) and "This is what readers see." in shown(2)


def test_a_new_article_names_no_successor_in_another_language(as_staff, editor):
    other = factories.article("otro", language="es")
    new = fields(retirement_note="Replaced.", successor=str(other.pk))
    page = as_staff(editor).post(f"{LIST}add/", new).content.decode()
    assert "Choose an article in the language of this one." in page
    assert not Article.objects.filter(slug="a-new-article").exists()


def test_a_new_article_can_be_previewed_half_written(as_staff, editor):
    response = as_staff(editor).post(reverse("admin:articles_article_preview_new"), {"title": "Only a title", "body": "## Hm"})
    assert response.status_code == 200 and "Only a title" in response.content.decode()
    assert not Article.objects.exists()


def test_the_address_of_a_published_article_may_change_and_the_old_one_leads_there(as_staff, editor, article, client):
    as_staff(editor).post(page_of(article), fields(article, slug="elsewhere") | {"_continue": "1"})
    article.refresh_from_db()
    assert article.slug == "elsewhere" and article.translation_key == "sample-article"
    assert client.get("/en/articles/sample-article/").url == "/en/articles/elsewhere/"


def test_taking_offline_asks_first(as_staff, editor, article, client):
    url = reverse("admin:articles_article_offline", args=[article.pk])
    staff = as_staff(editor)
    assert "no longer find" in staff.get(url).content.decode()
    assert client.get("/en/articles/sample-article/").status_code == 200
    staff.post(url)
    assert client.get("/en/articles/sample-article/").status_code == 404
    article.refresh_from_db()
    staff.post(page_of(article), fields(article, slug=article.slug) | {"_publish": "1"})
    assert client.get("/en/articles/sample-article/").status_code == 200


def test_a_notice_retires_an_article_and_emptying_it_brings_it_back(as_staff, editor, article, client):
    other = factories.article("newer", title="A newer text")
    staff, same = as_staff(editor), {"slug": article.slug}
    notice = {"retirement_note": "Newer trials are in another text.", "successor": str(other.pk)}
    staff.post(page_of(article), fields(article, **same, **notice) | {"_continue": "1"})
    article.refresh_from_db()
    assert article.is_retired and article.successor == other
    page = client.get("/en/articles/sample-article/").content.decode()
    assert "Newer trials are in another text." in page and "/en/articles/newer/" in page
    staff.post(page_of(article), fields(article, **same, **notice) | {"_publish": "1"})
    article.refresh_from_db()
    assert article.is_retired  # a correction of the text is no return
    staff.post(page_of(article), fields(article, **same, successor=str(other.pk)) | {"_continue": "1"})
    article.refresh_from_db()
    assert article.retired_at is None and article.successor is None


# ── The clinical reviewer ─────────────────────────────────────────────────────────────────────────────────────────────
def review_url(article: Article) -> str:
    return reverse("admin:articles_article_review", args=[article.pk])


def test_a_clinical_reviewer_marks_an_edition_reviewed(as_staff, clinical_reviewer, article):
    doctor = factories.person("dr-sample", slug="dr-sample", name="Dr Sample", is_team=False)
    staff = as_staff(clinical_reviewer)
    staff.get(reverse("admin:articles_article_preview", args=[article.pk]))
    assert "Dr Sample" in staff.get(review_url(article)).content.decode()
    staff.post(review_url(article), {"reviewer": doctor.pk, "next_review_on": "2035-01-01", "version": article.version})
    article.refresh_from_db()
    assert (article.reviewer, article.reviewed_on, article.reviewed_edition) == (doctor, timezone.localdate(), 1)
    assert article.next_review_on == date(2035, 1, 1)
    assert AuditEvent.objects.filter(action="mark reviewed", actor=clinical_reviewer).exists()


def test_a_text_that_changed_while_it_was_read_is_not_signed(as_staff, clinical_reviewer, article):
    doctor = factories.person("dr-sample", slug="dr-sample", name="Dr Sample", is_team=False)
    sent = {"reviewer": doctor.pk, "next_review_on": "2035-01-01", "version": article.version}
    Article.objects.update(version=article.version + 1)
    text = as_staff(clinical_reviewer).post(review_url(article), sent).content.decode()
    assert "The text was changed while you were reading" in text
    article.refresh_from_db()
    assert article.reviewed_on is None


def test_a_reviewer_reads_but_does_not_write(as_staff, clinical_reviewer, article):
    staff = as_staff(clinical_reviewer)
    text = staff.get(page_of(article)).content.decode()
    assert "People were given cells." in text and "Mark reviewed" in text and "<textarea" not in text
    assert staff.post(page_of(article), fields(article, title="Mine")).status_code == 403
    assert staff.get(reverse("admin:articles_article_preview", args=[article.pk])).status_code == 200
    assert staff.post(reverse("admin:articles_article_preview", args=[article.pk]), fields(article)).status_code == 403
    assert staff.post(reverse("admin:articles_article_offline", args=[article.pk])).status_code == 403


def test_an_editor_does_not_sign_reviews(as_staff, editor, article):
    assert as_staff(editor).get(review_url(article)).status_code == 403


def test_others_only_look_and_nobody_deletes(as_staff, coordinator, editor, article):
    staff = as_staff(coordinator)
    assert staff.get(page_of(article)).status_code == 200
    assert staff.post(page_of(article), fields(article)).status_code == 403
    assert staff.get(review_url(article)).status_code == 403
    assert as_staff(editor).post(f"{LIST}{article.pk}/delete/", {"post": "yes"}).status_code == 403


def test_strangers_are_sent_to_sign_in(client, article):
    for url in (LIST, page_of(article), reverse("admin:articles_article_preview", args=[article.pk]), review_url(article)):
        assert client.get(url).status_code == 302


# ── Lists and the desk ────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_list_is_cheap_and_says_how_things_stand(as_staff, editor, article, django_assert_max_num_queries):
    for number in range(20):
        factories.article(f"article-{number}")
    save_draft(article, title="Waiting")
    staff = as_staff(editor)
    with django_assert_max_num_queries(8):
        text = staff.get(LIST).content.decode()
    assert "online, newer draft waiting" in text and "never reviewed" in text


@pytest.mark.parametrize(
    ("query", "rows"),
    [("state=waiting", 1), ("state=draft", 1), ("state=online", 2), ("review=never", 3), ("review=overdue", 1)],
)
def test_the_filters_find_exactly_those(as_staff, editor, article, query, rows):
    factories.article("a-draft", published=False)
    factories.article("overdue")
    Article.objects.filter(translation_key="overdue").update(next_review_on=date(2020, 1, 1))
    save_draft(article, title="Waiting")
    response = as_staff(editor).get(f"{LIST}?{query}")
    assert response.status_code == 200 and len(response.context["cl"].result_list) == rows


def test_hidden_fields_cannot_be_probed(as_staff, editor, article):
    assert as_staff(editor).get(f"{LIST}?published_by__password__startswith=a").status_code in {302, 400}


@pytest.mark.parametrize(("model", "word"), [("reference", "R001"), ("person", "editorial"), ("topic", "Stem")])
def test_sources_people_and_topics_are_found_by_search(as_staff, editor, article, model, word):
    factories.topic()
    response = as_staff(editor).get(f"/staff/articles/{model}/?q={word}")
    assert response.status_code == 200 and len(response.context["cl"].result_list) == 1


def test_a_reference_that_is_corrected_is_corrected_on_the_pages_that_cite_it(as_staff, editor, article, client):
    reference = Reference.objects.get()
    sent = {
        "kind": "journal",
        "title": "The corrected title",
        "certainty": "sure",
        "authors": "Sample A",
        "opened_version": "1",
    }
    as_staff(editor).post(reverse("admin:articles_reference_change", args=[reference.pk]), sent)
    assert "The corrected title" in client.get("/en/articles/sample-article/").content.decode()


def test_the_desk_shows_articles_to_editors_and_reviewers_only(as_staff, editor, clinical_reviewer, manager, article):
    Article.objects.update(next_review_on=date(2020, 1, 1))
    for person, sees in ((editor, True), (clinical_reviewer, True), (manager, False)):
        assert ("Articles due for review" in as_staff(person).get("/staff/").content.decode()) is sees
