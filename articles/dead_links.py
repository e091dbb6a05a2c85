"""Links of a text that lead nowhere on this site. Addresses of other sites: `manage.py check_links`."""

from urllib.parse import SplitResult, unquote, urlsplit

from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.html import escape

from articles.models import Article, Edition


def lost_paths(edition: Edition) -> list[str]:
    """Addresses on this site that would answer "not found", and places that are not on their page."""
    return [path for path in edition.rendered.get("paths", []) if path.startswith("/") and not leads_somewhere(path)]


def leads_somewhere(path: str) -> bool:
    """What readers would find there is asked of the page itself. Of the pages that are not for reading only the address is looked up."""
    address = urlsplit(path)
    language = translation.get_language_from_path(address.path)
    with translation.override(language or translation.get_language()):
        try:
            match = resolve(address.path)
            return match.app_names != ["articles"] or has_place(address, match)
        except (Resolver404, Http404):
            return False


def has_place(address: SplitResult, match: ResolverMatch) -> bool:
    """Raises 404 for a page that is not there. One that has moved leads on; a retired text is none to send people to."""
    if match.view_name == "articles:article" and is_retired(match.kwargs["slug"]):
        return False
    request = HttpRequest()
    request.method, request.path, request.path_info, request.resolver_match = "GET", address.path, address.path, match
    request.GET = QueryDict(address.query)
    response = match.func(request, *match.args, **match.kwargs)
    if response.status_code != 200 or not address.fragment:
        return True
    return f' id="{escape(unquote(address.fragment))}"' in response.content.decode()


def is_retired(slug: str) -> bool:
    return Article.objects.filter(language=translation.get_language(), slug=slug, retired_at__isnull=False).exists()


def mark_articles() -> int:
    """Notes of each article online whether a link in it leads nowhere by now. Returns how many have one."""
    there = set(Article.objects.filter(retired_at__isnull=True).values_list("language", "translation_key"))
    known: dict[str, bool] = {}
    lost = set()
    links = ("published_edition__rendered__paths", "published_edition__rendered__links")
    for pk, language, paths, keys in Article.objects.published().values_list("pk", "language", *links):
        for path in paths or []:
            if path.startswith("/") and path not in known:
                known[path] = leads_somewhere(path)
        if not all(known.get(path, True) for path in paths or []) or any((language, key) not in there for key in keys or []):
            lost.add(pk)
    marked = set(Article.objects.filter(has_dead_links=True).values_list("pk", flat=True))
    for found, is_dead in ((lost - marked, True), (marked - lost, False)):
        if found:  # pages are made anew only when something was written
            Article.objects.filter(pk__in=found).update(has_dead_links=is_dead)
    return len(lost)


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
