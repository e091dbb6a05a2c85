"""A real browser: Debian's Chromium, strict about what a page may do."""

import os

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import BrowserContext, Page

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
    from django.conf import settings  # after pytest-django has set up

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("db") / "journeys.sqlite3")


@pytest.fixture
def visit(browser, live_server, settings):
    """A browser of one person, who is inside the case page when named; it fails the test when a page complains.

    What is given beside is Playwright's: a window's size, no scripts, a language.
    """
    settings.SITE_URL = live_server.url
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def new(participant: Participant | None = None, **window: object) -> Page:
        context = browser.new_context(**{"base_url": live_server.url, "locale": "en-GB"} | window)
        contexts.append(context)
        if participant is not None:
            name = django_settings.SESSION_COOKIE_NAME
            session = factories.case_client(participant).cookies[name].value
            context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
    assert not complaints, complaints
