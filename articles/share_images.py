"""The picture of an article that messengers show: its title and evidence labels, drawn when somebody first asks for it, and kept.

Its address names what is drawn, so a cache may keep it for ever, and nobody can have anything else drawn.
"""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from articles import pictures
from articles.labels import explained
from articles.models import Edition
from portal import share_picture

LOOK = 1  # raise it when the drawing looks otherwise


def address(edition: Edition, *, language: str) -> str:
    """Empty where this machine could not draw it."""
    if not share_picture.is_able(language):
        return ""
    return reverse("share_image", args=[edition.pk, digest(edition, language=language)])


def digest(edition: Edition, *, language: str) -> str:
    said = [LOOK, settings.SITE_NAME, language, edition.title, chips(edition, language=language)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def chips(edition: Edition, *, language: str) -> list[share_picture.Chip]:
    with translation.override(language):
        return [(label.code, str(label.name), f"label-{label.code.lower()}") for label in explained(edition.evidence_labels)]


def file_of(edition: Edition, *, language: str) -> Path | None:
    """Drawn if it was not yet. None where it cannot be."""
    path = Path(settings.PICTURES_ROOT) / "share" / f"{edition.pk}-{digest(edition, language=language)}.png"
    if not path.is_file():
        try:
            drawn = share_picture.draw(edition.title, language=language, chips=chips(edition, language=language))
        except share_picture.CannotDraw:
            return None
        pictures.write(path, drawn)
    return path
