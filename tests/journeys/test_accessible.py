"""axe on every kind of page, for families and for staff: light and wide in English, dark and 320 px narrow in Arabic.

The narrow one is what a page at 400 % zoom is: nothing may run over its edge. By hand, with `make accessible`: it takes about ten minutes.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import translation

from tests import factories
from tests.journeys import screens
from tests.journeys.screens import Screen, cookies_of

pytestmark = [pytest.mark.screens, pytest.mark.django_db(transaction=True)]
LOOKS = {
    "en": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "en-GB"},
    "ar": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark", "locale": "ar"},
}
STANDARD = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(browser, live_server, pages: list[Screen], *, language: str) -> list[str]:
    found: list[str] = []
    axe, contexts = Axe(), {}
    for name, path, client in pages:
        if client not in contexts:
            contexts[client] = browser.new_context(base_url=live_server.url, **LOOKS[language])
            held = client or Client()
            held.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            contexts[client].add_cookies(cookies_of(held, live_server.url))
        page = contexts[client].new_page()
        page.goto(path)
        for fault in axe.run(page, options=STANDARD).response["violations"]:
            found += [f"{name} {path}: {fault['id']} {node['target']} {node['html'][:120]}" for node in fault["nodes"][:3]]
        if (over := page.evaluate(TOO_WIDE)) > 0:
            found.append(f"{name} {path}: {over} px too wide")
        page.close()
    for context in contexts.values():
        context.close()
    return found


@pytest.fixture(
    params=["ar", pytest.param("en", marks=pytest.mark.screens)]
)  # in the wide checks the harder look, by hand both
def language(request) -> str:
    return request.param


def test_what_families_see(live_server, browser, recommended, language, monkeypatch):
    monkeypatch.setattr(screens, "MOST", 3)
    with translation.override(language):
        pages = [
            *(screen for screen in screens.public_screens(language) if screen[0] != "components"),  # shows some things twice
            *screens.asking_screens(language), *screens.case_screens(recommended),
        ]  # fmt: skip
    assert not (found := faults(browser, live_server, pages, language=language)), "\n".join(found)


def test_every_address_of_the_staff_site(live_server, browser, groups, language):
    pages = list(screens.every_staff_screen())
    assert len(pages) > 90
    assert not (found := faults(browser, live_server, pages, language=language)), "\n".join(found)


def test_a_case_with_everything_on_the_staff_site(
    live_server, browser, recommended, coordinator, other_coordinator, clinical_reviewer, manager, editor, auditor, system_user, language
):  # fmt: skip
    draft = factories.ready_recommendation(factories.sent_case(cancer="recent"), coordinator=coordinator)
    people = {
        "coordinator": coordinator, "other": other_coordinator, "reviewer": clinical_reviewer, "manager": manager,
        "editor": editor, "auditor": auditor, "system": system_user,
    }  # fmt: skip
    pages = list(screens.staff_screens(people, recommended, draft))
    assert not (found := faults(browser, live_server, pages, language=language)), "\n".join(found)
