"""Beside the writing: short codes to put into a text, and the list of what waits for a translator."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from articles import codes, translations
from articles.admin.permissions import is_editor
from articles.models import GlossaryTerm, TrialSummary
from portal.admin_site import StaffModelAdmin

PAGE = 50
STATES = {
    translations.MISSING: _("not there yet"),
    translations.BEHIND: _("the source changed since"),
    translations.UNKNOWN: _("nobody has said which edition it follows"),
    translations.IN_STEP: _("up to date"),
}


class WritingAids(StaffModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("codes/", view(self.codes_view), name="articles_article_codes"),
            path("translations/", view(self.translations_view), name="articles_article_translations"),
            *super().get_urls(),
        ]

    def codes_view(self, request: HttpRequest) -> HttpResponse:
        """A plain page to copy from; the editing page's script takes the list out of it."""
        if not is_editor(request):
            raise PermissionDenied
        kind, words = request.GET.get("kind", ""), request.GET.get("q", "")[:200].replace("\0", "")
        kind = kind if kind in codes.KINDS else "reference"
        language = language_asked_for(request, default=settings.LANGUAGE_CODE)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Short codes for texts"),
            "opts": self.opts,
            "kinds": codes.KINDS.items(),
            "kind": kind,
            "words": words,
            "languages": settings.LANGUAGES,
            "language": language,
            "codes": codes.find(kind, words=words, language=language),
            "most": codes.MOST,
        }
        return render(request, "admin/articles/article/codes.html", context)

    def translations_view(self, request: HttpRequest) -> HttpResponse:
        if not is_editor(request):
            raise PermissionDenied
        others = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        language = language_asked_for(request, default=others[0] if others else settings.LANGUAGE_CODE)
        shows_all = request.GET.get("all") == "1"
        rows = (translations.sources if shows_all else translations.waiting)(language=language)
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Translations"),
            "opts": self.opts,
            "languages": settings.LANGUAGES,
            "language": language,
            "shows_all": shows_all,
            "page": page,
            "rows": [row_of(article, language=language) for article in page],
            "parts": [
                part_of(row, language=language)
                for model in translations.PARTS
                for row in (translations.part_sources if shows_all else translations.waiting_parts)(model, language=language)
            ],
        }
        return render(request, "admin/articles/article/translations.html", context)


def language_asked_for(request: HttpRequest, *, default: str) -> str:
    code = request.GET.get("language", "")
    return code if code in dict(settings.LANGUAGES) else default


def row_of(article: Any, *, language: str) -> dict[str, Any]:
    state = translations.state(article)
    if article.there:
        url = reverse("admin:articles_article_change", args=[article.version_id])
    else:
        begin = {"language": language, "source_edition": article.published_edition_id}
        url = f"{reverse('admin:articles_article_add')}?{urlencode(begin)}"
    return {
        "title": article.published_edition.title,
        "language": article.language,
        "language_name": article.get_language_display(),
        "number": article.published_edition.number,
        "follows": article.follows_number,
        "is_there": article.there,
        "state": STATES[state],
        "waits": state != translations.IN_STEP,
        "url": url,
    }


def part_of(row: Any, *, language: str) -> dict[str, Any]:
    """Of what has no editions: a word, a trial in plain words, an easy text."""
    begin: dict[str, Any]
    match row:
        case GlossaryTerm():
            begin = {"language": language, "translation_key": row.translation_key}
        case TrialSummary():
            begin = {"language": language, "trial": row.trial_id}
        case _:
            begin = {"article": row.home_id}
    page, state = f"admin:articles_{row._meta.model_name}", translations.part_state(row)
    there = row.version_id is not None
    return {
        "kind": row._meta.verbose_name,
        "title": str(row),
        "language": row.language_code,
        "language_name": dict(settings.LANGUAGES)[row.language_code],
        "state": STATES[state],
        "waits": state != translations.IN_STEP,
        "is_there": there,
        "url": reverse(f"{page}_change", args=[row.version_id]) if there else f"{reverse(f'{page}_add')}?{urlencode(begin)}",
    }
