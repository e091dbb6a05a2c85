"""The office's people as the desk needs them: who writes which language, who is away, who stands in for the reviewer."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.constraints import both_or_neither
from portal.models import User


class WorkProfile(models.Model):
    """How a coordinator works. Without one, nobody gives them a case automatically."""

    user = models.OneToOneField(User, verbose_name=_("colleague"), on_delete=models.CASCADE, related_name="work_profile")
    languages = models.JSONField(_("languages they write"), default=list, blank=True)  # codes of LANGUAGES
    takes_cases = models.BooleanField(_("is given new cases automatically"), default=True)
    wants_digest = models.BooleanField(_("gets the daily e-mail with counts"), default=True)
    mail_language = models.CharField(
        _("language of that e-mail"),
        max_length=7,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Empty: the language of the office."),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("work profile"), _("work profiles")
        ordering = ["user__name"]

    def __str__(self) -> str:
        return str(self.user)


class Absence(models.Model):
    """Days on which somebody is away, the last one included: no new case, no digest."""

    user = models.ForeignKey(User, verbose_name=_("colleague"), on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name, verbose_name_plural = _("absence"), _("absences")
        ordering = ["-first_day"]
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_forward")]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"

    def clean(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day comes before the first.")})


LONGEST = timedelta(days=90)  # somebody stands in; who is needed for longer is named again


class SubstituteApproverQuerySet(models.QuerySet["SubstituteApprover"]):
    def today(self) -> "SubstituteApproverQuerySet":
        """Those that hold today, whatever last day somebody wrote."""
        today = timezone.localdate()
        return self.filter(covers(today), first_day__gt=today - LONGEST, ended_at__isnull=True)


class SubstituteApprover(models.Model):
    """For an office of two: who may approve while the clinical reviewer is away, and only what is harmless (docs/decisions/0016)."""

    user = models.ForeignKey(User, verbose_name=_("colleague"), on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("why"), max_length=300)
    named_at = models.DateTimeField(default=timezone.now, editable=False)
    named_by = models.ForeignKey(User, verbose_name=_("named by"), on_delete=models.PROTECT, related_name="+", editable=False)
    ended_at = models.DateTimeField(_("ended early"), null=True, editable=False)
    ended_by = models.ForeignKey(
        User, verbose_name=_("ended by"), on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = SubstituteApproverQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("substitute approver"), _("substitute approvers")
        ordering = ["-first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="substitute_forward"),
            models.CheckConstraint(condition=~Q(user=F("named_by")), name="substitute_named_by_another"),
            models.CheckConstraint(
                condition=Q(named_at__isnull=False, named_by__isnull=False), name="substitute_named_has_person_and_time"
            ),
            models.CheckConstraint(
                condition=both_or_neither("ended_at", "ended_by"), name="substitute_end_has_person_and_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"

    @property
    def may_be_ended(self) -> bool:
        """It holds today, or will."""
        return self.ended_at is None and self.last_day >= timezone.localdate()

    def clean(self) -> None:
        if not (self.first_day and self.last_day):
            return
        if self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day comes before the first.")})
        if self.last_day - self.first_day >= LONGEST:
            raise ValidationError(
                {"last_day": _("At most %(days)s days at a time. Name them again when it is over.") % {"days": LONGEST.days}}
            )


def covers(day: date) -> Q:
    """Rows whose days hold this one."""
    return Q(first_day__lte=day, last_day__gte=day)
