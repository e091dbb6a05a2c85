"""What may go to a clinic: a summary and documents that the owner of the case has agreed to, for this one clinic."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.constraints import both_or_neither
from portal.fields import EncryptedTextField, SealedModel
from portal.models import User
from quotes.models.attachments import Attachment
from quotes.models.catalogue import Clinic
from quotes.models.people import Participant
from quotes.models.recommendation import Option


class SharingQuerySet(models.QuerySet["Sharing"]):
    def running(self) -> "SharingQuerySet":
        """Those that something can still come of."""
        return self.filter(state__in=Sharing.RUNNING)

    def shown(self) -> "SharingQuerySet":
        """To the family: all but what the office set aside before it left."""
        return self.exclude(state=Sharing.State.REPLACED)


class Sharing(SealedModel):
    """One proposal to one clinic. `summary` is the exact text that goes, and is never changed: another text is another proposal."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("the family decides")
        AGREED = "agreed", _("agreed: pass it on")
        REFUSED = "refused", _("the family said no")
        SENT = "sent", _("passed on: the clinic has to answer")
        ANSWERED = "answered", _("the clinic has answered")
        WITHDRAWN = "withdrawn", _("taken back by the family")
        REPLACED = "replaced", _("set aside by the office")

    RUNNING = (State.PROPOSED, State.AGREED, State.SENT)

    class Outcome(models.TextChoices):
        ACCEPTS = "accepts", _("accepts the patient")
        NEEDS_MORE = "needs_more", _("needs more before it can say")
        DECLINES = "declines", _("declines")

    case = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="sharings")
    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="+")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PROPOSED)
    language = models.CharField(_("language of the summary"), max_length=7, choices=settings.LANGUAGES)
    summary = EncryptedTextField(_("summary for the clinic"))
    names_patient = models.BooleanField(_("says the patient's name"), default=False)
    gives_contact = models.BooleanField(_("says how to reach the family"), default=False)
    documents = models.ManyToManyField(Attachment, through="SharedDocument", related_name="+")
    submission_id = models.UUIDField(unique=True, null=True, editable=False)  # the same form, sent twice, is one proposal
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    consent_text = EncryptedTextField(blank=True)  # word for word, with the clinic's name, as it was read
    consent_kind = models.CharField(max_length=40, blank=True)
    consent_version = models.PositiveIntegerField(null=True)
    consent_language = models.CharField(max_length=7, blank=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(Participant, null=True, on_delete=models.CASCADE, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(Participant, null=True, on_delete=models.CASCADE, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Participant, null=True, on_delete=models.CASCADE, related_name="+")
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)  # the papers left this site for the first time
    sent_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("the clinic's answer"), max_length=10, choices=Outcome, blank=True)
    answered_on = models.DateField(_("answered on"), null=True)
    answer = EncryptedTextField(_("what the clinic said, for the family"), blank=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = SharingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("papers for a clinic"), _("papers for clinics")
        ordering = ["-proposed_at"]
        indexes = [models.Index(fields=["state", "sent_at"], name="sharing_waits")]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=("proposed", "agreed", "sent")), name="sharing_one_runs"
            ),
            models.CheckConstraint(
                condition=both_or_neither("proposed_at", "proposed_by"), name="sharing_proposal_has_person_and_time"
            ),
            models.CheckConstraint(
                condition=both_or_neither("agreed_at", "agreed_by"), name="sharing_agreement_has_person_and_time"
            ),
            models.CheckConstraint(
                condition=both_or_neither("refused_at", "refused_by"), name="sharing_refusal_has_person_and_time"
            ),
            models.CheckConstraint(
                condition=both_or_neither("withdrawn_at", "withdrawn_by"), name="sharing_withdrawal_has_person_and_time"
            ),
            models.CheckConstraint(
                condition=both_or_neither("replaced_at", "replaced_by"), name="sharing_replacing_has_person_and_time"
            ),
            models.CheckConstraint(condition=both_or_neither("sent_at", "sent_by"), name="sharing_sending_has_person_and_time"),
            models.CheckConstraint(
                condition=both_or_neither("recorded_at", "recorded_by"), name="sharing_answer_has_person_and_time"
            ),
            models.CheckConstraint(
                condition=Q(recorded_at__isnull=True, answered_on__isnull=True, outcome="")
                | Q(recorded_at__isnull=False, answered_on__isnull=False) & ~Q(outcome=""),
                name="sharing_answer_is_whole",
            ),
            # nothing leaves without an agreement that holds its text
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(agreed_at__isnull=False), name="sharing_sent_after_agreement"
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, consent_version__isnull=True)
                | Q(agreed_at__isnull=False, consent_version__isnull=False),
                name="sharing_agreement_has_text",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", agreed_at__isnull=True, refused_at__isnull=True, withdrawn_at__isnull=True)
                | Q(state="agreed", agreed_at__isnull=False, sent_at__isnull=True, withdrawn_at__isnull=True)
                | Q(state="refused", refused_at__isnull=False, agreed_at__isnull=True)
                | Q(state="sent", sent_at__isnull=False, withdrawn_at__isnull=True)
                | Q(state="answered", recorded_at__isnull=False, sent_at__isnull=False)
                | Q(state="withdrawn", withdrawn_at__isnull=False, agreed_at__isnull=False)
                | Q(state="replaced", replaced_at__isnull=False, sent_at__isnull=True),
                name="sharing_state_is_what_happened",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SharedDocument(models.Model):
    """A document that was proposed for a clinic, and whether the owner agreed to this one."""

    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="shared_documents")
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="+")
    is_agreed = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["sharing", "attachment"], name="shared_document_once")]

    def __str__(self) -> str:
        return str(self.pk)
