"""The saved views above the queue, and what the search says when it finds too much or nothing."""

import pytest
from django.urls import reverse
from django.utils import timezone

from quotes import actions, queries, search
from quotes.models import QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:quotes_quoterequest_changelist")


@pytest.fixture
def some_cases(coordinator, other_coordinator):
    mine, theirs, red, failed, suspect = (factories.sent_case(email=f"{number}@example.org") for number in range(5))
    actions.assign(case=mine, by=coordinator)
    actions.assign(case=theirs, by=other_coordinator)
    actions.ask_patient(case=theirs, by=other_coordinator, body="A question")
    factories.flag(red)
    actions.mark_unreachable(participant=failed.owner)
    QuoteRequest.objects.filter(pk=suspect.pk).update(is_suspect=True)
    QuoteRequest.objects.filter(pk=mine.pk).update(due_at=timezone.now())


def views(response) -> dict[str, dict]:
    return {str(view["label"]): view for view in response.context["saved_views"]}


def test_every_view_leads_to_as_many_rows_as_it_counts(as_staff, coordinator, some_cases):
    client = as_staff(coordinator)
    found = views(client.get(QUEUE))
    assert {label: int(view["count"]) for label, view in found.items()} == {
        "All that are not closed": 5, "Mine": 1, "Nobody has them yet": 3, "Overdue": 1, "Waiting for us": 4,
        "Waiting for the patient": 1, "Declined": 0, "Red flags": 1, "Could not be reached": 1, "May be a machine": 1,
    }  # fmt: skip
    for view in found.values():
        assert len(client.get(view["url"]).context["cl"].result_list) == int(view["count"]), view["label"]


def test_the_view_one_looks_at_is_marked(as_staff, coordinator, some_cases):
    client = as_staff(coordinator)
    for label, view in views(client.get(QUEUE)).items():
        page = client.get(view["url"])
        assert [name for name, other in views(page).items() if other["is_current"]] == [label]
        assert page.content.decode().count('aria-current="page"') == 1
    assert not [v for v in views(client.get(f"{QUEUE}?flags=red&language=en")).values() if v["is_current"]]


def test_a_reviewer_has_no_cases_of_their_own_to_look_for(as_staff, clinical_reviewer, some_cases):
    assert "Mine" not in views(as_staff(clinical_reviewer).get(QUEUE))


def test_an_answer_of_the_family_is_found_and_a_look_is_not(as_staff, coordinator, case, patient):
    client = as_staff(coordinator)
    actions.assign(case=case, by=coordinator)
    assert client.get(f"{QUEUE}?waiting=answered").context["cl"].result_list == []
    actions.ask_patient(case=case, by=coordinator, body="Which hospital?")
    actions.patient_writes(case=case, by=patient, body="The one by the river.")
    assert client.get(f"{QUEUE}?waiting=answered").context["cl"].result_list == [case]


def asks_for_new_prices(case, owner):
    actions.undo_accept(case=case, by=owner)
    case.recommendations.update(valid_until=timezone.localdate())
    actions.ask_for_requote(case=case, by=owner)


def takes_papers_back(case, owner):
    sharing = factories.sharing(case, option=case.accepted_option)
    actions.agree_sharing(case=case, by=owner, sharing=sharing, language="en")
    forget_answers(case)
    actions.withdraw_sharing(case=case, by=owner, sharing=sharing)


def forget_answers(case):
    QuoteRequest.objects.filter(pk=case.pk).update(family_answered_at=None)


@pytest.mark.parametrize(
    "answer",
    [
        asks_for_new_prices,
        lambda case, owner: actions.agree_sharing(case=case, by=owner, sharing=factories.sharing(case, option=case.accepted_option), language="en"),
        lambda case, owner: actions.refuse_sharing(case=case, by=owner, sharing=factories.sharing(case)),
        takes_papers_back,
    ],
)  # fmt: skip
def test_whatever_makes_it_our_turn_again_is_an_answer(answer, case, patient, coordinator, clinical_reviewer):
    recommendation = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    actions.accept(case=case, by=patient, option=recommendation.options.earliest("position"))
    if answer is not asks_for_new_prices:
        actions.confirm_accept(case=case, by=coordinator)
    forget_answers(case)
    answer(case, patient)
    assert [*queries.with_answer(QuoteRequest.objects.all())] == [case]


def test_too_many_of_one_name_shows_the_newest_and_says_so(as_staff, coordinator, monkeypatch):
    monkeypatch.setattr(search, "MOST", 2)
    cases = [factories.sent_case(email=f"{number}@example.org") for number in range(3)]
    response = as_staff(coordinator).get(QUEUE, {"q": "Sample"})
    assert set(response.context["cl"].result_list) == set(cases[1:])
    assert "These are the newest 2." in response.content.decode()
    monkeypatch.setattr(search, "MOST", 9)
    assert "These are the newest" not in as_staff(coordinator).get(QUEUE, {"q": "Sample"}).content.decode()


def test_nothing_found_is_said_kindly(as_staff, coordinator, case):
    client = as_staff(coordinator)
    assert "No case matches." in client.get(QUEUE, {"q": "nobody@example.org"}).content.decode()
    assert "No case here." in client.get(f"{QUEUE}?flags=red").content.decode()


def test_a_count_follows_at_once(as_staff, coordinator, clinical_reviewer, some_cases):
    client = as_staff(coordinator)
    another = factories.flag(factories.sent_case(email="red@example.org"))
    assert views(client.get(QUEUE))["Red flags"]["count"] == "2"
    actions.clear_flag(case=another.case, by=clinical_reviewer, flag=another, text="Read, and no danger.")
    assert views(client.get(QUEUE))["Red flags"]["count"] == "1"
