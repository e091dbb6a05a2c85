"""Reading level: known words, and that the dialect's marks do not count."""

import pytest

from articles import readability

SYLLABLES = {
    "the": 1, "stroke": 1, "helped": 1, "tested": 2, "table": 2, "scales": 1, "people": 2, "trial": 2, "medicine": 3, "idea": 3,
    "quiet": 2, "science": 2, "movement": 2, "someone": 2, "careful": 2, "therapy": 3, "rehabilitation": 6, "patient": 2,
    "million": 2, "diseases": 3, "2,104": 1, "it’s": 1, "well-known": 2,
}  # fmt: skip
SPANISH = {
    "ictus": 2,
    "células": 3,
    "rehabilitación": 6,
    "guía": 2,
    "que": 1,
    "día": 2,
    "cerebro": 3,
    "muy": 1,
    "país": 2,
    "caer": 2,
}


@pytest.mark.parametrize(("word", "count"), SYLLABLES.items())
def test_english_syllables(word, count):
    assert readability.english_syllables(word) == count


@pytest.mark.parametrize(("word", "count"), SPANISH.items())
def test_spanish_syllables(word, count):
    assert readability.spanish_syllables(word) == count


def test_the_grade_follows_the_published_formula():
    # 6 words, 1 sentence, 6 syllables
    assert readability.english_grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    # 4 words, 1 sentence, 7 syllables
    assert readability.fernandez_huerta("La casa tiene mesas.") == pytest.approx(206.84 - 60 * 7 / 4 - 1.02 * 4)
    assert readability.mean_sentence_length("هذا سهل. وهذا أيضا سهل جدا.") == 3.0


def test_long_words_and_long_sentences_raise_the_grade():
    easy = readability.english_grade("We do not know. It may help.")
    hard = readability.english_grade("Heterogeneous methodological considerations necessitate interdisciplinary deliberation.")
    assert hard > 20 > 3 > easy


def test_citations_labels_links_tables_cards_and_drawings_do_not_count():
    plain = "Cells were tested. They did not help."
    marked = """## A heading that is long and complicated

Cells were [tested](article:x).[R073, R071]{D,E} They did **not** help.{E}

::: trial T11
:::

![A picture of considerable complexity](drawing:be-fast)

| A table | With incomprehensible vocabulary |
|---|---|
| x | Interdisciplinary |
"""
    assert readability.sentences(marked) == readability.sentences(plain)
    assert readability.english_grade(marked) == readability.english_grade(plain)


def test_each_list_item_ends_a_sentence_and_a_number_does_not():
    assert readability.sentences("- One\n- Two, with 3.5 points") == ["One", "Two, with 3.5 points"]
    assert readability.sentences("Is it? “It is.” We know.") == ["Is it?", "“It is.", "We know."]


def test_the_count_of_words_takes_headings_and_tables_but_no_marks():
    assert readability.word_count("## Two words\n\nThree more words.[R001]{D}\n\n| a | b |\n|---|---|\n| c | d |") == 9


def test_an_empty_text_has_no_level():
    assert readability.english_grade("") == 0 and readability.fernandez_huerta("") == 100
    assert readability.mean_sentence_length("## Only a heading") == 0
