"""When a form cannot be taken, nothing that was typed is lost: the database is away, or the token is."""

import html
import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from portal import env
from quotes.models import Message
from tests import factories

pytestmark = pytest.mark.django_db
HERE = {"Origin": "http://testserver"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture(params=[OperationalError, InterfaceError])
def database_is_away(monkeypatch, request):
    """Every question to the database fails, as after its server stopped."""

    def away(*args, **kwargs):
        raise request.param("could not connect to server")

    def go() -> None:
        monkeypatch.setattr(connection, "cursor", away)

    return go


def browser(of: Client) -> Client:
    """The same cookies, in a client that shows the error page instead of raising."""
    of.raise_request_exception = False
    return of


def fields(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}


def test_a_page_says_that_the_database_is_away_and_when_to_come_back(database_is_away, patient):
    client = browser(factories.case_client(patient))
    database_is_away()
    response = client.get("/en/case/")
    page = response.content.decode()
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "no-store" in response.headers["Cache-Control"]
    assert "It is our fault, not yours" in page
    assert 'href="/en/case/"' in page
    assert 'method="post"' not in page


def test_a_message_typed_while_the_database_is_away_can_be_sent_again(monkeypatch, patient):
    client = browser(factories.case_client(patient))
    token = fields(client.get("/en/case/messages/").content.decode())["submission_id"]
    typed = {"body": "He said “water”\nthis morning & <smiled>.", "submission_id": token}
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", fail)
        started = time.monotonic()
        response = client.post("/en/case/messages/", typed, headers=HERE)
    assert time.monotonic() - started < 3
    page = response.content.decode()
    assert response.status_code == 503
    assert not Message.objects.exists()
    assert 'action="/en/case/messages/"' in page
    assert "this morning &amp; &lt;smiled&gt;." in page
    again = fields(page)
    assert again["body"] == typed["body"]
    assert client.post("/en/case/messages/", again).status_code == 302
    assert Message.objects.get().body.replace("\r\n", "\n") == typed["body"]


def fail(*args, **kwargs):
    raise OperationalError


def test_the_button_works_with_the_token_that_the_page_gives(monkeypatch, patient):
    client = browser(factories.case_client(patient))
    client.handler.enforce_csrf_checks = True
    first = fields(client.get("/en/case/messages/").content.decode())
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", fail)
        page = client.post("/en/case/messages/", first | {"body": "Thank you."}, headers=HERE).content.decode()
    assert client.post("/en/case/messages/", fields(page), headers=HERE).status_code == 302
    assert Message.objects.get().body == "Thank you."


@pytest.mark.parametrize(("language", "direction"), [("es", "ltr"), ("ar", "rtl")])
def test_it_comes_in_the_readers_language(database_is_away, language, direction):
    database_is_away()
    response = browser(Client()).post(f"/{language}/lost-link/", {"email": "maria@example.org"}, headers=HERE)
    assert response.status_code == 503
    assert f'lang="{language}" dir="{direction}"' in response.content.decode()


def test_staff_get_back_what_they_wrote(database_is_away, coordinator, case):
    client = browser(factories.staff_client(coordinator))
    database_is_away()
    address = f"/staff/quotes/quoterequest/{case.pk}/add_note/"
    response = client.post(address, {"text": "Called the daughter.", "version": "1"}, headers=HERE)
    page = response.content.decode()
    assert response.status_code == 503
    assert f'action="{address}"' in page
    assert fields(page)["text"] == "Called the daughter."


def test_passwords_and_codes_are_not_repeated(database_is_away):
    database_is_away()
    typed = {"email": "carmen@office.example", "password": "correct horse", "next": "/staff/"}
    page = browser(Client()).post("/staff/sign-in/", typed, headers=HERE).content.decode()
    assert "carmen@office.example" in page
    assert "correct horse" not in page
    assert 'method="post"' not in page  # without the password it would be another form


def test_chosen_files_are_named_and_asked_for_again(database_is_away, patient):
    client = browser(factories.case_client(patient))
    database_is_away()
    letter = SimpleUploadedFile("letter <1>.pdf", b"%PDF-")
    page = client.post("/en/case/messages/", {"body": "Here it is.", "letter": letter}, headers=HERE).content.decode()
    assert "letter &lt;1&gt;.pdf" in page
    assert re.search(r'<input type="file" id="file-1" name="letter">', page)
    assert 'enctype="multipart/form-data"' in page


def test_a_page_that_sets_no_cookie_sets_none_here(database_is_away):
    database_is_away()
    response = browser(Client()).post("/en/c/abcdefghijklmnop/", {"send": "1"}, headers=HERE)
    assert response.status_code == 503
    assert not response.cookies
    assert fields(response.content.decode()) == {"send": "1"}


@pytest.mark.parametrize("origin", [{}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}])
def test_a_form_from_elsewhere_gets_no_token_and_no_button(database_is_away, origin):
    database_is_away()
    page = browser(Client()).post("/en/lost-link/", {"email": "maria@example.org"}, headers=origin).content.decode()
    assert 'method="post"' not in page
    assert "csrfmiddlewaretoken" not in page
    assert "maria@example.org" in page


@pytest.mark.parametrize(("origin", "buttons"), [(HERE, 1), ({"Origin": "https://elsewhere.example"}, 0), ({}, 0)])
def test_a_form_that_lost_its_token_can_be_sent_again_if_it_was_ours(origin, buttons):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/en/lost-link/", {"email": "maria@example.org"}, headers=origin)
    assert response.status_code == 403
    page = response.content.decode()
    assert page.count('name="csrfmiddlewaretoken"') == buttons
    if buttons:
        assert strict.post("/en/lost-link/", fields(page), headers=HERE).status_code == 302


def test_other_mistakes_stay_500(monkeypatch, patient):
    client = browser(factories.case_client(patient))

    def broken(*args, **kwargs):
        raise ValueError

    monkeypatch.setattr(connection, "cursor", broken)
    assert client.get("/en/case/").status_code == 500


def test_a_postgresql_that_does_not_answer_is_given_up_after_two_seconds(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@db.example/regain?sslmode=require")
    options = env.database("DATABASE_URL", "")["OPTIONS"]
    assert options == {"connect_timeout": 2, "tcp_user_timeout": 2000, "sslmode": "require"}
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@db.example/regain?connect_timeout=9")
    assert env.database("DATABASE_URL", "")["OPTIONS"]["connect_timeout"] == "9"
