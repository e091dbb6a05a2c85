"""`make screens`: a picture of every kind of page, as its users see it, into screens/ (kept out of the repository)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from articles.models import Article, Person, Topic
from portal import session_clock
from portal.models import User
from quotes import actions, intake, questions
from quotes.models import QuoteRequest, Recommendation
from tests import factories

pytestmark = [pytest.mark.screens, pytest.mark.django_db(transaction=True)]
Screen = tuple[str, str, Client | None]  # its name, its address, who looks at it
FOLDER = Path(__file__).resolve().parent.parent.parent / "screens"

VARIANTS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "zoom": {"viewport": {"width": 320, "height": 568}},
    "plain": {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
    "print": {"viewport": {"width": 794, "height": 1123}},
}
# pages that need nothing in the address: name of the picture → name of the address
PUBLIC = {
    "home": "articles:home",
    "articles": "articles:article_list",
    "how-we-work": "quotes:how_we_work",
    "privacy": "quotes:privacy",
    "legal": "quotes:legal",
    "quote-start": "quotes:start",
    "quote-gate": "quotes:emergency",
    "quote-no-draft": "quotes:check",
    "lost-link": "quotes:lost_link",
    "lost-link-sent": "quotes:lost_link_sent",
    "case-ended": "quotes:case_ended",
    "case-signed-out": "quotes:case_signed_out",
}
CASE = (
    "case",
    "case_answers",
    "case_messages",
    "case_recommendation",
    "case_decline",
    "case_change",
    "case_withdraw",
    "case_people",
    "case_invite",
    "case_access",
    "case_passphrase",
    "case_address",
    "case_agreement",
)
EVERYWHERE, BOTH_WAYS, STAFF = tuple(VARIANTS), ("desktop", "phone"), ("desktop", "dark", "phone")


def shoot(browser, live_server, screens: list[Screen], *, variant: str) -> list[str]:
    """A picture of each; returns what the browser complained of."""
    problems: list[str] = []
    FOLDER.mkdir(exist_ok=True)
    for name, path, client in screens:
        context = browser.new_context(**VARIANTS[variant])
        if client is not None and (cookie := client.cookies.get("session")):
            context.add_cookies([{"name": "session", "value": cookie.value, "url": live_server.url}])
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


def public_screens(language: str) -> Iterator[Screen]:
    for name, address in PUBLIC.items():
        yield name, reverse(address), None
    articles = Article.objects.filter(language=language)
    for number, article in enumerate(articles, 1):
        yield f"article-{number}", article.get_absolute_url(), None
    yield "editions", reverse("articles:editions", args=[articles[0].slug]), None
    for name, model in (("topic", Topic), ("person", Person)):
        yield name, model.objects.filter(language=language)[0].get_absolute_url(), None
    yield "access", reverse("quotes:access", args=["a-link-of-a-mail"]), None
    yield "not-found", f"/{language}/nothing/", None
    yield "components", reverse("components"), None


def draft_client(language: str, **answers: object) -> Client:
    """A browser in the middle of its request."""
    client = Client()
    session = client.session
    session[intake.DRAFT] = str(factories.draft_case(language=language, **answers).pk)
    session.save()
    return client


def asking_screens(language: str) -> Iterator[Screen]:
    client = draft_client(language, thinners=["aspirin"], cancer="past")
    for step in questions.STEPS:
        yield f"quote-{step.key}", reverse("quotes:step", args=[step.key]), client
    yield "quote-check", reverse("quotes:check"), client
    yield "quote-end", reverse("quotes:end"), client
    empty = draft_client(language, **dict.fromkeys(factories.ANSWERS, ""))
    first = reverse("quotes:step", args=[questions.STEPS[0].key])
    empty.post(first, {})
    yield "quote-errors", first, empty


def case_screens(case: QuoteRequest) -> Iterator[Screen]:
    client = factories.case_client(case.participants.get(role="owner"))
    for name in CASE:
        yield name.replace("_", "-"), reverse(f"quotes:{name}"), client
    option = case.recommendations.get().options.earliest("position")
    yield "case-accept", reverse("quotes:case_accept", args=[option.pk]), client


def staff_screens(people: dict[str, User], case: QuoteRequest, draft: Recommendation) -> Iterator[Screen]:
    yield "staff-sign-in", reverse("staff-sign-in"), None
    halfway = Client()
    halfway.force_login(people["manager"])
    session = halfway.session
    session_clock.start(session, "staff")
    session.save()
    yield "staff-enrolment", reverse("staff-second-factor"), halfway
    inside = {role: factories.staff_client(who) for role, who in people.items()}
    for role, client in inside.items():
        yield f"staff-desk-{role}", reverse("admin:index"), client
    yield "staff-recovery-codes", reverse("staff-recovery-codes"), inside["coordinator"]
    yield "staff-password", reverse("admin:password_change"), inside["coordinator"]
    yield "staff-not-for-you", reverse("admin:portal_user_changelist"), inside["editor"]
    for role in ("coordinator", "reviewer"):
        yield f"staff-case-{role}", reverse("admin:quotes_quoterequest_change", args=[case.pk]), inside[role]
    yield "staff-case-of-a-colleague", reverse("admin:quotes_quoterequest_change", args=[draft.case_id]), inside["other"]
    yield (
        "staff-builder-sent",
        reverse("admin:quotes_recommendation_change", args=[case.recommendations.get().pk]),
        inside["coordinator"],
    )
    yield "staff-builder", reverse("admin:quotes_recommendation_change", args=[draft.pk]), inside["coordinator"]
    option = draft.options.earliest("position")
    yield "staff-option", reverse("admin:quotes_recommendation_option", args=[draft.pk, option.pk]), inside["coordinator"]
    yield "staff-preview", reverse("admin:quotes_recommendation_preview", args=[draft.pk]), inside["reviewer"]
    everything = factories.user(role="system", name="Walker Sample")
    everything.groups.set(everything.groups.model.objects.all())
    walker = factories.staff_client(everything)
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield f"staff-list-{model._meta.model_name}", reverse(f"{base}_changelist"), walker
        row = model._default_manager.first()
        if row is not None and model is not QuoteRequest and model is not Recommendation:
            yield f"staff-form-{model._meta.model_name}", reverse(f"{base}_change", args=[row.pk]), walker


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
