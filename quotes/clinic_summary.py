"""The summary that a clinic gets, made from the answers by plain rules. Staff edit it; the family reads it word for word first.

What a clinic needs to say whether it can help, and nothing else. No name and no way to reach anybody, unless that is ticked.
"""

import re
from datetime import date

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from quotes import questions, rules
from quotes.models import Clinic, Flag, QuoteRequest
from quotes.questions import Answers, Text
from quotes.rules import age, function_score
from quotes.wording import answer_in_one_line, country_name, function_text

BAND = 5  # years
SAFETY = ("cancer", "implants", "cells_before", "seizures", "allergy", "pregnancy")
"""Answers that a clinic must know, beside what the rules marked red."""
# what these say is between the family and the office, or stands in an answer above
PRIVATE_RULES = frozenset({"suicide", "dark-thoughts", "new-signs", "cannot-decide"})
SHORTEST_NUMBER = 7  # digits
SHORTEST_WORD = 3  # letters: shorter parts of a name are found inside too many other words


def language_for(case: QuoteRequest, clinic: Clinic) -> str:
    """The family's own language where the clinic reads it; else English."""
    return case.language if case.language in clinic.languages else "en"


def age_band(answers: Answers, today: date) -> str:
    """`60 to 64`: the year of birth itself is not needed."""
    years = age(answers, today)
    if years is None:
        return _("not known")
    low = years // BAND * BAND
    return _("%(low)d to %(high)d") % {"low": low, "high": low + BAND - 1}


def lines(case: QuoteRequest) -> list[tuple[str, str]]:
    """Label and text, in the language that is active now."""
    answers, today = case.answers, timezone.localdate()
    score = function_score(answers)
    named: list[tuple[str, str]] = [
        (_("Age"), age_band(answers, today)),
        (_("Country"), country_name(case.country) if case.country else _("not known")),
        (_("Kind of stroke"), said("stroke_type", answers)),
        (_("Date of the stroke"), said("stroke_date", answers)),
        (
            _("Daily life (modified Rankin score)"),
            _("not known") if score is None else f"{score}, {function_text(score)}",
        ),
        (_("Blood thinners"), said("thinners", answers)),
    ]
    for key in SAFETY:
        question = questions.QUESTIONS[key]
        if question.applies(answers) and questions.is_answered(question, answers):
            named.append((str(question.about or question.label).rstrip("?"), said(key, answers)))
    return named


def said(key: str, answers: Answers) -> str:
    return answer_in_one_line(questions.QUESTIONS[key], answers) or _("not known")


def warnings(case: QuoteRequest) -> list[Text]:
    """What the rules marked red on this case, cleared or not: a clinic has to know it either way."""
    marked = set(case.flags.filter(level__in=Flag.BLOCKING).values_list("rule_id", flat=True)) - PRIVATE_RULES
    return [rule.reason for rule in rules.RULES if rule.id in marked]


def summary_of(case: QuoteRequest, *, language: str) -> str:
    """The first text of a proposal, in this language."""
    with translation.override(language):
        text = [_("Summary for a clinic. Reference: %(reference)s") % {"reference": case.reference}, ""]
        text += [f"{label}: {value}" for label, value in lines(case)]
        if found := warnings(case):
            text += ["", _("What our safety rules marked:"), *(f"- {reason}" for reason in found)]
        if goals := str(case.answers.get("goals") or "").strip():
            text += ["", _("What the patient hopes for, in their own words:"), goals]
        text += ["", _("These are the family's own answers. No doctor of ours has examined the patient.")]
        return "\n".join(text)


def ticked_lines(case: QuoteRequest, *, names_patient: bool, gives_contact: bool, language: str) -> str:
    """What is put above the summary when it was ticked, and is shown to the family with it."""
    owner = case.owner
    with translation.override(language):
        text = []
        if names_patient and (name := patient_name(case)):
            text.append(f"{_('Name')}: {name}")
        if gives_contact and owner is not None:
            text += [f"{label}: {value}" for label, value in ((_("E-mail"), owner.email), (_("Phone"), owner.phone)) if value]
        return "\n".join(text)


def patient_name(case: QuoteRequest) -> str:
    answers = case.answers
    name = str(answers.get("patient_name") or "").strip()
    return name or (str(answers.get("filler_name") or "").strip() if answers.get("filler_role") == "patient" else "")


def told(case: QuoteRequest, text: str, *, names_patient: bool, gives_contact: bool) -> list[str]:
    """Names, addresses and numbers of the family that stand in a text although nobody ticked that they may."""
    people = [person for person in case.participants.all() if person.revoked_at is None]
    found: list[str] = []
    if not names_patient:
        names = [patient_name(case), str(case.answers.get("filler_name") or ""), *(person.name for person in people)]
        words = {word for name in names for word in re.findall(r"\w+", name) if len(word) >= SHORTEST_WORD}
        found += [word for word in sorted(words) if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]
    if not gives_contact:
        digits = re.sub(r"\D", "", text)
        found += [person.email for person in people if person.email and person.email.casefold() in text.casefold()]
        numbers = [(person.phone, re.sub(r"\D", "", person.phone)) for person in people]
        found += [phone for phone, number in numbers if len(number) >= SHORTEST_NUMBER and number in digits]
    return list(dict.fromkeys(found))
