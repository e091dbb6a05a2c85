"""Asking for a quote: from the start page to "sent". Works without scripts; every post keeps what was typed."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.shortcuts import render as plain_render
from django.urls import reverse, translate_url
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import office, page_head, ratelimit
from quotes import actions, caller, forms, intake, questions, rules, wording
from quotes import emergency as numbers
from quotes.intake import Page
from quotes.models import QuoteRequest
from quotes.questions import Answers, Question, Step
from quotes.views import caller as for_caller
from quotes.views.access import page_methods
from quotes.views.caller import render
from quotes.views.later import is_kept
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


@page_methods
def check(request: HttpRequest) -> HttpResponse:
    """All answers, the consents, and the button that sends."""
    case = intake.draft_of(request.session)
    if case is None:
        return redirect("quotes:sent") if intake.sent_case_of(request.session) else no_draft(request)
    if intake.unconfirmed(case.answers, today=timezone.localdate()):
        return redirect(reverse("quotes:emergency") + "?back=check")
    if request.method != "POST":
        count(case, "check", "reached")
        return check_page(request, case, forms.SendForm())
    if language := asked_language(request):
        keep(case, {}, language=language)
        return redirect(translate_url(request.path, language))
    if "whole" in request.POST:
        keep(case, {intake.WAY: intake.WHOLE})
        return redirect(intake.resume_url(case.answers))
    if leaving := where_to_leave(request):
        return redirect(leaving)
    form = forms.SendForm(request.POST)
    if form.is_valid():
        writes = caller.of(request.session)
        is_suspect = bool(case.answers.get(intake.SUSPECT))
        # counted in any case; too many from one address are looked at by a person, never refused
        is_suspect = not ratelimit.allowed_for_client("submit", request) or is_suspect
        try:
            actions.submit(
                case=case, by=writes.by if writes else None, agreed=form.agreed(), is_suspect=is_suspect and not writes
            )
        except NotAllowed as reason:
            form.add_error(None, str(reason))
        else:
            if writes:
                return for_caller.sent(request, case)
            intake.remember_sent(request.session, case)
            return redirect("quotes:sent")
    return check_page(request, case, form)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The proof. Going back, reloading or sending again shows the same."""
    case = intake.sent_case_of(request.session)
    if case is None:
        return redirect("quotes:start")
    owner = case.owner
    email = owner.email if owner else ""
    context = {
        "case": case,
        "answer_due": case.due_at,
        "email_hint": f"{email[:1]}…@{email.rpartition('@')[2]}" if email else "",
        "call_today": rules.needs_call_today(case.answers, today=timezone.localdate(case.submitted_at)),
        "has_phone": bool(owner and owner.phone),
        "note": request.GET.get("note", ""),
    }
    return render(request, "quotes/intake/sent.html", context)


@page_methods
def end(request: HttpRequest) -> HttpResponse:
    """For a shared computer: forget this browser's request. An unsent one is deleted, unless it is to be kept for its link."""
    if caller.KEY in request.session:
        return for_caller.end(request)
    case = intake.draft_of(request.session)
    can_keep = case is not None and is_kept(case)
    if request.method == "POST":
        if case is not None and not ("keep" in request.POST and can_keep):
            with suppress(NotAllowed):  # another tab sent it at this moment: it is a case now, and stays
                actions.discard_draft(case=case)
        request.session.flush()
        return redirect(reverse("quotes:start") + "?note=ended")
    return render(
        request, "quotes/intake/end.html", {"draft": case, "can_keep": can_keep, "was_sent": intake.SENT in request.session}
    )


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


def check_page(request: HttpRequest, case: QuoteRequest, form: forms.SendForm) -> HttpResponse:
    answers, given = case.answers, questions.applicable(case.answers)
    missing = questions.unanswered(given)
    still_open = questions.open_questions(given)
    steps = len({page.step.key for page in intake.pages(answers)}) + 1
    context = {
        "form": form,
        "action": request.get_full_path(),
        "groups": summary(case, given),
        "missing": question_links(missing, answers),
        "still_open": [] if intake.is_short(answers) else question_links(still_open, answers),
        "offer_whole": intake.is_short(answers) and not missing,
        "more_minutes": intake.minutes(intake.WHOLE) - intake.minutes(intake.SHORT),
        "left_out": [{"key": q.wording(given), "lines": wording.answer_lines(q, answers)} for q in questions.left_out(answers)],
        "advice": intake.advice(given, today=timezone.localdate()),
        "likely_address": intake.likely_address(given.get("email", "")),
        "email_url": change_url(questions.QUESTIONS["email"], answers),
        "previous_url": intake.url_before(None, answers),
        "current": steps,
        "total": steps,
        "easy": intake.is_easy(answers),
        "language_switch_form": True,
    }
    return render(request, "quotes/intake/check.html", context)


def question_links(rows: list[tuple[Step, Question]], answers: Answers) -> list[dict[str, Any]]:
    return [{"text": question.wording(answers), "href": change_url(question, answers)} for _step, question in rows]


