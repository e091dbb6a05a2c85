"""Where a case page is open, and an e-mail address that waits to be confirmed."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.fields import EncryptedTextField, SealedModel
from quotes.models.codes import OneTimeCode

SEEN_SLACK = timedelta(minutes=5)  # how coarse "last used" is: enough to recognise it, and no record of every click


class CaseSessionQuerySet(models.QuerySet["CaseSession"]):
    def open(self) -> "CaseSessionQuerySet":
        """Not ended, and within the time that a page stays open by itself."""
        now = timezone.now()
        usual = Q(is_shared=False, last_seen_at__gt=now - timedelta(seconds=settings.CASE_IDLE_SECONDS) - SEEN_SLACK)
        shared = Q(is_shared=True, last_seen_at__gt=now - timedelta(seconds=settings.SHARED_IDLE_SECONDS) - SEEN_SLACK)
        whole = timedelta(seconds=settings.CASE_SESSION_SECONDS)
        return self.filter(usual | shared, ended_at__isnull=True, opened_at__gt=now - whole)


class CaseSession(SealedModel):
    """One browser in which somebody opened the case page. Looked at on every request: ended here, it is out at once."""

    participant = models.ForeignKey("quotes.Participant", on_delete=models.CASCADE, related_name="sessions")
    opened_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    browser = EncryptedTextField(blank=True)  # its kind, as quotes/browsers.py writes it
    browser_hash = models.CharField(max_length=80, blank=True)  # of the browser's own cookie; empty on a shared computer
    is_shared = models.BooleanField(default=False)

    objects = CaseSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["participant", "-opened_at"], name="case_session_newest")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def idle_seconds(self) -> int:
        return settings.SHARED_IDLE_SECONDS if self.is_shared else settings.CASE_IDLE_SECONDS

    def note_seen(self) -> None:
        now = timezone.now()
        if now - self.last_seen_at > SEEN_SLACK:
            self.last_seen_at = now
            self.save(update_fields=["last_seen_at"])

    def end(self) -> None:
        """Ending twice keeps the first time."""
        CaseSession.objects.filter(pk=self.pk, ended_at__isnull=True).update(ended_at=timezone.now())


class NewAddress(OneTimeCode):
    """Another e-mail address for somebody: it replaces the old one when the code that went to it is typed in."""

    participant = models.ForeignKey("quotes.Participant", on_delete=models.CASCADE, related_name="new_addresses")
    email = EncryptedTextField()
    old_email = EncryptedTextField(blank=True)  # told when it was replaced

    class Meta:
        indexes = [models.Index(fields=["participant", "-asked_at"], name="new_address_newest")]

    def __str__(self) -> str:
        return str(self.pk)
