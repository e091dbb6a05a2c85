"""Calls to make: the list, the screen, the log, and who may do it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEvent, User
from quotes import actions, jobs
from quotes.models import CallAttempt, CallRequest
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db
LIST = reverse("admin:quotes_callrequest_changelist")


@pytest.fixture
def call(db) -> CallRequest:
    return factories.call()


def page(call: CallRequest, button: str = "") -> str:
    name = f"quotes_callrequest_{button or 'change'}"
    return reverse(f"admin:{name}", args=[call.pk])


def names(response) -> list[str]:
    return [call.name for call in response.context["cl"].result_list]


def due(call: CallRequest, **ago: int) -> CallRequest:
    CallRequest.objects.filter(pk=call.pk).update(due_at=timezone.now() - timedelta(**ago))
    return call


def test_the_list_shows_what_is_due_first_and_marks_what_is_late(as_staff, coordinator):
    factories.call(name="Young")
    due(factories.call(name="Late"), hours=2)
    response = as_staff(coordinator).get(LIST)
    assert names(response) == ["Late", "Young"]
    assert response.content.decode().count('class="overdue"') == 1


def test_the_filters_narrow(as_staff, coordinator, other_coordinator):
    mine, theirs, done, machine = (factories.call(name=name) for name in ("Mine", "Theirs", "Done", "Machine"))
    actions.take_call(call=mine, by=coordinator)
    actions.take_call(call=theirs, by=other_coordinator)
    actions.log_call(call=done, by=coordinator, outcome="reached")
    actions.finish_call(call=done, by=coordinator)
    CallRequest.objects.filter(pk=machine.pk).update(is_suspect=True)
    due(theirs, hours=1)
    client = as_staff(coordinator)
    for query, wanted in {
        "": {"Mine", "Theirs", "Machine"},
        "calls=late": {"Theirs"},
        "calls=mine": {"Mine"},
        "calls=nobody": {"Machine"},
        "calls=suspect": {"Machine"},
        "calls=done": {"Done"},
    }.items():
        assert set(names(client.get(f"{LIST}?{query}"))) == wanted, query


def test_twenty_five_rows_cost_no_more_queries_than_two(as_staff, coordinator, django_assert_max_num_queries):
    client = as_staff(coordinator)
    for number in range(25):
        actions.log_call(call=factories.call(name=f"N{number}"), by=coordinator, outcome="no_answer")
    client.get(LIST)
    with django_assert_max_num_queries(16) as many:
        client.get(LIST)
    CallRequest.objects.filter(pk__in=CallRequest.objects.values("pk")[2:]).delete()
    with django_assert_max_num_queries(16) as few:
        client.get(LIST)
    assert len(many) == len(few)


def test_the_screen_shows_the_number_and_the_hours_by_both_clocks(as_staff, coordinator):
    call = factories.call(time_zone="Africa/Cairo", parts=["morning"])
    html = as_staff(coordinator).get(page(call)).content.decode()
    assert 'href="tel:+34612345678"' in html
    assert "Morning (9 to 12)" in html
    assert "by our clock: " in html
    assert "Let it ring for long." in html
    assert AuditEvent.objects.filter(action="view call", object=f"quotes.callrequest {call.pk}").exists()


def test_a_try_is_logged_and_the_next_one_gets_a_time(as_staff, coordinator, call):
    due(call, hours=3)
    as_staff(coordinator).post(page(call, "log"), {"outcome": "no_answer", "note": "Rang ten times."})
    call.refresh_from_db()
    attempt = call.attempts.get()
    assert (attempt.outcome, attempt.by, attempt.note) == ("no_answer", coordinator, "Rang ten times.")
    assert call.due_at > timezone.now()
    assert (call.is_done, call.taken_by) == (False, coordinator)
    assert "Rang" not in str(CallAttempt.objects.values("note").get()["note"])


def test_reached_and_done_in_one_step(as_staff, coordinator, call):
    as_staff(coordinator).post(page(call, "log"), {"outcome": "reached", "finish": "yes"})
    call.refresh_from_db()
    assert (call.is_done, call.done_by) == (True, coordinator)


def test_a_refused_log_keeps_the_note(as_staff, coordinator, call):
    response = as_staff(coordinator).post(page(call, "log"), {"note": "A long story."})
    assert response.status_code == 409
    assert "A long story." in response.content.decode()
    assert not call.attempts.exists()


def test_a_call_that_nobody_made_is_not_done_unless_it_is_a_machines(coordinator, call):
    with pytest.raises(NotAllowed, match="Nobody has called yet"):
        actions.finish_call(call=call, by=coordinator)
    CallRequest.objects.filter(pk=call.pk).update(is_suspect=True)
    assert actions.finish_call(call=call, by=coordinator).is_done
    with pytest.raises(NotAllowed, match="done already"):
        actions.log_call(call=call, by=coordinator, outcome="reached")


def test_two_people_do_not_take_the_same_call(coordinator, other_coordinator, call):
    actions.take_call(call=call, by=coordinator)
    with pytest.raises(NotAllowed, match="Carmen Sample has this call already"):
        actions.take_call(call=call, by=other_coordinator)


@pytest.mark.parametrize("role", ["clinical_reviewer", "editor", "auditor", "system_user"])
def test_who_does_not_call_sees_no_number(as_staff, request, role, call):
    person = request.getfixturevalue(role)
    client = as_staff(person)
    assert client.get(LIST).status_code == 403
    assert client.get(page(call)).status_code == 403
    assert client.post(page(call, "log"), {"outcome": "reached"}).status_code == 403
    with pytest.raises(NotAllowed):
        actions.log_call(call=call, by=person, outcome="reached")


def test_wrong_methods(as_staff, coordinator, call):
    client = as_staff(coordinator)
    assert client.post(page(call)).status_code == 405
    assert client.get(page(call, "log")).status_code == 405


def test_the_desk_counts_what_the_list_shows(as_staff, coordinator, call):
    due(factories.call(), hours=1)
    client = as_staff(coordinator)
    [panel] = [p for p in client.get(reverse("admin:index")).context["panels"] if p.title == "Calls to make"]
    assert [(str(line.label), line.count) for line in panel.lines] == [
        ("late", 1),
        ("to make", 2),
        ("mine", 0),
        ("may be a machine", 0),
    ]
    for line in panel.lines:
        assert client.get(line.url).context["cl"].result_count == line.count


def test_calls_are_erased_thirty_days_after_they_are_done(coordinator, call):
    young, old = factories.call(), factories.call()
    for each in (young, old):
        actions.log_call(call=each, by=coordinator, outcome="reached")
        actions.finish_call(call=each, by=coordinator)
    CallRequest.objects.filter(pk=old.pk).update(done_at=timezone.now() - timedelta(days=31))
    assert jobs.purge_calls() == 1
    assert set(CallRequest.objects.all()) == {call, young}
    assert jobs.purge_calls() == 0


def test_the_case_screen_shows_the_calls(as_staff, coordinator, case):
    call = factories.call(case=case)
    actions.log_call(call=call, by=coordinator, outcome="reached", note="She speaks slowly.")
    html = as_staff(coordinator).get(reverse("admin:quotes_quoterequest_change", args=[case.pk])).content.decode()
    assert "She speaks slowly." in html
    assert page(call) in html


def test_erasing_a_case_erases_its_calls(case, manager):
    factories.call(case=case)
    other = factories.call()
    actions.erase(case=case, by=manager)
    assert list(CallRequest.objects.all()) == [other]


def has_left(user) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("gone", [has_left, factories.absence])
def test_the_call_of_somebody_who_is_not_here_is_taken_by_who_is(as_staff, coordinator, other_coordinator, call, gone):
    actions.take_call(call=call, by=other_coordinator)
    client = as_staff(coordinator)
    assert "I make this call" not in client.get(page(call)).content.decode()
    gone(other_coordinator)
    text = client.get(page(call)).content.decode()
    assert "Otto Sample had this call, and is not here." in text and "I make this call" in text
    assert names(client.get(f"{LIST}?calls=gone")) == ["Pilar Sample"]
    client.post(page(call, "take"))
    call.refresh_from_db()
    assert call.taken_by == coordinator


def test_the_late_call_of_somebody_who_is_not_here_is_next_for_who_is(as_staff, coordinator, other_coordinator, call):
    actions.take_call(call=due(call, hours=1), by=other_coordinator)
    assert as_staff(coordinator).get("/staff/").context["next"] is None
    has_left(other_coordinator)
    assert as_staff(coordinator).get("/staff/").context["next"].url == page(call)


def test_a_manager_sees_the_calls_of_who_is_not_here(as_staff, manager, other_coordinator, call):
    actions.take_call(call=call, by=other_coordinator)
    has_left(other_coordinator)
    client = as_staff(manager)
    panel = next(panel for panel in client.get("/staff/").context["panels"] if str(panel.title) == "The people")
    line = next(line for line in panel.lines if str(line.label) == "calls of somebody who is away or has left")
    assert (line.count, client.get(line.url).context["cl"].result_count) == (1, 1)
