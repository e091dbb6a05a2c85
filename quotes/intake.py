"""How a request is filled in: which draft belongs to this browser, what comes next, what was typed, what to stop at."""

import difflib
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from quotes import actions, caller, questions, rules
from quotes.access import DRAFT
from quotes.models import QuoteRequest
from quotes.questions import NONE, Answers, OneOf, Step

SENT = "sent_case"  # in the session, beside DRAFT: the id of the case that this browser has sent
TYPED, WENT_ON, SUSPECT = "_typed", "_went_on", "_suspect"  # what a draft keeps beside the answers; never sent
GATE_SALT, GATE_SECONDS = "quotes.intake.gate", 24 * 3600
QUICKEST_SECONDS = 2  # nobody reads two pages and ticks a box in less
ARTICLE_KEY = re.compile(r"[a-z0-9_-]{1,80}", re.IGNORECASE)
TOTAL = len(questions.STEPS) + 1  # with "check your answers"
MAIL_DOMAINS = (
    "gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "live.com", "hotmail.es", "yahoo.es", "yahoo.co.uk",
)  # fmt: skip


# ── Which draft ───────────────────────────────────────────────────────────────────────────────────────────────────────
def draft_of(session: SessionBase) -> QuoteRequest | None:
    """The unsent request of this browser. One that another tab, or another device, has sent meanwhile becomes the sent one."""
    if caller.KEY in session:
        return caller.draft_of(session)
    case = _case(session.get(DRAFT))
    if case is not None and not case.is_draft:
        remember_sent(session, case)
        return None
    return case


def sent_case_of(session: SessionBase) -> QuoteRequest | None:
    case = _case(session.get(SENT))
    return None if case is None or case.is_draft else case


def _case(key: Any) -> QuoteRequest | None:
    try:
        return QuoteRequest.objects.filter(pk=UUID(key)).first()
    except (TypeError, ValueError, AttributeError):
        return None


def remember_sent(session: SessionBase, case: QuoteRequest) -> None:
    session.pop(DRAFT, None)
    session[SENT] = str(case.pk)


# ── The emergency gate: its answer travels in a signed field until the consent to keep answers is given ───────────────
@dataclass(frozen=True, kw_only=True)
class Gate:
    """`started` in seconds: when the gate was first shown. `signs` is empty while the question is not answered."""

    signs: tuple[str, ...] = ()
    went_on: bool = False
    article: str = ""
    started: int = 0

    def sealed(self) -> str:
        return signing.dumps([*self.__dict__.values()], salt=GATE_SALT)

    def answered(self, signs: Sequence[str], *, went_on: bool) -> "Gate":
        return replace(self, signs=tuple(signs), went_on=went_on)

    @property
    def is_passed(self) -> bool:
        return bool(self.signs) and (self.went_on or self.signs == (NONE,))

    @property
    def is_quick(self) -> bool:
        return time.time() - self.started < QUICKEST_SECONDS


def new_gate(article: str) -> Gate:
    """`article` comes from the address: whatever is no article's key is nobody's business to keep."""
    return Gate(article=article if ARTICLE_KEY.fullmatch(article) else "", started=int(time.time()))


def read_gate(text: str) -> Gate:
    """What the page carried; an empty gate when it is too old or was changed."""
    try:
        signs, went_on, article, started = signing.loads(text, salt=GATE_SALT, max_age=GATE_SECONDS)
    except signing.BadSignature:
        return new_gate("")
    return Gate(signs=tuple(signs), went_on=went_on, article=article, started=started)


def open_draft(session: SessionBase, gate: Gate, *, language: str, is_suspect: bool) -> QuoteRequest:
    """The draft begins: from here answers are kept. Bots are marked for a person to look at, never turned away."""
    answers: dict[str, Any] = {"new_signs": list(gate.signs)}
    if gate.went_on:
        answers[WENT_ON] = stops(answers, today=timezone.localdate())
    if is_suspect or gate.is_quick:
        answers[SUSPECT] = True
    if writes := caller.of(session):
        return actions.open_for(call=writes.call, by=writes.by, language=language, answers=answers)
    case = actions.open_draft(language=language, answers=answers, source_article=gate.article)
    session.cycle_key()
    session[DRAFT] = str(case.pk)
    return case


