"""Six digits by e-mail that do one thing, once."""

import hmac
import secrets
from typing import Literal

from django.db import models
from django.db.models import F, QuerySet
from django.utils import timezone

from portal.encryption import keyed_hash
from portal.fields import SealedModel

Tried = Literal["fits", "wrong", "used_up"]


class OneTimeCode(SealedModel):
    """The worker makes the digits while it renders the mail; only their hash is kept. Empty: the mail has not left yet."""

    code_hash = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def hash_of(self, digits: str) -> str:
        return keyed_hash("access-code", f"{self.pk}:{digits}")

    def new_digits(self) -> str:
        """For the mail. Those of an earlier mail fit no more."""
        digits = f"{secrets.randbelow(10**6):06d}"
        self.code_hash = self.hash_of(digits)
        self.save(update_fields=["code_hash"])
        return digits

    def take_try(self, digits: str) -> Tried:
        """Whether the digits fit. One try is gone, before anybody looks at them: of many posts at once only so many are looked at."""
        if not self._usable().filter(tries_left__gt=0).update(tries_left=F("tries_left") - 1):
            return "used_up"
        self.refresh_from_db(fields=["code_hash"])
        return "fits" if hmac.compare_digest(self.code_hash, self.hash_of(digits)) else "wrong"

    def use_up(self) -> bool:
        """False when somebody was quicker: of two posts with the right digits at the same moment, one counts."""
        return bool(self._usable().update(used_at=timezone.now()))

    def _usable(self) -> "QuerySet[OneTimeCode]":
        return type(self)._default_manager.filter(pk=self.pk, used_at__isnull=True, expires_at__gt=timezone.now())
