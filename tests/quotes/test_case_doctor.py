""" "Take it to my doctor": what a doctor needs, and nothing that leads to the person."""

import html

import pytest

from portal import pdf
from portal.models import AuditEvent
from quotes import doctor_pack, rules
from quotes.models import QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/case/recommendation/1/doctor/"
PDF = "/en/case/recommendation/1/doctor.pdf"
OFFICES_OWN = {  # rules that are the office's own business, or the person's alone
    "suicide", "dark-thoughts", "after-cells-unknown", "patient-not-asked", "cannot-decide", "nobody-decides", "no-staff-language",
    "function-0-1", "cancer-unknown", "cells-before-unknown", "still-changing-unknown", "diagnosis-unknown", "help-before",
    "blood-infections-open", "illness-unknown", "no-rehabilitation", "rehabilitation-stopped", "no-discharge-letter",
    "doctor-against", "doctor-not-asked", "promised", "hopes-too-high", "soon-and-red", "loan", "no-companion",
}  # fmt: skip


@pytest.fixture
def sent(case, coordinator, clinical_reviewer):
    factories.reference("R001")  # before the article that cites it
    return factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)


def page(client) -> str:
    return html.unescape(client.get(URL).content.decode())


def test_a_doctor_finds_the_case_the_proposal_the_evidence_and_ten_questions(as_participant, patient, sent):
    text = page(as_participant(patient))
    for words in (
        "mRS 2", "A blocked vessel", "Walk to the market and back.", "Practise first.", "Proven, part of normal care",
        "A sample article", "/en/articles/sample-rehabilitation/", "not yet medically reviewed", "How we are paid",
        "No stroke physician has signed them yet.",
    ):  # fmt: skip
        assert words in text, words
    assert len(doctor_pack.QUESTIONS) == 10
    assert all(str(question) in text for question in doctor_pack.QUESTIONS)


def test_the_evidence_comes_with_its_sources(as_participant, patient, sent):
    assert "A sample trial of cells after stroke" in page(as_participant(patient))


def test_it_names_nobody(as_participant, patient, sent):
    text = page(as_participant(patient))
    for private in ("María", "maria@example.org", "612 345 678"):
        assert private not in text


def test_what_the_answers_raise_is_said_in_a_doctors_words(as_participant, patient, sent):
    case = QuoteRequest.objects.get(pk=sent.case_id)
    case.answers = {**case.answers, "thinners": ["warfarin"], "new_signs": ["suicide"]}
    case.save()
    text = page(as_participant(patient))
    assert "bleeding with lumbar puncture" in text
    assert "ending one's life" not in text


def test_every_rule_is_for_the_doctor_or_deliberately_not():
    assert set(rules.BY_ID) == set(doctor_pack.TO_CHECK) | OFFICES_OWN
    assert not set(doctor_pack.TO_CHECK) & OFFICES_OWN


def test_without_the_extra_the_page_says_how_to_make_a_pdf(as_participant, patient, sent, monkeypatch):
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    client = as_participant(patient)
    assert "Save as PDF" in page(client)
    assert PDF not in page(client)
    assert client.get(PDF).status_code == 404


def test_with_it_there_is_a_file_and_a_trace(as_participant, patient, sent, monkeypatch):
    given = {}

    def draw(page: str, *, css: str) -> bytes:
        given.update(page=page, css=css)
        return b"%PDF-1.7 sample"

    monkeypatch.setattr(pdf, "is_available", lambda: True)
    monkeypatch.setattr(pdf, "from_html", draw)
    client = as_participant(patient)
    assert PDF in page(client)
    response = client.get(PDF)
    assert response.content.startswith(b"%PDF")
    assert response["Content-Disposition"] == f'attachment; filename="{sent.case.reference}.pdf"'
    assert "no-store" in response["Cache-Control"]
    assert "Practise first." in given["page"]
    assert "@page" in given["css"]
    assert AuditEvent.objects.filter(action="download doctor's copy", case_id=sent.case_id).count() == 1


def test_when_it_cannot_be_made_the_page_to_print_is_there(as_participant, patient, sent, monkeypatch):
    def fail(page: str, *, css: str) -> bytes:
        raise pdf.NoPdf("too long")

    monkeypatch.setattr(pdf, "is_available", lambda: True)
    monkeypatch.setattr(pdf, "from_html", fail)
    response = as_participant(patient).get(PDF, follow=True)
    assert response.redirect_chain[0][0] == URL
    assert "could not be made just now" in response.content.decode()


def test_many_in_a_short_time_are_refused_kindly(as_participant, patient, sent, monkeypatch, settings):
    settings.LIMITS = settings.LIMITS | {"pdf": (0, 3600)}
    monkeypatch.setattr(pdf, "is_available", lambda: True)
    assert "Print the page instead" in as_participant(patient).get(PDF, follow=True).content.decode()


def test_a_version_that_was_not_sent_is_a_404(as_participant, patient, coordinator):
    factories.ready_recommendation(patient.case, coordinator=coordinator)
    client = as_participant(patient)
    assert client.get(URL).status_code == 404
    assert client.get(PDF).status_code == 404
    assert client.post(URL).status_code == 405


def test_number_of_queries(as_participant, patient, sent, django_assert_num_queries):
    client = as_participant(patient)
    # session, participant with case, version, options, lines, sources, whether the rules are signed
    with django_assert_num_queries(7):
        client.get(URL)
