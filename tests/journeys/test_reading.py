"""What readers get of the library in a real browser: on paper, and in a narrow window."""

import pytest
from playwright.sync_api import expect

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_paper_says_every_word_of_the_text(browser_of):
    factories.reference()
    factories.term("spasticity")
    factories.article(body="## What it is\n\nTight muscles are called [spasticity](term:spasticity). {D}")
    page = browser_of()
    page.goto("/en/articles/sample-article/")
    text = page.locator(".article__body > p").first
    on_screen = text.inner_text().split()
    page.emulate_media(media="print")
    assert "spasticity." in on_screen
    assert text.inner_text().split() == on_screen


def test_paper_says_which_part_of_a_list_it_is(browser_of):
    for number in range(13):
        factories.trial(f"T{number}")
    page = browser_of()
    page.goto("/en/trials/")
    page.emulate_media(media="print")
    expect(page.get_by_text("Page 1 of 2")).to_be_visible()
    expect(page.get_by_role("link", name="Next page")).to_be_hidden()


def test_the_contents_are_folded_on_a_phone_and_open_beside_the_text(browser_of):
    factories.article()
    wide = browser_of(java_script_enabled=False)
    wide.goto("/en/articles/sample-article/")
    expect(wide.get_by_role("link", name="What we do not know")).to_be_visible()
    phone = browser_of(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    phone.goto("/en/articles/sample-article/")
    contents = phone.get_by_role("navigation", name="On this page")
    expect(contents.get_by_role("link", name="What we do not know")).to_be_hidden()
    contents.locator("summary").click()
    contents.get_by_role("link", name="What we do not know").click()
    assert phone.url.endswith("#what-we-do-not-know")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_name_of_a_row_stays_in_sight_while_its_table_is_moved(browser_of, language):
    row = "| Sample | What was done, in many words | What was found, in many words |"
    factories.article(language=language, body=f"## A table\n\n{row}\n|---|---|---|\n{row}")
    page = browser_of(viewport={"width": 320, "height": 640})
    page.goto(f"/{language}/articles/sample-article/")
    frame, name = page.locator(".table-frame"), page.locator(".table-frame tbody th")
    before = name.bounding_box()["x"]
    frame.evaluate("frame => frame.scrollBy(document.dir === 'rtl' ? -200 : 200, 0)")
    assert abs(frame.evaluate("frame => frame.scrollLeft")) > 100
    assert abs(name.bounding_box()["x"] - before) < 1


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a_narrow_window_never_scrolls_sideways(browser_of, language):
    factories.article(language=language)
    factories.trial(language=language)
    page = browser_of(viewport={"width": 320, "height": 640})
    for address in ("search/?kind=trial", "search/?kind=term", "trials/", "articles/sample-article/"):
        page.goto(f"/{language}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
