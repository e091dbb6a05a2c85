"""Every safety rule, both ways: what raises it and what must not."""

from datetime import date

import pytest

from quotes import rules
from quotes.questions import QUESTIONS
from tests import factories

TODAY = date(2026, 11, 22)
CELLS = {"cells_before": "yes"}
BED = {"f1": "no", "f4": "no"}
SAD = {"sad": "yes"}

TABLE: dict[str, tuple[list[dict], list[dict]]] = {
    "new-signs": (
        [{"new_signs": ["face"]}, {"new_signs": ["leg", "suicide"]}],
        [{"new_signs": ["none"]}, {"new_signs": ["suicide"]}],
    ),
    "suicide": ([{"new_signs": ["suicide"]}, {"new_signs": ["face", "suicide"]}], [{"new_signs": ["face"]}]),
    "after-cells-emergency": (
        [CELLS | {"after_cells": [sign]} for sign in ("fever", "legs", "bladder")],
        [CELLS | {"after_cells": ["back"]}, CELLS | {"after_cells": ["none"]}],
    ),
    "after-cells-back-pain": ([CELLS | {"after_cells": ["back"]}], [CELLS | {"after_cells": ["none"]}]),
    "after-cells-unknown": ([CELLS | {"after_cells": ["unknown"]}], [CELLS | {"after_cells": ["none"]}]),
    "patient-not-asked": (
        [{"patient_knows": "no"}, {"patient_knows": "not_asked"}],
        [{"patient_knows": "yes"}, {"patient_knows": "cannot_decide"}],
    ),
    "cannot-decide": ([{"patient_knows": "cannot_decide"}], [{"patient_knows": "yes"}]),
    "minor": ([{"birth_year": "2010"}, {"birth_year": "2008"}], [{"birth_year": "2007"}, {"birth_year": ""}]),
    "over-80": ([{"birth_year": "1945"}], [{"birth_year": "1946"}]),
    "no-staff-language": ([{"language": "fr"}], [{"language": "ar"}]),
    "bleeding-stroke": ([{"stroke_type": "bleed"}, {"stroke_type": "subarachnoid"}], [{"stroke_type": "tia"}]),
    "tia-only": ([{"stroke_type": "tia"}], [{"stroke_type": "ischaemic"}]),
    "stroke-type-unknown": ([{"stroke_type": "unknown"}], [{"stroke_type": "bleed"}]),
    "stroke-under-14-days": (
        [{"stroke_date": "2026-11-09"}, {"stroke_date": "2026-11"}, {"stroke_date": "2026-11-22"}],
        [{"stroke_date": "2026-11-08"}, {"stroke_date": "2026-10"}],
    ),
    "stroke-under-90-days": (
        [{"stroke_date": "2026-11-08"}, {"stroke_date": "2026-08-24"}, {"stroke_date": "2026-08"}],
        [{"stroke_date": "2026-08-23"}, {"stroke_date": "2026-07"}, {"stroke_date": "2026-11-20"}, {"stroke_date": "2019"}],
    ),
    "getting-worse": ([{"still_changing": "worse"}], [{"still_changing": "same"}]),
    "still-changing-unknown": ([{"still_changing": "unknown"}], [{"still_changing": "better"}]),
    "function-5": ([BED | {"f5": "no"}], [BED | {"f5": "yes"}, BED]),
    "function-4": ([BED | {"f5": "yes"}], [BED | {"f5": "no"}, {"f1": "no", "f4": "yes"}]),
    "function-0-1": (
        [{"f1": "yes", "f2": "yes", "f3": "yes"}, {"f1": "yes", "f2": "yes", "f3": "no"}],
        [{"f1": "yes", "f2": "no"}],
    ),
    "thinners": ([{"thinners": ["aspirin"]}, {"thinners": ["other"]}], [{"thinners": ["none"]}, {"thinners": ["unknown"]}]),
    "thinners-unknown": ([{"thinners": ["unknown"]}], [{"thinners": ["warfarin"]}]),
    "cancer-recent": ([{"cancer": "now"}, {"cancer": "recent"}], [{"cancer": "past"}]),
    "cancer-past": ([{"cancer": "past"}], [{"cancer": "no"}]),
    "cancer-unknown": ([{"cancer": "unknown"}], [{"cancer": "no"}]),
    "implants": ([{"implants": ["shunt"]}, {"implants": ["unknown"]}], [{"implants": ["none"]}]),
    "cells-before": ([CELLS], [{"cells_before": "no"}]),
    "cells-before-unknown": ([{"cells_before": "unknown"}], [{"cells_before": "no"}]),
    "dark-thoughts": ([SAD | {"dark_thoughts": "yes"}], [SAD | {"dark_thoughts": "no"}, SAD | {"dark_thoughts": "prefer_not"}]),
    "nobody-decides": ([{"legal_rep": "nobody"}, {"legal_rep": "unknown"}], [{"legal_rep": "me"}, {"legal_rep": ""}]),
    "not-diagnosed": ([{"diagnosis_confirmed": "no"}], [{"diagnosis_confirmed": "yes"}, {"diagnosis_confirmed": "unknown"}]),
    "diagnosis-unknown": ([{"diagnosis_confirmed": "unknown"}], [{"diagnosis_confirmed": "no"}]),
    "second-stroke": (
        [{"stroke_count": "several", "stroke_date": "2026-09"}],
        [{"stroke_count": "several", "stroke_date": "2026-08-23"}, {"stroke_count": "one", "stroke_date": "2026-09"}],
    ),
    "cause-untreated": (
        [{"cause_treated": "no"}, {"cause_treated": "unknown"}],
        [{"cause_treated": "yes"}, {"cause_treated": ""}],
    ),
    "operated-no-implant": (
        [{"acute_care": ["operation"], "implants": ["none"]}],
        [{"acute_care": ["operation"], "implants": ["plate"]}, {"acute_care": ["clot_drug"]}],
    ),
    "help-before": ([{"pre_stroke_help": "yes"}], [{"pre_stroke_help": "no"}]),
    "falls": ([{"falls": "2"}], [{"falls": "1"}]),
    "baclofen-pump": ([{"stiffness_treatment": ["pump"]}], [{"stiffness_treatment": ["botulinum"]}]),
    "tube-feeding": ([{"swallowing_how": "tube"}], [{"swallowing_how": "soft"}]),
    "chest-infections": ([{"chest_infections": "yes"}], [{"chest_infections": "no"}]),
    "sad": ([{"sad": "yes"}], [{"sad": "prefer_not"}]),
    "seizure-recent": ([{"seizures": "recent"}], [{"seizures": "past"}]),
    "infection": ([{"infection": "yes"}], [{"infection": "no"}]),
    "blood-infections": ([{"blood_infections": "yes"}], [{"blood_infections": "prefer_not"}]),
    "blood-infections-open": (
        [{"blood_infections": "unknown"}, {"blood_infections": "prefer_not"}],
        [{"blood_infections": "no"}, {"blood_infections": "yes"}],
    ),
    "clotting": ([{"clotting": "now"}, {"clotting": "past"}], [{"clotting": "no"}]),
    "immune": ([{"immune": ["drugs"]}, {"immune": ["transplant"]}], [{"immune": ["none"]}, {"immune": ["unknown"]}]),
    "heart": ([{"heart": ["attack"]}, {"heart": ["valve"]}], [{"heart": ["none"]}, {"heart": ["unknown"]}]),
    "organs": ([{"organs": ["kidney"]}, {"organs": ["lung"]}], [{"organs": ["none"]}]),
    "diabetes": ([{"diabetes": "uncontrolled"}], [{"diabetes": "controlled"}]),
    "pressure": ([{"pressure": "uncontrolled"}], [{"pressure": "controlled"}]),
    "pressure-high": (
        [{"pressure_reading": "180/90"}, {"pressure_reading": "150/110"}],
        [{"pressure_reading": "179/109"}, {"pressure_reading": ""}],
    ),
    "illness-unknown": ([{"heart": ["unknown"]}, {"seizures": "unknown"}], [{"heart": ["none"], "seizures": "no"}]),
    "pregnancy": ([{"pregnancy": one} for one in ("pregnant", "maybe", "breastfeeding")], [{"pregnancy": "no"}]),
    "allergy": ([{"allergy": ["contrast"]}], [{"allergy": ["none"]}]),
    "other-conditions": (
        [{"other_conditions": ["dementia"]}],
        [{"other_conditions": ["none"]}, {"other_conditions": ["prefer_not"]}],
    ),
    "life-limiting": ([{"life_limiting": "yes"}], [{"life_limiting": "no"}]),
    "medicines-missing": (
        [{"medicines": ""}, {"medicines": "", "record_medicine_list": "can_get"}],
        [{"medicines": "Aspirin 100"}, {"medicines": "", "record_medicine_list": "paper"}, {}],
    ),
    "no-rehabilitation": ([{"rehab_done": ["none"]}], [{"rehab_done": ["physio"]}]),
    "rehabilitation-stopped": ([{"rehab_hours": "0"}], [{"rehab_hours": "1-2"}]),
    "trial-now": ([{"trial_now": "yes"}], [{"trial_now": "no"}]),
    "no-discharge-letter": ([{"record_discharge_letter": "none"}], [{"record_discharge_letter": "can_get"}]),
    "old-scan": ([{"scan_age": "older"}], [{"scan_age": "recent"}]),
    "doctor-against": ([{"doctor_view": "against"}], [{"doctor_view": "supports"}]),
    "doctor-not-asked": ([{"doctor_view": "not_asked"}], [{"doctor_view": "against"}]),
    "promised": ([{"promised": ["result"]}, {"promised": ["deposit"]}], [{"promised": ["none"]}]),
    "hopes-too-high": (
        [BED | {"f5": "no", "goal_areas": ["walk"]}, BED | {"f5": "yes", "goal_areas": ["as_before"]}],
        [{"goal_areas": ["walk"]}, BED | {"f5": "no", "goal_areas": ["speak"]}],
    ),
    "soon-and-red": (
        [{"timeframe": "asap", "cancer": "now"}],
        [{"timeframe": "asap"}, {"cancer": "now", "timeframe": "later"}],
    ),
    "loan": ([{"budget": "loan"}], [{"budget": "limit"}]),
    "lies-down": ([{"can_travel": one} for one in ("lying", "ambulance", "not_able")], [{"can_travel": "wheelchair"}]),
    "no-companion": (
        [BED | {"f5": "yes", "companion": "none"}],
        [{"companion": "none"}, BED | {"f5": "yes", "companion": "can_help"}],
    ),
}


