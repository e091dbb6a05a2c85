"""What every response carries, and the clock of a staff sign-in."""

import time

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


def test_every_page_has_the_strict_policy(client):
    headers = client.get("/healthz").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert len(headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("path", ["/en/quote/", "/es/lost-link/", "/staff/", "/ar/case/"])
def test_personal_pages_are_kept_by_no_cache(client, path):
    assert "no-store" in client.get(path).headers["Cache-Control"]


def test_the_root_goes_to_the_language_the_browser_asks_for():
    for asked, path in (("ar", "/ar/"), ("es-MX,es;q=0.9", "/es/"), ("fr", "/en/")):
        response = Client(headers={"Accept-Language": asked}).get("/")
        assert (response.status_code, response.headers["Location"]) == (302, path)
        assert "Accept-Language" in response.headers["Vary"]


def test_an_idle_staff_session_ends(settings, coordinator):
    client = factories.staff_client(coordinator)
    session = client.session
    session["staff_seen_at"] = int(time.time()) - settings.STAFF_IDLE_SECONDS - 1
    session.save()
    assert client.get("/staff/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_long_staff_session_ends_however_busy(settings, coordinator):
    client = factories.staff_client(coordinator)
    session = client.session
    session["staff_started_at"] = int(time.time()) - settings.STAFF_SESSION_SECONDS - 1
    session.save()
    assert client.get("/staff/").status_code == 302


def test_background_requests_are_not_activity(coordinator):
    client = factories.staff_client(coordinator)
    session = client.session
    session["staff_seen_at"] = before = int(time.time()) - 300
    session.save()
    client.get("/staff/", headers={"X-Background": "1"})
    assert client.session["staff_seen_at"] == before
    client.get("/staff/")
    assert client.session["staff_seen_at"] > before
