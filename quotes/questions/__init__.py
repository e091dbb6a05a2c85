"""What a request asks: every question and every step as data. Forms, check page, case page and admin all read this table.

A question about the patient has two wordings: to the patient ("your stroke") and to somebody who writes for them ("the
patient's stroke"). Answers are plain JSON: a choice is its value, several choices are a list of values, a month is `2024-03`
(`2024-03-15` with a day, `2019` when only the year is known), a year is `1958`, and "I don't know" is UNKNOWN wherever it is
offered. The tables stand in the modules of this package, in the order in which they are asked. Pure: no database, no request.
"""

from typing import Any

from quotes.questions.kinds import (
    HOW_MUCH,
    NONE,
    PREFER_NOT,
    UNKNOWN,
    Answers,
    Condition,
    OneOf,
    Question,
    Step,
    Text,
    is_one_of,
    writes_for_another,
)
from quotes.questions.people import ABOUT_YOU, NEW_SIGNS, PATIENT
from quotes.questions.plans import CONTACT, HOPES, JOURNEY, TRAVEL
from quotes.questions.problems import BODY_AND_MOOD, MOVEMENT, PROBLEMS, THINKING
from quotes.questions.safety import DOCUMENTS, ILLNESSES, MORE_ILLNESSES, PAPERS, PROMISED, RECORDS, SAFETY, SO_FAR
from quotes.questions.stroke import CARE_THEN, DAILY_LIFE, STROKE

__all__ = [
    "DOCUMENTS", "HOW_MUCH", "NEW_SIGNS", "NONE", "PREFER_NOT", "PROBLEMS", "PROMISED", "QUESTIONS", "RECORDS", "STEPS", "UNKNOWN",
    "Answers", "Condition", "OneOf", "Question", "Step", "Text",
    "answer_text", "applicable", "is_answered", "is_one_of", "left_out", "open_questions", "shown", "step_named",
    "unanswered", "writes_for_another",
]  # fmt: skip

STEPS: tuple[Step, ...] = (
    ABOUT_YOU,
    PATIENT,
    STROKE,
    CARE_THEN,
    DAILY_LIFE,
    MOVEMENT,
    THINKING,
    BODY_AND_MOOD,
    SAFETY,
    ILLNESSES,
    MORE_ILLNESSES,
    SO_FAR,
    PAPERS,
    DOCUMENTS,
    HOPES,
    TRAVEL,
    JOURNEY,
    CONTACT,
)

QUESTIONS: dict[str, Question] = {q.key: q for q in (NEW_SIGNS, *(q for step in STEPS for q in step.questions))}


def step_named(key: str) -> Step | None:
    return next((step for step in STEPS if step.key == key), None)


def shown(step: Step, answers: Answers) -> list[Question]:
    """The questions of a step that apply, given the answers so far."""
    return [question for question in step.questions if question.applies(answers)]


def applicable(answers: Answers) -> dict[str, Any]:
    """The answers without those to questions that no longer apply, and without what only the form keeps (`_…`)."""
    kept = {key: value for key, value in answers.items() if not key.startswith("_")}
    for question in QUESTIONS.values():
        if question.key in kept and not question.applies(kept):
            del kept[question.key]
    return kept


def is_answered(question: Question, answers: Answers) -> bool:
    return answers.get(question.key) not in (None, "", [])


def unanswered(answers: Answers) -> list[tuple[Step, Question]]:
    """What is still needed before the request can be sent, in order."""
    missing = [
        (step, question)
        for step in STEPS
        for question in shown(step, answers)
        if question.required and not is_answered(question, answers)
    ]
    if not answers.get("email") and not answers.get("phone"):
        missing.insert(0, (STEPS[0], QUESTIONS["email"]))
    return missing


def open_questions(answers: Answers) -> list[tuple[Step, Question]]:
    """What a whole case still lacks, though it can be sent without, in order. Of the problems, one answer is enough."""
    missing = [
        (step, question)
        for step in STEPS
        for question in shown(step, answers)
        if question.needed and not is_answered(question, answers)
    ]
    if not any(answers.get(key) not in (None, "", UNKNOWN) for key in PROBLEMS):
        missing.append((MOVEMENT, QUESTIONS[PROBLEMS[0]]))
    return sorted(missing, key=lambda row: STEPS.index(row[0]))


def left_out(answers: Answers) -> list[Question]:
    """Answered questions that no longer apply, because another answer was changed: they are not sent."""
    applied = applicable(answers)
    return [q for q in QUESTIONS.values() if is_answered(q, answers) and q.key not in applied]


def answer_text(question: Question, value: Any) -> list[Text]:
    """An answer as lines to read. Countries, languages and months are worded in quotes/wording.py; here: choices and text."""
    if value in (None, "", []):
        return []
    labels = dict(question.options)
    values = value if isinstance(value, list) else [value]
    return [labels.get(one, str(one)) for one in values]
