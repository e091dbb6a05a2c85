"""Accounts of colleagues: made, given roles, closed, helped after a lost phone; and the desk of those who run the machine."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from portal import roles, second_factor
from portal.models import AuditEvent, Heartbeat, OutgoingEmail, RecoveryCode, TotpDevice, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
ADD, LIST = "/staff/portal/user/add/", "/staff/portal/user/"


@pytest.fixture
def browser(as_staff, system_user):
    return as_staff(system_user)


@pytest.fixture
def role_ids(groups) -> dict[str, int]:
    return dict(Group.objects.values_list("name", "pk"))


def page_of(user: User) -> str:
    return f"/staff/portal/user/{user.pk}/change/"


def form(user: User, **changes: object) -> dict[str, object]:
    kept = {"name": user.name, "email": user.email, "public_role": user.public_role, "new_password": "", "is_active": "on"}
    return {
        key: value
        for key, value in (kept | {"groups": list(user.groups.values_list("pk", flat=True))} | changes).items()
        if value
    }


def test_a_new_colleague_can_sign_in(browser, client, role_ids, system_user):
    data = {"name": "New Sample", "email": "New@Office.Example", "groups": [role_ids["editor"]], "new_password": PASSWORD}
    assert browser.post(ADD, data).status_code == 302
    user = User.objects.get(email="new@office.example")
    assert user.in_role(roles.EDITOR)
    assert client.post("/staff/sign-in/", {"email": user.email, "password": PASSWORD}).status_code == 302
    recorded = AuditEvent.objects.filter(actor=system_user, object=f"portal.user {user.pk}").values_list("action", "fields")
    assert ("set roles", "editor") in recorded
    assert "add" in {action for action, _fields in recorded}
    assert not AuditEvent.objects.filter(fields__contains="@").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"new_password": ""}, "This field is required"),
        ({"new_password": "short"}, "too short"),
        ({"email": "carmen@office.example"}, "has this address already"),
        ({"email": "CARMEN@office.example"}, "has this address already"),
        ({"email": "no address"}, "valid email"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_mistakes_are_said_and_nothing_is_made(browser, coordinator, changes, said):
    count = User.objects.count()
    data = {"name": "New Sample", "email": "new@office.example", "new_password": PASSWORD} | changes
    response = browser.post(ADD, data)
    assert said in response.content.decode()
    assert User.objects.count() == count


def test_no_password_is_ever_shown(browser, coordinator):
    html = browser.get(page_of(coordinator)).content.decode()
    assert coordinator.password not in html
    assert "md5" not in html
    assert "is_superuser" not in html
    assert "user_permissions" not in html


def test_roles_change_and_are_recorded(browser, coordinator, role_ids):
    assert browser.post(page_of(coordinator), form(coordinator, groups=[role_ids["manager"]])).status_code == 302
    assert [group.name for group in coordinator.groups.all()] == ["manager"]
    assert AuditEvent.objects.get(action="set roles").fields == "manager"


def test_somebody_who_leaves_is_deactivated_and_never_deleted(browser, coordinator):
    browser.post(page_of(coordinator), form(coordinator, is_active=""))
    coordinator.refresh_from_db()
    assert not coordinator.is_active
    assert browser.post(f"/staff/portal/user/{coordinator.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=coordinator.pk).exists()


def test_a_forgotten_password_is_replaced(browser, coordinator, as_staff):
    signed_in = as_staff(coordinator)
    browser.post(page_of(coordinator), form(coordinator, new_password="a brand new pass phrase"))
    coordinator.refresh_from_db()
    assert coordinator.check_password("a brand new pass phrase")
    assert signed_in.get("/staff/").status_code == 302


def test_leaving_the_password_empty_keeps_it(browser, coordinator):
    assert browser.post(page_of(coordinator), form(coordinator, name="Carmen Newname")).status_code == 302
    coordinator.refresh_from_db()
    assert (coordinator.name, coordinator.check_password(PASSWORD)) == ("Carmen Newname", True)


@pytest.mark.parametrize(
    ("changes", "said"), [({"is_active": ""}, "close your own account"), ({"groups": []}, "system role from yourself")]
)
def test_nobody_locks_oneself_out(browser, system_user, changes, said):
    response = browser.post(page_of(system_user), form(system_user, **changes))
    assert said in response.content.decode()
    system_user.refresh_from_db()
    assert system_user.is_active
    assert system_user.groups.exists()


def test_one_may_change_the_own_name(browser, system_user):
    assert browser.post(page_of(system_user), form(system_user, name="Sasha Newname")).status_code == 302


def test_resetting_the_second_step_asks_first_then_ends_every_session(browser, coordinator, other_coordinator, as_staff):
    second_factor.confirm(second_factor.device_to_enrol(coordinator))
    second_factor.new_recovery_codes(coordinator)
    second_factor.device_to_enrol(other_coordinator)
    theirs, others = as_staff(coordinator), as_staff(other_coordinator)
    url = f"/staff/portal/user/{coordinator.pk}/reset-second-factor/"
    assert url in browser.get(page_of(coordinator)).content.decode()
    assert browser.get(url).status_code == 200
    assert TotpDevice.objects.count() == 2  # looking resets nothing
    assert browser.post(url).url == page_of(coordinator)
    assert TotpDevice.objects.get().user == other_coordinator
    assert RecoveryCode.objects.count() == 0
    assert theirs.get("/staff/").status_code == 302
    assert others.get("/staff/").status_code == 200
    assert AuditEvent.objects.get(action="reset second factor").object == f"portal.user {coordinator.pk}"


def test_resetting_ones_own_second_step_leads_to_a_new_sign_in(system_user, as_staff):
    browser = as_staff(system_user)
    assert browser.post(f"/staff/portal/user/{system_user.pk}/reset-second-factor/").status_code == 302
    assert browser.get(page_of(system_user)).status_code == 302
    assert "The second step is reset" in browser.get("/staff/sign-in/").content.decode()


def test_the_list_shows_roles_and_who_has_a_phone(browser, coordinator):
    second_factor.confirm(second_factor.device_to_enrol(coordinator))
    html = browser.get(LIST).content.decode()
    assert "coordinator" in html
    assert html.count("icon-yes") >= 3


def test_the_desk_shows_worker_and_outbox_to_those_who_can_help(as_staff, browser, manager, coordinator):
    for state in ("failed", "uncertain", "queued"):
        OutgoingEmail.objects.create(
            kind="x", subject_type="x", subject_id=coordinator.pk, dedupe_key=state, delivery_class="A", state=state,
            message_id="x", next_attempt_at=timezone.now() - timedelta(minutes=10),
        )  # fmt: skip
    for member in (browser, as_staff(manager)):
        html = member.get("/staff/").content.decode()
        assert "The worker is not running" in html
        assert "?state__exact=failed" in html
    Heartbeat.objects.create(name="worker", at=timezone.now())
    assert "The worker is running" in browser.get("/staff/").content.decode()
    assert "Worker and e-mail" not in as_staff(coordinator).get("/staff/").content.decode()


def test_an_account_without_a_role_is_told_whom_to_ask(as_staff, coordinator):
    coordinator.groups.clear()
    assert "has no role yet" in as_staff(coordinator).get("/staff/").content.decode()


def test_a_mail_that_waits_for_a_person_is_sent_once_more_and_a_sent_one_is_not(browser, coordinator, system_user):
    rows = {
        state: OutgoingEmail.objects.create(
            kind="x", subject_type="x", subject_id=coordinator.pk, dedupe_key=f"{state}{kind}", delivery_class=kind, state=state,
            message_id="x", sent_at=timezone.now() if state == "sent" else None, attempts=11,
        )
        for state, kind in (("uncertain", "B"), ("failed", "A"), ("sent", "A"), ("sending", "C"))
    }  # fmt: skip
    data = {"action": "send_again", "_selected_action": [row.pk for row in rows.values()]}
    html = browser.post("/staff/portal/outgoingemail/", data, follow=True).content.decode()
    assert "2 mails are sent once more" in html
    for row in rows.values():
        row.refresh_from_db()
    assert {state: row.state for state, row in rows.items()} == {
        "uncertain": "queued", "failed": "queued", "sent": "sent", "sending": "sending",
    }  # fmt: skip
    assert AuditEvent.objects.filter(action="send mail again", actor=system_user).count() == 4
