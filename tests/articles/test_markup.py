"""The Markdown of articles: what it makes, what it reports, and that nothing hostile comes out of it."""

import random
import re

import pytest

from articles import markup
from articles.markup import Writing, render, render_lines


def html(text: str, **writing) -> str:
    return render(text, writing=Writing(**writing)).html


def test_citations_are_numbered_in_the_order_in_which_they_first_appear_and_across_parts():
    writing = Writing(known={"R071", "R073", "R001"})
    messages = render_lines("It failed.[R073]\n\n- It is small.[R071]", writing=writing)
    body = render("Both.[R071, R001]", writing=writing).html
    assert 'href="#ref-1" id="cite-1-1"' in messages[0]
    assert 'href="#ref-2" id="cite-2-1"' in messages[1]
    assert 'href="#ref-2" id="cite-2-2"' in body and 'href="#ref-3" id="cite-3-1"' in body
    assert 'aria-label="Reference 3"' in body
    assert writing.cited == {"R073": 1, "R071": 2, "R001": 1}


def test_an_unknown_reference_is_reported_and_stays_readable():
    writing = Writing(known={"R001"})
    assert "R999" in render("A claim.[R001, R999]", writing=writing).html
    assert writing.problems == [("reference", "R999")]


def test_a_misspelt_reference_is_reported_too():
    writing = Writing(known={"R001"})
    render("A claim.[R1] Another.[r001]", writing=writing)
    assert writing.problems == [("reference", "R1"), ("reference", "r001")]


def test_labels_become_chips_in_their_place_and_are_collected():
    writing = Writing(label_html=lambda code: f"<b>{code}</b>")
    assert render("Tried.{D,W}", writing=writing).html == "<p>Tried. <b>D</b> <b>W</b></p>"
    assert writing.labels == {"D", "W"}


@pytest.mark.parametrize("wrong", ["Z", "DW", "d", "D;Q"])
def test_an_unknown_label_is_reported_and_stays_readable(wrong):
    writing = Writing()
    assert f"{{{wrong}}}" in render(f"Tried.{{{wrong}}}", writing=writing).html
    assert [kind for kind, _what in writing.problems] == ["label"]


def test_a_link_to_an_article_leads_there():
    assert '<a href="/en/articles/x/">words</a>' in html(
        "[words](article:the-key)", article_url={"the-key": "/en/articles/x/"}.get
    )


def test_a_link_to_an_article_that_is_not_published_is_plain_words():
    writing = Writing()
    assert render("See [these **words**](article:nope) here.", writing=writing).html == (
        "<p>See these <strong>words</strong> here.</p>"
    )
    assert writing.links == {"nope"}


def test_links_that_leave_the_site_give_nothing_away():
    assert '<a href="https://example.org" rel="noopener noreferrer">out</a>' in html("[out](https://example.org)")


def test_headings_have_ids_and_the_page_title_stays_the_only_h1():
    made = render("# What was tried?\n\n## What was tried?\n\n### Sources\n\n## Why? [R001]", writing=Writing(known={"R001"}))
    assert [heading.id for heading in made.headings] == ["what-was-tried", "what-was-tried-2", "sources-2", "why"]
    assert [heading.level for heading in made.headings] == [2, 2, 3, 2]
    assert "<h1" not in made.html


def test_arabic_headings_have_ids_without_letters_of_their_own():
    made = render("## الجواب\n\n## السلامة", writing=Writing())
    assert [heading.id for heading in made.headings] == ["section-1", "section-2"]
    assert made.headings[0].text == "الجواب"


def test_tables_scroll_in_a_frame_of_their_own_and_have_scopes():
    made = html("## Trials\n\n| Trial | People |\n|---|--:|\n| A | 12 |")
    assert '<section class="table-frame" tabindex="0" aria-label="Table 1: Trials"><table class="table">' in made
    assert '<th scope="col">Trial</th>' in made and '<th scope="row">A</th>' in made
    assert '<td class="table__cell--end">12</td>' in made and "style=" not in made


def test_notes_and_warnings_are_named():
    made = html("::: warning Call now\nA drooping face.\n:::")
    assert '<aside class="note note--warning" role="note" aria-label="Call now">' in made
    assert '<p class="note__title">Call now</p>' in made
    assert 'aria-label="Note"' in html("::: note\nText.\n:::")


