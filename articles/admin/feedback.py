"""What readers reported. The queue that editors work through is made of these."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.models import Feedback
from portal import audit
from portal.admin_site import ReadOnlyAdmin, in_language, member


class HandledFilter(admin.SimpleListFilter):
    """Words that wait for somebody. A yes or no alone waits for nothing."""

    title, parameter_name = _("dealt with"), "handled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("not yet")), ("yes", _("yes"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Feedback]:
        if self.value() == "no":
            return queryset.waiting()
        return queryset.filter(handled_at__isnull=False) if self.value() == "yes" else queryset


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "about", "edition", "is_useful", "has_text", "is_suspect", "handled_at")
    list_filter = (HandledFilter, "is_useful", "has_text", "is_suspect")
    actions = ("mark_handled",)
    fields = ("created_at", "about", "edition", "is_useful", "text", "is_suspect", "handled_at", "handled_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        rows: QuerySet[Feedback] = super().get_queryset(request)
        return rows.select_related("article__published_edition", "handled_by").defer("article__published_edition__rendered")

    @admin.display(description=_("article"))
    def about(self, report: Any) -> str:
        edition = report.article.published_edition
        return in_language(edition.title if edition else report.article.slug, report.article.language)

    @admin.action(description=_("Mark as dealt with"), permissions=["view"])
    def mark_handled(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> None:
        with transaction.atomic():
            chosen = list(queryset.filter(handled_at__isnull=True).values_list("pk", flat=True))
            count = Feedback.objects.filter(pk__in=chosen, handled_at__isnull=True).update(
                handled_at=timezone.now(), handled_by=member(request)
            )
            for row_id in chosen:
                audit.record("mark dealt with", by=member(request), object=f"articles.feedback {row_id}")
        said = ngettext("%(count)d report is dealt with.", "%(count)d reports are dealt with.", count) % {"count": count}
        messages.success(request, said)
