"""By keyboard only, where one must sign in: the queue's filters, a decision with an error, a refusal, and Arabic order."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from quotes.models import QuoteRequest
from quotes.views.case_tabs import TABS
from tests import factories
from tests.journeys.test_keyboard import press, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(browser, live_server):
    """Opens a page as somebody who is signed in already, on a screen of any width."""
    contexts = []

    def open_page(client: Client, path: str) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="en-GB")
        contexts.append(context)
        context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_the_filters_of_the_queue(visit, coordinator):
    mine = factories.sent_case()
    factories.sent_case(email="other@example.org")
    QuoteRequest.objects.filter(pk=mine.pk).update(coordinator=coordinator)
    page = visit(factories.staff_client(coordinator), reverse("admin:quotes_quoterequest_changelist"))
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    by_coordinator = page.locator("#changelist-filter details", has=page.get_by_text("By coordinator"))
    tab_to(page, "By coordinator")
    page.keyboard.press("Enter")
    expect(by_coordinator).not_to_have_attribute("open", "")
    page.keyboard.press("Enter")
    tab_to(page, "mine")
    press(page)
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name=mine.reference)).to_be_visible()
    tab_to(page, "Clear all filters")
    press(page)
    expect(page.locator("#result_list tbody tr")).to_have_count(2)


def test_declining_with_too_long_a_reason_leads_back_to_it(visit, case, patient, coordinator, clinical_reviewer):
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    page = visit(factories.case_client(patient), reverse("quotes:case_decline"))
    tab_to(page, "Why? You need not say.")
    page.evaluate("document.activeElement.removeAttribute('maxlength')")
    page.evaluate("document.activeElement.value = 'No '.repeat(5000)")
    tab_to(page, "Decline")
    press(page)
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: Decline the recommendation – Regain")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reason = page.get_by_label("Why? You need not say.")
    expect(reason).to_be_focused()
    assert reason.input_value().startswith("No No")
    reason.fill("Too far.")
    tab_to(page, "Decline")
    press(page)
    case.refresh_from_db()
    assert case.status == "declined"


def test_a_refusal_on_the_case_screen_takes_the_focus(visit, case, coordinator):
    page = visit(factories.staff_client(coordinator), reverse("admin:quotes_quoterequest_change", args=[case.pk]))
    tab_to(page, "A note for colleagues")
    page.keyboard.type("Called the daughter.")
    QuoteRequest.objects.filter(pk=case.pk).update(version=case.version + 1)  # a colleague was quicker
    tab_to(page, "Keep the note")
    press(page)
    refusal = page.get_by_role("alert")
    expect(refusal).to_be_focused()
    expect(refusal).to_contain_text("Not saved yet.")
    assert page.title().startswith("Error:")
    expect(page.get_by_label("A note for colleagues")).to_have_value("Called the daughter.")


def test_in_arabic_the_focus_goes_from_right_to_left(visit, patient):
    page = visit(factories.case_client(patient), "/ar/case/")
    page.set_viewport_size({"width": 1280, "height": 900})
    places = []
    for _ in range(40):
        page.keyboard.press("Tab")
        in_tabs = page.evaluate("document.activeElement.matches('.tabs__link')")
        if in_tabs:
            places.append(page.evaluate("document.activeElement.getBoundingClientRect().right"))
        elif places:
            break
    assert len(places) == len(TABS)
    assert places == sorted(places, reverse=True)
