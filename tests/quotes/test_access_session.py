"""How long a case page stays open, and that nothing typed is lost when it closes."""

import time

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from quotes.models import Message
from tests import factories

pytestmark = pytest.mark.django_db
PAGES = ("/en/case/", "/en/case/answers/", "/en/case/messages/", "/en/case/recommendation/", "/en/case/withdraw/")
ENDED = "/en/case/ended/"


def aged(client: Client, **seconds: int) -> Client:
    session = client.session
    for key, ago in seconds.items():
        session[key] = int(time.time()) - ago
    session.save()
    return client


@pytest.mark.parametrize("url", PAGES)
def test_without_a_session_every_page_leads_to_the_way_back(url):
    response = Client().get(url)
    assert response.url == ENDED
    assert b"How to get back in" in Client().get(ENDED).content


def test_an_idle_hour_ends_it(as_participant, patient):
    client = aged(as_participant(patient), case_seen_at=settings.CASE_IDLE_SECONDS + 1)
    assert client.get("/en/case/").url == ENDED
    assert "participant" not in client.session


def test_eight_hours_end_it(as_participant, patient):
    client = aged(as_participant(patient), case_started_at=settings.CASE_SESSION_SECONDS + 1)
    assert client.get("/en/case/").url == ENDED


def test_using_the_page_keeps_it_open(as_participant, patient):
    client = aged(as_participant(patient), case_seen_at=settings.CASE_IDLE_SECONDS - 60)
    assert client.get("/en/case/").status_code == 200
    assert time.time() - client.session["case_seen_at"] < 5


def test_somebody_revoked_is_out_at_once(as_participant, daughter):
    client = as_participant(daughter)
    assert client.get("/en/case/").status_code == 200
    daughter.revoked_at = timezone.now()
    daughter.save()
    assert client.get("/en/case/").status_code == 404
    assert client.get("/en/case/").url == ENDED  # nobody is signed in here any more


def test_a_draft_of_another_request_in_the_same_browser_survives(as_participant, patient):
    client = as_participant(patient)
    session = client.session
    session["draft"] = "kept"
    session.save()
    client.post("/en/case/sign-out/")
    assert client.session["draft"] == "kept"


def test_signing_out_closes_the_page(as_participant, patient):
    client = as_participant(patient)
    assert client.get("/en/case/sign-out/").status_code == 405
    response = client.post("/en/case/sign-out/", follow=True)
    assert b"You have signed out" in response.content
    assert client.get("/en/case/").url == ENDED


@pytest.mark.parametrize(
    ("url", "data"),
    [
        ("/en/case/messages/", {"body": "I typed <b>this</b> for an hour.", "submission_id": "x"}),
        ("/en/case/recommendation/change/", {"text": "I typed <b>this</b> for an hour."}),
        ("/en/case/recommendation/decline/", {"reason": "I typed <b>this</b> for an hour."}),
    ],
)
def test_what_was_typed_when_the_time_ran_out_can_be_copied(as_participant, patient, url, data):
    client = aged(as_participant(patient), case_seen_at=settings.CASE_IDLE_SECONDS + 1)
    response = client.post(url, data)
    assert response.status_code == 403
    page = response.content.decode()
    assert "I typed &lt;b&gt;this&lt;/b&gt; for an hour." in page
    assert page.count("<textarea") == 1
    assert not Message.objects.exists()


@pytest.mark.parametrize("url", PAGES)
def test_pages_are_not_kept_by_caches(as_participant, patient, url):
    assert "no-store" in as_participant(patient).get(url)["Cache-Control"]


def test_case_client_sets_what_the_door_sets(patient):
    assert set(factories.case_client(patient).session.keys()) == {
        "participant",
        "case_session",
        "case_started_at",
        "case_seen_at",
    }
