"""People who asked us to call them, what came of each try, and how far drafts get. A call needs no case."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.constraints import both_or_neither
from portal.fields import EncryptedJSONField, EncryptedTextField, SealedModel
from portal.models import User
from quotes.models.case import ConsentText

CALL_LIFE = timedelta(days=30)  # after it is done; the consent under the call's form promises it


class CallRequestQuerySet(models.QuerySet["CallRequest"]):
    def to_make(self) -> "CallRequestQuerySet":
        return self.filter(done_at__isnull=True)

    def done(self) -> "CallRequestQuerySet":
        return self.filter(done_at__isnull=False)

    def late(self) -> "CallRequestQuerySet":
        return self.to_make().filter(due_at__lt=timezone.now())

    def of(self, user: User) -> "CallRequestQuerySet":
        return self.filter(taken_by=user)


class CallRequest(SealedModel):
    """ "Please call me instead": a number, good hours, and by when we call."""

    class From(models.TextChoices):
        """The page that led to the form. Sealed on the row: two of them say something about health."""

        START = "start", _("the start page")
        GATE = "gate", _("the emergency question")
        SIGNS = "signs", _("the page after signs of an emergency")
        TALK = "talk", _("the page after thoughts of ending one's life")
        STEP = "step", _("a page of questions")

    class Part(models.TextChoices):
        MORNING = "morning", _("Morning (9 to 12)")
        AFTERNOON = "afternoon", _("Afternoon (12 to 17)")
        EVENING = "evening", _("Evening (17 to 20)")

    HOURS = {Part.MORNING: (9, 12), Part.AFTERNOON: (12, 17), Part.EVENING: (17, 20)}
    URGENT = (From.SIGNS, From.TALK)

    case = models.ForeignKey("quotes.QuoteRequest", null=True, blank=True, on_delete=models.SET_NULL, related_name="calls")
    name = EncryptedTextField(_("name"))
    phone = EncryptedTextField(_("phone"))
    parts = EncryptedJSONField(_("good hours"), default=list)  # values of Part, in the caller's own time
    hours = EncryptedTextField(_("good hours, in their words"), blank=True)
    time_zone = EncryptedTextField(_("time zone"), blank=True)
    came_from = EncryptedTextField(_("came from"), default=From.START)
    language = models.CharField(_("language"), max_length=8)
    consent_text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    submission_id = models.UUIDField(null=True, unique=True)  # of the form: sending it twice asks for one call
    is_suspect = models.BooleanField(_("suspect (may be a machine)"), default=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("call by"))
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(User, verbose_name=_("who calls"), null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = CallRequestQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("call to make"), _("calls to make")
        ordering = ["due_at"]
        indexes = [models.Index(fields=["done_at", "due_at"], name="call_queue")]
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither(f"{verb}_at", f"{verb}_by"), name=f"call_{verb}_has_person_and_time"
            )
            for verb in ("taken", "done")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def lock(self) -> None:
        """Read the row again and hold it until the transaction ends."""
        self.refresh_from_db(from_queryset=CallRequest.objects.select_for_update())

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_late(self) -> bool:
        return not self.is_done and self.due_at < timezone.now()

    @property
    def is_urgent(self) -> bool:
        return self.came_from in self.URGENT


class CallAttempt(SealedModel):
    """One try to call somebody, and what came of it."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("reached")
        NO_ANSWER = "no_answer", _("no answer")
        LATER = "later", _("asked to be called later")
        WRONG_NUMBER = "wrong_number", _("wrong number")
        BARRED = "barred", _("does not want a call any more")

    TRY_AGAIN = (Outcome.NO_ANSWER, Outcome.LATER)

    call = models.ForeignKey(CallRequest, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    note = EncryptedTextField(_("note"), blank=True)

    class Meta:
        ordering = ["at"]
        verbose_name, verbose_name_plural = _("call"), _("call log")

    def __str__(self) -> str:
        return str(self.pk)


class StepCount(models.Model):
    """How many drafts reached, and how many finished, a page of questions on one day. A figure: it knows no draft."""

    day = models.DateField(_("day"))
    step = models.CharField(_("page"), max_length=40)
    language = models.CharField(_("language"), max_length=7, choices=settings.LANGUAGES)
    reached = models.PositiveIntegerField(_("reached"), default=0)
    finished = models.PositiveIntegerField(_("finished"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("where people stop"), _("where people stop")
        ordering = ["-day", "step", "language"]
        constraints = [
            models.UniqueConstraint(fields=["day", "step", "language"], name="step_count_once_a_day"),
            models.CheckConstraint(condition=~Q(step=""), name="step_count_has_step"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.step} {self.language}"

    @classmethod
    def add(cls, *, day: date, step: str, language: str, what: str) -> None:
        """One more that has `reached` or `finished` this page; right with any number of processes."""
        row: dict[str, Any] = {"day": day, "step": step, "language": language}
        if not cls.objects.filter(**row).update(**{what: F(what) + 1}):  # the first of the day makes the row
            cls.objects.get_or_create(**row)
            cls.objects.filter(**row).update(**{what: F(what) + 1})
