"""Files that belong to a case: letters, scans, lists. The row says what and whose; the file lies sealed beside the database."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import EncryptedTextField, SealedModel
from portal.models import User
from quotes.filetypes import KINDS, Kind


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def present(self) -> "AttachmentQuerySet":
        """Those that nobody has removed; a file that the scanner refused is among them, so that it can be said."""
        return self.filter(removed_at__isnull=True)

    def kept(self) -> "AttachmentQuerySet":
        """Those whose content we have."""
        return self.present().exclude(state=Attachment.State.REFUSED)

    def from_family(self) -> "AttachmentQuerySet":
        return self.filter(added_by_user__isnull=True)

    def from_office(self) -> "AttachmentQuerySet":
        return self.filter(added_by_user__isnull=False)

    def note_opened(self) -> None:
        self.filter(opened_at__isnull=True).update(opened_at=timezone.now())

    def to_scan(self) -> "AttachmentQuerySet":
        return self.present().filter(state__in=(Attachment.State.PENDING, Attachment.State.UNSCANNED))


class Attachment(SealedModel):
    """One file. `stored_as` is its random name in the folder, `file_key` opens it; both lead nowhere once it is removed."""

    class Slot(models.TextChoices):
        DISCHARGE_LETTER = "discharge_letter", _("Discharge letter")
        SCAN_REPORT = "scan_report", _("Report of a brain scan (CT or MRI)")
        IMAGES = "images", _("The scan images")
        BLOOD_TESTS = "blood_tests", _("Blood tests")
        MEDICINE_LIST = "medicine_list", _("List of medicines")
        REHAB_REPORT = "rehab_report", _("Report of a therapist or rehabilitation")
        ECG = "ecg", _("Heart tests (ECG, echo)")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        PENDING = "pending", _("waits for the virus scanner")
        CLEAN = "clean", _("scanned: no virus found")
        UNSCANNED = "unscanned", _("not scanned: no virus scanner is set up")
        REFUSED = "refused", _("refused by the virus scanner, and deleted")

    case = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="attachments")
    # the message it came with, if it came with one
    message = models.ForeignKey("quotes.Message", null=True, on_delete=models.CASCADE, related_name="attachments")
    slot = models.CharField(_("which record"), max_length=20, choices=Slot)
    name = EncryptedTextField(_("name"), blank=True)
    kind = models.CharField(_("kind of file"), max_length=12, choices=[(kind.key, kind.label) for kind in KINDS.values()])
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = EncryptedTextField(blank=True)  # sealed: who has the very same letter must not find it by its digest
    stored_as = models.CharField(max_length=32, unique=True, editable=False)
    file_key = EncryptedTextField(blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State)
    scanned_at = models.DateTimeField(null=True)  # when the scanner last answered, whatever it said
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    # nobody of these while the request is a draft: nobody has a name yet
    added_by_participant = models.ForeignKey("quotes.Participant", null=True, on_delete=models.CASCADE, related_name="+")
    added_by_user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)  # first opened by the other side: what was read is not taken away any more
    removed_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("file"), _("files")
        ordering = ["added_at", "pk"]
        indexes = [models.Index(fields=["state", "scanned_at"], name="attachment_to_scan")]
        constraints = [
            models.CheckConstraint(
                condition=Q(added_by_user__isnull=True) | Q(added_by_participant__isnull=True), name="attachment_one_author"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_has_content"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def file_kind(self) -> Kind:
        return KINDS[self.kind]

    @property
    def is_refused(self) -> bool:
        return self.state == self.State.REFUSED

    @property
    def is_from_office(self) -> bool:
        return self.added_by_user_id is not None

    @property
    def may_be_removed(self) -> bool:
        """By the family: until somebody at the office has worked with it. What the office sent is not theirs to remove."""
        return self.opened_at is None and self.removed_at is None and not self.is_from_office

    @property
    def may_be_taken_back(self) -> bool:
        """By staff: what they sent, until somebody of the family has opened it."""
        return self.opened_at is None and self.removed_at is None and self.is_from_office
