"""An office of two: who approves while the clinical reviewer is away."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from quotes import actions
from quotes.models import Recommendation, SubstituteApprover
from quotes.readiness import content_digest
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


def approve(waiting, by) -> Recommendation:
    return actions.approve(case=waiting.case, by=by, recommendation=waiting, digest=content_digest(waiting))


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
