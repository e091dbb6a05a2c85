"""The short way, the whole way and the easy mode: the same questions from the same tables, page by page."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from quotes import intake, queries, questions
from quotes.models import QuoteRequest
from tests import factories
from tests.quotes import intake_pages

pytestmark = pytest.mark.django_db


def begin(client, query: str = ""):
    """Through the gate and the consent; returns the address of the first page."""
    first = client.get(f"/en/quote/emergency/{query}")
    gate = intake_pages.sealed_gate(first)
    consent = client.post(f"/en/quote/emergency/{query}", {"new_signs": ["none"], "ask": "1", "gate": gate})
    return client.post("/en/quote/consent/", {"gate": intake_pages.sealed_gate(consent), "storage": "on"}).url


def test_the_start_page_offers_three_ways_and_says_how_long_each_takes(client):
    page = client.get("/en/quote/?article=do-stem-cells-work").content.decode()
    for query in (
        "article=do-stem-cells-work",
        "article=do-stem-cells-work&amp;way=whole",
        "article=do-stem-cells-work&amp;easy=1",
    ):
        assert f"/en/quote/emergency/?{query}" in page
    assert f"about {intake.minutes('short')} minutes" in page
    assert intake.minutes("short") < intake.minutes("whole")


def test_the_short_way_has_only_the_pages_it_needs(client):
    begin(client)
    page = client.get("/en/quote/stroke/").content.decode()
    assert "of 7: " in page
    assert "What kind of stroke" in page
    assert "How many strokes" not in page
    assert client.post("/en/quote/stroke/", intake_pages.posted("stroke")).url == "/en/quote/daily-life/"


def test_from_the_check_page_the_short_way_becomes_the_whole(client):
    intake_pages.with_draft(client)
    page = client.get("/en/quote/check/").content.decode()
    assert "tell us more first" in page
    address = client.post("/en/quote/check/", {"whole": "1"}).url
    assert address == "/en/quote/patient/"  # its first question that was not asked yet
    page = client.get("/en/quote/check/").content.decode()
    assert "tell us more first" not in page
    assert "questions are still open" in page


def test_the_whole_way_can_be_sent_with_everything_else_left_open(client):
    draft = intake_pages.with_draft(client, _way="whole")
    assert client.post("/en/quote/check/", intake_pages.CONSENTS).url == "/en/quote/sent/"
    draft.refresh_from_db()
    assert draft.status == "submitted"


def test_the_easy_mode_asks_one_question_a_page(client):
    address = begin(client, "?easy=1")
    assert address == "/en/quote/about-you/filler_role/"
    page = client.get(address).content.decode()
    assert "page--easy" in page
    assert "<strong>Who</strong> is asking?" in page
    assert page.count('class="field ') == 1
    assert client.post(address, {"filler_role": "patient"}).url == "/en/quote/about-you/filler_name/"


def test_the_easy_mode_asks_a_follow_up_on_a_page_of_its_own(client):
    begin(client, "?easy=1")
    assert client.post("/en/quote/about-you/filler_role/", {"filler_role": "family"}).url.endswith("/patient_knows/")
    after = client.post("/en/quote/about-you/patient_knows/", {"patient_knows": "cannot_decide"})
    assert after.url.endswith("/legal_rep/")
    back = client.post("/en/quote/about-you/legal_rep/", {"legal_rep": "", "back": "1"})
    assert back.url.endswith("/patient_knows/")


def test_a_whole_request_in_the_easy_mode_from_the_first_page_to_the_last(client):
    address, pages = begin(client, "?easy=1"), 0
    while "/check/" not in address:
        key = address.rstrip("/").rpartition("/")[2]
        response = client.post(address, {key: factories.ANSWERS[key]})
        assert response.status_code == 302, response.content.decode()
        address, pages = response.url, pages + 1
    assert pages == 17
    assert "page--easy" in client.get(address).content.decode()
    assert client.post("/en/quote/check/", intake_pages.CONSENTS).url == "/en/quote/sent/"
    case = QuoteRequest.objects.get()
    assert case.answers["goals"] == factories.ANSWERS["goals"]
    assert not [key for key in case.answers if key.startswith("_")]


def test_switching_the_mode_keeps_what_was_typed_and_the_place(client):
    begin(client)
    response = client.post("/en/quote/stroke/", {"stroke_type": "tia", "stroke_date": "last spring", "easy": "1"})
    assert response.url == "/en/quote/stroke/stroke_type/#field-stroke_type"
    assert "checked" in client.get("/en/quote/stroke/stroke_type/").content.decode()
    assert "last spring" in client.get("/en/quote/stroke/stroke_date/").content.decode()
    response = client.post("/en/quote/stroke/stroke_date/", {"stroke_date": "3 2024", "easy": "0"})
    assert response.url == "/en/quote/stroke/#field-stroke_date"
    assert 'value="3 2024"' in client.get("/en/quote/stroke/").content.decode()


def test_a_patient_who_reads_best_in_easy_words_gets_the_easy_mode(client):
    draft = intake_pages.with_draft(client, _way="whole")
    client.post("/en/quote/patient/", intake_pages.posted("patient", reading_help="easy"))
    draft.refresh_from_db()
    assert draft.answers["_easy"] is True


def test_a_daughter_who_says_so_of_her_father_does_not(client):
    draft = intake_pages.with_draft(client, _way="whole", filler_role="family", patient_knows="yes")
    client.post("/en/quote/patient/", intake_pages.posted("patient", reading_help="easy"))
    draft.refresh_from_db()
    assert not draft.answers.get("_easy")


def test_changing_an_answer_in_the_easy_mode_asks_its_follow_up_and_comes_back(client):
    intake_pages.with_draft(client, _easy=True)
    address = "/en/quote/safety/cells_before/?back=check"
    after = client.post(address, {"cells_before": "yes"})
    assert after.url == "/en/quote/safety/cells_details/?back=check"
    assert client.post(after.url, {"cells_details": "A clinic, 2025"}).url == "/en/quote/check/"
    missing = client.get("/en/quote/check/").content.decode()
    assert "/en/quote/safety/after_cells/?back=check" in missing


def test_what_a_changed_answer_rules_out_is_named_and_not_sent(client):
    draft = intake_pages.with_draft(client, filler_role="family", patient_knows="cannot_decide", legal_rep="nobody")
    client.post("/en/quote/about-you/", intake_pages.posted("about-you", patient_knows="yes", filler_role="family"))
    page = client.get("/en/quote/check/").content.decode()
    assert "Not sent any more" in page
    assert "Nobody yet" in page
    client.post("/en/quote/check/", intake_pages.CONSENTS)
    draft.refresh_from_db()
    assert "legal_rep" not in draft.answers
    assert not draft.flags.filter(rule_id="nobody-decides").exists()


def test_pregnancy_is_asked_of_those_it_can_concern(client):
    def asks(**answers: str) -> bool:
        applies: bool = questions.QUESTIONS["pregnancy"].applies(answers)
        return applies

    assert asks(sex="female", birth_year="1990")
    assert asks(sex="prefer_not", birth_year="")
    assert not asks(sex="male", birth_year="1990")
    assert not asks(sex="female", birth_year="1950")
    assert not asks(birth_year="1990")
    intake_pages.with_draft(client, _way="whole", sex="male")
    assert "pregnan" not in client.get("/en/quote/more-illnesses/").content.decode()


def test_money_and_time_zone_are_guessed_from_the_country(client):
    intake_pages.with_draft(client, _way="whole", country="EG", budget="limit")
    assert '<option value="EGP" selected>' in client.get("/en/quote/journey-and-money/").content.decode()
    assert '<option value="Africa/Cairo" selected>' in client.get("/en/quote/contact/").content.decode()


def test_an_address_that_no_page_has_is_not_found(client):
    intake_pages.with_draft(client)
    assert client.get("/en/quote/stroke/nonsense/").status_code == 404
    assert client.get("/en/quote/nonsense/stroke_type/").status_code == 404
    assert client.get("/en/quote/stroke/cancer/").status_code == 404


def test_a_page_costs_few_queries(client, django_assert_max_num_queries):
    intake_pages.with_draft(client, _way="whole")
    with django_assert_max_num_queries(12):  # the first visit of a draft is counted, on the first day with a row of its own
        client.get("/en/quote/illnesses/")
    with django_assert_max_num_queries(2):
        client.get("/en/quote/illnesses/")
    client.post("/en/quote/illnesses/", {"heart": ["none"]})
    with django_assert_max_num_queries(6):
        client.post("/en/quote/illnesses/", {"heart": ["none"]})
    intake_pages.with_draft(client, _easy=True)
    client.get("/en/quote/stroke/stroke_type/")
    with django_assert_max_num_queries(2):
        client.get("/en/quote/stroke/stroke_type/")


def test_minutes_are_in_fives_and_never_none():
    assert intake.minutes("short") % 5 == 0
    assert intake.minutes("whole") <= 60


def test_the_start_page_gives_measured_times_once_enough_people_sent_both_ways(client, db):
    for way in ("short", "whole"):
        for number in range(20):
            case = factories.sent_case(email=f"{way}{number}@example.org", _way=way)
            began = case.submitted_at - timedelta(minutes=(13 if way == "short" else 41) + number % 3)
            QuoteRequest.objects.filter(pk=case.pk).update(created_at=began)
    cache.clear()
    page = client.get("/en/quote/").content.decode()
    assert "about 15 minutes" in page
    assert "about 45 minutes" in page
    assert "how long others needed" in page
    cache.clear()


def test_a_request_that_lay_for_days_says_nothing_of_how_long_it_takes(db):
    for number in range(20):
        case = factories.sent_case(email=f"p{number}@example.org")
        QuoteRequest.objects.filter(pk=case.pk).update(created_at=case.submitted_at - timedelta(days=number + 1))
    assert queries.usual_minutes("short") is None
