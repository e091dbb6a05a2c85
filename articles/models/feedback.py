"""What readers say of an article: useful or not, and what is wrong."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from portal.constraints import both_or_neither
from portal.fields import EncryptedTextField, SealedModel

FEEDBACK_LIFE = timedelta(days=365)


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def outdated(self) -> "FeedbackQuerySet":
        """Words that the privacy page promises to delete; the yes or no beside them stays, as a figure."""
        return self.filter(has_text=True, created_at__lt=timezone.now() - FEEDBACK_LIFE)

    def waiting(self) -> "FeedbackQuerySet":
        """Words that nobody has dealt with. A yes or no alone is counted, not answered."""
        return self.filter(handled_at__isnull=True, has_text=True)


class Feedback(SealedModel):
    """Nobody is asked for a name; people write one all the same, and what happened to them, so the text is sealed."""

    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="feedback")
    edition = models.PositiveIntegerField(_("edition"))
    is_useful = models.BooleanField(_("useful"), null=True)
    text = EncryptedTextField(_("what the reader wrote"), blank=True, default="")
    has_text = models.BooleanField(_("with words"), default=False, editable=False)
    is_suspect = models.BooleanField(_("suspect (may be a machine)"), default=False)
    created_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    handled_at = models.DateTimeField(_("dealt with"), null=True, blank=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("dealt with by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("reader’s report"), _("readers’ reports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither("handled_at", "handled_by"), name="feedback_handled_has_person_and_time"
            ),
            models.CheckConstraint(
                condition=models.Q(has_text=True) | models.Q(is_useful__isnull=False), name="feedback_says_something"
            ),
        ]
        indexes = [models.Index(fields=["-created_at"], name="feedback_newest")]

    def __str__(self) -> str:
        return str(self.pk)
