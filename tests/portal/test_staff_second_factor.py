"""Enrolment, codes, recovery codes, and the code that pages with much power ask for again."""

import pytest
import time_machine
from django.test import Client
from django_otp.oath import totp

from portal import second_factor
from portal.models import AuditEvent, RecoveryCode, TotpDevice, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
PAGE, CODES, DESK = "/staff/second-factor/", "/staff/recovery-codes/", "/staff/"


def code_for(user: User, *, steps: int = 0) -> str:
    key = bytes.fromhex(TotpDevice.objects.get(user=user).key)
    return f"{totp(key, t0=-steps * second_factor.STEP):06d}"


@pytest.fixture
def half(client: Client, coordinator: User) -> Client:
    """Has given the password only; no phone is connected yet."""
    client.post("/staff/sign-in/", {"email": coordinator.email, "password": PASSWORD})
    return client


@pytest.fixture
def enrolled(coordinator: User) -> list[str]:
    """The coordinator's recovery codes; a phone is connected."""
    second_factor.confirm(second_factor.device_to_enrol(coordinator))
    return second_factor.new_recovery_codes(coordinator)


def actions_of(user: User) -> list[tuple[str, str]]:
    return list(AuditEvent.objects.filter(actor=user).order_by("id").values_list("action", "outcome"))


def test_the_first_time_shows_a_drawing_and_the_key_and_the_same_on_reload(half, coordinator):
    html = half.get(PAGE).content.decode()
    device = TotpDevice.objects.get(user=coordinator)
    assert "<svg" in html
    assert second_factor.secret_text(device)[:4] in html
    assert device.confirmed_at is None
    half.get(PAGE)
    assert TotpDevice.objects.get().pk == device.pk


def test_the_whole_way_of_enrolment_opens_the_desk(half, coordinator):
    half.get(PAGE)
    response = half.post(PAGE, {"code": code_for(coordinator), "next": DESK})
    codes = response.context["codes"]
    assert len(codes) == 10
    assert all(code in response.content.decode() for code in codes)
    assert half.get(DESK).status_code == 302  # not before the codes are kept
    assert TotpDevice.objects.get().confirmed_at is None

    unkept = half.post(CODES, {"shown": " ".join(codes), "next": DESK})
    assert "Keep the codes first" in unkept.content.decode()
    assert unkept.context["codes"] == codes  # and they are still there

    kept = half.post(CODES, {"shown": " ".join(codes), "kept": "on", "next": DESK})
    assert kept.url == DESK
    assert half.get(DESK).status_code == 200
    assert TotpDevice.objects.get().confirmed_at is not None
    assert actions_of(coordinator) == [("sign-in", "ok"), ("second factor enrolled", "ok")]


def test_a_wrong_code_does_not_enrol(half, coordinator):
    half.get(PAGE)
    wrong = "000000" if code_for(coordinator) != "000000" else "111111"
    html = half.post(PAGE, {"code": wrong}).content.decode()
    assert "This code is not right" in html
    assert TotpDevice.objects.get().confirmed_at is None
    assert RecoveryCode.objects.count() == 0


def test_nobody_skips_enrolment_by_posting_kept(half, coordinator):
    half.get(PAGE)
    assert half.post(CODES, {"shown": "x", "kept": "on"}).url.startswith(PAGE)
    assert TotpDevice.objects.get().confirmed_at is None
    assert half.get(DESK).status_code == 302


def test_codes_of_somebody_else_are_not_shown_back(half, coordinator, other_coordinator):
    foreign = second_factor.new_recovery_codes(other_coordinator)
    half.get(PAGE)
    half.post(PAGE, {"code": code_for(coordinator)})
    response = half.post(CODES, {"shown": " ".join(foreign)}, follow=True)
    assert foreign[0] not in response.content.decode()


def test_a_code_with_spaces_opens_the_page_that_was_wanted(half, enrolled, coordinator):
    code = code_for(coordinator)
    before = half.session.session_key
    response = half.post(PAGE, {"code": f" {code[:3]} {code[3:]} ", "next": "/staff/password_change/"})
    assert response.url == "/staff/password_change/"
    assert half.session.session_key != before
    assert half.get(DESK).status_code == 200
    assert actions_of(coordinator)[-1] == ("second factor", "ok")


def test_the_code_field_is_made_for_phones_and_password_managers(half, enrolled):
    html = half.get(PAGE).content.decode()
    assert 'autocomplete="one-time-code"' in html
    assert "enrol" not in html
    assert "<svg" not in html.split("<main")[1].split("</main>")[0]  # the key is shown at enrolment only


