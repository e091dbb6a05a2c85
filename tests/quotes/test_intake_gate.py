"""The start page, the emergency question, and the consent before anything is kept."""

import pytest
from django.contrib.sessions.models import Session

from quotes import intake
from quotes.models import Consent, QuoteRequest
from tests.quotes import intake_pages
from tests.quotes.intake_pages import sealed_gate

pytestmark = pytest.mark.django_db


def gate(client, *signs: str, **extra: str):
    first = client.get("/en/quote/emergency/?article=do-stem-cells-work")
    return client.post("/en/quote/emergency/", {"new_signs": list(signs), "ask": "1", "gate": sealed_gate(first)} | extra)


def test_the_start_page_stores_nothing_and_carries_the_article(client):
    response = client.get("/en/quote/?article=do-stem-cells-work")
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "/en/quote/emergency/?article=do-stem-cells-work" in response.content.decode()
    assert client.post("/en/quote/").status_code == 405


def test_a_hostile_article_key_is_escaped(client):
    page = client.get("/en/quote/", {"article": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page


def test_nothing_is_stored_before_the_consent(client):
    response = gate(client, "none")
    assert "May we keep your answers?" in response.content.decode()
    response = client.post("/en/quote/consent/", {"gate": sealed_gate(response)})
    assert "Tick this box" in response.content.decode()
    assert "Error:" in response.content.decode().partition("</title>")[0]
    assert QuoteRequest.objects.count() == Consent.objects.count() == Session.objects.count() == 0


def test_the_consent_opens_the_draft_with_the_gates_answer(client):
    response = intake_pages.pass_gate(client, article="do-stem-cells-work")
    assert response.url == "/en/quote/about-you/"
    case = QuoteRequest.objects.get()
    assert case.answers["new_signs"] == ["none"]
    assert case.source_article == "do-stem-cells-work"
    assert case.is_draft
    assert Consent.objects.get().text.kind == "storage"
    assert client.session["draft"] == str(case.pk)


@pytest.mark.parametrize("sign", ["face", "leg", "chest", "seizure"])
def test_every_new_sign_interrupts_and_going_on_is_an_explicit_choice(client, sign):
    response = gate(client, sign)
    page = response.content.decode()
    assert "Please call for help now" in page
    for number in ("112", "999", "911", "000", "108", "119", "120"):
        assert f"tel:{number}" in page
    sealed = sealed_gate(response)
    assert client.post("/en/quote/consent/", {"gate": sealed, "storage": "on"}).url == "/en/quote/emergency/"
    assert QuoteRequest.objects.count() == 0
    consent = client.post("/en/quote/emergency/", {"gate": sealed, "go_on": "1"})
    client.post("/en/quote/consent/", {"gate": sealed_gate(consent), "storage": "on"})
    assert QuoteRequest.objects.get().answers["new_signs"] == [sign]
    assert client.get("/en/quote/check/").status_code == 200  # not interrupted again by the same sign


def test_thoughts_of_suicide_have_their_own_page(client):
    page = gate(client, "suicide").content.decode()
    assert "You are not alone with this" in page
    assert "You can also call a crisis line" in page
    assert "calls the same day" in page
    both = gate(client, "suicide", "face").content.decode()
    assert "Please call for help now" in both
    assert "You can also call a crisis line" in both


def test_the_question_must_be_answered_and_none_stands_alone(client):
    assert "Please answer: In the last 7 days" in gate(client).content.decode()
    assert "cannot be ticked together" in gate(client, "none", "face").content.decode()


def test_a_forged_or_old_gate_asks_again(client, monkeypatch):
    assert client.post("/en/quote/consent/", {"gate": "forged", "storage": "on"}).url == "/en/quote/emergency/"
    response = gate(client, "none")
    monkeypatch.setattr(intake, "GATE_SECONDS", -1)
    assert client.post("/en/quote/consent/", {"gate": sealed_gate(response), "storage": "on"}).url == "/en/quote/emergency/"
    assert QuoteRequest.objects.count() == 0


def test_the_language_can_change_before_anything_is_stored(client):
    first = client.get("/en/quote/emergency/")
    data = {"new_signs": ["leg"], "ask": "1", "gate": sealed_gate(first), "switch_language": "es"}
    response = client.post("/en/quote/emergency/", data)
    assert (response.status_code, response.url) == (307, "/es/quote/emergency/")
    page = client.post("/es/quote/emergency/", data).content.decode()
    assert 'lang="es"' in page
    assert 'value="leg"' in page
    assert "checked" in page


@pytest.mark.parametrize(("seconds", "website", "suspect"), [(0, "", True), (60, "", False), (60, "spam.example", True)])
def test_machines_are_marked_and_never_turned_away(client, monkeypatch, seconds, website, suspect):
    response = gate(client, "none")
    now = intake.time.time()
    monkeypatch.setattr(intake.time, "time", lambda: now + seconds)
    client.post("/en/quote/consent/", {"gate": sealed_gate(response), "storage": "on", "website": website})
    assert bool(QuoteRequest.objects.get().answers.get("_suspect")) is suspect


def test_with_a_draft_the_gate_offers_to_go_on(client):
    draft = intake_pages.with_draft(client, goals="")
    assert client.get("/en/quote/emergency/").url == "/en/quote/another/"
    assert client.post("/en/quote/another/", {"go_on": "1"}).url == "/en/quote/hopes/"
    assert "/en/quote/hopes/" in client.get("/en/quote/emergency/?change=1").content.decode()
    assert client.get("/en/quote/consent/").url == "/en/quote/hopes/"
    response = client.post("/en/quote/emergency/?back=check", {"new_signs": ["face"], "ask": "1"})
    assert response.url == "/en/quote/emergency/?back=check"
    assert "Please call for help now" in client.get(response.url).content.decode()
    assert client.get("/en/quote/check/").url == "/en/quote/emergency/?back=check"
    assert client.post(response.url, {"go_on": "1"}).url == "/en/quote/check/"
    draft.refresh_from_db()
    assert draft.answers["new_signs"] == ["face"]


def test_the_gate_does_not_say_you_before_it_knows_who_reads(client):
    assert "has the person with the stroke had" in client.get("/en/quote/emergency/").content.decode()
    intake_pages.with_draft(client)
    assert "have you had any of these" in client.get("/en/quote/emergency/?change=1").content.decode()


@pytest.mark.parametrize("article", ["a\x00b", "My father has had a stroke", "x" * 81, "<b>"])
def test_only_an_articles_key_is_carried_along(client, article):
    intake_pages.pass_gate(client, article=article)
    assert QuoteRequest.objects.get().source_article == ""
