"""Links of a text that lead nowhere on this site. Addresses of other sites: `manage.py check_links`."""

from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils import translation

from articles.models import Article, ClinicalTrial, Edition, Person, Topic


def lost_paths(edition: Edition) -> list[str]:
    """Addresses on this site that would answer "not found"."""
    return [path for path in edition.rendered.get("paths", []) if path.startswith("/") and not leads_somewhere(path)]


def leads_somewhere(path: str) -> bool:
    address = urlsplit(path).path
    language = translation.get_language_from_path(address)
    with translation.override(language or translation.get_language()):
        try:
            match = resolve(address)
        except Resolver404:
            return False
        return is_there(match.view_name, match.kwargs, language=language or "")


def is_there(name: str, kwargs: dict[str, Any], *, language: str) -> bool:
    match name:
        case "articles:article" | "articles:editions" | "articles:edition" | "articles:easy":
            return Article.objects.published().filter(language=language, slug=kwargs["slug"]).exists()
        case "articles:topic":
            return Topic.objects.filter(language=language, slug=kwargs["slug"]).exists()
        case "articles:person":
            return Person.objects.filter(language=language, slug=kwargs["slug"]).exists()
        case "articles:trial":
            return ClinicalTrial.objects.filter(key=kwargs["key"]).exists()
    return True


def unlinked_articles(edition: Edition) -> tuple[list[str], list[str]]:
    """Keys of articles that this text points to: those that do not exist in its language or were taken offline, and those
    that are written and not online yet. The words of both stand without a link meanwhile."""
    keys = edition.rendered.get("links", [])
    if not keys:
        return [], []
    rows = Article.objects.filter(language=edition.article.language, translation_key__in=keys)
    state = {row.translation_key: row for row in rows.only("translation_key", "retired_at", "published_edition_id")}
    gone = [key for key in keys if key not in state or state[key].retired_at is not None]
    waiting = [key for key in keys if key not in gone and state[key].published_edition_id is None]
    return gone, waiting
