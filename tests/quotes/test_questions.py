"""The question data: sound in itself, worded for both, and honest about what applies."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from quotes import dates, questions
from quotes.questions import NONE, QUESTIONS, STEPS, UNKNOWN, is_one_of
from tests import factories

TODAY = date(2026, 11, 22)
KINDS = {
    "choice",
    "choices",
    "text",
    "long_text",
    "year",
    "month",
    "email",
    "phone",
    "country",
    "language",
    "scale",
    "currency",
    "time_zone",
    "pressure",
}


def test_every_key_is_asked_once_and_has_a_known_kind():
    keys = [q.key for step in STEPS for q in step.questions]
    assert len(keys) == len(set(keys))
    assert {q.kind for q in QUESTIONS.values()} <= KINDS
    assert all(not key.startswith("_") for key in QUESTIONS)  # reserved for what the form keeps beside the answers


def test_a_step_asks_at_most_eight_questions():
    assert all(len(step.questions) <= 8 for step in STEPS)


def test_choices_have_options_and_others_have_none():
    for question in QUESTIONS.values():
        assert bool(question.options) is question.kind.startswith(("choice", "scale")), question.key


def test_a_follow_up_depends_on_earlier_choices_that_exist():
    seen: dict[str, set[str]] = {}
    for step in STEPS:
        for question in step.questions:
            for condition in question.shown_if:
                assert condition.key in seen, question.key
                assert set(getattr(condition, "values", ())) <= seen[condition.key], question.key
            seen[question.key] = {value for value, _label in question.options}


def test_medical_questions_take_dont_know_for_an_answer():
    for key in ("stroke_type", "still_changing", "thinners", "cancer", "implants", "cells_before", "after_cells"):
        assert UNKNOWN in dict(QUESTIONS[key].options), key


def test_none_and_dont_know_rule_out_the_others():
    assert QUESTIONS["thinners"].exclusive == (NONE, UNKNOWN)
    assert QUESTIONS["cancer"].exclusive == ()


def test_the_wording_changes_for_somebody_who_writes_for_the_patient():
    question = QUESTIONS["birth_year"]
    assert "you" in str(question.wording({"filler_role": "patient"}))
    assert "the patient" in str(question.wording({"filler_role": "clinician"}))


def test_the_shortest_request_lacks_nothing():
    assert questions.unanswered(factories.ANSWERS) == []


@pytest.mark.parametrize("question", [q.key for step in STEPS for q in step.questions if q.required and not q.shown_if])
def test_without_a_required_answer_a_request_is_not_complete(question):
    missing = questions.unanswered(factories.ANSWERS | {question: ""})
    assert question in {q.key for _step, q in missing}


def test_an_email_or_a_phone_is_enough():
    assert questions.unanswered(factories.ANSWERS | {"email": ""}) == []
    assert questions.unanswered(factories.ANSWERS | {"email": "", "phone": ""})[0][1].key == "email"


def test_applicable_drops_what_no_longer_applies_and_the_forms_own_notes():
    answers = {"f1": "yes", "f2": "no", "f4": "no", "f5": "no", "_typed": {"f3": "?"}}
    assert questions.applicable(answers) == {"f1": "yes", "f2": "no"}


def test_a_chain_of_follow_ups_falls_with_its_first_link():
    answers = {"filler_role": "patient", "patient_knows": "cannot_decide", "legal_rep": "nobody"}
    assert questions.applicable(answers) == {"filler_role": "patient"}


def test_one_of_reads_single_and_several_choices():
    condition = is_one_of("thinners", "aspirin", "heparin")
    assert condition({"thinners": ["aspirin", "other"]})
    assert condition({"thinners": "heparin"})
    assert not condition({"thinners": ["none"]})
    assert not condition({})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("3 2024", "2024-03"),
        ("03/2024", "2024-03"),
        ("3.2024", "2024-03"),
        ("2024-03", "2024-03"),
        ("2024/3/15", "2024-03-15"),
        ("march 2024", "2024-03"),
        ("Mar. 2024", "2024-03"),
        ("15 March 2024", "2024-03-15"),
        ("March 15th, 2024", "2024-03-15"),
        ("15/3/2024", "2024-03-15"),
        ("3/15/2024", "2024-03-15"),
        ("5/5/2024", "2024-05-05"),
        ("marzo de 2024", "2024-03"),
        ("15 de marzo de 2024", "2024-03-15"),
        ("Septiembre 2023", "2023-09"),
        ("sept 2023", "2023-09"),
        ("مارس 2024", "2024-03"),
        ("آذار ٢٠٢٤", "2024-03"),
        ("كانون الثاني 2024", "2024-01"),
        ("١٥ مارس ٢٠٢٤", "2024-03-15"),
        ("٣/٢٠٢٤", "2024-03"),
        ("۳/۲۰۲۴", "2024-03"),
        ("2019", "2019"),
        ("11 2026", "2026-11"),
        ("22 November 2026", "2026-11-22"),
    ],
)
def test_a_date_is_understood_as_people_write_it(typed, kept):
    assert dates.parse_month(typed, today=TODAY) == kept
    assert dates.parse_month(dates.as_typed(kept), today=TODAY) == kept  # what the page shows again is understood again


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("12 2026", "future"),
        ("23 November 2026", "future"),
        ("2031", "future"),
        ("2025", "add the month"),
        ("13 2024", "no such date"),
        ("#99999999999999 2024", "no such date"),
        ("30 February 2024", "no such date"),
        ("3/5/2024", "month first"),
        ("3 24", "month and the year"),
        ("last spring", "month and the year"),
        ("March", "month and the year"),
        ("3 4 5 2024", "month and the year"),
        ("3 1445", "common calendar"),
        ("٣" * 50, "month and the year"),
    ],
)
def test_a_date_that_is_not_clear_gets_a_sentence_that_helps(typed, message):
    with pytest.raises(ValidationError, match=message):
        dates.parse_month(typed, today=TODAY)


@pytest.mark.parametrize(("typed", "kept"), [("1958", "1958"), (" ١٩٥٨ ", "1958"), ("2026", "2026")])
def test_a_year_of_birth(typed, kept):
    assert dates.parse_year(typed, today=TODAY) == kept


@pytest.mark.parametrize(
    ("typed", "message"), [("58", "four figures"), ("born 58", "four"), ("2027", "future"), ("1758", "long ago")]
)
def test_a_wrong_year_of_birth(typed, message):
    with pytest.raises(ValidationError, match=message):
        dates.parse_year(typed, today=TODAY)
