"""A clinical reviewer signs: one article, or several at once; never words that they have not opened."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles import editions
from articles.admin.permissions import has_opened, may_review
from articles.forms import ReviewForm, ReviewManyForm
from articles.models import Article, Person
from portal import audit
from portal.admin_site import StaffModelAdmin, member
from portal.ids import uuid_or_none

MOST = 50  # texts that anybody could have read before signing them together


class ReviewPages(StaffModelAdmin):
    actions = ("mark_many_reviewed",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("review/", view(self.review_many_view), name="articles_article_review_many"),
            path("<uuid:object_id>/review/", view(self.review_view), name="articles_article_review"),
            *super().get_urls(),
        ]

    def has_review_permission(self, request: HttpRequest) -> bool:
        return may_review(request)

    @admin.action(description=_("Mark as medically reviewed"), permissions=["review"])
    def mark_many_reviewed(self, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse | None:
        chosen = [("article", str(pk)) for pk in queryset.values_list("pk", flat=True)]
        if too_many(request, len(chosen)):
            return None
        return HttpResponseRedirect(f"{reverse('admin:articles_article_review_many')}?{urlencode(chosen)}")

    @transaction.atomic
    def review_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Locked from the look at the version to the signature: nobody saves another text in between."""
        if not may_review(request):
            raise PermissionDenied
        article = get_object_or_404(Article.objects.select_for_update(), pk=object_id)
        edition = article.latest_edition()
        if edition is None:
            raise Http404
        opened = has_opened(member(request), article, edition)
        form = ReviewForm(request.POST or None, article=article, is_opened=opened)
        if request.method == "POST" and form.is_valid():
            sign(request, article, reviewer=form.cleaned_data["reviewer"], due=form.cleaned_data["next_review_on"])
            messages.success(request, _("Edition %(number)s is marked as reviewed.") % {"number": edition.number})
            return redirect("admin:articles_article_change", article.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Mark as medically reviewed"),
            "opts": self.opts,
            "article": article,
            "edition": edition,
            "form": form,
            "is_opened": opened,
            "people": form.fields["reviewer"].queryset.exists(),  # type: ignore[attr-defined]
            "preview_url": reverse("admin:articles_article_preview", args=[article.pk]),
            "back_url": reverse("admin:articles_article_change", args=[article.pk]),
        }
        return render(request, "admin/articles/article/review.html", context)

    @transaction.atomic
    def review_many_view(self, request: HttpRequest) -> HttpResponse:
        if not may_review(request):
            raise PermissionDenied
        user = member(request)
        keys = {key for key in request.GET.getlist("article") if uuid_or_none(key)}
        if too_many(request, len(keys)):
            return redirect("admin:articles_article_changelist")
        articles = list(Article.objects.select_for_update().filter(pk__in=keys).order_by("translation_key", "language"))
        rows: list[dict[str, Any]] = [
            {
                "article": article,
                "edition": edition,
                "mark": f"{article.pk}:{editions.text_digest(edition)}",
                "is_opened": has_opened(user, article, edition),
                "preview_url": reverse("admin:articles_article_preview", args=[article.pk]),
            }
            for article in articles
            if (edition := article.latest_edition()) is not None
        ]
        form = ReviewManyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            self.sign_many(request, rows, key=form.cleaned_data["reviewer"], due=form.cleaned_data["next_review_on"])
            return redirect("admin:articles_article_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Mark as medically reviewed"),
            "opts": self.opts,
            "rows": rows,
            "form": form,
            "again_url": request.get_full_path(),
            "can_sign": any(row["is_opened"] for row in rows) and bool(form.reviewers),
            "people": bool(form.reviewers),
        }
        return render(request, "admin/articles/article/review_many.html", context)

    def sign_many(self, request: HttpRequest, rows: list[dict[str, Any]], *, key: str, due: Any) -> None:
        """What is ticked, was opened, and still says what it said; of the rest it is said that it was left."""
        ticked = set(request.POST.getlist("mark"))
        signed, left = 0, 0
        for row in rows:
            asked = any(mark.startswith(f"{row['article'].pk}:") for mark in ticked)
            reviewer = Person.objects.filter(translation_key=key, language=row["article"].language, is_team=False).first()
            if row["mark"] in ticked and row["is_opened"] and reviewer is not None:
                sign(request, row["article"], reviewer=reviewer, due=due)
                signed += 1
            else:
                left += asked
        if signed:
            text = ngettext("%(count)d text is marked as reviewed.", "%(count)d texts are marked as reviewed.", signed)
            messages.success(request, text % {"count": signed})
        if left:
            text = ngettext(
                "%(count)d text was left as it is: it changed after you read it, or the reviewer has no page in its language.",
                "%(count)d texts were left as they are: they changed after you read them, or the reviewer has no page in their language.",
                left,
            )
            messages.warning(request, text % {"count": left})
        if not signed and not left:
            messages.warning(request, _("Nothing was ticked, so nothing was changed."))


def too_many(request: HttpRequest, count: int) -> bool:
    """Nothing is left out without a word: all that was ticked, or none of it."""
    if count <= MOST:
        return False
    text = _("You ticked %(count)d texts. Sign %(most)d at most at a time: tick fewer.")
    messages.error(request, text % {"count": count, "most": MOST})
    return True


def sign(request: HttpRequest, article: Article, *, reviewer: Person, due: Any) -> None:
    edition = article.latest_edition()
    assert edition is not None, "the caller has shown it"  # noqa: S101
    editions.mark_reviewed(article=article, edition=edition, reviewer=reviewer, next_review_on=due)
    audit.record(
        "mark reviewed",
        by=member(request),
        object=f"articles.article {article.pk}",
        fields=[f"edition {edition.number}"],
    )
