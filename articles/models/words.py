"""The glossary: a hard word, and what it means in one or two plain sentences."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.base import Translated
from portal.versioned import Versioned, change_has_person_and_time


class GlossaryTerm(Translated, Versioned):
    term = models.CharField(_("word"), max_length=120)
    also = models.TextField(
        _("also written"),
        blank=True,
        help_text=_("Other spellings and short forms, one a line. Readers find the word by them."),
    )
    definition = models.TextField(
        _("what it means"), max_length=600, help_text=_("One or two plain sentences, without other hard words.")
    )
    library_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("glossary word"), _("glossary")
        ordering = ["term"]
        constraints = [
            models.UniqueConstraint(fields=["language", "translation_key"], name="term_once_a_language"),
            change_has_person_and_time("term"),
        ]

    def __str__(self) -> str:
        return self.term

    @property
    def anchor(self) -> str:
        return f"word-{self.translation_key}"

    @property
    def others(self) -> list[str]:
        return [line.strip() for line in self.also.splitlines() if line.strip()]

    def get_absolute_url(self) -> str:
        return f"{reverse('articles:glossary')}#{self.anchor}"

    def clean(self) -> None:
        self.term, self.definition = self.term.strip(), self.definition.strip()

    def as_entry(self) -> dict[str, Any]:
        """What the list "Words in this article" shows of it."""
        return {"key": self.translation_key, "term": self.term, "definition": self.definition, "url": self.get_absolute_url()}
