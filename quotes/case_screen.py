"""What the case screen says of a case that was read: its header strip, the answers with their flags, what is missing, the consents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quotes import questions, rules, workflow
from quotes.consents import short_name
from quotes.models import (
    Consent,
    Flag,
    QuoteRequest,
    RuleSetApproval,
)
from quotes.questions import STEPS, Question, Text
from quotes.replies import WORTH_ASKING
from quotes.wording import answer_in_one_line, answer_lines, country_name, function_text, language_name


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    question: Question
    label: Text
    lines: list[Text]
    flags: list["FlagRow"] = field(default_factory=list)
    earlier: list[tuple[datetime, list[Text]]] = field(default_factory=list)  # until when, and what it was


@dataclass(frozen=True, kw_only=True)
class Section:
    title: Text
    rows: list[AnswerRow]


@dataclass(frozen=True, kw_only=True)
class FlagRow:
    """A flag with its reason, and the verb by which it is cleared; `verb` is empty when this person cannot.

    `answer` is what raised it, in the reader's language: the flag keeps it as the family saw it when they sent it.
    `typed` is what somebody wrote into its form when the verb was refused.
    """

    flag: Flag
    reason: Text
    answer: str
    verb: str = ""
    typed: str = ""
    is_refused: bool = False

    @property
    def is_open(self) -> bool:
        return self.flag.cleared_at is None

    @property
    def waits_for_reviewer(self) -> bool:
        """Open, and nothing this person may clear: an emergency or red flag in front of somebody who is no clinician."""
        return self.is_open and not self.verb and self.flag.level in Flag.BLOCKING


def flag_rows(
    case: QuoteRequest, *, verbs: Mapping[str, workflow.Verb], refused_flag: str = "", typed: str = ""
) -> list[FlagRow]:
    """Every flag, open ones and urgent ones first."""
    found = []
    for flag in sorted(
        case.flags.all(), key=lambda flag: (flag.cleared_at is not None, "ERAi".index(flag.level), flag.rule_id)
    ):
        verb = "clear_flag" if flag.level in Flag.BLOCKING else "resolve_flag"
        rule = rules.BY_ID.get(flag.rule_id)
        found.append(
            FlagRow(
                flag=flag,
                reason=rule.reason if rule else _("This rule is not in today's rule set."),
                answer=answer_behind(flag, case),
                verb=verb if flag.cleared_at is None and verb in verbs else "",
                typed=typed if str(flag.pk) == refused_flag else "",
                is_refused=str(flag.pk) == refused_flag,
            )
        )
    return found


def answer_behind(flag: Flag, case: QuoteRequest) -> str:
    """In the reader's language; as it was kept when the answer was corrected since, or the question is not asked any more."""
    question = questions.QUESTIONS.get(flag.question)
    changed = any(
        flag.question in change.before and change.recorded_at > flag.raised_at for change in case.answer_changes.all()
    )
    worded = answer_in_one_line(question, case.answers) if question and flag.answer and not changed else ""
    return worded or flag.answer


def sections(case: QuoteRequest, *, flags: list[FlagRow]) -> list[Section]:
    """The answers step by step, each with the flags it raised. Questions without an answer are not rows: see `missing`."""
    by_question: dict[str, list[FlagRow]] = {}
    for row in flags:
        by_question.setdefault(row.flag.question, []).append(row)
    groups: list[tuple[Text, tuple[Question, ...]]] = [(_("Emergency signs"), (questions.NEW_SIGNS,))]
    groups += [(step.wording(case.answers), step.questions) for step in STEPS]
    return [
        Section(
            title=title,
            rows=[
                AnswerRow(
                    question=question,
                    label=question.wording(case.answers),
                    lines=answer_lines(question, case.answers),
                    flags=by_question.get(question.key, []),
                    earlier=earlier_answers(question, case),
                )
                for question in asked
                if questions.is_answered(question, case.answers) or question.key in by_question
            ],
        )
        for title, asked in groups
    ]


