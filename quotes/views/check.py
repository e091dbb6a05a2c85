"""The end of asking for a quote: read everything once more, send it, see that it arrived; or end it."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import ratelimit
from quotes import actions, caller, forms, intake, questions, rules, wording
from quotes.models import QuoteRequest
from quotes.questions import Answers, Question, Step
from quotes.views import caller as for_caller
from quotes.views.access import page_methods
from quotes.views.asking import asked_language, count, keep, no_draft, where_to_leave
from quotes.views.caller import render
from quotes.views.later import is_kept
from quotes.workflow import NotAllowed


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


# ── The page ──────────────────────────────────────────────────────────────────────────────────────────────────────────
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
