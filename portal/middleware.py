"""What every response carries: a request id, the security headers of docs/security.md, and the staff session's own clock."""

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from portal import session_clock
from portal.logs import request_id

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
PERMISSIONS_OFF = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope",
    "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get", "usb",
)  # fmt: skip


class RequestIdMiddleware:
    """An id for each request, in the response and in every log line; one line a request, by route name, never by path."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifier = uuid.uuid4().hex
        token = request_id.set(identifier)
        request.request_id = identifier  # type: ignore[attr-defined]
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = identifier
            match = request.resolver_match
            fields = {
                "method": request.method,
                "route": match.view_name if match else None,
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
            if not request.path.startswith(settings.STATIC_URL):
                logger.info("request", extra={"fields": fields})
            return response
        finally:
            request_id.reset(token)


class SecurityHeadersMiddleware:
    """Strict CSP without a nonce (public pages stay cacheable), and personal pages that no cache keeps."""

    PERSONAL = ("quote", "c", "case", "lost-link", "feedback")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.csp = CSP + ("; upgrade-insecure-requests" if settings.HTTPS else "")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.csp)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.headers.setdefault("Permissions-Policy", ", ".join(f"{name}=()" for name in PERMISSIONS_OFF))
        response.headers.setdefault("X-Frame-Options", "DENY")
        if self.is_personal(request.path):
            add_never_cache_headers(response)
        return response

    def is_personal(self, path: str) -> bool:
        parts = path.split("/")
        return path.startswith("/staff/") or (len(parts) > 2 and parts[2] in self.PERSONAL)


class StaffSessionMiddleware:
    """Ends a staff sign-in after 15 idle minutes or 10 hours. Background requests, misses and signing in are not activity."""

    QUIET = ("staff-sign-in", "staff-second-factor")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/staff/") or not request.user.is_authenticated:
            return self.get_response(request)
        for key in session_clock.keys("staff"):
            request.session.setdefault(key, int(time.time()))
        if session_clock.has_run_out(request.session, "staff"):
            logout(request)
            request.session["staff_timed_out"] = True
        response = self.get_response(request)
        asking = request.resolver_match is not None and request.resolver_match.view_name in self.QUIET
        quiet = asking or request.headers.get("X-Background") == "1" or response.status_code == 404
        if request.user.is_authenticated and not quiet:
            session_clock.note_activity(request.session, "staff")
        return response
