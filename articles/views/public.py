"""What every public page has in common: the same bytes for everybody. No cookie, no session, no form, no token, no user."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import TypeVar, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from articles.models import Addressed, Article, Edition
from portal import page_cache

View = Callable[..., HttpResponse]
Row = TypeVar("Row", bound=Addressed)


class Moved(Exception):
    """What was asked for has another address now."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def row_at(rows: "QuerySet[Row]", slug: str) -> Row:
    """The row with this address in the language of the page. Who comes with an old one is led to the same page of the row at its
    new one (`public` does that). Raises 404 for an address that never was."""
    if row := rows.filter(language=language(), slug=slug).first():
        return row
    if moved := rows.model.moved_from(slug, language=language()):
        raise Moved(moved.slug)
    raise Http404


def public(view: View) -> View:
    """GET and HEAD only. A cache may keep the page but asks each time whether it is still good: a publish is seen at once."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Moved as moved:
            asked = request.resolver_match
            assert asked is not None, "a view is only called for an address that was found"  # noqa: S101
            response = HttpResponsePermanentRedirect(reverse(asked.view_name, kwargs=asked.kwargs | {"slug": moved.slug}))
        response.headers.setdefault("Cache-Control", "no-cache")
        if response.status_code == 200:
            page_cache.keep(response, until=next_change())
        return response

    return answer


def next_change() -> float:
    """When pages change without anybody writing: at midnight, when a review falls due."""
    now = timezone.localtime()
    return datetime.combine(now.date() + timedelta(days=1), time.min, tzinfo=now.tzinfo).timestamp()


def language() -> str:
    return get_language() or "en"


def current_edition(article: Article) -> Edition:
    """Of an article that has a page: it has one."""
    return cast(Edition, article.published_edition)
