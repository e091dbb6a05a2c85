""" "I can't write this: please call me": a number and good hours, from any page of the request."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from portal import ratelimit
from quotes import actions, caller, intake
from quotes.call_forms import CallForm
from quotes.models import CallRequest
from quotes.views.access import page_methods
from quotes.views.asking import asked_language, current_language, same_post_in
from quotes.views.caller import render

ASKED = "asked_call"  # in the session: the call that was just asked for
From = CallRequest.From


@page_methods
def call_me(request: HttpRequest) -> HttpResponse:
    """Never refused: what looks like a machine, or comes too often, is marked for a person to look at."""
    if caller.KEY in request.session:  # staff are on the phone with them already
        return redirect("quotes:end")
    language = asked_language(request)
    if language and language != translation.get_language():
        return same_post_in(language, request)
    case = intake.draft_of(request.session)
    came_from = request.GET.get("from", "")
    came_from = came_from if came_from in From.values else From.START
    if request.method != "POST" or language:
        initial = {"language": current_language(), **CallForm.from_draft(case), **CallForm.as_typed(request.POST)}
        form = CallForm(initial=initial, with_draft=case is not None)
        return call_page(request, form, gate=intake.read_gate(request.POST.get("gate", "")), came_from=came_from)
    gate = intake.read_gate(request.POST.get("gate", ""))
    form = CallForm(request.POST, with_draft=case is not None)
    if not form.is_valid():
        return call_page(request, form, gate=gate, came_from=came_from)
    is_over = not ratelimit.allowed_for_client("call-me", request)
    call = actions.ask_for_call(
        **form.call(),
        consent_language=current_language(),
        came_from=came_from,
        case=case,
        is_suspect=is_over or gate.is_quick or bool(form.cleaned_data["website"]),
    )
    request.session[ASKED] = str(call.pk)
    return redirect("quotes:call_asked")


def call_page(request: HttpRequest, form: CallForm, *, gate: intake.Gate, came_from: str) -> HttpResponse:
    context = {
        "form": form,
        "gate": gate.sealed(),
        "is_urgent": came_from in CallRequest.URGENT,
        "with_draft": form.with_draft,
        "language_switch_form": True,
    }
    return render(request, "quotes/intake/call_me.html", context)


@require_safe
def call_asked(request: HttpRequest) -> HttpResponse:
    """By when we call, in the caller's own time."""
    call = CallRequest.objects.filter(pk=request.session[ASKED]).first() if ASKED in request.session else None
    if call is None:
        return redirect("quotes:start")
    case = intake.draft_of(request.session)
    zone = ZoneInfo(call.time_zone or settings.TIME_ZONE)
    due = timezone.make_naive(call.due_at, zone)  # their wall clock: a template would turn it back into ours
    context = {
        "due": due,
        "is_today": due.date() == timezone.localdate(timezone=zone),
        "number_end": call.phone[-3:],
        "is_urgent": call.is_urgent,
        "resume_url": intake.resume_url(case.answers) if case else "",
        "again_url": reverse("quotes:call_me"),
    }
    return render(request, "quotes/intake/call_asked.html", context)
