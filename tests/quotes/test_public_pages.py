"""How we work, privacy, legal: for everybody, without a cookie."""

from datetime import date

import pytest
from django.core.cache import cache

from quotes import response_times, rules
from quotes.models import RuleSetApproval
from quotes.questions import RECORDS
from quotes.views.public import rule_subjects

pytestmark = pytest.mark.django_db
PAGES = ("how-we-work", "for-professionals", "privacy", "legal")


@pytest.mark.parametrize("language", ["en", "es", "ar"])
@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_sets_no_cookie_and_sends_nothing(client, page, language):
    response = client.get(f"/{language}/{page}/")
    text = response.content.decode()
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "csrfmiddlewaretoken" not in text
    assert 'method="post"' not in text


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_is_only_read(client, page):
    assert client.post(f"/en/{page}/").status_code == 405


def test_every_safety_rule_is_shown_in_plain_words(client):
    text = client.get("/en/how-we-work/").content.decode()
    for rule in rules.RULES:
        assert str(rule.reason).replace("'", "&#x27;") in text
    assert "Not clinically signed" in text
    assert rules.VERSION in text


def test_a_signature_is_shown_once_it_exists(client, system_user):
    RuleSetApproval.objects.create(
        version=rules.VERSION,
        approved_by="Dr Sample",
        credentials="stroke physician",
        approved_on=date(2026, 11, 1),
        recorded_by=system_user,
    )
    text = client.get("/en/how-we-work/").content.decode()
    assert "Signed by Dr Sample, stroke physician" in text
    assert "Not clinically signed" not in text


def test_how_we_work_costs_two_queries_and_one_while_the_figures_are_kept(client, django_assert_num_queries):
    cache.delete(response_times.KEY)
    for queries in (2, 1):
        with django_assert_num_queries(queries):
            client.get("/en/how-we-work/")


def test_every_rule_stands_under_one_subject_the_most_urgent_first(client):
    subjects = rule_subjects()
    assert sum(len(subject["rules"]) for subject in subjects) == len(rules.RULES)
    assert subjects[0]["title"] == "New signs" and len(subjects) > 10
    for subject in subjects:
        order = ["Emergency", "Red", "Amber", "Information missing"]
        levels = [order.index(rule["tag"]["name"]) for rule in subject["rules"]]
        assert levels == sorted(levels)
    assert client.get("/en/how-we-work/").content.decode().count('<details class="subject">') == len(subjects)


def test_professionals_are_told_what_to_send_and_what_a_title_is_not(client):
    text = client.get("/en/for-professionals/").content.decode()
    for record in RECORDS.values():
        assert str(record).replace("'", "&#x27;") in text
    assert 'href="/en/quote/"' in text and "It is not a medical qualification." in text
    assert "How often is it checked again, and by whom?" in text and "This site sells no course" in text


def test_no_page_names_a_body_that_certifies_people_as_an_authority(client):
    text = client.get("/en/for-professionals/").content.decode()
    assert "Stem Cell Council" not in text and "Medical Tourism Association" not in text


@pytest.mark.parametrize("page", ["privacy", "legal"])
def test_an_office_without_details_is_said_plainly(client, settings, page):
    settings.OFFICE_NAME = settings.OFFICE_ADDRESS = settings.OFFICE_CONTROLLER = ""
    assert "must not take real requests" in client.get(f"/en/{page}/").content.decode()
    settings.OFFICE_NAME, settings.OFFICE_ADDRESS, settings.OFFICE_CONTROLLER = "Sample Office", "1 Sample Street", "Sample Ltd"
    text = client.get(f"/en/{page}/").content.decode()
    assert "must not take real requests" not in text
    assert "Sample Ltd" in text
