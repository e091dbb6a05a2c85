"""The files of pictures. A name stands for its content, so every cache may keep one for a year without asking."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from articles import pictures, share_images
from articles.models import Article, Edition

FOR_EVER = "public, max-age=31536000, immutable"
GENERAL = settings.BASE_DIR / "portal" / "static" / "portal" / "share"


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    path = pictures.path_of(name)
    if path is None:
        raise Http404
    return served(path, caching=FOR_EVER)


@require_safe
def share_image(request: HttpRequest, pk: UUID, digest: str) -> FileResponse:
    """What messengers show of an article. The general one where it cannot be drawn, or is not drawn like that any more."""
    online = Edition.objects.filter(published_at__isnull=False, article__in=Article.objects.readable())
    edition = get_object_or_404(online.select_related("article"), pk=pk)
    language = edition.article.language
    own = (
        share_images.file_of(edition, language=language) if digest == share_images.digest(edition, language=language) else None
    )
    if own is None:
        return served(GENERAL / f"{language}.png", caching="public, max-age=300")
    return served(own, caching=FOR_EVER)


def served(path: Path, *, caching: str) -> FileResponse:
    response = FileResponse(path.open("rb"), content_type=pictures.TYPES[path.suffix[1:]])
    response.headers["Cache-Control"] = caching
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
