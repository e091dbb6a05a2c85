"""What every public page has in common: the same bytes for everybody. No cookie, no session, no form, no token, no user."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from articles.models import Article, Edition
from portal import content_version, page_cache

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """GET and HEAD only. A cache may keep the page but asks each time whether it is still good: a publish is seen at once."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-cache")
        if response.status_code == 200:
            page_cache.keep(response, until=next_change())
        return response

    return answer


planned: dict[str, float] = {}  # content version → when the next article comes online by itself; one entry


def next_change() -> float:
    """When pages change without anybody writing: at midnight (a review falls due), or when an article's time has come."""
    now = timezone.localtime()
    midnight = datetime.combine(now.date() + timedelta(days=1), time.min, tzinfo=now.tzinfo).timestamp()
    version = content_version.current()
    due = planned.get(version, 0)
    if due <= now.timestamp():
        coming = Article.objects.filter(published_edition__isnull=False, published_at__gt=now).order_by("published_at")
        first = coming.values_list("published_at", flat=True).first()
        due = first.timestamp() if first else float("inf")
        planned.clear()
        if version:
            planned[version] = due
    return min(midnight, due)


def language() -> str:
    return get_language() or "en"


def current_edition(article: Article) -> Edition:
    """Of an article that has a page: it has one."""
    return cast(Edition, article.published_edition)
