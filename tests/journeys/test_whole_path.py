"""The main job in a real browser: read, ask, triage, recommend, answer; as patient, coordinator and clinical reviewer."""

import re
import time

import pytest
from django.core import mail
from django.core.management import call_command
from django_otp.oath import hotp
from playwright.sync_api import BrowserContext, Page, expect

from portal import outbox, second_factor
from portal.models import TotpDevice, User
from quotes import intake
from quotes.models import Clinic, QuoteRequest
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def library(db):
    call_command("load_library", verbosity=0)
    call_command("load_catalogue", verbosity=0)


@pytest.fixture
def open_browser(browser, live_server, settings, monkeypatch):
    """A fresh browser for one person; it fails the test when a page complains on its console."""
    monkeypatch.setattr(intake, "QUICKEST_SECONDS", 0)  # a machine is quicker than the trap for machines allows
    settings.SITE_URL = live_server.url
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def new() -> Page:
        context = browser.new_context(base_url=live_server.url, locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(f"{said.text} {said.location}") if said.type == "error" else None)
        page.on("response", lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
    assert not complaints, complaints


def choose(page: Page, question: str, *options: str) -> None:
    group = page.get_by_role("group", name=re.compile(re.escape(question)))
    for option in options:
        group.get_by_label(option, exact=True).check(force=True)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue", exact=True).click()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def last_mail_to(address: str) -> mail.EmailMessage:
    outbox.send_due()
    return [message for message in mail.outbox if address in message.to][-1]


def ask_for_a_quote(page: Page) -> None:
    """From an article to "sent", with the fewest answers."""
    page.goto("/en/")
    page.get_by_role("link", name="Do stem cells work?").first.click()
    heading(page, "Do stem cells work after stroke?")
    expect(page.get_by_text("Not yet medically reviewed")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Ask for a free quote").click()
    heading(page, "Ask for a free quote")
    page.get_by_role("main").get_by_role("link", name="Start the short way").click()
    choose(page, "any of these NEW signs", "None of these")
    go_on(page)
    page.get_by_role("checkbox").check(force=True)
    go_on(page)
    choose(page, "Who is asking?", "I am family")
    choose(page, "Does the patient know", "Yes, the patient agrees")
    page.get_by_label("What should we call you?").fill("Lucía")
    page.get_by_label("Your e-mail address").fill("lucia@example.org")
    go_on(page)
    page.get_by_label("In which year was the patient born?").fill("1958")
    page.get_by_label("Which country does the patient live in?").select_option("ES")
    page.get_by_label("Which language does the patient understand best?").select_option("es")
    go_on(page)
    choose(page, "What kind of stroke was it?", "A blocked vessel (ischaemic stroke)")
    page.get_by_label("When was it?").fill("march 2024")
    choose(page, "How has it been", "About the same")
    go_on(page)
    choose(page, "live alone without help", "No")
    choose(page, "walk from one room to another", "Yes")
    go_on(page)
    choose(page, "thin the blood", "Aspirin")
    choose(page, "cancer or a tumour", "Yes, in the last 5 years")
    choose(page, "made of metal", "None of these")
    choose(page, "ever had stem cells", "No")
    go_on(page)
    page.get_by_label("In a year").fill("Walk with her to the market again.")
    go_on(page)
    heading(page, "Check your answers")
    expect(page.get_by_text("March 2024")).to_be_visible()
    for box in page.get_by_role("checkbox").all():
        box.check(force=True)
    page.get_by_role("button", name="Send my request").click()
    heading(page, "Your request is sent")


def enter_case(page: Page) -> None:
    """Link and code, as they come by e-mail."""
    link = re.search(r"http\S+/c/[a-z2-7]{32}/", last_mail_to("lucia@example.org").body)
    assert link
    page.goto(link.group())
    page.get_by_role("button", name="Send a code").click()
    code = re.search(r"\b(\d{3})\s?(\d{3})\b", last_mail_to("lucia@example.org").body)
    assert code
    page.get_by_label(re.compile("code", re.IGNORECASE)).fill("".join(code.groups()))
    page.get_by_role("button", name="Open my page").click()


def sign_in(page: Page, member: User) -> None:
    """Password, then enrolment of the second factor, with the codes kept."""
    page.goto("/staff/")
    page.get_by_label("E-mail").fill(member.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    device = TotpDevice.objects.get(user=member)
    code = hotp(bytes.fromhex(device.key), int(time.time() // second_factor.STEP))
    page.get_by_role("textbox", name="Code").fill(f"{code:06d}")
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("checkbox").check(force=True)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Desk")


def test_a_family_reads_asks_and_accepts_what_staff_recommend(library, open_browser, coordinator, clinical_reviewer):
    Clinic.objects.create(name="Sample clinic, Seville", country="ES")
    family, desk, review = open_browser(), open_browser(), open_browser()

    ask_for_a_quote(family)
    case = QuoteRequest.objects.get()
    expect(family.get_by_role("main")).to_contain_text(case.reference)
    enter_case(family)
    heading(family, "We have your request")

    sign_in(desk, coordinator)
    desk.get_by_role("link", name=re.compile("nobody has taken them")).click()
    desk.get_by_role("link", name=case.reference).click()
    expect(desk.get_by_role("main")).to_contain_text("Cancer now or in the last 5 years")
    desk.get_by_role("button", name="Take this case").click()
    desk.get_by_label("Write to the family").fill("Which cancer was it, and who is the doctor?")
    desk.get_by_role("button", name="Ask the patient").click()

    assert "news" in last_mail_to("lucia@example.org").subject.lower()
    family.goto("/en/case/")
    heading(family, "We need something from you")
    family.get_by_role("link", name="Messages").first.click()
    expect(family.get_by_text("Which cancer was it")).to_be_visible()
    family.get_by_label("Your message").fill("Breast cancer in 2023. Dr Sample in Seville.")
    family.get_by_role("button", name="Send the message").click()
    expect(family.get_by_text("Breast cancer in 2023")).to_be_visible()

    sign_in(review, clinical_reviewer)
    review.goto(f"/staff/quotes/quoterequest/{case.pk}/change/")
    expect(review.get_by_text("Breast cancer in 2023").first).to_be_visible()
    review.get_by_text("Clear this flag").first.click()
    flag = review.locator("form", has=review.get_by_role("button", name="Clear the flag")).first
    flag.get_by_role("textbox").fill("Oncologist agrees to rehabilitation. No procedure.")
    flag.get_by_role("button", name="Clear the flag").click()

    desk.goto(f"/staff/quotes/quoterequest/{case.pk}/change/")
    desk.get_by_role("button", name="Draft a recommendation").click()
    desk.get_by_label("Our recommendation in plain words").fill("Practise first, with a therapist, close to home.")
    desk.get_by_label("How we are paid for this").fill("The clinic pays us only if you travel.")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_role("button", name="Send for approval").click()

    recommendation = case.recommendations.get()
    review.goto(f"/staff/quotes/recommendation/{recommendation.pk}/preview/")
    expect(review.get_by_text("Practise first, with a therapist")).to_be_visible()
    for box in review.get_by_role("checkbox").all():
        box.check()
    review.get_by_role("button", name="Approve").click()
    desk.goto(f"/staff/quotes/recommendation/{recommendation.pk}/change/")
    desk.get_by_role("button", name="Send to the patient").click()

    family.goto("/en/case/")
    heading(family, "Your recommendation is ready")
    family.get_by_role("link", name="Recommendation").first.click()
    expect(family.get_by_text("Practise first, with a therapist")).to_be_visible()
    expect(family.get_by_text("Proven, part of normal care").first).to_be_visible()
    expect(family.locator("body")).not_to_contain_text("Oncologist agrees")
    family.get_by_role("link", name=re.compile("Choose this option")).first.click()
    family.get_by_role("button", name="Yes, choose this option").click()
    heading(family, "You have chosen an option")

    stranger = open_browser()
    for path in ("/en/case/", "/en/case/messages/", "/en/case/recommendation/"):
        stranger.goto(path)
        expect(stranger.locator("body")).not_to_contain_text(case.reference)
