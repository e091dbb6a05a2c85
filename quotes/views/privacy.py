"""What a family may see and ask about its own data: who looked, what was agreed to, a copy of everything, erasing everything."""

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal import ratelimit
from quotes import actions, consents, export, fresh_code, next_steps, seen
from quotes.case_forms import CodeForm, PageForm
from quotes.models import Participant, Sharing
from quotes.privacy_forms import EraseForm
from quotes.questions import Text
from quotes.views.access import in_case, page_methods
from quotes.views.case import case_page, do_or_explain
from quotes.wording import country_name
from quotes.workflow import UNFINISHED

LOOKS_A_PAGE = 20
WHAT_STOPS: dict[str, list[Text]] = {
    "health": [
        gettext_lazy("From the moment you take it back, the office stops working on your case, and it closes."),
        gettext_lazy("Nobody at the office can open your answers, messages and files any more."),
        gettext_lazy("They stay locked until you agree again, until you erase them, or until their time is over."),
        gettext_lazy("What was done before stays lawful."),
    ],
    "calls": [
        gettext_lazy(
            "From the moment you take it back, the office stops calling you. Who wants to call you sees that they may not."
        ),
        gettext_lazy("We still write to you on this page, with a short e-mail that there is news."),
    ],
    "follow_up": [
        gettext_lazy("Nobody asks you after 3, 6 and 12 months how things are."),
        gettext_lazy("What you have answered already is not counted any more."),
    ],
}
AGAIN: dict[str, Text] = {
    "health": gettext_lazy(
        "The office may open your answers again. Your case stays closed until you write to us: that opens it."
    ),
    "calls": gettext_lazy("The office may call you again."),
    "follow_up": gettext_lazy("We ask you 3, 6 and 12 months after our recommendation how things are."),
}
# by whether papers have left already: what taking an agreement to a clinic back stops
CLINIC_STOPS: dict[bool, Text] = {
    False: gettext_lazy("Nothing has left yet. If it is taken back, the clinic gets nothing at all."),
    True: gettext_lazy(
        "If it is taken back, we give this clinic nothing more. What it already has cannot be called back; "
        "if you wish, we ask the clinic to delete it."
    ),
}
CODE_FOR = {"download": "quotes:case_download", "erase": "quotes:case_erase"}


@require_safe
@in_case
def hub(request: HttpRequest, participant: Participant) -> HttpResponse:
    return case_page(request, participant, "privacy", section="privacy", is_owner=actions.is_owner(participant))


@require_safe
@in_case
def looks(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Who opened the case and its files, newest first."""
    pages = Paginator(seen.looks(participant.case), LOOKS_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return case_page(
        request,
        participant,
        "privacy_seen",
        section="privacy",
        page=page,
        page_url="?page=",
        rows=[seen.look_of(event) for event in page],
    )


@require_safe
@in_case
def agreements(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Each agreement with its exact text, also those to clinics; those that can be taken back, or given, lead on."""
    given = [*participant.case.consents.select_related("text", "recorded_by").order_by("-given_at")]
    standing = {consent.text.kind for consent in given if consent.withdrawn_at is None}
    rows = [
        {
            "name": consents.short_name(consent.text.kind),
            "consent": consent,
            "key": consent.text.kind if consent.text.kind in consents.WITHDRAWABLE and consent.withdrawn_at is None else "",
            "is_storage": consent.text.kind == "storage",
        }
        for consent in given
    ]
    sharings = participant.case.sharings.filter(agreed_at__isnull=False).select_related("clinic").order_by("-agreed_at")
    sharings = sharings.prefetch_related("shared_documents__attachment")
    missing = [{"key": key, "name": consents.SHORT[key]} for key in consents.WITHDRAWABLE if key not in standing]
    return case_page(
        request,
        participant,
        "privacy_agreements",
        section="privacy",
        rows=rows,
        missing=missing,
        clinics=[agreed_sharing(one) for one in sharings],
        is_owner=actions.is_owner(participant),
    )


def agreed_sharing(one: Sharing) -> dict[str, object]:
    """An agreement to one clinic: what it gets, and what taking the agreement back still stops."""
    return {
        "sharing": one,
        "country": country_name(one.clinic.country),
        "documents": [row.attachment for row in one.shared_documents.all() if row.is_agreed],
        "stops": None if one.withdrawn_at else CLINIC_STOPS[one.sent_at is not None],
        "already_there": next_steps.ALREADY_THERE if one.withdrawn_at and one.sent_at else "",
    }


@page_methods
@in_case
def agreement(request: HttpRequest, participant: Participant, key: str) -> HttpResponse:
    """One agreement: what stops when it is taken back, or what begins when it is given (again)."""
    case = participant.case
    if key not in consents.WITHDRAWABLE:
        raise Http404
    form = PageForm(request.POST if request.method == "POST" else None)
    standing = consents.standing(case, key)
    language = translation.get_language() or case.language
    if request.method == "POST":
        form.is_valid()
        gives = request.POST.get("do") == "give"
        if gives == (standing is not None):  # the button, pressed twice
            return redirect("quotes:case_agreements")
        if gives:
            done = do_or_explain(
                form, lambda: actions.give_consent(case=case, by=participant, key=key, language=language), case
            )
        else:
            done = do_or_explain(form, lambda: actions.withdraw_consent(case=case, by=participant, key=key), case)
        if done:
            notices.success(
                request, _("Thank you. You agree to this now.") if gives else _("You have taken it back. It has stopped.")
            )
            return redirect("quotes:case_agreements")
    return case_page(
        request,
        participant,
        "privacy_agreement",
        section="privacy",
        status=409 if form.errors else 200,
        form=form,
        name=consents.SHORT[key],
        standing=standing,
        text=standing.text.text if standing else consents.BY_KEY[key].text,
        text_language=standing.text.language if standing else language,
        stops=WHAT_STOPS[key],
        begins=AGAIN[key],
        closes=key == "health" and case.status in UNFINISHED,
        is_owner=actions.is_owner(participant),
    )


@page_methods
@in_case
def download(request: HttpRequest, participant: Participant) -> HttpResponse | StreamingHttpResponse:
    """A copy of everything, made while it is sent. Asks for a code when the page was opened more than ten minutes ago."""
    case, is_owner = participant.case, actions.is_owner(participant)
    form = PageForm(request.POST if request.method == "POST" else None)
    is_fresh = fresh_code.is_fresh(request.session)
    if request.method == "POST":
        form.is_valid()
        if is_owner and not is_fresh:
            return redirect("quotes:case_code", what="download")
        if is_owner and not ratelimit.allowed("export", str(participant.pk)):
            form.add_error(None, _("You have downloaded it several times today. Please try again tomorrow."))
        elif do_or_explain(form, lambda: actions.export(case=case, by=participant), case):
            pieces = export.zip_of(case, reader=participant, language=translation.get_language() or case.language)
            headers = {
                "Content-Disposition": f'attachment; filename="{export.file_name(case)}"',
                "Cache-Control": "no-store, private",
            }
            return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)
    return case_page(
        request,
        participant,
        "privacy_download",
        section="privacy",
        status=409 if form.errors else 200,
        form=form,
        is_fresh=is_fresh,
        is_owner=is_owner,
        files=case.attachments.kept().count(),
    )


