"""What a family does with a recommendation, in a real browser: waits, chooses, takes it back, declines, asks for a change."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from quotes import actions
from quotes.models import QuoteRequest, Recommendation
from tests import factories
from tests.journeys.test_family_circle import last_mail_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}}
NO_SCRIPTS = {"java_script_enabled": False}


@pytest.fixture
def send(coordinator, clinical_reviewer):
    """The office's side of sending a version that it has ready."""

    def sent(case: QuoteRequest, draft: Recommendation) -> Recommendation:
        actions.request_approval(case=case, by=coordinator, recommendation=draft)
        factories.approve(draft, by=clinical_reviewer, reason="The family asked for it.")
        return actions.send_recommendation(case=case, by=coordinator, recommendation=draft)

    return sent


def enter(page: Page, address: str) -> None:
    """By the link and the code that were mailed there."""
    page.goto(re.search(r"https?://\S+/c/[a-z2-7]{32}/", last_mail_to(address))[0])
    page.get_by_role("button", name="Send a code").click()
    page.get_by_label("Your code").fill(re.search(r"\b\d{6}\b", last_mail_to(address))[0])
    page.get_by_role("button", name="Open my page").click()


def has_heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def stays_within_the_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_from_the_confirmation_to_an_unproven_option_after_three_days(browser_of, send, coordinator):
    case = factories.sent_case()
    page = browser_of()
    enter(page, "maria@example.org")
    has_heading(page, "We have your request")
    assert case.participants.get().confirmed_at is not None

    draft = factories.ready_recommendation(case, coordinator=coordinator)
    factories.add_option(draft)
    sent = send(case, draft)
    assert "news" in last_mail_to("maria@example.org")
    page.goto("/en/case/")
    page.get_by_role("link", name="Open the recommendation").click()
    unproven = page.locator("article", has_text="Sample procedure")
    expect(unproven.get_by_text("You can choose this option from:")).to_be_visible()
    expect(unproven.get_by_text("It is not proven to work.")).to_be_visible()  # why it waits
    expect(unproven.get_by_role("link", name="Choose this option")).to_have_count(0)

    Recommendation.objects.filter(pk=sent.pk).update(sent_at=timezone.now() - timedelta(hours=72, minutes=1))
    page.reload()
    unproven.get_by_role("link", name="Choose this option").click()
    expect(page.get_by_text("not approved for stroke")).to_be_visible()
    page.get_by_role("button", name="Yes, choose this option").click()
    has_heading(page, "You have chosen an option")

    page.get_by_role("button", name="Take my decision back").click()
    has_heading(page, "Your recommendation")
    unproven.get_by_role("link", name="Choose this option").click()
    page.get_by_role("button", name="Yes, choose this option").click()
    case.refresh_from_db()
    actions.confirm_accept(case=case, by=coordinator)  # while the page with the button is open
    page.get_by_role("button", name="Take my decision back").click()
    expect(page.get_by_text("The office has already confirmed the next step.")).to_be_visible()
    expect(page.get_by_role("button", name="Take my decision back")).to_have_count(0)
    expect(page.get_by_role("heading", name="The next step is agreed")).to_be_visible()
    assert QuoteRequest.objects.get(pk=case.pk).accepted_option.title == "Sample procedure"


def test_declining_is_one_step_in_arabic(browser_of, case, patient, coordinator, clinical_reviewer):
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    page = browser_of(patient, **PHONE, locale="ar")
    with translation.override("ar"):
        decline, declined = gettext("Decline"), gettext("You have declined")
    page.goto("/ar/case/recommendation/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert stays_within_the_screen(page)
    page.get_by_role("link", name=decline, exact=True).click()
    page.get_by_role("textbox").fill("نريد أن نبقى قرب البيت.")
    page.get_by_role("button", name=decline, exact=True).click()
    has_heading(page, declined)
    assert stays_within_the_screen(page)
    page.goto("/ar/case/messages/")
    expect(page.get_by_text("نريد أن نبقى قرب البيت.")).to_be_visible()  # why
    assert QuoteRequest.objects.get(pk=case.pk).status == "declined"


def test_a_change_is_asked_for_and_answered_by_a_second_version_without_scripts(
    browser_of, send, case, patient, coordinator, clinical_reviewer
):
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    page = browser_of(patient, **PHONE, **NO_SCRIPTS)
    page.goto("/en/case/recommendation/")
    assert page.locator("h1").bounding_box()["width"] <= 390
    page.get_by_role("link", name="Ask for a change").click()
    page.get_by_role("button", name="Ask for this change").click()
    expect(page.get_by_role("alert")).to_contain_text("Write what should be different.")
    page.get_by_label("What should be different?").fill("Closer to home, please.")
    page.get_by_role("button", name="Ask for this change").click()
    page.goto("/en/case/recommendation/")
    expect(page.get_by_text("We are looking at this again")).to_be_visible()

    case.refresh_from_db()
    draft = actions.draft_recommendation(case=case, by=coordinator)
    changes = {"summary": "Practise first, near your town.", "revision_reason": "We found hours of therapy near your town."}
    actions.edit_recommendation(
        case=case, by=coordinator, recommendation=draft, lock_version=draft.lock_version, changes=changes
    )
    send(case, draft)
    page.goto("/en/case/")
    page.get_by_role("link", name="Open the recommendation").click()
    expect(page.get_by_role("region", name="What is new in this version")).to_contain_text("hours of therapy near your town")
    expect(page.get_by_text("Practise first, near your town.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Version 1")).click()
    expect(page.get_by_text("This is an older version.")).to_be_visible()
    expect(page.get_by_text("Practise first. Here is where and what it costs.")).to_be_visible()
    page.goto("/en/case/messages/")
    expect(page.get_by_text("Closer to home, please.")).to_be_visible()
