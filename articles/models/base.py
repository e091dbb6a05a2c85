"""What every text row shares: a language, and a key that its versions in other languages share too."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.labels import LABELS

LANGUAGES = settings.LANGUAGES
key_validator = RegexValidator(r"^[a-z0-9-]+$", _("Use small letters, digits and hyphens."))


def validate_label_codes(codes: str) -> None:
    if unknown := sorted(set(codes) - set(LABELS)):
        raise ValidationError(
            _("Unknown evidence label: %(codes)s. Use A, B, C, D, E, W or i."), params={"codes": ", ".join(unknown)}
        )


class Translated(models.Model):
    """A row in one language; its siblings in others share the key."""

    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES, default="en")
    translation_key = models.CharField(
        _("translation key"), max_length=80, validators=[key_validator], help_text=_("The same in every language version.")
    )

    class Meta:
        abstract = True
