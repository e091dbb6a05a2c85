"""What a coordinator goes through on a case: steps by type of case, written by the office, and the ticks on one case."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import SealedModel
from portal.models import User
from portal.versioned import Versioned, change_has_person_and_time


class CaseType(models.TextChoices):
    """What is special about a case; it can be several of these. When it is one: TYPES in quotes/checklist.py."""

    EVERY = "every", _("every case")
    RECENT = "recent", _("the stroke was less than six months ago")
    CELLS = "cells", _("asks about cells or a trial")
    OPINION = "opinion", _("asks for a second opinion")
    OTHERS = "others", _("somebody asks for the patient")
    PHONE = "phone", _("we wrote for a caller")


class ChecklistStep(Versioned):
    """One step in one language. A tick belongs to its key, so that colleagues see each other's ticks in any language."""

    key = models.SlugField(_("key"), max_length=40, help_text=_("The same in every language version."))
    case_type = models.CharField(_("for which cases"), max_length=8, choices=CaseType)
    language = models.CharField(_("language"), max_length=7, choices=settings.LANGUAGES)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=50)
    text = models.CharField(_("step"), max_length=200)
    is_active = models.BooleanField(_("may be used"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("step of the checklist"), _("checklist")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["language", "key"], name="checklist_step_once_a_language"),
            change_has_person_and_time("checklist_step"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"


class ChecklistTick(SealedModel):
    """A step that is done on a case: by whom, and when."""

    case = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="ticks")
    key = models.CharField(max_length=40)  # ChecklistStep.key
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="checklist_tick_once")]

    def __str__(self) -> str:
        return self.key
