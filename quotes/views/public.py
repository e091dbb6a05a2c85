"""How we work, privacy, legal: the same bytes for everybody. No cookie, no session, no form."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import office
from quotes import rules
from quotes.models import RuleSetApproval
from quotes.models.case import DRAFT_LIFE


@require_safe
def how_we_work(request: HttpRequest) -> HttpResponse:
    context = {
        "answer_due": office.first_answer_due(),
        "reflection_hours": settings.REFLECTION_HOURS,
        "levels": rule_levels(),
        "rules_version": rules.VERSION,
        "approval": RuleSetApproval.objects.filter(version=rules.VERSION).first(),
    }
    return render(request, "quotes/public/how_we_work.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "quotes/public/privacy.html", {"draft_days": DRAFT_LIFE.days, "office_is_set": office_is_set()})


@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    return render(request, "quotes/public/legal.html", {"office_is_set": office_is_set()})


def rule_levels() -> list[dict[str, object]]:
    """The safety rules by level, the most urgent first, with what each level means."""
    meanings = (
        (
            rules.EMERGENCY,
            "danger",
            _("Emergency"),
            _(
                "The page stops and says: call for help now. A person calls or writes the same day, or as soon as the office opens again."
            ),
        ),
        (rules.RED, "danger", _("Red"), _("A clinical reviewer must clear it in writing before anything is recommended.")),
        (rules.AMBER, "warning", _("Amber"), _("The coordinator sees it and has to think about it before answering.")),
        (rules.INFORMATION, "info", _("Information missing"), _("We ask, or help to find out.")),
    )
    return [
        {"kind": kind, "name": name, "meaning": meaning, "rules": [rule for rule in rules.RULES if rule.level == level]}
        for level, kind, name, meaning in meanings
    ]


def office_is_set() -> bool:
    """Whether the office has said who it is; without that the pages say so plainly."""
    return all((settings.OFFICE_NAME, settings.OFFICE_ADDRESS, settings.OFFICE_CONTROLLER))
