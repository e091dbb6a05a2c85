"""What is given back when a form could not be taken: what was typed, to be copied, and a button that sends the very same again."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest
from django.middleware.csrf import get_token

SECRET_PARTS = ("csrf", "password", "passphrase")
SECRETS = {"code", "digits", "shown"}  # codes of one use, and recovery codes: no page gives them back
BOOKKEEPING = {
    "submission_id", "version", "lock_version", "digest", "whole", "opened_at", "box", "template", "missing", "do", "next", "action",
    "index", "flag", "person", "file", "link",
}  # fmt: skip


class Gone(Http404):
    """What a form was about is not there any more, or not for this person: why, the way on, and what was typed by its labels."""

    def __init__(self, why: str, *, way_on: tuple[str, str] | None = None, typed: list[tuple[str, str]] | None = None) -> None:
        super().__init__(why)
        self.way_on, self.typed = way_on, typed


@dataclass(frozen=True, kw_only=True)
class Unsaved:
    """`again` is every field as it came, for sending it again; without a token it is an offer that may not be made."""

    address: str
    typed: list[tuple[str, str]]
    again: list[tuple[str, str]]
    files: list[tuple[str, str]]
    token: str
    may_send_again: bool
    has_secrets: bool


def is_secret(name: str) -> bool:
    return name in SECRETS or any(part in name for part in SECRET_PARTS)


def typed_text(request: HttpRequest) -> list[tuple[str, str]]:
    """What a person wrote into a form, by field name: no secrets, no buttons, no bookkeeping."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if value.strip()
        and name not in BOOKKEEPING
        and not name.startswith("_")
        and "_FORMS" not in name
        and not is_secret(name)
    ]


def unsaved(request: HttpRequest, *, new_cookie: bool) -> Unsaved:
    """The offer to send again is made only to a form of our own pages: a forged one would get a valid token from us.

    Browsers say where a form stood in `Origin`, which no page can fake. With `new_cookie` a browser that has no token cookie gets one;
    without it, pages that set no cookie stay so.
    """
    names = [name for name in request.POST if name != "csrfmiddlewaretoken"]
    has_secrets = any(is_secret(name) for name in names)
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    may_send_again = ours and not has_secrets
    wants_token = may_send_again and (new_cookie or settings.CSRF_COOKIE_NAME in request.COOKIES)
    return Unsaved(
        address=request.get_full_path(),
        typed=typed_text(request),
        again=[(name, value) for name in names for value in request.POST.getlist(name)] if may_send_again else [],
        files=[(name, file.name or "") for name, files in request.FILES.lists() for file in files],
        token=get_token(request) if wants_token else "",
        may_send_again=may_send_again,
        has_secrets=has_secrets,
    )
