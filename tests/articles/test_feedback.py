""" "Was this useful / report a mistake": easy to send, nothing lost, nothing shown to who may not see it."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from articles import editions, feedback
from articles.models import Feedback
from tests import factories
from tests.articles.editing_pages import save_draft

pytestmark = pytest.mark.django_db
URL = "/en/feedback/sample-article/"


@pytest.fixture(autouse=True)
def article():
    factories.reference("R001")
    return factories.article()


def ticket(*, seconds_ago: int = 30) -> str:
    with time_machine.travel(time.time() - seconds_ago, tick=False):
        return feedback.new_ticket(edition=1).sealed()


def send(client, **fields: str):
    return client.post(URL, {"useful": "no", "text": "The year is wrong.", "ticket": ticket(), "website": ""} | fields)


def test_the_article_links_to_the_form_and_has_none_itself(client):
    text = client.get("/en/articles/sample-article/").content.decode()
    assert (
        f'href="{URL}?edition=1&amp;useful=yes"' in text and f'href="{URL}?edition=1"' in text and 'method="post"' not in text
    )


def test_the_form_says_what_it_is_about_and_takes_the_answer_of_the_link(client):
    response = client.get(f"{URL}?useful=yes")
    text = response.content.decode()
    assert "A sample article" in text and 'value="yes" id="id_useful_0" checked' in text.replace("  ", " ")
    assert "no-store" in response["Cache-Control"]


def test_what_a_reader_writes_is_kept_sealed(client, article):
    response = send(client)
    assert response.url == f"{URL}sent/"
    assert "Thank you" in client.get(response.url).content.decode()
    report = Feedback.objects.get()
    assert (report.article, report.edition, report.is_useful, report.text) == (article, 1, False, "The year is wrong.")
    assert report.has_text and not report.is_suspect
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM articles_feedback")
        assert "year" not in cursor.fetchone()[0]


@pytest.mark.parametrize(("fields", "useful"), [({"text": ""}, False), ({"useful": ""}, None), ({"useful": "yes"}, True)])
def test_one_of_the_two_is_enough(client, fields, useful):
    assert send(client, **fields).status_code == 302
    assert Feedback.objects.get().is_useful is useful


def test_a_yes_or_no_alone_is_thanked_for_what_it_is(client):
    counted = client.get(send(client, text="").url).content.decode()
    assert "We count your answer" in counted and "We have what you wrote" not in counted and f'href="{URL}"' in counted
    written = client.get(send(client).url).content.decode()
    assert "We have what you wrote" in written and "We count" not in written


@pytest.mark.parametrize(("asked", "kept"), [("1", 1), ("2", 2), ("3", 2), ("", 2), ("x", 2), ("9" * 9, 2), ("-1", 2)])
def test_a_report_names_the_edition_that_was_read(client, article, asked, kept):
    first = article.latest_edition()
    first.published_at = timezone.now()
    first.save()
    save_draft(article, title="Second", change_note="A new trial.")
    editions.publish(article=article, by=None)
    save_draft(article, title="A draft", change_note="Not yet.")
    assert f'href="{URL}?edition=1"' in client.get("/en/articles/sample-article/editions/1/").content.decode()
    page = client.get(URL, {"edition": asked}).content.decode()
    send(client, ticket=re.search(r'name="ticket" value="([^"]+)"', page)[1])
    assert Feedback.objects.get().edition == kept


def test_nothing_at_all_is_asked_back_and_what_was_typed_stays(client):
    response = send(client, useful="", text="")
    assert "One of the two is enough." in response.content.decode() and not Feedback.objects.exists()
    long = send(client, text="x" * 5001)
    text = long.content.decode()
    assert "5,000 letters" in text and "x" * 5001 in text and "<title>Error:" in text
    assert send(client, useful="maybe").status_code == 200 and not Feedback.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"website": "http://spam.example"}, {"ticket": ""}, {"ticket": "made-up"}, {"ticket": "a:b:c"}]
)
def test_what_looks_like_a_machine_is_marked_and_kept(client, fields):
    assert send(client, **fields).status_code == 302
    assert Feedback.objects.get().is_suspect


@pytest.mark.parametrize(("seconds", "is_suspect"), [(0, True), (10, False), (25 * 3600, True)])
def test_too_quick_or_too_old_is_marked(client, seconds, is_suspect):
    send(client, ticket=ticket(seconds_ago=seconds))
    assert Feedback.objects.get().is_suspect is is_suspect


def test_over_the_limit_it_is_marked_and_kept(client, settings):
    settings.LIMITS = settings.LIMITS | {"feedback": (2, 3600)}
    for _time in range(3):
        assert send(client).status_code == 302
    assert list(Feedback.objects.order_by("created_at").values_list("is_suspect", flat=True)) == [False, False, True]


def test_sending_twice_keeps_one(client):
    same = ticket()
    for _time in range(2):
        assert send(client, ticket=same).status_code == 302
    assert Feedback.objects.count() == 1


def test_an_article_that_is_not_there_has_no_form(client):
    factories.article("a-draft", published=False)
    for key in ("a-draft", "nope"):
        assert client.get(f"/en/feedback/{key}/").status_code == 404
    assert client.get("/es/feedback/sample-article/").status_code == 404
    assert client.put(URL).status_code == 405


def test_editors_read_reports_and_others_do_not(client, as_staff, editor, coordinator, clinical_reviewer):
    send(client)
    report = Feedback.objects.get()
    page = reverse("admin:articles_feedback_change", args=[report.pk])
    assert "The year is wrong." in as_staff(editor).get(page).content.decode()
    for other in (coordinator, clinical_reviewer):
        assert as_staff(other).get(page).status_code == 403
    assert as_staff(editor).post(page, {"text": "changed"}).status_code == 403
    assert as_staff(editor).get(reverse("admin:articles_feedback_add")).status_code == 403


def test_a_report_is_dealt_with_where_it_is_read(client, as_staff, editor):
    send(client)
    report = Feedback.objects.get()
    staff, page = as_staff(editor), reverse("admin:articles_feedback_change", args=[report.pk])
    text = staff.get(page).content.decode()
    [address] = re.findall(r'formaction="([^"]+)"', text)
    sent = dict(re.findall(r'name="(index|_selected_action|action)" value="([^"]+)"', text))
    after = staff.post(address, sent, follow=True).content.decode()
    assert "1 report is dealt with." in after and "?handled=no" in address
    report.refresh_from_db()
    assert report.handled_by == editor
    assert "formaction" not in staff.get(page).content.decode()


def test_the_list_of_reports_takes_few_queries(client, as_staff, editor, django_assert_max_num_queries):
    for _time in range(5):
        send(client)
    staff = as_staff(editor)
    with django_assert_max_num_queries(8):
        text = staff.get(reverse("admin:articles_feedback_changelist")).content.decode()
    assert "A sample article" in text and "The year is wrong." not in text


def test_only_words_that_nobody_has_dealt_with_wait(client, editor):
    send(client, text="")
    send(client)
    waiting = Feedback.objects.waiting().get()
    waiting.handled_at, waiting.handled_by = timezone.now() + timedelta(seconds=1), editor
    waiting.save()
    assert not Feedback.objects.waiting().exists()
