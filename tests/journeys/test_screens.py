"""`make screens`: a picture of every kind of page, as its users see it, into screens/ (kept out of the repository)."""

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from tests import factories
from tests.journeys.screens import (
    Screen,
    asking_screens,
    case_screens,
    cookies_of,
    every_staff_screen,
    public_screens,
    staff_screens,
)

pytestmark = [pytest.mark.screens, pytest.mark.django_db(transaction=True)]
FOLDER = Path(__file__).resolve().parent.parent.parent / "screens"

VARIANTS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "zoom": {"viewport": {"width": 320, "height": 568}},
    "plain": {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
    "print": {"viewport": {"width": 794, "height": 1123}},
}
EVERYWHERE, BOTH_WAYS, STAFF = tuple(VARIANTS), ("desktop", "phone"), ("desktop", "dark", "phone")


def shoot(browser, live_server, screens: list[Screen], *, variant: str) -> list[str]:
    """A picture of each; returns what the browser complained of."""
    problems: list[str] = []
    FOLDER.mkdir(exist_ok=True)
    for name, path, client in screens:
        context = browser.new_context(**VARIANTS[variant])
        context.add_cookies(cookies_of(client, live_server.url))
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text) if message.type == "error" else None)
        response = page.goto(live_server.url + path)
        if variant == "print":
            page.emulate_media(media="print")
        elif variant != "plain":
            width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            said += [f"{width} px too wide"] * (width > 0)
        if response and response.status >= 400:
            said = [text for text in said if "Failed to load resource" not in text]
        problems += [f"{name}, {variant}: {text}" for text in said]
        page.screenshot(path=FOLDER / f"{name}--{variant}.png", full_page=True)
        context.close()
    return problems


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_pictures_of_what_patients_see(live_server, browser, recommended, language):
    with translation.override(language):
        screens = [*public_screens(language), *asking_screens(language), *case_screens(recommended)]
    screens = [(f"{language}-{name}", path, client) for name, path, client in screens]
    problems: list[str] = []
    for variant in EVERYWHERE if language == "en" else BOTH_WAYS:
        problems += shoot(browser, live_server, screens, variant=variant)
    assert not problems, "\n".join(problems)


def test_pictures_of_what_staff_see(
    live_server, browser, recommended, coordinator, other_coordinator, clinical_reviewer, manager, editor, auditor, system_user
):
    draft = factories.ready_recommendation(factories.sent_case(cancer="recent"), coordinator=coordinator)
    people = {
        "coordinator": coordinator,
        "other": other_coordinator,
        "reviewer": clinical_reviewer,
        "manager": manager,
        "editor": editor,
        "auditor": auditor,
        "system": system_user,
    }
    screens = list(staff_screens(people, recommended, draft))
    problems: list[str] = []
    for variant in STAFF:
        problems += shoot(browser, live_server, screens, variant=variant)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pictures_of_every_address_of_the_staff_site(live_server, browser, groups, language):
    screens = [(f"{language}-every-{name}", path, client) for name, path, client in every_staff_screen()]
    for _name, _path, client in screens:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    problems: list[str] = []
    for variant in STAFF if language == "en" else BOTH_WAYS:
        problems += shoot(browser, live_server, screens, variant=variant)
    assert not problems, "\n".join(problems)
