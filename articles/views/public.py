"""What every public page has in common: the same bytes for everybody. No cookie, no session, no form, no token, no user."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from articles.models import Article, Edition

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """GET and HEAD only. A cache may keep the page but asks each time whether it is still good: a publish is seen at once."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-cache")
        etag = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
        response.headers["ETag"] = etag
        return get_conditional_response(request, etag=etag, response=response) or response

    return answer


def language() -> str:
    return get_language() or "en"


def current_edition(article: Article) -> Edition:
    """Of an article that `published()` found: it has one."""
    return cast(Edition, article.published_edition)
