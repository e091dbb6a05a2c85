"""What keeps a family safe, in a real browser: red flags, approval of one exact text, and two people who write at the same time."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.models import User
from quotes import actions
from quotes.models import QuoteRequest, Recommendation
from tests import factories
from tests.journeys import staff_steps
from tests.journeys.staff_steps import button, refused, said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def between(page: Page) -> Locator:
    return page.get_by_role("region", name="What stands between this and the patient")


def approved(case: QuoteRequest, *, coordinator: User, clinical_reviewer: User) -> Recommendation:
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    return factories.approve(draft, by=clinical_reviewer)


def test_a_red_flag_stops_sending_until_it_is_cleared_in_writing(browser_of, coordinator, clinical_reviewer):
    case = factories.sent_case(cancer="recent")
    approved(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    desk, review = browser_of(coordinator), browser_of(clinical_reviewer)

    staff_steps.open_draft(desk, case)
    expect(button(desk, "Send to the patient")).to_have_count(0)
    expect(between(desk)).to_contain_text("1 emergency or red flag is not cleared.")
    between(desk).get_by_role("link", name="Mend it").click()
    flags = desk.get_by_role("region", name="Flags")
    expect(flags).to_be_in_viewport()
    expect(flags).to_contain_text("A clinical reviewer clears this flag. Nothing can be sent before.")
    expect(flags.get_by_role("button", name="Clear the flag")).to_have_count(0)

    review.goto(staff_steps.DESK)
    expect(review.get_by_text("A red flag on it waits for you")).to_be_visible()
    review.get_by_role("link", name="Read the flag").click()
    review.get_by_text("Clear this flag").click()
    why = review.get_by_label("Why may the case go on?")
    why.fill("   ")
    button(review, "Clear the flag").click()
    refused(review, "Write down why")
    why.fill("The oncologist agrees to rehabilitation. No procedure.")
    button(review, "Clear the flag").click()
    said(review, "The flag is cleared.")

    staff_steps.open_case(desk, case)
    expect(desk.get_by_role("region", name="Flags")).to_contain_text("The oncologist agrees to rehabilitation.")
    staff_steps.send(desk, case)


def test_a_text_changed_after_its_approval_is_approved_again_before_it_goes(
    browser_of, case, patient, coordinator, clinical_reviewer
):
    approved(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    desk, second_tab, review, family = (browser_of(one) for one in (coordinator, coordinator, clinical_reviewer, patient))
    staff_steps.open_draft(second_tab, case)
    expect(between(second_tab)).to_contain_text("Nothing. It can be sent.")

    staff_steps.open_draft(desk, case)
    desk.get_by_label("Our recommendation in plain words").fill("Practise first, twice a week.")
    button(desk, "Save").click()
    expect(desk.get_by_text("changed after the approval", exact=True)).to_be_visible()
    expect(button(desk, "Send to the patient")).to_have_count(0)

    button(second_tab, "Send to the patient").click()
    refused(second_tab, "It was changed after the approval. Send it for approval again.")
    button(second_tab, "Send for approval").click()
    said(second_tab, "A clinical reviewer finds it on the desk now.")
    staff_steps.approve(review, case)
    staff_steps.send(desk, case)
    family.goto("/en/case/recommendation/")
    expect(family.get_by_text("Practise first, twice a week.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_of_two_who_save_a_recommendation_the_second_reads_both_texts_first(browser_of, case, coordinator, manager, scripts):
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    first, second = (browser_of(one, java_script_enabled=scripts) for one in (manager, coordinator))
    for page in (first, second):
        staff_steps.open_draft(page, case)
    words = "Our recommendation in plain words"

    first.get_by_label(words).fill("Practise at home.")
    button(first, "Save").click()
    said(first, "Saved.")
    second.get_by_label(words).fill("Practise in the clinic.")
    second.get_by_label("How we are paid for this").fill("The clinic pays us.")
    button(second, "Save").click()
    refused(second, "Somebody saved this while you were writing.")
    expect(second.get_by_role("alert")).to_contain_text("Practise at home.")
    expect(second.get_by_label(words)).to_have_value("Practise in the clinic.")
    expect(second.get_by_label("How we are paid for this")).to_have_value("The clinic pays us.")
    draft.refresh_from_db()
    assert draft.summary == "Practise at home."

    button(second, "Save").click()
    said(second, "Saved.")
    draft.refresh_from_db()
    assert (draft.summary, draft.commission) == ("Practise in the clinic.", "The clinic pays us.")


def test_of_two_who_save_the_costs_the_second_reads_both_sums_first(browser_of, case, coordinator, manager):
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    line = draft.options.earliest("position").line_items.earliest("position")
    first, second = browser_of(manager), browser_of(coordinator)
    for page in (first, second):
        staff_steps.open_draft(page, case)
        page.get_by_role("link", name="Words and costs").first.click()

    for page, amount in ((first, "1300"), (second, "1400")):
        page.get_by_label("Likely, each").first.fill(amount)
        button(page, "Save and go back").click()
    refused(second, "Somebody saved this while you were writing.")
    expect(second.get_by_role("alert")).to_contain_text("€1,300")
    expect(second.get_by_label("Likely, each").first).to_have_value("1400")
    line.refresh_from_db()
    assert line.likely == 130000

    button(second, "Save and go back").click()
    said(second, "Saved.")
    line.refresh_from_db()
    assert line.likely == 140000


def test_words_that_are_not_saved_are_not_left_without_a_question(browser_of, case, coordinator):
    factories.ready_recommendation(case, coordinator=coordinator)
    page, asked = browser_of(coordinator), []
    staff_steps.open_draft(page, case)
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    words = page.get_by_label("Our recommendation in plain words")
    words.press_sequentially("Soon. ")
    page.get_by_role("link", name="Words and costs").first.click(no_wait_after=True)
    expect(words).to_have_value(re.compile("Soon"))
    assert asked == ["beforeunload"]
    button(page, "Save").click()
    said(page, "Saved.")
    page.get_by_role("link", name="Words and costs").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sample rehabilitation")
    assert asked == ["beforeunload"]


def test_words_beside_another_button_of_the_case_are_not_lost_without_a_question(browser_of, clinical_reviewer, coordinator):
    case = factories.sent_case(cancer="recent")
    actions.assign(case=case, by=coordinator)
    page, asked = browser_of(clinical_reviewer), []
    staff_steps.open_case(page, case)
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_text("Clear this flag").click()
    why, note = page.get_by_label("Why may the case go on?"), page.get_by_label("A note for colleagues")
    why.press_sequentially("The oncologist agrees.")
    note.press_sequentially("Called.")
    button(page, "Keep the note").click(no_wait_after=True)
    expect(why).to_have_value("The oncologist agrees.")
    expect(note).to_have_value("Called.")
    assert asked == ["beforeunload"]
    note.fill("Called her.")
    expect(page.locator('[data-draft-state="note"]')).to_have_text("Kept. Only you see it.", timeout=10_000)
    button(page, "Clear the flag").click()
    said(page, "The flag is cleared.")
    assert asked == ["beforeunload"]


def test_of_two_who_write_to_a_family_the_second_reads_the_first_before_it_goes(
    browser_of, case, patient, coordinator, manager
):
    actions.assign(case=case, by=coordinator)
    first, second, family = browser_of(manager), browser_of(coordinator), browser_of(patient)
    for page in (first, second):
        staff_steps.open_case(page, case)
    first.get_by_label("Write to the family").fill("We call you on Monday.")
    button(first, "Send a message").click()
    said(first, "Your message is on the case page.")

    second.get_by_label("Write to the family").fill("We call you on Tuesday.")
    button(second, "Send a message").click()
    refused(second, "Somebody changed this case while you were writing.")
    expect(second.get_by_role("alert")).to_contain_text("We call you on Monday.")
    expect(second.get_by_label("Write to the family")).to_have_value("We call you on Tuesday.")
    family.goto("/en/case/messages/")
    expect(family.get_by_text("We call you on Monday.")).to_be_visible()
    expect(family.get_by_text("We call you on Tuesday.")).to_have_count(0)

    button(second, "Send a message").click()
    said(second, "Your message is on the case page.")
    family.reload()
    expect(family.get_by_text("We call you on Tuesday.")).to_be_visible()
