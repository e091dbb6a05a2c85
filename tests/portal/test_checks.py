"""`manage.py check` on a production machine says what is missing; on a developer's it is silent."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from portal import checks
from portal.encryption import new_key

COMPLETE = {
    "DEBUG": False,
    "OFFICE_NAME": "Sample Office",
    "OFFICE_ADDRESS": "1 Sample Street",
    "OFFICE_PHONE": "+34 600 000 000",
    "OFFICE_CONTROLLER": "Sample Office Ltd",
    "OFFICE_HOURS": "mon-fri 09:00-17:00",
    "EMAIL_HOST": "mail.example.org",
}


@pytest.fixture
def production(settings):
    for name, value in COMPLETE.items():
        setattr(settings, name, value)
    settings.FIELD_KEYS = settings.INDEX_KEYS = {"k1": new_key()}
    return settings


def messages() -> list[str]:
    every = (
        checks.office_is_named,
        checks.office_is_open,
        checks.keys_are_whole,
        checks.proxies_are_named,
        checks.mail_can_leave,
    )
    return [str(found.msg) for check in every for found in check(None)]


def test_a_complete_production_machine_passes(production):
    assert messages() == []


@pytest.mark.parametrize(
    "name", ["OFFICE_NAME", "OFFICE_ADDRESS", "OFFICE_PHONE", "OFFICE_CONTROLLER", "OFFICE_HOURS", "EMAIL_HOST"]
)
@pytest.mark.parametrize("value", ["", "  "])
def test_what_is_missing_is_named(production, name, value):
    if name == "EMAIL_HOST":
        value = ""
    setattr(production, name, value)
    found = messages()
    assert len(found) == 1
    assert name in found[0]


def test_check_itself_fails_on_it(production):
    production.OFFICE_CONTROLLER = ""
    with pytest.raises(SystemCheckError, match="OFFICE_CONTROLLER is not set: who is responsible"):
        call_command("check")


def test_hours_that_cannot_be_read_are_refused(production):
    production.OFFICE_HOURS = "weekdays nine to five"
    assert "write for example" in messages()[0]


@pytest.mark.parametrize("ring", ["FIELD_KEYS", "INDEX_KEYS"])
def test_a_broken_key_is_named_and_not_shown(production, ring):
    setattr(production, ring, {"k1": new_key(), "k0": "c2hvcnQ="})
    assert messages() == [f"{ring}: key k0 has 5 bytes; it needs 32."]


def test_a_developers_machine_needs_no_office_and_no_mail_server(settings):
    settings.DEBUG = True
    settings.OFFICE_NAME = settings.OFFICE_PHONE = settings.EMAIL_HOST = ""
    assert messages() == []


def test_a_proxy_that_is_not_named_is_refused(production):
    production.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    production.TRUSTED_PROXIES = []
    assert "TRUSTED_PROXIES is not" in messages()[0]
    production.TRUSTED_PROXIES = ["10.0.0.0/8", "::1"]
    assert messages() == []


def test_a_proxy_that_is_no_network_is_named(production):
    production.TRUSTED_PROXIES = ["10.0.0.0/8", "nginx"]
    assert messages() == ["TRUSTED_PROXIES: 'nginx' is not a network."]
