"""A real browser: Debian's Chromium, strict about what a page may do."""

import os
import re
from collections.abc import Callable

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from playwright.sync_api import ConsoleMessage, Page

from portal.models import User
from quotes import actions
from quotes.models import Participant, QuoteRequest
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
    """A browser of one person, signed in when named: `browser_of(coordinator, java_script_enabled=False)`.

    It fails the test when a page complains on its console. What is given beside is Playwright's.
    """
    settings.SITE_URL = live_server.url
    complaints: list[str] = []
    contexts = []

    def enter(person: User | Participant | None = None, **how: object) -> Page:
        usual = {"base_url": live_server.url, "locale": "en-GB", "viewport": {"width": 1400, "height": 900}}
        context = browser.new_context(**usual | how)
        contexts.append(context)
        if person is not None:
            client = factories.staff_client(person) if isinstance(person, User) else factories.case_client(person)
            name = django_settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(f"{said.text} {said.location}") if is_complaint(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not complaints, complaints


def is_complaint(said: ConsoleMessage) -> bool:
    """A page that refuses has a status of its own, and the browser says so; a file that is missing is a complaint."""
    is_refusal = re.search(r"status of (403|404|409) ", said.text) and "/static/" not in said.location["url"]
    return said.type == "error" and not is_refusal


@pytest.fixture
def library(groups):
    call_command("load_library", verbosity=0)
    call_command("load_catalogue", verbosity=0)


@pytest.fixture
def recommended(library, coordinator, clinical_reviewer) -> QuoteRequest:
    case = factories.sent_case(cancer="past", thinners=["aspirin"], email="family@example.org")
    for flag in case.flags.all():
        actions.resolve_flag(
            case=case, by=coordinator, flag=flag, text="Asked on the phone: treated in 2009, no medicine since."
        )
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    actions.send_message(case=case, by=coordinator, body="Good morning. Your recommendation is on this page. Ask us anything.")
    return case
