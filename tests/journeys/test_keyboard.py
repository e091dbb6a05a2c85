"""By keyboard only: errors lead to their inputs, labels open and close, and nothing needs a pointer."""

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, expect

from quotes import intake
from tests.quotes import intake_pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOCUSED = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return "";
  return focused.labels?.length ? focused.labels[0].textContent : focused.textContent;
}"""


@pytest.fixture
def keyboard(browser, live_server, settings, monkeypatch):
    monkeypatch.setattr(intake, "QUICKEST_SECONDS", 0)  # a machine is quicker than the trap for machines allows
    settings.SITE_URL = live_server.url
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    yield context.new_page()
    context.close()


def tab_to(page: Page, name: str) -> None:
    """Tab on, as somebody without a mouse does, until the control of this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED):
            return
    pytest.fail(f"The keyboard does not reach “{name}”.")


def press(page: Page, key: str = "Enter") -> None:
    """A key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def skip_to_content(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_from_the_gate_through_the_first_step_without_a_mouse(keyboard):
    keyboard.goto("/en/quote/")
    tab_to(keyboard, "Start")
    press(keyboard)
    tab_to(keyboard, "None of these")
    keyboard.keyboard.press("Space")
    tab_to(keyboard, "Continue")
    press(keyboard)
    tab_to(keyboard, "I agree")
    keyboard.keyboard.press("Space")
    tab_to(keyboard, "Continue")
    press(keyboard)

    expect(keyboard.get_by_role("heading", level=1)).to_have_text("About you")
    tab_to(keyboard, "I had the stroke")
    keyboard.keyboard.press("ArrowDown")
    tab_to(keyboard, "Yes, the patient agrees")
    keyboard.keyboard.press("Space")
    tab_to(keyboard, "What should we call you?")
    keyboard.keyboard.type("Lucía")
    tab_to(keyboard, "Your e-mail address")
    keyboard.keyboard.type("lucia@example.org")
    press(keyboard)
    expect(keyboard.get_by_role("heading", level=1)).to_have_text("About the patient")


def test_errors_lead_to_their_inputs_however_often_the_page_comes_back(keyboard, live_server):
    visitor = Client()
    intake_pages.empty_draft(visitor)
    keyboard.context.add_cookies([{"name": "session", "value": visitor.cookies["session"].value, "url": live_server.url}])
    keyboard.goto("/en/quote/stroke/")
    skip_to_content(keyboard)
    for _ in range(2):
        tab_to(keyboard, "Continue")
        press(keyboard)
        summary = keyboard.locator("[data-error-summary]")
        expect(summary).to_be_focused()
        hrefs = [link.get_attribute("href") for link in summary.get_by_role("link").all()]
        assert len(hrefs) == 3
        for place, href in enumerate(hrefs, start=1):
            summary.focus()
            for _ in range(place):
                keyboard.keyboard.press("Tab")
            keyboard.keyboard.press("Enter")
            expect(keyboard.locator(href)).to_be_focused()
            expect(keyboard.locator(".field", has=keyboard.locator(href)).locator(".field__label").first).to_be_in_viewport()
    assert "#" not in keyboard.url


def test_the_skip_link_shows_itself_and_leads_to_the_content(keyboard):
    keyboard.goto("/en/how-we-work/")
    skip_to_content(keyboard)


def test_an_evidence_label_opens_by_enter_and_closes_by_escape(keyboard):
    call_command("load_library", verbosity=0)
    keyboard.goto("/en/articles/do-stem-cells-work-after-stroke/")
    label = keyboard.locator(".article__header button.evidence-label").first
    tab_to(keyboard, label.inner_text().split("\n")[-1])
    expect(label).to_be_focused()
    keyboard.keyboard.press("Enter")
    expect(keyboard.locator("[popover]:popover-open")).to_be_visible()
    keyboard.keyboard.press("Tab")
    expect(keyboard.locator("[popover]:popover-open").get_by_role("button", name="Close")).to_be_focused()
    keyboard.keyboard.press("Escape")
    expect(keyboard.locator("[popover]:popover-open")).to_have_count(0)
    expect(label).to_be_focused()
