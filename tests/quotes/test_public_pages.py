"""How we work, privacy, legal: for everybody, without a cookie."""

from datetime import date

import pytest

from quotes import rules
from quotes.models import RuleSetApproval

pytestmark = pytest.mark.django_db
PAGES = ("how-we-work", "privacy", "legal")


@pytest.mark.parametrize("language", ["en", "es", "ar"])
@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_sets_no_cookie_and_has_no_form_but_the_search(client, page, language):
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


def test_how_we_work_costs_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/en/how-we-work/")


@pytest.mark.parametrize("page", ["privacy", "legal"])
def test_an_office_without_details_is_said_plainly(client, settings, page):
    settings.OFFICE_NAME = settings.OFFICE_ADDRESS = settings.OFFICE_CONTROLLER = ""
    assert "must not take real requests" in client.get(f"/en/{page}/").content.decode()
    settings.OFFICE_NAME, settings.OFFICE_ADDRESS, settings.OFFICE_CONTROLLER = "Sample Office", "1 Sample Street", "Sample Ltd"
    text = client.get(f"/en/{page}/").content.decode()
    assert "must not take real requests" not in text
    assert "Sample Ltd" in text