def test_reading_time_is_never_nothing():
    assert markup.minutes("") == 1
    assert markup.minutes("word " * 900) == 5


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x73;cript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "<javascript:alert(1)>",
    '[x](https://a.example "\\" onmouseover=alert(1) x=\\"")',
    '::: note "><script>alert(1)</script>\nx\n:::',
    "::: warning x onclick=alert(1)\n<iframe src=javascript:alert(1)>\n:::",
    "## <svg onload=alert(1)>",
    "| <style>x</style> | b |\n|---|---|\n| <a href=javascript:x>y</a> | {<script>} |",
    "[R001<script>](#x)",
    "{<b onclick=x>}",
    "\ue000<script>\ue001",
    "\ue000D\ue001",
    "```html\n<script>alert(1)</script>\n```",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "[x](article:../../staff)",
]


def is_harmless(made: str) -> bool:
    tags = re.findall(r"<[^>]*>", made)
    names = {re.match(r"</?([a-z0-9]*)", tag)[1] for tag in tags}
    attributes = [name for tag in tags for name in re.findall(r'\s([a-z-]+)="', tag)]
    hrefs = re.findall(r'href="([^"]*)"', made)
    return (
        names <= markup.TAGS
        and not any(name.startswith("on") or name == "style" for name in attributes)
        and all(re.match(r"(https?:|mailto:|#|/(?!/|\\))", href) for href in hrefs)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_harmless(text):
    writing = Writing(known={"R001"}, label_html=lambda code: "")
    made = render(text, writing=writing).html + "".join(render_lines(text, writing=writing))
    assert is_harmless(made), made


def test_any_mixture_of_hostile_pieces_comes_out_harmless():
    chance = random.Random(73)  # noqa: S311 - the same mixtures each time
    pieces = [*HOSTILE, "[R001]", "{D}", "**", "`", "[", "](", ")", "\n", "\n\n", "| a |\n|---|\n", ":::", "> ", "<", '"', "'"]
    for _round in range(300):
        text = "".join(chance.choice(pieces) for _piece in range(chance.randint(2, 9)))
        made = render(text, writing=Writing(known={"R001"}, label_html=lambda code: "")).html
        assert is_harmless(made), text


def test_a_writer_cannot_forge_a_label():
    assert "D" in html("\ue000D\ue001", label_html=lambda code: "<b>chip</b>")
    assert "chip" not in html("\ue000D\ue001", label_html=lambda code: "<b>chip</b>")


def test_a_word_is_explained_in_place_by_a_button_that_needs_no_script():
    writing = Writing(terms={"stroke"})
    made = render("A [**big** stroke](term:stroke) came.", writing=writing).html
    assert made == (
        '<p>A <button type="button" class="term" popovertarget="term-stroke"><strong>big</strong> stroke</button> came.</p>'
    )
    assert writing.explained == ["stroke"] and writing.problems == []


def test_a_word_that_is_not_in_the_glossary_stays_a_word_and_is_reported():
    writing = Writing(terms={"stroke"})
    assert render("A [clot](term:clot) came.", writing=writing).html == "<p>A clot came.</p>"
    assert writing.problems == [("term", "clot")]


def test_a_trial_shows_its_card_and_an_unknown_one_is_reported():
    writing = Writing(trial_html={"T11": "<b>card</b>"}.get)
    assert (
        render("Before.\n\n::: trial T11\n:::\n\nAfter.", writing=writing).html == "<p>Before.</p>\n<b>card</b>\n<p>After.</p>"
    )
    assert writing.trials == ["T11"]
    assert "T99" in render("::: trial T99\n:::", writing=writing).html and writing.problems == [("trial", "T99")]


def test_a_drawing_stands_alone_with_its_words():
    writing = Writing(drawing_html=lambda name, alt: f"<i>{name}: {alt}</i>" if name == "be-fast" else None)
    made = render("![Signs](drawing:be-fast)\n\nText.", writing=writing).html
    assert made.split() == ["<i>be-fast:", "Signs</i>", "<p>Text.</p>"]
    assert writing.drawings == ["be-fast"] and writing.problems == []


@pytest.mark.parametrize(
    "text", ["![Signs](drawing:house)", "Words ![Signs](drawing:be-fast) words", "![Signs](https://example.org/x.png)"]
)
def test_any_other_picture_leaves_its_words_and_is_reported(text):
    writing = Writing(drawing_html=lambda name, alt: "<i>" if name == "be-fast" else None)
    made = render(text, writing=writing).html
    assert "<i" not in made and "Signs" in made and writing.problems[0][0] == "drawing"


def test_a_heading_cannot_take_the_id_of_a_word_that_is_explained():
    assert 'id="term-stroke"' not in html("## Term stroke") and 'id="words"' not in html("## Words")
