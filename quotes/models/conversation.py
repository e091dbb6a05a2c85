"""Messages and notes. Two tables, so that a note can never reach a patient."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import EncryptedTextField, SealedModel
from portal.models import User


class Message(SealedModel):
    """What the patient's side and the office write to each other."""

    case = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="messages")
    from_user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    from_participant = models.ForeignKey("quotes.Participant", null=True, on_delete=models.CASCADE, related_name="messages")
    body = EncryptedTextField(_("message"))
    sent_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)  # first opened by the other side
    submission_id = models.UUIDField(null=True, unique=True)  # of the form: sending it twice makes one message

    class Meta:
        ordering = ["sent_at"]
        verbose_name, verbose_name_plural = _("message"), _("messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(from_user__isnull=False, from_participant__isnull=True)
                | Q(from_user__isnull=True, from_participant__isnull=False),
                name="message_has_one_author",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_from_office(self) -> bool:
        return self.from_user_id is not None


class InternalNote(SealedModel):
    """What staff write for staff. Never shown, mailed or exported to a patient's page."""

    case = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    body = EncryptedTextField(_("note"))
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["written_at"]
        verbose_name, verbose_name_plural = _("internal note"), _("internal notes")

    def __str__(self) -> str:
        return str(self.pk)
