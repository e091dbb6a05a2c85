"""What changes on the pages of the request while staff write it for a caller: the banner, the consents, the end of it."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render as plain_render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from quotes import actions, caller, forms
from quotes.models import QuoteRequest
from quotes.workflow import NotAllowed


def render(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of the request; with the banner, and the consents worded for reading aloud, while staff write for a caller."""
    if writes := caller.of(request.session):
        context = {**context, "caller": {"name": writes.call.name, "has_draft": caller.draft_of(request.session) is not None}}
        if "form" in context:
            forms.read_aloud(context["form"])
    return plain_render(request, template, context, status=status)


def is_cut_off(request: HttpRequest) -> bool:
    """Whether this browser was writing for a caller and may not any more: signed out, or the call is gone."""
    return caller.KEY in request.session and caller.of(request.session) is None


def call_url(request: HttpRequest) -> str:
    """The call's page on the staff site; it asks to sign in where that is needed."""
    return reverse("admin:quotes_callrequest_change", args=[request.session[caller.KEY]["call"]])


def cut_off(request: HttpRequest, *, typed: list[dict[str, Any]]) -> HttpResponse:
    """No draft is open here for this member of staff: what was typed is shown, and the way back is the call's page."""
    where = call_url(request)
    if caller.of(request.session) is not None and not typed:
        return redirect(where)
    sign_in = f"{reverse('admin:login')}?{urlencode({'next': where})}"
    return plain_render(request, "quotes/intake/caller_cut_off.html", {"typed": typed, "sign_in_url": sign_in}, status=409)


def end(request: HttpRequest) -> HttpResponse:
    """Stop writing: keep what there is for later, or delete it because the caller wants that."""
    case = caller.draft_of(request.session)
    where = call_url(request)
    if request.method != "POST":
        return render(request, "quotes/intake/caller_end.html", {"draft": case})
    if "delete" in request.POST and case is not None:
        with suppress(NotAllowed):  # sent at this moment: it is a case now, and stays
            actions.discard_draft(case=case, by=case.opened_by)
    caller.end(request.session)
    return redirect(where)


def sent(request: HttpRequest, case: QuoteRequest) -> HttpResponse:
    """The request is in the queue; on to the case."""
    caller.end(request.session)
    messages.success(
        request, _("The request is sent, and the call is done. Tell the caller the reference: %s") % case.reference
    )
    return redirect("admin:quotes_quoterequest_change", case.pk)
