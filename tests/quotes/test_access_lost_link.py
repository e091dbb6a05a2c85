"""Lost your link?: the same answer, in like time, for known and unknown addresses."""

import time

import pytest
from django.test import Client
from django.utils import timezone

from portal.models import OutgoingEmail
from quotes.views import access
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/lost-link/"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(access, "LIKE_TIME", 0)


def ask(email: str) -> Client:
    client = Client()
    response = client.post(URL, {"email": email}, follow=True)
    assert response.status_code == 200
    client.page = response.content
    return client


def test_known_and_unknown_addresses_get_the_same_answer(patient):
    known, unknown = ask(patient.email), ask("nobody@example.org")
    assert known.page == unknown.page
    assert b"If we know this address" in known.page
    assert OutgoingEmail.objects.filter(kind="lost_link").count() == 1
    assert OutgoingEmail.objects.get(kind="lost_link").subject_id == patient.pk


def test_the_answer_takes_like_time(patient, monkeypatch):
    monkeypatch.setattr(access, "LIKE_TIME", 0.2)
    times = []
    for email in (patient.email, "nobody@example.org"):
        client = Client()
        started = time.monotonic()
        client.post(URL, {"email": email})
        times.append(time.monotonic() - started)
    assert min(times) >= 0.2


def test_capitals_and_spaces_do_not_matter(patient):
    ask(f" {patient.email.upper()} ")
    assert OutgoingEmail.objects.filter(kind="lost_link").exists()


def test_a_link_for_every_case_of_the_address():
    for _ in range(2):
        factories.sent_case(email="twice@example.org")
    ask("twice@example.org")
    assert OutgoingEmail.objects.filter(kind="lost_link").count() == 2


def test_no_link_for_somebody_revoked(patient):
    patient.revoked_at = timezone.now()
    patient.save()
    ask(patient.email)
    assert not OutgoingEmail.objects.filter(kind="lost_link").exists()


def test_what_is_no_address_is_explained_and_kept(patient):
    page = Client().post(URL, {"email": "maria@"}).content.decode()
    assert "This is not a whole e-mail address" in page
    assert 'value="maria@"' in page


def test_asking_often_is_refused_alike(patient, settings):
    settings.LIMITS = settings.LIMITS | {"lost-link": (2, 3600)}
    for number, email in enumerate((patient.email, "nobody@example.org")):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        assert [client.post(URL, {"email": email}).status_code for _ in range(3)] == [302, 302, 429]


def test_it_needs_the_csrf_token(patient):
    assert Client(enforce_csrf_checks=True).post(URL, {"email": patient.email}).status_code == 403
    assert not OutgoingEmail.objects.filter(kind="lost_link").exists()


def test_wrong_method():
    assert Client().put(URL).status_code == 405
