"""Asking in Spanish and Arabic, on a phone, without scripts: every answer by its value, every page in its own language."""

import re

import pytest
from django.core import mail
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from portal import outbox
from quotes import intake
from quotes.models import QuoteRequest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "java_script_enabled": False}


@pytest.fixture
def phone(browser, live_server, settings, monkeypatch):
    settings.SITE_URL = live_server.url
    monkeypatch.setattr(intake, "QUICKEST_SECONDS", 0)
    context = browser.new_context(base_url=live_server.url, **PHONE)
    yield context.new_page()
    context.close()


def tick(page: Page, **answers: str) -> None:
    for name, value in answers.items():
        page.locator(f'input[name="{name}"][value="{value}"]').check(force=True)


def send(page: Page) -> None:
    """The page's own main button, whatever its words are."""
    page.locator("main form button.button--primary").last.click()


def says(page: Page, text: str, language: str) -> None:
    with translation.override(language):
        expect(page.get_by_role("heading", level=1)).to_contain_text(gettext(text))
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("language", ["es", "ar"])
def test_a_request_is_sent_from_a_phone_without_scripts(phone, language):
    phone.goto(f"/{language}/quote/emergency/")
    says(phone, "First: is it an emergency?", language)
    tick(phone, new_signs="none")
    send(phone)
    says(phone, "May we keep your answers?", language)
    phone.locator('main input[type="checkbox"]').check(force=True)
    send(phone)
    says(phone, "About you", language)
    tick(phone, filler_role="patient")
    send(phone)
    expect(phone.locator("#id_email")).to_have_attribute("aria-invalid", "true")  # neither e-mail nor phone: asked again
    phone.locator("#id_email").fill("amal@example.org")
    send(phone)
    phone.locator("#id_birth_year").fill("١٩٦٢" if language == "ar" else "1962")
    phone.locator("#id_country").select_option("MA")
    phone.locator("#id_language").select_option(language)
    send(phone)
    tick(phone, stroke_type="ischaemic", still_changing="same")
    phone.locator("#id_stroke_date").fill("مارس 2024" if language == "ar" else "marzo 2024")
    send(phone)
    tick(phone, f1="yes")
    send(phone)
    tick(phone, f2="no")  # "one more question", asked by the server
    send(phone)
    tick(phone, thinners="none", cancer="no", implants="none", cells_before="no")
    send(phone)
    phone.locator("#id_goals").fill("أن أمشي إلى السوق" if language == "ar" else "Caminar hasta el mercado")
    send(phone)
    says(phone, "Check your answers", language)
    assert not too_wide(phone)
    for box in phone.locator('main input[type="checkbox"]').all():
        box.check(force=True)
    send(phone)
    says(phone, "Your request is sent", language)
    case = QuoteRequest.objects.get()
    assert (case.language, case.answers["birth_year"], case.answers["stroke_date"]) == (language, "1962", "2024-03")
    outbox.send_due()
    letter = mail.outbox[0]
    assert re.search(rf"/{language}/c/[a-z2-7]{{32}}/", letter.body)
    assert case.reference in letter.subject
    assert "amal" not in letter.body.lower()


def too_wide(page: Page) -> bool:
    """Whether the page must be scrolled sideways. The page's own scripts are off; the browser can still be asked."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
