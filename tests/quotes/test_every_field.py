"""Every question is asked, kept, shown on the check page and to the staff, and raises its flag. A question that no persona answers fails."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import formats, timezone, translation

from quotes import intake, questions, rules
from quotes.models import Flag, QuoteRequest
from quotes.questions import QUESTIONS
from tests import factories
from tests.quotes import intake_pages
from tests.quotes.intake_pages import CONSENTS
from tests.quotes.personas import PERSONAS, Given

pytestmark = pytest.mark.django_db

EXPECTED_FLAGS = {
    "patient": {
        "not-diagnosed", "stroke-type-unknown", "getting-worse", "cause-untreated", "operated-no-implant", "function-0-1",
        "help-before", "falls", "baclofen-pump", "tube-feeding", "chest-infections", "sad", "seizure-recent", "thinners",
        "cancer-past", "heart", "organs", "clotting", "immune", "infection", "diabetes", "pressure", "pressure-high",
        "medicines-missing", "allergy", "pregnancy", "blood-infections", "other-conditions", "life-limiting",
        "no-rehabilitation", "rehabilitation-stopped", "trial-now", "doctor-against", "promised", "no-discharge-letter",
        "old-scan", "soon-and-red",
    },
    "daughter": {
        "cannot-decide", "nobody-decides", "over-80", "no-staff-language", "diagnosis-unknown", "bleeding-stroke",
        "second-stroke", "stroke-under-90-days", "still-changing-unknown", "function-5", "thinners-unknown", "cancer-recent",
        "implants", "cells-before", "after-cells-back-pain", "illness-unknown", "blood-infections-open", "doctor-not-asked",
        "hopes-too-high", "soon-and-red", "lies-down", "no-companion", "loan", "medicines-missing",
    },
    "clinician": {
        "patient-not-asked", "minor", "tia-only", "function-4", "cancer-unknown", "cells-before-unknown", "medicines-missing",
    },
}  # fmt: skip


def answers_of(name: str) -> dict[str, Given]:
    """What a persona says, with today's dates filled in."""
    today = timezone.localdate()
    words = {"minor": str(today.year - 12)}
    for key, day in (("recent", today - timedelta(days=40)), ("half_year", today - timedelta(days=200))):
        words |= {
            key: f"{day:%d %B %Y}",
            f"{key}_kept": day.isoformat(),
            f"{key}_shown": formats.date_format(day, "DATE_FORMAT"),
        }

    def filled(text: object) -> object:
        return text.format(**words) if isinstance(text, str) and text.startswith("{") else text

    return {key: Given(*(filled(part) for part in given)) for key, given in PERSONAS[name].items()}


def walk(client: Client, given: dict[str, Given]) -> set[str]:
    """Answer page after page of the whole way, follow-ups as the server asks them; returns what was asked."""
    first = client.get("/en/quote/emergency/?way=whole")
    gate = {"new_signs": given["new_signs"].posted, "ask": "1", "gate": intake_pages.sealed_gate(first)}
    consent = client.post("/en/quote/emergency/", gate)
    address = client.post("/en/quote/consent/", {"gate": intake_pages.sealed_gate(consent), "storage": "on"}).url
    asked, visits = {"new_signs"}, 0
    while "/check/" not in address and visits < 60:
        visits += 1
        path = address.partition("#")[0]
        if "/documents/" in path:
            address = client.post(path, {"whole": "1"}).url
            continue
        page = client.get(path).content.decode()
        fields = {key for key in QUESTIONS if re.search(rf'id="field-{key}"', page)}
        asked |= fields
        sent = {key: given[key].posted for key in fields if key in given}
        sent["asked"] = re.findall(r'name="asked" value="([a-z_]+)">', page)  # the follow-ups that are shown, as the page says
        response = client.post(path, sent)
        assert response.status_code == 302, response.content.decode()
        address = response.url
    assert "/check/" in address
    return asked


@pytest.mark.parametrize("name", PERSONAS)
def test_what_a_person_says_is_asked_kept_shown_and_flagged(client, coordinator, name):
    given = answers_of(name)
    asked = walk(client, given)
    assert set(given) <= asked
    draft = QuoteRequest.objects.get()
    for key, one in given.items():
        assert draft.answers[key] == (one.posted if one.kept is None else one.kept), key
    page = client.get("/en/quote/check/").content.decode()
    for key, one in given.items():
        assert one.shown.replace("'", "&#x27;").replace("&amp;#x27;", "&#x27;") in page, key
        assert not one.posted or str(QUESTIONS[key].wording(draft.answers)).replace("'", "&#x27;") in page, key
    assert client.post("/en/quote/check/", CONSENTS).url == "/en/quote/sent/"
    case = QuoteRequest.objects.get()
    assert {flag.rule_id for flag in case.flags.all()} == EXPECTED_FLAGS[name]
    screen = factories.staff_client(coordinator).get(f"/staff/quotes/quoterequest/{case.pk}/change/").content.decode()
    for key, one in given.items():
        if one.posted:
            assert one.shown.replace("'", "&#x27;") in screen, key
    for flag in Flag.objects.filter(case=case):
        assert str(rules.BY_ID[flag.rule_id].reason).replace("'", "&#x27;") in screen, flag.rule_id


def test_every_question_is_answered_by_somebody():
    answered = set().union(*(set(persona) for persona in PERSONAS.values()))
    assert answered == set(QUESTIONS)


def test_every_question_with_a_rule_is_flagged_for_somebody_or_tested_by_its_interruption():
    interrupting = {"new_signs", "dark_thoughts"}  # tests/quotes/test_intake_gate.py
    flagged = {rules.BY_ID[rule].question for rules_of in EXPECTED_FLAGS.values() for rule in rules_of}
    assert {rule.question for rule in rules.RULES} - interrupting == flagged


@pytest.mark.parametrize("language", ["es", "ar"])
def test_every_question_has_its_own_words_in_every_language(language):
    with translation.override("en"):
        english = {key: str(q.label) for key, q in QUESTIONS.items()}
    with translation.override(language):
        assert {key for key, q in QUESTIONS.items() if str(q.label) == english[key]} <= {"record_ecg", "diabetes"}


def test_the_short_way_asks_the_minimum_and_no_more():
    """G10 of the intake design: it must never grow."""
    required = {q.key for q in QUESTIONS.values() if q.required}
    assert required == {
        "new_signs", "filler_role", "patient_knows", "legal_rep", "birth_year", "country", "language", "stroke_type", "stroke_date",
        "still_changing", "f1", "f2", "f3", "f4", "f5", "thinners", "cancer", "implants", "cells_before", "after_cells", "goals",
    }  # fmt: skip
    asked = {q.key for page in intake.pages({}) for q in page.questions}
    assert asked - required == {"filler_name", "email", "phone", "cells_details"}


def test_a_whole_case_lacks_nothing_and_a_short_one_says_what_is_open(client):
    walk(client, answers_of("patient"))
    answers = QuoteRequest.objects.get().answers
    assert questions.open_questions(answers) == []
    still_open = {q.key for _step, q in questions.open_questions(factories.ANSWERS)}
    assert {"diagnosis_confirmed", "interest", "companion", "arm"} <= still_open
    assert "relation" not in still_open  # asked of relatives only
