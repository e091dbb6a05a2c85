"""What readers reported. The queue that editors work through is made of these."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.models import Feedback
from portal.admin_site import ReadOnlyAdmin, in_language


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "about", "edition", "is_useful", "has_text", "is_suspect", "handled_at")
    list_filter = ("is_useful", "has_text", "is_suspect")
    fields = ("created_at", "about", "edition", "is_useful", "text", "is_suspect", "handled_at", "handled_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        rows: QuerySet[Feedback] = super().get_queryset(request)
        return rows.select_related("article__published_edition", "handled_by").defer("article__published_edition__rendered")

    @admin.display(description=_("article"))
    def about(self, report: Any) -> str:
        edition = report.article.published_edition
        return in_language(edition.title if edition else report.article.slug, report.article.language)
