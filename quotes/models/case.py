"""The case itself, what the rules raised on it, what was agreed to, and its timeline."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.constraints import both_or_neither
from portal.fields import EncryptedJSONField, EncryptedTextField, SealedModel
from portal.models import User
from portal.roles import CLINICAL_REVIEWER, COORDINATOR, MANAGER
from quotes.workflow import UNFINISHED, ClosingReason, ContactStop, Status

if TYPE_CHECKING:
    from quotes.models.people import Participant

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DRAFT_LIFE = timedelta(days=30)
NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # when nothing is due: after everything that is, in one column that an index can hold

# new, in review, or with our clock running: a message after a recommendation waits for us too
WAITS_FOR_US = Q(status__in=(Status.SUBMITTED, Status.IN_REVIEW)) | Q(due_at__isnull=False)
WAITS_FOR_PATIENT = Q(status__in=(Status.AWAITING_PATIENT, Status.RECOMMENDED), due_at__isnull=True)


# days of silence: after which the family is reminded once, staff are told, and closing is offered
REMIND_FAMILY, TELL_STAFF, OFFER_CLOSING = 7, 14, 30


def silent_since(days: int) -> Q:
    """It has been the family's turn for so long. Those who asked for no contact are left in peace."""
    return WAITS_FOR_PATIENT & Q(waiting_since__lte=timezone.now() - timedelta(days=days), contact_stopped_at__isnull=True)


def new_reference() -> str:
    """`RG-7K3F-92QX`: 40 random bits in Crockford's alphabet. Names a case between people; opens nothing."""
    letters = "".join(secrets.choice(CROCKFORD) for _ in range(8))
    return f"RG-{letters[:4]}-{letters[4:]}"


class QuoteRequestQuerySet(models.QuerySet["QuoteRequest"]):
    def sent(self) -> "QuoteRequestQuerySet":
        return self.exclude(status=Status.DRAFT)

    def of_somebody(self) -> "QuoteRequestQuerySet":
        """Sent, and not yet made a figure for the reports."""
        return self.sent().filter(anonymised_at__isnull=True)

    def waiting_for_us(self) -> "QuoteRequestQuerySet":
        return self.filter(WAITS_FOR_US)

    def waiting_for_patient(self) -> "QuoteRequestQuerySet":
        return self.filter(WAITS_FOR_PATIENT, turn_at=NEVER)

    def silent_for(self, days: int) -> "QuoteRequestQuerySet":
        return self.filter(silent_since(days))

    def overdue(self) -> "QuoteRequestQuerySet":
        return self.due_before(timezone.now())

    def due_before(self, moment: datetime) -> "QuoteRequestQuerySet":
        """By the column that the queue is sorted by, so that the index which sorts also finds where to stop."""
        return self.filter(turn_at__lt=moment)

    def listed_for(self, user: User) -> "QuoteRequestQuerySet":
        """Rows of the queue: all of them, for those who care for cases."""
        return self.of_somebody() if user.in_role(COORDINATOR, CLINICAL_REVIEWER, MANAGER) else self.none()

    def visible_to(self, user: User) -> "QuoteRequestQuerySet":
        """Cases this person may open. A coordinator: own and unassigned ones (a colleague's by taking over)."""
        readable = self.of_somebody().filter(health_withdrawn_at__isnull=True)
        if user.in_role(MANAGER, CLINICAL_REVIEWER):
            return readable
        if user.in_role(COORDINATOR):
            return readable.filter(Q(coordinator=user) | Q(coordinator__isnull=True))
        return self.none()


