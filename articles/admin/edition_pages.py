"""Pages about one article's editions: as readers see it, compared, brought back, and online at a time that is chosen."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from articles import comparing, editions, pages
from articles.admin.permissions import is_editor, opened_what
from articles.forms import ScheduleForm
from articles.models import Article, Edition
from portal import audit
from portal.admin_site import StaffModelAdmin, member


class EditionPages(StaffModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("preview/", view(self.preview_view), name="articles_article_preview_new"),
            path("<uuid:object_id>/preview/", view(self.preview_view), name="articles_article_preview"),
            path("<uuid:object_id>/compare/", view(self.compare_view), name="articles_article_compare"),
            path("<uuid:object_id>/restore/<int:number>/", view(self.restore_view), name="articles_article_restore"),
            path("<uuid:object_id>/schedule/", view(self.schedule_view), name="articles_article_schedule"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, object_id: UUID | None = None) -> HttpResponse:
        """The page as readers will see it: an edition, or what stands unsaved in the form that was sent here."""
        article = get_object_or_404(Article, pk=object_id) if object_id else None
        allowed = self.has_view_permission(request, article) if request.method == "GET" else is_editor(request)
        if not allowed:
            raise PermissionDenied
        if request.method == "POST":
            article, edition, topics = self.unsaved(request, article)
            looked_at = []
        elif article is not None:
            edition, topics = edition_asked_for(request, article), list(article.topics.all())
            looked_at = [opened_what(edition)]
        else:
            raise Http404
        edition.article = article
        edition.render()
        if "_live" not in request.POST:  # a look each time the typing rests is one look, and it is recorded already
            audit.record("preview", by=member(request), object=f"articles.article {object_id or 'new'}", fields=looked_at)
        with translation.override(article.language):
            context = pages.article_page(article, edition=edition, topics=topics, preview=True)
            return render(request, "articles/article_detail.html", context)

    def unsaved(self, request: HttpRequest, article: Article | None) -> tuple[Article, Edition, list[Any]]:
        latest = article.latest_edition() if article else None
        form: Any = self.get_form(request, article, change=article is not None)(request.POST, instance=article)
        form.is_valid()
        number = 1 if article is None or latest is None else latest.number + editions.is_frozen(article, latest)
        shown: Article = form.instance
        shown.slug = shown.slug or "preview"
        topics = list(form.cleaned_data.get("topics", article.topics.all() if article else []))
        return shown, Edition(article=shown, number=number, **form.texts()), topics

    def compare_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        article = get_object_or_404(Article.objects.select_related("published_edition"), pk=object_id)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        every = {edition.number: edition for edition in article.editions.defer("rendered")}
        if not every:
            raise Http404
        newest = max(every)
        after = every[number_asked_for(request, "to", among=every) or newest]
        earlier = [number for number in every if number < after.number]
        before = every[number_asked_for(request, "from", among=every) or max(earlier, default=after.number)]
        context = {
            **self.admin_site.each_context(request),
            "title": _("What changed"),
            "opts": self.opts,
            "article": article,
            "before": before,
            "after": after,
            "numbers": sorted(every, reverse=True),
            "fields": compared(before, after),
            "back_url": reverse("admin:articles_article_change", args=[article.pk]),
        }
        return render(request, "admin/articles/article/compare.html", context)

    @transaction.atomic
    def restore_view(self, request: HttpRequest, object_id: UUID, number: int) -> HttpResponse:
        article = get_object_or_404(Article.objects.select_for_update(of=("self",)), pk=object_id)
        if not is_editor(request) or not self.has_change_permission(request, article):
            raise PermissionDenied
        edition = get_object_or_404(article.editions, number=number)
        back = reverse("admin:articles_article_change", args=[article.pk])
        latest = article.latest_edition()
        if latest is not None and editions.same_words(latest, edition):
            messages.info(request, _("The newest edition says the same already."))
            return redirect(back)
        if request.method == "POST":
            made = editions.restore(article=article, edition=edition, by=member(request))
            audit.record("restore", by=member(request), object=f"articles.article {article.pk}", fields=[f"edition {number}"])
            messages.success(
                request,
                _("Edition %(old)s is back as edition %(new)s, a draft. Say what changed, look at it, then publish it.")
                % {"old": number, "new": made.number},
            )
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Bring edition %(number)s back") % {"number": number},
            "opts": self.opts,
            "article": article,
            "edition": edition,
            "newest": latest,
            "back_url": back,
        }
        return render(request, "admin/articles/article/restore.html", context)

    @transaction.atomic
    def schedule_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        article = get_object_or_404(Article.objects.select_for_update(of=("self",)), pk=object_id)
        if not is_editor(request) or not self.has_change_permission(request, article):
            raise PermissionDenied
        edition = article.latest_edition()
        if edition is None:
            raise Http404
        edition.article = article
        edition.render()
        back = redirect("admin:articles_article_change", article.pk)
        what = f"articles.article {article.pk}"
        if request.method == "POST" and "_take_back" in request.POST:
            editions.unschedule(article=article)
            audit.record("unschedule", by=member(request), object=what)
            messages.success(request, _("It stays a draft until you publish it."))
            return back
        if edition.pk == article.published_edition_id and article.retired_at is None:
            messages.info(request, _("This edition is online already. Change the text first, then choose a time."))
            return back
        form = ScheduleForm(request.POST or None, article=article)
        if request.method == "POST" and form.is_valid():
            try:
                at = form.cleaned_data["publish_at"]
                editions.schedule(article=article, at=at, by=member(request))
            except editions.NotReady:  # what is missing stands on the page
                form.add_error(None, _("It cannot go online as it is. What it still needs is listed below."))
            else:
                audit.record("schedule", by=member(request), object=what, fields=[f"edition {edition.number}"])
                when = date_format(timezone.localtime(at), "DATETIME_FORMAT")
                messages.success(
                    request, _("Edition %(number)s goes online on %(at)s.") % {"number": edition.number, "at": when}
                )
                return back
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish later"),
            "opts": self.opts,
            "article": article,
            "edition": edition,
            "form": form,
            "missing": editions.missing(article, edition),
            "zone": timezone.get_current_timezone_name(),
            "back_url": reverse("admin:articles_article_change", args=[article.pk]),
        }
        return render(request, "admin/articles/article/schedule.html", context)


def edition_asked_for(request: HttpRequest, article: Article) -> Edition:
    """`?edition=2`, or the newest."""
    rows = article.editions.order_by("-number")
    if number := request.GET.get("edition"):
        rows = rows.filter(number=number if number.isascii() and number.isdigit() and len(number) < 8 else -1)
    edition = rows.first()
    if edition is None:
        raise Http404
    return edition


def number_asked_for(request: HttpRequest, name: str, *, among: dict[int, Edition]) -> int | None:
    text = request.GET.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
    return number if number in among else None


def compared(before: Edition, after: Edition) -> list[dict[str, Any]]:
    """Field by field, of those that differ."""
    found = []
    for name in editions.TEXTS[:-1]:
        one, other = (str(getattr(edition, name) or "") for edition in (before, after))
        if one.replace("\r\n", "\n").strip() != other.replace("\r\n", "\n").strip():
            label = Edition._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            found.append({"label": label, "stretches": comparing.folded(comparing.compare(one, other))})
    return found
