"""Who belongs to a case, and how they get in: one stable link each, and a code by e-mail every time."""

import base64
import hashlib
import secrets
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.encryption import blind_index
from portal.fields import EncryptedTextField, SealedModel


def new_token() -> str:
    """32 small letters and digits, 160 random bits; nothing that a mail program breaks a link at."""
    return base64.b32encode(secrets.token_bytes(20)).decode().lower()


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def email_digest(email: str) -> str:
    return blind_index("email", email.strip().lower())


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def active(self) -> "ParticipantQuerySet":
        return self.filter(revoked_at__isnull=True)

    def with_email(self, email: str) -> "ParticipantQuerySet":
        return self.filter(email_index=email_digest(email))

    def with_token(self, token: str) -> "ParticipantQuerySet":
        return self.active().filter(token_hash=token_digest(token))


class Participant(SealedModel):
    """A person of the family circle: the owner of the case, or somebody who may write or read."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        WRITER = "writer", _("may write")
        READER = "reader", _("may read")

    case = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="participants")
    role = models.CharField(_("role"), max_length=6, choices=Role)
    name = EncryptedTextField(_("name"), blank=True)
    email = EncryptedTextField(_("e-mail"), blank=True)
    email_index = models.CharField(max_length=80, blank=True, db_index=True, editable=False)
    phone = EncryptedTextField(_("phone"), blank=True)
    is_patient = models.BooleanField(_("is the patient"), default=False)
    token = EncryptedTextField(default=new_token, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("e-mail confirmed"), null=True)  # by the first code entered
    unreachable_at = models.DateTimeField(_("could not be reached by e-mail"), null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("participant"), _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(role="owner", revoked_at__isnull=True), name="one_owner_a_case"
            )
        ]
        indexes = [
            models.Index(
                fields=["case"], condition=Q(unreachable_at__isnull=False, revoked_at__isnull=True), name="person_unreachable"
            ),
            models.Index(
                fields=["case"],
                condition=Q(role="owner", revoked_at__isnull=True, confirmed_at__isnull=True) & ~Q(email_index=""),
                name="person_unconfirmed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the digests in step with what they are of."""
        self.email_index = email_digest(self.email) if self.email else ""
        self.token_hash = token_digest(self.token)
        super().save(*args, **kwargs)

    def move_to(self, email: str) -> None:
        """Another address: the link in the old mails ends, and the new address has to be confirmed again."""
        if email == self.email:
            return
        self.email, self.token, self.confirmed_at, self.unreachable_at = email, new_token(), None, None

    @property
    def may_write(self) -> bool:
        return self.role in (self.Role.OWNER, self.Role.WRITER)


class AccessCode(SealedModel):
    """Six digits by e-mail, bound to the browser that asked. The worker makes the digits while it renders the mail."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="codes")
    browser_hash = models.CharField(max_length=80)
    code_hash = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["participant", "-asked_at"], name="code_newest")]

    def __str__(self) -> str:
        return str(self.pk)
