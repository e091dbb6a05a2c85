"""The door of the case page: the mailed link, the code, a lost link, the end of a session."""

import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import ratelimit
from portal.unsaved import is_secret
from quotes import access, actions, circle, intake
from quotes.access_forms import DoorCodeForm, NotMeForm, PassphraseEntryForm
from quotes.case_forms import LostLinkForm
from quotes.models import Participant
from quotes.models.people import email_digest, token_digest
from quotes.views.case_drafts import keep_when_out
from quotes.views.case_tabs import TABS

page_methods = require_http_methods(["GET", "HEAD", "POST"])
Answer = TypeVar("Answer", bound=HttpResponseBase)
LIKE_TIME = 0.3  # seconds that "Lost your link?" takes at least, known address or not: far more than two inserts need
FORM_KEYS = {
    "csrfmiddlewaretoken",
    "submission_id",
    "whole",
    "add",
    "remove",
    "do",
    "role",
    "stage",
    "answer",
    "session",
    "leave",
}


def in_case(view: Callable[..., Answer]) -> Callable[..., Answer | HttpResponse]:
    """Gives the view the participant who is signed in; otherwise says how to get back in, with what was typed."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: object) -> Answer | HttpResponse:
        before = request.session.get("participant")
        participant = access.current_participant(request)
        if participant is None:
            return out(request, before=before)
        page = request.resolver_match.url_name if request.resolver_match else None
        if circle.may_open(participant, page or "", method=request.method or ""):
            return view(request, participant, **kwargs)
        return not_for_them(request, participant)

    return guarded


def out(request: HttpRequest, *, before: str | None) -> HttpResponse:
    """Nobody is signed in here any more. For somebody who was let out of the circle, the case is as if it never was.

    `before`: the key of the person who was in the page until it closed.
    """
    was_revoked, given = access.is_revoked(before), typed(request)
    if any(given.values()):
        kept = request.method == "POST" and keep_when_out(request, before=before)
        return render(request, "quotes/case/ended.html", {**given, "kept": kept}, status=404 if was_revoked else 403)
    if was_revoked:
        raise Http404
    return redirect("quotes:case_ended")


def not_for_them(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Theirs is the case, but not this page: for the invited, the invitation; for the others, why, with what they typed."""
    if participant.is_pending:
        return redirect("quotes:case_invitation")
    page = {"case": participant.case, "participant": participant, "section": "", "tabs": TABS, **typed(request)}
    return render(request, "quotes/case/not_for_you.html", page, status=403)


def typed(request: HttpRequest) -> dict[str, list[str]]:
    texts = [
        value
        for key, values in request.POST.lists()
        if key not in FORM_KEYS and not is_secret(key)
        for value in values
        if value.strip()
    ]
    return {"typed": texts, "files": [one.name or "" for _field, sent in request.FILES.lists() for one in sent]}


@csrf_exempt  # the first page sets no cookie, so "Send a code" carries no token; `enter` below is protected
@page_methods
def open_link(request: HttpRequest, *, token: str) -> HttpResponse:
    """The same page for every link, known or not; nothing happens until somebody asks for a code."""
    if request.method == "POST":
        return press(request, token=token)
    if access.passed_code(request, token=token):
        return passphrase_page(request, PassphraseEntryForm())
    if access.asked_for(request, token=token):
        return code_page(request, DoorCodeForm())
    participant = access.current_participant(request) if "participant" in request.session else None
    inside = participant is not None and participant.token_hash == token_digest(token)
    return render(request, "quotes/case/door.html", {"inside": inside, "action": request.path})


def press(request: HttpRequest, *, token: str) -> HttpResponse:
    if "digits" in request.POST:
        return enter(request, token=token)
    if "passphrase" in request.POST:
        return enter_passphrase(request, token=token)
    return send_code(request, token=token)


