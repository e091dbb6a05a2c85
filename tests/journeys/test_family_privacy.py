"""A family's rights in a real browser: a copy of everything, and a link that a mail scanner opened first."""

import re
import zipfile

import pytest
from django.test import Client
from playwright.sync_api import expect

from portal.models import OutgoingEmail
from quotes.models import CaseSession, QuoteRequest
from tests.journeys.test_family_circle import last_mail_to
from tests.quotes.planted import full_case, is_given, plant

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MARKS = ("mine", "theirs")


def test_the_downloaded_file_holds_all_of_ones_own_and_nothing_of_another_family(browser_of, coordinator, clinical_reviewer):
    cases = [full_case(coordinator=coordinator, reviewer=clinical_reviewer, email=f"{mark}@example.org") for mark in MARKS]
    mine, theirs = (plant(case, mark) for case, mark in zip(cases, MARKS, strict=True))
    owner = QuoteRequest.objects.get(pk=cases[0].pk).participants.get(role="owner")
    page = browser_of(owner)
    page.goto("/en/case/privacy/")
    page.get_by_role("link", name="Download everything").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download everything").click()
    assert started.value.suggested_filename == f"{cases[0].reference}.zip"
    with zipfile.ZipFile(started.value.path()) as archive:
        assert archive.testzip() is None
        parts = {name: archive.read(name) for name in archive.namelist()}
    data, to_read = parts["data.json"].decode(), parts["read-me-first.html"].decode()
    given = {where: word for where, word in mine.items() if is_given(where)}
    assert len(given) >= 30
    assert [where for where, word in given.items() if word not in data] == []
    assert any(name.startswith("files/") for name in parts)
    everything = data + to_read + " ".join(parts)
    assert [where for where, word in theirs.items() if word in everything] == []
    assert [where for where, word in mine.items() if not is_given(where) and word in data] == []


def test_a_scanner_with_a_browser_opens_the_link_and_presses_the_first_button(browser_of, live_server, case, patient):
    """A mail gateway looks, runs the scripts and presses; then the patient comes, and nothing has been used up."""
    address = f"/en/c/{patient.token}/"
    Client().head(address)
    scanner = browser_of()
    for _look in range(3):
        scanner.goto(address)
    scanner.locator("main button").first.click()
    scanner.wait_for_load_state()
    scanner.goto(address)
    assert not CaseSession.objects.exists()
    assert OutgoingEmail.objects.filter(kind="access_code").count() == 1
    scanner.goto("/en/case/")
    expect(scanner.locator("body")).not_to_contain_text(case.reference)

    page = browser_of()
    page.goto(address)
    page.get_by_role("button", name="Send a code").click()
    page.get_by_label("Your code").fill(re.search(r"\b\d{6}\b", last_mail_to(patient.email))[0])
    page.get_by_role("button", name="Open my page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your request")
    assert CaseSession.objects.filter(participant=patient).count() == 1
