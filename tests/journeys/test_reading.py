"""What readers get of the library in a real browser: on paper, and in a narrow window."""

import pytest

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


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a_narrow_window_never_scrolls_sideways(browser_of, language):
    factories.article(language=language)
    factories.trial(language=language)
    page = browser_of(viewport={"width": 320, "height": 640})
    for address in ("search/?kind=trial", "search/?kind=term", "trials/", "articles/sample-article/"):
        page.goto(f"/{language}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