def send_code(request: HttpRequest, *, token: str) -> HttpResponse:
    if not is_from_here(request):
        return redirect("quotes:access", token=token)
    if access.ask_for_code(request, token=token) == "too_often":
        problem = _(
            "You asked for several codes in a short time. Wait 15 minutes. The newest code that you have may still work."
        )
        if access.asked_for(request, token=token):
            return code_page(request, DoorCodeForm(), problem=problem, status=429)
        return render(request, "quotes/case/door.html", {"problem": problem, "action": request.path}, status=429)
    return redirect("quotes:access", token=token)


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of ours. Old browsers say nothing; a mail to the owner is all it makes."""
    if origin := request.headers.get("Origin", ""):  # "null" is a page without an origin: never one of ours
        return origin == f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}


@csrf_protect
def enter(request: HttpRequest, *, token: str) -> HttpResponse:
    form = DoorCodeForm(request.POST)
    if not form.is_valid():
        return code_page(request, form)
    browser, is_shared = browser_of(request), form.cleaned_data["is_shared"]
    result = access.enter_code(request, token=token, digits=form.cleaned_data["digits"], browser=browser, is_shared=is_shared)
    if result == "in":
        return let_in(browser=browser, is_shared=is_shared)
    if result == "passphrase":
        return redirect("quotes:access", token=token)
    if result == "draft":
        case = intake.draft_of(request.session)
        waits = access.WAITING in request.session
        return redirect("quotes:another" if waits or case is None else intake.resume_url(case.answers))
    if result == "wrong":
        form.add_error("digits", wrong_code(request, token))
        return code_page(request, form)
    return code_page(request, DoorCodeForm(), problem=PROBLEMS[result](), status=429 if result == "too_often" else 200)


@csrf_protect
def enter_passphrase(request: HttpRequest, *, token: str) -> HttpResponse:
    """The last step for those who have set one."""
    form = PassphraseEntryForm(request.POST)
    if not form.is_valid():
        return passphrase_page(request, form)
    browser = browser_of(request)
    passed = access.passed_code(request, token=token)
    result = access.enter_passphrase(request, token=token, passphrase=form.cleaned_data["passphrase"], browser=browser)
    if result == "in":
        return let_in(browser=browser, is_shared=bool(passed and passed["is_shared"]))
    if result == "wrong":
        form.add_error("passphrase", _("This is not your passphrase. Look at capital letters and spaces, and try again."))
        return passphrase_page(request, form)
    if result == "too_often":
        form.add_error(None, _("There were many tries. Wait one hour, or call us."))
        return passphrase_page(request, form, status=429)
    return code_page(request, DoorCodeForm(), problem=_("This took too long. Ask for a new code below."))


def passphrase_page(request: HttpRequest, form: PassphraseEntryForm, *, status: int = 200) -> HttpResponse:
    return render(request, "quotes/case/passphrase_entry.html", {"form": form, "action": request.path}, status=status)


def browser_of(request: HttpRequest) -> str:
    """The secret by which this browser is known again; a new one for a new browser."""
    return request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")[:64] or secrets.token_urlsafe(32)


def let_in(*, browser: str, is_shared: bool) -> HttpResponse:
    response = redirect("quotes:case")
    if not is_shared:
        response.set_cookie(
            settings.BROWSER_COOKIE_NAME,
            browser,
            max_age=settings.BROWSER_COOKIE_AGE,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return response


@csrf_exempt  # like the link itself: it sets no cookie, and all it can do makes things safer
@page_methods
def not_me(request: HttpRequest, *, token: str) -> HttpResponse:
    """ "This was not me": the same page for every link. A scanner that presses the button without choosing does nothing."""
    form = NotMeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not is_from_here(request) or not form.is_valid():
        return render(request, "quotes/case/not_me.html", {"form": form, "action": request.path})
    if form.cleaned_data["who"] == "me":
        return redirect("quotes:not_me_done", what="fine")
    allowed = ratelimit.allowed_for_client("not-me-client", request), ratelimit.allowed("not-me", token_digest(token))
    if not all(allowed):
        return redirect("quotes:not_me_done", what="often")
    started = time.monotonic()
    participant = Participant.objects.with_token(token).select_related("case").first()
    what = "done"
    if participant and not participant.case.is_draft:
        # counted for the person, too, whose link is another one after each report: nobody can be locked out by more of them
        if ratelimit.allowed("not-me", str(participant.pk)):
            actions.report_not_me(case=participant.case, by=participant)
        else:
            what = "often"
    time.sleep(max(0.0, LIKE_TIME - (time.monotonic() - started)))
    return redirect("quotes:not_me_done", what=what)


@require_safe
def not_me_done(request: HttpRequest, *, what: str) -> HttpResponse:
    return render(request, "quotes/case/not_me_done.html", {"what": what})


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


def code_page(request: HttpRequest, form: DoorCodeForm, *, problem: str = "", status: int = 200) -> HttpResponse:
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
    """What browsers keep of these pages goes, too; on a shared computer the cookies with it, unless a request is half filled in."""
    is_shared = participant.current_session is not None and participant.current_session.is_shared
    forget_all = is_shared and access.DRAFT not in request.session
    if forget_all:
        access.end_row(request.session.get(access.CASE_SESSION))
        request.session.flush()
    else:
        access.close_case_session(request)
    response = redirect("quotes:case_signed_out")
    response["Clear-Site-Data"] = '"cache", "storage", "cookies"' if forget_all else '"cache", "storage"'
    return response


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "quotes/case/signed_out.html")