def summary(case: QuoteRequest, given: Answers) -> list[dict[str, Any]]:
    """The answers by step, as rows with a link to change each, and how many questions were left open. `given`: those that apply."""
    answers, gate = case.answers, questions.NEW_SIGNS
    href = reverse("quotes:emergency") + "?change=1&back=check"
    rows = [{"key": gate.wording(given), "lines": wording.answer_lines(gate, given), "href": href}]
    groups: list[dict[str, Any]] = [{"title": _("New signs"), "rows": rows}]
    for found in questions.STEPS:
        asked = [q for q in intake.asked_in(found, answers) if q.applies(given)]
        left_open = [q for q in asked if not questions.is_answered(q, given)]
        rows = [
            {"key": q.wording(given), "lines": wording.answer_lines(q, given), "href": change_url(q, answers)}
            for q in asked
            if q.required or q not in left_open
        ]
        if found == questions.DOCUMENTS:
            groups.append({"title": found.wording(given), "rows": document_rows(case), "left_open": 0})
        elif asked:
            open_url = change_url(left_open[0], answers) if left_open else ""
            groups.append({"title": found.wording(given), "rows": rows, "left_open": len(left_open), "open_url": open_url})
    return groups


def change_url(question: Question, answers: Answers) -> str:
    return intake.url_of_question(question, answers, query="?back=check")


def document_rows(case: QuoteRequest) -> list[dict[str, Any]]:
    """The files by record, as rows with a link to change them; one row when there is none yet."""
    href = reverse("quotes:documents") + "?back=check"
    slots: dict[str, list[str]] = {}
    for attachment in case.attachments.kept():
        slots.setdefault(attachment.get_slot_display(), []).append(attachment.name or str(attachment.file_kind.label))
    if not slots:
        return [{"key": _("Files"), "lines": [_("No file added. You can send without.")], "href": href}]
    return [{"key": slot, "lines": names, "href": href} for slot, names in slots.items()]


# ── Small decisions ───────────────────────────────────────────────────────────────────────────────────────────────────
def keep(
    case: QuoteRequest, answers: dict[str, Any], *, typed: dict[str, Any] | None = None, language: str | None = None
) -> None:
    intake.save(case, answers=answers, typed=typed or {}, language=language or current_language())


def current_language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE


def asked_language(request: HttpRequest) -> str:
    """The language whose button was pressed; empty when another button was."""
    wanted = request.POST.get("switch_language", "")
    return wanted if wanted in dict(settings.LANGUAGES) else ""


def to_interruption(request: HttpRequest) -> HttpResponse:
    return redirect(reverse("quotes:emergency") + ("?back=check" if back_to_check(request) else ""))


def same_post_in(language: str, request: HttpRequest) -> HttpResponse:
    """307: the browser posts the same once more to the page in that language, so what is ticked goes along, kept nowhere."""
    response = HttpResponseRedirect(translate_url(request.get_full_path(), language))
    response.status_code = 307
    return response


def back_to_check(request: HttpRequest) -> str:
    return reverse("quotes:check") if request.GET.get("back") == "check" else ""


def where_to_leave(request: HttpRequest) -> str:
    """The page behind "Save and finish later" and "please call me"; empty when neither was pressed. The step is saved before."""
    if "later" in request.POST:
        return reverse("quotes:later")
    return reverse("quotes:call_me") + "?from=step" if "call_me" in request.POST else ""


def went_on(request: HttpRequest, response: HttpResponse, key: str) -> bool:
    """Whether a step was finished: it was in order, and another page of questions, or the check page, follows."""
    stays = {"back", "later", "call_me", "switch_language", "easy", "add", "remove"} & request.POST.keys()
    elsewhere = (reverse("quotes:emergency"), reverse("quotes:sent"), reverse("quotes:step", args=[key]))
    return response.status_code == 302 and not stays and not response["Location"].startswith(elsewhere)


def count(case: QuoteRequest, key: str, what: str) -> None:
    """For "Where people stop": a figure, and no machine in it."""
    if not case.answers.get(intake.SUSPECT):
        actions.count_step(case=case, step=key, what=what)


def no_draft(request: HttpRequest) -> HttpResponse:
    """No request is open in this browser: it was sent, or the time is over. What was typed is shown, to be copied."""
    typed = [
        {"key": question.label, "lines": questions.answer_text(question, values)}
        for name, values in request.POST.lists()
        if (question := questions.QUESTIONS.get(name)) and any(values)
    ]
    if caller.KEY in request.session:
        return for_caller.cut_off(request, typed=typed)
    if intake.sent_case_of(request.session) is not None:
        return redirect(reverse("quotes:sent") + ("?note=late" if request.method == "POST" else ""))
    if request.method != "POST":
        return redirect(reverse("quotes:start") + "?note=no-draft")
    files = [one.name for _slot, sent in request.FILES.lists() for one in sent]
    return render(request, "quotes/intake/no_draft.html", {"typed": typed, "files": files}, status=409)
