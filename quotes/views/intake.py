"""Asking for a quote: from the start page to the last question. Works without scripts; every post keeps what was typed."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render as plain_render
from django.urls import reverse, translate_url
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import office, page_head
from quotes import emergency as numbers
from quotes import forms, intake, questions
from quotes.intake import Page
from quotes.models import QuoteRequest
from quotes.questions import Answers
from quotes.views import caller as for_caller
from quotes.views.access import page_methods
from quotes.views.asking import (
    asked_language,
    back_to_check,
    count,
    current_language,
    keep,
    no_draft,
    same_post_in,
    went_on,
    where_to_leave,
)
from quotes.views.caller import render
from quotes.workflow import NotAllowed


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What it is, before anything is asked. Stores nothing and sets no cookie; the article that led here is carried along."""
    context = {
        "carried": {"article": request.GET["article"][:80]} if request.GET.get("article") else {},
        "note": request.GET.get("note", ""),
        "answer_due": office.first_answer_due(),
        "minutes": intake.usual_minutes(),
        **page_head.head(
            _("Ask for a free quote"),
            _(
                "You tell us about the stroke and what you hope for. A person reads all of it and writes back with what may help, "
                "what is not proven, and what it would cost."
            ),
            path=reverse("quotes:start"),
        ),
    }
    return plain_render(request, "quotes/intake/start.html", context)  # without a look at the session: no cookie, no Vary


@page_methods
def emergency(request: HttpRequest) -> HttpResponse:
    """The gate. Before there is a draft its answer is kept nowhere: it travels, signed, into the consent page."""
    language = asked_language(request)
    if language and language != translation.get_language():
        return same_post_in(language, request)
    if for_caller.is_cut_off(request):
        return no_draft(request)
    case = intake.draft_of(request.session)
    if case is not None:
        return gate_of_draft(request, case)
    if request.method != "POST":
        return gate_page(request, forms.GateForm(answers={}), gate=intake.new_gate(request.GET.dict()))
    gate = intake.read_gate(request.POST.get("gate", ""))
    today = timezone.localdate()
    if language:
        if "ask" not in request.POST and gate.signs:
            return interruption(request, intake.stops({"new_signs": list(gate.signs)}, today=today), gate=gate)
        return gate_page(request, forms.GateForm(answers={"new_signs": request.POST.getlist("new_signs")}), gate=gate)
    if "go_on" in request.POST and gate.signs:
        return consent_page(request, forms.StorageForm(), gate=gate.answered(gate.signs, went_on=True))
    form = forms.GateForm(data=request.POST, answers={})
    if not form.is_valid():
        return gate_page(request, form, gate=gate)
    gate = gate.answered(form.cleaned_data["new_signs"], went_on=False)
    if gate.is_passed:
        return consent_page(request, forms.StorageForm(), gate=gate)
    return interruption(request, intake.stops({"new_signs": list(gate.signs)}, today=today), gate=gate)


def gate_of_draft(request: HttpRequest, case: QuoteRequest) -> HttpResponse:
    """With a draft, the answer is kept in it; also the page that later answers are interrupted by."""
    today = timezone.localdate()
    back = back_to_check(request)
    if request.method != "POST" or "switch_language" in request.POST:
        waiting = intake.unconfirmed(case.answers, today=today)
        if not waiting and request.method != "POST" and not {"change", "back"} & request.GET.keys():
            return redirect("quotes:another")
        if waiting and "change" not in request.GET:
            return interruption(request, waiting, case=case)
        posted = {"new_signs": request.POST.getlist("new_signs")} if "ask" in request.POST else {}
        return gate_page(request, forms.GateForm(answers={**case.answers, **posted}), draft=case)
    if "go_on" in request.POST:
        keep(case, {intake.WENT_ON: intake.stops(case.answers, today=today)})
        return redirect(back or intake.resume_url(case.answers))
    form = forms.GateForm(data=request.POST, answers=case.answers)
    if not form.is_valid():
        return gate_page(request, form, draft=case)
    keep(case, {"new_signs": form.cleaned_data["new_signs"]})
    if intake.unconfirmed(case.answers, today=today):
        return to_interruption(request)
    return redirect(back or intake.resume_url(case.answers))


@page_methods
def consent(request: HttpRequest) -> HttpResponse:
    """One consent before the first answer is kept; with it the draft begins."""
    if for_caller.is_cut_off(request):
        return no_draft(request)
    case = intake.draft_of(request.session)
    if case is not None:
        return redirect(intake.resume_url(case.answers))
    if request.method != "POST":
        return redirect("quotes:emergency")
    language = asked_language(request)
    if language and language != translation.get_language():
        return same_post_in(language, request)
    gate = intake.read_gate(request.POST.get("gate", ""))
    if not gate.is_passed:
        return redirect("quotes:emergency")
    if language:
        return consent_page(request, forms.StorageForm(), gate=gate)
    form = forms.StorageForm(request.POST)
    if not form.is_valid():
        return consent_page(request, form, gate=gate)
    is_suspect = bool(form.cleaned_data.get("website"))
    case = intake.open_draft(request.session, gate, language=current_language(), is_suspect=is_suspect)
    return redirect(intake.resume_url(case.answers))