@page_methods
@in_case
def code(request: HttpRequest, participant: Participant, what: str) -> HttpResponse:
    """The code once more, then on to what it was for."""
    if what not in CODE_FOR or not actions.is_owner(participant):
        raise Http404
    form, problem = CodeForm(request.POST if "digits" in request.POST else None), ""
    if "send" in request.POST:
        if fresh_code.send(request, participant):
            return redirect("quotes:case_code", what=what)
        problem = _(
            "You asked for several codes in a short time. Wait 15 minutes. The newest code that you have may still work."
        )
    elif form.is_bound and form.is_valid():
        result = fresh_code.enter(request, participant, digits=form.cleaned_data["digits"])
        if result == "in":
            return redirect(CODE_FOR[what])
        if result == "wrong":
            form.add_error("digits", _("This is not the code. Look at the newest e-mail from us."))
        else:
            problem = str(PROBLEMS[result])
    return case_page(
        request,
        participant,
        "privacy_code",
        section="privacy",
        form=form,
        problem=problem,
        is_asked=fresh_code.asked(request.session) is not None,
        back=reverse(CODE_FOR[what]),
    )


PROBLEMS: dict[str, Text] = {
    "used_up": gettext_lazy("This code cannot be tried any more. Ask for a new code below."),
    "expired": gettext_lazy("This code is too old. Ask for a new code below."),
    "too_often": gettext_lazy("There were many tries. Wait one hour, then ask for a new code."),
}


@page_methods
@in_case
def erase(request: HttpRequest, participant: Participant) -> HttpResponse:
    """What goes, what stays and why; then, with a fresh code and four typed signs, everything goes."""
    case, is_owner = participant.case, actions.is_owner(participant)
    form = EraseForm(request.POST if "typed" in request.POST else None, case=case)
    has_code = fresh_code.was_entered(request.session)
    if form.is_bound and is_owner and not has_code:
        return redirect("quotes:case_code", what="erase")
    if form.is_bound and form.is_valid():
        proof: list[str] = []
        if do_or_explain(form, lambda: proof.append(actions.erase(case=case, by=participant)), case):
            request.session.flush()
            return render(request, "quotes/case/privacy_erased.html", {"proof": proof[0], "is_mailed": bool(participant.email)})
    return case_page(
        request,
        participant,
        "privacy_erase",
        section="privacy",
        status=409 if form.non_field_errors() else 200,
        form=form,
        has_code=has_code,
        is_owner=is_owner,
        others=case.participants.active().exclude(pk=participant.pk).count(),
    )
