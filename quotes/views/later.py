"""Save and finish later: a mailed link to the draft, and two requests in one browser that must not mix."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, translate_url
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import ratelimit
from quotes import actions, caller, intake
from quotes.access import DRAFT, WAITING
from quotes.call_forms import LaterForm
from quotes.models import QuoteRequest
from quotes.models.case import DRAFT_LIFE
from quotes.models.people import email_digest
from quotes.views.access import page_methods
from quotes.views.caller import render
from quotes.workflow import NotAllowed

MAILED = "draft_mailed"  # in the session: the id of the draft whose link was just mailed


@page_methods
def later(request: HttpRequest) -> HttpResponse:
    """Asks where to mail the link; the address of the answers stands there already."""
    case = intake.draft_of(request.session)
    if case is None:
        return redirect(reverse("quotes:start") + "?note=no-draft")
    owner = case.owner
    typed = request.POST.get("email") or case.answers.get("email") or (owner.email if owner else "")
    wanted = request.POST.get("switch_language", "")
    if request.method != "POST" or wanted:
        if wanted and wanted != translation.get_language():
            return redirect(translate_url(request.get_full_path(), wanted))
        return later_page(request, case, LaterForm(initial={"email": typed}))
    form = LaterForm(request.POST)
    if not form.is_valid():
        return later_page(request, case, form)
    email = form.cleaned_data["email"]
    allowed = ratelimit.allowed_for_client("draft-link", request), ratelimit.allowed("draft-link", email_digest(email))
    if not all(allowed):
        form.add_error(None, _("The link was mailed several times. Wait one hour. Your answers stay in this browser."))
        return later_page(request, case, form, status=429)
    try:
        actions.mail_draft_link(
            case=case,
            email=email,
            language=translation.get_language() or case.language,
            submission_id=form.cleaned_data["submission_id"],
        )
    except NotAllowed:  # another tab sent the request at this moment
        return redirect("quotes:sent")
    request.session[MAILED] = str(case.pk)
    return redirect(reverse("quotes:later_sent") + ("?next=another" if request.GET.get("next") == "another" else ""))


def later_page(request: HttpRequest, case: QuoteRequest, form: LaterForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "days": DRAFT_LIFE.days,
        "back_url": intake.resume_url(case.answers),
        "language_switch_form": True,
    }
    return render(request, "quotes/intake/later.html", context, status=status)


@require_safe
def later_sent(request: HttpRequest) -> HttpResponse:
    """Where the link went, until when it holds, and how to leave a shared computer."""
    case = intake.draft_of(request.session)
    owner = case.owner if case else None
    if case is None or owner is None or request.session.get(MAILED) != str(case.pk):
        return redirect(reverse("quotes:start") + "?note=no-draft")
    context = {
        "email": owner.email,
        "likely_address": intake.likely_address(owner.email),
        "until": timezone.localtime(case.updated_at + DRAFT_LIFE),
        "days": DRAFT_LIFE.days,
        "resume_url": intake.resume_url(case.answers),
        "to_another": request.GET.get("next") == "another",
    }
    return render(request, "quotes/intake/later_sent.html", context)


@page_methods
def another(request: HttpRequest) -> HttpResponse:
    """A request is open in this browser already: go on with it, or leave it for another one. They never mix."""
    session = request.session
    case = intake.draft_of(session)
    if caller.KEY in session:  # staff write one request at a time; their own, if there is one, is left alone
        return redirect(intake.resume_url(case.answers) if case else reverse("quotes:end"))
    waiting = QuoteRequest.objects.filter(pk=session[WAITING]).first() if WAITING in session else None
    if case is None:
        return to_waiting(request, waiting)
    if request.method == "POST" and "go_on" in request.POST:
        session.pop(WAITING, None)
        return redirect(intake.resume_url(case.answers))
    if request.method == "POST" and "another" in request.POST:
        if not is_kept(case):
            with suppress(NotAllowed):  # another tab sent it at this moment: it is a case now, and stays
                actions.discard_draft(case=case)
        return to_waiting(request, waiting)
    context = {
        "is_kept": is_kept(case),
        "started": timezone.localtime(case.created_at),
        "waiting": waiting,
        "later_url": reverse("quotes:later") + "?next=another",
    }
    return render(request, "quotes/intake/another.html", context)


def to_waiting(request: HttpRequest, waiting: QuoteRequest | None) -> HttpResponse:
    """On to the request whose link was opened, or to a new one: under a fresh key, without what the first one left."""
    session = request.session
    for key in (DRAFT, WAITING, MAILED):
        session.pop(key, None)
    session.cycle_key()
    if waiting is None:
        return redirect("quotes:emergency")
    if not waiting.is_draft:
        intake.remember_sent(session, waiting)
        return redirect("quotes:sent")
    session[DRAFT] = str(waiting.pk)
    return redirect(intake.resume_url(waiting.answers))


def is_kept(case: QuoteRequest) -> bool:
    """Whether a draft can be reached when this browser forgets it: by a mailed link, or by staff who were asked to call."""
    owner = case.owner
    return bool(owner and owner.email) or case.calls.to_make().exists()
