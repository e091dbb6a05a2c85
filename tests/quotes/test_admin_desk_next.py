"""What stands on top of the desk: the one next thing, and why."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.desk import Line
from portal.models import Heartbeat
from quotes import actions
from quotes.models import CallRequest, QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db
DESK = reverse("admin:index")


@pytest.fixture(autouse=True)
def worker_runs(db):
    Heartbeat.objects.create(name="worker", at=timezone.now())


def next_of(client):
    return client.get(DESK).context["next"]


def sent(number: int, **fields) -> QuoteRequest:
    case = factories.sent_case(email=f"{number}@example.org")
    QuoteRequest.objects.filter(pk=case.pk).update(**fields)
    case.refresh_from_db()
    return case


def taken(number: int, by, **fields) -> QuoteRequest:
    case = factories.sent_case(email=f"{number}@example.org")
    actions.assign(case=case, by=by)
    QuoteRequest.objects.filter(pk=case.pk).update(**fields)
    case.refresh_from_db()
    return case


def test_the_most_pressing_case_is_named_with_the_reason(as_staff, coordinator, other_coordinator):
    """Worked off one after another, in the order in which they press."""
    client, now = as_staff(coordinator), timezone.now()
    assert next_of(client) is None
    new = sent(1, due_at=now + timedelta(hours=1))
    due = taken(2, coordinator, due_at=now + timedelta(hours=2))
    answered = taken(3, coordinator)
    actions.ask_patient(case=answered, by=coordinator, body="Which hospital?")
    actions.patient_writes(case=answered, by=answered.participants.get(), body="The one by the river.")
    nobodys = sent(4, due_at=now - timedelta(hours=1))
    late = taken(5, coordinator, due_at=now - timedelta(minutes=5))
    emergency = sent(6, due_at=now + timedelta(hours=9))
    factories.flag(emergency, level="E")
    taken(7, other_coordinator, due_at=now - timedelta(days=9))
    for case, why, urgent in (
        (emergency, "signs of an emergency", True),
        (late, "It is yours, and our next step is late: 5\xa0minutes overdue.", True),
        (nobodys, "Nobody has taken it, and our answer is late", True),
        (answered, "the family has answered", False),
        (due, "the first that waits for us", False),
        (new, "It is new", False),
    ):
        found = next_of(client)
        assert (case.reference in str(found.title), found.urgent) == (True, urgent), why
        assert why in str(found.why)
        assert found.url == reverse("admin:quotes_quoterequest_change", args=[case.pk])
        actions.close(case=case, by=coordinator, reason="completed")
    assert next_of(client) is None
    assert "Nothing waits for you now." in client.get(DESK).content.decode()


def test_what_may_be_a_machine_is_not_next(as_staff, coordinator):
    sent(1, due_at=timezone.now() - timedelta(days=1), is_suspect=True)
    assert next_of(as_staff(coordinator)) is None


def test_a_late_call_comes_before_a_case(as_staff, coordinator, other_coordinator):
    sent(1, due_at=timezone.now() - timedelta(days=1))
    call = factories.call()
    assert "Case" in next_of(as_staff(coordinator)).title
    CallRequest.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert next_of(as_staff(coordinator)).url == reverse("admin:quotes_callrequest_change", args=[call.pk])
    actions.take_call(call=call, by=other_coordinator)
    assert "Case" in next_of(as_staff(coordinator)).title


def test_a_reviewer_clears_first_and_approves_then(as_staff, coordinator, clinical_reviewer):
    client = as_staff(clinical_reviewer)
    case = factories.sent_case()
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    red = factories.flag(sent(1))
    emergency = factories.flag(sent(2), level="E")
    for flag in (emergency, red):
        assert next_of(client).url == reverse("admin:quotes_quoterequest_change", args=[flag.case_id]) + "#flags"
        actions.clear_flag(case=flag.case, by=clinical_reviewer, flag=flag, text="Read, and no danger.")
    assert next_of(client).url == reverse("admin:quotes_recommendation_preview", args=[draft.pk])


def test_an_editor_sees_the_review_that_is_longest_overdue_and_then_readers(as_staff, editor):
    client = as_staff(editor)
    today = timezone.localdate()
    articles = [factories.article(f"sample-{days}") for days in (3, 9)]
    for article, days in zip(articles, (3, 9), strict=True):
        article.next_review_on = today - timedelta(days=days)
        article.save()
    report = factories.feedback()
    for article in reversed(articles):
        assert next_of(client).url == reverse("admin:articles_article_change", args=[article.pk])
        article.next_review_on = today + timedelta(days=90)
        article.save()
    assert next_of(client).url == reverse("admin:articles_feedback_change", args=[report.pk])


def test_a_worker_that_stands_is_the_first_thing_for_those_who_can_start_it(as_staff, system_user, manager, coordinator, case):
    Heartbeat.objects.all().delete()
    for person in (system_user, manager):
        assert "worker" in str(next_of(as_staff(person)).title)
    assert case.reference in next_of(as_staff(coordinator)).title


def test_an_auditor_is_told_of_nothing_to_do(as_staff, auditor, case):
    response = as_staff(auditor).get(DESK)
    assert response.context["next"] is None
    assert case.reference not in response.content.decode()


def test_a_long_count_stops():
    assert [Line(label="", count=count, url="").shown for count in (0, 99, 100)] == ["0", "99", "99+"]


@pytest.mark.parametrize(("role", "most"), [("coordinator", 30), ("clinical_reviewer", 18), ("manager", 34), ("editor", 18)])
def test_the_whole_desk_costs_few_queries(as_staff, request, role, most, case, django_assert_max_num_queries):
    client = as_staff(request.getfixturevalue(role))
    client.get(DESK)
    with django_assert_max_num_queries(most):
        client.get(DESK)
