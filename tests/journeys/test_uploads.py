"""The script of the documents page: file by file, a bar, another try, and nothing lost on the way."""

import re

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from tests import factories
from tests.quotes import intake_pages
from tests.quotes.hostile_files import PDF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LETTER = {"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": factories.image()}
REPORT = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": PDF}
WEB_PAGE = {"name": "page.html", "mimeType": "text/html", "buffer": b"<html></html>"}


@pytest.fixture
def draft(client):
    return intake_pages.with_draft(client)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def with_scripts(request) -> bool:
    return request.param


@pytest.fixture
def opened(browser, client, live_server):
    """Opens the page in a phone's window, as the browser that holds the draft."""
    contexts = []

    def go(**how: bool) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="en-GB", viewport={"width": 390, "height": 844}, **how)
        contexts.append(context)
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.goto("/en/quote/documents/")
        return page

    yield go
    for context in contexts:
        context.close()


def test_files_are_added_and_a_wrong_one_is_named(draft, opened, with_scripts):
    page = opened(java_script_enabled=with_scripts)
    page.get_by_label("Discharge letter").set_input_files([LETTER, REPORT, WEB_PAGE])
    if not with_scripts:
        page.get_by_role("button", name="Add these files").click()
    expect(page.get_by_text("2 of 20 files added", exact=True)).to_be_visible()
    expect(page.get_by_text("This is a web page or a drawing for the web").first).to_be_visible()
    assert {one.name for one in draft.attachments.all()} == {"letter.jpg", "report.pdf"}


def test_what_is_not_saved_yet_holds_the_reader_back(draft, opened):
    page = opened()
    page.context.set_offline(True)
    page.get_by_label("Blood tests").set_input_files(REPORT)
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    page.get_by_role("button", name="Continue").last.click()
    expect(page.locator("[data-upload-status]")).to_contain_text("Some files are not saved yet")
    expect(again).to_be_focused()
    page.context.set_offline(False)
    again.click()
    expect(page.get_by_text("1 of 20 files added", exact=True)).to_be_visible()
    page.get_by_role("button", name="Continue").last.click()
    expect(page).to_have_url(re.compile("/en/quote/hopes/$"))
    assert draft.attachments.get().slot == "blood_tests"
