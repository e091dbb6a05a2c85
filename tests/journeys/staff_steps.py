"""What staff do again and again in a browser, and a hand that counts how much it is."""

import re
from dataclasses import dataclass

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from quotes.models import QuoteRequest

DESK = "/staff/"
# Seconds, after the keystroke-level model of Card, Moran and Newell
A_PRESS = 4.0  # to decide (1.35), point (1.1) and press (0.2), and for the page to come
A_LETTER = 0.28  # of somebody who types, but not for a living
A_WORD = 0.3  # to read one: 200 a minute, slower than people read for pleasure


@dataclass
class Hand:
    """One person at work: it presses, types and reads, and keeps count. What it waits for somebody else costs it nothing."""

    page: Page
    presses: int = 0
    letters: int = 0
    words: int = 0

    def press(self, what: Locator) -> None:
        self.presses += 1
        what.click()

    def type(self, where: Locator, text: str) -> None:
        """Counted letter by letter, after a press into the box; put in at once, as keys would only take the test's time."""
        self.press(where)
        self.letters += len(text)
        where.fill(text)

    def keys(self, *names: str) -> None:
        self.letters += len(names)
        for name in names:
            self.page.keyboard.press(name)

    def read(self, what: Locator) -> None:
        self.words += len(what.inner_text().split())

    @property
    def minutes(self) -> float:
        return (self.presses * A_PRESS + self.letters * A_LETTER + self.words * A_WORD) / 60


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def said(page: Page, text: str) -> None:
    """What the page says after a button worked."""
    expect(page.locator(".messagelist")).to_contain_text(text)


def refused(page: Page, text: str) -> None:
    """What the page says after a button was refused; the title says so too."""
    expect(page.get_by_role("alert")).to_contain_text(text)
    assert page.title().startswith("Error:")


def open_case(page: Page, case: QuoteRequest) -> None:
    page.goto(reverse("admin:quotes_quoterequest_change", args=[case.pk]))


def open_draft(page: Page, case: QuoteRequest) -> None:
    """The newest version, from the case screen."""
    open_case(page, case)
    page.get_by_role("region", name="Recommendations").get_by_role("link", name=re.compile("Version")).first.click()


def approve(page: Page, case: QuoteRequest, *, reason: str = "") -> None:
    """The clinical reviewer reads it as the patient will, ticks what must be ticked, and approves."""
    open_draft(page, case)
    page.get_by_role("link", name="Read it as the patient will, and decide").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    if reason:
        page.get_by_label(re.compile("Why is it offered all the same|A remark")).fill(reason)
    button(page, "Approve").click()
    said(page, "Approved. The coordinator can send it now.")


def send(page: Page, case: QuoteRequest) -> None:
    open_draft(page, case)
    button(page, "Send to the patient").click()
    said(page, "Sent. The family gets an e-mail that there is news.")