def earlier_answers(question: Question, case: QuoteRequest) -> list[tuple[datetime, list[Text]]]:
    """What the family said before, newest first."""
    return [
        (change.recorded_at, answer_lines(question, change.before))
        for change in case.answer_changes.all()
        if change.before.get(question.key)
    ]


def missing(case: QuoteRequest) -> list[Text]:
    """What a whole case has and this one has not yet, as the questions say it, then what is wanting in the contact."""
    answers: Mapping[str, Any] = case.answers
    found: list[Text] = [
        question.wording(answers)
        for _step, question in questions.open_questions(answers)
        if question.key.removeprefix("record_") not in case.papers  # whether they have it is answered
    ]
    found += [
        _("%(paper)s: promised, and not here yet.") % {"paper": label}
        for key, label in missing_papers(case).items()
        if case.answers.get(key) in questions.PROMISED
    ]
    owner = case.owner
    if owner is None or not owner.email:
        found.append(_("An e-mail address: the case page cannot be opened without one. Call the family."))
    elif owner.confirmed_at is None:
        found.append(_("The e-mail address is not confirmed: nobody has entered a code yet."))
    if owner is None or not owner.phone:
        found.append(_("A phone number."))
    return found


SAID_OF_PAPER: dict[str, Text] = {
    **dict.fromkeys(questions.PROMISED, gettext_lazy("promised")),
    questions.NONE: gettext_lazy("they have none"),
}


def missing_papers(case: QuoteRequest) -> dict[str, Text]:
    """Records that are not here, though the family promised them or a clear case has them: by their questions."""
    here, answers = case.papers, case.answers
    return {
        key: label
        for key, label in questions.RECORDS.items()
        if (slot := key.removeprefix("record_")) not in here
        and (slot in WORTH_ASKING or answers.get(key) in questions.PROMISED)
    }


def strip(case: QuoteRequest) -> list[tuple[Text, Text, Text]]:
    """The header strip: label, value, and a longer explanation for the title (or nothing)."""
    answers, today = case.answers, timezone.localdate()
    score, months, age = (
        rules.function_score(answers),
        rules.months_since_stroke(answers, today),
        rules.age(answers, today),
    )
    unknown = _("not known")
    unsaid = _("not said")
    papers = [f"{label} ({SAID_OF_PAPER.get(answers.get(key, ''), unsaid)})" for key, label in missing_papers(case).items()]
    stroke_type, thinners = (
        answer_lines(questions.QUESTIONS[key], answers) or [unknown] for key in ("stroke_type", "thinners")
    )
    return [
        (_("Function"), _("mRS %(score)s") % {"score": score} if score is not None else unknown, function_text(score)),
        (_("Months since the stroke"), str(months) if months is not None else unknown, ""),
        (_("Kind of stroke"), stroke_type[0], ""),
        (_("Age"), str(age) if age is not None else unknown, _("The year of birth is known, not the day.")),
        (_("Blood thinners"), ", ".join(str(line) for line in thinners), ""),
        (_("Language"), language_name(str(answers.get("language") or case.language)), ""),
        (_("Writes in"), language_name(case.language), _("Messages and the recommendation are read in this language.")),
        (_("Country"), country_name(case.country) if case.country else unknown, ""),
        (_("Consents"), consent_state(case), ""),
        (_("Missing documents"), str(len(papers)) if papers else _("none missing"), " · ".join(papers)),
    ]


def consent_state(case: QuoteRequest) -> str:
    given = list(case.consents.all())
    if any(consent.withdrawn_at for consent in given):
        return _("one was withdrawn")
    if {"health", "authority", "understood"} <= {consent.text.kind for consent in given}:
        return _("all given")
    return _("not complete")


def consents(case: QuoteRequest) -> list[tuple[Text, Consent]]:
    """Each consent under a short name; its exact text is in it."""
    return [(short_name(consent.text.kind), consent) for consent in case.consents.all()]


def rules_are_signed(version: str) -> bool:
    """Whether a stroke physician's approval of this rule set is recorded."""
    return RuleSetApproval.objects.filter(version=version).exists()
