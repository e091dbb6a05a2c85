"""The door of the case page: the mailed link, the code, a lost link, the end of a session."""

import time
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import ratelimit
from quotes import access, intake
from quotes.case_forms import CodeForm, LostLinkForm
from quotes.models import Participant
from quotes.models.people import email_digest, token_digest

page_methods = require_http_methods(["GET", "HEAD", "POST"])
CaseView = Callable[..., HttpResponse]
LIKE_TIME = 0.3  # seconds that "Lost your link?" takes at least, known address or not: far more than two inserts need
FORM_KEYS = {"csrfmiddlewaretoken", "submission_id", "whole", "add", "remove"}


def in_case(view: CaseView) -> Callable[..., HttpResponse]:
    """Gives the view the participant who is signed in; otherwise says how to get back in, with what was typed."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: object) -> HttpResponse:
        participant = access.current_participant(request)
        if participant is not None:
            return view(request, participant, **kwargs)
        typed = [value for key, values in request.POST.lists() if key not in FORM_KEYS for value in values if value.strip()]
        files = [one.name for _field, sent in request.FILES.lists() for one in sent]
        if typed or files:
            return render(request, "quotes/case/ended.html", {"typed": typed, "files": files}, status=403)
        return redirect("quotes:case_ended")

    return guarded


@csrf_exempt  # the first page sets no cookie, so "Send a code" carries no token; `enter` below is protected
@page_methods
def open_link(request: HttpRequest, *, token: str) -> HttpResponse:
    """The same page for every link, known or not; nothing happens until somebody asks for a code."""
    if request.method == "POST":
        return enter(request, token=token) if "digits" in request.POST else send_code(request, token=token)
    if access.asked_for(request, token=token):
        return code_page(request, CodeForm())
    participant = access.current_participant(request) if "participant" in request.session else None
    inside = participant is not None and participant.token_hash == token_digest(token)
    return render(request, "quotes/case/door.html", {"inside": inside, "action": request.path})


def send_code(request: HttpRequest, *, token: str) -> HttpResponse:
    if not is_from_here(request):
        return redirect("quotes:access", token=token)
    if access.ask_for_code(request, token=token) == "too_often":
        problem = _(
            "You asked for several codes in a short time. Wait 15 minutes. The newest code that you have may still work."
        )
        if access.asked_for(request, token=token):
            return code_page(request, CodeForm(), problem=problem, status=429)
        return render(request, "quotes/case/door.html", {"problem": problem, "action": request.path}, status=429)
    return redirect("quotes:access", token=token)


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of ours. Old browsers say nothing; a mail to the owner is all it makes."""
    if origin := request.headers.get("Origin", ""):  # "null" is a page without an origin: never one of ours
        return origin == f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}


@csrf_protect
def enter(request: HttpRequest, *, token: str) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return code_page(request, form)
    result = access.enter_code(request, token=token, digits=form.cleaned_data["digits"])
    if result == "in":
        return redirect("quotes:case")
    if result == "draft":
        case = intake.draft_of(request.session)
        waits = access.WAITING in request.session
        return redirect("quotes:another" if waits or case is None else intake.resume_url(case.answers))
    if result == "wrong":
        form.add_error("digits", wrong_code(request, token))
        return code_page(request, form)
    return code_page(request, CodeForm(), problem=PROBLEMS[result](), status=429 if result == "too_often" else 200)


def wrong_code(request: HttpRequest, token: str) -> str:
    asked = access.asked_for(request, token=token)
    tries = asked["tries"] if asked else 0
    return ngettext(
        "This is not the code. Look at the newest e-mail from us. You can try %(count)s more time.",
        "This is not the code. Look at the newest e-mail from us. You can try %(count)s more times.",
        tries,
    ) % {"count": tries}


PROBLEMS: dict[str, Callable[[], str]] = {
    "used_up": lambda: _("This code cannot be tried any more. Ask for a new code below."),
    "expired": lambda: _("This code is too old. Ask for a new code below."),
    "not_asked": lambda: _("No code was asked for in this browser. Ask for a new code below, and type it here."),
    "too_often": lambda: _("There were many tries. Wait one hour, then ask for a new code."),
}


def code_page(request: HttpRequest, form: CodeForm, *, problem: str = "", status: int = 200) -> HttpResponse:
    return render(request, "quotes/case/code.html", {"form": form, "problem": problem, "action": request.path}, status=status)


@page_methods
def lost_link(request: HttpRequest) -> HttpResponse:
    """Mails the link to the address, if we know it; the page says the same if we do not, and takes the same time."""
    started = time.monotonic()
    form = LostLinkForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "quotes/case/lost_link.html", {"form": form, "action": request.path})
    email = form.cleaned_data["email"]
    allowed = ratelimit.allowed_for_client("lost-link", request), ratelimit.allowed("lost-link", email_digest(email))
    if not all(allowed):
        form.add_error(None, _("You asked for the link several times. Wait one hour, or call us."))
        return render(request, "quotes/case/lost_link.html", {"form": form, "action": request.path}, status=429)
    access.send_links(email)
    time.sleep(max(0.0, LIKE_TIME - (time.monotonic() - started)))
    return redirect("quotes:lost_link_sent")


@require_safe
def lost_link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "quotes/case/lost_link_sent.html")


@require_safe
def ended(request: HttpRequest) -> HttpResponse:
    return render(request, "quotes/case/ended.html")


@require_POST
@in_case
def sign_out(request: HttpRequest, participant: Participant) -> HttpResponse:
    access.close_case_session(request)
    return redirect("quotes:case_signed_out")


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "quotes/case/signed_out.html")
