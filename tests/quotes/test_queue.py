from datetime import timedelta

import pytest
from django.core.cache import cache
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
    return factories.flag(case, level=level, rule_id=f"sample-{level}")


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
    cache.clear()  # as before the first look
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
        f"coordinator={other_coordinator.pk}": {theirs, asked},
        "coordinator=nobody-like-this": set(),
        "waiting=us": {mine, red, theirs},
        "waiting=today": {mine},
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


@pytest.mark.parametrize(
    "lookup",
    [
        "answers__startswith=a", "search_keys__digest=x", "coordinator__email__startswith=c", "reference__startswith=RG-7",
        "story__startswith=a", "flags__clearance__contains=x", "participants__email_index=k1", "version__gt=1", "turn_at__lt=2030",
    ],
)  # fmt: skip
def test_hidden_fields_cannot_be_probed(as_staff, coordinator, case, lookup):
    """Also with `e=1` beside it, which tells Django's list that the address was refused already."""
    client = as_staff(coordinator)
    assert client.get(f"{QUEUE}?{lookup}").status_code == 400
    assert client.get(f"{QUEUE}?{lookup}&e=1").status_code == 400
