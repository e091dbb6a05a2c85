"""The patient's own agreement, made for people with aphasia: one idea a page, large, a drawn yes and a drawn no.

Nothing is kept before the last yes; where they are stands in the session. A no ends it at once, and the office calls.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from quotes import actions
from quotes.actions.agreement import agreements
from quotes.case_forms import PageForm
from quotes.consents import PATIENT_AGREEMENT
from quotes.models import Participant
from quotes.questions import Text
from quotes.views.access import in_case, page_methods
from quotes.views.case import case_page, do_or_explain
from quotes.views.people import shared_by
from quotes.wording import with_bold

STAGE = "agreement_stage"  # in the session: how many of the questions were answered with yes


@dataclass(frozen=True, kw_only=True)
class Idea:
    """`icon` of portal/static/portal/icons; `**words**` of the text are drawn bold."""

    icon: str
    text: Text
    lists_people: bool = False
    is_whole_text: bool = False


HERE = Idea(icon="person", text=_("Is the **patient** here **with you now**?"))  # asked of those who write for the patient
ASKED_THEMSELVES = Idea(icon="hand", text=_("**You** asked our office for **help**. Is that **right**?"))
IDEAS: tuple[Idea, ...] = (
    Idea(icon="hand", text=_("Somebody asked our office for **help** for **you**. Is that **OK**?")),
    Idea(icon="eye", text=_("The office **reads** and **keeps** what is said about **your health**. Is that **OK**?")),
    Idea(icon="family", text=_("These people can **read** it too. Is that **OK**?"), lists_people=True),
    Idea(icon="pencil", text=_("Do **you agree** to all of this?"), is_whole_text=True),
)


def ideas_for(participant: Participant) -> tuple[Idea, ...]:
    asked_themselves = participant.case.answers.get("filler_role") == "patient"
    ideas = (ASKED_THEMSELVES, *IDEAS[1:]) if asked_themselves else IDEAS
    return ideas if participant.is_patient else (HERE, *ideas)


@page_methods
@in_case
def agreement(request: HttpRequest, participant: Participant) -> HttpResponse:
    case, ideas = participant.case, ideas_for(participant)
    if not participant.is_patient and not participant.may_write:
        return redirect("quotes:case_people")
    # a page that was left open and is pressed later answers the question that stood on it, or none
    stage = min(int(request.session.get(STAGE, 0)), len(ideas) - 1)
    form = PageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        answer, answered = request.POST.get("answer"), request.POST.get("stage")
        if answer == "back" or answered != str(stage) or answer not in ("yes", "no"):
            request.session[STAGE] = max(0, stage - 1) if answer == "back" and answered == str(stage) else stage
            return redirect("quotes:case_agreement")
        if answer == "yes" and stage + 1 < len(ideas):
            request.session[STAGE] = stage + 1
            return redirect("quotes:case_agreement")
        request.session.pop(STAGE, None)
        if answer == "no" and ideas[stage] is HERE:  # nobody was asked yet
            return redirect("quotes:case_people")
        language = translation.get_language() or case.language

        def verb() -> None:
            if answer == "yes":
                actions.agree_as_patient(case=case, by=participant, language=language)
            else:
                actions.refuse_as_patient(case=case, by=participant)

        if do_or_explain(form, verb, case):
            return case_page(request, participant, "agreement_done", section="people", said_yes=answer == "yes")
    idea = ideas[stage]
    return case_page(
        request,
        participant,
        "agreement",
        section="people",
        status=409 if form.errors else 200,
        form=form,
        idea=idea,
        words=with_bold(idea.text),
        stage=stage,
        number=stage + 1,
        total=len(ideas),
        names=[person.name or person.get_role_display() for person in shared_by(case)] if idea.lists_people else [],
        whole_text=PATIENT_AGREEMENT.text if idea.is_whole_text else "",
        agreed=agreements(case).filter(withdrawn_at__isnull=True).exists(),
    )
