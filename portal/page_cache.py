"""Public pages kept whole and compressed, answered above the middleware: no database, no template, no compression at a request.

A view says how long its page is good by `keep(response, until=…)`. What is kept is thrown away when the content version turns
(portal/content_version.py), so a change is seen at the next request of every process. `X-Request-ID` and the log line are made as usual.
"""

import gzip
import hashlib
import logging
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import brotli
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from portal import content_version
from portal.logs import request_id

logger = logging.getLogger(__name__)
BROTLI, GZIP, PLAIN = "br", "gzip", ""
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    # 5 and 6 are the last steps before the time grows faster than the page shrinks
    BROTLI: lambda body: brotli.compress(body, quality=5),
    GZIP: lambda body: gzip.compress(body, 6, mtime=0),
    PLAIN: lambda body: body,
}
IN_PASSING: dict[str, Callable[[bytes], bytes]] = {  # for an answer that nobody else will get
    BROTLI: lambda body: brotli.compress(body, quality=1),
    GZIP: lambda body: gzip.compress(body, 1, mtime=0),
    PLAIN: lambda body: body,
}
ALIKE = ("Vary", "Content-Length", "X-Request-ID", "ETag")  # made for each answer


def keep(response: HttpResponse, *, until: float) -> None:
    """Marks a page that is the same bytes for everybody. `until`: seconds since 1970, when it changes by itself."""
    response.kept_until = until  # type: ignore[attr-defined]


@dataclass(kw_only=True)
class Kept:
    """One page. Each encoding is made when somebody first asks for it."""

    version: str
    until: float
    route: str
    headers: list[tuple[str, str]]
    digest: str
    body: bytes
    encoded: dict[str, bytes] = field(default_factory=dict)

    def etag(self, encoding: str) -> str:
        return f'"{self.digest}{"-" if encoding else ""}{encoding}"'

    def is_known_to(self, asked: str) -> bool:
        """Whether the browser has it, in whatever encoding, behind whatever proxy."""
        return bool(asked) and (self.digest in asked or asked.strip() == "*")

    def bytes_in(self, encoding: str) -> bytes:
        if encoding not in self.encoded:
            self.encoded[encoding] = COMPRESS[encoding](self.body)
        return self.encoded[encoding]

    @property
    def size(self) -> int:
        return len(self.body) * 2  # with the encodings, roughly


class Shelf:
    """The pages of one process, the longest unread going first."""

    def __init__(self) -> None:
        self.pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self.lock = threading.Lock()
        self.size = 0

    def find(self, key: tuple[str, ...], *, version: str) -> Kept | None:
        page = self.pages.get(key)
        if page is None:
            return None
        if page.version != version or page.until <= time.time():
            self.drop(key)
            return None
        with self.lock:
            if key in self.pages:
                self.pages.move_to_end(key)
        return page

    def put(self, key: tuple[str, ...], page: Kept) -> None:
        self.drop(key)
        with self.lock:
            self.pages[key] = page
            self.size += page.size
            while self.size > settings.PAGE_CACHE_BYTES and self.pages:
                self.size -= self.pages.popitem(last=False)[1].size

    def drop(self, key: tuple[str, ...]) -> None:
        with self.lock:
            if page := self.pages.pop(key, None):
                self.size -= page.size


class PageCacheHandler(WSGIHandler):
    """Django's WSGI application with the shelf before it."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = Shelf()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return super().__call__(environ, start_response)
        started = time.perf_counter()
        # before the page is made: a change in the middle of that makes what is kept stale at once, never fresh for ever
        environ["portal.content_version"] = version = content_version.current()
        page = self.shelf.find(key_of(environ), version=version) if version else None
        if page is None:
            return super().__call__(environ, start_response)
        encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        identifier = uuid.uuid4().hex
        status, body = "200 OK", page.bytes_in(encoding)
        headers = [*page.headers, ("ETag", page.etag(encoding)), ("X-Request-ID", identifier)]
        if page.is_known_to(environ.get("HTTP_IF_NONE_MATCH", "")):
            status, body = "304 Not Modified", b""
        else:
            headers.append(("Content-Length", str(len(body))))
            if encoding:
                headers.append(("Content-Encoding", encoding))
        start_response(status, headers)
        note(environ, page, identifier=identifier, status=int(status[:3]), started=started)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def get_response(self, request: WSGIRequest) -> HttpResponseBase:  # type: ignore[override]
        response = super().get_response(request)
        until = getattr(response, "kept_until", None)
        if until is None or response.status_code != 200 or response.cookies or not isinstance(response, HttpResponse):
            return response
        page = page_of(request, response, until=min(until, time.time() + settings.PAGE_CACHE_SECONDS))
        encoding = best_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        if not is_plain(request):
            page.encoded[encoding] = IN_PASSING[encoding](page.body)
        elif page.version and page.until > time.time():
            self.shelf.put(key_of(request.META), page)
        return first_answer(response, page, asked=request.META.get("HTTP_IF_NONE_MATCH", ""), encoding=encoding)


def key_of(environ: dict[str, Any]) -> tuple[str, ...]:
    """Host and scheme are in it so that Django decides about each once: a host that is not ours, a redirect to https."""
    forwarded = environ.get(settings.SECURE_PROXY_SSL_HEADER[0], "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return (
        environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"], forwarded, environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
    )  # fmt: skip


def is_plain(request: WSGIRequest) -> bool:
    """Only whole pages and those of a list are kept: what people search for would push them out."""
    return set(request.GET) <= {"page"}


def page_of(request: WSGIRequest, response: HttpResponse, *, until: float) -> Kept:
    headers = [(name, value) for name, value in response.items() if name not in ALIKE]
    match = request.resolver_match
    return Kept(
        version=request.META.get("portal.content_version", ""),
        until=until,
        route=match.view_name if match else "",
        headers=[*headers, ("Vary", "Accept-Encoding")],
        digest=hashlib.blake2b(response.content, digest_size=12).hexdigest(),
        body=response.content,
    )


def first_answer(response: HttpResponse, page: Kept, *, asked: str, encoding: str) -> HttpResponse:
    """As all who come later get it."""
    response["Vary"], response["ETag"] = "Accept-Encoding", page.etag(encoding)
    if page.is_known_to(asked):
        response.status_code, response.content = 304, b""
        return response
    response.content = page.bytes_in(encoding)
    response["Content-Length"] = str(len(response.content))
    if encoding:
        response["Content-Encoding"] = encoding
    return response


def best_encoding(asked: str) -> str:
    """Brotli before gzip before none, of what the browser takes. `gzip;q=0` means that it does not."""
    if not asked:
        return PLAIN
    takes = {}
    for entry in asked.lower().split(","):
        name, _semicolon, quality = entry.partition(";")
        takes[name.strip()] = quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in (BROTLI, GZIP) if takes.get(name)), PLAIN)


def note(environ: dict[str, Any], page: Kept, *, identifier: str, status: int, started: float) -> None:
    """The line that portal.middleware writes of other requests."""
    token = request_id.set(identifier)
    fields = {
        "method": environ["REQUEST_METHOD"],
        "route": page.route,
        "status": status,
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }
    logger.info("request", extra={"fields": fields})
    request_id.reset(token)
