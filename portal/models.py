"""Accounts of staff, the outbox, the audit log, rate limits: what has no medical domain."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.fields import EncryptedTextField, SealedModel
from portal.roles import LABELS


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())


class User(SealedModel, AbstractBaseUser, PermissionsMixin):
    """A member of staff. Patients have no account: they come by access link and code."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    public_role = models.CharField(_("role shown to patients"), max_length=20, blank=True, choices=list(LABELS.items()))
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick when somebody leaves; nobody is deleted."))
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    is_staff = True
    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name, verbose_name_plural = _("member of staff"), _("staff")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """All that a patient is shown of a name."""
        return self.name.split()[0] if self.name else ""

    def in_role(self, *roles: str) -> bool:
        """Whether one of these is theirs."""
        return not self.roles.isdisjoint(roles)

    @cached_property
    def roles(self) -> set[str]:
        """Asked for by every page, several times; read once."""
        return set(self.groups.values_list("name", flat=True))


class TotpDevice(SealedModel):
    """The second factor of one member of staff (RFC 6238, six digits, 30 s). The key is readable to nobody but the check."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="totp_device")
    key = EncryptedTextField()  # hex
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=-1)  # a code is good once: steps up to this one are refused

    def __str__(self) -> str:
        return str(self.pk)


class RecoveryCode(models.Model):
    """One of ten single-use codes for a lost phone; only its keyed hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=80, unique=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    def due(self) -> "OutgoingEmailQuerySet":
        return self.filter(state=OutgoingEmail.State.QUEUED, next_attempt_at__lte=timezone.now())

    def late(self) -> "OutgoingEmailQuerySet":
        """Due for more than five minutes: no worker runs, or the mail server hangs."""
        return self.due().filter(next_attempt_at__lt=timezone.now() - timedelta(minutes=5))

    def abandoned(self) -> "OutgoingEmailQuerySet":
        """Claimed by a worker that died: the message may or may not have left."""
        return self.filter(state=OutgoingEmail.State.SENDING, lease_until__lt=timezone.now())


class OutgoingEmail(SealedModel):
    """A mail to be rendered and sent. Written in the transaction that makes it necessary; holds no body, address or token."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        UNCERTAIN = "uncertain", _("uncertain: it may have left")
        FAILED = "failed", _("could not be delivered")

    class DeliveryClass(models.TextChoices):
        """What happens after a cut in the middle of sending."""

        RETRY = "A", _("sent once more with the same Message-ID")
        HOLD = "B", _("waits for a person")
        DROP = "C", _("never repeated")

    kind = models.CharField(_("kind"), max_length=40)
    subject_type = models.CharField(_("kind of row"), max_length=40)
    subject_id = models.UUIDField(_("its key"), db_index=True)
    dedupe_key = models.CharField(max_length=160, unique=True)
    delivery_class = models.CharField(_("after a cut while sending"), max_length=1, choices=DeliveryClass)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    message_id = models.CharField("Message-ID", max_length=120)
    last_error = models.CharField(_("last error"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("outgoing e-mail"), _("outbox")
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="outbox_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"), name="outbox_sent_has_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class AppendOnly(Exception):
    """An audit event cannot be changed or deleted."""


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def update(self, **kwargs: Any) -> int:
        raise AppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly

    @transaction.atomic
    def forget_before(self, moment: datetime) -> int:
        """The one way rows ever leave: after their six years (portal/jobs.py). On PostgreSQL a trigger asks for this word."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL regain.purge = 'on'")
        return models.QuerySet.delete(self.filter(at__lt=moment))[0]


class AuditEvent(models.Model):
    """Who looked, signed in, sent, exported. No health data: names of fields, never values."""

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    role = models.CharField(_("role"), max_length=40, blank=True)
    action = models.CharField(_("action"), max_length=60)
    case_id = models.UUIDField(_("case"), null=True, db_index=True)
    object = models.CharField(_("object"), max_length=120, blank=True)
    fields = models.CharField(_("changed fields"), max_length=400, blank=True)
    outcome = models.CharField(_("outcome"), max_length=40, default="ok")
    reason = models.CharField(_("reason given"), max_length=200, blank=True)  # in the words of who did it, where a page asks
    request_id = models.CharField(_("request"), max_length=32, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("audit event"), _("audit log")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly


class RateLimit(models.Model):
    """Hits of one kind by one keyed value in one window. No address is stored, only its daily keyed hash."""

    bucket = models.CharField(max_length=160, unique=True)
    hits = models.PositiveIntegerField(default=1)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def count(cls, bucket: str, *, seconds: int) -> int:
        """Count one more hit, atomically on both databases, and return the number of hits in this window."""
        now = timezone.now()
        ends_at = now + timedelta(seconds=seconds)
        with transaction.atomic():  # from its update to its commit the row is this hit's own, so each hit reads its own number
            row, created = cls.objects.get_or_create(bucket=bucket, defaults={"ends_at": ends_at})
            if created:
                return 1
            if not cls.objects.filter(pk=row.pk, ends_at__lte=now).update(hits=1, ends_at=ends_at):
                cls.objects.filter(pk=row.pk).update(hits=F("hits") + 1)
            return cls.objects.values_list("hits", flat=True).get(pk=row.pk)


class Heartbeat(models.Model):
    """When a worker last came round; `/healthz` and the desk read it."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def worker_is_running(cls) -> bool:
        return cls.objects.filter(name="worker", at__gt=timezone.now() - timedelta(minutes=1)).exists()
