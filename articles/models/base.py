"""What every text row shares: a language, a key that its versions in other languages share too, and that readers see it."""

from typing import Any, Self, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.labels import LABELS
from portal import content_version

LANGUAGES = settings.LANGUAGES
key_validator = RegexValidator(r"^[a-z0-9-]+$", _("Use small letters, digits and hyphens."))


def validate_label_codes(codes: str) -> None:
    if unknown := sorted(set(codes) - set(LABELS)):
        raise ValidationError(
            _("Unknown evidence label: %(codes)s. Use A, B, C, D, E, W or i."), params={"codes": ", ".join(unknown)}
        )


class PublicQuerySet(models.QuerySet[Any]):
    """Whatever is written, kept pages are made anew."""

    def update(self, **values: Any) -> int:
        done = super().update(**values)
        content_version.turn_when_committed()
        return done

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        done = super().bulk_create(*args, **kwargs)
        content_version.turn_when_committed()
        return done

    def delete(self) -> tuple[int, dict[str, int]]:
        done = super().delete()
        content_version.turn_when_committed()
        return done


class Public(models.Model):
    """A row that public pages show. Every way to write one is noticed by the page cache (portal/content_version.py)."""

    objects = PublicQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        content_version.turn_when_committed()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        done = super().delete(*args, **kwargs)
        content_version.turn_when_committed()
        return done


class Translated(Public):
    """A row in one language; its siblings in others share the key."""

    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES, default="en")
    translation_key = models.CharField(
        _("translation key"), max_length=80, validators=[key_validator], help_text=_("The same in every language version.")
    )

    class Meta:
        abstract = True


class OldAddress(models.Model):
    """Where a page used to be: who comes there is led to where it is now."""

    kind = models.CharField(max_length=10)  # the name of the model
    language = models.CharField(max_length=7)
    slug = models.SlugField(max_length=100)
    translation_key = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "language", "slug"], name="old_address_leads_to_one_place")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug} ({self.language})"


class Addressed(Translated):
    """A row with a page of its own. When its address changes, the old one is kept and leads to the new one."""

    slug: Any  # each model has its own length and label
    _address: tuple[str | None, str | None]  # language and slug as the database has them

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        row = super().from_db(*args, **kwargs)
        row._address = (row.__dict__.get("language"), row.__dict__.get("slug"))
        return row

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        language, slug = getattr(self, "_address", (None, None))
        if language and slug and (language, slug) != (self.language, self.slug):
            self.leave(language=language, slug=slug)
        self._address = (self.language, self.slug)

    def leave(self, *, language: str, slug: str) -> None:
        kind = self._meta.model_name
        OldAddress.objects.update_or_create(
            kind=kind, language=language, slug=slug, defaults={"translation_key": self.translation_key}
        )
        # where somebody lives now, nobody is sent away
        OldAddress.objects.filter(kind=kind, language=self.language, slug=self.slug).delete()

    @classmethod
    def moved_from(cls, slug: str, *, language: str) -> Self | None:
        """The row that used to be at this address."""
        old = OldAddress.objects.filter(kind=cls._meta.model_name, language=language, slug=slug).first()
        if old is None:
            return None
        rows = cast("models.QuerySet[Self]", cls._default_manager.all())
        return rows.filter(language=language, translation_key=old.translation_key).first()

    def get_absolute_url(self) -> str:
        raise NotImplementedError
