"""A coordinator's case in a real browser: from the top of the desk to the family's page, and how long that takes by hand."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from quotes import replies
from quotes.views.case_tabs import TABS
from tests import factories
from tests.journeys import staff_steps
from tests.journeys.staff_steps import Hand, button, refused, said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def catalogue(db):
    factories.treatment("rehabilitation", labels="A")
    factories.treatment("waiting", labels="i")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_new_case_is_answered_in_under_ten_minutes(
    catalogue, browser_of, case, patient, coordinator, clinical_reviewer, scripts
):
    family, desk, review = (browser_of(one, java_script_enabled=scripts) for one in (patient, coordinator, clinical_reviewer))
    hand = Hand(desk)

    desk.goto(staff_steps.DESK)
    expect(desk.get_by_role("heading", name=f"Case {case.reference}")).to_be_visible()
    hand.press(desk.get_by_role("link", name="Open the case"))
    hand.press(button(desk, "Take this case"))
    said(desk, "The case is yours now.")
    hand.read(desk.get_by_role("region", name="Answers"))
    hand.read(desk.get_by_role("region", name="Flags"))

    hand.type(desk.get_by_label("Write to the family"), "Dear María, thank you for all your answers. Could you send us:")
    hand.press(desk.get_by_text("Begin with a text, or ask for what is missing"))
    missing = desk.get_by_role("group", name="Missing in this case")
    hand.press(missing.get_by_label("Discharge letter"))
    hand.press(missing.get_by_label("List of medicines"))
    hand.press(button(desk, "Ask for these"))
    expect(desk.get_by_label("Write to the family")).to_have_value(
        "Dear María, thank you for all your answers. Could you send us:\n\n- Discharge letter\n- List of medicines"
    )
    hand.press(button(desk, "Ask the patient"))
    said(desk, "The case now waits for the patient.")

    family.goto("/en/case/")
    expect(family.get_by_role("heading", level=1)).to_have_text("We need something from you")
    family.get_by_role("link", name="Messages").first.click()
    expect(family.get_by_text("Could you send us:")).to_be_visible()
    family.get_by_label("Your message").fill("I take aspirin and a tablet for blood pressure. The letter comes tomorrow.")
    family.get_by_role("button", name="Send the message").click()
    expect(family.get_by_text("I take aspirin")).to_be_visible()

    desk.goto(staff_steps.DESK)
    expect(desk.get_by_text("It is yours, and the family has answered")).to_be_visible()
    hand.press(desk.get_by_role("link", name="Open the case"))
    hand.read(desk.get_by_text("I take aspirin"))
    hand.press(button(desk, "Draft a recommendation"))
    hand.type(
        desk.get_by_label("Our recommendation in plain words"),
        "Practise first. Twelve weeks with a therapist near your home can help you to walk to the market. "
        "You keep what you gain there, and your family can learn the exercises with you.\n\n"
        "A journey would not add to that now. No fair test has shown that cells help people to walk after a stroke. "
        "Write to us when the twelve weeks are over, and we look at it again together.",
    )
    hand.type(desk.get_by_label("How we are paid for this"), "The clinic pays us only if you travel.")
    hand.press(button(desk, "Save"))
    said(desk, "Saved.")
    hand.press(desk.get_by_role("link", name="Words and costs").first)
    fill_in(hand, "First assessment by the therapy team", "150")
    fill_in(hand, "Therapy programme", "2400")
    hand.press(button(desk, "Save and go back"))
    expect(desk.get_by_text("About €2,550")).to_be_visible()
    hand.press(button(desk, "Send for approval"))
    said(desk, "A clinical reviewer finds it on the desk now.")

    review.goto(staff_steps.DESK)
    expect(review.get_by_role("heading", name=f"Recommendation for {case.reference}")).to_be_visible()
    review.get_by_role("link", name="Read it and decide").click()
    expect(review.get_by_text("Twelve weeks with a therapist")).to_be_visible()
    review.get_by_label("I know, and I have looked at what it says.").check()
    button(review, "Approve").click()
    said(review, "Approved. The coordinator can send it now.")

    desk.goto(staff_steps.DESK)
    hand.press(desk.get_by_role("link", name="Open the case"))
    hand.press(button(desk, "Go on with the recommendation"))
    hand.press(button(desk, "Send to the patient"))
    said(desk, "Sent. The family gets an e-mail that there is news.")

    family.goto("/en/case/")
    expect(family.get_by_role("heading", level=1)).to_have_text("Your recommendation is ready")
    family.get_by_role("link", name="Recommendation").first.click()
    expect(family.get_by_text("Twelve weeks with a therapist")).to_be_visible()
    expect(family.get_by_text("€2,400").first).to_be_visible()
    assert hand.presses <= 23, hand
    assert hand.minutes < 6, hand  # of the ten minutes four are left for thinking


def fill_in(hand: Hand, line: str, amount: str) -> None:
    """A known sum into a line of the costs: the likely one is enough. From there on it goes by keyboard."""
    row = hand.page.locator(".lines tr", has=hand.page.locator(f"input[value='{line}']"))
    hand.type(row.get_by_label("Likely, each"), amount)
    hand.keys("Tab", "Tab", "Tab", "o")  # over “High” and “In the price?” to “How we know”: our estimate
    expect(row.get_by_label("How we know")).to_have_value("estimate")


# ── One case ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reply_in_arabic_begins_with_a_text_and_a_note_stays_in_the_office(browser_of, coordinator):
    replies.load(say=str)
    case = factories.sent_case(language="ar", filler_name="أمل")
    desk, family = browser_of(coordinator), browser_of(case.participants.get())
    staff_steps.open_case(desk, case)
    button(desk, "Take this case").click()

    desk.get_by_text("Begin with a text, or ask for what is missing").click()
    desk.get_by_label("Texts in the language they read: Arabic").select_option(label="شكر، وما الذي يحدث الآن")
    button(desk, "Put the text into the box").click()
    box = desk.get_by_label("Write to the family (they read Arabic)")
    expect(box).to_have_value(re.compile(f"مرحبًا أمل،.*{case.reference}.*Carmen$", re.DOTALL))
    box.fill(box.input_value() + "\n\nنكتب إليكم يوم الأحد.")
    button(desk, "See it as the family will").click()
    preview = desk.get_by_role("region", name="As the family will see it")
    expect(preview.locator("[dir=rtl][lang=ar]")).to_contain_text("نكتب إليكم يوم الأحد.")
    button(desk, "Send a message").click()
    said(desk, "Your message is on the case page.")
    desk.get_by_label("A note for colleagues").fill("The son sounded worried. Call on Sunday.")
    button(desk, "Keep the note").click()
    said(desk, "The note is kept. Only staff see it.")
    expect(desk.get_by_role("region", name="Internal notes")).to_contain_text("The son sounded worried.")

    for _name, address, _label in TABS:
        family.goto(reverse(address).replace("/en/", "/ar/"))
        expect(family.locator("html")).to_have_attribute("dir", "rtl")
        assert "worried" not in family.content()
        if address == "quotes:case_messages":
            expect(family.get_by_text("نكتب إليكم يوم الأحد.")).to_be_visible()


# ── What was sent ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_good_no_is_written_approved_sent_and_read(catalogue, browser_of, case, patient, coordinator, clinical_reviewer):
    desk, review, family = browser_of(coordinator), browser_of(clinical_reviewer), browser_of(patient)
    staff_steps.open_case(desk, case)
    button(desk, "Take this case").click()
    button(desk, "Draft a recommendation").click()
    desk.get_by_label("Our recommendation in plain words").fill("Please do not travel for cells now.")
    desk.get_by_label("How we are paid for this").fill("Nobody pays us for this advice.")
    desk.get_by_text("If you advise against a procedure").click()
    desk.get_by_label("We advise against a procedure").check()
    button(desk, "Save").click()
    between = desk.get_by_role("region", name="What stands between this and the patient")
    expect(between).to_contain_text("Say why you advise against a procedure.")
    expect(button(desk, "Send for approval")).to_have_count(0)

    between.get_by_role("listitem").filter(has_text="Say why").get_by_role("link", name="Mend it").click()
    parts = {
        "Why we say no": "No fair test has shown that cells help after a stroke like this one.",
        "What helps instead": "Walking practice three times a week, with a therapist.",
        "What could change that": "A fair test with a good result.",
        "Where else you can turn": "The stroke team of your hospital.",
    }
    for name, text in zip(
        ("Why we advise against it", "What helps instead", "What could change that", "Where else to turn"),
        parts.values(),
        strict=True,
    ):
        desk.get_by_label(name).fill(text)
    button(desk, "Save").click()
    button(desk, "Send for approval").click()
    staff_steps.approve(review, case)
    staff_steps.send(desk, case)

    family.goto("/en/case/recommendation/")
    for name, text in parts.items():
        part = family.locator(".good-no__part", has=family.get_by_role("heading", name=name))
        expect(part).to_contain_text(text)


def test_a_correction_is_a_second_version_with_its_reason(browser_of, case, patient, coordinator, clinical_reviewer):
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    desk, review, family = browser_of(coordinator), browser_of(clinical_reviewer), browser_of(patient)
    staff_steps.open_case(desk, case)
    desk.get_by_text("Revise the recommendation").click()
    button(desk, "Start a new version").click()
    refused(desk, "Write why there is a new version: the patient will read it.")
    desk.get_by_label("Why is there a new version?").fill("The therapist has a free place earlier.")
    button(desk, "Start a new version").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Recommendation, version 2")
    desk.get_by_label("Our recommendation in plain words").fill("Practise first. You can begin in March.")
    button(desk, "Save").click()
    desk.get_by_role("link", name="What changed").click()
    expect(desk.locator("ins").filter(has_text="You can begin in March.").first).to_be_visible()
    desk.get_by_role("link", name="Back to this version").click()
    button(desk, "Send for approval").click()
    staff_steps.approve(review, case)
    staff_steps.send(desk, case)

    family.goto("/en/case/recommendation/")
    expect(family.get_by_role("region", name="What is new in this version")).to_contain_text(
        "The therapist has a free place earlier."
    )
    expect(family.get_by_text("You can begin in March.")).to_be_visible()
    family.get_by_role("link", name=re.compile("^Version 1, sent on")).click()
    expect(family.get_by_text("This is an older version.")).to_be_visible()
    expect(family.get_by_text("Here is where and what it costs.")).to_be_visible()
    family.get_by_role("link", name="Read the newest one").click()
    expect(family.get_by_text("You can begin in March.")).to_be_visible()
