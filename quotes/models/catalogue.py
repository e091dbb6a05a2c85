"""The catalogue: treatments, clinics, what clinics answered and quoted, exchange rates, and the costs people forget."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Translated, validate_label_codes
from portal.models import User
from portal.versioned import Versioned, change_has_person_and_time
from quotes.clinic_questions import PLACES
from quotes.rules import BY_ID


def validate_rules(value: Any) -> None:
    if not isinstance(value, list) or not {str(rule) for rule in value} <= set(BY_ID):
        raise ValidationError(_("Choose from the safety rules."))


class Treatment(Translated, Versioned):
    """What may stand in an option, with what is known of it. Not a product: a label, risks, a status and the article behind it."""

    class Kind(models.TextChoices):
        PROCEDURE = "procedure", _("a procedure")
        REHABILITATION = "rehabilitation", _("rehabilitation")
        TRIAL = "trial", _("a registered trial")
        WAITING = "waiting", _("waiting and seeing")

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    evidence_labels = models.CharField(_("evidence labels"), max_length=7, validators=[validate_label_codes])
    summary = models.TextField(_("in plain words"))
    risks = models.TextField(_("risks"))
    regulatory_status = models.TextField(_("regulatory status"))
    checked_on = models.DateField(_("checked on"))
    article = models.ForeignKey(
        Article, verbose_name=_("article behind it"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    contra_indicating_rules = models.JSONField(
        _("safety rules that speak against it"), default=list, blank=True, validators=[validate_rules]
    )  # their ids, in the order of the rule set
    is_active = models.BooleanField(_("may be used"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("treatment"), _("treatments")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["language", "translation_key"], name="treatment_once_a_language"),
            change_has_person_and_time("treatment"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def regulatory_rows(self) -> list[dict[str, str]]:
        """What a recommendation says of the rules, a country each."""
        return [status.facts for status in self.regulatory_statuses.all()] if self.pk else []


class RegulatoryStatus(models.Model):
    """What one country's authority says of a treatment, in the treatment's language, with where and when it was looked up."""

    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="regulatory_statuses")
    country = models.CharField(_("country"), max_length=2)
    status = models.TextField(_("what holds there"))
    source = models.URLField(_("source"), max_length=400, blank=True)
    checked_on = models.DateField(_("checked on"))

    class Meta:
        verbose_name, verbose_name_plural = _("regulatory status"), _("regulatory status by country")
        ordering = ["country"]
        constraints = [models.UniqueConstraint(fields=["treatment", "country"], name="regulatory_status_once_a_country")]

    def __str__(self) -> str:
        return self.country

    @property
    def facts(self) -> dict[str, str]:
        return {
            "country": self.country,
            "status": self.status,
            "source": self.source,
            "checked_on": self.checked_on.isoformat(),
        }


class Clinic(Versioned):
    name = models.CharField(_("name"), max_length=160, unique=True)
    country = models.CharField(_("country"), max_length=2)
    city = models.CharField(_("city"), max_length=80, blank=True)
    languages = models.JSONField(_("languages spoken there"), default=list, blank=True)  # codes of ISO 639-1
    accreditation = models.CharField(_("accreditation, as the clinic told us"), max_length=200, blank=True)
    accreditation_proof = models.CharField(_("where we saw the proof"), max_length=400, blank=True)
    accreditation_checked_on = models.DateField(_("proof checked on"), null=True, blank=True)
    notes = models.TextField(_("for the office only"), blank=True)
    is_active = models.BooleanField(_("may be used"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("clinic"), _("clinics")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accreditation_checked_on__isnull=True, accreditation_proof="")
                | Q(accreditation_checked_on__isnull=False) & ~Q(accreditation_proof=""),
                name="clinic_proof_has_date",
            ),
            change_has_person_and_time("clinic"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sheet(self) -> list["ClinicAnswer"]:
        """What it was asked, in the order of the question sheet."""
        return sorted(self.answers.all(), key=lambda answer: (PLACES.get(answer.question, len(PLACES)), answer.question))

    @property
    def facts(self) -> dict[str, Any]:
        """What a recommendation says of a clinic; `answers` in the order of the question sheet."""
        return {
            "name": self.name,
            "country": self.country,
            "city": self.city,
            "languages": list(self.languages),
            "accreditation": self.accreditation,
            "accreditation_proof": self.accreditation_proof,
            "accreditation_checked_on": self.accreditation_checked_on.isoformat() if self.accreditation_checked_on else "",
            "answers": [answer.facts for answer in self.sheet],
        }


class ClinicAnswer(models.Model):
    """One line of the question sheet: what we asked a clinic, what it said, and whether we saw a proof. No answer is told as such."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(_("question"), max_length=40)  # a key of quotes/clinic_questions.py
    asked_on = models.DateField(_("asked on"))
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    proof = models.CharField(_("proof we saw"), max_length=400, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("answer of a clinic"), _("question sheet")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "question"], name="clinic_answer_once"),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, answer="", proof="") | Q(answered_on__isnull=False) & ~Q(answer=""),
                name="clinic_answer_has_date_and_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinic_id} {self.question}"

    @property
    def facts(self) -> dict[str, str]:
        return {
            "question": self.question,
            "asked_on": self.asked_on.isoformat(),
            "answered_on": self.answered_on.isoformat() if self.answered_on else "",
            "answer": self.answer,
            "proof": self.proof,
        }


