"""The addresses that belong to no subject: the language picker, health, error pages, mail on a developer's machine."""

import logging
import sys
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.views.decorators.http import require_safe

from portal import clamd, devmail
from portal.context import site_names
from portal.models import Heartbeat, OutgoingEmail
from portal.unsaved import unsaved

logger = logging.getLogger(__name__)
DATABASE_IS_AWAY = OperationalError, InterfaceError
AGAIN_IN = 30  # seconds


@require_safe
def choose_language(request: HttpRequest) -> HttpResponse:
    """`/` goes to the language the browser asks for."""
    response = HttpResponseRedirect(f"/{translation.get_language_from_request(request)}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers; says how the worker and the outbox are. No names, no counts of patients."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        running, late = Heartbeat.worker_is_running(), OutgoingEmail.objects.late().exists()
    except DatabaseError:
        return JsonResponse({"database": "down"}, status=503)
    state = {"database": "up", "worker": "up" if running else "down", "outbox": "late" if late else "on time"}
    if clamd.is_configured():
        state["scanner"] = "up" if clamd.is_up() else "down"
    return JsonResponse(state)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Every browser asks for it by this name, link or no link."""
    return HttpResponseRedirect(static("portal/favicon.svg"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The session ended, or the form came from elsewhere: say so plainly and show what was typed, so that nothing is lost."""
    return render(request, "403_csrf.html", {"unsaved": unsaved(request, new_cookie=True)}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Too big, too many fields, or malformed: Django refuses it before a view sees it."""
    return render(request, "400.html", status=400)


def too_large(request: HttpRequest) -> HttpResponse:
    """For files that are too much at once; nginx can show it too (docs/operations.md)."""
    return render(request, "413.html", status=413)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles the error, whether a view or a middleware raised it."""
    error = sys.exc_info()[1]
    if isinstance(error, DATABASE_IS_AWAY):
        return database_is_away(request, error)
    return render(request, "500.html", status=500)


def database_is_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """503 without database, session or user: what was typed is on the page, and one button sends it again."""
    logger.error("the database does not answer", extra={"fields": {"error": type(error).__name__}})
    with translation.override(translation.get_language_from_request(request, check_path=True)):
        given_back = unsaved(request, new_cookie=False) if request.method == "POST" else None
        context = {**site_names(), "unsaved": given_back, "address": request.get_full_path()}
        response = HttpResponse(render_to_string("503.html", context), status=503, headers={"Retry-After": str(AGAIN_IN)})
    add_never_cache_headers(response)
    return response


def only_at_home(request: HttpRequest) -> None:
    if not settings.DEBUG or request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1"}:
        raise Http404


@require_safe
def dev_mail_list(request: HttpRequest) -> HttpResponse:
    """The mails this machine would have sent, newest first."""
    only_at_home(request)
    mails = [(path.name, devmail.parse(path)) for path in devmail.newest()]
    rows = [{"name": name, "to": mail["To"], "subject": mail["Subject"], "date": mail["Date"]} for name, mail in mails]
    return render(request, "portal/dev_mail_list.html", {"mails": rows})


@require_safe
def dev_mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    only_at_home(request)
    path = Path(settings.EMAIL_FILE_PATH) / Path(name).name
    if not path.is_file():
        raise Http404
    mail = devmail.parse(path)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    if request.GET.get("as") == "html" and html:
        response = HttpResponse(html.get_content())
        # a mail's own inline styles are shown as a mail program would; nothing else may run or load
        response["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups"
        )
        return response
    text = plain.get_content() if plain else ""
    return render(request, "portal/dev_mail_detail.html", {"mail": mail, "name": name, "lines": linked_lines(text)})


def linked_lines(text: str) -> list[dict[str, str]]:
    """Lines of a mail, with an address that stands alone on its line made a link."""
    return [{"text": line, "href": line.strip() if line.strip().startswith("http") else ""} for line in text.splitlines()]
