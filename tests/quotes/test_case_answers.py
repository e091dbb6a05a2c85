"""The answers on the case page: read, corrected, finished later; what was said before is kept, and the rules look again."""

import pytest
from django.utils import translation

from quotes import actions, questions
from quotes.models import AnswerChange, Event
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(case):
    return factories.case_client(case.owner)


def stroke(**changes: str) -> dict[str, str]:
    return {"stroke_type": "ischaemic", "stroke_date": "3 2024", "still_changing": "same"} | changes


def test_the_page_shows_what_was_answered_and_how_much_was_left_open(patient):
    page = patient.get("/en/case/answers/").content.decode()
    assert "A blocked vessel" in page
    assert "questions left open" in page
    assert "/en/case/answers/movement/" in page


def test_a_corrected_answer_is_the_cases_and_what_was_said_before_is_kept(patient, case, coordinator):
    response = patient.post("/en/case/answers/stroke/", stroke(stroke_type="bleed"))
    assert response.url == "/en/case/answers/"
    case.refresh_from_db()
    assert case.answers["stroke_type"] == "bleed"
    change = AnswerChange.objects.get()
    assert change.before["stroke_type"] == "ischaemic"
    assert "stroke_date" not in change.before
    assert case.due_at is not None
    assert "changed or added answers" in patient.get("/en/case/").content.decode()
    screen = factories.staff_client(coordinator).get(f"/staff/quotes/quoterequest/{case.pk}/change/").content.decode()
    assert "Bleeding in the brain" in screen
    assert "A blocked vessel" in screen  # until when it was so


def test_what_was_left_for_later_can_be_finished(patient, case):
    before = len(questions.open_questions(case.answers))
    patient.post("/en/case/answers/movement/", {"arm": "2", "balance": "0"})
    case.refresh_from_db()
    assert case.answers["arm"] == "2"
    assert len(questions.open_questions(case.answers)) == before - 1
    assert f"{before - 1} questions are still open" in patient.get("/en/case/").content.decode()


def test_a_correction_raises_the_flags_it_calls_for_and_leaves_the_open_ones(patient, case):
    patient.post("/en/case/answers/stroke/", stroke(stroke_type="bleed"))
    patient.post("/en/case/answers/stroke/", stroke(stroke_type="bleed", still_changing="worse"))
    assert sorted(flag.rule_id for flag in case.flags.all()) == ["bleeding-stroke", "getting-worse"]


def test_a_flag_cleared_for_one_answer_comes_back_for_another(patient, case, clinical_reviewer):
    patient.post("/en/case/answers/stroke/", stroke(stroke_type="bleed"))
    actions.clear_flag(case=case, by=clinical_reviewer, flag=case.flags.get(), text="Read the scan report.")
    patient.post("/en/case/answers/hopes/", {"goals": "Sing."})
    assert case.flags.count() == 1  # the same answer, and somebody has dealt with it
    patient.post("/en/case/answers/stroke/", stroke(stroke_type="subarachnoid"))
    assert case.flags.filter(rule_id="bleeding-stroke").count() == 2
    assert case.flags.uncleared().count() == 1


def test_a_flag_that_was_cleared_comes_back_for_another_answer_only_whatever_the_language(clinical_reviewer):
    case = factories.sent_case(cancer="recent", implants=["shunt", "pump"])
    for flag in case.flags.all():
        actions.clear_flag(case=case, by=clinical_reviewer, flag=flag, text="Asked, and read the papers.")

    def open_after(**corrected: object) -> list[str]:
        with translation.override("es"):
            actions.correct_answers(case=case, by=case.owner, answers=corrected)
        return [flag.rule_id for flag in case.flags.uncleared()]

    assert open_after(goals="Cantar.") == []
    assert open_after(implants=["pump", "shunt"]) == []  # the same two
    assert open_after(cancer="no") == []
    assert open_after(cancer="recent") == []  # as when it was cleared
    assert open_after(cancer="now") == ["cancer-recent"]


def test_a_new_sign_of_danger_shows_whom_to_call_and_moves_our_clock_to_today(patient, case):
    patient.post("/en/case/answers/body-and-mood/", {"sad": "yes", "dark_thoughts": "yes", "asked": ["dark_thoughts"]})
    case.refresh_from_db()
    assert case.flags.get(rule_id="dark-thoughts").level == "R"
    page = patient.get("/en/case/answers/urgent/").content.decode()
    assert 'href="tel:024"' in page


def test_a_required_answer_cannot_be_taken_away(patient, case):
    response = patient.post("/en/case/answers/hopes/", {"goals": ""})
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    with pytest.raises(NotAllowed):
        actions.correct_answers(case=case, by=case.owner, answers={"goals": ""})


def test_what_was_typed_wrong_stays_on_the_page(patient):
    page = patient.post("/en/case/answers/stroke/", stroke(stroke_date="last spring")).content.decode()
    assert "last spring" in page
    assert not AnswerChange.objects.exists()


def test_who_asks_and_how_to_reach_them_is_not_changed_here(patient, case):
    patient.post("/en/case/answers/about-you/", {"email": "other@example.org", "filler_role": "clinician"})
    case.refresh_from_db()
    assert (case.answers["email"], case.answers["filler_role"]) == ("maria@example.org", "patient")
    assert case.owner.email == "maria@example.org"
    assert patient.get("/en/case/answers/nonsense/").status_code == 404


def test_saving_the_same_again_changes_nothing(patient, case):
    events = Event.objects.filter(case=case).count()
    assert patient.post("/en/case/answers/stroke/", stroke()).status_code == 302
    assert Event.objects.filter(case=case).count() == events
    assert not AnswerChange.objects.exists()


def test_a_reader_may_read_and_not_change(case):
    reader = factories.case_client(factories.participant(case=case, role="reader"))
    assert "Change or add" not in reader.get("/en/case/answers/").content.decode()
    assert 'type="submit">Save' not in reader.get("/en/case/answers/stroke/").content.decode()
    assert reader.post("/en/case/answers/stroke/", stroke(stroke_type="bleed")).status_code == 403
    case.refresh_from_db()
    assert case.answers["stroke_type"] == "ischaemic"


def test_another_familys_session_changes_its_own_case_only(case):
    other = factories.sent_case(email="other@example.org")
    factories.case_client(other.owner).post("/en/case/answers/stroke/", stroke(stroke_type="bleed"))
    case.refresh_from_db()
    assert case.answers["stroke_type"] == "ischaemic"


def test_the_page_costs_few_queries(patient, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        patient.get("/en/case/answers/")
    with django_assert_max_num_queries(5):
        patient.get("/en/case/answers/stroke/")
