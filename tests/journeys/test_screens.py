"""`make screens`: a picture of every kind of page, as its users see it, into screens/ (kept out of the repository)."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.models import User
from quotes import actions, intake
from quotes.models import Participant
from tests import factories

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
PUBLIC = {
    "home": ("articles:home", []),
    "articles": ("articles:article_list", []),
    "topic": ("articles:topic", ["stem-cells"]),
    "how-we-work": ("quotes:how_we_work", []),
    "privacy": ("quotes:privacy", []),
    "quote-start": ("quotes:start", []),
    "quote-emergency": ("quotes:emergency", []),
    "lost-link": ("quotes:lost_link", []),
}
CASE = {
    "case": "quotes:case",
    "case-answers": "quotes:case_answers",
    "case-messages": "quotes:case_messages",
    "case-recommendation": "quotes:case_recommendation",
}


def shoot(browser, live_server, name: str, path: str, *, variant: str, client=None) -> list[str]:
    """One picture; returns what the browser complained of."""
    context = browser.new_context(**VARIANTS[variant])
    if client is not None:
        cookie = client.cookies["session"]
        context.add_cookies([{"name": "session", "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(f"{name}: {message.text}") if message.type == "error" else None)
    page.goto(live_server.url + path)
    if variant == "print":
        page.emulate_media(media="print")
    width = (
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if variant != "plain"
        else 0
    )
    if width > 0 and variant != "print":
        problems.append(f"{name}: {width} px too wide ({variant})")
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}--{variant}.png", full_page=True)
    context.close()
    return problems


@pytest.fixture
def filled_site(coordinator, clinical_reviewer):
    call_command("load_library", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    case = factories.sent_case(cancer="past", thinners=["aspirin"], email="family@example.org")
    for flag in case.flags.all():
        actions.resolve_flag(
            case=case, by=coordinator, flag=flag, text="Asked on the phone: treated in 2009, no medicine since."
        )
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    actions.send_message(case=case, by=coordinator, body="Good morning. Your recommendation is on this page. Ask us anything.")
    return case


def test_pictures(live_server, browser, filled_site, coordinator, clinical_reviewer):
    problems: list[str] = []
    article = {"en": "do-stem-cells-work-after-stroke", "ar": "do-stem-cells-work-after-stroke"}
    for language in ("en", "ar"):
        with translation.override(language):
            paths = {name: reverse(view, args=args) for name, (view, args) in PUBLIC.items()}
            paths["article"] = reverse("articles:article", args=[article[language]])
            inside = {name: reverse(view) for name, view in CASE.items()}
            asking = {"quote-step": reverse("quotes:step", args=["safety"]), "quote-check": reverse("quotes:check")}
        owner = Participant.objects.get(case=filled_site, role="owner")
        for variant in VARIANTS if language == "en" else ("desktop", "phone"):
            for name, path in paths.items():
                problems += shoot(browser, live_server, f"{language}-{name}", path, variant=variant)
            for name, path in asking.items():
                client = draft_client(language)
                problems += shoot(browser, live_server, f"{language}-{name}", path, variant=variant, client=client)
            for name, path in inside.items():
                client = factories.case_client(owner)
                problems += shoot(browser, live_server, f"{language}-{name}", path, variant=variant, client=client)
    for who in (coordinator, clinical_reviewer):
        problems += staff_pictures(live_server, browser, who, filled_site)
    assert not problems, "\n".join(problems)


def draft_client(language: str) -> Client:
    """A browser in the middle of its request."""
    client = Client()
    session = client.session
    session[intake.DRAFT] = str(factories.draft_case(language=language, thinners=["aspirin"], cancer="past").pk)
    session.save()
    return client


def staff_pictures(live_server, browser, who: User, case) -> list[str]:
    found: list[str] = []
    role = who.public_role.replace(" ", "-")
    paths = {
        "desk": reverse("admin:index"),
        "queue": reverse("admin:quotes_quoterequest_changelist"),
        "case": reverse("admin:quotes_quoterequest_change", args=[case.pk]),
        "recommendation": reverse("admin:quotes_recommendation_change", args=[case.recommendations.get().pk]),
    }
    for variant in ("desktop", "dark", "phone"):
        for name, path in paths.items():
            client = factories.staff_client(who)
            found += shoot(browser, live_server, f"staff-{role}-{name}", path, variant=variant, client=client)
    return found
