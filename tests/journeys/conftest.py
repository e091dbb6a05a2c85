"""A real browser: Debian's Chromium, strict about what a page may do."""

import os
from collections.abc import Callable

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import ConsoleMessage, Page

from portal.models import User
from quotes.models import Participant
from tests import factories

# Playwright's loop runs in this thread; the database is used here by nobody else
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # only this machine may be resolved: a page that names another origin fails visibly
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": ARGUMENTS, "headless": True}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """On SQLite a file, as the site's threads must not share one connection; on PostgreSQL nothing changes."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("db") / "journeys.sqlite3")


@pytest.fixture
def browser_of(browser, live_server, settings) -> Callable[..., Page]:
    """The browser of one person of the staff or of a family, signed in: `browser_of(coordinator, java_script_enabled=False)`.

    It fails the test when a page complains on its console. A refusal is no complaint: its page has the status 409.
    """
    settings.SITE_URL = live_server.url
    complaints: list[str] = []
    contexts = []

    def enter(person: User | Participant, **how: object) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="en-GB", viewport={"width": 1400, "height": 900}, **how)
        contexts.append(context)
        client = factories.staff_client(person) if isinstance(person, User) else factories.case_client(person)
        value = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(f"{said.text} {said.location}") if is_complaint(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not complaints, complaints


def is_complaint(said: ConsoleMessage) -> bool:
    return said.type == "error" and "409 (Conflict)" not in said.text
