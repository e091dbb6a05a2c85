"""A step: questions, follow-ups without scripts, errors, and nothing lost."""

import pytest
from django.test import Client
from django.utils import timezone

from quotes import intake
from quotes.models import QuoteRequest
from tests.quotes import intake_pages
from tests.quotes.intake_pages import posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client) -> QuoteRequest:
    return intake_pages.empty_draft(client)


def answers_of(draft: QuoteRequest) -> dict:
    return QuoteRequest.objects.get(pk=draft.pk).answers


def test_a_step_says_where_it_stands(client, draft):
    page = client.get("/en/quote/stroke/").content.decode()
    assert "Step 3 of 7" in page
    assert "Your stroke" in page
    assert "noindex" in page


def test_the_wording_follows_who_is_asking(client, draft):
    client.post("/en/quote/about-you/", posted("about-you", filler_role="family", patient_knows="yes"))
    page = client.get("/en/quote/patient/").content.decode()
    assert "In which year was the patient born?" in page
    assert "bday-year" not in page  # the browser knows the daughter's year of birth, not the patient's


def test_a_follow_up_is_asked_calmly_once_its_question_is_answered(client, draft):
    address = "/en/quote/daily-life/"
    page = client.get(address).content.decode()
    assert 'data-shown-if="f1=yes" hidden' in page
    assert page.count("disabled") == 4 * 3  # each hidden follow-up: its two choices, and the word that it was asked
    response = client.post(address, {"f1": "no"})
    assert response.url == f"{address}?more=1#field-f4"
    page = client.get(response.url).content.decode()
    assert "One more question" in page
    assert "There is a problem" not in page
    response = client.post(address + "?more=1", {"f1": "no", "asked": ["f4"], "f4": "no"})
    assert response.url == f"{address}?more=1#field-f5"
    assert client.post(response.url, {"f1": "no", "f4": "no", "f5": "yes"}).url == "/en/quote/safety/"
    assert answers_of(draft)["f5"] == "yes"


def test_a_follow_up_that_was_shown_and_left_out_is_an_error(client, draft):
    page = client.post("/en/quote/daily-life/", {"f1": "no", "asked": ["f4"]}).content.decode()
    assert "There is a problem" in page
    assert "Please answer: Can you walk from one room" in page
    assert "Error:" in page.partition("</title>")[0]


def test_answers_that_no_longer_apply_are_ignored(client, draft):
    data = {"f1": "yes", "f2": "no", "asked": ["f2", "f4", "f5"], "f4": "junk", "f5": "no"}
    assert client.post("/en/quote/daily-life/", data).url == "/en/quote/safety/"
    kept = answers_of(draft)
    assert kept["f2"] == "no"
    assert not kept.get("f4")


def test_what_cannot_be_understood_is_kept_as_it_was_typed(client, draft):
    data = posted("stroke") | {"stroke_date": "some time in spring"}
    page = client.post("/en/quote/stroke/", data).content.decode()
    assert "Write the month and the year" in page
    assert "some time in spring" in page
    assert answers_of(draft)["stroke_date"] == ""
    again = client.get("/en/quote/stroke/").content.decode()
    assert "some time in spring" in again
    client.post("/en/quote/stroke/", posted("stroke") | {"stroke_date": "٣/٢٠٢٤"})
    assert answers_of(draft)["stroke_date"] == "2024-03"
    assert 'value="3 2024"' in client.get("/en/quote/stroke/").content.decode()


def test_back_and_language_buttons_save_without_judging(client, draft):
    typed = {"birth_year": "fifty-eight", "country": "ES"}
    assert client.post("/en/quote/patient/", typed | {"back": "1"}).url == "/en/quote/about-you/"
    assert "fifty-eight" in client.get("/en/quote/patient/").content.decode()
    response = client.post("/en/quote/patient/?back=check", typed | {"birth_year": "1958", "switch_language": "ar"})
    assert response.url == "/ar/quote/patient/?back=check"
    assert answers_of(draft)["birth_year"] == "1958"
    assert 'dir="rtl"' in client.get(response.url).content.decode()
    assert client.post("/ar/quote/patient/", typed | {"switch_language": "ar"}).url == "/ar/quote/patient/"  # its own button


