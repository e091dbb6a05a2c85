"""Rows that several members of staff edit: each save counts a version up, so that two who save at once are noticed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.constraints import both_or_neither


class Versioned(models.Model):
    changed_at = models.DateTimeField(_("last saved"), null=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("last saved by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


def change_has_person_and_time(name: str) -> models.CheckConstraint:
    """Each model names it itself: a Meta with constraints of its own does not inherit any."""
    return models.CheckConstraint(
        condition=both_or_neither("changed_at", "changed_by"), name=f"{name}_change_has_person_and_time"
    )
