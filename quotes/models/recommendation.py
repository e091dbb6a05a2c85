"""The recommendation a patient receives: options with line items. Immutable once sent."""

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.constraints import both_or_neither
from portal.fields import EncryptedJSONField, EncryptedTextField, SealedModel
from portal.models import User
from quotes import rules
from quotes.models.catalogue import Clinic, Treatment
from quotes.questions import Text
from quotes.workflow import NotAllowed


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def sent(self) -> "RecommendationQuerySet":
        return self.filter(sent_at__isnull=False)

    def to_approve(self) -> "RecommendationQuerySet":
        return self.filter(approval_requested_at__isnull=False, approved_at__isnull=True, sent_at__isnull=True)


class Recommendation(SealedModel):
    """One version of what the office recommends. A correction is a new version that supersedes this one."""

    case = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="recommendations")
    number = models.PositiveIntegerField(_("version"), default=1)
    supersedes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by")
    revision_reason = EncryptedTextField(_("why there is a new version"), blank=True)
    language = models.CharField(_("language"), max_length=7, choices=settings.LANGUAGES)
    summary = EncryptedTextField(_("our recommendation in plain words"), blank=True)
    advise_against = models.BooleanField(
        _("we advise against a procedure"), default=False, help_text=_("A good “no” is an answer. Give the reasons below.")
    )
    against_reasons = EncryptedTextField(_("why we advise against it"), blank=True)
    could_change = EncryptedTextField(_("what could change that"), blank=True)
    alternatives = EncryptedTextField(_("what helps instead"), blank=True)
    elsewhere = EncryptedTextField(_("where else to turn"), blank=True)
    # ids of rules: what an open amber flag warns of, told to the patient instead of being resolved
    carried_flags = EncryptedJSONField(_("warnings we tell the patient"), default=list, blank=True)
    commission = EncryptedTextField(_("how we are paid for this"), blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    # the family's own currency beside it; the rate is copied from the table, so that what was sent stays as it was
    second_currency = models.CharField(_("the family's currency"), max_length=3, blank=True)
    rate = models.DecimalField(_("one unit in the family's currency"), max_digits=18, decimal_places=8, null=True, blank=True)
    rate_as_of = models.DateField(_("rate of"), null=True, blank=True)
    rate_source = models.CharField(_("source of the rate"), max_length=200, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User, verbose_name=_("drafted by"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    approval_requested_at = models.DateTimeField(_("sent for approval"), null=True, editable=False)
    approval_requested_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    approved_digest = models.CharField(max_length=64, blank=True, editable=False)
    # ids of editions behind an option that no clinician had reviewed: the approver ticked that they know
    approved_unreviewed = models.JSONField(default=list, editable=False)
    approval_reason = EncryptedTextField(blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent to the patient"), null=True, editable=False)
    sent_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    first_read_at = models.DateTimeField(null=True, editable=False)
    lock_version = models.PositiveIntegerField(default=1, editable=False)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("recommendation"), _("recommendations")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="recommendation_version"),
            *(
                models.CheckConstraint(
                    condition=both_or_neither(f"{verb}_at", f"{verb}_by"),
                    name=f"recommendation_{verb}_has_person_and_time",
                )
                for verb in ("approval_requested", "approved", "sent")
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(approved_at__isnull=False), name="recommendation_sent_was_approved"
            ),
            models.CheckConstraint(
                condition=Q(second_currency="", rate__isnull=True, rate_as_of__isnull=True)
                | ~Q(second_currency="") & Q(rate__gt=0, rate_as_of__isnull=False) & ~Q(rate_source=""),
                name="recommendation_rate_has_date_and_source",
            ),
        ]
        indexes = [
            models.Index(
                fields=["approval_requested_at", "case"],
                condition=Q(approval_requested_at__isnull=False, approved_at__isnull=True, sent_at__isnull=True),
                name="recommendation_to_approve",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None

    @property
    def warnings(self) -> list[Text]:
        """What the answers warn of and this recommendation carries, in the words of the rules."""
        return [rules.reason_of(key) for key in self.carried_flags]


class SentOnce(models.Model):
    """Rows of a recommendation: they cannot change once it is sent."""

    class Meta:
        abstract = True

    def owning_recommendation(self) -> Recommendation:
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.owning_recommendation().is_sent:
            raise NotAllowed(_("This recommendation was sent. Make a new version to change it."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.owning_recommendation().is_sent:
            raise NotAllowed(_("This recommendation was sent. Make a new version to change it."))
        return super().delete(*args, **kwargs)


class Option(SealedModel, SentOnce):
    """One way forward. What the catalogue says of treatment and clinic is copied when it is saved: what was sent stays as it was."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    treatment = models.ForeignKey(Treatment, verbose_name=_("treatment"), on_delete=models.PROTECT, related_name="+")
    clinic = models.ForeignKey(
        Clinic, verbose_name=_("clinic"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    title = EncryptedTextField(_("title"))
    description = EncryptedTextField(_("what it would mean for this person"), blank=True)
    kind = models.CharField(max_length=16, choices=Treatment.Kind, editable=False)
    evidence_labels = models.CharField(max_length=7, editable=False)
    risks = EncryptedTextField(editable=False, blank=True)
    regulatory_status = EncryptedTextField(editable=False, blank=True)
    # a country each, as RegulatoryStatus.facts says it; the catalogue is no secret, so this one is plain
    regulatory_rows = models.JSONField(default=list, editable=False)
    checked_on = models.DateField(editable=False)
    clinic_facts = EncryptedJSONField(default=dict, editable=False)  # what the clinic's row said: Clinic.facts

    class Meta:
        verbose_name, verbose_name_plural = _("option"), _("options")
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.pk)

    def owning_recommendation(self) -> Recommendation:
        return self.recommendation

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Takes over what is known of the treatment and the clinic, as it stands today."""
        self.kind = self.treatment.kind
        self.evidence_labels = self.treatment.evidence_labels
        self.risks = self.treatment.risks
        self.regulatory_status = self.treatment.regulatory_status
        self.regulatory_rows = self.treatment.regulatory_rows
        self.checked_on = self.treatment.checked_on
        self.clinic_facts = self.clinic.facts if self.clinic else {}
        super().save(*args, **kwargs)

    @property
    def is_procedure(self) -> bool:
        return self.kind == Treatment.Kind.PROCEDURE

    @property
    def is_unapproved(self) -> bool:
        """Labels D, E and W outside a registered trial: the patient is told, and the clinical reviewer writes why it is offered."""
        return self.kind != Treatment.Kind.TRIAL and bool(set(self.evidence_labels) & set("DEW"))

    @property
    def needs_reflection(self) -> bool:
        """Options labelled C, D, E or W wait for the reflection period before they can be accepted."""
        return bool(set(self.evidence_labels) & set("CDEW"))


class LineItem(SealedModel, SentOnce):
    """One cost of an option: an estimate from low to high, in minor units of the recommendation's currency."""

    class Group(models.TextChoices):
        MEDICAL = "medical", _("Medical")
        REHABILITATION = "rehabilitation", _("Rehabilitation")
        PEOPLE = "people", _("People")
        TRAVEL = "travel", _("Travel")
        SAFETY_NET = "safety_net", _("Safety net")
        OUR_FEE = "our_fee", _("Our fee")

    class Inclusion(models.TextChoices):
        INCLUDED = "included", _("included")
        EXCLUDED = "excluded", _("not included")
        MAY_BE_ADDED = "may_be_added", _("may be added")

    class Source(models.TextChoices):
        QUOTED = "quoted", _("quoted by the clinic")
        ESTIMATE = "estimate", _("our estimate")
        UNKNOWN = "unknown", _("not known yet")

    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="line_items")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    group = models.CharField(_("group"), max_length=16, choices=Group)
    label = EncryptedTextField(_("what for"))
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1, validators=[MinValueValidator(1)])
    low = models.BigIntegerField(_("low, each"), null=True, blank=True)
    likely = models.BigIntegerField(_("likely, each"), null=True, blank=True)
    high = models.BigIntegerField(_("high, each"), null=True, blank=True)
    inclusion = models.CharField(_("in the price?"), max_length=12, choices=Inclusion, default=Inclusion.INCLUDED)
    source = models.CharField(_("how we know"), max_length=8, choices=Source, default=Source.ESTIMATE)
    quoted_on = models.DateField(_("quoted on"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("line"), _("lines")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source="unknown", low__isnull=True, likely__isnull=True, high__isnull=True)
                | ~Q(source="unknown") & Q(low__isnull=False, likely__isnull=False, high__isnull=False),
                name="line_amounts_unless_unknown",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(low__gte=0, likely__gte=models.F("low"), high__gte=models.F("likely")),
                name="line_low_likely_high",
            ),
            models.CheckConstraint(condition=~Q(source="quoted") | Q(quoted_on__isnull=False), name="line_quoted_has_date"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def owning_recommendation(self) -> Recommendation:
        return self.option.recommendation