def test_an_email_or_a_phone_number_is_needed(client, draft):
    page = client.post("/en/quote/about-you/", posted("about-you", email="", phone="")).content.decode()
    assert "Give an e-mail address or a phone number" in page
    assert client.post("/en/quote/about-you/", posted("about-you", email="")).status_code == 302


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("+34 612 345 678", "+34612345678"), ("0034612345678", "+34612345678"), ("+٣٤ ٦١٢ ٣٤٥ ٦٧٨", "+34612345678")],
)
def test_a_phone_number_is_kept_in_one_form(client, draft, typed, kept):
    client.post("/en/quote/about-you/", posted("about-you", phone=typed))
    assert answers_of(draft)["phone"] == kept


@pytest.mark.parametrize("typed", ["612345678", "+34 12", "call me", "+999 123456789"])
def test_a_wrong_phone_number_says_what_to_do(client, draft, typed):
    page = client.post("/en/quote/about-you/", posted("about-you", phone=typed)).content.decode()
    assert "There is a problem" in page
    assert typed in page


def test_none_cannot_stand_with_another_answer(client, draft):
    data = posted("safety") | {"thinners": ["none", "aspirin"]}
    assert "cannot be ticked together" in client.post("/en/quote/safety/", data).content.decode()


def test_a_later_sign_of_danger_interrupts(client, draft):
    data = posted("safety", cells_before="yes") | {"asked": ["after_cells"], "cells_details": "", "after_cells": ["fever"]}
    assert client.post("/en/quote/safety/", data).url == "/en/quote/emergency/"
    page = client.get("/en/quote/emergency/").content.decode()
    assert "After a cell injection" in page
    assert "/en/quote/safety/" in page  # to change a slip
    response = client.post("/en/quote/emergency/", {"go_on": "1"})
    assert response.status_code == 302
    assert client.get(response.url).status_code == 200
    assert answers_of(draft)["_went_on"] == ["after_cells:fever"]


def test_hostile_text_is_escaped(client, draft):
    hostile = "<script>alert(1)</script>{{ 7|add:7 }}"
    client.post("/en/quote/hopes/", {"goals": hostile})
    for address in ("/en/quote/hopes/", "/en/quote/check/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_a_text_that_is_too_long_is_not_cut(client, draft):
    page = client.post("/en/quote/hopes/", {"goals": "long " * 900}).content.decode()
    assert "too long" in page
    assert len(answers_of(draft)["_typed"]["goals"]) == 4500


def test_without_a_draft_the_start_page_explains(client):
    response = client.get("/en/quote/stroke/")
    assert response.url == "/en/quote/?note=no-draft"
    page = client.get(response.url)
    assert "no open request in this browser" in page.content.decode()
    assert not page.cookies


def test_typed_text_is_shown_when_the_draft_is_gone(client):
    response = client.post("/en/quote/hopes/", {"goals": "Walk <b>far</b>."})
    assert response.status_code == 409
    assert "Walk &lt;b&gt;far&lt;/b&gt;." in response.content.decode()


def test_unknown_steps_and_wrong_methods(client, draft):
    assert client.get("/en/quote/nonsense/").status_code == 404
    assert client.put("/en/quote/stroke/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/en/quote/stroke/", {"stroke_date": "3 2024"}).status_code == 403


def test_a_step_costs_few_queries(client, draft, django_assert_max_num_queries):
    client.get("/en/quote/safety/")  # the first visit is counted for "Where people stop"
    with django_assert_max_num_queries(2):  # the session and the draft
        client.get("/en/quote/safety/")
    client.post("/en/quote/safety/", posted("safety"))
    with django_assert_max_num_queries(10):
        client.post("/en/quote/safety/", posted("safety"))


def test_what_was_typed_is_given_back_when_another_tab_has_just_sent_the_request(client, draft, monkeypatch):
    stale = QuoteRequest.objects.get(pk=draft.pk)
    monkeypatch.setattr(intake, "draft_of", lambda session: stale)
    QuoteRequest.objects.filter(pk=draft.pk).update(status="submitted", submitted_at=timezone.now())
    response = client.post("/en/quote/hopes/", {"goals": "Walk to the sea."})
    assert response.status_code == 409
    assert "Walk to the sea." in response.content.decode()
    assert client.post("/en/quote/end/").status_code == 302
    assert QuoteRequest.objects.filter(pk=draft.pk).exists()
