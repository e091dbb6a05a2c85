"""The answers on the case page: all of them to read, and a step at a time to correct or to finish."""

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quotes import actions, intake, questions
from quotes import emergency as numbers
from quotes.actions.intake import CORRECTABLE
from quotes.forms import StepForm
from quotes.intake import Page
from quotes.models import Participant
from quotes.questions import Step
from quotes.views.access import in_case, page_methods
from quotes.views.case import case_page, may
from quotes.wording import answer_lines
from quotes.workflow import NotAllowed


@require_safe
@in_case
def answers(request: HttpRequest, participant: Participant) -> HttpResponse:
    """What was answered, step by step, in the words of the questions; and how much of each step was left open."""
    given, own = participant.case.answers, participant.case.language
    may_correct = may(participant, "correct_answers")
    gate = questions.NEW_SIGNS
    steps: list[dict[str, Any]] = [
        {"title": _("New signs"), "rows": [{"key": gate.wording(given), "lines": answer_lines(gate, given)}]}
    ]
    for step in questions.STEPS:
        shown = questions.shown(step, given)
        answered = [q for q in shown if questions.is_answered(q, given)]
        rows = [
            {"key": q.wording(given), "lines": answer_lines(q, given), "lang": own if q.is_written else ""} for q in answered
        ]
        url = reverse("quotes:case_answer_step", args=[step.key]) if may_correct and correctable(step) else ""
        if rows or (url and shown):
            steps.append({"title": step.wording(given), "rows": rows, "url": url, "left_open": len(shown) - len(answered)})
    changes = participant.case.answer_changes.select_related("recorded_by")
    return case_page(request, participant, "answers", section="answers", steps=steps, may_correct=may_correct, changes=changes)


def correctable(step: Step) -> tuple[questions.Question, ...]:
    return tuple(q for q in step.questions if q.key in CORRECTABLE)


@page_methods
@in_case
def correct(request: HttpRequest, participant: Participant, key: str) -> HttpResponse:
    """One step of the answers, to change. What cannot be kept stays on the page, with the reason."""
    case, step = participant.case, questions.step_named(key)
    if step is None or not correctable(step):
        raise Http404
    page = Page(step=step, questions=correctable(step))
    form = StepForm(page, case.answers, data=request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        before = intake.stops(case.answers, today=timezone.localdate())
        try:
            actions.correct_answers(case=case, by=participant, answers=form.answers())
        except NotAllowed as refusal:
            case.refresh_from_db()
            form.add_error(None, str(refusal))
            status = 409
        else:
            if form.more:
                return redirect(f"{request.path}?more=1#field-{form.more[0].key}")
            if set(intake.stops(case.answers, today=timezone.localdate())) - set(before):
                return redirect("quotes:case_urgent")
            notices.success(request, _("Your answers are saved. We have them now."))
            return redirect("quotes:case_answers")
    return case_page(
        request,
        participant,
        "answer_form",
        section="answers",
        status=status,
        form=form,
        title=step.wording(case.answers),
        intro=step.intro,
        more="more" in request.GET and not form.is_bound,
        may_correct=may(participant, "correct_answers"),
        action=request.path,
    )


@require_safe
@in_case
def urgent(request: HttpRequest, participant: Participant) -> HttpResponse:
    """After a correction that means danger: whom to call now. We call, too."""
    given = participant.case.answers
    country = given.get("country", "")
    is_suicide = given.get("dark_thoughts") == "yes"
    return case_page(
        request,
        participant,
        "urgent",
        section="answers",
        numbers=numbers.listed_first(country),
        crisis_lines=numbers.crisis_lines(country) if is_suicide else [],
        is_suicide=is_suicide,
    )
