"""Sheets to print, and the page of everybody who writes and reviews."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import editions, sheets
from tests import factories

pytestmark = pytest.mark.django_db
PAGES = ["questions-to-ask", "check-a-trial", "people"]


def page(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("language", ["en", "es", "ar"])
@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_there_in_every_language_without_a_cookie(client, name, language):
    response = client.get(f"/{language}/{name}/")
    text = response.content.decode()
    assert response.status_code == 200 and not response.cookies and "csrfmiddlewaretoken" not in text
    assert 'hreflang="ar"' in text and client.post(f"/{language}/{name}/").status_code == 405
    assert f'href="/{language}/questions-to-ask/"' in text  # in the foot of every page


def test_every_question_has_its_reason_and_room_for_the_answer(client):
    text = page(client, "/en/questions-to-ask/")
    asks = [ask for group in sheets.GROUPS for ask in group.asks]
    assert 20 <= len(asks) <= 24 and f"{len(asks)} questions to ask" in text
    assert text.count('class="sheet__lines"') == len(asks) == text.count("Why it matters:")
    for ask in asks:
        assert str(ask.question) in text and str(ask.why) in text
    assert text.index("approved here for stroke?") < text.index("commission is a reason")


def test_every_step_of_checking_a_trial_has_its_boxes_and_lines(client):
    text = page(client, "/en/check-a-trial/")
    assert text.count('class="sheet__box"') == sum(len(step.checks) for step in sheets.STEPS)
    assert text.count('class="sheet__line"') == sum(len(step.blanks) for step in sheets.STEPS)
    assert 'href="https://trialsearch.who.int"' in text and "Registry number" in text


def test_only_checked_sources_are_printed(client, django_assert_num_queries):
    factories.reference("R132", title="What to ask")
    factories.reference("R153", title="Not checked", certainty="check")
    with django_assert_num_queries(1):
        text = page(client, "/en/questions-to-ask/")
    assert "What to ask" in text and "Not checked" not in text


def test_the_people_are_listed_with_what_stands_under_their_names(client, django_assert_num_queries):
    article = factories.article()
    factories.article("a-draft", published=False)
    doctor = factories.person(
        "dr-sample", slug="dr-sample", name="Dr Sample", is_team=False, credentials="stroke physician", interests="None."
    )
    editions.mark_reviewed(
        article=article, edition=article.latest_edition(), reviewer=doctor, next_review_on=timezone.localdate() + timedelta(90)
    )
    with django_assert_num_queries(1):
        text = page(client, "/en/people/")
    assert text.index("Dr Sample") < text.index("The editorial team")  # who reviewed comes first
    assert "0 articles written · 1 article reviewed" in text and "1 article written · 0 articles reviewed" in text
    assert "stroke physician" in text and "No interests have been declared to us yet." in text
    assert "Dr Sample" not in page(client, "/es/people/")


def test_the_page_of_a_person_says_who_it_is_and_shows_all_articles_page_by_page(client):
    for place in range(15):
        factories.article(f"article-{place}")
    text = page(client, "/en/people/editorial-team/")
    assert "A team, not one person" in text and re.search(r"Written <span[^>]*>\(15\)", text)
    assert text.count('class="card"') == 12 and page(client, "/en/people/editorial-team/?page=2").count('class="card"') == 3
    assert client.get("/en/people/editorial-team/?page=9").status_code == 404
    factories.person("dr-plain", slug="dr-plain", name="Dr Plain", is_team=False)
    assert "No credentials have been given to us yet." in page(client, "/en/people/dr-plain/")
