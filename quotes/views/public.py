"""How we work, privacy, legal: the same bytes for everybody. No cookie, no session, no form."""

from collections import Counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import office, page_head
from portal.jobs import RETENTION
from quotes import response_times, rules
from quotes.models import RuleSetApproval
from quotes.questions import RECORDS, STEPS


@require_safe
def how_we_work(request: HttpRequest) -> HttpResponse:
    context = {
        "answer_due": office.first_answer_due(),
        "reflection_hours": settings.REFLECTION_HOURS,
        "levels": rule_levels(),
        "subjects": rule_subjects(),
        "rule_count": len(rules.RULES),
        "times": response_times.current(),
        "promised_hours": settings.FIRST_ANSWER_HOURS,
        "rules_version": rules.VERSION,
        "approval": RuleSetApproval.objects.filter(version=rules.VERSION).first(),
        **page_head.head(
            _("How we work"),
            _("How we are paid, how a recommendation is made, our safety rules in plain words, and how to complain."),
            path=reverse("quotes:how_we_work"),
        ),
    }
    return render(request, "quotes/public/how_we_work.html", context)


@require_safe
def for_professionals(request: HttpRequest) -> HttpResponse:
    context = {
        "answer_due": office.first_answer_due(),
        "reflection_hours": settings.REFLECTION_HOURS,
        "records": list(RECORDS.values()),
        **page_head.head(
            _("For professionals"),
            _(
                "For doctors, therapists and people who arrange medical travel: how to refer a patient, what the patient is told, "
                "and what certification does and does not mean."
            ),
            path=reverse("quotes:for_professionals"),
        ),
    }
    return render(request, "quotes/public/for_professionals.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    kept = sorted(RETENTION.values(), key=lambda rule: rule.order)
    context = {
        "kept": kept,
        "office_is_set": office_is_set(),
        **page_head.head(
            _("Privacy"),
            _("What we keep, for how long, who reads it, and what you can ask of us."),
            path=reverse("quotes:privacy"),
        ),
    }
    return render(request, "quotes/public/privacy.html", context)


@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    context = {
        "office_is_set": office_is_set(),
        **page_head.head(
            _("Legal information"),
            _("Who runs this site, and what its information can and cannot do."),
            path=reverse("quotes:legal"),
        ),
    }
    return render(request, "quotes/public/legal.html", context)


def rule_levels() -> list[dict[str, object]]:
    """What each level of a rule means, the most urgent first, and how many rules there are of it."""
    meanings = (
        (
            rules.EMERGENCY,
            _(
                "The page stops and says: call for help now. A person calls or writes the same day, or as soon as the office opens again."
            ),
        ),
        (rules.RED, _("A clinical reviewer must clear it in writing before anything is recommended.")),
        (rules.AMBER, _("The coordinator sees it and has to think about it before answering.")),
        (rules.INFORMATION, _("We ask, or help to find out.")),
    )
    counts = Counter(rule.level for rule in rules.RULES)
    return [{**level_tag(level), "meaning": meaning, "count": counts[level]} for level, meaning in meanings]


def level_tag(level: str) -> dict[str, str]:
    kind, name = {
        rules.EMERGENCY: ("danger", _("Emergency")),
        rules.RED: ("danger", _("Red")),
        rules.AMBER: ("warning", _("Amber")),
        rules.INFORMATION: ("info", _("Information missing")),
    }[level]
    return {"kind": kind, "name": name}


def rule_subjects() -> list[dict[str, object]]:
    """All safety rules by the page of the request that they look at, the most urgent of each first."""
    pages = {question.key: step.title for step in STEPS for question in step.questions}
    subjects: dict[str, list[rules.Rule]] = {str(_("New signs")): []}
    subjects |= {str(step.title): [] for step in STEPS}
    for rule in rules.RULES:
        subjects[str(pages.get(rule.question, _("New signs")))].append(rule)
    return [
        {
            "title": title,
            "rules": [
                {"tag": level_tag(rule.level), "reason": rule.reason}
                for rule in sorted(found, key=lambda rule: "ERAi".index(rule.level))
            ],
        }
        for title, found in subjects.items()
        if found
    ]


def office_is_set() -> bool:
    """Whether the office has said who it is; without that the pages say so plainly."""
    return all((settings.OFFICE_NAME, settings.OFFICE_ADDRESS, settings.OFFICE_CONTROLLER))
