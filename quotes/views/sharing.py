"""What a clinic may get: the family reads it word for word, and the owner of the case says yes or no."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quotes import actions, circle, consents, next_steps
from quotes.actions.sharing import consent_text
from quotes.case_forms import PageForm
from quotes.models import Participant, QuoteRequest, Sharing
from quotes.views.access import in_case, page_methods
from quotes.views.case import case_page, do_or_explain, may
from quotes.wording import country_name, language_name


class AgreeForm(PageForm):
    documents = forms.MultipleChoiceField(
        label=gettext_lazy("Which documents may the clinic get?"),
        help_text=gettext_lazy("Tick each one that may go. A document that is not ticked stays with us."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("A document is not in the list any more. Look at the list again, please.")
        },
    )
    agrees = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Tick this box if you agree. If you do not agree, press “No, give nothing to the clinic”.")
        },
    )

    def __init__(self, *args: Any, sharing: Sharing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [row.attachment for row in sharing.shared_documents.all() if row.attachment.removed_at is None]
        if rows:
            self.fields["documents"].choices = [  # type: ignore[attr-defined]
                (str(one.pk), f"{one.get_slot_display()}: {one.name or one.file_kind.label}") for one in rows
            ]
        else:
            del self.fields["documents"]
        self.fields["agrees"].label = consent_text(sharing)


@page_methods
@in_case
def sharing(request: HttpRequest, participant: Participant) -> HttpResponse:
    """All papers for clinics, the newest first; the one that waits for a decision with its two buttons."""
    case = participant.case
    shown = [
        *case.sharings.shown().select_related("clinic", "option", "agreed_by").prefetch_related("shared_documents__attachment")
    ]
    waiting = next((one for one in shown if one.state == Sharing.State.PROPOSED), None)
    form: PageForm | None = None
    status = 200
    if request.method == "POST":
        named = next((one for one in case.sharings.all() if str(one.pk) == request.POST.get("sharing")), None)
        if named is None:
            raise Http404
        refuses = request.POST.get("do") == "refuse"
        if named.state == (Sharing.State.REFUSED if refuses else Sharing.State.AGREED):  # the button, pressed twice
            return redirect("quotes:case_sharing")
        form = PageForm(request.POST) if refuses else AgreeForm(request.POST, sharing=named)
        if form.is_valid():
            decide = actions.refuse_sharing if refuses else partial(agree, request, form)
            if do_or_explain(form, lambda: decide(case=case, by=participant, sharing=named), case):
                said = _("You said no. Nothing goes to the clinic.")
                yes = _("Thank you. We give the clinic what you agreed to, and nothing else.")
                notices.success(request, said if refuses else yes)
                return redirect("quotes:case_sharing")
            status = 409
    elif waiting is not None and may(participant, "agree_sharing"):
        form = AgreeForm(sharing=waiting)
    return case_page(
        request,
        participant,
        "sharing",
        section="overview",
        status=status,
        form=form,
        waiting=waiting,
        decides=waiting is not None and may(participant, "agree_sharing"),
        is_owner=circle.may(participant, "agree_sharing"),
        papers=[paper(one, participant) for one in shown],
    )


def agree(request: HttpRequest, form: PageForm, *, case: QuoteRequest, by: Participant, sharing: Sharing) -> None:
    actions.agree_sharing(
        case=case,
        by=by,
        sharing=sharing,
        documents=[UUID(value) for value in form.cleaned_data.get("documents", [])],
        language=translation.get_language() or case.language,
    )


def paper(one: Sharing, participant: Participant) -> dict[str, Any]:
    """One sharing as the page shows it."""
    heading, sentence = next_steps.state_text(one)
    goes = [row.attachment for row in one.shared_documents.all() if row.is_agreed]
    return {
        "sharing": one,
        "heading": heading,
        "sentence": sentence,
        "country": country_name(one.clinic.country),
        "leaves_eea": consents.leaves_eea(one.clinic.country),
        "language": language_name(one.language),
        "other_language": one.language != (translation.get_language() or ""),
        "agreed": goes,
        "outcome": next_steps.OUTCOME_TEXTS.get(one.outcome, ""),
        "already_there": next_steps.ALREADY_THERE if one.withdrawn_at and one.sent_at else "",
        "may_withdraw": one.state in ("agreed", "sent", "answered") and may(participant, "withdraw_sharing"),
    }


@page_methods
@in_case
def withdraw(request: HttpRequest, participant: Participant, sharing_id: UUID) -> HttpResponse:
    """One page to be sure, which says what cannot be called back."""
    case = participant.case
    found = case.sharings.select_related("clinic").filter(pk=sharing_id, agreed_at__isnull=False).first()
    if found is None:
        raise Http404
    form = PageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        if found.state == Sharing.State.WITHDRAWN:  # the button, pressed twice
            return redirect("quotes:case_sharing")
        if do_or_explain(form, lambda: actions.withdraw_sharing(case=case, by=participant, sharing=found), case):
            notices.success(request, _("You have taken it back. We give nothing more to this clinic."))
            return redirect("quotes:case_sharing")
    return case_page(
        request,
        participant,
        "sharing_withdraw",
        section="overview",
        status=409 if form.errors else 200,
        form=form,
        sharing=found,
        possible=found.state in ("agreed", "sent", "answered") and may(participant, "withdraw_sharing"),
        is_owner=circle.may(participant, "withdraw_sharing"),
    )
