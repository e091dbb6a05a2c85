"""What every page of the request does beside its questions: keep, leave, change the language, say that there is no draft."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse, translate_url
from django.utils import translation

from quotes import actions, caller, intake, questions
from quotes.models import QuoteRequest
from quotes.views import caller as for_caller
from quotes.views.caller import render


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
