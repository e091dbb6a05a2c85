"""Whatever the approval holds for is compared: no change that a patient would read goes unseen between two versions."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from quotes import actions
from quotes.models import LineItem, Option, Recommendation
from quotes.readiness import LINE_FIELDS, OPTION_FIELDS, RECOMMENDATION_FIELDS, content_digest
from quotes.versions import changed_parts, line_text, option_lines
from tests import factories

pytestmark = pytest.mark.django_db

ROW = {"country": "ES", "status": "Allowed.", "source": "https://example.org/", "checked_on": "2026-01-02"}
ANSWER = {"question": "how-given", "asked_on": "2026-01-02", "answered_on": "2026-01-05", "answer": "Dr Sample", "proof": ""}
FACTS = {
    "name": "Sample clinic", "country": "ES", "city": "Seville", "languages": ["es"], "accreditation": "Sample board",
    "accreditation_proof": "its register", "accreditation_checked_on": "2026-01-02", "answers": [ANSWER],
}  # fmt: skip
RATE = {"second_currency": "MAD", "rate": Decimal("10.8"), "rate_as_of": date(2026, 1, 2), "rate_source": "Sample bank"}
CHANGED = {  # of the version
    "summary": "Otherwise.", "advise_against": True, "against_reasons": "Otherwise.", "could_change": "Otherwise.",
    "alternatives": "Otherwise.", "elsewhere": "Otherwise.", "carried_flags": ["infection-now"], "commission": "Otherwise.", "currency": "USD",
    "second_currency": "EGP", "rate": Decimal("11"), "rate_as_of": date(2026, 2, 2), "rate_source": "Other bank",
    "valid_until": date(2030, 1, 2),
}  # fmt: skip
CHANGED_OPTION = {
    "title": "Otherwise", "description": "Otherwise.", "kind": "trial", "evidence_labels": "B", "risks": "Otherwise.", "regulatory_status": "Otherwise.",
    "regulatory_rows": [ROW | {"status": "Not allowed."}], "checked_on": date(2026, 2, 2),
}  # fmt: skip
CHANGED_LINE = {
    "group": "travel", "label": "Otherwise", "quantity": 2, "low": 1, "likely": 130000, "high": 170000, "inclusion": "excluded",
    "source": "estimate", "quoted_on": date(2026, 2, 2),
}  # fmt: skip
CHANGED_FACTS = {
    "name": "Other clinic", "country": "PT", "city": "Faro", "languages": ["es", "ar"], "accreditation": "Other board",
    "accreditation_proof": "a paper", "accreditation_checked_on": "2026-02-02", "answers": [],
}  # fmt: skip
BY_PLACE = {
    "number",
    "language",
    "revision_reason",
    "position",
    "treatment_id",
    "clinic_id",
}  # what a pair of versions and its page say


@pytest.fixture
def pair(case, coordinator, clinical_reviewer) -> tuple[Recommendation, Recommendation]:
    """Two versions that say the same."""
    sent = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    return sent, actions.revise(case=case, by=coordinator, reason="The clinic has written.")


@pytest.fixture
def option(pair) -> Option:
    """With everything in it that can be said."""
    option = pair[1].options.earliest("position")
    option.regulatory_rows, option.clinic_facts = [ROW], FACTS
    return option


def test_every_field_that_the_approval_holds_for_is_changed_here():
    assert set(CHANGED) | BY_PLACE == set(RECOMMENDATION_FIELDS) | BY_PLACE
    assert set(CHANGED_OPTION) | BY_PLACE == set(OPTION_FIELDS) | BY_PLACE
    assert set(CHANGED_LINE) | BY_PLACE == set(LINE_FIELDS) | BY_PLACE


def unseen(row: Any, changes: dict[str, Any], read: Callable[[Any], Any]) -> list[str]:
    """The fields whose change leaves what is read as it was."""
    before, found = read(row), []
    for name, value in changes.items():
        kept = getattr(row, name)
        setattr(row, name, value)
        found += [name] if read(row) == before else []
        setattr(row, name, kept)
    return found


def test_two_that_say_the_same_have_no_change(pair):
    assert changed_parts(*pair) == []


def test_a_change_of_the_words_is_seen(pair):
    for name, value in RATE.items():
        setattr(pair[1], name, value)
    assert unseen(pair[1], CHANGED, lambda version: str(changed_parts(pair[0], version))) == []


def test_a_change_of_an_option_is_seen(option):
    assert unseen(option, CHANGED_OPTION, lambda row: option_lines(row, "EUR")) == []


def test_a_change_of_a_cost_is_seen():
    line = LineItem(
        label="Practice", low=1000, likely=2000, high=3000, source="quoted", quoted_on=date(2026, 1, 2), group="medical"
    )
    assert unseen(line, CHANGED_LINE, lambda row: line_text(row, "EUR")) == []


def test_a_change_of_what_the_clinic_says_is_seen(option):
    others = {name: FACTS | {name: value} for name, value in CHANGED_FACTS.items()}
    others |= {
        name: FACTS | {"answers": [ANSWER | {name: "2026-03-04"}]} for name in ("question", "answered_on", "answer", "proof")
    }
    before = option_lines(option, "EUR")
    for name, facts in others.items():
        option.clinic_facts = facts
        assert option_lines(option, "EUR") != before, name


def test_a_question_that_a_clinic_left_open_is_seen(option):
    option.clinic_facts = FACTS | {"answers": [ANSWER | {"answer": "", "answered_on": ""}]}
    assert "Asked on 2 January 2026, no answer." in " ".join(option_lines(option, "EUR"))


def test_another_order_of_the_options_is_seen(pair, coordinator):
    option, before = pair[1].options.earliest("position"), content_digest(pair[1])
    actions.move_option(case=pair[1].case, by=coordinator, option=option, earlier=False)
    assert content_digest(pair[1]) != before
    [part] = changed_parts(*pair)
    assert part.title == "The order of the options"


def test_the_page_says_why_there_is_a_new_version(as_staff, coordinator, pair):
    page = as_staff(coordinator).get(reverse("admin:quotes_recommendation_compare", args=[pair[1].pk])).content.decode()
    assert "The clinic has written." in page
    assert "Both say the same." in page
