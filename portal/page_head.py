"""What the head of a public page says: where it lives, in which languages it is there, and what a messenger shows of it."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import translate_url
from django.utils import translation

LOCALES = {"en": "en_GB", "es": "es_ES", "ar": "ar_AR"}  # what Open Graph wants: a language with a country


def head(title: str, description: str, *, path: str) -> dict[str, Any]:
    """Of a page that is there in every language."""
    return {
        "canonical": absolute(path),
        "alternates": same_in_every_language(path),
        "share": share(title, description),
    }


def absolute(path: str) -> str:
    """Never from the Host header: a cached page must not carry somebody's forged address."""
    return f"{settings.SITE_URL}{path}"


def same_in_every_language(path: str) -> list[tuple[str, str]]:
    """For pages that exist in all languages."""
    return [(code, absolute(address)) for code, address in _translated(path)]


@lru_cache(maxsize=256)
def _translated(path: str) -> list[tuple[str, str]]:
    """A path names its own language, so what it becomes in the others never changes."""
    return [(code, translate_url(path, code)) for code, _name in settings.LANGUAGES]


def share(title: str, description: str, *, kind: str = "website", picture: str = "", alt: str = "") -> dict[str, str]:
    """What a messenger shows of a link. Without a picture of its own: one a language, made by `manage.py draw_share_images`."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    general = f"portal/share/{language if language in LOCALES else settings.LANGUAGE_CODE}.png"
    return {
        "title": title,
        "description": description,
        "kind": kind,
        "locale": LOCALES.get(language, language),
        "image": absolute(picture or static(general)),
        "image_alt": alt if picture else settings.SITE_NAME,
    }
