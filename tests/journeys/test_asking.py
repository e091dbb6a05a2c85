"""Asking, as people do: for a father who cannot decide, as a clinician, with a break, with the Back button, twice, in easy mode."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from portal import outbox
from portal.models import OutgoingEmail
from quotes import intake
from quotes.models import QuoteRequest
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LETTER = {"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": factories.image()}


@pytest.fixture
def open_browser(browser: Browser, live_server, settings, monkeypatch):
    """A fresh browser for one person."""
    monkeypatch.setattr(intake, "QUICKEST_SECONDS", 0)  # a machine is quicker than the trap for machines allows
    settings.SITE_URL = live_server.url
    contexts = []

    def new(**how) -> Page:
        contexts.append(browser.new_context(base_url=live_server.url, locale="en-GB", **how))
        return contexts[-1].new_page()

    yield new
    for context in contexts:
        context.close()


def tick(page: Page, **answers: str) -> None:
    for name, value in answers.items():
        page.locator(f'input[name="{name}"][value="{value}"]').check(force=True)


def send(page: Page) -> None:
    """The page's own main button, whatever its words are."""
    with page.expect_navigation():
        page.locator("main form button.button--primary").last.click()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def begin(page: Page, language: str = "en", query: str = "") -> None:
    """Through the emergency question and the consent, to the first page."""
    page.goto(f"/{language}/quote/emergency/{query}")
    tick(page, new_signs="none")
    send(page)
    page.locator('input[name="storage"]').check(force=True)
    send(page)


def about_you(page: Page) -> None:
    tick(page, filler_role="patient")
    page.locator("#id_email").fill("ines@example.org")
    send(page)


def patient(page: Page) -> None:
    page.locator("#id_birth_year").fill("1962")
    page.locator("#id_country").select_option("ES")
    page.locator("#id_language").select_option("es")
    send(page)


def stroke(page: Page) -> None:
    tick(page, stroke_type="ischaemic", still_changing="same")
    page.locator("#id_stroke_date").fill("3 2024")
    send(page)


def daily_life(page: Page) -> None:
    tick(page, f1="yes", f2="no")
    send(page)


def safety(page: Page) -> None:
    tick(page, thinners="none", cancer="no", implants="none", cells_before="no")
    send(page)


def hopes(page: Page) -> None:
    page.locator("#id_goals").fill("Walk to the market.")
    send(page)


SHORT_WAY = (about_you, patient, stroke, daily_life, safety, hopes)


def agree(page: Page) -> None:
    for key in ("health", "authority", "understood"):
        page.locator(f'input[name="{key}"]').check(force=True)


def test_a_daughter_asks_the_whole_way_for_her_father_who_cannot_decide(open_browser):
    page = open_browser()
    begin(page, query="?way=whole")
    tick(page, filler_role="family", relation="child", patient_knows="cannot_decide", legal_rep="me")
    page.locator("#id_phone").fill("+34 612 345 678")
    send(page)
    heading(page, "About the patient")
    page.locator("#id_birth_year").fill("1944")
    page.locator("#id_country").select_option("MA")
    page.locator("#id_language").select_option("ar")
    tick(page, sex="male")
    send(page)
    tick(page, diagnosis_confirmed="yes", stroke_type="bleed", stroke_count="one", still_changing="better")
    page.locator("#id_stroke_date").fill("3 2024")
    send(page)
    send(page)  # what was done and found: all left open
    tick(page, f1="no", f4="no", f5="yes", pre_stroke_help="no")
    send(page)
    expect(page.locator("#field-falls")).to_be_hidden()
    tick(page, arm="3", balance="2")
    expect(page.locator("#field-falls")).to_be_visible()
    tick(page, falls="2")
    send(page)
    for _page in ("speech-and-thinking", "body-and-mood"):
        send(page)
    safety(page)
    for _page in ("illnesses", "more-illnesses", "treatment-so-far"):
        send(page)
    tick(page, record_discharge_letter="digital")
    send(page)
    page.get_by_label("Discharge letter").set_input_files(LETTER)
    expect(page.get_by_text("1 of 20 files added", exact=True)).to_be_visible()
    send(page)
    page.locator("#id_goals").fill("Know our names.")
    send(page)
    tick(page, can_travel="lying", companion="can_help")
    send(page)
    send(page)
    expect(page.locator("#id_time_zone")).to_have_value(re.compile("Africa/"))
    send(page)
    heading(page, "Check your answers")
    expect(page.get_by_text("letter.jpg")).to_be_visible()
    expect(page.get_by_text("Somebody else may")).to_have_count(0)
    agree(page)
    send(page)
    heading(page, "Your request is sent")
    case = QuoteRequest.objects.get()
    flags = {flag.rule_id for flag in case.flags.all()}
    assert {"cannot-decide", "bleeding-stroke", "function-4", "falls", "lies-down", "over-80"} <= flags
    assert "nobody-decides" not in flags
    assert case.attachments.count() == 1
    assert case.owner and not case.owner.email


def test_a_clinician_refers_a_patient(open_browser):
    page = open_browser()
    begin(page, query="?way=whole")
    tick(page, filler_role="clinician", patient_knows="yes")
    page.get_by_label("What is your profession").fill("Physiotherapist, city hospital")
    page.locator("#id_email").fill("physio@example.org")
    send(page)
    heading(page, "About the patient")
    page.goto("/en/quote/check/")
    expect(page.get_by_text("Physiotherapist, city hospital")).to_be_visible()


