"""The editors' desk: articles with their editions, preview, publishing gate, review."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from articles import editions, pages, search_index
from articles.filters import ReviewFilter, StateFilter
from articles.forms import ArticleForm, ReviewForm
from articles.models import Article, Edition
from portal import audit
from portal.admin_site import StaffModelAdmin, in_language, member
from portal.roles import CLINICAL_REVIEWER, EDITOR


class Conflict(Exception):
    """Somebody saved the article after this form was opened."""

    def __init__(self, form: ArticleForm) -> None:
        super().__init__()
        self.form = form


def written(name: str) -> Any:
    """A column of the newest edition, for those who may read but not write."""

    @admin.display(description=Edition._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    def value(article: Article) -> Any:
        edition = article.latest_edition()
        return getattr(edition, name) if edition else ""

    value.__name__ = name
    return value


@admin.register(Article)
class ArticleAdmin(StaffModelAdmin):
    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    list_display = ("shown_title", "language", "state", "review", "next_review_on", "changed_at")
    list_filter = ("language", StateFilter, ReviewFilter)
    allowed_lookups = ("state", "review")
    search_fields = ("slug", "translation_key", "published_edition__title")
    ordering = ("translation_key", "language")
    fieldsets = (
        (None, {"fields": ("title", "summary", "evidence_labels", "opened_version")}),
        (_("The text"), {"fields": ("key_messages", "body", "limitations")}),
        (_("Rules and money"), {"fields": ("regulatory_status", "regulatory_checked_on", "conflict_statement")}),
        (
            _("Where it stands"),
            {"fields": ("language", "translation_key", "slug", "topics", "position", "author", "next_review_on")},
        ),
        (_("This edition"), {"fields": ("change_note",)}),
        (_("No longer kept up"), {"fields": ("retirement_note", "successor"), "classes": ("collapse",)}),
    )
    read_fieldsets = (
        (None, {"fields": tuple(written(name) for name in editions.TEXTS)}),
        (_("Where it stands"), {"fields": ("language", "slug", "author", "reviewer", "reviewed_on", "next_review_on")}),
    )

    # ── Who may do what ──
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A clinical reviewer holds the permission for marking a review, not for writing."""
        return super().has_change_permission(request, obj) and is_editor(request)

    def can_review(self, request: HttpRequest) -> bool:
        user = member(request)
        return user.has_perm("articles.change_article") and (user.is_superuser or user.in_role(CLINICAL_REVIEWER))

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
        return self.fieldsets

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
        try:
            return super().changeform_view(
                request, object_id, form_url, (extra_context or {}) | self.extras(request, object_id)
            )
        except Conflict as conflict:
            return self.conflict_page(request, form=conflict.form)

    def extras(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        """What our template shows beside the fields."""
        if object_id is None or (article := self.get_object(request, object_id)) is None:
            return {"preview_url": reverse("admin:articles_article_preview_new"), "can_write": is_editor(request)}
        edition = article.latest_edition()
        if edition is not None:
            edition.article = article
            edition.render()
        return {
            "preview_url": reverse("admin:articles_article_preview", args=[article.pk]),
            "review_url": reverse("admin:articles_article_review", args=[article.pk]) if self.can_review(request) else "",
            "offline_url": reverse("admin:articles_article_offline", args=[article.pk]),
            "can_write": self.has_change_permission(request, article),
            "article": article,
            "edition": edition,
            "state": self.state(article),
            "review": self.review(article),
            "is_online": article.published_edition_id is not None and article.retired_at is None,
            "public_url": public_url(article),
            "missing": editions.missing(article, edition) if edition else [],
            "all_editions": article.editions.defer("rendered", "body"),
        }

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        user = member(request)
        if change:
            opened = form.cleaned_data.get("opened_version") or 0
            # atomic on both databases: of two who save at once, one finds no row
            if not Article.objects.filter(pk=obj.pk, version=opened).update(version=opened + 1):
                raise Conflict(form)
            obj.version = opened + 1
        obj.changed_at, obj.changed_by = timezone.now(), user
        super().save_model(request, obj, form, change)
        if change and {"slug", "retirement_note"} & set(form.changed_data):
            editions.render_again(mentioning=f"(article:{obj.translation_key})", language=obj.language)
        editions.save_draft(article=obj, texts=form.texts(), by=user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The topics of an article that is online narrow a search from now on."""
        super().save_related(request, form, formsets, change)
        search_index.keep(form.instance)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self.after_saving(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.after_saving(request, obj) or super().response_change(request, obj)

    def after_saving(self, request: HttpRequest, article: Article) -> HttpResponse | None:
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

    def conflict_page(self, request: HttpRequest, *, form: ArticleForm) -> HttpResponse:
        """Both texts, field by field, with what this person wrote still in fields that can be sent again."""
        theirs = get_object_or_404(Article.objects.select_related("changed_by"), pk=form.instance.pk)
        current = ArticleForm(instance=theirs)
        data = form.data.copy()  # type: ignore[attr-defined]
        data["opened_version"] = str(theirs.version)
        mine = type(form)(data, instance=theirs)
        differing: list[dict[str, Any]] = [
            {
                "field": field,
                "theirs": shown(
                    theirs, field.name, value=current.get_initial_for_field(current.fields[field.name], field.name)
                ),
            }
            for field in mine
            if field.name != "opened_version" and field.name in current.fields and differs(current, field=field)
        ]
        names = {row["field"].name for row in differing}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Somebody saved this article while you were writing"),
            "opts": self.opts,
            "theirs": theirs,
            "rows": differing,
            "kept": [field.as_hidden() for field in mine if field.name not in names],
            "action": reverse("admin:articles_article_change", args=[theirs.pk]),
        }
        return render(request, "admin/articles/article/conflict.html", context, status=409)

    # ── Preview, review, offline ──
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("preview/", view(self.preview_view), name="articles_article_preview_new"),
            path("<uuid:object_id>/preview/", view(self.preview_view), name="articles_article_preview"),
            path("<uuid:object_id>/review/", view(self.review_view), name="articles_article_review"),
            path("<uuid:object_id>/offline/", view(self.offline_view), name="articles_article_offline"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, object_id: UUID | None = None) -> HttpResponse:
        """The page as readers will see it: the newest edition, or what stands unsaved in the form that was sent here."""
        article = get_object_or_404(Article, pk=object_id) if object_id else None
        allowed = self.has_view_permission(request, article) if request.method == "GET" else is_editor(request)
        if not allowed:
            raise PermissionDenied
        latest = article.latest_edition() if article else None
        topics = list(article.topics.all()) if article else []
        if request.method == "POST":
            form = self.get_form(request, article, change=article is not None)(request.POST, instance=article)
            form.is_valid()
            article = form.instance
            topics = list(form.cleaned_data.get("topics", topics))
            number = 1 if latest is None else latest.number + editions.is_frozen(article, latest)
            edition = Edition(article=article, number=number, **form.texts())
            article.slug = article.slug or "preview"
        elif article is not None and latest is not None:
            edition = latest
        else:
            raise Http404
        edition.article = article
        edition.render()
        audit.record("preview", by=member(request), object=f"articles.article {object_id or 'new'}")
        with translation.override(article.language):
            context = pages.article_page(article, edition=edition, topics=topics, preview=True)
            return render(request, "articles/article_detail.html", context)

    @transaction.atomic
    def review_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Locked from the look at the version to the signature: nobody saves another text in between."""
        if not self.can_review(request):
            raise PermissionDenied
        article = get_object_or_404(Article.objects.select_for_update(), pk=object_id)
        edition = article.latest_edition()
        if edition is None:
            raise Http404
        form = ReviewForm(request.POST or None, article=article)
        if request.method == "POST" and form.is_valid():
            reviewer, due = form.cleaned_data["reviewer"], form.cleaned_data["next_review_on"]
            editions.mark_reviewed(article=article, edition=edition, reviewer=reviewer, next_review_on=due)
            audit.record(
                "mark reviewed", by=member(request), object=f"articles.article {article.pk}",
                fields=[f"edition {edition.number}"],
            )  # fmt: skip
            messages.success(request, _("Edition %(number)s is marked as reviewed.") % {"number": edition.number})
            return redirect("admin:articles_article_change", article.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Mark as medically reviewed"),
            "opts": self.opts,
            "article": article,
            "edition": edition,
            "form": form,
            "people": form.fields["reviewer"].queryset.exists(),  # type: ignore[attr-defined]
            "preview_url": reverse("admin:articles_article_preview", args=[article.pk]),
            "back_url": reverse("admin:articles_article_change", args=[article.pk]),
        }
        return render(request, "admin/articles/article/review.html", context)

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


def is_editor(request: HttpRequest) -> bool:
    user = member(request)
    return user.is_superuser or user.in_role(EDITOR)


def public_url(article: Article) -> str:
    with translation.override(article.language):
        return article.get_absolute_url()


def differs(current: ArticleForm, *, field: Any) -> bool:
    initial = current.get_initial_for_field(current.fields[field.name], field.name)
    sent = field.field.widget.value_from_datadict(field.form.data, {}, field.html_name)
    if isinstance(initial, str) and isinstance(sent, str):
        return initial.replace("\r\n", "\n").strip() != sent.replace("\r\n", "\n").strip()
    return bool(field.field.has_changed(initial, sent))


def shown(article: Article, name: str, *, value: Any) -> str:
    """A stored value in words."""
    if name == "topics":
        return ", ".join(topic.title for topic in article.topics.all())
    if name == "author":
        return article.author.name
    return "" if value is None else str(value)
