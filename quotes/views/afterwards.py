"""After the recommendation: a complaint with a date, and the question how things are."""

from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal import ratelimit
from portal.templatetags.components import error_links
from quotes import actions, follow_ups, questions
from quotes.forms import StepForm
from quotes.intake import Page
from quotes.models import FollowUp, Participant
from quotes.privacy_forms import AfterwardsForm, ComplaintForm, HowForm
from quotes.questions import DAILY_LIFE
from quotes.views.access import in_case, page_methods
from quotes.views.case import case_page, do_or_explain
from quotes.workflow import NotAllowed

FUNCTION = Page(step=DAILY_LIFE, questions=tuple(q for q in DAILY_LIFE.questions if q.key in ("f1", "f2", "f3", "f4", "f5")))


@page_methods
@in_case
def complaint(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Say what went wrong, and read what we answered. For everybody of the family; each sees their own."""
    case = participant.case
    form = ComplaintForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "wants_answer": form.cleaned_data["wants_answer"] == "yes"}
        if not ratelimit.allowed("complaint", str(participant.pk)):
            form.add_error(None, _("You have written several times today. Copy your text and try again tomorrow, or call us."))
        elif do_or_explain(form, lambda: actions.complain(case=case, by=participant, **given), case):
            notices.success(request, _("We have your complaint. A manager reads it. Below you see by when we answer."))
            return redirect("quotes:case_complaint")
    made = [*participant.complaints.select_related("answered_by").order_by("-made_at")]
    if request.method == "GET" and any(one.answered_at and one.read_at is None for one in made):
        actions.open_answers(by=participant)
    return case_page(
        request,
        participant,
        "complaint",
        section="privacy",
        status=409 if form.non_field_errors() else 200,
        form=form,
        made=made,
        days=settings.COMPLAINT_DAYS,
    )


@page_methods
@in_case
def follow_up(request: HttpRequest, participant: Participant) -> HttpResponse:
    """How things are: one question, the five of daily life as at the beginning, and what they want to add."""
    case = participant.case
    asked = follow_ups.open_one(case)
    if asked is None or not participant.may_write:
        last = case.follow_ups.answered().order_by("-answered_at").first()
        return case_page(
            request, participant, "follow_up_done", section="overview", last=last, sad=bool(last and is_death(last))
        )
    data = request.POST if request.method == "POST" else None
    how = HowForm(data, participant=participant)
    who = {"filler_role": case.answers.get("filler_role", "")}
    function, after = StepForm(FUNCTION, who, data=data), AfterwardsForm(data)
    died = how.is_bound and how.is_valid() and how.cleaned_data["how"] == FollowUp.How.DIED
    problem, more = "", False
    if data is not None and how.is_valid() and after.is_valid() and (died or function.is_valid()):
        more = not died and bool(function.more)
        if not more:
            given: dict[str, Any] = {} if died else questions.applicable({**who, **function.answers()})
            given.pop("filler_role", None)
            given |= {
                "how": how.cleaned_data["how"],
                **{key: after.cleaned_data[key] for key in ("treatment", "where", "words")},
            }
            try:
                actions.answer_follow_up(
                    case=case, by=participant, follow_up=asked, answers=given, ask_again=not after.cleaned_data["stop"]
                )
                return redirect("quotes:case_follow_up")
            except NotAllowed as refusal:
                problem = str(refusal)
    errors = [{"href": "", "text": problem}] if problem else []
    errors += error_links(how) + ([] if died else error_links(function)) + error_links(after)
    return case_page(
        request,
        participant,
        "follow_up",
        section="overview",
        status=409 if problem else 200,
        how=how,
        function=function,
        after=after,
        more=more,
        errors=errors,
        has_errors=bool(errors),
    )


def is_death(asked: FollowUp) -> bool:
    return bool(asked.answers.get("how") == FollowUp.How.DIED)
