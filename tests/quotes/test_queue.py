from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from quotes import actions
from quotes.models import Flag, QuoteRequest
from quotes.workflow import Status
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:quotes_quoterequest_changelist")


def references(response) -> list[str]:
    return [case.reference for case in response.context["cl"].result_list]


def raise_flag(case: QuoteRequest, level: str = "R") -> Flag:
    return Flag.objects.create(case=case, rule_id=f"sample-{level}", level=level, rules_version="1", question="cancer")


def test_a_row_says_what_to_do_next(as_staff, coordinator, case):
    raise_flag(case)
    QuoteRequest.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(hours=3))
    page = as_staff(coordinator).get(QUEUE).content.decode()
    for text in (
        case.reference,
        "R 1",
        "mRS 2",
        "lives alone, with some limits",
        "Spain, English",
        "3\xa0hours overdue",
        "new",
    ):
        assert text in page


def test_the_most_urgent_case_comes_first(as_staff, coordinator):
    early, late, waiting = (factories.sent_case(email=f"{n}@example.org") for n in range(3))
    QuoteRequest.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=1))
    QuoteRequest.objects.filter(pk=waiting.pk).update(due_at=None)
    assert references(as_staff(coordinator).get(QUEUE)) == [late.reference, early.reference, waiting.reference]


def test_twenty_five_rows_cost_no_more_queries_than_two(as_staff, coordinator, django_assert_max_num_queries):
    client = as_staff(coordinator)
    for number in range(25):
        case = factories.sent_case(email=f"{number}@example.org")
        raise_flag(case)
        if number % 2:
            actions.assign(case=case, by=coordinator)
    with django_assert_max_num_queries(20) as many:
        assert len(references(client.get(QUEUE))) == 25
    QuoteRequest.objects.filter(pk__in=QuoteRequest.objects.values("pk")[2:]).update(
        status=Status.CLOSED, closed_at=timezone.now(), closing_reason="spam"
    )
    with django_assert_max_num_queries(20) as few:
        client.get(QUEUE)
    assert len(many) == len(few)


def test_the_filters_narrow(as_staff, coordinator, other_coordinator):
    mine, red, theirs, asked, closed = (factories.sent_case(email=f"{n}@example.org") for n in range(5))
    actions.assign(case=mine, by=coordinator)
    actions.assign(case=theirs, by=other_coordinator)
    raise_flag(red)
    actions.assign(case=asked, by=other_coordinator)
    actions.ask_patient(case=asked, by=other_coordinator, body="A question")
    actions.close(case=closed, by=coordinator, reason="spam")
    QuoteRequest.objects.filter(pk=mine.pk).update(due_at=timezone.now() - timedelta(days=1), country="FR", language="ar")
    client = as_staff(coordinator)
    for query, wanted in {
        "": {mine, red, theirs, asked},
        "coordinator=me": {mine},
        "coordinator=nobody": {red},
        "waiting=overdue": {mine},
        "waiting=us": {mine, red, theirs},
        "waiting=patient": {asked},
        "flags=red": {red},
        "status=closed": {closed},
        "status=all": {mine, red, theirs, asked, closed},
        "country=FR": {mine},
        "language=ar": {mine},
    }.items():
        shown = references(client.get(f"{QUEUE}?{query}"))
        assert set(shown) == {case.reference for case in wanted}, query


def test_a_message_after_a_recommendation_waits_for_us(as_staff, coordinator, clinical_reviewer, case, patient):
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    client = as_staff(coordinator)
    assert references(client.get(f"{QUEUE}?waiting=us")) == []
    actions.patient_writes(case=case, by=patient, body="What about the flights?")
    assert references(client.get(f"{QUEUE}?waiting=us")) == [case.reference]


def test_the_search_finds_closed_cases_too(as_staff, coordinator, case):
    actions.close(case=case, by=coordinator, reason="no_answer")
    for text in (case.reference, "maria@example.org", "Sample", "612345678"):
        assert references(as_staff(coordinator).get(QUEUE, {"q": text})) == [case.reference]
    assert references(as_staff(coordinator).get(QUEUE, {"q": "nobody@example.org"})) == []


@pytest.mark.parametrize("role", ["editor", "auditor", "system_user"])
def test_who_has_no_cases_gets_no_queue(as_staff, request, role, case):
    assert as_staff(request.getfixturevalue(role)).get(QUEUE).status_code == 403


def test_a_draft_is_in_no_list(as_staff, manager):
    factories.draft_case()
    assert references(as_staff(manager).get(f"{QUEUE}?status=all")) == []


@pytest.mark.parametrize("lookup", ["answers__startswith=a", "search_keys__digest=x", "coordinator__email__startswith=c"])
def test_hidden_fields_cannot_be_probed(as_staff, coordinator, case, lookup):
    assert as_staff(coordinator).get(f"{QUEUE}?{lookup}").status_code in (302, 400)


def tick(client, action: str, *cases: QuoteRequest, **more: str):
    data = {"action": action, "_selected_action": [str(case.pk) for case in cases], **more}
    return client.post(QUEUE, data, follow=True)


def test_ticked_cases_are_taken_together(as_staff, coordinator, other_coordinator):
    new, theirs = factories.sent_case(), factories.sent_case(email="two@example.org")
    actions.assign(case=theirs, by=other_coordinator)
    response = tick(as_staff(coordinator), "assign_to_me", new, theirs)
    assert "2 cases are yours now." in response.content.decode()
    assert QuoteRequest.objects.filter(coordinator=coordinator, status=Status.IN_REVIEW).count() == 2


def test_closing_as_spam_asks_first(as_staff, coordinator, case):
    client = as_staff(coordinator)
    response = tick(client, "close_as_spam", case)
    assert case.reference in response.content.decode()
    assert QuoteRequest.objects.get().status == Status.SUBMITTED
    tick(client, "close_as_spam", case, confirmed="yes")
    assert QuoteRequest.objects.get().closing_reason == "spam"


def test_what_cannot_be_closed_is_said_by_reference(as_staff, coordinator, other_coordinator, case):
    actions.assign(case=case, by=other_coordinator)
    response = tick(as_staff(coordinator), "close_as_spam", case, confirmed="yes")
    assert f"{case.reference}: A colleague has this case." in response.content.decode()
    assert QuoteRequest.objects.get().status == Status.IN_REVIEW


def test_a_reviewer_has_no_rows_to_tick(as_staff, clinical_reviewer, case):
    page = as_staff(clinical_reviewer).get(QUEUE).content.decode()
    assert "assign_to_me" not in page
    tick(as_staff(clinical_reviewer), "assign_to_me", case)
    assert QuoteRequest.objects.get().coordinator is None
