"""The addresses that belong to no subject: the language picker, health, error pages, mail on a developer's machine."""

from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from portal import clamd, devmail
from portal.models import Heartbeat, OutgoingEmail

SECRETS = ("csrf", "password", "code", "digits", "shown")  # parts of the names of fields that no page gives back


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
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if not any(part in name for part in SECRETS)
        for value in values
        if value
    ]
    files = [one.name for _field, sent in request.FILES.lists() for one in sent]
    return render(request, "403_csrf.html", {"typed": typed, "files": files}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Too big, too many fields, or malformed: Django refuses it before a view sees it."""
    return render(request, "400.html", status=400)


def too_large(request: HttpRequest) -> HttpResponse:
    """For files that are too much at once; nginx can show it too (docs/operations.md)."""
    return render(request, "413.html", status=413)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


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
