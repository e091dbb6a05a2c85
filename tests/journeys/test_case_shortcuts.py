"""The case screen by single keys: they lead where the list says, keep quiet while somebody writes, and can be switched off."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from quotes import actions
from quotes.models import TextDraft
from tests import factories
from tests.journeys.test_keyboard_inside import visit  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(visit, case, coordinator):  # noqa: F811
    actions.assign(case=case, by=coordinator)
    return visit(factories.staff_client(coordinator), reverse("admin:quotes_quoterequest_change", args=[case.pk]))


def test_a_letter_leads_to_its_box_and_is_a_letter_in_it(page):
    page.keyboard.press("r")
    reply = page.get_by_label("Write to the family (they read English)")
    expect(reply).to_be_focused()
    page.keyboard.type("r?n")
    expect(reply).to_have_value("r?n")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_list_opens_keeps_the_focus_and_gives_it_back(page):
    button = page.get_by_role("button", name="Keyboard shortcuts")
    button.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    for _tab in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('body') || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    page.keyboard.press("n")
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("A note for colleagues")).to_be_focused()


def test_switched_off_no_letter_works_and_the_browser_remembers(page):
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Letters work on their own").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    for key in ("r", "?", "d"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_label("Letters work on their own")).not_to_be_checked()


def test_search_starts_in_its_box_and_an_arabic_keyboard_has_the_same_keys(page):
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'س', code: 'KeyS', bubbles: true}))")
    expect(page.locator("#searchbar")).to_be_focused()


def test_a_colleague_who_begins_to_write_is_told_of_while_the_page_is_open(page, case, manager):
    page.clock.install()
    page.reload()
    TextDraft.objects.create(case=case, user=manager, box="note", body="x")
    page.clock.run_for(31_000)
    expect(page.locator("[data-here]")).to_contain_text("Mona Sample is writing a note.")
    expect(page.locator("[data-here-said]")).to_have_text("Mona Sample is writing a note.")
