"""The safety rules: question → condition → flag level, with the reason in plain words. Data, versioned, and shown to the public.

They raise flags for people to look at; nothing is ever refused automatically. Source: the office's intake design, drawn from
trial exclusion lists and public guidance. A stroke physician must sign a version (RuleSetApproval) before real use.
Change a rule: change the table and VERSION; flags keep the version that raised them. Pure: no database, no request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from quotes.questions import NONE, PREFER_NOT, UNKNOWN, Answers, Text, is_one_of

VERSION = "2026-11-3"
STAFF_LANGUAGES = ("en", "es", "ar")
EMERGENCY, RED, AMBER, INFORMATION = "E", "R", "A", "i"
Condition = Callable[[Answers, date], bool]


@dataclass(frozen=True, kw_only=True)
class Rule:
    id: str
    level: str
    question: str
    when: Condition
    reason: Text
    same_day: bool = False  # a person from the office calls the same day; so for every emergency
    rehabilitation_first: bool = False  # while it is open, the first option of a recommendation is rehabilitation


def given(key: str, *values: str) -> Condition:
    condition = is_one_of(key, *values)
    return lambda answers, today: condition(answers)


def any_but(key: str, *values: str) -> Condition:
    """Something is answered, and it is not only one of these values."""

    def condition(answers: Answers, today: date) -> bool:
        answer = answers.get(key)
        chosen = set(answer) if isinstance(answer, list) else {answer} - {None, ""}
        return bool(chosen - set(values))

    return condition


def age(answers: Answers, today: date) -> int | None:
    """Years in this calendar year: the month of birth is not asked."""
    year = str(answers.get("birth_year") or "")
    return today.year - int(year) if year.isdecimal() else None


def stroke_date(answers: Answers) -> date | None:
    """The day of the stroke; the first of the month, or of the year, stands for a day that is not known."""
    text = str(answers.get("stroke_date") or "")
    if not text or text == UNKNOWN:
        return None
    parts = [int(part) for part in text.split("-")]
    return date(*parts, *[1] * (3 - len(parts)))


def days_since_stroke(answers: Answers, today: date) -> int | None:
    """The fewest days that can have passed: a month or a year counts as its last day, or today if that is earlier."""
    text = str(answers.get("stroke_date") or "")
    start = stroke_date(answers)
    if start is None:
        return None
    if text.count("-") == 0:
        start = min(date(start.year, 12, 31), today)
    elif text.count("-") == 1:
        following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        start = min(date.fromordinal(following.toordinal() - 1), today)
    return (today - start).days


def months_since_stroke(answers: Answers, today: date) -> int | None:
    start = stroke_date(answers)
    return None if start is None else (today.year - start.year) * 12 + today.month - start.month


def function_score(answers: Answers) -> int | None:
    """The modified Rankin score, 0 (back to before) to 5 (needs help to sit up), computed from five yes/no answers.

    Follows the simplified questionnaire (smRSq, Bruno 2011). None while an answer is missing.
    """
    f = {key: answers.get(key) for key in ("f1", "f2", "f3", "f4", "f5")}
    if f["f1"] == "yes":
        if f["f2"] == "yes":
            return {"yes": 0, "no": 1}.get(f["f3"] or "")
        return 2 if f["f2"] == "no" else None
    if f["f1"] == "no":
        if f["f4"] == "no":
            return {"yes": 4, "no": 5}.get(f["f5"] or "")
        return 3 if f["f4"] == "yes" else None
    return None


def score_is(*scores: int) -> Condition:
    return lambda answers, today: function_score(answers) in scores


def age_is(test: Callable[[int], bool]) -> Condition:
    return lambda answers, today: (years := age(answers, today)) is not None and test(years)


def days_are(test: Callable[[int], bool]) -> Condition:
    return lambda answers, today: (days := days_since_stroke(answers, today)) is not None and test(days)


def all_of(*conditions: Condition) -> Condition:
    return lambda answers, today: all(holds(answers, today) for holds in conditions)


def was_left_open(key: str) -> Condition:
    """The question was on a page that was sent, and was left open. One that nobody has come to yet is not missing."""
    return lambda answers, today: answers.get(key, "not asked") in (None, "", [])


def pressure_is(test: Callable[[int, int], bool]) -> Condition:
    """A reading kept as `140/85`, in mmHg."""

    def condition(answers: Answers, today: date) -> bool:
        upper, _slash, lower = str(answers.get("pressure_reading") or "").partition("/")
        return upper.isdecimal() and lower.isdecimal() and test(int(upper), int(lower))

    return condition


def any_unknown(*keys: str) -> Condition:
    return lambda answers, today: any(given(key, UNKNOWN)(answers, today) for key in keys)


def no_list_of_medicines(answers: Answers, today: date) -> bool:
    return answers.get("record_medicine_list") not in ("digital", "paper")


def any_red(answers: Answers, today: date) -> bool:
    return any(rule.level in (EMERGENCY, RED) and rule.when(answers, today) for rule in RULES)


RULES: tuple[Rule, ...] = (
    Rule(id="new-signs", level=EMERGENCY, question="new_signs", when=any_but("new_signs", NONE, "suicide"),
         reason=_("New signs in the last 7 days can be a new stroke or another emergency, even if they went away.")),
    Rule(id="suicide", level=RED, question="new_signs", when=given("new_signs", "suicide"),
         reason=_("Thoughts of ending one's life: a person from the office calls or writes the same day, or as soon as the office opens again."), same_day=True),
    Rule(id="after-cells-emergency", level=EMERGENCY, question="after_cells", when=given("after_cells", "fever", "legs", "bladder"),
         reason=_("Fever with headache, weak legs or loss of control after a cell injection can be an infection or a growth in the spinal canal.")),
    Rule(id="after-cells-back-pain", level=RED, question="after_cells", when=given("after_cells", "back"),
         reason=_("Growing back pain after a cell injection needs a scan of the spine: a mass has been reported.")),
    Rule(id="after-cells-unknown", level=INFORMATION, question="after_cells", when=given("after_cells", UNKNOWN),
         reason=_("It is not known how things went after the cells were given.")),
    Rule(id="patient-not-asked", level=AMBER, question="patient_knows", when=given("patient_knows", "no", "not_asked"),
         reason=_("The patient has not agreed yet. Nothing goes to a clinic before that.")),
    Rule(id="cannot-decide", level=RED, question="patient_knows", when=given("patient_knows", "cannot_decide"),
         reason=_("The patient cannot decide now. It must be clear who may decide for them.")),
    Rule(id="minor", level=RED, question="birth_year", when=age_is(lambda years: years <= 18),
         reason=_("Under 18, or just turning 18: the evidence for adults does not apply.")),
    Rule(id="over-80", level=AMBER, question="birth_year", when=age_is(lambda years: years > 80),
         reason=_("Over 80: trials often have an age limit, so little may be known for this age.")),
    Rule(id="no-staff-language", level=AMBER, question="language", when=any_but("language", *STAFF_LANGUAGES),
         reason=_("Nobody in the office speaks this language: an interpreter is needed.")),
    Rule(id="bleeding-stroke", level=RED, question="stroke_type", when=given("stroke_type", "bleed", "subarachnoid"),
         reason=_("After a bleed: nearly all cell studies were in strokes from a blocked vessel.")),
    Rule(id="tia-only", level=RED, question="stroke_type", when=given("stroke_type", "tia"),
         reason=_("After a mini-stroke that passed there is nothing to treat with cells; preventing a stroke comes first.")),
    Rule(id="stroke-type-unknown", level=AMBER, question="stroke_type", when=given("stroke_type", UNKNOWN),
         reason=_("The kind of stroke is not known; the discharge letter or the scan report says it.")),
    Rule(id="stroke-under-14-days", level=RED, question="stroke_date", when=days_are(lambda days: days < 14),
         reason=_("Less than two weeks since the stroke: stay with the stroke team and do not fly yet.")),
    Rule(id="stroke-under-90-days", level=AMBER, question="stroke_date", when=days_are(lambda days: 14 <= days <= 90),
         reason=_("Less than three months since the stroke: recovery is still fast, and rehabilitation must not be interrupted.")),
    Rule(id="getting-worse", level=RED, question="still_changing", when=given("still_changing", "worse"),
         reason=_("Getting worse after a stroke must be looked at: see a doctor soon.")),
    Rule(id="function-5", level=RED, question="f5", when=score_is(5),
         reason=_("Needs help to sit up: travelling is a serious risk.")),
    Rule(id="function-4", level=AMBER, question="f5", when=score_is(4),
         reason=_("Cannot walk without help: what can be hoped for, and how to travel, must be talked about honestly.")),
    Rule(id="function-0-1", level=AMBER, question="f3", when=score_is(0, 1),
         reason=_("Nearly or fully recovered: there is little to gain, and every procedure has risks.")),
    Rule(id="thinners", level=AMBER, question="thinners", when=any_but("thinners", NONE, UNKNOWN),
         reason=_("Blood-thinning medicine: a danger with anything done through the spine, an artery, the brain or the bone marrow. Never stop it without a doctor.")),
    Rule(id="thinners-unknown", level=INFORMATION, question="thinners", when=given("thinners", UNKNOWN),
         reason=_("It is not known whether blood-thinning medicine is taken.")),
    Rule(id="cancer-recent", level=RED, question="cancer", when=given("cancer", "now", "recent"),
         reason=_("Cancer now or in the last 5 years: an oncologist must be asked first.")),
    Rule(id="cancer-past", level=AMBER, question="cancer", when=given("cancer", "past"),
         reason=_("Cancer longer ago: it has to be known which one, and how it was treated.")),
    Rule(id="cancer-unknown", level=INFORMATION, question="cancer", when=given("cancer", UNKNOWN),
         reason=_("It is not known whether there was a cancer.")),
    Rule(id="implants", level=RED, question="implants", when=any_but("implants", NONE),
         reason=_("A device or metal, or nobody knows: MRI safety must be clear. With a shunt or a pump the spinal route can be dangerous.")),
    Rule(id="cells-before", level=RED, question="cells_before", when=given("cells_before", "yes"),
         reason=_("Cells were given before: the papers are needed, a scan of the spine may be, and trials may not accept the patient.")),
    Rule(id="cells-before-unknown", level=INFORMATION, question="cells_before", when=given("cells_before", UNKNOWN),
         reason=_("It is not known whether cells were given before.")),
    Rule(id="still-changing-unknown", level=INFORMATION, question="still_changing", when=given("still_changing", UNKNOWN),
         reason=_("It is not known whether things have changed lately.")),
    Rule(id="dark-thoughts", level=RED, question="dark_thoughts", when=given("dark_thoughts", "yes"),
         reason=_("Thoughts of ending one's life: a person from the office calls or writes the same day, or as soon as the office opens again."), same_day=True),
    Rule(id="nobody-decides", level=RED, question="legal_rep", when=given("legal_rep", "nobody", UNKNOWN),
         reason=_("The patient cannot decide, and it is not known who may. Nothing can be arranged before that is clear.")),
    Rule(id="not-diagnosed", level=RED, question="diagnosis_confirmed", when=given("diagnosis_confirmed", "no"),
         reason=_("No scan has confirmed the stroke: the diagnosis comes first.")),
    Rule(id="diagnosis-unknown", level=INFORMATION, question="diagnosis_confirmed", when=given("diagnosis_confirmed", UNKNOWN),
         reason=_("It is not known whether a scan confirmed the stroke.")),
    Rule(id="second-stroke", level=RED, question="stroke_count", when=all_of(given("stroke_count", "several"), days_are(lambda days: days <= 90)),
         reason=_("Another stroke less than three months ago: its cause must be treated first.")),
    Rule(id="cause-untreated", level=AMBER, question="cause_treated", when=given("cause_treated", "no", UNKNOWN),
         reason=_("A cause was found and may not be treated: another stroke can follow.")),
    Rule(id="operated-no-implant", level=INFORMATION, question="acute_care", when=all_of(given("acute_care", "operation"), given("implants", NONE)),
         reason=_("An operation on the head can leave a plate, a clip or a stent: ask before any MRI scan.")),
    Rule(id="help-before", level=AMBER, question="pre_stroke_help", when=given("pre_stroke_help", "yes"),
         reason=_("Needed daily help before the stroke already: trials leave such patients out, and goals differ.")),
    Rule(id="falls", level=AMBER, question="falls", when=given("falls", "2"),
         reason=_("Two or more falls in six months: preventing falls comes before travelling.")),
    Rule(id="baclofen-pump", level=RED, question="stiffness_treatment", when=given("stiffness_treatment", "pump"),
         reason=_("A pump in the body: MRI safety must be clear, and nothing may be injected into the spinal fluid.")),
    Rule(id="tube-feeding", level=AMBER, question="swallowing_how", when=given("swallowing_how", "tube"),
         reason=_("Fed through a tube: travelling needs nursing and supplies.")),
    Rule(id="chest-infections", level=RED, question="chest_infections", when=given("chest_infections", "yes"),
         reason=_("A chest infection in the last six months with trouble swallowing: it must be looked at before any journey.")),
    Rule(id="sad", level=AMBER, question="sad", when=given("sad", "yes"),
         reason=_("Sad on most days: a depression after a stroke can be treated, and that may help most.")),
    Rule(id="seizure-recent", level=RED, question="seizures", when=given("seizures", "recent"),
         reason=_("A seizure in the last six months: a neurologist must be asked first.")),
    Rule(id="infection", level=RED, question="infection", when=given("infection", "yes"),
         reason=_("An infection now: it must be treated before anything else.")),
    Rule(id="blood-infections", level=RED, question="blood_infections", when=given("blood_infections", "yes"),
         reason=_("An infection that passes through blood or breath: a clinician must say what it means for each option.")),
    Rule(id="blood-infections-open", level=INFORMATION, question="blood_infections", when=given("blood_infections", UNKNOWN, PREFER_NOT),
         reason=_("Not known or not said: a clinic will test before a procedure.")),
    Rule(id="clotting", level=RED, question="clotting", when=given("clotting", "now", "past"),
         reason=_("A clotting problem, low platelets or severe anaemia: every procedure can bleed.")),
    Rule(id="immune", level=RED, question="immune", when=any_but("immune", NONE, UNKNOWN),
         reason=_("Lowered defences: infections are a serious risk with procedures and journeys.")),
    Rule(id="heart", level=RED, question="heart", when=any_but("heart", NONE, UNKNOWN),
         reason=_("A serious heart problem: a cardiologist must be asked first.")),
    Rule(id="organs", level=RED, question="organs", when=any_but("organs", NONE, UNKNOWN),
         reason=_("A serious kidney, liver or lung illness: trials leave it out, and oxygen changes what flight is possible.")),
    Rule(id="diabetes", level=AMBER, question="diabetes", when=given("diabetes", "uncontrolled"),
         reason=_("Diabetes that is not well controlled: treating it protects from another stroke.")),
    Rule(id="pressure", level=AMBER, question="pressure", when=given("pressure", "uncontrolled"),
         reason=_("Blood pressure that is not well controlled: treating it protects from another stroke.")),
    Rule(id="pressure-high", level=RED, question="pressure_reading", when=pressure_is(lambda upper, lower: upper >= 180 or lower >= 110),
         reason=_("A reading of 180/110 or more: a doctor must see it today or tomorrow.")),
    Rule(id="illness-unknown", level=INFORMATION, question="heart", when=any_unknown("heart", "organs", "clotting", "immune", "infection", "seizures"),
         reason=_("Some answers about illnesses are “I don't know”: the discharge letter may say.")),
    Rule(id="pregnancy", level=RED, question="pregnancy", when=given("pregnancy", "pregnant", "maybe", "breastfeeding"),
         reason=_("Pregnant, possibly pregnant or breastfeeding: cell studies and many medicines are ruled out.")),
    Rule(id="allergy", level=AMBER, question="allergy", when=any_but("allergy", NONE, UNKNOWN),
         reason=_("An allergy that can matter in a procedure or a scan.")),
    Rule(id="other-conditions", level=AMBER, question="other_conditions", when=any_but("other_conditions", NONE, PREFER_NOT),
         reason=_("Dementia, a severe depression, addiction or smoking: it changes what helps, and what is safe.")),
    Rule(id="life-limiting", level=RED, question="life_limiting", when=given("life_limiting", "yes"),
         reason=_("An illness that shortens life: comfort may matter more than a journey.")),
    Rule(id="medicines-missing", level=INFORMATION, question="medicines", when=all_of(was_left_open("medicines"), no_list_of_medicines),
         reason=_("There is no list of medicines yet.")),
    Rule(id="no-rehabilitation", level=AMBER, question="rehab_done", when=given("rehab_done", NONE),
         reason=_("No rehabilitation so far: it must be an option of the recommendation, and it comes first."), rehabilitation_first=True),
    Rule(id="rehabilitation-stopped", level=AMBER, question="rehab_hours", when=given("rehab_hours", "0"),
         reason=_("No therapy at present: rehabilitation must be an option of the recommendation, and it comes first."), rehabilitation_first=True),
    Rule(id="trial-now", level=RED, question="trial_now", when=given("trial_now", "yes"),
         reason=_("In a trial now or lately: its doctor must be asked, as other treatment may end it.")),
    Rule(id="no-discharge-letter", level=AMBER, question="record_discharge_letter", when=given("record_discharge_letter", NONE),
         reason=_("No discharge letter: it says what kind of stroke it was and what was found.")),
    Rule(id="old-scan", level=INFORMATION, question="scan_age", when=given("scan_age", "older"),
         reason=_("The last scan is more than a year old.")),
    Rule(id="doctor-against", level=AMBER, question="doctor_view", when=given("doctor_view", "against"),
         reason=_("The patient's own doctor is against it: ask why before writing a recommendation.")),
    Rule(id="doctor-not-asked", level=INFORMATION, question="doctor_view", when=given("doctor_view", "not_asked"),
         reason=_("The patient's own doctor has not been asked: offer a summary to take along.")),
    Rule(id="promised", level=AMBER, question="promised", when=given("promised", "result", "deposit"),
         reason=_("Somebody promised a result or asked for a deposit: both are warning signs to talk about.")),
    Rule(id="hopes-too-high", level=AMBER, question="goal_areas", when=all_of(given("goal_areas", "walk", "as_before"), score_is(4, 5)),
         reason=_("Hopes to walk or to be as before, and needs much help today: talk about it honestly and kindly.")),
    Rule(id="soon-and-red", level=AMBER, question="timeframe", when=all_of(given("timeframe", "asap"), any_red),
         reason=_("Wants it soon, and a red flag is open: call before writing.")),
    Rule(id="loan", level=AMBER, question="budget", when=given("budget", "loan"),
         reason=_("Only with a loan or by collecting money: the option without a procedure comes first.")),
    Rule(id="lies-down", level=RED, question="can_travel", when=given("can_travel", "lying", "ambulance", "not_able"),
         reason=_("Cannot sit through a journey: it would need a medical escort, or should not be made.")),
    Rule(id="no-companion", level=RED, question="companion", when=all_of(given("companion", NONE), score_is(3, 4, 5)),
         reason=_("Needs help every day and nobody would come along: travelling alone is not safe.")),
)  # fmt: skip

BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
REHABILITATION_FIRST = frozenset(rule.id for rule in RULES if rule.rehabilitation_first)


def reason_of(rule_id: str) -> Text:
    """The id itself where today's rules do not have it any more."""
    return BY_ID[rule_id].reason if rule_id in BY_ID else rule_id


def raised(answers: Answers, *, today: date) -> list[Rule]:
    """The rules that these answers raise, most urgent first."""
    found = [rule for rule in RULES if rule.when(answers, today)]
    return sorted(found, key=lambda rule: "ERAi".index(rule.level))


def needs_call_today(answers: Answers, *, today: date) -> bool:
    return any(rule.level == EMERGENCY or rule.same_day for rule in raised(answers, today=today))