class QuoteRequest(SealedModel):
    """One request for a quote, and everything that follows from it: in texts "the case"."""

    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    closing_reason = models.CharField(_("closing reason"), max_length=20, choices=ClosingReason, blank=True)
    language = models.CharField(_("language"), max_length=7, choices=settings.LANGUAGES)
    country = models.CharField(_("country"), max_length=2, blank=True)
    coordinator = models.ForeignKey(
        User, verbose_name=_("coordinator"), on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    answers = EncryptedJSONField(default=dict)  # question key → answer, as quotes/questions.py defines them
    rules_version = models.CharField(_("rule set"), max_length=20, blank=True)
    way = models.CharField(max_length=5, blank=True, editable=False)  # short or whole: how it was filled in
    source_article = models.CharField(_("came from article"), max_length=80, blank=True)  # its translation key
    is_suspect = models.BooleanField(_("suspect (may be a machine)"), default=False)
    created_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last change"), default=timezone.now)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)
    due_at = models.DateTimeField(_("our next step is due"), null=True, blank=True)
    turn_at = models.GeneratedField(
        expression=Coalesce("due_at", Value(NEVER)), output_field=models.DateTimeField(), db_persist=True, editable=False
    )
    first_answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_option = models.ForeignKey("quotes.Option", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("next step confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened for a caller"), null=True, blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reminders_sent = models.PositiveSmallIntegerField(_("reminders to confirm the address"), default=0)
    reminded_at = models.DateTimeField(_("last reminder"), null=True, blank=True)
    waiting_since = models.DateTimeField(_("the family's turn since"), null=True, blank=True, editable=False)
    nudged_at = models.DateTimeField(_("reminded that we wait"), null=True, blank=True, editable=False)
    contact_stopped_at = models.DateTimeField(_("all contact stopped"), null=True, blank=True, editable=False)
    contact_stop_reason = models.CharField(_("why contact is stopped"), max_length=8, choices=ContactStop, blank=True)
    health_withdrawn_at = models.DateTimeField(null=True, editable=False)  # since then nobody of the office opens the answers
    anonymised_at = models.DateTimeField(null=True, editable=False)  # since then it is a figure, and nobody's case
    # what the queue asks of every open case: quotes/marks.py keeps the first two in step with flags and people
    has_red_flag = models.BooleanField(default=False, editable=False)
    is_unreachable = models.BooleanField(default=False, editable=False)
    family_answered_at = models.DateTimeField(null=True, editable=False)  # last, as quotes/workflow.py counts answers
    version = models.PositiveIntegerField(default=1)

    # whom the news of the last verb reached, set by core.tell_family; not a column
    news_reached: str = ""

    objects = QuoteRequestQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("case"), _("cases")
        ordering = ["-submitted_at"]
        indexes = [
            # Open cases are few, whatever the archive holds. In the queue's order, with what its filters ask for behind it:
            # every page, filter and count of open cases is answered from this index alone (bench/staff_queue.py).
            models.Index(
                fields=[
                    "turn_at",
                    "submitted_at",
                    "id",
                    "status",
                    "coordinator",
                    "due_at",
                    "language",
                    "country",
                    "is_suspect",
                    "anonymised_at",
                ],
                condition=Q(status__in=UNFINISHED),
                name="case_queue",
            ),
            models.Index(
                fields=["coordinator", "turn_at", "submitted_at", "id", "status", "due_at", "anonymised_at"],
                condition=Q(status__in=UNFINISHED),
                name="case_mine",
            ),
            *(
                models.Index(
                    fields=["turn_at", "submitted_at", "id", "status", "coordinator", "language", "country", "anonymised_at"],
                    condition=Q(status__in=UNFINISHED, **{mark: True}),
                    name=name,
                )
                for mark, name in (
                    ("has_red_flag", "case_red"),
                    ("is_unreachable", "case_unreachable"),
                    ("is_suspect", "case_suspect"),
                )
            ),
            models.Index(
                fields=["family_answered_at", "turn_at", "submitted_at", "id", "status", "coordinator", "anonymised_at"],
                condition=Q(status__in=UNFINISHED, family_answered_at__isnull=False),
                name="case_answered",
            ),
            models.Index(fields=["-submitted_at", "-id"], condition=~Q(status=Status.DRAFT), name="case_newest"),
            models.Index(fields=["-submitted_at", "-id"], condition=Q(status=Status.CLOSED), name="case_archive"),
            models.Index(fields=["updated_at"], condition=Q(status=Status.DRAFT), name="case_drafts"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status="draft") | Q(submitted_at__isnull=False), name="case_sent_has_time"),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) & ~Q(closing_reason="")
                | ~Q(status="closed") & Q(closed_at__isnull=True, closing_reason=""),
                name="case_closed_has_time_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(contact_stopped_at__isnull=True, contact_stop_reason="")
                | Q(contact_stopped_at__isnull=False) & ~Q(contact_stop_reason=""),
                name="case_contact_stop_has_reason",
            ),
            models.CheckConstraint(
                condition=both_or_neither("accepted_at", "accepted_option"), name="case_accepted_has_option"
            ),
            models.CheckConstraint(
                condition=both_or_neither("confirmed_at", "confirmed_by"), name="case_confirmation_has_person_and_time"
            ),
            models.CheckConstraint(
                condition=both_or_neither("opened_at", "opened_by"), name="case_opening_has_person_and_time"
            ),
            models.CheckConstraint(
                condition=Q(status="closed") | Q(health_withdrawn_at__isnull=True, anonymised_at__isnull=True),
                name="case_nobody_opens_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def lock(self) -> None:
        """Read the row again and hold it until the transaction ends: what is checked after this stays true. Drops unsaved changes."""
        self.refresh_from_db(from_queryset=QuoteRequest.objects.select_for_update())

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def owner(self) -> "Participant | None":
        return next((p for p in self.participants.all() if p.role == "owner" and p.revoked_at is None), None)

    @property
    def papers(self) -> set[str]:
        """Which kinds of documents are here, by their slots; a file that the scanner refused is not."""
        return {file.slot for file in self.attachments.all() if file.removed_at is None and not file.is_refused}


class SearchKey(models.Model):
    """A keyed digest by which a case is found: exact e-mail, a word of a name, the digits of a phone number; or who the patient is."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        NAME = "name"
        PHONE = "phone"
        PATIENT = "patient"  # whole name and year of birth

    case = models.ForeignKey(QuoteRequest, on_delete=models.CASCADE, related_name="search_keys")
    kind = models.CharField(max_length=7, choices=Kind)
    digest = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind", "digest"], name="search_key_once")]
        indexes = [models.Index(fields=["kind", "digest", "-id", "case"], name="search_key_newest")]

    def __str__(self) -> str:
        return str(self.pk)


class FlagQuerySet(models.QuerySet["Flag"]):
    def uncleared(self) -> "FlagQuerySet":
        return self.filter(cleared_at__isnull=True)

    def blocking(self) -> "FlagQuerySet":
        """Emergency and red flags stop a recommendation until a clinical reviewer has cleared them in writing."""
        return self.uncleared().filter(level__in=Flag.BLOCKING)


class Flag(SealedModel):
    """What a rule raised on a case, with the answer that raised it."""

    class Level(models.TextChoices):
        EMERGENCY = "E", _("emergency")
        RED = "R", _("red: a clinician must clear it")
        AMBER = "A", _("amber: to be dealt with")
        INFORMATION = "i", _("information missing")

    BLOCKING = (Level.EMERGENCY, Level.RED)

    case = models.ForeignKey(QuoteRequest, on_delete=models.CASCADE, related_name="flags")
    rule_id = models.CharField(_("rule"), max_length=40)
    level = models.CharField(_("level"), max_length=1, choices=Level)
    rules_version = models.CharField(_("rule set"), max_length=20)
    question = models.CharField(_("question"), max_length=40)
    answer = EncryptedTextField(blank=True)  # as it was shown then, in the language of who answered: to read, not to compare
    raised_at = models.DateTimeField(default=timezone.now)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    clearance = EncryptedTextField(blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("flag"), _("flags")
        constraints = [
            # a cleared flag stays as history; the rule may raise a new one when an answer is corrected
            models.UniqueConstraint(fields=["case", "rule_id"], condition=Q(cleared_at__isnull=True), name="flag_open_once"),
            models.CheckConstraint(
                condition=both_or_neither("cleared_at", "cleared_by"), name="flag_clearance_has_person_and_time"
            ),
        ]
        indexes = [
            models.Index(fields=["case"], condition=Q(cleared_at__isnull=True, level__in=("E", "R")), name="flag_to_clear"),
            models.Index(fields=["case"], condition=Q(cleared_at__isnull=True, level="E"), name="flag_emergency"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.rule_id}"


class AnswerChange(SealedModel):
    """What answers were before somebody of the family corrected or completed them. The newest are the case's own."""

    case = models.ForeignKey(QuoteRequest, on_delete=models.CASCADE, related_name="answer_changes")
    before = EncryptedJSONField(default=dict)  # question key → the answer until then; None where there was none
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey("quotes.Participant", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["-recorded_at"]
        indexes = [models.Index(fields=["case", "-recorded_at"], name="answer_change_newest")]

    def __str__(self) -> str:
        return str(self.pk)


class RuleSetApproval(models.Model):
    """A stroke physician's signature under one version of the safety rules. Without one, staff read "not clinically signed"."""

    version = models.CharField(_("rule set"), max_length=20, unique=True)
    approved_by = models.CharField(_("approved by"), max_length=120)
    credentials = models.CharField(_("credentials"), max_length=200)
    approved_on = models.DateField(_("approved on"))
    recorded_by = models.ForeignKey(
        User, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("approval of a rule set"), _("approvals of rule sets")

    def __str__(self) -> str:
        return self.version


class ConsentText(models.Model):
    """One version of the text that somebody agrees to. Never changed: a new wording is a new version."""

    kind = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=7, choices=settings.LANGUAGES)
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version", "language"], name="consent_text_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version} {self.language}"


class Consent(SealedModel):
    """That somebody agreed to an exact text, in which role and when. No address is kept."""

    case = models.ForeignKey(QuoteRequest, on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("given as"), max_length=20, blank=True)
    # read aloud to a caller, who agreed: by whom; empty when the person ticked the box
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        ordering = ["given_at"]
        constraints = [  # one that was withdrawn stays; agreeing again is a row of its own
            models.UniqueConstraint(fields=["case", "text"], condition=Q(withdrawn_at__isnull=True), name="consent_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Event(SealedModel):
    """One line of a case's timeline, written by the action that made it happen. `data` holds no health content."""

    case = models.ForeignKey(QuoteRequest, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=40)  # a verb of quotes/workflow.py, or a word of quotes/timeline.py
    at = models.DateTimeField(default=timezone.now)
    by_user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_participant = models.ForeignKey("quotes.Participant", null=True, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at"]
        indexes = [
            models.Index(fields=["case", "at"], name="event_timeline"),
            models.Index(fields=["at", "case"], condition=Q(by_participant__isnull=False), name="event_from_family"),
        ]

    def __str__(self) -> str:
        return self.kind
