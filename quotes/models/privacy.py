"""What belongs to a family's rights and to the time after: complaints, follow-ups, and the ledger of what was erased."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.constraints import both_or_neither
from portal.fields import EncryptedJSONField, EncryptedTextField, SealedModel
from portal.models import User


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def to_answer(self) -> "ComplaintQuerySet":
        """Open, also where no answer is wished: somebody has to read it and say what was done."""
        return self.filter(answered_at__isnull=True)

    def unread(self) -> "ComplaintQuerySet":
        """Answered, and whoever complained has not opened the answer yet."""
        return self.filter(answered_at__isnull=False, read_at__isnull=True)

    def late(self) -> "ComplaintQuerySet":
        return self.to_answer().filter(due_on__lt=timezone.localdate())


class Complaint(SealedModel):
    """What went wrong for somebody of the family, and what a manager answered. Only they and the managers read it."""

    case = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="complaints")
    by_participant = models.ForeignKey("quotes.Participant", on_delete=models.CASCADE, related_name="complaints")
    what = EncryptedTextField(_("what happened"))
    wish = EncryptedTextField(_("what would put it right"), blank=True)
    wants_answer = models.BooleanField(_("wishes an answer"), default=True)
    submission_id = models.UUIDField(null=True, unique=True)  # of the form: sending it twice makes one complaint
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    due_on = models.DateField(_("answer by"))
    answer = EncryptedTextField(_("our answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(User, verbose_name=_("answered by"), null=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)  # the answer, first opened

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("complaint"), _("complaints")
        ordering = ["due_on", "made_at"]
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither("answered_at", "answered_by"), name="complaint_answer_has_person_and_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_late(self) -> bool:
        return self.answered_at is None and self.due_on < timezone.localdate()


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def answered(self) -> "FollowUpQuerySet":
        return self.filter(answered_at__isnull=False)

    def to_handle(self) -> "FollowUpQuerySet":
        """The answer was a sad one: somebody should speak with them."""
        return self.filter(needs_person=True, handled_at__isnull=True)


class FollowUp(SealedModel):
    """ "How are things?", asked 3, 6 or 12 months after our recommendation, of those who agreed to be asked."""

    class How(models.TextChoices):
        BETTER = "better", _("Better")
        SAME = "same", _("About the same")
        WORSE = "worse", _("Worse")
        DIED = "died", _("The patient has died")

    class Treatment(models.TextChoices):
        YES = "yes", _("Yes")
        OTHER = "other", _("Another one")
        NO = "no", _("No")
        PREFER_NOT = "prefer_not", _("I would rather not say")

    case = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="follow_ups")
    months = models.PositiveSmallIntegerField(_("months after"))
    due_at = models.DateTimeField(_("due"))
    sent_at = models.DateTimeField(_("asked"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True)
    # f1 … f5, how, words, treatment, where, and the two scores: then (score_at_start) and now (score)
    answers = EncryptedJSONField(_("answers"), default=dict)
    needs_person = models.BooleanField(_("needs a person"), default=False)
    handled_at = models.DateTimeField(_("dealt with"), null=True)
    handled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("follow-up"), _("follow-ups")
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["case", "months"], name="follow_up_once"),
            models.CheckConstraint(
                condition=both_or_neither("handled_at", "handled_by"), name="follow_up_handling_has_person_and_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def case_digest(case_id: UUID) -> str:
    """Names a case that is gone, to find it again in a restored backup. The id is random: nothing can be guessed from it."""
    return hashlib.sha256(f"erased-case:{case_id.hex}".encode()).hexdigest()


def code_digest(code: str) -> str:
    return hashlib.sha256(f"erasure-code:{code.upper().replace('-', '').strip()}".encode()).hexdigest()


class Erasure(SealedModel):
    """The tombstone: that a case was erased, and when. A copy of each row stands in a file of its own (quotes/erasures.py).

    `send_to` and `send_code` live until the proof is mailed, three days at most.
    """

    code_hash = models.CharField(max_length=64, unique=True)
    case_digest = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField(_("erased"), default=timezone.now)
    language = models.CharField(max_length=7)
    send_to = EncryptedTextField(blank=True)
    send_code = EncryptedTextField(blank=True)
    is_sent = models.BooleanField(default=False)  # or given up: either way the address is forgotten

    class Meta:
        verbose_name, verbose_name_plural = _("erasure"), _("erasures")
        ordering = ["-erased_at"]

    def __str__(self) -> str:
        return str(self.pk)

    def forget_address(self) -> None:
        self.send_to, self.send_code, self.is_sent = "", "", True
        self.save(update_fields=["send_to", "send_code", "is_sent"])

    @property
    def line(self) -> dict[str, str]:
        """What stands in the file: nothing about anybody."""
        return {"case": self.case_digest, "code": self.code_hash, "at": self.erased_at.isoformat(), "language": self.language}

    @classmethod
    def from_line(cls, line: dict[str, str]) -> "Erasure":
        return cls(
            case_digest=line["case"],
            code_hash=line["code"],
            erased_at=datetime.fromisoformat(line["at"]),
            language=line["language"],
            is_sent=True,
        )
