"""A passphrase for those who share a mailbox: asked for after the code, few tries, taken away by the office after a call."""

import pytest
from django.test import Client

from portal.models import OutgoingEmail
from quotes import actions
from quotes.models import Participant
from quotes.workflow import NotAllowed
from tests import factories
from tests.quotes.test_access_code import ask, door

pytestmark = pytest.mark.django_db
URL, WORDS = "/en/case/access/passphrase/", "green river under snow"


@pytest.fixture(autouse=True)
def roomy(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.LIMITS = settings.LIMITS | {"code": (100, 900), "code-try": (100, 3600)}


@pytest.fixture
def guarded(patient):
    actions.set_passphrase(case=patient.case, by=patient, passphrase=WORDS)
    return patient


def with_code(participant) -> Client:
    client = Client()
    response = client.post(door(participant), {"digits": ask(client, participant)})
    assert response.url == door(participant)
    return client


def test_it_is_set_on_the_case_page_and_kept_as_a_hash(patient):
    response = factories.case_client(patient).post(URL, {"passphrase_new": WORDS, "passphrase_again": WORDS})
    assert response.url == "/en/case/access/"
    patient.refresh_from_db()
    assert patient.passphrase and WORDS not in patient.passphrase
    assert OutgoingEmail.objects.filter(kind="passphrase_changed", subject_id=patient.pk).count() == 1


def test_it_is_asked_for_after_the_code(guarded):
    client = with_code(guarded)
    assert client.get("/en/case/").status_code == 302  # the code alone opens nothing
    assert "Type your passphrase" in client.get(door(guarded)).content.decode()
    assert "This is not your passphrase" in client.post(door(guarded), {"passphrase": "green river"}).content.decode()
    assert client.post(door(guarded), {"passphrase": WORDS}).url == "/en/case/"
    assert client.get("/en/case/").status_code == 200


def test_without_the_code_the_passphrase_opens_nothing(guarded):
    client = Client()
    client.post(door(guarded), {"passphrase": WORDS})
    assert "participant" not in client.session


def test_five_tries_an_hour_whatever_browser_they_come_from(guarded):
    for _ in range(5):
        with_code(guarded).post(door(guarded), {"passphrase": "wrong"})
    client = with_code(guarded)
    assert client.post(door(guarded), {"passphrase": WORDS}).status_code == 429
    assert "participant" not in client.session


def test_each_person_has_their_own(guarded, daughter):
    client = Client()
    assert client.post(door(daughter), {"digits": ask(client, daughter)}).url == "/en/case/"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"passphrase_new": "short", "passphrase_again": "short"}, "at least 8 letters"),
        ({"passphrase_new": "password1", "passphrase_again": "password1"}, "easy to guess"),
        ({"passphrase_new": WORDS, "passphrase_again": "other"}, "not the same"),
        ({}, "Type your passphrase"),
    ],
)
def test_what_is_wrong_with_it_is_said(patient, fields, problem):
    assert problem in factories.case_client(patient).post(URL, fields).content.decode()
    patient.refresh_from_db()
    assert not patient.passphrase


def test_changing_and_removing_ask_for_the_present_one(guarded):
    client, before = factories.case_client(guarded), guarded.passphrase
    client.post(URL, {"passphrase_now": "wrong", "passphrase_new": "another one here", "passphrase_again": "another one here"})
    client.post(URL, {"passphrase_new": "another one here", "passphrase_again": "another one here"})
    client.post(URL, {"do": "remove", "remove-passphrase_now": "wrong"})
    guarded.refresh_from_db()
    assert guarded.passphrase == before
    assert client.post(URL, {"do": "remove", "remove-passphrase_now": WORDS}).status_code == 302
    guarded.refresh_from_db()
    assert guarded.passphrase == ""


def test_a_passphrase_is_never_shown_again(patient):
    client = factories.case_client(patient)
    client.post("/en/case/sign-out/")
    response = client.post(URL, {"passphrase_new": WORDS, "passphrase_again": WORDS})
    assert response.url == "/en/case/ended/"  # nothing that could be copied from the page
    Participant.objects.filter(pk=patient.pk).update(passphrase="x")
    assert (
        WORDS
        not in factories.case_client(patient)
        .post(URL, {"passphrase_now": "y", "passphrase_new": WORDS, "passphrase_again": WORDS})
        .content.decode()
    )


def test_wrong_tries_on_the_page_stay_counted(guarded):
    client = factories.case_client(guarded)
    for _ in range(5):
        client.post(URL, {"do": "remove", "remove-passphrase_now": "wrong"})
    assert client.post(URL, {"do": "remove", "remove-passphrase_now": WORDS}).status_code == 409


def test_the_office_takes_it_away_with_a_reason_and_the_person_is_told(case, guarded, coordinator):
    with pytest.raises(NotAllowed, match="how you made sure"):
        actions.reset_passphrase(case=case, by=coordinator, person=guarded, reason=" ")
    post = {"person": str(guarded.pk), "text": "Called back on her number; knew the reference."}
    client = factories.staff_client(coordinator)
    assert client.post(f"/staff/quotes/quoterequest/{case.pk}/reset_passphrase/", post).status_code == 302
    guarded.refresh_from_db()
    assert guarded.passphrase == ""
    assert OutgoingEmail.objects.filter(kind="passphrase_reset", subject_id=guarded.pk).count() == 1
    assert "Called back" in case.notes.get().body
    assert "Called back" not in str(case.events.get(kind="reset_passphrase").data)


def test_a_reason_that_was_typed_in_vain_is_not_lost(case, patient, coordinator):
    post = {"person": str(patient.pk), "text": "A long story of a call."}  # there is no passphrase any more
    response = factories.staff_client(coordinator).post(f"/staff/quotes/quoterequest/{case.pk}/reset_passphrase/", post)
    assert response.status_code == 409
    assert "A long story of a call." in response.content.decode()


def test_staff_cannot_take_away_one_of_another_case(case, other_patient, coordinator):
    actions.set_passphrase(case=other_patient.case, by=other_patient, passphrase=WORDS)
    with pytest.raises(NotAllowed):
        actions.reset_passphrase(case=case, by=coordinator, person=other_patient, reason="x")