def test_a_used_code_is_refused(half, enrolled, coordinator):
    code = code_for(coordinator)
    assert half.post(PAGE, {"code": code}).status_code == 302
    another = Client()
    another.post("/staff/sign-in/", {"email": coordinator.email, "password": PASSWORD})
    assert "used already" in another.post(PAGE, {"code": code}).content.decode()
    assert ("second factor", "refused") in actions_of(coordinator)


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(coordinator, enrolled, steps, right):
    with time_machine.travel("2026-11-23 09:00:10", tick=False):
        assert bool(second_factor.verify(coordinator, code_for(coordinator, steps=steps))) is right


def test_codes_in_other_digits_are_read_too(coordinator, enrolled):
    arabic = code_for(coordinator).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert second_factor.verify(coordinator, arabic) == "code"


def test_a_recovery_code_works_once_in_any_writing(half, enrolled, coordinator):
    assert half.post(PAGE, {"code": enrolled[0].lower().replace("-", " ")}).status_code == 302
    assert ("recovery code used", "ok") in actions_of(coordinator)
    assert second_factor.verify(coordinator, enrolled[0]) == ""
    assert second_factor.codes_left(coordinator) == 9


def test_a_recovery_code_of_somebody_else_is_refused(other_coordinator, enrolled):
    second_factor.confirm(second_factor.device_to_enrol(other_coordinator))
    assert second_factor.verify(other_coordinator, enrolled[0]) == ""


@pytest.mark.parametrize(("used", "warned"), [(7, False), (8, True)])
def test_few_recovery_codes_left_are_said(half, enrolled, coordinator, used, warned):
    for code in enrolled[: used - 1]:
        assert second_factor.verify(coordinator, code)
    html = half.post(PAGE, {"code": enrolled[used - 1]}, follow=True).content.decode()
    assert ("recovery codes left" in html) is warned


def test_recovery_codes_are_kept_only_as_keyed_hashes(enrolled):
    stored = " ".join(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert not any(code in stored or code.replace("-", "") in stored for code in enrolled)


def test_too_many_tries_wait(half, enrolled, coordinator, settings):
    settings.LIMITS = settings.LIMITS | {"code-try": (2, 3600)}
    for _try in range(2):
        half.post(PAGE, {"code": "12"})
    response = half.post(PAGE, {"code": code_for(coordinator)})
    assert response.status_code == 429
    assert "wait 60 minutes" in response.content.decode()
    assert half.get(DESK).status_code == 302
    assert ("second factor", "too many tries") in actions_of(coordinator)


def test_new_recovery_codes_replace_the_old_ones(as_staff, enrolled, coordinator):
    browser = as_staff(coordinator)
    assert "10 of 10" in browser.get(CODES).content.decode()
    codes = browser.post(CODES).context["codes"]
    assert second_factor.verify(coordinator, enrolled[0]) == ""
    assert browser.post(CODES, {"shown": " ".join(codes), "kept": "on"}).url == DESK
    assert ("new recovery codes", "ok") in actions_of(coordinator)


def test_pages_with_much_power_ask_for_a_code_that_is_not_older_than_fifteen_minutes(as_staff, system_user):
    second_factor.confirm(second_factor.device_to_enrol(system_user))
    with time_machine.travel("2026-11-23 09:00", tick=False) as clock:
        browser = as_staff(system_user)
        add = "/staff/portal/user/add/"
        assert browser.get(add).status_code == 200
        for _minutes in range(2):
            clock.shift(8 * 60)
            assert browser.get(DESK).status_code == 200
        for url in (add, f"/staff/portal/user/{system_user.pk}/change/", CODES + "?x=1"):
            response = browser.post(CODES) if url.startswith(CODES) else browser.get(url)
            assert response.url.startswith(PAGE), url
        assert browser.get("/staff/portal/user/").status_code == 200  # looking needs no new code

        kept = browser.post(add, {"name": "Typed With Care"})
        assert (kept.status_code, "Typed With Care" in kept.content.decode()) == (403, True)

        assert "code again" in browser.get(PAGE, {"next": add}).content.decode()
        assert browser.post(PAGE, {"code": code_for(system_user), "next": add}).url == add
        assert browser.get(add).status_code == 200


def test_the_second_factor_page_needs_a_password_first(client):
    assert client.get(PAGE).url.startswith("/staff/sign-in/")
    assert client.get(CODES).url.startswith(PAGE)


def test_the_key_is_sealed_in_the_database_and_shown_nowhere_later(as_staff, coordinator, enrolled):
    device = TotpDevice.objects.get(user=coordinator)
    secret = second_factor.secret_text(device)
    browser = as_staff(coordinator)
    for page in (DESK, CODES, PAGE):
        assert secret[:8] not in browser.get(page, follow=True).content.decode()
    assert device.key not in str(TotpDevice.objects.values_list("key", flat=True))