def ids(answers: dict) -> set[str]:
    return {rule.id for rule in rules.raised(factories.ANSWERS | answers, today=TODAY)}


def test_the_table_tests_every_rule():
    assert set(TABLE) == set(rules.BY_ID)
    assert len(rules.BY_ID) == len(rules.RULES)


@pytest.mark.parametrize(
    ("rule", "answers"), [(rule, answers) for rule, (raising, _not) in TABLE.items() for answers in raising]
)
def test_a_rule_is_raised(rule, answers):
    assert rule in ids(answers)


@pytest.mark.parametrize(
    ("rule", "answers"), [(rule, answers) for rule, (_raising, quiet) in TABLE.items() for answers in quiet]
)
def test_a_rule_is_not_raised(rule, answers):
    assert rule not in ids(answers)


def test_nothing_is_raised_without_answers_or_by_the_quiet_sample():
    assert rules.raised({}, today=TODAY) == []
    assert ids({}) == set()


def test_every_option_that_is_a_sign_of_an_emergency_raises_one():
    for sign, _label in QUESTIONS["new_signs"].options:
        expected = set() if sign == "none" else {"suicide"} if sign == "suicide" else {"new-signs"}
        assert ids({"new_signs": [sign]}) == expected


def test_rules_name_questions_and_levels_that_exist():
    for rule in rules.RULES:
        assert rule.question in QUESTIONS
        assert rule.level in "ERAi"


