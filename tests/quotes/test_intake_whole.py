"""A whole request, from the start page to "sent", with nothing but plain forms."""

import pytest
from django.db import connection
from django.test import Client

from portal.models import OutgoingEmail
from quotes.models import Consent, ConsentText, QuoteRequest
from tests.quotes import intake_pages
from tests.quotes.intake_pages import CONSENTS, posted

pytestmark = pytest.mark.django_db


def fill_in(client: Client, language: str = "en") -> None:
    address = intake_pages.pass_gate(client, language=language, article="do-stem-cells-work").url
    assert address == f"/{language}/quote/about-you/"
    for step in intake_pages.STEP_KEYS:
        assert client.get(address).status_code == 200
        response = client.post(address, posted(step))
        assert response.status_code == 302, response.content.decode()
        address = response.url.partition("#")[0]
        while "more=1" in address:  # a follow-up that only the server asks
            assert client.get(address).status_code == 200
            address = client.post(address, posted(step)).url
    assert address == f"/{language}/quote/check/"


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a_whole_request_in_each_language(client, language):
    fill_in(client, language)
    response = client.post(f"/{language}/quote/check/", CONSENTS)
    assert response.url == f"/{language}/quote/sent/"
    case = QuoteRequest.objects.get()
    page = client.get(response.url)
    assert case.reference in page.content.decode()
    assert case.language == language
    assert case.source_article == "do-stem-cells-work"
    assert case.owner.email == "maria@example.org"
    assert case.owner.phone == "+34612345678"
    assert case.answers["stroke_date"] == "2024-03"
    assert not [key for key in case.answers if key.startswith("_")]
    texts = ConsentText.objects.filter(language=language).values_list("kind", flat=True)
    assert set(texts) == {"storage", "health", "authority", "understood"}


def test_sending_twice_shows_the_same_and_makes_one_case_and_one_mail(client):
    fill_in(client)
    first = client.post("/en/quote/check/", CONSENTS)
    again = client.post("/en/quote/check/", CONSENTS)
    assert first.url == again.url == "/en/quote/sent/"
    assert client.get("/en/quote/sent/").content == client.get("/en/quote/sent/").content
    assert QuoteRequest.objects.count() == 1
    assert OutgoingEmail.objects.count() == 1
    assert Consent.objects.count() == 4


def test_a_second_tab_that_still_holds_the_draft_lands_on_the_same_proof(client):
    intake_pages.with_draft(client)
    other_tab = Client()
    other_tab.cookies = client.cookies.copy()
    client.post("/en/quote/check/", CONSENTS)
    assert other_tab.get("/en/quote/check/").url == "/en/quote/sent/"
    late = other_tab.post("/en/quote/hopes/", {"goals": "Something else."})
    assert late.url == "/en/quote/sent/?note=late"
    assert "was not saved" in other_tab.get(late.url).content.decode()
    assert QuoteRequest.objects.count() == 1


def test_answers_are_unreadable_in_the_database(client):
    fill_in(client)
    client.post("/en/quote/check/", CONSENTS)
    with connection.cursor() as cursor:
        for table in ("quotes_quoterequest", "quotes_participant", "quotes_flag", "quotes_event", "portal_outgoingemail"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            raw = repr(cursor.fetchall())
            for plain in ("maria", "María", "market", "612345678", "ischaemic", "2024-03"):
                assert plain not in raw, (table, plain)


def test_two_browsers_never_mix():
    one, other = Client(), Client()
    intake_pages.empty_draft(one)
    intake_pages.empty_draft(other)
    one.post("/en/quote/hopes/", {"goals": "I want to sing."})
    other.post("/en/quote/hopes/", {"goals": "I want to dance."})
    assert "sing" in one.get("/en/quote/hopes/").content.decode()
    assert "sing" not in other.get("/en/quote/hopes/").content.decode()
    assert sorted(case.answers["goals"] for case in QuoteRequest.objects.all()) == ["I want to dance.", "I want to sing."]


def test_the_proof_of_another_browser_cannot_be_reached(client, case):
    assert client.get("/en/quote/sent/").url == "/en/quote/"
    session = client.session
    session["draft"] = "nonsense"
    session.save()
    assert client.get("/en/quote/check/").url == "/en/quote/?note=no-draft"


def test_too_many_from_one_address_are_marked_and_never_refused(client, settings):
    settings.LIMITS = settings.LIMITS | {"submit": (0, 3600)}
    draft = intake_pages.with_draft(client)
    assert client.post("/en/quote/check/", CONSENTS).url == "/en/quote/sent/"
    draft.refresh_from_db()
    assert draft.is_suspect
    assert draft.status == "submitted"


def test_without_an_email_the_proof_says_that_we_call(client):
    intake_pages.with_draft(client, email="")
    client.post("/en/quote/check/", CONSENTS)
    page = client.get("/en/quote/sent/").content.decode()
    assert "You left no e-mail address" in page
    assert OutgoingEmail.objects.count() == 0
