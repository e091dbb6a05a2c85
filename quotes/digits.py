"""Digits as people write them, in any script. Pure."""

import unicodedata


def western_digits(text: str) -> str:
    """Arabic, Persian and other digits as 0-9; everything else stays."""
    return "".join(str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in text)


def only_digits(text: str) -> str:
    """The digits of a code or a phone number, as 0-9, without what stands between them."""
    return "".join(str(unicodedata.digit(letter)) for letter in text if letter.isdigit())
