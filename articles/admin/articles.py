"""The editors' desk: the list of articles, and the page on which one is written, saved and published."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from articles import codes, editions, publishing_gate, search_index, translations
from articles.admin.edition_pages import EditionPages
from articles.admin.permissions import is_editor, may_review
from articles.admin.reviewing import ReviewPages
from articles.admin.writing_aids import WritingAids
from articles.filters import ReviewFilter, StateFilter
from articles.forms import ArticleForm
from articles.models import Article, Edition, Person, Topic
from portal import audit
from portal.admin_site import in_language, member
from portal.versioned_admin import VersionedAdmin


def written(name: str) -> Any:
    """A column of the newest edition, for those who may read but not write."""

    @admin.display(description=Edition._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    def value(article: Article) -> Any:
        edition = article.latest_edition()
        return getattr(edition, name) if edition else ""

    value.__name__ = name
    return value


@admin.register(Article)
class ArticleAdmin(ReviewPages, EditionPages, WritingAids, VersionedAdmin):
    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    list_display = ("shown_title", "language", "state", "review", "next_review_on", "changed_at")
    list_filter = ("language", StateFilter, ReviewFilter)
    allowed_lookups = ("state", "review")
    search_fields = ("slug", "translation_key", "published_edition__title")
    ordering = ("translation_key", "language")
    fieldsets = (
        (None, {"fields": ("title", "summary", "evidence_labels", "source_edition")}),
        (_("The text"), {"fields": ("key_messages", "body", "limitations")}),
        (_("Rules and money"), {"fields": ("regulatory_status", "regulatory_checked_on", "conflict_statement")}),
        (
            _("Where it stands"),
            {"fields": ("language", "translation_key", "slug", "topics", "position", "author", "next_review_on")},
        ),
        (_("This edition"), {"fields": ("change_note",)}),
        (_("No longer kept up"), {"fields": ("retirement_note", "successor"), "classes": ("collapse",)}),
    )
    translated_fieldset = (_("Translation"), {"fields": ("follows_source",)})
    read_fieldsets = (
        (None, {"fields": tuple(written(name) for name in editions.TEXTS)}),
        (_("Where it stands"), {"fields": ("language", "slug", "author", "reviewer", "reviewed_on", "next_review_on")}),
    )

    # ── Who may do what ──
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A clinical reviewer holds the permission for marking a review, not for writing."""
        return super().has_change_permission(request, obj) and is_editor(request)

    # ── The list ──
    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        newest = Edition.objects.filter(article=OuterRef("pk")).order_by("-number")
        rows: QuerySet[Article] = super().get_queryset(request)
        return rows.select_related("published_edition", "author", "reviewer").defer(
            *(f"published_edition__{name}" for name in ("rendered", "body", "key_messages", "limitations")),
            "author__biography", "reviewer__biography",
        ).annotate(
            latest_number=Subquery(newest.values("number")[:1]),
            latest_title=Coalesce("published_edition__title", Subquery(newest.values("title")[:1])),
        )  # fmt: skip

    @admin.display(description=_("title"), ordering="latest_title")
    def shown_title(self, article: Any) -> str:
        return in_language(article.latest_title or article.slug, article.language)

    @admin.display(description=_("state"))
    def state(self, article: Any) -> Any:
        if article.is_retired:
            return _("retired: the page stays, with a notice")
        if article.retired_at:
            return _("taken offline")
        if article.is_held_back:
            return _("held back at its time: something is missing")
        if article.publish_at is not None:
            when = date_format(timezone.localtime(article.publish_at), "SHORT_DATETIME_FORMAT")
            return _("goes online on %(at)s") % {"at": when}
        if article.published_edition is None:
            return _("draft, never published")
        if article.latest_number > article.published_edition.number:
            return _("online, newer draft waiting")
        return _("online")

    @admin.display(description=_("medical review"), ordering="reviewed_on")
    def review(self, article: Article) -> Any:
        return {"never": _("never reviewed"), "overdue": _("overdue"), "current": _("reviewed")}[article.review_state]

    # ── The form ──
    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return self.read_fieldsets
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, self.translated_fieldset] if source_beside(request, obj) else fieldsets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A translation begins with what is the same in every language."""
        source = source_beside(request, None)
        language = request.GET.get("language", "")
        if source is None or language not in dict(settings.LANGUAGES):
            return {}
        first = source.edition.article
        return {
            "source_edition": source.edition.pk,
            "language": language,
            "translation_key": first.translation_key,
            "position": first.position,
            "next_review_on": first.next_review_on,
            "evidence_labels": source.edition.evidence_labels,
            "regulatory_checked_on": source.edition.regulatory_checked_on,
            "author": Person.objects.filter(translation_key=first.author.translation_key, language=language).first(),
            "topics": Topic.objects.filter(translation_key__in=first.topics.values("translation_key"), language=language),
        }

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # the address may change: who has the old one is led to the new one
        return ("language", "translation_key") if obj is not None and obj.published_at else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            kwargs["fields"] = []
        return super().get_form(request, obj, change, **kwargs)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return super().changeform_view(request, object_id, form_url, (extra_context or {}) | self.extras(request, object_id))

    def extras(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        """What our template shows beside the fields."""
        aids = {
            "can_write": is_editor(request),
            "codes_url": reverse("admin:articles_article_codes"),
            "code_kinds": codes.KINDS.items(),
        }
        if object_id is None or (article := self.get_object(request, object_id)) is None:
            language = request.GET.get("language", settings.LANGUAGE_CODE)
            source = source_beside(request, None)
            return aids | {
                "preview_url": reverse("admin:articles_article_preview_new"),
                "language": language,
                "source": source,
            }
        edition = article.latest_edition()
        if edition is not None:
            edition.article = article
            edition.render()
        source = translations.source_of(article)
        return aids | {
            "preview_url": reverse("admin:articles_article_preview", args=[article.pk]),
            "review_url": reverse("admin:articles_article_review", args=[article.pk]) if may_review(request) else "",
            "schedule_url": reverse("admin:articles_article_schedule", args=[article.pk]),
            "compare_url": reverse("admin:articles_article_compare", args=[article.pk]),
            "language": article.language,
            "source": source,
            "source_compare_url": reverse("admin:articles_article_compare", args=[source.edition.article_id]) if source else "",
            "offline_url": reverse("admin:articles_article_offline", args=[article.pk]),
            "can_write": self.has_change_permission(request, article),
            "article": article,
            "edition": edition,
            "state": self.state(article),
            "review": self.review(article),
            "is_online": article.published_edition_id is not None and article.retired_at is None,
            "public_url": public_url(article),
            "missing": editions.missing(article, edition) if edition else [],
            "worth_a_look": publishing_gate.worth_a_look(edition) if edition else [],
            "reading": publishing_gate.reading_words(edition) if edition else "",
            "all_editions": article.editions.defer("rendered", "body"),
        }

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        was_scheduled = obj.publish_at is not None
        super().save_model(request, obj, form, change)
        if change and {"slug", "retirement_note"} & set(form.changed_data):
            editions.render_again(mentioning=f"(article:{obj.translation_key})", language=obj.language)
        editions.save_draft(article=obj, texts=form.texts(), by=member(request), translated_from=form.followed())
        if was_scheduled and obj.publish_at is None and "_publish" not in request.POST:
            messages.warning(
                request,
                _("The time to publish was chosen for the old words, so it is taken back. Choose it again when you are done."),
            )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The topics of an article that is online narrow a search from now on."""
        super().save_related(request, form, formsets, change)
        search_index.keep(form.instance)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self.after_saving(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.after_saving(request, obj) or super().response_change(request, obj)

    def after_saving(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        if "_schedule" in request.POST:
            return redirect("admin:articles_article_schedule", article.pk)
        if "_publish" not in request.POST:
            return None
        user = member(request)
        article.refresh_from_db()
        try:
            edition = editions.publish(article=article, by=user)
        except editions.NotReady:
            text = _("Your text is saved, but it is not online yet. What it still needs is listed below.")
            messages.error(request, text)
        else:
            audit.record("publish", by=user, object=f"articles.article {article.pk}", fields=[f"edition {edition.number}"])
            messages.success(request, _("Edition %(number)s is online.") % {"number": edition.number})
        return redirect("admin:articles_article_change", article.pk)

    # ── Offline ──
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.offline_view)
        return [path("<uuid:object_id>/offline/", view, name="articles_article_offline"), *super().get_urls()]

    def offline_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        article = get_object_or_404(Article.objects.select_related("published_edition"), pk=object_id)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        back = reverse("admin:articles_article_change", args=[article.pk])
        if article.published_edition is None or article.retired_at is not None:
            messages.info(request, _("The article is not online."))
            return HttpResponseRedirect(back)
        if request.method == "POST":
            editions.take_offline(article=article)
            audit.record("take offline", by=member(request), object=f"articles.article {article.pk}")
            messages.success(request, _("The article is offline. Publish it to bring it back."))
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Take the article offline"),
            "opts": self.opts,
            "article": article,
            "back_url": back,
        }
        return render(request, "admin/articles/article/offline.html", context)


def source_beside(request: HttpRequest, article: Article | None) -> translations.Source | None:
    if article is not None:
        return translations.source_of(article)
    return translations.source_from(request.POST.get("source_edition") or request.GET.get("source_edition"))


def public_url(article: Article) -> str:
    with translation.override(article.language):
        return article.get_absolute_url()
