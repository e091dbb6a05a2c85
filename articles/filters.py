"""The filters of the editors' list; the desk counts by the same rules."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import due
from articles.models import Article, EasyRead


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("online", _("online")),
            ("waiting", _("online, newer draft waiting")),
            ("dead", _("online, a link leads nowhere")),
            ("draft", _("never published")),
            ("scheduled", _("goes online at a time")),
            ("held", _("held back at its time")),
            ("offline", _("taken offline")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Article]:
        match self.value():
            case "online":
                return queryset.filter(due.ONLINE)
            case "waiting":
                return queryset.filter(retired_at__isnull=True, published_edition__number__lt=F("latest_number"))
            case "dead":
                return queryset.filter(due.ONLINE, has_dead_links=True)
            case "draft":
                return queryset.filter(published_edition__isnull=True)
            case "scheduled":
                return queryset.filter(publish_at__isnull=False)
            case "held":
                return queryset.held_back()
            case "offline":
                return queryset.filter(retired_at__isnull=False)
        return queryset


class BehindFilter(admin.SimpleListFilter):
    title, parameter_name = _("its article"), "behind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("says something newer"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[EasyRead]:
        return queryset.behind() if self.value() == "yes" else queryset


class ReviewFilter(admin.SimpleListFilter):
    title, parameter_name = _("medical review"), "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("never", _("never reviewed")),
            ("overdue", _("overdue")),
            ("soon", _("due within 30 days")),
            ("current", _("reviewed, not due")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        match self.value():
            case "never":
                return queryset.filter(retired_at__isnull=True, reviewed_on__isnull=True)
            case "overdue":
                return queryset.filter(due.overdue())
            case "soon":
                return queryset.filter(due.soon())
            case "current":
                return queryset.filter(reviewed_on__isnull=False, next_review_on__gt=timezone.localdate() + due.SOON)
        return queryset
