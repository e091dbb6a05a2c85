"""Are the addresses of our sources alive? For an operator with a network, before a launch; the site itself never calls out."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from articles.models import ClinicalTrial, Reference

AGENT = "Mozilla/5.0 (compatible; link check of a health library)"
PAUSE = 1.0  # seconds between two calls to one host: these are libraries and registries, not machines to hammer
# many publishers answer a program like this, and a browser with the page
SHY = {401, 403, 405, 406, 418, 429, 503}
Opener = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Link:
    owner: str  # R073 or T11
    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    link: Link
    kind: str  # "alive", "by hand" or "dead"
    detail: str


def links(*, only: str = "") -> Iterator[Link]:
    """Every address that a public page prints of a source or a trial."""
    for source in Reference.objects.filter(certainty=Reference.Certainty.SURE).order_by("key"):
        for name, url in source.links:
            if only in {"", source.key}:
                yield Link(owner=source.key, name=name, url=url)
    for trial in ClinicalTrial.objects.order_by("key"):
        if trial.registry_url and only in {"", trial.key}:
            yield Link(owner=trial.key, name="ClinicalTrials.gov", url=trial.registry_url)


def look(link: Link, *, opener: Opener = urlopen, timeout: float = 20.0) -> Answer:
    request = Request(link.url, headers={"User-Agent": AGENT, "Accept": "text/html,*/*"})  # noqa: S310 - http(s) only, see below
    if urlsplit(link.url).scheme not in {"http", "https"}:
        return Answer(link=link, kind="dead", detail="is not a web address")
    try:
        with opener(request, timeout=timeout) as response:
            landed = response.geturl()
            moved = f", now at {landed}" if urlsplit(landed).netloc != urlsplit(link.url).netloc else ""
            return Answer(link=link, kind="alive", detail=f"{response.status}{moved}")
    except HTTPError as error:
        kind = "by hand" if error.code in SHY else "dead"
        return Answer(link=link, kind=kind, detail=f"answers {error.code}")
    except (URLError, HTTPException, TimeoutError, OSError, ValueError) as error:
        return Answer(link=link, kind="dead", detail=f"does not answer: {getattr(error, 'reason', error)}")


def look_at_all(
    *, only: str = "", opener: Opener = urlopen, timeout: float = 20.0, wait: Callable[[float], None] = time.sleep
) -> Iterator[Answer]:
    """One address after the other, each address once."""
    last: dict[str, float] = {}
    seen: dict[str, Answer] = {}
    for link in links(only=only):
        if link.url in seen:
            continue
        host = urlsplit(link.url).netloc
        if host in last and (rest := last[host] + PAUSE - time.monotonic()) > 0:
            wait(rest)
        seen[link.url] = look(link, opener=opener, timeout=timeout)
        last[host] = time.monotonic()
        yield seen[link.url]
