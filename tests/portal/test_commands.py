"""The commands of the person who runs the machine."""

import io
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from portal.encryption import key_bytes, new_key
from portal.management.commands import create_staff
from portal.models import TotpDevice, User
from quotes.models import Participant, QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db


def run(*args: str, **options: object) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_new_key_prints_a_good_key_and_nothing_else():
    """On a machine that has no keys yet: nothing of the site's settings is there."""
    printed = subprocess.run([sys.executable, "-m", "portal.new_key"], capture_output=True, text=True, check=True, env={})
    assert len(key_bytes("FIELD_KEYS", "k1", printed.stdout.strip())) == 32


def test_set_up_roles_may_be_repeated():
    assert run("set_up_roles") == run("set_up_roles")


def make(*extra: str) -> str:
    return run("create_staff", "--email", "Ana@Office.example", "--name", "Ana Sample", "--role", "coordinator", *extra)


def test_create_staff_prints_a_password_that_works(client, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    text = make("--role", "manager", "--public-role", "coordinator")
    user = User.objects.get(email="ana@office.example")
    assert {group.name for group in user.groups.all()} == {"coordinator", "manager"}
    assert user.public_role == "coordinator"
    assert "Their desk asks which languages they write." in text
    password = re.search(r"Password: (\S+)", text)
    assert password
    assert client.post("/staff/sign-in/", {"email": user.email, "password": password[1]}).status_code == 302


def test_create_staff_asks_on_a_terminal_and_prints_no_password(monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(create_staff, "getpass", lambda prompt: factories.PASSWORD)
    text = make()
    assert factories.PASSWORD not in text
    assert User.objects.get().check_password(factories.PASSWORD)


@pytest.mark.parametrize(
    ("answers", "said"), [(["short", "short"], "too short"), ([factories.PASSWORD, "another one altogether"], "not the same")]
)
def test_create_staff_refuses_a_bad_password(monkeypatch, answers, said):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(create_staff, "getpass", lambda prompt: answers.pop(0))
    with pytest.raises(CommandError, match=said):
        make()
    assert not User.objects.exists()


def test_create_staff_refuses_what_it_cannot_use(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    make()
    with pytest.raises(CommandError, match="has an account already"):
        make()
    with pytest.raises(CommandError, match="not an e-mail address"):
        run("create_staff", "--email", "nobody", "--name", "N", "--role", "editor")
    with pytest.raises(CommandError, match="invalid choice"):
        run("create_staff", "--email", "n@example.org", "--name", "N", "--role", "boss")


def test_send_test_mail_says_where_it_went():
    assert "someone@example.org" in run("send_test_mail", "someone@example.org")
    assert mail.outbox[0].to == ["someone@example.org"]


def test_send_test_mail_says_what_to_look_at_when_it_fails(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(CommandError, match="EMAIL_HOST"):
        run("send_test_mail", "someone@example.org")
    with pytest.raises(CommandError, match="not an e-mail address"):
        run("send_test_mail", "someone")


def sealed_values() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM quotes_quoterequest UNION ALL SELECT token FROM quotes_participant")
        values = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT key FROM portal_totpdevice")
        return values + [row[0] for row in cursor.fetchall()]


@pytest.fixture
def three_cases(coordinator) -> list[QuoteRequest]:
    TotpDevice.objects.create(user=coordinator, key="aa" * 20)
    return [factories.sent_case(email=f"p{number}@example.org") for number in range(3)]


def test_rotate_keys_seals_everything_with_the_first_key(three_cases, settings):
    tokens = {person.pk: person.token for person in Participant.objects.all()}
    assert all(value.startswith("v1.k1.") for value in sealed_values())
    settings.FIELD_KEYS = {"k2": new_key(), **settings.FIELD_KEYS}
    text = run("rotate_keys", batch=2)
    assert "Done" in text
    assert "quotes.QuoteRequest: 3 rows looked at, 3 re-encrypted" in text
    assert all(value.startswith("v1.k2.") for value in sealed_values())
    settings.FIELD_KEYS = {"k2": settings.FIELD_KEYS["k2"]}  # the old key is gone
    assert {person.pk: person.token for person in Participant.objects.all()} == tokens
    assert QuoteRequest.objects.first().answers["goals"] == factories.ANSWERS["goals"]
    assert "Done: 0 rows" in run("rotate_keys")


def test_rotate_keys_goes_on_where_it_was_cut(three_cases, settings):
    settings.FIELD_KEYS = {"k2": new_key(), **settings.FIELD_KEYS}
    case = QuoteRequest.objects.first()
    case.answers = case.answers | {"goals": "newer"}
    case.save()
    assert "quotes.QuoteRequest: 3 rows looked at, 2 re-encrypted" in run("rotate_keys")
    assert QuoteRequest.objects.get(pk=case.pk).answers["goals"] == "newer"


def test_rotate_keys_leaves_what_it_cannot_open_and_says_so(three_cases, settings):
    before = sealed_values()
    settings.FIELD_KEYS = {"k2": new_key()}
    with pytest.raises(CommandError, match="could not be opened"):
        run("rotate_keys")
    assert sealed_values() == before
