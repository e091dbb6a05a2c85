"""What a monitor asks, and what a developer reads: /healthz and the mails of this machine."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.utils import timezone

from portal import devmail, outbox, views
from portal.models import Heartbeat, OutgoingEmail

pytestmark = pytest.mark.django_db


def health() -> dict[str, str]:
    response = Client().get("/healthz")
    assert response.status_code == 200
    return response.json()


def beat(**ago: int) -> None:
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now() - timedelta(**ago)})


def test_all_is_well():
    beat(seconds=5)
    assert health() == {"database": "up", "worker": "up", "outbox": "on time"}


def test_a_scanner_is_named_where_there_is_one(settings):
    settings.CLAMD = "127.0.0.1:9"
    assert health()["scanner"] == "down"


def test_no_worker_ever_came():
    assert health()["worker"] == "down"


def test_a_worker_that_stopped():
    beat(minutes=2)
    assert health()["worker"] == "down"


def test_mail_that_waits_for_five_minutes_is_late():
    row = outbox.queue("news", uuid4(), dedupe_key="k")
    assert health()["outbox"] == "on time"
    OutgoingEmail.objects.filter(pk=row.pk).update(next_attempt_at=timezone.now() - timedelta(minutes=6))
    assert health()["outbox"] == "late"


def test_a_database_that_is_down_is_503(monkeypatch):
    def down(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", down)
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"database": "down"}


def test_it_sets_no_cookie_and_only_answers_safe_methods():
    assert not Client().get("/healthz").cookies
    assert Client().head("/healthz").status_code == 200
    assert Client().post("/healthz").status_code == 405


@pytest.fixture
def one_mail(settings):
    settings.DEBUG = True
    message = EmailMultiAlternatives("Ünïcode", "Hello\n\nhttp://localhost/en/c/abc/\n", to=["a@example.org"])
    message.attach_alternative("<p>Hello</p>", "text/html")
    assert devmail.FileBackend().send_messages([message]) == 1
    return devmail.newest()[0]


def local(**extra: str):
    return RequestFactory().get("/", **({"REMOTE_ADDR": "127.0.0.1"} | extra))


def test_a_developers_mail_is_a_private_file(one_mail):
    assert one_mail.stat().st_mode & 0o077 == 0
    mail = devmail.parse(one_mail)
    assert mail["Subject"] == "Ünïcode"
    assert "Hello" in mail.get_body(("plain",)).get_content()


def test_its_links_stand_alone_on_a_line():
    lines = views.linked_lines("Hello\n\nhttp://localhost/en/c/abc/\n")
    assert [line["href"] for line in lines] == ["", "", "http://localhost/en/c/abc/"]


def test_the_html_of_a_mail_is_shown_without_power(one_mail):
    response = views.dev_mail_detail(local(QUERY_STRING="as=html"), one_mail.name)
    assert response.status_code == 200
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..%2fsecret", "nothing.eml"])
def test_no_other_file_is_shown(one_mail, name):
    with pytest.raises(views.Http404):
        views.dev_mail_detail(local(), name)


def test_not_from_elsewhere_and_not_in_production(one_mail, settings):
    with pytest.raises(views.Http404):
        views.dev_mail_list(local(REMOTE_ADDR="192.0.2.1"))
    settings.DEBUG = False
    with pytest.raises(views.Http404):
        views.dev_mail_list(local())
