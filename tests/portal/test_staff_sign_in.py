"""Password first, then the second factor; what a half-signed session may open, and how a session ends."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from portal import second_factor
from portal.models import AuditEvent, RateLimit, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
SIGN_IN, SECOND, DESK = "/staff/sign-in/", "/staff/second-factor/", "/staff/"


def sign_in(client: Client, user: User, *, password: str = PASSWORD, **extra: str):
    return client.post(SIGN_IN, {"email": user.email, "password": password, **extra})


def test_the_admin_sends_a_stranger_to_our_sign_in_page(client):
    response = client.get("/staff/portal/user/", follow=True)
    assert response.redirect_chain[-1][0] == "/staff/sign-in/?next=%2Fstaff%2Fportal%2Fuser%2F"
    assert response.status_code == 200


def test_the_page_has_autocomplete_tokens_and_a_label_for_each_field(client):
    html = client.get(SIGN_IN).content.decode()
    assert 'autocomplete="username"' in html
    assert 'autocomplete="current-password"' in html
    assert 'for="id_email"' in html
    assert 'for="id_password"' in html


def test_a_right_password_leads_to_the_second_factor_with_a_fresh_session(client, coordinator):
    client.get(SIGN_IN)
    response = sign_in(client, coordinator, next="/staff/portal/user/")
    assert response.url == "/staff/second-factor/?next=%2Fstaff%2Fportal%2Fuser%2F"
    assert client.session["staff_started_at"] and client.session["staff_seen_at"]
    assert AuditEvent.objects.filter(action="sign-in", actor=coordinator, outcome="ok").count() == 1


def test_the_address_may_be_written_in_capitals(client, coordinator):
    response = client.post(SIGN_IN, {"email": coordinator.email.upper() + " ", "password": PASSWORD})
    assert response.status_code == 302


@pytest.mark.parametrize("email", ["carmen@office.example", "nobody@office.example"])
def test_a_wrong_password_reads_the_same_for_known_and_unknown_people(client, coordinator, email):
    response = client.post(SIGN_IN, {"email": email, "password": "wrong"})
    html = response.content.decode()
    assert response.status_code == 200
    assert "The e-mail address or the password is not right" in html
    assert f'value="{email}"' in html  # what was typed is not lost
    assert "wrong" not in html.replace("sign-in__field--wrong", "")
    event = AuditEvent.objects.get()
    assert (event.action, event.outcome, event.actor, event.object) == ("sign-in", "refused", None, "")


def test_empty_fields_say_what_to_write(client):
    html = client.post(SIGN_IN, {"email": "", "password": ""}).content.decode()
    assert "Write your e-mail address." in html
    assert "Write your password." in html


def test_somebody_who_left_cannot_sign_in(client, coordinator):
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert sign_in(client, coordinator).status_code == 200


def test_deactivating_ends_an_open_session(as_staff, coordinator):
    browser = as_staff(coordinator)
    assert browser.get(DESK).status_code == 200
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert browser.get(DESK).status_code == 302


@pytest.mark.parametrize("email", ["carmen@office.example", "nobody@office.example"])
def test_after_five_tries_everybody_waits_alike(client, coordinator, email):
    for _try in range(5):
        assert client.post(SIGN_IN, {"email": email, "password": "wrong"}).status_code == 200
    response = client.post(SIGN_IN, {"email": email, "password": PASSWORD})
    assert response.status_code == 429
    assert "wait 15 minutes" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_somebody_elsewhere_is_not_slowed_by_the_tries_of_a_stranger(client, coordinator):
    for _try in range(6):
        client.post(SIGN_IN, {"email": coordinator.email, "password": "wrong"})
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert sign_in(elsewhere, coordinator).status_code == 302


def test_limits_store_neither_address(client, coordinator):
    sign_in(client, coordinator)
    bucket = RateLimit.objects.get().bucket
    assert "carmen" not in bucket
    assert "127.0.0.1" not in bucket


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/staff/", "//evil.example/staff/", "/en/", "javascript:alert(1)", "/staff/sign-out/", r"/\evil"],
)
def test_next_leads_only_to_pages_of_the_staff_site(client, coordinator, wanted):
    response = sign_in(client, coordinator, next=wanted)
    assert response.url == "/staff/second-factor/?next=%2Fstaff%2F"


def test_a_password_alone_opens_only_the_second_factor_page(client, coordinator):
    sign_in(client, coordinator)
    for page in (DESK, "/staff/password_change/", "/staff/portal/user/", "/staff/jsi18n/", "/staff/autocomplete/"):
        response = client.get(page, follow=True)
        assert response.redirect_chain[-1][0].startswith(SECOND), page
    assert client.get("/staff/recovery-codes/").url.startswith(SECOND)
    assert client.get(SECOND).status_code == 200
    assert client.get(SIGN_IN).url.startswith(SECOND)


def test_signing_out_needs_a_post_and_is_recorded(as_staff, coordinator):
    browser = as_staff(coordinator)
    assert browser.get("/staff/sign-out/").status_code == 405
    response = browser.post("/staff/sign-out/", follow=True)
    assert "You are signed out." in response.content.decode()
    assert browser.get(DESK).status_code == 302
    assert AuditEvent.objects.filter(action="sign-out", actor=coordinator).count() == 1


def test_a_password_only_session_can_sign_out(client, coordinator):
    sign_in(client, coordinator)
    client.post("/staff/sign-out/")
    assert "_auth_user_id" not in client.session


def test_djangos_own_sign_out_does_the_same(as_staff, coordinator):
    browser = as_staff(coordinator)
    assert browser.post("/staff/logout/").url == SIGN_IN
    assert AuditEvent.objects.filter(action="sign-out").count() == 1


def test_djangos_own_sign_in_address_never_loops(client, as_staff, coordinator):
    assert client.get("/staff/login/", follow=True).status_code == 200
    assert as_staff(coordinator).get("/staff/login/").url == DESK


def test_fifteen_idle_minutes_end_the_session_and_the_page_says_why(as_staff, coordinator):
    with time_machine.travel("2026-11-23 09:00", tick=False) as clock:
        browser = as_staff(coordinator)
        clock.shift(14 * 60)
        assert browser.get(DESK).status_code == 200
        clock.shift(16 * 60)
        response = browser.get(DESK, follow=True)
    assert response.redirect_chain[-1][0].startswith(SIGN_IN)
    assert "nothing happened for 15 minutes" in response.content.decode()


def test_ten_hours_end_the_session_however_busy(as_staff, coordinator):
    with time_machine.travel("2026-11-23 08:00", tick=False) as clock:
        browser = as_staff(coordinator)
        for _quarter in range(60):
            clock.shift(600)
            assert browser.get("/staff/jsi18n/").status_code == 200  # the cheapest page that counts as activity
        clock.shift(120)
        assert browser.get(DESK).status_code == 302


@pytest.mark.parametrize(("path", "headers"), [("/staff/nothing-here/", {}), (SECOND, {}), (DESK, {"X-Background": "1"})])
def test_misses_polling_and_the_code_page_are_not_activity(as_staff, coordinator, path, headers):
    with time_machine.travel("2026-11-23 09:00", tick=False) as clock:
        browser = as_staff(coordinator)
        clock.shift(10 * 60)
        browser.get(path, headers=headers)
        clock.shift(6 * 60)
        assert browser.get(DESK).status_code == 302


def test_what_was_typed_into_a_form_is_given_back_after_the_sessions_end(as_staff, system_user):
    with time_machine.travel("2026-11-23 09:00", tick=False) as clock:
        browser = as_staff(system_user)
        clock.shift(16 * 60)
        typed = {"name": "Typed With Care", "new_password": "not shown again", "_save": "Save"}
        response = browser.post("/staff/portal/user/add/", typed)
    html = response.content.decode()
    assert response.status_code == 403
    assert "Typed With Care" in html
    assert "not shown again" not in html
    assert "next=%2Fstaff%2Fportal%2Fuser%2Fadd%2F" in html
    assert not User.objects.filter(name="Typed With Care").exists()


def test_changing_the_password_works_and_is_recorded(as_staff, coordinator):
    browser = as_staff(coordinator)
    assert browser.get(reverse("admin:password_change")).status_code == 200
    new = "another long pass phrase"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    response = browser.post(reverse("admin:password_change"), data)
    assert response.url == reverse("admin:password_change_done")
    assert browser.get(DESK).status_code == 200  # this browser stays signed in, every other one does not
    assert AuditEvent.objects.filter(action="change", fields="password", actor=coordinator).count() == 1
    coordinator.refresh_from_db()
    assert coordinator.check_password(new)


def test_a_new_password_signs_out_other_browsers(as_staff, coordinator):
    other = as_staff(coordinator)
    coordinator.set_password("another long pass phrase")
    coordinator.save()
    assert other.get(DESK).status_code == 302


def test_the_header_offers_sign_out_as_a_form(as_staff, coordinator):
    html = as_staff(coordinator).get(DESK).content.decode()
    assert re.search(r'<form[^>]*method="post"[^>]*action="/staff/sign-out/"', html)
    assert coordinator.name in html


def test_the_second_factor_of_somebody_else_does_not_count(as_staff, coordinator, other_coordinator):
    browser = as_staff(coordinator)
    session = browser.session
    session[second_factor.SESSION_KEY] = str(other_coordinator.pk)
    session.save()
    assert browser.get(DESK).status_code == 302
