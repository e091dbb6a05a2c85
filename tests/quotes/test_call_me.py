"""Please call me instead: a number and good hours from any page; never refused, and never a word of it lost."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from quotes import intake
from quotes.models import CallRequest, QuoteRequest
from tests.quotes import intake_pages
from tests.quotes.intake_pages import posted, sealed_gate

pytestmark = pytest.mark.django_db
URL = "/en/quote/call-me/"
FORM = {
    "name": "Pilar",
    "phone": "+20 100 123 4567",
    "parts": ["morning", "evening"],
    "hours": "Not on Friday",
    "language": "ar",
    "consent": "on",
}


def ask(client, query: str = "", *, after: int = 60, **changes):
    """Open the form, wait, send it."""
    first = client.get(URL + query)
    with time_machine.travel(timezone.now() + timedelta(seconds=after), tick=False):
        data = {**FORM, "gate": sealed_gate(first), **changes}
        return client.post(URL + query, {key: value for key, value in data.items() if value is not None})


def test_a_call_is_asked_for_and_the_page_says_by_when(client):
    with time_machine.travel(datetime(2026, 11, 27, 9, 0, tzinfo=UTC), tick=False):  # a Friday, 10:00 in Madrid, 11:00 in Cairo
        response = ask(client, "?from=start")
        assert response.url == "/en/quote/call-me/asked/"
        page = client.get(response.url).content.decode()
    call = CallRequest.objects.get()
    assert (call.name, call.phone, call.parts, call.language) == ("Pilar", "+201001234567", ["morning", "evening"], "ar")
    assert (call.time_zone, call.came_from, call.is_suspect) == ("Africa/Cairo", "start", False)
    assert call.due_at == datetime(2026, 11, 30, 9, 1, tzinfo=UTC)  # eight opening hours later: on Monday
    assert "11:01" in page  # by the clock in Cairo; 10:01 in Madrid
    assert "…567" in page
    assert "call your emergency number now" in page.lower()
    assert "+201001234567" not in page


def test_after_signs_somebody_calls_within_the_urgent_hours(client):
    with time_machine.travel(datetime(2026, 11, 27, 9, 0, tzinfo=UTC), tick=False):
        assert "we call you today, or as soon as the office opens again" in client.get(URL + "?from=talk").content.decode()
        ask(client, "?from=talk")
    call = CallRequest.objects.get()
    assert call.due_at - call.asked_at == timedelta(hours=2)
    assert call.is_urgent


@pytest.mark.parametrize("missing", ["name", "phone", "consent"])
def test_what_is_missing_is_said_and_the_rest_is_kept(client, missing):
    page = ask(client, **{missing: None}).content.decode()
    assert "Error:" in page.partition("</title>")[0]
    assert "Not on Friday" in page
    assert not CallRequest.objects.exists()


def test_a_number_without_country_code_asks_for_the_country(client):
    page = ask(client, phone="612 345 678").content.decode()
    assert "Choose the country of this number" in page
    ask(client, phone="0100 123 4567", country="EG")
    assert CallRequest.objects.get().phone == "+201001234567"


def test_where_a_country_has_several_times_the_clock_is_asked(client):
    page = ask(client, phone="+1 212 555 2368").content.decode()
    assert "What does the clock show now where you are?" in page
    assert not CallRequest.objects.exists()
    ask(client, phone="+1 212 555 2368", zone="America/Chicago")
    assert CallRequest.objects.get().time_zone == "America/Chicago"


def test_machines_and_the_limit_mark_and_never_refuse(client, settings):
    settings.LIMITS = settings.LIMITS | {"call-me": (2, 3600)}
    suspects = []
    for changes in ({"website": "spam.example"}, {"after": 0}, {}):
        assert ask(client, **changes).status_code == 302
        suspects.append(CallRequest.objects.latest("asked_at").is_suspect)
    assert suspects == [True, True, True]
    assert CallRequest.objects.count() == 3


def test_an_honest_first_call_is_no_suspect_and_a_forged_gate_is(client):
    ask(client)
    honest = CallRequest.objects.get()
    assert not honest.is_suspect
    client.post(URL, FORM | {"gate": "forged"})
    assert CallRequest.objects.exclude(pk=honest.pk).get().is_suspect


def test_the_same_form_sent_twice_asks_for_one_call(client):
    for _time in range(2):
        ask(client, submission_id="0b5f9b1e-6d0a-4a57-9a39-3a35b0a5f7f1")
    assert CallRequest.objects.count() == 1


def test_from_a_step_what_was_typed_is_saved_first_and_the_draft_is_linked(client):
    draft = intake_pages.with_draft(client, goals="")
    response = client.post("/en/quote/hopes/", {"goals": "Walk to the sea.", "call_me": "1"})
    assert response.url == "/en/quote/call-me/?from=step"
    page = client.get(response.url).content.decode()
    assert 'value="María Sample"' in page
    assert "opens what I have filled in so far" in page
    ask(client, "?from=step")
    call = CallRequest.objects.get()
    draft.refresh_from_db()
    assert (call.case, draft.answers["goals"]) == (draft, "Walk to the sea.")
    assert call.consent_text.kind == "call-with-draft"
    assert "/en/quote/check/" in client.get("/en/quote/call-me/asked/").content.decode()


def test_an_emergency_comes_before_the_call(client):
    intake_pages.with_draft(client, cells_before="yes")
    data = posted("safety", cells_before="yes") | {"after_cells": ["fever"], "asked": ["after_cells"], "call_me": "1"}
    assert client.post("/en/quote/safety/", data).url == "/en/quote/emergency/"


def test_the_draft_goes_and_the_call_stays(client):
    draft = intake_pages.with_draft(client)
    ask(client, "?from=step")
    client.post("/en/quote/end/")
    assert not QuoteRequest.objects.filter(pk=draft.pk).exists()
    assert CallRequest.objects.get().case is None


def test_the_language_can_change_without_losing_what_is_typed(client):
    response = client.post(URL, FORM | {"switch_language": "es"})
    assert (response.status_code, response.url) == (307, "/es/quote/call-me/")
    page = client.post("/es/quote/call-me/", FORM | {"switch_language": "es"}).content.decode()
    assert "+20 100 123 4567" in page
    assert "Not on Friday" in page
    assert not CallRequest.objects.exists()


@pytest.mark.parametrize("page", ["/en/quote/", "/en/quote/emergency/"])
def test_every_way_in_offers_the_call(client, page):
    assert "/en/quote/call-me/?from=" in client.get(page).content.decode()


def test_the_interruption_and_the_suicide_page_offer_it_with_their_promise(client):
    for signs, came_from in ((["face"], "signs"), (["suicide"], "talk")):
        gate = sealed_gate(client.get("/en/quote/emergency/"))
        page = client.post("/en/quote/emergency/", {"new_signs": signs, "ask": "1", "gate": gate}).content.decode()
        assert f"/en/quote/call-me/?from={came_from}" in page
        assert "calls you today, or as soon as the office opens again" in page


def test_every_step_and_the_check_page_offer_it_by_a_button_that_saves(client):
    intake_pages.with_draft(client)
    for page in ("/en/quote/stroke/", "/en/quote/check/"):
        html = client.get(page).content.decode()
        assert 'form="step-form" name="call_me"' in html
        assert 'form="step-form" name="later"' in html


def test_a_stranger_without_a_call_sees_no_proof(client):
    assert client.get("/en/quote/call-me/asked/").url == "/en/quote/"
    assert client.put(URL).status_code == 405


def test_nothing_of_a_call_stands_in_clear_in_the_database(client):
    ask(client, "?from=talk")
    row = CallRequest.objects.values("name", "phone", "parts", "hours", "time_zone", "came_from").get()
    assert not [
        value for value in row.values() if any(text in str(value) for text in ("Pilar", "2010", "Friday", "Cairo", "talk"))
    ]


def test_the_gate_of_the_call_is_the_gate_of_the_request(client):
    assert intake.read_gate(sealed_gate(client.get(URL))).started > 0
