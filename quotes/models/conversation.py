"""Messages and notes: two tables, so that a note can never reach a patient. And what is being written, before it is sent."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import EncryptedJSONField, EncryptedTextField, SealedModel
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


class MessageDraft(SealedModel):
    """What somebody of the family is writing on a page and has not sent: kept for that person alone, nobody else reads it."""

    class Place(models.TextChoices):
        MESSAGE = "message"
        CHANGE = "change"
        DECLINE = "decline"

    participant = models.ForeignKey("quotes.Participant", on_delete=models.CASCADE, related_name="message_drafts")
    place = models.CharField(max_length=7, choices=Place)
    text = EncryptedTextField(blank=True)
    files = EncryptedJSONField(default=list)  # ids of the attachments that go with it
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "place"], name="message_draft_one_a_place")]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def keep(cls, participant: Any, *, place: str, text: str, files: list[str] | None = None) -> None:
        """The newest text counts; nothing to keep removes the row. `files` None: those that are there stay."""
        draft, _created = cls.objects.get_or_create(participant=participant, place=place)
        draft.text, draft.saved_at = text, timezone.now()
        if files is not None:
            draft.files = files
        if draft.text.strip() or draft.files:
            draft.save()
        else:
            draft.delete()


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
