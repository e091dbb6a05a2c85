"""Check your answers, send, and end on a shared computer."""

import pytest

from quotes.models import QuoteRequest
from tests.quotes import intake_pages
from tests.quotes.intake_pages import CONSENTS, posted

pytestmark = pytest.mark.django_db


def test_all_answers_are_shown_with_links_to_change_them(client):
    intake_pages.with_draft(client)
    page = client.get("/en/quote/check/").content.decode()
    for text in ("Walk to the market and back.", "Spain", "March 2024", "maria@example.org", "None of these"):
        assert text in page
    assert "/en/quote/stroke/?back=check#field-stroke_date" in page
    assert "checked" not in page  # no box is ticked beforehand


def test_changing_an_answer_leads_back_to_the_check_page(client):
    draft = intake_pages.with_draft(client)
    response = client.post("/en/quote/stroke/?back=check", posted("stroke", stroke_date="2 2023"))
    assert response.url == "/en/quote/check/"
    draft.refresh_from_db()
    assert draft.answers["stroke_date"] == "2023-02"


def test_missing_answers_are_listed_and_stop_sending(client):
    draft = intake_pages.with_draft(client, goals="", birth_year="")
    page = client.get("/en/quote/check/").content.decode()
    assert "/en/quote/hopes/?back=check#field-goals" in page
    assert "/en/quote/patient/?back=check#field-birth_year" in page
    page = client.post("/en/quote/check/", CONSENTS).content.decode()
    assert "Some questions still need an answer." in page
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.parametrize("left_out", sorted(CONSENTS))
def test_every_consent_is_needed(client, left_out):
    draft = intake_pages.with_draft(client)
    data = {key: value for key, value in CONSENTS.items() if key != left_out}
    page = client.post("/en/quote/check/", data).content.decode()
    assert "Tick this box if you agree" in page
    assert page.count("checked") == 2
    draft.refresh_from_db()
    assert draft.is_draft


def test_what_cannot_wait_for_our_answer_is_said_before_sending(client):
    intake_pages.with_draft(client, still_changing="worse", thinners=["aspirin"], email="maria@gmial.com")
    page = client.get("/en/quote/check/").content.decode()
    assert "See a doctor soon" in page
    assert "Never stop a medicine that thins the blood" in page
    assert "maria@gmail.com" in page


def test_the_language_of_the_check_page_becomes_the_language_of_the_case(client):
    draft = intake_pages.with_draft(client)
    assert client.post("/en/quote/check/", {"switch_language": "es"}).url == "/es/quote/check/"
    client.post("/es/quote/check/", CONSENTS)
    draft.refresh_from_db()
    assert draft.language == "es"


def test_ending_on_a_shared_computer_deletes_an_unsent_request(client):
    intake_pages.with_draft(client)
    assert "all that you typed is deleted" in client.get("/en/quote/end/").content.decode()
    assert QuoteRequest.objects.count() == 1
    assert client.post("/en/quote/end/").url == "/en/quote/?note=ended"
    assert QuoteRequest.objects.count() == 0
    assert "draft" not in client.session


def test_ending_after_sending_keeps_the_request_and_forgets_the_browser(client):
    intake_pages.with_draft(client)
    client.post("/en/quote/check/", CONSENTS)
    client.post("/en/quote/end/")
    assert QuoteRequest.objects.sent().count() == 1
    assert client.get("/en/quote/sent/").url == "/en/quote/"


def test_the_proof_masks_the_address(client):
    intake_pages.with_draft(client)
    client.post("/en/quote/check/", CONSENTS)
    page = client.get("/en/quote/sent/").content.decode()
    assert "m…@example.org" in page
    assert "maria@example.org" not in page


def test_after_signs_the_proof_says_that_somebody_calls(client):
    intake_pages.with_draft(client, new_signs=["face"], _went_on=["new_signs:face"])
    client.post("/en/quote/check/", CONSENTS)
    page = client.get("/en/quote/sent/").content.decode()
    assert "call your emergency number now" in page
