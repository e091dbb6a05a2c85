"""The others of the office in a real browser: a manager, an auditor, an editor; and the builder by keyboard only."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from articles.models import Article
from portal.models import AuditEvent
from quotes import actions
from quotes.models import LineItem, QuoteRequest
from tests import factories
from tests.journeys import staff_steps
from tests.journeys.staff_steps import button, said
from tests.journeys.test_keyboard import press

CHANGING = "#content form[method=post] :is(button, input[type=submit], textarea)"  # by which something could be changed
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_cases_of_somebody_who_leaves_are_handed_over_in_one_go(browser_of, coordinator, other_coordinator, manager):
    cases = [factories.sent_case(email=f"family{number}@example.org") for number in range(3)]
    for case in cases:
        actions.assign(case=case, by=coordinator)
    coordinator.is_active = False
    coordinator.save()

    office = browser_of(manager)
    office.goto(staff_steps.DESK)
    office.get_by_role("link", name="cases of somebody who is away or has left 3").click()
    office.get_by_label("Whose cases and calls?").select_option(label=coordinator.name)
    office.get_by_label("To whom?").select_option(label=other_coordinator.name)
    button(office, "Show what moves").click()
    expect(office.get_by_role("heading", name="3 cases of Carmen Sample move")).to_be_visible()
    button(office, "Hand them over").click()
    said(office, "3 cases have somebody new.")

    desk = browser_of(other_coordinator)
    desk.goto(staff_steps.DESK)
    my_day = desk.get_by_role("region", name="My day")
    for case in cases:
        expect(my_day.get_by_role("link", name=case.reference)).to_be_visible()
    my_day.get_by_role("link", name=cases[0].reference).click()
    expect(desk.get_by_text("Otto Sample looks after this case.")).to_be_visible()
    family = browser_of(cases[0].participants.get())
    family.goto("/en/case/")
    expect(family.get_by_text("Otto").first).to_be_visible()


def test_an_auditor_reads_what_happened_and_can_change_nothing(browser_of, case, coordinator, auditor):
    actions.assign(case=case, by=coordinator)
    desk, books = browser_of(coordinator), browser_of(auditor)
    staff_steps.open_case(desk, case)

    books.goto(staff_steps.DESK)
    expect(books.locator("#content-main")).not_to_contain_text(case.reference)
    books.get_by_role("link", name="Audit log").first.click()
    expect(books.get_by_role("row").filter(has_text="view case").first).to_contain_text("Carmen Sample")
    expect(books.locator(CHANGING)).to_have_count(0)
    books.get_by_role("row").filter(has_text="view case").get_by_role("link").first.click()
    expect(books.locator("#content")).to_contain_text("view case")
    expect(books.locator(CHANGING)).to_have_count(0)

    note = reverse("admin:quotes_quoterequest_add_note", args=[case.pk])
    assert post(desk, note, text="A note.") == 200
    assert post(books, note, text="Another note.") == 403
    event = AuditEvent.objects.earliest("pk")
    assert post(books, reverse("admin:portal_auditevent_change", args=[event.pk]), action="nothing") == 403
    assert [row.body for row in case.notes.all()] == ["A note."]


def post(page: Page, path: str, **fields: str) -> int:
    """The status that somebody gets who sends a form by hand, with everything that a form of ours carries."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == settings.CSRF_COOKIE_NAME)
    return page.request.post(path, form={"csrfmiddlewaretoken": token, **fields}).status


def test_a_manager_chooses_a_period_and_takes_the_figures_along(browser_of, case, manager, tmp_path):
    old = factories.sent_case(email="old@example.org", language="es")
    QuoteRequest.objects.filter(pk=old.pk).update(submitted_at=timezone.now() - timedelta(days=60))
    page = browser_of(manager)
    page.goto(staff_steps.DESK)
    page.get_by_role("link", name="Reports").first.click()
    stand = page.get_by_role("region", name="Where they stand").first
    expect(stand.get_by_role("row").filter(has_text="new")).to_contain_text("1")
    page.get_by_label("Period", exact=True).select_option(label="the last 90 days")
    button(page, "Show").click()
    expect(stand.get_by_role("row").filter(has_text="new")).to_contain_text("2")
    with page.expect_download() as taken:
        stand.get_by_role("link", name="Download as CSV").click()
    file = tmp_path / "figures.csv"
    taken.value.save_as(file)
    with Path(file).open(encoding="utf-8-sig", newline="") as rows:
        assert ["new", "2"] in list(csv.reader(rows))


def test_what_is_due_for_review_leads_an_editor_to_the_article(browser_of, editor):
    article = factories.article("old-article", title="An old article")
    factories.article("fresh-article", title="A fresh article")
    Article.objects.filter(pk=article.pk).update(next_review_on=timezone.localdate() - timedelta(days=3))
    page = browser_of(editor)
    page.goto(staff_steps.DESK)
    expect(page.get_by_role("heading", name="Review “An old article”")).to_be_visible()
    page.get_by_role("link", name="review overdue 1").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="An old article").click()
    expect(page.get_by_label("Title")).to_have_value("An old article")
    page.get_by_label("Next review due").fill((timezone.localdate() + timedelta(days=365)).isoformat())
    button(page, "Save the draft").click()
    page.goto(staff_steps.DESK)
    expect(page.get_by_role("heading", name="Review “An old article”")).to_have_count(0)


def test_the_costs_of_an_option_are_filled_in_by_keyboard_alone(browser_of, case, coordinator):
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    lines = draft.options.earliest("position").line_items.order_by("position")
    page = browser_of(coordinator)
    page.goto(reverse("admin:quotes_recommendation_change", args=[draft.pk]))
    tab_on(page, page.get_by_role("link", name="Words and costs").first)
    press(page)

    tab_on(page, page.get_by_label("Likely, each").nth(1))
    page.keyboard.type("2400")
    press(page)
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("choose whether it was quoted or is our estimate")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    source = page.get_by_label("How we know").nth(1)
    expect(source).to_be_focused()
    page.keyboard.type("our")
    expect(source).to_have_value(LineItem.Source.ESTIMATE)

    tab_on(page, page.get_by_label("Remove this line").nth(2))
    page.keyboard.press("Space")
    press(page)  # Enter in any box saves, so that nobody has to go through the rest
    said(page, "Saved.")
    second = lines[1]
    assert (second.low, second.likely, second.high) == (240000, 240000, 240000)
    assert "Interpreter" not in [line.label for line in lines]


def tab_on(page: Page, what: Locator) -> None:
    """Tab on until this has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if what.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"The keyboard does not reach {what}.")