def test_signs_that_are_not_new_stop_the_reader_once_and_reach_the_staff(open_browser):
    page = open_browser(**PHONE)
    page.goto("/en/quote/emergency/")
    tick(page, new_signs="speech")
    send(page)
    heading(page, "Please call for help now")
    expect(page.get_by_role("link", name=re.compile("Call.112")).first).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="I have called, or this is not new: go on").click()
    page.locator('input[name="storage"]').check(force=True)
    send(page)
    for step in SHORT_WAY:
        step(page)
    agree(page)
    send(page)
    expect(page.get_by_text("A person from the office").first).to_be_visible()
    assert [flag.level for flag in QuoteRequest.objects.get().flags.all()] == ["E"]


def test_somebody_stops_in_the_middle_and_goes_on_at_another_device(open_browser):
    first = open_browser(**PHONE)
    begin(first)
    about_you(first)
    patient(first)
    tick(first, stroke_type="tia")
    first.get_by_role("button", name="Save and finish later").click()
    expect(first.locator("#id_email")).to_have_value("ines@example.org")
    send(first)
    outbox.send_due()
    letter = mail.outbox[-1]
    assert "stroke" not in letter.body.lower()
    link = re.search(r"/en/c/[a-z2-7]{32}/", letter.body)
    assert link
    second = open_browser()
    second.goto(link[0])
    second.get_by_role("button", name=re.compile("Send")).click()
    outbox.send_due()
    code = re.search(r"\b(\d{6})\b", mail.outbox[-1].body)
    assert code
    second.locator('input[autocomplete="one-time-code"]').fill(code[1])
    send(second)
    heading(second, "Your stroke")
    expect(second.locator('input[value="tia"]')).to_be_checked()
    for step in SHORT_WAY[2:]:
        step(second)
    agree(second)
    send(second)
    heading(second, "Your request is sent")
    first.goto("/en/quote/check/")
    heading(first, "Your request is sent")
    assert QuoteRequest.objects.count() == 1


def test_arabic_becomes_spanish_in_the_middle_and_nothing_is_lost(open_browser):
    page = open_browser(**PHONE)
    begin(page, "ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    about_you(page)
    patient(page)
    tick(page, stroke_type="ischaemic")
    page.locator("#id_stroke_date").fill("مارس ٢٠٢٤")
    with page.expect_navigation():
        page.locator('button[name="switch_language"][value="es"]').click()
    assert page.locator("html").get_attribute("lang") == "es"
    expect(page.locator('input[value="ischaemic"]')).to_be_checked()
    expect(page.locator("#id_stroke_date")).not_to_have_value("")
    tick(page, still_changing="same")
    send(page)
    for step in SHORT_WAY[3:]:
        step(page)
    agree(page)
    send(page)
    case = QuoteRequest.objects.get()
    assert (case.language, case.answers["stroke_date"]) == ("es", "2024-03")


def test_the_easy_mode_with_the_keyboard_alone(open_browser):
    page = open_browser()
    begin(page, query="?easy=1")
    heading(page, "Who is asking?")
    page.locator("#id_filler_role_0").focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    heading(page, "Your name")
    page.locator("#id_filler_name").focus()
    page.keyboard.type("Ines")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    heading(page, "Your e-mail address")
    with page.expect_navigation():
        page.get_by_role("button", name="Several questions on a page").press("Enter")
    heading(page, "About you")
    expect(page.locator("#id_filler_name")).to_have_value("Ines")


def test_the_back_button_of_the_browser_breaks_nothing(open_browser):
    page = open_browser()
    begin(page)
    for step in SHORT_WAY:
        step(page)
        page.go_back()
        expect(page.locator("main form").first).to_be_visible()
        page.go_forward()
    heading(page, "Check your answers")
    agree(page)
    send(page)
    page.go_back()
    page.goto("/en/quote/check/")
    heading(page, "Your request is sent")
    assert QuoteRequest.objects.count() == 1


def test_sending_twice_in_two_tabs_and_by_double_click_makes_one_case_and_one_mail(open_browser):
    page = open_browser()
    begin(page)
    for step in SHORT_WAY:
        step(page)
    other = page.context.new_page()
    other.goto("/en/quote/check/")
    for tab in (page, other):
        agree(tab)
    page.get_by_role("button", name="Send my request").dblclick()
    heading(page, "Your request is sent")
    send(other)
    heading(other, "Your request is sent")
    assert QuoteRequest.objects.count() == 1
    assert OutgoingEmail.objects.filter(kind="confirmation").count() == 1


def test_when_the_answer_does_not_arrive_sending_again_makes_no_second_case(open_browser):
    page = open_browser()
    begin(page)
    for step in SHORT_WAY:
        step(page)
    agree(page)

    def lose(route) -> None:
        """The request arrives; the answer is lost on the way back."""
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort("timedout")
        else:
            route.continue_()

    page.route("**/quote/check/", lose)
    page.get_by_role("button", name="Send my request").click(no_wait_after=True)
    page.wait_for_timeout(500)
    page.unroute("**/quote/check/")
    page.goto("/en/quote/check/")
    heading(page, "Your request is sent")
    assert QuoteRequest.objects.count() == 1
    assert OutgoingEmail.objects.filter(kind="confirmation").count() == 1
