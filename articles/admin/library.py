"""Words, trials and easy reading. What is saved here is on the public pages at once, and the starter library leaves it alone."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles import editions, search_index
from articles.filters import BehindFilter
from articles.forms import EasyReadForm
from articles.models import ClinicalTrial, EasyRead, GlossaryTerm, TrialSummary
from portal.admin_site import in_language
from portal.versioned_admin import VersionedAdmin


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(VersionedAdmin):
    list_display = ("shown_term", "language", "translation_key")
    list_filter = ("language",)
    search_fields = ("term", "also", "definition", "translation_key")
    fields = ("language", "translation_key", "term", "also", "definition")
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("language", "translation_key") if obj else ()  # texts point to it by this key

    @admin.display(description=_("word"), ordering="term")
    def shown_term(self, term: GlossaryTerm) -> str:
        return in_language(term.term, term.language)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        search_index.keep(obj)
        editions.render_again(mentioning=f"(term:{obj.translation_key})", language=obj.language)


@admin.register(ClinicalTrial)
class ClinicalTrialAdmin(VersionedAdmin):
    list_display = ("key", "name", "people", "route", "comparison", "outcome", "certainty")
    list_filter = ("outcome", "comparison", "route", "certainty")
    search_fields = ("key", "name", "registry_id")
    fieldsets = (
        (None, {"fields": ("key", "name", "registry_id", "phase", "status")}),
        (_("Was it a fair test?"), {"fields": ("design", "is_randomised", "comparison")}),
        (_("People"), {"fields": ("people", "people_are_planned", "people_with_cells", "people_without", "stroke", "stage",
                                  "time_since_stroke")}),
        (_("Treatment"), {"fields": ("cells", "cells_in_detail", "donor", "dose", "route")}),
        (_("What was found"), {"fields": ("main_goal", "outcome", "main_result", "harms")}),
        (_("How sure we are"), {"fields": ("certainty", "sources")}),
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("key",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        search_index.keep(obj)
        editions.render_again(mentioning=f"trial {obj.key}")


@admin.register(TrialSummary)
class TrialSummaryAdmin(VersionedAdmin):
    list_display = ("trial", "shown_title", "language")
    list_filter = ("language",)
    search_fields = ("trial__key", "trial__name", "title", "summary")
    list_select_related = ("trial",)
    fields = ("trial", "language", "title", "summary", "meaning", "public_page")
    readonly_fields = ("public_page",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("trial", "language", *self.readonly_fields) if obj else self.readonly_fields

    @admin.display(description=_("title"), ordering="title")
    def shown_title(self, words: TrialSummary) -> str:
        return in_language(words.title, words.language)

    @admin.display(description=_("public page"))
    def public_page(self, words: TrialSummary) -> SafeString | str:
        if words.pk is None:
            return "–"
        with translation.override(words.language):
            return link(reverse("articles:trial", args=[words.trial.key]))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        search_index.keep(obj)
        editions.render_again(mentioning=f"trial {obj.trial.key}", language=obj.language)


@admin.register(EasyRead)
class EasyReadAdmin(VersionedAdmin):
    form = EasyReadForm
    list_display = ("shown_title", "language", "article_key", "shortens")
    list_filter = ("article__language", BehindFilter)
    search_fields = ("title", "body", "article__translation_key")
    fields = ("article", "title", "body", "shortens", "compared", "public_page")
    readonly_fields = ("shortens", "public_page")

    def get_queryset(self, request: HttpRequest) -> QuerySet[EasyRead]:
        rows: QuerySet[EasyRead] = super().get_queryset(request)
        return rows.select_related("article__published_edition").defer("article__published_edition__rendered")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The tick is there while something is to be compared, for who may say that it was."""
        fields = super().get_fields(request, obj)
        asks = obj is not None and obj.is_behind and self.has_change_permission(request, obj)
        return fields if asks else [name for name in fields if name != "compared"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("article", *self.readonly_fields) if obj else self.readonly_fields

    @admin.display(description=_("edition that it shortens"))
    def shortens(self, easy: EasyRead) -> SafeString | str:
        own = _("nobody has said which") if easy.edition is None else easy.edition
        online = easy.article.published_edition if easy.pk and easy.is_behind else None
        if online is None:
            return str(own)
        said = _("%(own)s. Edition %(number)d is online.") % {"own": own, "number": online.number}
        if easy.edition is None:
            return said
        compare = reverse("admin:articles_article_compare", args=[easy.article.pk])
        return format_html(
            '{} <a href="{}?from={}&amp;to={}">{}</a>', said, compare, own, online.number, _("See what changed in the article")
        )

    @admin.display(description=_("title"), ordering="title")
    def shown_title(self, easy: EasyRead) -> str:
        return in_language(easy.title, easy.article.language)

    @admin.display(description=_("language"), ordering="article__language")
    def language(self, easy: EasyRead) -> str:
        return easy.article.get_language_display()

    @admin.display(description=_("translation key"), ordering="article__translation_key")
    def article_key(self, easy: EasyRead) -> str:
        return easy.article.translation_key

    @admin.display(description=_("public page"))
    def public_page(self, easy: EasyRead) -> SafeString | str:
        if easy.pk is None:
            return "–"
        with translation.override(easy.article.language):
            return link(easy.get_absolute_url())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        search_index.keep(obj)


def link(url: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, url)
