""" "Take it to my doctor": the case, the proposal, the evidence and ten questions, on paper or as a PDF."""

from pathlib import Path
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import pdf, ratelimit
from portal.context import site_names
from quotes import actions, case_screen, doctor_pack, rules
from quotes.models import Participant, QuoteRequest, Recommendation
from quotes.views.access import in_case
from quotes.views.case import case_page
from quotes.views.option_pages import all_labels, option_pages, rate_text

SHEET = Path(__file__).resolve().parents[2] / "portal" / "static" / "portal" / "css" / "doctor-pdf.css"


@require_safe
@in_case
def copy_for_doctor(request: HttpRequest, participant: Participant, *, number: int) -> HttpResponse:
    shown = sent_version(participant.case, number)
    return case_page(
        request,
        participant,
        "doctor",
        section="recommendation",
        has_pdf=pdf.is_available(),
        **contents(shown, participant.case),
    )


@require_safe
@in_case
def as_pdf(request: HttpRequest, participant: Participant, *, number: int) -> HttpResponse:
    """Made anew each time and kept nowhere. When it cannot be made, the page to print is there all the same."""
    case = participant.case
    shown = sent_version(case, number)
    if not pdf.is_available():
        raise Http404
    if not ratelimit.allowed("pdf", str(participant.pk)):
        return to_print(request, number, _("You made several PDFs in a short time. Print the page instead, or wait one hour."))
    actions.take_along(case=case, by=participant, recommendation=shown)
    page = render_to_string("quotes/case/doctor_pdf.html", {"case": case, **site_names(), **contents(shown, case)})
    try:
        made = pdf.from_html(page, css=SHEET.read_text(encoding="utf-8"))
    except pdf.NoPdf:
        return to_print(
            request,
            number,
            _("The PDF could not be made just now. Print the page instead: your browser can save it as a PDF, too."),
        )
    headers = {"Content-Disposition": f'attachment; filename="{case.reference}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def to_print(request: HttpRequest, number: int, why: str) -> HttpResponse:
    notices.error(request, why)
    return redirect("quotes:case_doctor", number=number)


def sent_version(case: QuoteRequest, number: int) -> Recommendation:
    found = case.recommendations.sent().filter(number=number).first()
    if found is None:
        raise Http404
    return found


def contents(shown: Recommendation, case: QuoteRequest) -> dict[str, Any]:
    options, today = option_pages(shown), timezone.localdate()
    sources = doctor_pack.references([page.option for page in options])
    return {
        "recommendation": shown,
        "rtl": get_language_info(shown.language)["bidi"],
        "today": today,
        "summary": doctor_pack.summary(case.answers, today=today),
        "to_check": doctor_pack.to_check(case.answers, today=today),
        "options": [(page, sources.get(str(page.option.pk), [])) for page in options],
        "labels": all_labels(options),
        "rate": rate_text(shown),
        "questions": doctor_pack.QUESTIONS,
        "rules_are_signed": case_screen.rules_are_signed(rules.VERSION),
    }
