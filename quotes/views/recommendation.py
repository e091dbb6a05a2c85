"""The recommendation as the family reads it, and what they decide. Only versions that were sent are ever shown."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quotes import actions
from quotes.actions.deciding import runs_out_soon
from quotes.case_forms import ChangeForm, DeclineForm, PageForm
from quotes.models import MessageDraft, Option, Participant, Recommendation
from quotes.next_steps import choice_is_set_aside
from quotes.views.access import in_case, page_methods
from quotes.views.case import case_page, do_or_explain, may
from quotes.views.case_drafts import draft_of, keep_typed
from quotes.views.option_pages import all_labels, option_page, option_pages, rate_text
from quotes.workflow import NotAllowed, Status

__all__ = ["all_labels", "option_pages"]  # the staff's preview shows the same

Place = MessageDraft.Place


@require_safe
@in_case
def recommendation(request: HttpRequest, participant: Participant, *, number: int | None = None) -> HttpResponse:
    """The newest version, or an older one by its number. A draft is a 404, as everything that is not theirs."""
    case = participant.case
    versions = list(case.recommendations.sent().order_by("-number"))
    if not versions:
        if number is not None:
            raise Http404
        return case_page(request, participant, "recommendation_none", section="recommendation")
    shown = versions[0] if number is None else next((version for version in versions if version.number == number), None)
    if shown is None:
        raise Http404
    if request.method == "GET":
        actions.open_recommendation(case=case, by=participant, recommendation=shown)
    newest = shown == versions[0]
    options = option_pages(shown)
    return case_page(
        request,
        participant,
        "recommendation",
        section="recommendation",
        recommendation=shown,
        rtl=get_language_info(shown.language)["bidi"],
        options=options,
        labels=all_labels(options),
        newest=newest,
        older=[version for version in versions if version != shown],
        may_decide=newest and may(participant, "accept"),
        may_ask=may(participant, "send_message") or may(participant, "record_reply"),
        **validity(shown, participant, newest=newest),
        accepted=case.accepted_option_id,
        is_set_aside=newest and choice_is_set_aside(case, latest=versions[0]),
        hours=settings.REFLECTION_HOURS,
        is_reader=not participant.may_write,
        rate=rate_text(shown),
        today=timezone.localdate(),
    )


def validity(shown: Recommendation, participant: Participant, *, newest: bool) -> dict[str, Any]:
    """Whether the prices still hold, whether that ends within days, and whether new ones can be asked for now."""
    is_out_of_date = bool(shown.valid_until and shown.valid_until < timezone.localdate())
    soon = newest and runs_out_soon(shown)
    return {
        "is_out_of_date": is_out_of_date,
        "ends_soon": soon and not is_out_of_date and participant.case.status == Status.RECOMMENDED,
        "may_ask_for_prices": soon and may(participant, "ask_for_requote"),
    }


@require_POST
@in_case
def ask_for_prices(request: HttpRequest, participant: Participant) -> HttpResponse:
    case = participant.case
    sent_or_404(participant)
    try:
        actions.ask_for_requote(case=case, by=participant)
    except NotAllowed as refusal:
        notices.error(request, str(refusal))
        return redirect("quotes:case_recommendation")
    notices.success(request, _("We ask the clinics for new prices, and write to you when we have them."))
    return redirect("quotes:case")


@page_methods
@in_case
def accept(request: HttpRequest, participant: Participant, *, option: UUID) -> HttpResponse:
    """A page of its own to be sure: what is chosen, what happens next, how to take it back."""
    case = participant.case
    chosen = get_object_or_404(
        Option.objects.select_related("recommendation", "treatment"),
        pk=option,
        recommendation__case=case,
        recommendation__sent_at__isnull=False,
    )
    form = PageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        if case.status == Status.ACCEPTED and case.accepted_option_id == chosen.pk:  # the button, pressed twice
            return redirect("quotes:case")
        if do_or_explain(form, lambda: actions.accept(case=case, by=participant, option=chosen), case):
            notices.success(request, _("We have your decision. We will contact you about the next step."))
            return redirect("quotes:case")
    page = option_page(chosen, chosen.recommendation, chosen.position)
    return case_page(
        request,
        participant,
        "accept",
        section="recommendation",
        status=409 if form.errors else 200,
        form=form,
        page=page,
        recommendation=chosen.recommendation,
        rtl=get_language_info(chosen.recommendation.language)["bidi"],
        hours=settings.REFLECTION_HOURS,
        possible=may(participant, "accept") and page.acceptable_from is None,
        is_reader=not participant.may_write,
    )


@page_methods
@in_case
def decline(request: HttpRequest, participant: Participant) -> HttpResponse:
    case = participant.case
    sent_or_404(participant)
    form = DeclineForm(
        request.POST if request.method == "POST" else None, initial={"reason": draft_of(participant, Place.DECLINE)}
    )
    status = 200
    if request.method == "POST":
        if case.status == Status.DECLINED:  # the button, pressed twice
            return redirect("quotes:case")
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            if do_or_explain(form, lambda: actions.decline(case=case, by=participant, reason=reason), case):
                notices.success(request, _("You have declined. Thank you for telling us. You can write to us at any time."))
                return redirect("quotes:case")
            status = 409
        keep_typed(request, participant, Place.DECLINE)
    return case_page(
        request,
        participant,
        "decline",
        section="recommendation",
        status=status,
        form=form,
        possible=may(participant, "decline"),
        place=Place.DECLINE,
    )


@page_methods
@in_case
def change(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Ask for another version. What is written goes to the office as a message."""
    case = participant.case
    sent_or_404(participant)
    form = ChangeForm(request.POST if request.method == "POST" else None, initial={"text": draft_of(participant, Place.CHANGE)})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            text = form.cleaned_data["text"]
            if do_or_explain(form, lambda: actions.ask_for_change(case=case, by=participant, text=text), case):
                notices.success(request, _("We have your wish. We will look at it and write to you."))
                return redirect("quotes:case")
            status = 409
        keep_typed(request, participant, Place.CHANGE)
    return case_page(
        request,
        participant,
        "change",
        section="recommendation",
        status=status,
        form=form,
        possible=may(participant, "ask_for_change"),
        place=Place.CHANGE,
    )


def sent_or_404(participant: Participant) -> None:
    if not participant.case.recommendations.sent().exists():
        raise Http404
