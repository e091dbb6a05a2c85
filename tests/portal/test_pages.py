import re

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from portal import views
from portal.gallery import ICON_NAMES
from portal.templatetags.components import ICONS


def test_the_gallery_shows_every_component_and_sets_no_cookie(client):
    response = client.get("/components/")
    assert response.status_code == 200
    assert not response.cookies
    page = response.content.decode()
    for block in (
        "notice--danger",
        "emergency__numbers",
        "evidence-label--w",
        "summary-list",
        "timeline",
        "steps__bar",
        "choices",
    ):
        assert block in page
    for name in ICON_NAMES:
        assert f"icon--{name}" in page


def test_the_gallerys_form_shows_its_errors_and_keeps_nothing(client):
    response = client.get("/components/", {"go": "Continue", "email": "not an address"})
    page = response.content.decode()
    assert "<title>Error: Components" in page
    assert 'href="#id_when_0"' in page
    assert not response.cookies
    assert client.post("/components/").status_code == 405


@pytest.mark.django_db
def test_a_missing_page_says_so_in_the_readers_language_and_leads_on(client):
    response = client.get("/en/no-such-page/")
    assert response.status_code == 404
    page = response.content.decode()
    assert 'lang="en"' in page
    assert 'href="/en/quote/"' in page
    assert 'href="/es/"' in page  # a page without a Spanish address leads to the Spanish start page
    assert 'dir="rtl"' in client.get("/ar/no-such-page/").content.decode()


def test_the_page_for_our_own_mistakes_needs_neither_request_nor_context():
    page = render_to_string("500.html")
    assert "It is our fault" in page
    assert "tel:112" in page


def test_the_page_for_our_own_mistakes_answers_500():
    assert views.server_error(RequestFactory().get("/en/")).status_code == 500


def test_a_refused_form_shows_what_was_typed_and_escapes_it():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/en/quote/", {"story": "She fell in the <b>kitchen</b>.", "password": "secret words"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "She fell in the &lt;b&gt;kitchen&lt;/b&gt;." in page
    assert "secret words" not in page


def test_a_page_links_to_itself_in_the_other_languages(client, db):
    page = client.get("/en/quote/").content.decode()
    assert re.search(r'href="/es/quote/"[^>]*lang="es"|name="switch_language" value="es"', page)
    assert re.search(r'href="/ar/quote/"[^>]*lang="ar"|name="switch_language" value="ar"', page)


def test_every_icon_file_is_drawn_in_the_colour_of_the_text():
    for path in ICONS.glob("*.svg"):
        text = path.read_text()
        assert 'viewBox="0 0 24 24"' in text, path.name
        assert "currentColor" in text, path.name
        assert "#" not in text, path.name


def test_a_refused_form_gives_back_what_was_typed_and_no_secrets():
    typed = {
        "body": "Dear all",
        "csrfmiddlewaretoken": "t0ken",
        "code": "111111",
        "digits": "222222",
        "shown": "ABCD-EFGH-JKLM",
    }
    typed |= {name: f"secret {name}" for name in ("password", "new_password", "old_password", "new_password1")}
    page = views.csrf_failure(RequestFactory().post("/staff/", typed)).content.decode()
    assert "Dear all" in page
    assert not [value for name, value in typed.items() if name != "body" and value in page]


def test_what_is_too_big_gets_a_page_that_says_so(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = client.post("/en/lost-link/", {"email": "a" * 200})
    assert response.status_code == 400
    assert "This could not be read" in response.content.decode()
