"""Two requests in one browser never mix: the first is gone on with, kept by its link, or deleted with a warning."""

import pytest

from quotes import actions
from quotes.models import QuoteRequest
from tests import factories
from tests.quotes import intake_pages
from tests.quotes.intake_pages import CONSENTS
from tests.quotes.test_finish_later import by_link

pytestmark = pytest.mark.django_db
ANOTHER = "/en/quote/another/"


@pytest.fixture
def first(client) -> QuoteRequest:
    return intake_pages.with_draft(client, goals="")


def test_starting_again_asks_what_to_do_with_the_first(client, first):
    assert client.get("/en/quote/emergency/").url == ANOTHER
    page = client.get(ANOTHER).content.decode()
    assert "Go on where I stopped" in page
    assert "The first request will be deleted" in page
    assert "/en/quote/later/?next=another" in page
    assert "María" not in page  # whoever sits here now learns nothing of the first one


def test_going_on_leads_to_the_first_open_question(client, first):
    assert client.post(ANOTHER, {"go_on": "1"}).url == "/en/quote/hopes/"


def test_another_request_deletes_one_that_nothing_leads_to(client, first):
    key = client.session.session_key
    assert client.post(ANOTHER, {"another": "1"}).url == "/en/quote/emergency/"
    assert not QuoteRequest.objects.exists()
    assert "draft" not in client.session
    assert client.session.session_key != key
    assert "has the person with the stroke had" in client.get("/en/quote/emergency/").content.decode()


def test_another_request_keeps_one_with_a_mailed_link(client, first):
    assert client.post("/en/quote/later/?next=another", {"email": "maria@example.org"}).url.endswith("?next=another")
    assert ANOTHER in client.get("/en/quote/later/sent/?next=another").content.decode()
    assert "The first one stays saved" in client.get(ANOTHER).content.decode()
    client.post(ANOTHER, {"another": "1"})
    assert QuoteRequest.objects.filter(pk=first.pk).exists()
    intake_pages.pass_gate(client)
    assert QuoteRequest.objects.count() == 2
    assert client.session["draft"] != str(first.pk)


def test_one_with_a_call_to_make_is_kept(client, first):
    factories.call(case=first)
    client.post(ANOTHER, {"another": "1"})
    assert QuoteRequest.objects.filter(pk=first.pk).exists()


def test_a_link_opened_beside_an_open_draft_waits_for_a_decision(client, first):
    second = factories.draft_case(goals="", filler_name="Amal", email="amal@example.org")
    owner = actions.mail_draft_link(case=second, email="amal@example.org", language="en")
    by_link(owner, browser=client)
    assert client.response.url == ANOTHER
    assert client.session["draft"] == str(first.pk)
    page = client.get(ANOTHER).content.decode()
    assert "go on with the request of the link" in page
    assert "Amal" not in page
    assert client.post(ANOTHER, {"another": "1"}).url == "/en/quote/hopes/"
    assert client.session["draft"] == str(second.pk)
    assert "Amal" in client.get("/en/quote/about-you/").content.decode()
    assert not QuoteRequest.objects.filter(pk=first.pk).exists()


def test_going_on_with_the_first_forgets_the_second_here(client, first):
    second = factories.draft_case(goals="", email="amal@example.org")
    by_link(actions.mail_draft_link(case=second, email="amal@example.org", language="en"), browser=client)
    client.post(ANOTHER, {"go_on": "1"})
    assert client.session["draft"] == str(first.pk)
    assert "waiting_draft" not in client.session


def test_the_link_of_the_draft_that_is_open_here_just_goes_on(client, first):
    owner = actions.mail_draft_link(case=first, email="maria@example.org", language="en")
    by_link(owner, browser=client)
    assert client.response.url == "/en/quote/hopes/"


def test_a_first_one_that_was_sent_meanwhile_is_never_deleted(client, first):
    actions.save_draft(case=first, answers={"goals": "Walk."}, language="en")
    actions.submit(case=first, agreed=list(CONSENTS))
    assert client.post(ANOTHER, {"another": "1"}).url == "/en/quote/emergency/"
    assert QuoteRequest.objects.sent().filter(pk=first.pk).exists()


def test_without_a_draft_the_page_leads_to_the_start(client, db):
    assert client.get(ANOTHER).url == "/en/quote/emergency/"
