"""The list of recommendations, a row a version: where each stands, in a filter and in words."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from quotes import readiness
from quotes.models import Recommendation
from quotes.questions import Text
from quotes.workflow import Status


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return (("to_approve", _("waiting for approval")), ("unsent", _("not sent")), ("sent", _("sent")))

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "to_approve":
            return queryset.to_approve().filter(case__status=Status.IN_REVIEW)  # type: ignore[attr-defined]
        if self.value() in ("unsent", "sent"):
            return queryset.filter(sent_at__isnull=self.value() == "unsent")
        return queryset


def state_of(recommendation: Recommendation, *, is_stale: bool) -> tuple[str, Text]:
    """Where a version stands: a name for the page and the words. `is_stale`: it says something else than was approved."""
    if recommendation.sent_at:
        return "sent", _("sent to the patient")
    if is_stale:
        return "stale", _("changed after the approval")
    if recommendation.approved_at:
        return "approved", _("approved, not sent yet")
    if recommendation.approval_requested_at:
        return "waiting", _("waiting for approval")
    return "draft", _("draft")


class VersionList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        stale = readiness.changed_since_approval(self.result_list)
        for version in self.result_list:
            version.is_stale = version.pk in stale
