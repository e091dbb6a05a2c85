"""Pictures in articles. They are public: their files are served by name to everybody, and kept by every cache for a year."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.base import LANGUAGES, Public, key_validator
from portal.versioned import Versioned, change_has_person_and_time


class Picture(Public, Versioned):
    """Shown in texts by `![what it shows](picture:key)`. Its files are made once, in several sizes (articles/pictures.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(
        _("key"), max_length=60, unique=True, validators=[key_validator], help_text=_("A short name, such as mirror-therapy.")
    )
    language = models.CharField(_("language of the description"), max_length=7, choices=LANGUAGES, default="en")
    alt = models.CharField(
        _("what it shows"),
        max_length=300,
        help_text=_("In a sentence, for people who do not see it. A text in another language describes it in its own words."),
    )
    credit = models.CharField(
        _("who made it, and who allows its use"), max_length=200, blank=True, help_text=_("Shown below the picture.")
    )
    # the smallest first: {"width": 480, "height": 320, "avif": "….avif", "webp": "….webp", "plain": "….jpg"}; names are hashes of
    # the content; avif is left out where it could not be written
    sizes: Any = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("picture"), _("pictures")
        ordering = ["key"]
        constraints = [change_has_person_and_time("picture")]

    def __str__(self) -> str:
        return self.key
