"""Who belongs to a case, and how they get in: one stable link each, and a code by e-mail every time."""

import base64
import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.constraints import both_or_neither
from portal.encryption import blind_index
from portal.fields import EncryptedTextField, SealedModel
from portal.models import User
from quotes.models.codes import OneTimeCode

if TYPE_CHECKING:
    from quotes.models.sessions import CaseSession


INVITATION_LIFE = timedelta(days=14)


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

    def joined(self) -> "ParticipantQuerySet":
        """Active, and not only invited: whoever has not said yes gets no news and no say."""
        return self.active().filter(models.Q(invited_at__isnull=True) | models.Q(accepted_at__isnull=False))

    def pending(self) -> "ParticipantQuerySet":
        return self.active().filter(invited_at__isnull=False, accepted_at__isnull=True)

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

    class Authority(models.TextChoices):
        """By what right somebody speaks for the patient, as they say; whether staff saw a proof stands beside it."""

        NOT_SAID = "", _("not said")
        PATIENT = "patient", _("is the patient")
        AGREEMENT = "agreement", _("has the patient's agreement")
        LEGAL = "legal", _("is the patient's legal representative")

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
    invited_at = models.DateTimeField(_("invited"), null=True)
    invited_by = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+")
    accepted_at = models.DateTimeField(_("accepted the invitation"), null=True)
    ownership_offered_at = models.DateTimeField(_("the case was offered to them"), null=True)
    authority = models.CharField(_("speaks for the patient"), max_length=9, choices=Authority, blank=True)
    authority_said_at = models.DateTimeField(null=True)
    proof_seen_at = models.DateTimeField(_("proof seen"), null=True)
    proof_seen_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    passphrase = models.CharField(max_length=128, blank=True, editable=False)  # as Django's hashers keep it
    reported_at = models.DateTimeField(_("said: this was not me"), null=True)  # until staff have looked into it

    # the open page through which they came, set by quotes/access.py; not a column
    current_session: "CaseSession | None" = None

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("participant"), _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(role="owner", revoked_at__isnull=True), name="one_owner_a_case"
            ),
            models.CheckConstraint(
                condition=both_or_neither("invited_at", "invited_by"), name="participant_invitation_has_person_and_time"
            ),
            models.CheckConstraint(
                condition=both_or_neither("proof_seen_at", "proof_seen_by"), name="participant_proof_has_person_and_time"
            ),
        ]
        indexes = [
            models.Index(fields=["case"], condition=Q(reported_at__isnull=False), name="person_reported"),
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
    def is_pending(self) -> bool:
        """Invited, and has not answered."""
        return self.invited_at is not None and self.accepted_at is None

    @property
    def may_write(self) -> bool:
        return self.role in (self.Role.OWNER, self.Role.WRITER) and not self.is_pending


class AccessCode(OneTimeCode):
    """Opens the case page, in the browser that asked."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="codes")
    browser_hash = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["participant", "-asked_at"], name="code_newest")]

    def __str__(self) -> str:
        return str(self.pk)
