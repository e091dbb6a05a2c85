"""The site as gunicorn serves it: through the page cache, not around it as the test client goes."""

import gzip
from dataclasses import dataclass
from typing import Any

import brotli
from django.test import RequestFactory

from portal.page_cache import PageCacheHandler


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        packed = {"br": brotli.decompress, "gzip": gzip.decompress}.get(self.headers.get("Content-Encoding", ""))
        return (packed(self.body) if packed else self.body).decode()


def get(site: PageCacheHandler, path: str, *, method: str = "GET", **headers: str) -> Answer:
    said: list[Any] = []
    environ = RequestFactory().generic(method, path, headers=headers).environ
    chunks = site(environ, lambda status, pairs, _error=None: said.extend([status, pairs]))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    return Answer(status=int(said[0][:3]), headers=dict(said[1]), body=body)
