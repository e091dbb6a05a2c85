"""What a request asks: every question and every step as data. Forms, check page, case page and admin all read this table.

A question about the patient has two wordings: to the patient ("your stroke") and to somebody who writes for them ("the
patient's stroke"). Answers are plain JSON: a choice is its value, several choices are a list of values, a month is `2024-03`
(`2024-03-15` with a day, `2019` when only the year is known), a year is `1958`, and "I don't know" is UNKNOWN wherever it is offered. Pure: no database, no request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
Answers = Mapping[str, Any]
UNKNOWN, NONE = "unknown", "none"
DONT_KNOW: tuple[str, Text] = (UNKNOWN, _("I don't know"))
YES_NO: tuple[tuple[str, Text], ...] = (("yes", _("Yes")), ("no", _("No")))


@dataclass(frozen=True)
class OneOf:
    """Whether the answer is, or (for several choices) contains, one of these values. Data, so that a page can carry it too."""

    key: str
    values: tuple[str, ...]

    def __call__(self, answers: Answers) -> bool:
        given = answers.get(self.key)
        return bool(set(self.values) & set(given if isinstance(given, list) else [given]))


def is_one_of(key: str, *values: str) -> OneOf:
    return OneOf(key, values)


def writes_for_another(answers: Answers) -> bool:
    return answers.get("filler_role") not in (None, "", "patient")


@dataclass(frozen=True, kw_only=True)
class Question:
    """`kind`: choice, choices, text, long_text, year, month, email, phone, country, language. `exclusive`: a choice that rules out the others."""

    key: str
    kind: str
    label: Text
    about: Text | None = None  # the wording when somebody writes for the patient
    hint: Text = ""
    why: Text = ""  # one line: why we ask
    options: tuple[tuple[str, Text], ...] = ()
    required: bool = False
    shown_if: tuple[OneOf, ...] = ()  # asked only when all of them hold
    max_length: int = 200
    autocomplete: str = ""

    @property
    def is_written(self) -> bool:
        """Whether the answer is in the family's own words, and so in their language."""
        return self.kind in {"text", "long_text"}

    @property
    def exclusive(self) -> tuple[str, ...]:
        return tuple(value for value, _label in self.options if value in (NONE, UNKNOWN)) if self.kind == "choices" else ()

    def wording(self, answers: Answers) -> Text:
        return self.about if self.about and writes_for_another(answers) else self.label

    def applies(self, answers: Answers) -> bool:
        return all(holds(answers) for holds in self.shown_if)


@dataclass(frozen=True, kw_only=True)
class Step:
    key: str
    title: Text
    questions: tuple[Question, ...]
    about: Text | None = None
    intro: Text = ""

    def wording(self, answers: Answers) -> Text:
        return self.about if self.about and writes_for_another(answers) else self.title


NEW_SIGNS = Question(
    key="new_signs",
    kind="choices",
    label=_("In the last 7 days, or right now, have you had any of these NEW signs?"),
    about=_("In the last 7 days, or right now, has the patient had any of these NEW signs?"),
    hint=_("Tick all that apply, even if the sign has gone away again."),
    required=True,
    options=(
        ("face", _("Face drooping on one side")),
        ("weakness", _("New weakness or numbness of an arm or a leg")),
        ("speech", _("New trouble speaking or understanding")),
        ("vision", _("Sudden loss of sight")),
        ("headache", _("Sudden severe headache")),
        ("balance", _("Sudden loss of balance, or sudden confusion")),
        ("seizure", _("A seizure (fit) now, or the first one ever")),
        ("unrousable", _("Cannot be woken normally")),
        ("chest", _("Chest pain or trouble breathing")),
        ("leg", _("A swollen, painful leg")),
        ("swallow", _("Choking, or cannot swallow saliva")),
        ("suicide", _("Thoughts of ending one's life")),
        (NONE, _("None of these")),
    ),
)

