"""What helps staff to write: texts to begin a reply with, and what somebody has begun and not sent."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.fields import EncryptedTextField, SealedModel
from portal.models import User
from portal.versioned import Versioned, change_has_person_and_time

VARIABLES = ("name", "reference", "coordinator", "due", "missing")
IN_BRACES = re.compile(r"\{\{\s*(.*?)\s*\}\}")


def variables_help() -> str:
    names = ", ".join(f"{{{{ {name} }}}}" for name in VARIABLES)
    return gettext("What stands in double braces is filled in: %(names)s.") % {"names": names}


class ReplyTemplate(Versioned):
    """A text to begin a reply with. The braces are filled by plain replacement: nothing in it is ever run."""

    key = models.SlugField(_("key"), max_length=60, help_text=_("The same in every language version."))
    language = models.CharField(_("language"), max_length=7, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=120, help_text=_("Colleagues choose by it. The family never sees it."))
    body = models.TextField(
        _("text"),
        help_text=lazy(variables_help, str)(),
    )
    position = models.PositiveSmallIntegerField(_("place in the list"), default=50)
    is_active = models.BooleanField(_("may be used"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("reply text"), _("reply texts")
        ordering = ["language", "position", "title"]
        constraints = [
            models.UniqueConstraint(fields=["language", "key"], name="reply_template_once_a_language"),
            change_has_person_and_time("reply_template"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"

    def clean(self) -> None:
        unknown = sorted(self.used - set(VARIABLES))
        if unknown or "{{" in IN_BRACES.sub("", self.body):
            raise ValidationError(
                {
                    "body": gettext("“%(name)s” cannot be filled in. You can use: %(names)s.")
                    % {"name": ", ".join(unknown) or "{{", "names": ", ".join(VARIABLES)}
                }
            )

    @property
    def used(self) -> set[str]:
        return set(IN_BRACES.findall(self.body))


class TextDraft(SealedModel):
    """What one colleague has begun to write on a case and not sent. Nobody else reads it; it goes when it is sent."""

    class Box(models.TextChoices):
        REPLY = "reply", _("reply")
        NOTE = "note", _("note")

    case = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="text_drafts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    box = models.CharField(max_length=5, choices=Box)
    body = EncryptedTextField(_("text"))
    begun_at = models.DateTimeField(default=timezone.now)
    kept_at = models.DateTimeField(default=timezone.now)  # the last time: colleagues are told that somebody is writing

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user", "box"], name="text_draft_once")]

    def __str__(self) -> str:
        return str(self.pk)
