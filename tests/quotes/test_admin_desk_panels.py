"""The panels of each role: what they list, kind words when there is nothing, and figures for managers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Feedback
from portal.models import OutgoingEmail, User
from quotes import actions, response_times
from quotes.models import QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db
DESK = reverse("admin:index")


def panels(client) -> dict:
    return {str(panel.title): panel for panel in client.get(DESK).context["panels"]}


def test_my_day_lists_what_waits_for_me_with_its_clock(as_staff, coordinator, other_coordinator):
    now = timezone.now()
    cases = [factories.sent_case(email=f"{number}@example.org") for number in range(3)]
    for case, by, due in zip(cases, (coordinator, other_coordinator, coordinator), (5, 1, -2), strict=True):
        actions.assign(case=case, by=by)
        QuoteRequest.objects.filter(pk=case.pk).update(due_at=now + timedelta(hours=due, minutes=5))
    rows = panels(as_staff(coordinator))["My day"].rows
    assert [(row.label, row.urgent) for row in rows] == [(cases[2].reference, True), (cases[0].reference, False)]
    assert [row.detail for row in rows] == ["1\xa0hour overdue", "5\xa0hours left"]


def test_an_empty_desk_speaks_kindly(as_staff, coordinator, clinical_reviewer, editor):
    for person, title, words in (
        (coordinator, "My day", "You have no case now. Look below for one that nobody has."),
        (coordinator, "New and unassigned", "Every case has somebody."),
        (clinical_reviewer, "For the clinical reviewer", "Nothing waits for you. Every flag is cleared."),
        (editor, "What readers wrote", "Everything that readers wrote is dealt with."),
    ):
        client = as_staff(person)
        assert panels(client)[title].is_quiet
        assert words in client.get(DESK).content.decode()


def test_a_manager_sees_who_has_how_much(as_staff, manager, coordinator, other_coordinator):
    for number in range(3):
        actions.assign(case=factories.sent_case(email=f"{number}@example.org"), by=coordinator)
    QuoteRequest.objects.filter(pk=QuoteRequest.objects.values("pk")[:1]).update(due_at=timezone.now() - timedelta(hours=1))
    client = as_staff(manager)
    lines = {str(line.label): line for line in panels(client)["Who has how many open cases"].lines}
    assert {name: line.count for name, line in lines.items()} == {"Carmen Sample": 3, "Otto Sample": 0}
    assert lines["Carmen Sample"].detail == "1 is overdue"
    assert client.get(lines["Carmen Sample"].url).context["cl"].result_count == 3
    reports = reverse("admin:quotes_stepcount_reports")
    assert f'<a class="panel__line" href="{reports}">Reports</a>' in client.get(reverse("admin:index")).content.decode()
    assert "Who has how many open cases" not in panels(as_staff(coordinator))


@pytest.mark.parametrize("how", [{"is_active": False}, {}])
def test_the_cases_of_somebody_who_has_left_are_counted_and_found(as_staff, manager, coordinator, other_coordinator, how):
    """An account that was closed, or a role that was taken away."""
    actions.assign(case=factories.sent_case(), by=coordinator)
    if how:
        User.objects.filter(pk=coordinator.pk).update(**how)
    else:
        coordinator.groups.clear()
    client = as_staff(manager)
    lines = {str(line.label): line for line in panels(client)["Who has how many open cases"].lines}
    assert {name: line.count for name, line in lines.items()} == {"Carmen Sample (has left)": 1, "Otto Sample": 0}
    queue = client.get(lines["Carmen Sample (has left)"].url)
    assert queue.context["cl"].result_count == 1
    assert "Carmen Sample (has left)" in queue.content.decode()


def test_somebody_who_has_left_without_a_case_is_not_listed(as_staff, manager, coordinator):
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    client = as_staff(manager)
    assert panels(client)["Who has how many open cases"].lines == []
    assert "Carmen Sample" not in client.get(reverse("admin:quotes_quoterequest_changelist")).content.decode()


def test_a_manager_reads_how_long_people_wait(as_staff, manager, monkeypatch):
    monkeypatch.setattr(response_times, "current", lambda: response_times.ResponseTimes(requests=3))
    assert "shown here after 20 requests" in str(panels(as_staff(manager))["Who has how many open cases"].note)
    times = response_times.ResponseTimes(requests=30, median=4, ninetieth=11, in_time=93)
    monkeypatch.setattr(response_times, "current", lambda: times)
    note = str(panels(as_staff(manager))["Who has how many open cases"].note)
    assert "within 4 opening hours" in note and "within 11" in note and "93 of 100" in note


def test_a_report_that_an_editor_dealt_with_leaves_the_desk(as_staff, editor):
    client, report = as_staff(editor), factories.feedback()
    factories.feedback(is_suspect=True)
    factories.feedback(has_text=False, text="")
    lines = panels(client)["What readers wrote"].lines
    assert [line.count for line in lines] == [1, 1]
    assert [client.get(line.url).context["cl"].result_count for line in lines] == [1, 1]
    page = reverse("admin:articles_feedback_changelist")
    client.post(page, {"action": "mark_handled", "_selected_action": [str(report.pk)]})
    assert panels(client)["What readers wrote"].lines[0].count == 0
    handled = Feedback.objects.get(pk=report.pk)
    assert handled.handled_by == editor and handled.handled_at
    assert client.get(f"{page}?handled=yes").context["cl"].result_count == 1


def test_late_mail_is_a_link_to_the_late_ones_only(as_staff, system_user, case):
    OutgoingEmail.objects.update(next_attempt_at=timezone.now() + timedelta(hours=1))
    late = OutgoingEmail.objects.first()
    OutgoingEmail.objects.filter(pk=late.pk).update(next_attempt_at=timezone.now() - timedelta(minutes=6))
    client = as_staff(system_user)
    line = next(line for line in panels(client)["Worker and e-mail"].lines if "Late" in str(line.label))
    assert line.count == 1
    assert list(client.get(line.url).context["cl"].result_list) == [late]
