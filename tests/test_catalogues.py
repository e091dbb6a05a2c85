"""Spanish and Arabic are complete: no missing, no fuzzy entry, and every placeholder survives the translation."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


def messages(language: str) -> list[Message]:
    path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def forms(text: object) -> list[str]:
    return list(text) if isinstance(text, tuple | list) else [str(text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_or_fuzzy(language):
    unfinished = [forms(m.id)[0] for m in messages(language) if m.fuzzy or not all(forms(m.string))]
    assert not unfinished


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive(language):
    for message in messages(language):
        wanted = {match.group() for text in forms(message.id) for match in PLACEHOLDER.finditer(text)}
        for text in forms(message.string):
            found = {match.group() for match in PLACEHOLDER.finditer(text)}
            # a plural form may say "one" in words, and so leave the number out
            assert found <= wanted, (forms(message.id)[0], text)
            assert found == wanted or isinstance(message.id, tuple | list), (forms(message.id)[0], text)


def test_arabic_has_its_six_plural_forms():
    assert all(len(forms(m.string)) == 6 for m in messages("ar") if isinstance(m.id, tuple | list))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_that_ends_as_a_sentence_does_so_in_every_language(language):
    ends = {"ar": ".؟!:…»)", "es": ".?!:…»)”"}[language]
    lost = [
        forms(m.id)[0]
        for m in messages(language)
        if forms(m.id)[0].endswith(".") and forms(m.string)[0] and forms(m.string)[0].rstrip()[-1] not in ends
    ]
    assert not lost
