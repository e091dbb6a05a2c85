"""An editor's work in a real browser: write, cite, fail the gate, complete, have it reviewed, schedule, correct, compare, restore,
translate, retire. The clinical reviewer signs in between."""

import re
import signal
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import Article, Edition, Person
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/staff/articles/article/"


@pytest.fixture
def library(db):
    call_command("load_library", verbosity=0)


@pytest.fixture
def at_work(browser, live_server, settings):
    """The browser of somebody signed in; it fails the test when a page complains on its console."""
    settings.SITE_URL = live_server.url
    complaints: list[str] = []
    contexts = []

    def sign_in(member, **how) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="en-GB", viewport={"width": 1500, "height": 900}, **how)
        contexts.append(context)
        value = factories.staff_client(member).cookies[django_settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(f"{said.text} {said.location}") if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert not complaints, complaints


def insert(page: Page, *, kind: str, words: str, title: str | re.Pattern[str]) -> None:
    page.get_by_role("link", name="Insert a reference").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What", exact=True).select_option(label=kind)
    dialog.get_by_label("Look for").fill(words)
    dialog.get_by_role("button", name="Search", exact=True).click()
    dialog.get_by_role("button", name=title).first.click()
    expect(dialog).to_be_hidden()


def in_minutes(minutes: int) -> str:
    """As the field takes it: whole minutes of the office's time."""
    return (timezone.localtime() + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def later():
    """Lets three minutes pass on this machine; what has its time is then for the worker to do."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    started: list[time_machine.travel] = []

    def pass_by() -> None:
        started.append(time_machine.travel(timezone.now() + timedelta(minutes=3)))
        started[-1].start()

    yield pass_by
    for one in started:
        one.stop()
    for number, handler in handlers.items():  # the worker takes them over
        signal.signal(number, handler)


def test_an_editor_brings_an_article_from_the_first_word_to_its_translation(library, at_work, editor, clinical_reviewer, later):
    desk = at_work(editor)
    desk.goto(f"{LIST}add/")
    desk.get_by_label("Title").fill("A mirror for the hand")
    desk.get_by_label("Summary").fill("What practice in front of a mirror can do.")
    desk.get_by_label("Translation key").fill("mirror-for-the-hand")
    desk.get_by_label("Address").fill("mirror-for-the-hand")
    desk.locator("#id_author").select_option(str(Person.objects.get(translation_key="editorial-team", language="en").pk))
    body = desk.get_by_label("Text:", exact=True)
    body.fill("## What it is\n\nPeople look at the good hand in a mirror.")

    desk.get_by_role("button", name="Live preview").click()
    preview = desk.locator("[data-live-preview-page]")
    expect(preview.get_by_role("heading", name="What it is")).to_be_visible()
    insert(desk, kind="References", words="mirror", title=re.compile("mirror", re.IGNORECASE))
    expect(body).to_have_value(re.compile(r"in a mirror\.\[R\d{3}\]$"))
    expect(preview.locator("sup.cite a")).to_have_text("1")
    insert(desk, kind="Trials", words="TREASURE", title=re.compile("Insert"))
    expect(body).to_have_value(re.compile(r"\]\n\n::: trial T\d+\n:::$"))
    expect(preview.locator(".trial-card")).to_be_visible()
    desk.get_by_role("button", name="Close").last.click()

    desk.get_by_role("button", name="Save and publish", exact=True).click()
    expect(desk.get_by_text("Write the key messages")).to_be_visible()
    expect(desk.get_by_text("Set the date of the next review")).to_be_visible()
    article = Article.objects.get(translation_key="mirror-for-the-hand")
    assert article.published_edition is None and "::: trial" in article.latest_edition().body

    desk.get_by_role("button", name="Save and publish later").click()
    expect(desk.get_by_text("Write the key messages")).to_be_visible()
    desk.get_by_label("Goes online on").fill(in_minutes(2))
    desk.get_by_role("button", name="Publish it then").click()
    expect(desk.get_by_text("Set the date of the next review").first).to_be_visible()
    article.refresh_from_db()
    assert article.publish_at is None
    desk.get_by_role("link", name="Back", exact=True).click()

    desk.get_by_label("Key messages").fill("Practice helps a little.")
    desk.get_by_label("What we do not know").fill("Who gains most.")
    desk.get_by_label("Regulatory status:", exact=True).fill("No approval is needed.")
    desk.get_by_label("Regulatory status checked on").fill("2026-02-01")
    desk.get_by_label("Funding and conflicts").fill("None.")
    desk.get_by_label("Evidence labels").fill("B")
    desk.get_by_label("Next review due").fill("2031-01-01")
    desk.get_by_role("button", name="Save and publish later").click()
    desk.get_by_role("heading", name="Publish later").wait_for()

    Person.objects.create(
        language="en", translation_key="dr-sample", slug="dr-sample", name="Dr Sample", credentials="Neurologist"
    )
    review = at_work(clinical_reviewer)
    review.goto(f"{LIST}{article.pk}/review/")
    expect(review.get_by_text("You have not opened this text as it stands now.")).to_be_visible()
    with review.expect_popup() as opened:
        review.get_by_role("link", name="Read it first").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("A mirror for the hand")
    review.reload()
    review.get_by_role("button", name="Mark reviewed").click()
    expect(review.get_by_text("Edition 1 is marked as reviewed.")).to_be_visible()

    desk.get_by_label("Goes online on").fill(in_minutes(2))
    desk.get_by_role("button", name="Publish it then").click()
    expect(desk.get_by_text("Edition 1 goes online on").first).to_be_visible()
    reader = at_work(editor)
    assert reader.request.get("/en/articles/mirror-for-the-hand/").status == 404
    call_command("worker", "--once")
    assert reader.request.get("/en/articles/mirror-for-the-hand/").status == 404  # its time has not come
    later()
    call_command("worker", "--once")
    reader.goto("/en/articles/mirror-for-the-hand/")
    expect(reader.get_by_text("Dr Sample").first).to_be_visible()

    desk.reload()
    desk.get_by_label("Title").fill("A mirror helps the hand")
    desk.get_by_label("What changed, for readers").fill("A clearer title.")
    desk.get_by_role("button", name="Save and publish", exact=True).click()
    expect(desk.get_by_text("Edition 2 is online.")).to_be_visible()
    desk.get_by_role("link", name="What changed in edition 2").click()
    expect(desk.locator("del").filter(has_text="for").first).to_be_visible()
    expect(desk.locator("ins").filter(has_text="helps").first).to_be_visible()
    desk.get_by_role("link", name="Back to the article").click()
    desk.get_by_role("link", name="Bring edition 1 back").click()
    desk.get_by_role("button", name="Bring it back").click()
    expect(desk.get_by_label("Title")).to_have_value("A mirror for the hand")
    desk.get_by_role("button", name="Save and publish", exact=True).click()
    expect(desk.get_by_text("Edition 3 is online.")).to_be_visible()
    assert list(article.editions.order_by("number").values_list("title", flat=True)) == [
        "A mirror for the hand", "A mirror helps the hand", "A mirror for the hand",
    ]  # fmt: skip

    desk.goto(f"{LIST}translations/?language=es")
    desk.get_by_role("link", name="Translate “A mirror for the hand”").click()
    expect(desk.get_by_role("group", name="English, edition 3").first).to_be_visible()
    desk.get_by_label("Title").fill("Un espejo para la mano")
    desk.get_by_label("Summary").fill("Lo que puede hacer un espejo.")
    desk.get_by_label("Address").fill("un-espejo")
    desk.get_by_role("button", name="Save the draft").click()
    spanish = Edition.objects.get(title="Un espejo para la mano")
    assert spanish.translated_from.number == 3 and spanish.article.translation_key == "mirror-for-the-hand"
    desk.goto(f"{LIST}translations/?language=es")
    expect(desk.get_by_text("Nothing waits for a translation")).to_be_visible()

    desk.goto(f"{LIST}{article.pk}/change/")
    desk.get_by_role("heading", name="No longer kept up").click()
    desk.get_by_label("Retired because").fill("Newer guidance says it better.")
    desk.get_by_role("button", name="Save the draft").click()
    desk.goto(article.get_absolute_url())
    expect(desk.get_by_text("Newer guidance says it better.")).to_be_visible()
    desk.goto("/en/articles/")
    expect(desk.get_by_role("link", name="A mirror for the hand")).to_have_count(0)


def test_without_scripts_codes_are_copied_from_a_page_and_the_preview_is_a_button(library, at_work, editor):
    page = at_work(editor, java_script_enabled=False)
    article = Article.objects.get(translation_key="do-stem-cells-work", language="en")
    page.goto(f"{LIST}{article.pk}/change/")
    expect(page.get_by_role("button", name="Live preview")).to_have_count(0)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Insert a reference").click()
    codes = opened.value
    codes.get_by_label("Look for").fill("SB623")
    codes.get_by_role("button", name="Search", exact=True).click()
    expect(codes.get_by_text("[R065]")).to_be_visible()
    page.get_by_label("Title").fill("A title that is only typed")
    with page.expect_popup() as shown:
        page.get_by_role("button", name="Preview").click()
    expect(shown.value.get_by_role("heading", level=1)).to_have_text("A title that is only typed")
    assert article.editions.count() == 1
