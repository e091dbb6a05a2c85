"""The files of pictures. A name stands for its content, so every cache may keep one for a year without asking."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from articles import pictures


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    path = pictures.path_of(name)
    if path is None:
        raise Http404
    response = FileResponse(path.open("rb"), content_type=pictures.TYPES[path.suffix[1:]])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
