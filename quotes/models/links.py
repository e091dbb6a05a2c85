"""Cases that belong together: of the same person, or about the same patient."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import EncryptedTextField, SealedModel
from portal.models import User

if TYPE_CHECKING:
    from quotes.models.case import QuoteRequest


class CaseLinkQuerySet(models.QuerySet["CaseLink"]):
    def of(self, case: "QuoteRequest") -> "CaseLinkQuerySet":
        return self.filter(Q(first=case) | Q(second=case))


class CaseLink(SealedModel):
    """One row for both sides, so that neither knows of a link that the other does not; `first` has the smaller key.

    A link opens nothing: who may read one case still may not read the other.
    """

    first = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("quotes.QuoteRequest", on_delete=models.CASCADE, related_name="+")
    why = EncryptedTextField(_("why"))
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = CaseLinkQuerySet.as_manager()

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="case_link_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="case_link_in_order"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
