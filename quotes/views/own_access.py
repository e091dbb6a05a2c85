"""How one person gets in, on the case page: open pages, the passphrase, the e-mail address."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.ids import uuid_or_404
from quotes import actions, browsers
from quotes.access_forms import AddressForm, PassphraseForm, RemovePassphraseForm
from quotes.actions.own_access import waiting_address
from quotes.case_forms import CodeForm
from quotes.models import Participant
from quotes.views.access import in_case, page_methods
from quotes.views.case import case_page, do_or_explain

SHOWN_EARLIER = 10  # pages that are closed again


def this_session(participant: Participant) -> UUID | None:
    return participant.current_session.pk if participant.current_session else None


@page_methods
@in_case
def own_access(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Where the page is open, to be ended here."""
    here = this_session(participant)
    if request.method == "POST":
        if request.POST.get("do") == "others":
            actions.end_other_sessions(by=participant, keep=here)
            notices.success(request, _("All other pages are closed now."))
        else:
            session = participant.sessions.filter(pk=uuid_or_404(request.POST.get("session", ""))).first()
            if session is None:
                raise Http404
            actions.end_session(by=participant, session=session)
            notices.success(request, _("This page is closed now."))
        return redirect("quotes:case_access")
    open_now = [*participant.sessions.open()]
    earlier = participant.sessions.exclude(pk__in=[one.pk for one in open_now])[:SHOWN_EARLIER]

    def row(session: object) -> dict[str, object]:
        return {"session": session, "browser": browsers.in_words(session.browser), "is_this": session.pk == here}  # type: ignore[attr-defined]

    rows = [row(session) for session in open_now]
    return case_page(
        request,
        participant,
        "access",
        section="people",
        rows=sorted(rows, key=lambda one: not one["is_this"]),
        earlier=[row(session) for session in earlier],
        has_passphrase=bool(participant.passphrase),
    )


@page_methods
@in_case
def passphrase(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Set, change or remove it: each person for themselves."""
    case, has_one = participant.case, bool(participant.passphrase)
    data = request.POST if request.method == "POST" else None
    is_removing = data is not None and data.get("do") == "remove"
    form = PassphraseForm(None if is_removing else data, has_one=has_one)
    removing = RemovePassphraseForm(data if is_removing else None, prefix="remove") if has_one else None
    status = 200
    if is_removing and removing is not None and removing.is_valid():
        current = removing.cleaned_data["passphrase_now"]
        if do_or_explain(removing, lambda: actions.remove_passphrase(case=case, by=participant, current=current), case):
            notices.success(request, _("The passphrase is removed. A code by e-mail is enough now."))
            return redirect("quotes:case_access")
        status = 409
    elif data is not None and not is_removing and form.is_valid():
        new, current = form.cleaned_data["passphrase_new"], form.cleaned_data.get("passphrase_now", "")
        if do_or_explain(
            form, lambda: actions.set_passphrase(case=case, by=participant, passphrase=new, current=current), case
        ):
            notices.success(request, _("Your passphrase is set. We ask for it after the code, from the next time on."))
            return redirect("quotes:case_access")
        status = 409
    return case_page(
        request,
        participant,
        "passphrase",
        section="people",
        status=status,
        form=form,
        removing=removing,
        has_one=has_one,
        has_errors=bool(form.errors or (removing and removing.errors)),
    )


@page_methods
@in_case
def address(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Another e-mail address of one's own: first the code that went to it, then it counts."""
    case = participant.case
    waiting = waiting_address(participant)
    data = request.POST if request.method == "POST" else None
    is_code = data is not None and "digits" in data
    form = AddressForm(None if is_code else data, has_passphrase=bool(participant.passphrase))
    code = CodeForm(data if is_code else None)
    status = 200
    if is_code and code.is_valid():
        digits, fits = code.cleaned_data["digits"], []

        def verb() -> None:
            fits.append(actions.change_contact(case=case, by=participant, digits=digits, keep=this_session(participant)))

        if do_or_explain(code, verb, case):
            if fits[0]:
                notices.success(request, _("Your new address counts now. We have sent you a new link there."))
                return redirect("quotes:case_access")
            code.add_error("digits", _("This is not the code. Look at the newest e-mail from us."))
        else:
            status = 409
    elif data is not None and not is_code and form.is_valid():
        email, current = form.cleaned_data["email"], form.cleaned_data.get("passphrase_now", "")
        if do_or_explain(form, lambda: actions.ask_new_address(case=case, by=participant, email=email, current=current), case):
            return redirect("quotes:case_address")
        status = 409
    return case_page(
        request,
        participant,
        "address",
        section="people",
        status=status,
        form=form,
        code=code,
        waiting=waiting,
        has_errors=bool(form.errors or code.errors),
    )
