"""Every kind of page with something on it, in a name, an address and who looks: for pictures and for checks of all of them."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from articles.models import Article, Person, Topic
from portal import session_clock
from portal.models import User
from quotes import intake, questions
from quotes.models import QuoteRequest, Recommendation
from tests import factories
from tests.staff_pages import ROWS, walked

Screen = tuple[str, str, Client | None]  # its name, its address, who looks at it

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


MOST = 20  # articles; checks that look at one kind of page need fewer


def public_screens(language: str) -> Iterator[Screen]:
    for name, address in PUBLIC.items():
        yield name, reverse(address), None
    articles = Article.objects.filter(language=language)[:MOST]
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
    empty = draft_client(language, **dict.fromkeys(factories.ANSWERS.keys() - {"language"}, ""))
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


def every_staff_screen() -> Iterator[Screen]:
    """Each address of the staff site that shows a page, opened with a row of its kind by somebody who may open them all."""
    everything = factories.user(role="system", name="Walker Sample")
    everything.groups.set(Group.objects.all())
    walker = factories.staff_client(everything)
    rows = {label: make() for label, make in ROWS.items()}
    for name, door, url in walked(rows):
        if door.get is not None and not door.get.nobody and is_page(walker.get(url)):
            yield name, url, walker


def is_page(response: HttpResponse) -> bool:
    """And no file, nor a piece that a script puts into one."""
    return (
        response.status_code == 200
        and not response.streaming
        and response.content.lstrip().lower().startswith(b"<!doctype html")
    )


def cookies_of(client: Client | None, url: str) -> list[dict[str, str]]:
    """What a browser needs to be where this client is: its session and its language."""
    wanted = (settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
    held = client.cookies if client is not None else {}
    return [{"name": name, "value": held[name].value, "url": url} for name in wanted if name in held]
