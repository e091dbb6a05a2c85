"""Where a case page is open: announced once a browser, listed, ended from elsewhere; and computers that others use, too."""

import time
from datetime import timedelta

import pytest
from django.conf import settings as figures
from django.test import Client
from django.utils import timezone

from portal.models import OutgoingEmail
from quotes import actions, browsers, jobs
from quotes.models import CaseSession
from tests import factories
from tests.quotes.test_access_code import ask, door

pytestmark = pytest.mark.django_db
ACCESS = "/en/case/access/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def roomy(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.LIMITS = settings.LIMITS | {"code": (100, 900), "code-try": (100, 3600)}


def enter(client: Client, participant, **fields: str) -> Client:
    digits = ask(client, participant)
    assert client.post(door(participant), {"digits": digits, **fields}).url == "/en/case/"
    return client


def announced() -> int:
    return OutgoingEmail.objects.filter(kind="new_browser").count()


def test_a_new_browser_is_announced_once_and_the_first_is_no_news(patient):
    home, phone = enter(Client(), patient), Client(HTTP_USER_AGENT=IPHONE)
    assert announced() == 0
    enter(phone, patient)
    assert announced() == 1
    for client in (home, phone):
        client.post("/en/case/sign-out/")
        enter(client, patient)
    assert announced() == 1


def test_the_owner_hears_of_a_new_browser_of_somebody_they_let_in(patient, daughter):
    enter(Client(), daughter)
    enter(Client(), daughter)
    assert announced() == 1
    about = OutgoingEmail.objects.get(kind="new_browser_in_circle")
    assert CaseSession.objects.get(pk=about.subject_id).participant == daughter


def test_the_browsers_cookie_says_nothing_and_is_hashed_for_each_person(patient, daughter):
    client = enter(Client(), patient)
    cookie = client.cookies["browser"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    enter(client, daughter)
    hashes = set(CaseSession.objects.values_list("browser_hash", flat=True))
    assert len(hashes) == 2
    assert cookie.value not in str(hashes)


def test_open_pages_are_listed_in_plain_words(patient):
    here = enter(Client(HTTP_USER_AGENT=FIREFOX), patient)
    enter(Client(HTTP_USER_AGENT=IPHONE), patient)
    page = here.get(ACCESS).content.decode()
    assert "Firefox on a Windows computer" in page
    assert "Safari on an iPhone" in page
    assert page.count("this one") >= 1
    assert page.count('name="session"') == 1  # the page at hand is signed out of by its own button


def test_one_page_is_ended_and_it_is_out_at_once(patient):
    here, there = enter(Client(), patient), enter(Client(), patient)
    key = there.session["case_session"]
    assert here.post(ACCESS, {"session": key}).url == ACCESS
    assert there.get("/en/case/").url == "/en/case/ended/"
    assert here.get("/en/case/").status_code == 200


def test_all_others_are_ended(patient):
    here, *others = [enter(Client(), patient) for _ in range(3)]
    here.post(ACCESS, {"do": "others"})
    assert [one.get("/en/case/").status_code for one in (here, *others)] == [200, 302, 302]


def test_a_stolen_session_cookie_ends_with_its_page(patient):
    here, there = enter(Client(), patient), Client()
    there.cookies["session"] = here.cookies["session"].value
    assert there.get("/en/case/").status_code == 200
    here.post("/en/case/sign-out/")
    assert there.get("/en/case/").status_code == 302


def test_last_used_is_coarse(patient):
    client = enter(Client(), patient)
    row = CaseSession.objects.get()
    client.get("/en/case/")
    assert CaseSession.objects.get().last_seen_at == row.last_seen_at
    CaseSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=6))
    client.get("/en/case/")
    assert CaseSession.objects.get().last_seen_at > timezone.now() - timedelta(minutes=1)


def test_a_page_that_timed_out_is_not_listed_as_open(patient):
    here = enter(Client(), patient)
    enter(Client(HTTP_USER_AGENT=IPHONE), patient)
    CaseSession.objects.exclude(pk=here.session["case_session"]).update(last_seen_at=timezone.now() - timedelta(hours=2))
    page = here.get(ACCESS).content.decode()
    assert 'name="session"' not in page
    assert "Closed again" in page


def test_a_shared_computer_closes_sooner_and_keeps_nothing(patient):
    client = enter(Client(), patient, is_shared="on")
    assert client.cookies["session"]["max-age"] == ""  # the cookie ends with the browser
    assert "browser" not in client.cookies
    assert CaseSession.objects.get().browser_hash == ""
    assert "Others use this computer" in client.get("/en/case/").content.decode()
    session = client.session
    session["case_seen_at"] = int(time.time()) - figures.SHARED_IDLE_SECONDS - 1
    session.save()
    assert client.get("/en/case/").url == "/en/case/ended/"


def test_at_home_the_page_says_nothing_of_that(patient):
    client = enter(Client(), patient)
    assert int(client.cookies["session"]["max-age"]) > 0
    assert "Others use this computer" not in client.get("/en/case/").content.decode()


def test_signing_out_clears_what_the_browser_kept(patient):
    client = enter(Client(), patient)
    assert client.post("/en/case/sign-out/")["Clear-Site-Data"] == '"cache", "storage"'
    assert CaseSession.objects.get().ended_at is not None
    enter(client, patient, is_shared="on")
    key = client.session.session_key
    assert client.post("/en/case/sign-out/")["Clear-Site-Data"] == '"cache", "storage", "cookies"'
    assert not client.session.exists(key)


def test_an_unsent_request_opened_on_a_shared_computer_closes_with_the_browser():
    draft = factories.draft_case()
    owner = actions.mail_draft_link(case=draft, email="a@example.org", language="en")
    client = Client()
    client.post(door(owner), {"digits": ask(client, owner), "is_shared": "on"})
    assert client.session["draft"] == str(draft.pk)
    assert client.cookies["session"]["max-age"] == ""


def test_a_half_filled_request_survives_signing_out_on_a_shared_computer(patient):
    client = enter(Client(), patient, is_shared="on")
    session = client.session
    session["draft"] = "kept"
    session.save()
    assert "cookies" not in client.post("/en/case/sign-out/")["Clear-Site-Data"]
    assert client.session["draft"] == "kept"


def test_old_rows_are_forgotten(patient):
    enter(Client(), patient)
    jobs.forget_browsers()
    assert CaseSession.objects.count() == 1
    CaseSession.objects.update(opened_at=timezone.now() - timedelta(days=401))
    jobs.forget_browsers()
    assert not CaseSession.objects.exists()


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (FIREFOX, "Firefox on a Windows computer"),
        (IPHONE, "Safari on an iPhone"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140 Mobile Safari/537",
            "Chrome on an Android phone or tablet",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140", "Edge on a Windows computer"),
        ("curl/8", "A browser that we do not know"),
        ("", "A browser that we do not know"),
        ("something (Macintosh)", "A browser on a Mac"),
    ],
)
def test_browsers_in_words(header, words):
    assert browsers.in_words(browsers.kind_of(header)) == words
