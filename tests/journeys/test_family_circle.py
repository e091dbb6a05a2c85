"""Who shares a case and who ends it, in a real browser: invited by link and code, writes, is taken out; and everything erased."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from portal import outbox
from quotes.models import QuoteRequest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def last_mail_to(address: str) -> str:
    outbox.send_due()
    return str([message for message in mail.outbox if address in message.to][-1].body)


def test_a_daughter_is_invited_writes_and_is_taken_out_again(browser_of, patient, coordinator):
    owner = browser_of(patient)
    owner.goto("/en/case/people/")
    owner.get_by_role("link", name="Invite somebody").click()
    owner.get_by_label("Name").fill("Lucía")
    owner.get_by_label("E-mail address").fill("daughter@example.org")
    owner.get_by_label("Read everything, and write to the office").check(force=True)
    owner.get_by_role("button", name="Send the invitation").click()
    expect(owner.get_by_text("has not answered yet")).to_be_visible()

    daughter = browser_of()
    daughter.goto(re.search(r"https?://\S+/c/\S+", last_mail_to("daughter@example.org"))[0])
    daughter.get_by_role("button", name="Send a code").click()
    code = re.search(r"\b\d{6}\b", last_mail_to("daughter@example.org"))[0]
    daughter.get_by_label("Your code").fill(code)
    daughter.get_by_role("button", name="Open my page").click()
    expect(daughter.get_by_role("heading", level=1)).to_have_text("You are invited")
    daughter.get_by_role("button", name="Yes", exact=True).click()
    daughter.goto("/en/case/messages/")
    daughter.get_by_label("Your message").fill("My mother can walk to the kitchen again.")
    daughter.get_by_role("button", name="Send the message").click()
    expect(daughter.get_by_text("My mother can walk to the kitchen again.")).to_be_visible()

    owner.goto("/en/case/messages/")
    expect(owner.get_by_text("Lucía").first).to_be_visible()
    owner.goto("/en/case/people/")
    owner.get_by_role("link", name=re.compile("Change or end")).first.click()
    owner.get_by_role("link", name="What happens when you end it").click()
    expect(owner.get_by_role("heading", level=1)).to_have_text("End the access: Lucía")
    owner.get_by_role("button", name="End the access now").click()
    answer = daughter.goto("/en/case/messages/")
    assert answer and answer.status in (403, 404)
    expect(daughter.get_by_text("My mother can walk")).to_have_count(0)


def test_an_owner_erases_everything_for_good(browser_of, patient):
    owner = browser_of(patient)
    reference = patient.case.reference
    owner.goto("/en/case/privacy/")
    owner.get_by_role("link", name="Erase everything").click()
    owner.get_by_role("link", name="Go on to the code").click()
    owner.get_by_role("button", name="Send me a code").click()
    code = re.search(r"\b\d{6}\b", last_mail_to(patient.email))[0]
    owner.get_by_label("Your code").fill(code)
    owner.get_by_role("button", name="Go on").click()
    owner.get_by_label(re.compile("type:")).fill(reference[-4:])
    owner.get_by_role("button", name="Erase everything now").click()
    expect(owner.get_by_role("heading", level=1)).to_have_text("Everything is erased")
    proof = owner.locator("main").inner_text()
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", proof)
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", last_mail_to("maria@example.org"))
    owner.goto("/en/case/")
    assert reference not in owner.content()
    assert not QuoteRequest.objects.filter(reference=reference).exists()