# ── Where to stop ─────────────────────────────────────────────────────────────────────────────────────────────────────
def stops(answers: Answers, *, today: date) -> list[str]:
    """The signs among the answers that must interrupt: `new_signs:face`. Thoughts of suicide do too."""
    found = []
    for rule in rules.raised(questions.applicable(answers), today=today):
        if rule.level == rules.EMERGENCY or rule.same_day:
            given = answers.get(rule.question)
            found += [f"{rule.question}:{one}" for one in (given if isinstance(given, list) else [given])]
    return sorted(set(found))


def unconfirmed(answers: Answers, *, today: date) -> list[str]:
    """Signs that nobody has said yet are known to a doctor or not new."""
    return sorted(set(stops(answers, today=today)) - set(answers.get(WENT_ON) or []))


# ── Steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def number_of(step: Step) -> int:
    return questions.STEPS.index(step) + 1


def url_of(step: Step | None) -> str:
    """A step's address; without a step, the check page's."""
    return reverse("quotes:step", args=[step.key]) if step else reverse("quotes:check")


def next_url(step: Step) -> str:
    return url_of(questions.STEPS[number_of(step)] if number_of(step) < len(questions.STEPS) else None)


def previous_url(step: Step | None) -> str:
    """The page before a step, or before the check page."""
    number = number_of(step) if step else TOTAL
    return url_of(questions.STEPS[number - 2]) if number > 1 else reverse("quotes:emergency") + "?change=1"


def resume_url(answers: Answers) -> str:
    """The first step that still needs an answer."""
    missing = questions.unanswered(questions.applicable(answers))
    return url_of(missing[0][0] if missing else None)


def condition_text(conditions: tuple[OneOf, ...]) -> str:
    """When a follow-up is asked, for follow-ups.js: `f1=yes f2=yes`; all must hold."""
    return " ".join(f"{condition.key}={','.join(condition.values)}" for condition in conditions)


def with_posted(step: Step, answers: Answers, posted: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they would be with what was just posted, question by question, so that follow-ups know."""
    merged = questions.applicable(answers)
    for question in step.questions:
        merged.pop(question.key, None)
        if question.applies(merged):
            merged[question.key] = posted.get(question.key, answers.get(question.key))
    return merged


# ── What was typed ────────────────────────────────────────────────────────────────────────────────────────────────────
def save(case: QuoteRequest, *, answers: dict[str, Any], typed: dict[str, Any], language: str) -> None:
    """Keep the answers, and beside them, word for word, what was typed and cannot be an answer yet."""
    before = case.answers.get(TYPED) or {}
    kept = {key: raw for key, raw in before.items() if key not in answers} | typed
    actions.save_draft(case=case, answers={**answers, TYPED: kept}, language=language)


def likely_address(email: str) -> str:
    """The address that was probably meant (`…@gmail.com` for `…@gmial.com`); empty when there is no doubt."""
    name, _at, domain = email.rpartition("@")
    close = difflib.get_close_matches(domain, MAIL_DOMAINS, n=1, cutoff=0.85)
    return f"{name}@{close[0]}" if close and close[0] != domain and domain not in MAIL_DOMAINS else ""


# ── What the answers mean for the person who gave them ────────────────────────────────────────────────────────────────
def advice(answers: Answers, *, today: date) -> list[dict[str, str]]:
    """Plain lines to read before sending: what cannot wait for our answer."""
    raised = {rule.id for rule in rules.raised(questions.applicable(answers), today=today)}
    months = rules.months_since_stroke(answers, today) or 0
    lines = {
        "stroke-under-14-days": (
            "warning",
            _("Stay with your stroke team, and do not fly yet. The first weeks need them close."),
        ),
        "getting-worse": (
            "warning",
            _("Getting worse after a stroke must be looked at. See a doctor soon; do not wait for our answer."),
        ),
        "after-cells-back-pain": (
            "warning",
            _("Back pain that keeps growing after a cell injection: show it to a doctor soon."),
        ),
        "thinners": ("info", _("Never stop a medicine that thins the blood without your doctor.")),
    }
    found = [{"kind": kind, "text": text} for rule_id, (kind, text) in lines.items() if rule_id in raised]
    if months > 6:
        text = _(
            "More than six months after a stroke, almost no fair test has shown what cells by vein do. "
            "Rehabilitation has been tested at that time."
        )
        found.append({"kind": "info", "text": text})
    return found