def test_the_most_urgent_comes_first():
    found = rules.raised(factories.ANSWERS | {"new_signs": ["face"], "cancer": "unknown", "implants": ["clip"]}, today=TODAY)
    assert [rule.level for rule in found] == ["E", "R", "i"]


def test_emergencies_and_thoughts_of_suicide_need_a_call_the_same_day():
    assert rules.needs_call_today({"new_signs": ["leg"]}, today=TODAY)
    assert rules.needs_call_today({"new_signs": ["suicide"]}, today=TODAY)
    assert not rules.needs_call_today(factories.ANSWERS | {"cancer": "now"}, today=TODAY)


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ({"f1": "yes", "f2": "yes", "f3": "yes"}, 0),
        ({"f1": "yes", "f2": "yes", "f3": "no"}, 1),
        ({"f1": "yes", "f2": "no"}, 2),
        ({"f1": "no", "f4": "yes"}, 3),
        ({"f1": "no", "f4": "no", "f5": "yes"}, 4),
        ({"f1": "no", "f4": "no", "f5": "no"}, 5),
        ({"f1": "yes", "f2": "yes"}, None),
        ({"f1": "yes"}, None),
        ({"f1": "no", "f4": "no"}, None),
        ({}, None),
    ],
)
def test_the_function_score_is_computed(answers, score):
    assert rules.function_score(answers) == score


@pytest.mark.parametrize(
    ("kept", "days", "months"),
    [("2026-11-12", 10, 0), ("2026-10", 22, 1), ("2026-11", 0, 0), ("2024-12", 691, 23), ("2019", 2518, 94), ("", None, None)],
)
def test_time_since_the_stroke_is_never_overstated_in_days(kept, days, months):
    assert rules.days_since_stroke({"stroke_date": kept}, TODAY) == days
    assert rules.months_since_stroke({"stroke_date": kept}, TODAY) == months
