"""Under which letter a word stands in each language."""

import pytest

from articles.glossary_letters import by_letter, letter


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("aphasia", "en", "A"), ("“Open label”", "en", "O"), ("6-minute walk", "en", "#"),
        ("ámbito", "es", "A"), ("ñoño", "es", "Ñ"), ("Ñu", "en", "N"),
        ("السكتة الدماغية", "ar", "س"), ("أفازيا", "ar", "ا"), ("ألم", "ar", "ا"), ("mRS", "ar", "M"),
    ],
)  # fmt: skip
def test_the_letter_is_that_of_the_language(word, language, expected):
    assert letter(word, language=language) == expected


def test_groups_follow_the_alphabet_with_other_scripts_and_digits_last():
    words = ["Zelle", "apple", "Ácido", "10-metre walk", "ñandú", "nariz"]
    assert [group for group, _words in by_letter(((word, word) for word in words), language="es")] == ["A", "N", "Ñ", "Z", "#"]
    arabic = ["NIHSS", "ورم", "البيانات", "ألم"]
    assert [group for group, _words in by_letter(((word, word) for word in arabic), language="ar")] == ["ا", "ب", "و", "N"]


def test_inside_a_letter_accents_do_not_part_words():
    assert by_letter(((w, w) for w in ["avión", "ácido", "arteria"]), language="es") == [("A", ["ácido", "arteria", "avión"])]