class Price(Versioned):
    """What a clinic told us a treatment costs: from low to high, in minor units. A record of what was said, not an offer."""

    OLD_AFTER = timedelta(days=183)
    clinic = models.ForeignKey(Clinic, verbose_name=_("clinic"), on_delete=models.CASCADE, related_name="prices")
    treatment_key = models.CharField(_("treatment"), max_length=80)  # translation_key: one price for every language
    label = models.CharField(_("what for"), max_length=160, blank=True)
    low = models.BigIntegerField(_("from"), validators=[MinValueValidator(0)])
    high = models.BigIntegerField(_("to"), validators=[MinValueValidator(0)])
    currency = models.CharField(_("currency"), max_length=3)
    quoted_on = models.DateField(_("told on"))
    excludes = models.TextField(_("what is not in it"), blank=True)
    recorded_by = models.ForeignKey(
        User, verbose_name=_("entered by"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        verbose_name, verbose_name_plural = _("price a clinic told us"), _("prices clinics told us")
        ordering = ["-quoted_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(low__gte=0, high__gte=models.F("low")), name="price_low_to_high"),
            change_has_person_and_time("price"),
        ]

    def __str__(self) -> str:
        return f"{self.clinic_id} {self.treatment_key}"

    @property
    def is_old(self) -> bool:
        """Told so long ago that the clinic must be asked again before anybody relies on it."""
        return timezone.localdate() - self.quoted_on > self.OLD_AFTER


class ExchangeRate(models.Model):
    """One unit of `base` in `quote`, as somebody read it on a day, with the source.

    Never changed: a newer rate is a new row, and so is the right one after a slip, on the same day too.
    """

    base = models.CharField(_("one unit of"), max_length=3)
    quote = models.CharField(_("is this many"), max_length=3)
    rate = models.DecimalField(
        _("rate"), max_digits=18, decimal_places=8, validators=[MinValueValidator(Decimal("0.00000001"))]
    )
    as_of = models.DateField(_("rate of"))
    source = models.CharField(_("source"), max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        User, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        verbose_name, verbose_name_plural = _("exchange rate"), _("exchange rates")
        ordering = ["-as_of", "-pk"]
        indexes = [models.Index(fields=["base", "quote", "-as_of"], name="exchange_rate_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0) & ~Q(base=models.F("quote")), name="exchange_rate_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.base} {self.quote} {self.as_of}"


class UsualLine(Versioned):
    """A cost that belongs to every option of a kind: a draft starts with these, so that none is forgotten."""

    key = models.CharField(max_length=40, blank=True, editable=False)  # of a row that came with the starter catalogue
    kind = models.CharField(_("kind of treatment"), max_length=16, choices=Treatment.Kind)
    language = models.CharField(_("language"), max_length=7, choices=settings.LANGUAGES)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    group = models.CharField(_("group"), max_length=16)  # LineItem.Group
    label = models.CharField(_("what for"), max_length=160)
    inclusion = models.CharField(_("in the price?"), max_length=12)  # LineItem.Inclusion
    is_active = models.BooleanField(_("used in new drafts"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("cost people forget"), _("costs people forget")
        ordering = ["kind", "language", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "language", "key"], condition=~Q(key=""), name="usual_line_starter_once"),
            change_has_person_and_time("usual_line"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.position}"
