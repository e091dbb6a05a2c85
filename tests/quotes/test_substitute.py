"""An office of two: who approves while the clinical reviewer is away."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from portal.models import AuditEvent, User
from quotes import actions
from quotes.models import Recommendation, SubstituteApprover
from quotes.readiness import content_digest, never_reviewed
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(case, coordinator) -> Recommendation:
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    return actions.request_approval(case=case, by=coordinator, recommendation=draft)


@pytest.fixture
def named(manager, coordinator) -> SubstituteApprover:
    """The manager stands in. Another manager named them."""
    other = factories.user(role="manager", email="other-manager@example.org")
    today = timezone.localdate()
    return SubstituteApprover.objects.create(
        user=manager, first_day=today, last_day=today + timedelta(days=7), reason="Holiday.", named_by=other
    )


@pytest.fixture
def colleague(manager, other_coordinator) -> User:
    """A coordinator who stands in, and has nothing else to do with the case."""
    today = timezone.localdate()
    SubstituteApprover.objects.create(
        user=other_coordinator, first_day=today, last_day=today + timedelta(days=7), reason="Holiday.", named_by=manager
    )
    return other_coordinator


def approve(waiting, by) -> Recommendation:
    return factories.approve(waiting, by=by)


def test_a_substitute_approves_what_holds_no_procedure(as_staff, waiting, manager, named):
    page = as_staff(manager).get(f"/staff/quotes/recommendation/{waiting.pk}/preview/").content.decode()
    assert "Approve exactly this text" in page
    assert approve(waiting, manager).approved_by == manager


def test_without_being_named_nobody_does(waiting, manager):
    with pytest.raises(NotAllowed, match="role"):
        approve(waiting, manager)


def test_not_after_the_last_day(waiting, manager, named):
    SubstituteApprover.objects.update(
        first_day=named.first_day - timedelta(days=9), last_day=named.first_day - timedelta(days=1)
    )
    with pytest.raises(NotAllowed, match="role"):
        approve(waiting, manager)


def test_not_a_procedure(waiting, manager, named):
    factories.add_option(waiting, labels="B")
    with pytest.raises(NotAllowed, match="procedure"):
        approve(waiting, manager)


def test_not_where_there_ever_was_a_red_flag(waiting, manager, named, clinical_reviewer):
    flag = factories.flag(waiting.case)
    actions.clear_flag(case=waiting.case, by=clinical_reviewer, flag=flag, text="Long ago.")
    with pytest.raises(NotAllowed, match="red flag"):
        approve(waiting, manager)


def test_never_what_they_wrote_themselves(case, manager, named, coordinator):
    draft = factories.ready_recommendation(case, coordinator=manager)
    actions.request_approval(case=case, by=manager, recommendation=draft)
    with pytest.raises(NotAllowed, match="second person"):
        approve(draft, manager)


def test_nobody_names_themselves(as_staff, manager):
    page = as_staff(manager).get("/staff/quotes/substituteapprover/add/").content.decode()
    assert str(manager.pk) not in page


def preview(client, waiting) -> str:
    return client.get(f"/staff/quotes/recommendation/{waiting.pk}/preview/").content.decode()


def test_a_substitute_returns_it_with_a_comment(as_staff, waiting, manager, named):
    page = preview(as_staff(manager), waiting)
    assert "Your decision in the clinical reviewer's place" in page
    assert "Your decision as clinical reviewer" not in page
    address = f"/staff/quotes/recommendation/{waiting.pk}/return_for_changes/"
    answer = as_staff(manager).post(address, {"comment": "Say how long it takes."})
    assert answer.status_code == 302
    assert waiting.case.notes.get().body == "Say how long it takes."


def test_nobody_returns_it_without_being_named(waiting, manager):
    with pytest.raises(NotAllowed, match="role"):
        actions.return_for_changes(case=waiting.case, by=manager, recommendation=waiting, comment="Say how long it takes.")


def test_what_a_substitute_may_not_approve_is_said_before_they_press(as_staff, waiting, manager, named):
    factories.flag(waiting.case)
    page = preview(as_staff(manager), waiting)
    assert "has, or had, an emergency or red flag: the clinical reviewer must approve it" in page
    assert "Approve exactly this text" not in page and "Return with this comment" in page


def test_a_reviewer_who_sent_it_for_approval_reads_that_a_second_person_must_approve(as_staff, case, named):
    both = factories.user(role="clinical reviewer", name="Bo Sample")
    both.groups.add(Group.objects.get(name="coordinator"))
    draft = factories.ready_recommendation(case, coordinator=both)
    actions.request_approval(case=case, by=both, recommendation=draft)
    page = preview(as_staff(both), draft)
    assert "A second person must approve" in page and "Approve exactly this text" not in page
    assert "Your decision as clinical reviewer" in page


ADD = "/staff/quotes/substituteapprover/add/"
LIST = "/staff/quotes/substituteapprover/"


@pytest.mark.parametrize(("days", "is_kept"), [(90, True), (91, False)])
def test_a_naming_lasts_ninety_days_at_most(as_staff, manager, coordinator, days, is_kept):
    today = timezone.localdate()
    data = {"user": str(coordinator.pk), "first_day": today, "last_day": today + timedelta(days=days - 1), "reason": "Holiday."}
    page = as_staff(manager).post(ADD, data).content.decode()
    assert SubstituteApprover.objects.exists() is is_kept
    assert ("At most 90 days at a time" in page) is not is_kept


def test_an_older_naming_without_that_limit_holds_no_longer(waiting, manager, named):
    SubstituteApprover.objects.update(first_day=timezone.localdate() - timedelta(days=90), last_day=date(2099, 12, 31))
    with pytest.raises(NotAllowed, match="role"):
        approve(waiting, manager)


def end(client, named):
    return client.post(LIST, {"action": "end_now", "_selected_action": [str(named.pk)]}, follow=True).content.decode()


def test_a_manager_ends_a_naming_at_once_and_it_stays_in_the_list(as_staff, manager, waiting, colleague):
    named = SubstituteApprover.objects.get()
    assert "1 person does not stand in any more." in end(as_staff(manager), named)
    named.refresh_from_db()
    assert (named.ended_by, named.last_day > timezone.localdate()) == (manager, True)
    assert AuditEvent.objects.filter(action="end", object=f"quotes.substituteapprover {named.pk}").exists()
    with pytest.raises(NotAllowed, match="role"):
        approve(waiting, colleague)
    assert as_staff(colleague).get(f"/staff/quotes/recommendation/{waiting.pk}/preview/").status_code == 404


def test_what_is_over_is_not_ended_again(as_staff, manager, named):
    SubstituteApprover.objects.update(
        first_day=timezone.localdate() - timedelta(days=9), last_day=timezone.localdate() - timedelta(days=1)
    )
    assert "Choose somebody who stands in now, or will." in end(as_staff(manager), named)
    named.refresh_from_db()
    assert named.ended_at is None


# ── A coordinator in the reviewer's place ─────────────────────────────────────────────────────────────────────────────


def desk(client):
    return client.get("/staff/").context


def test_the_desk_of_a_substitute_shows_what_waits(as_staff, waiting, colleague):
    client = as_staff(colleague)
    panel = next(panel for panel in desk(client)["panels"] if str(panel.title) == "In the clinical reviewer's place")
    assert [line.count for line in panel.lines] == [1]
    assert client.get(panel.lines[0].url).context["cl"].result_count == 1
    found = desk(client)["next"]
    assert (found.url, found.button) == (f"/staff/quotes/recommendation/{waiting.pk}/preview/", "Read it and decide")


def test_the_desk_passes_over_what_a_substitute_may_not_approve(as_staff, waiting, colleague):
    factories.add_option(waiting, labels="B")
    assert desk(as_staff(colleague))["next"] is None


def test_nobody_else_has_that_panel(as_staff, waiting, other_coordinator, clinical_reviewer):
    for person in (other_coordinator, clinical_reviewer):
        titles = [str(panel.title) for panel in desk(as_staff(person))["panels"]]
        assert "In the clinical reviewer's place" not in titles


def test_a_substitute_reads_a_colleagues_case_and_its_files_while_it_waits(as_staff, waiting, colleague):
    file = factories.attachment(waiting.case)
    client, page = as_staff(colleague), f"/staff/quotes/quoterequest/{waiting.case.pk}/"
    text = client.get(f"{page}change/").content.decode()
    assert "while its recommendation waits for your approval" in text and "Walk to the market and back." in text
    assert "Take over" in text and "Keep the note" not in text
    assert client.get(f"{page}files/{file.pk}/").status_code == 200
    SubstituteApprover.objects.update(
        last_day=timezone.localdate() - timedelta(days=1), first_day=timezone.localdate() - timedelta(days=2)
    )
    assert "Walk to the market" not in client.get(f"{page}change/").content.decode()
    assert client.get(f"{page}files/{file.pk}/").status_code == 404
    assert client.get(f"/staff/quotes/recommendation/{waiting.pk}/preview/").status_code == 404


def test_a_substitute_reads_no_case_that_waits_for_nothing(as_staff, case, coordinator, colleague):
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    client = as_staff(colleague)
    assert client.get(f"/staff/quotes/recommendation/{draft.pk}/preview/").status_code == 404
    assert "Walk to the market" not in client.get(f"/staff/quotes/quoterequest/{case.pk}/change/").content.decode()


def test_after_the_decision_the_way_leads_back_to_the_desk(as_staff, waiting, colleague):
    data = {"digest": content_digest(waiting), "unreviewed": list(never_reviewed(waiting))}
    client = as_staff(colleague)
    answer = client.post(f"/staff/quotes/recommendation/{waiting.pk}/approve/", data, follow=True)
    assert answer.redirect_chain == [("/staff/", 302)]
    assert "Approved. The coordinator can send it now." in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.approved_by == colleague


def test_a_substitute_does_nothing_else_to_a_colleagues_case(as_staff, waiting, colleague):
    case = waiting.case
    for change in (
        lambda: actions.send_message(case=case, by=colleague, body="Hello"),
        lambda: actions.add_note(case=case, by=colleague, body="Hello"),
        lambda: actions.close(case=case, by=colleague, reason="spam"),
        lambda: actions.draft_recommendation(case=case, by=colleague),
    ):
        with pytest.raises(NotAllowed, match="A colleague has this case"):
            change()
    builder = as_staff(colleague).get(f"/staff/quotes/recommendation/{waiting.pk}/change/")
    assert builder.status_code == 200 and not builder.context["can_edit"]