STEPS: tuple[Step, ...] = (
    Step(
        key="about-you",
        title=_("About you"),
        questions=(
            Question(
                key="filler_role",
                kind="choice",
                label=_("Who is asking?"),
                required=True,
                options=(
                    ("patient", _("I had the stroke")),
                    ("family", _("I am family")),
                    ("friend", _("I am a friend")),
                    ("carer", _("I am a paid carer")),
                    ("clinician", _("I am a doctor or therapist")),
                    ("other", _("Somebody else")),
                ),
            ),
            Question(
                key="patient_knows",
                kind="choice",
                label=_("Does the patient know about this request, and agree to it?"),
                why=_("It is the patient's body and the patient's data. We ask nobody to go behind anybody's back."),
                required=True,
                shown_if=(is_one_of("filler_role", "family", "friend", "carer", "clinician", "other"),),
                options=(
                    ("yes", _("Yes, the patient agrees")),
                    ("not_asked", _("The patient knows, but I have not asked yet")),
                    ("no", _("No")),
                    ("cannot_decide", _("The patient cannot understand or decide this now")),
                ),
            ),
            Question(
                key="legal_rep",
                kind="text",
                label=_("Who may decide for the patient?"),
                hint=_("For example: a guardian, or a person with a power of attorney. Write “nobody yet” if that is so."),
                required=True,
                shown_if=(is_one_of("patient_knows", "cannot_decide"),),
            ),
            Question(
                key="filler_name",
                kind="text",
                label=_("What should we call you?"),
                hint=_("A first name is enough."),
                max_length=80,
                autocomplete="name",
            ),
            Question(
                key="email",
                kind="email",
                label=_("Your e-mail address"),
                hint=_("We send the link to your private page here. Our e-mails never say anything about health."),
                max_length=254,
                autocomplete="email",
            ),
            Question(
                key="phone",
                kind="phone",
                label=_("Your phone number"),
                hint=_("With the country code, for example +34 612 345 678. We need an e-mail address or a phone number."),
                max_length=40,
                autocomplete="tel",
            ),
        ),
    ),
    Step(
        key="patient",
        title=_("About you, the patient"),
        about=_("About the patient"),
        questions=(
            Question(
                key="birth_year",
                kind="year",
                label=_("In which year were you born?"),
                about=_("In which year was the patient born?"),
                why=_("Trials often have an age limit. Age also changes what is safe."),
                required=True,
                autocomplete="bday-year",
            ),
            Question(
                key="country",
                kind="country",
                label=_("Which country do you live in?"),
                about=_("Which country does the patient live in?"),
                required=True,
                autocomplete="country",
            ),
            Question(
                key="language",
                kind="language",
                label=_("Which language do you understand best?"),
                about=_("Which language does the patient understand best?"),
                required=True,
                autocomplete="language",
            ),
        ),
    ),
    Step(
        key="stroke",
        title=_("Your stroke"),
        about=_("The stroke"),
        questions=(
            Question(
                key="stroke_type",
                kind="choice",
                label=_("What kind of stroke was it?"),
                hint=_("The discharge letter says it. If you cannot find it, choose “I don't know”."),
                required=True,
                options=(
                    ("ischaemic", _("A blocked vessel (ischaemic stroke)")),
                    ("bleed", _("Bleeding in the brain")),
                    ("subarachnoid", _("Bleeding around the brain (subarachnoid)")),
                    ("tia", _("A mini-stroke (TIA): it passed completely")),
                    DONT_KNOW,
                ),
            ),
            Question(
                key="stroke_date",
                kind="month",
                label=_("When was it?"),
                hint=_(
                    "Month and year are enough, for example 3 2024. If it is long ago, the year is enough. "
                    "If there were several strokes, the last one."
                ),
                required=True,
            ),
            Question(
                key="still_changing",
                kind="choice",
                label=_("How has it been in the last three months?"),
                required=True,
                options=(
                    ("better", _("Getting better")),
                    ("same", _("About the same")),
                    ("worse", _("Getting worse")),
                    DONT_KNOW,
                ),
            ),
        ),
    ),
    Step(
        key="daily-life",
        title=_("Daily life today"),
        intro=_("Think of the last week. A stick, a frame or taking more time is fine."),
        questions=(
            Question(
                key="f1",
                kind="choice",
                label=_("Could you live alone without help from another person?"),
                about=_("Could the patient live alone without help from another person?"),
                hint=_("That means washing, toilet, meals, shopping and money."),
                required=True,
                options=YES_NO,
            ),
            Question(
                key="f2",
                kind="choice",
                label=_("Can you do everything that you did before the stroke, even if slower?"),
                about=_("Can the patient do everything that they did before the stroke, even if slower?"),
                required=True,
                options=YES_NO,
                shown_if=(is_one_of("f1", "yes"),),
            ),
            Question(
                key="f3",
                kind="choice",
                label=_("Are you completely back to how you were before?"),
                about=_("Is the patient completely back to how they were before?"),
                required=True,
                options=YES_NO,
                shown_if=(is_one_of("f1", "yes"), is_one_of("f2", "yes")),
            ),
            Question(
                key="f4",
                kind="choice",
                label=_("Can you walk from one room to another without help from another person?"),
                about=_("Can the patient walk from one room to another without help from another person?"),
                hint=_("With a stick or a frame counts as yes."),
                required=True,
                options=YES_NO,
                shown_if=(is_one_of("f1", "no"),),
            ),
            Question(
                key="f5",
                kind="choice",
                label=_("Can you sit up in bed without help?"),
                about=_("Can the patient sit up in bed without help?"),
                required=True,
                options=YES_NO,
                shown_if=(is_one_of("f1", "no"), is_one_of("f4", "no")),
            ),
        ),
    ),
    Step(
        key="safety",
        title=_("Safety"),
        intro=_("These answers tell us what must not be done. “I don't know” is a good answer: we will find out together."),
        questions=(
            Question(
                key="thinners",
                kind="choices",
                label=_("Which medicines that thin the blood do you take?"),
                about=_("Which medicines that thin the blood does the patient take?"),
                why=_("Some procedures are dangerous with them. Never stop them without your doctor."),
                required=True,
                options=(
                    ("warfarin", _("Warfarin or another vitamin K blocker")),
                    ("doac", _("Apixaban, rivaroxaban, dabigatran or edoxaban")),
                    ("clopidogrel", _("Clopidogrel")),
                    ("aspirin", _("Aspirin")),
                    ("heparin", _("Heparin injections")),
                    ("other", _("Another one")),
                    (NONE, _("None")),
                    DONT_KNOW,
                ),
            ),
            Question(
                key="cancer",
                kind="choice",
                label=_("Has a doctor ever said that you have cancer or a tumour, also in the brain?"),
                about=_("Has a doctor ever said that the patient has cancer or a tumour, also in the brain?"),
                why=_("Nobody knows whether cell treatments make a tumour grow. Trials usually leave people with cancer out."),
                required=True,
                options=(
                    ("now", _("Yes, now")),
                    ("recent", _("Yes, in the last 5 years")),
                    ("past", _("Yes, longer ago")),
                    ("no", _("No")),
                    DONT_KNOW,
                ),
            ),
            Question(
                key="implants",
                kind="choices",
                label=_("Is there anything made of metal or any device in your body?"),
                about=_("Is there anything made of metal or any device in the patient's body?"),
                why=_("An MRI scan can be dangerous with some of them."),
                required=True,
                options=(
                    ("pacemaker", _("Pacemaker or defibrillator")),
                    ("clip", _("Clip on a brain vessel (aneurysm clip)")),
                    ("cochlear", _("Hearing implant")),
                    ("pump", _("Medicine pump")),
                    ("shunt", _("Shunt that drains brain fluid")),
                    ("eye", _("Metal in an eye")),
                    ("plate", _("Skull plate, stent or other metal")),
                    (NONE, _("None of these")),
                    DONT_KNOW,
                ),
            ),
            Question(
                key="cells_before",
                kind="choice",
                label=_("Have you ever had stem cells, exosomes or a similar injection?"),
                about=_("Has the patient ever had stem cells, exosomes or a similar injection?"),
                required=True,
                options=(*YES_NO, DONT_KNOW),
            ),
            Question(
                key="cells_details",
                kind="long_text",
                label=_("Where and when was it, how was it given, and what was the product called?"),
                hint=_("Write what you know. A part of it helps too."),
                shown_if=(is_one_of("cells_before", "yes"),),
                max_length=2000,
            ),
            Question(
                key="after_cells",
                kind="choices",
                label=_("In the days or weeks after it, was there any of these?"),
                required=True,
                shown_if=(is_one_of("cells_before", "yes"),),
                options=(
                    ("fever", _("Fever with severe headache or a stiff neck")),
                    ("legs", _("New weakness or numbness in the legs")),
                    ("bladder", _("New loss of control of bladder or bowel")),
                    ("back", _("Back pain that keeps growing")),
                    (NONE, _("None of these")),
                    DONT_KNOW,
                ),
            ),
        ),
    ),
    Step(key="documents", title=_("Letters, reports and scans"), questions=()),  # its page: quotes/views/documents.py
    Step(
        key="hopes",
        title=_("What you hope for"),
        about=_("What you both hope for"),
        questions=(
            Question(
                key="goals",
                kind="long_text",
                label=_("In a year, what would you like to be able to do?"),
                about=_("In a year, what would you like the patient to be able to do?"),
                hint=_("Up to three sentences, in your own words. For example: walk to the garden, say my grandson's name."),
                required=True,
                max_length=3000,
            ),
        ),
    ),
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


def answer_text(question: Question, value: Any) -> list[Text]:
    """An answer as lines to read. Countries, languages and months are worded in quotes/wording.py; here: choices and text."""
    if value in (None, "", []):
        return []
    labels = dict(question.options)
    values = value if isinstance(value, list) else [value]
    return [labels.get(one, str(one)) for one in values]