@page_methods
def step(request: HttpRequest, key: str, question: str = "") -> HttpResponse:
    """A page of questions; with `question`, one of them alone, as the easy mode asks."""
    if questions.step_named(key) is None:
        raise Http404
    case = intake.draft_of(request.session)
    if case is None:
        return no_draft(request)
    found = intake.page_named(case.answers, key, question)
    if found is None:
        raise Http404
    if request.method == "POST":
        response = save_step(request, case, found)
        if went_on(request, response, key):
            count(case, key, "finished")
        return response
    count(case, key, "reached")
    return step_page(request, found, forms.StepForm(found, case.answers), answers=case.answers)


def save_step(request: HttpRequest, case: QuoteRequest, found: Page) -> HttpResponse:
    """Keep what was typed, right or wrong; then go where the button says, or stay when something is missing."""
    form = forms.StepForm(found, case.answers, data=request.POST)
    form.is_valid()
    try:
        keep(case, form.answers() | asked_mode(request, form), typed=form.typed())
    except NotAllowed:  # another tab sent the request at this moment
        return no_draft(request)
    back = back_to_check(request)
    query = "?back=check" if back else ""
    if language := asked_language(request):
        return redirect(translate_url(request.get_full_path(), language))
    if "easy" in request.POST:
        return redirect(intake.url_of_question(found.questions[0], case.answers, query=query))
    is_stopped = any(
        one.partition(":")[0] in form.fields for one in intake.unconfirmed(case.answers, today=timezone.localdate())
    )
    if leaving := where_to_leave(request):
        return to_interruption(request) if is_stopped else redirect(leaving)
    if "back" in request.POST:
        return redirect(back or intake.url_before(found, case.answers))
    if not form.is_valid():
        return step_page(request, found, form, answers=case.answers)
    if form.more:
        return redirect(f"{found.url}?more=1{'&back=check' if back else ''}#field-{form.more[0].key}")
    if is_stopped:
        return to_interruption(request)
    return redirect(after_change(found, form, case.answers) if back else intake.url_after(found, case.answers))


def asked_mode(request: HttpRequest, form: forms.StepForm) -> dict[str, Any]:
    """The easy mode, switched by its button, or on by what the patient says of reading."""
    if "easy" in request.POST:
        return {intake.EASY: request.POST["easy"] == "1"}
    says = form.answers().get("reading_help")
    is_new = says != form.saved.get("reading_help")
    wants = is_new and says in ("easy", "aloud") and not questions.writes_for_another(form.saved)
    return {intake.EASY: True} if wants else {}


def after_change(found: Page, form: forms.StepForm, answers: Answers) -> str:
    """Back to the check page; before that, in the easy mode, the follow-ups that the changed answer leads to."""
    changed = {q.key for q in found.questions}
    for page in intake.pages(answers) if found.is_easy else ():
        if any(c.key in changed for q in page.questions for c in q.shown_if) and page.questions[0].key not in answers:
            return page.url + "?back=check"
    return reverse("quotes:check")


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def gate_page(
    request: HttpRequest, form: forms.GateForm, *, gate: intake.Gate | None = None, draft: QuoteRequest | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "action": request.get_full_path(),
        "gate": gate.sealed() if gate else "",
        "easy": gate.easy if gate else bool(draft and intake.is_easy(draft.answers)),
        "resume_url": intake.resume_url(draft.answers) if draft else "",
        "language_switch_form": True,
    }
    return render(request, "quotes/intake/emergency.html", context)


def interruption(
    request: HttpRequest, signs: list[str], *, gate: intake.Gate | None = None, case: QuoteRequest | None = None
) -> HttpResponse:
    """Stop and call. Going on needs an explicit choice."""
    country = case.answers.get("country", "") if case else ""
    suicide = {"new_signs:suicide", "dark_thoughts:yes"} & set(signs)
    asked = {one.partition(":")[0] for one in signs}
    after_cells = asked == {"after_cells"}
    question = reverse("quotes:emergency") + "?" + urlencode({"change": 1, **(gate.carried if gate else {})})
    if case is not None and asked <= {"after_cells", "dark_thoughts"}:
        question = intake.url_of_question(questions.QUESTIONS[min(asked)], case.answers)
    context = {
        "gate": gate.sealed() if gate else "",
        "is_suicide": bool(suicide),
        "is_after_cells": after_cells,
        "numbers": numbers.listed_first(country),
        "crisis_lines": numbers.crisis_lines(country) if suicide else [],
        "change_url": question,
        "action": request.get_full_path(),
        "language_switch_form": True,
    }
    return render(request, f"quotes/intake/{'suicide' if suicide == set(signs) else 'interruption'}.html", context)


def consent_page(request: HttpRequest, form: forms.StorageForm, *, gate: intake.Gate) -> HttpResponse:
    context = {"form": form, "gate": gate.sealed(), "action": reverse("quotes:consent"), "easy": gate.easy}
    context["language_switch_form"] = True
    return render(request, "quotes/intake/consent.html", context)


def step_page(request: HttpRequest, found: Page, form: forms.StepForm, *, answers: Answers) -> HttpResponse:
    current, total = intake.place_of(found, answers)
    context = {
        "form": form,
        "action": request.get_full_path(),
        "title": found.step.wording(answers),
        "intro": found.step.intro,
        "current": current,
        "total": total,
        "easy": found.is_easy,
        "question": found.questions[0].key if found.is_easy else "",
        "nothing_required": not any(q.required for q in form.questions),
        "more": "more" in request.GET and not form.is_bound,
        "to_check": bool(back_to_check(request)),
        "language_switch_form": True,
    }
    return render(request, "quotes/intake/step.html", context)


def to_interruption(request: HttpRequest) -> HttpResponse:
    return redirect(reverse("quotes:emergency") + ("?back=check" if back_to_check(request) else ""))
