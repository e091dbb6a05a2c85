"""From the mailed link to the case page: the same for known and unknown links, and only with the code."""

import re
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal import outbox
from portal.models import OutgoingEmail
from quotes.models import AccessCode, Participant
from quotes.models.people import new_token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roomy_limits(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.LIMITS = settings.LIMITS | {"code": (100, 900), "code-try": (100, 3600)}


def door(participant_or_token) -> str:
    return f"/en/c/{getattr(participant_or_token, 'token', participant_or_token)}/"


def ask(client: Client, participant: Participant) -> str:
    """Ask for a code and read it in the mail."""
    client.post(door(participant), {"send": "1"})
    outbox.send_due()
    match = re.search(r"^(\d{6})$", mail.outbox[-1].body, re.MULTILINE)
    assert match
    return match[1]


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def test_the_whole_way_in(patient):
    client = Client()
    digits = ask(client, patient)
    before = client.session.session_key
    response = client.post(door(patient), {"digits": digits})
    assert response.url == "/en/case/"
    assert client.session.session_key != before
    assert client.session["participant"] == str(patient.pk)
    assert client.get("/en/case/").status_code == 200
    patient.refresh_from_db()
    assert patient.confirmed_at


def test_the_first_confirmation_stays(patient):
    first = timezone.now() - timedelta(days=3)
    Participant.objects.filter(pk=patient.pk).update(confirmed_at=first)
    client = Client()
    client.post(door(patient), {"digits": ask(client, patient)})
    patient.refresh_from_db()
    assert patient.confirmed_at == first


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_a_link_changes_nothing_and_sets_no_cookie(patient, method, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = getattr(Client(), method)(door(patient))
    assert response.status_code == 200
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert not AccessCode.objects.exists()


def test_known_revoked_and_unknown_links_look_the_same(patient, other_patient):
    other_patient.revoked_at = timezone.now()
    other_patient.save()
    pages = []
    for token in (patient.token, other_patient.token, new_token()):
        client = Client()
        looked = client.get(door(token)).content
        asked = client.post(door(token), {"send": "1"})
        assert asked.status_code == 302
        form = client.get(door(token)).content
        tried = client.post(door(token), {"digits": "000000"}).content
        pages.append([re.sub(token.encode(), b"", hide_csrf(page)) for page in (looked, form, tried)])
    assert pages[0] == pages[1] == pages[2]
    assert b"You can try 4 more times" in pages[0][2]
    assert OutgoingEmail.objects.filter(kind="access_code").count() == 1


def hide_csrf(page: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)


def test_a_code_works_only_in_the_browser_that_asked(patient):
    digits = ask(Client(), patient)
    thief = Client()
    assert b"No code was asked for in this browser" in thief.post(door(patient), {"digits": digits}).content
    thief.post(door(patient), {"send": "1"})
    thief.post(door(patient), {"digits": digits})
    assert "participant" not in thief.session


def test_a_code_does_not_open_another_link(patient, other_patient):
    client = Client()
    digits = ask(client, patient)
    client.post(door(other_patient), {"digits": digits})
    assert "participant" not in client.session


def test_a_code_works_once(patient):
    client = Client()
    digits = ask(client, patient)
    state = client.session["access"]
    client.post(door(patient), {"digits": digits})
    client.post("/en/case/sign-out/")
    session = client.session
    session["access"] = state
    session.save()
    client.post(door(patient), {"digits": digits})
    assert "participant" not in client.session


def test_only_the_newest_code_works(patient):
    client = Client()
    first = ask(client, patient)
    second = ask(client, patient)
    if first != second:
        client.post(door(patient), {"digits": first})
        assert "participant" not in client.session
    client.post(door(patient), {"digits": second})
    assert "participant" in client.session


def test_five_wrong_tries_use_a_code_up(patient):
    client = Client()
    digits = ask(client, patient)
    texts = [client.post(door(patient), {"digits": wrong(digits)}).content.decode() for _ in range(5)]
    left = [found[1] for text in texts if (found := re.search(r"You can try (\d) more time", text))]
    assert left == ["4", "3", "2", "1"]
    assert "cannot be tried any more" in texts[4]
    client.post(door(patient), {"digits": digits})
    assert "participant" not in client.session
    assert AccessCode.objects.get().tries_left == 0


def test_tries_are_counted_by_the_database_whatever_the_session_says(patient):
    """Many posts at once with one old session cookie do not get more tries."""
    client = Client()
    digits = ask(client, patient)
    state = client.session["access"]
    for _ in range(7):
        client.post(door(patient), {"digits": wrong(digits)})
        session = client.session
        session["access"] = state
        session.save()
    client.post(door(patient), {"digits": digits})
    assert "participant" not in client.session


def test_a_code_expires(patient):
    client = Client()
    digits = ask(client, patient)
    AccessCode.objects.update(expires_at=timezone.now())
    client.post(door(patient), {"digits": digits})
    assert "participant" not in client.session


def test_an_expired_code_asks_for_a_new_one(patient):
    client = Client()
    digits = ask(client, patient)
    session = client.session
    session["access"] = session["access"] | {"until": time.time() - 1}
    session.save()
    assert b"This code is too old. Ask for a new code" in client.post(door(patient), {"digits": digits}).content


def test_a_code_that_was_not_made_yet_does_not_open(patient):
    """Before the worker has rendered the mail there is no code: an empty hash fits nothing."""
    client = Client()
    client.post(door(patient), {"send": "1"})
    assert AccessCode.objects.get().code_hash == ""
    client.post(door(patient), {"digits": "000000"})
    assert "participant" not in client.session


def test_a_revoked_person_does_not_get_in_with_a_code_sent_before(patient):
    client = Client()
    digits = ask(client, patient)
    patient.revoked_at = timezone.now()
    patient.save()
    client.post(door(patient), {"digits": digits})
    assert "participant" not in client.session


@pytest.mark.parametrize("write", [lambda d: f" {d[:3]} {d[3:]} ", lambda d: f"{d[:3]}-{d[3:]}", lambda d: d.translate(ARABIC)])
def test_a_code_may_be_typed_with_spaces_hyphens_or_arabic_digits(patient, write):
    client = Client()
    client.post(door(patient), {"digits": write(ask(client, patient))})
    assert "participant" in client.session


ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef"])
def test_what_is_no_code_costs_no_try(patient, typed):
    client = Client()
    ask(client, patient)
    response = client.post(door(patient), {"digits": typed})
    assert b"Error:" in response.content
    assert AccessCode.objects.get().tries_left == 5


def test_the_field_takes_a_code_from_the_phone(patient):
    client = Client()
    client.post(door(patient), {"send": "1"})
    page = client.get(door(patient)).content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page


def test_asking_often_is_refused_alike(patient, settings):
    settings.LIMITS = settings.LIMITS | {"code": (2, 900)}
    for token in (patient.token, new_token()):
        client = Client(REMOTE_ADDR=f"192.0.2.{len(token) + (token == patient.token)}")
        codes = [client.post(door(token), {"send": "1"}).status_code for _ in range(3)]
        assert codes == [302, 302, 429]
    assert AccessCode.objects.count() == 2


def test_one_address_cannot_ask_for_many_links(patient, settings):
    settings.LIMITS = settings.LIMITS | {"code": (2, 900)}
    codes = [Client().post(door(new_token()), {"send": "1"}).status_code for _ in range(3)]
    assert codes == [302, 302, 429]


def test_trying_often_is_refused(patient, settings):
    settings.LIMITS = settings.LIMITS | {"code-try": (2, 3600)}
    client = Client()
    digits = ask(client, patient)
    codes = [client.post(door(patient), {"digits": wrong(digits)}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    client.post(door(patient), {"digits": digits})
    assert "participant" not in client.session


def test_another_site_cannot_make_a_browser_ask(patient):
    client = Client()
    client.post(door(patient), {"send": "1"}, HTTP_ORIGIN="https://evil.example")
    client.post(door(patient), {"send": "1"}, HTTP_SEC_FETCH_SITE="cross-site")
    assert not AccessCode.objects.exists()


def test_a_code_needs_the_csrf_token(patient):
    client = Client(enforce_csrf_checks=True)
    digits = ask(client, patient)
    assert client.post(door(patient), {"digits": digits}).status_code == 403
    client.get(door(patient))
    token = client.cookies["csrf"].value
    assert client.post(door(patient), {"digits": digits, "csrfmiddlewaretoken": token}).status_code == 302


def test_opening_a_second_case_leaves_the_first(patient, other_patient):
    client = Client()
    client.post(door(patient), {"digits": ask(client, patient)})
    client.post(door(other_patient), {"digits": ask(client, other_patient)})
    assert other_patient.case.reference.encode() in client.get("/en/case/").content
    assert patient.case.reference.encode() not in client.get("/en/case/").content


def test_the_open_page_is_offered_only_for_its_own_link(as_participant, patient, other_patient):
    client = as_participant(patient)
    assert b"open in this browser already" in client.get(door(patient)).content
    assert b"open in this browser already" not in client.get(door(other_patient)).content


def test_only_safe_methods_and_post(patient):
    assert Client().put(door(patient)).status_code == 405


def test_no_code_for_somebody_without_an_address(patient):
    patient.email = ""
    patient.save()
    assert Client().post(door(patient), {"send": "1"}).status_code == 302
    assert not AccessCode.objects.exists()


@pytest.mark.parametrize("origin", ["null", "http://[", "https://testserver", "http://testserver.evil.example", "nonsense"])
def test_only_our_own_origin_may_ask(patient, origin):
    assert Client().post(door(patient), {"send": "1"}, HTTP_ORIGIN=origin).status_code == 302
    assert not AccessCode.objects.exists()


def test_our_own_page_may_ask_whatever_the_browser_says_beside(patient):
    Client().post(door(patient), {"send": "1"}, HTTP_ORIGIN="http://testserver", HTTP_SEC_FETCH_SITE="same-origin")
    assert AccessCode.objects.count() == 1
