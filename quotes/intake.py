"""How a request is filled in: which draft belongs to this browser, what comes next, what was typed, what to stop at."""

import difflib
import math
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from quotes import actions, caller, queries, questions, rules
from quotes.access import DRAFT
from quotes.actions.intake import WAY
from quotes.models import QuoteRequest
from quotes.questions import NONE, Answers, OneOf, Question, Step

SENT = "sent_case"  # in the session, beside DRAFT: the id of the case that this browser has sent
# what a draft keeps beside the answers; never sent
TYPED, WENT_ON, SUSPECT, EASY, SEEN = "_typed", "_went_on", "_suspect", "_easy", "_seen"
SHORT, WHOLE = "short", "whole"
GATE_SALT, GATE_SECONDS = "quotes.intake.gate", 24 * 3600
QUICKEST_SECONDS = 2  # nobody reads two pages and ticks a box in less
ARTICLE_KEY = re.compile(r"[a-z0-9_-]{1,80}", re.IGNORECASE)
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
    """`started` in seconds: when the gate was first shown. `signs` is empty while the question is not answered.

    `way` and `easy`: what was chosen on the start page.
    """

    signs: tuple[str, ...] = ()
    went_on: bool = False
    article: str = ""
    started: int = 0
    way: str = SHORT
    easy: bool = False

    def sealed(self) -> str:
        return signing.dumps([*self.__dict__.values()], salt=GATE_SALT)

    def answered(self, signs: Sequence[str], *, went_on: bool) -> "Gate":
        return replace(self, signs=tuple(signs), went_on=went_on)

    @property
    def carried(self) -> dict[str, str]:
        """What a link back to the gate has to carry."""
        given = {"article": self.article, "way": self.way if self.way != SHORT else "", "easy": "1" if self.easy else ""}
        return {name: value for name, value in given.items() if value}

    @property
    def is_passed(self) -> bool:
        return bool(self.signs) and (self.went_on or self.signs == (NONE,))

    @property
    def is_quick(self) -> bool:
        return time.time() - self.started < QUICKEST_SECONDS


def new_gate(chosen: Mapping[str, str]) -> Gate:
    """What the start page's links carry. An `article` that is no article's key is nobody's business to keep."""
    article = chosen.get("article", "")
    return Gate(
        article=article if ARTICLE_KEY.fullmatch(article) else "",
        started=int(time.time()),
        way=WHOLE if chosen.get("way") == WHOLE else SHORT,
        easy=chosen.get("easy") == "1",
    )


def read_gate(text: str) -> Gate:
    """What the page carried; an empty gate when it is too old or was changed."""
    try:
        signs, went_on, article, started, way, easy = signing.loads(text, salt=GATE_SALT, max_age=GATE_SECONDS)
    except (signing.BadSignature, ValueError):  # ValueError: sealed by an earlier version of this page
        return new_gate({})
    return Gate(signs=tuple(signs), went_on=went_on, article=article, started=started, way=way, easy=easy)


def open_draft(session: SessionBase, gate: Gate, *, language: str, is_suspect: bool) -> QuoteRequest:
    """The draft begins: from here answers are kept. Bots are marked for a person to look at, never turned away."""
    answers: dict[str, Any] = {"new_signs": list(gate.signs), WAY: gate.way, EASY: gate.easy}
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


# ── Pages: what is asked at once ──────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Page:
    """A step's questions, or in the easy mode one of them. A step without questions has a page of its own kind."""

    step: Step
    questions: tuple[Question, ...]
    is_easy: bool = False

    @property
    def url(self) -> str:
        if self.is_easy and self.questions:
            return reverse("quotes:question", args=[self.step.key, self.questions[0].key])
        return reverse("quotes:step", args=[self.step.key])

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among all pages."""
        within = self.step.questions.index(self.questions[0]) if self.is_easy and self.questions else 0
        return questions.STEPS.index(self.step), within


def is_easy(answers: Answers) -> bool:
    return bool(answers.get(EASY))


def is_short(answers: Answers) -> bool:
    return answers.get(WAY) != WHOLE


def asked_in(step: Step, answers: Answers) -> tuple[Question, ...]:
    """The questions of a step on this person's way: on the short one those that we need, and what was answered besides."""
    if not is_short(answers):
        return step.questions
    return tuple(q for q in step.questions if q.is_on_short_way or questions.is_answered(q, answers))


def pages(answers: Answers) -> list[Page]:
    """This person's pages, in order. In the easy mode a follow-up is a page as soon as it applies."""
    found = []
    for step in questions.STEPS:
        asked = asked_in(step, answers)
        if is_easy(answers):
            found += [Page(step=step, questions=(q,), is_easy=True) for q in asked if q.applies(answers)]
        elif asked or (not step.questions and not is_short(answers)):
            found.append(Page(step=step, questions=asked))
    return found


def page_named(answers: Answers, step_key: str, question_key: str = "") -> Page | None:
    """The page at an address. An address of the other mode, or of the whole way, leads to the page that holds it."""
    step = questions.step_named(step_key)
    if step is None:
        return None
    here = [page for page in pages(answers) if page.step == step]
    exact = [page for page in here if question_key in {q.key for q in page.questions}]
    if question_key and not exact:
        return None
    return next(iter(exact or here), Page(step=step, questions=step.questions))


def place_of(page: Page, answers: Answers) -> tuple[int, int]:
    """Which step this is, of how many; "check your answers" is the last."""
    steps = list(dict.fromkeys(one.step.key for one in pages(answers)))
    return (steps.index(page.step.key) + 1 if page.step.key in steps else len(steps)), len(steps) + 1


def url_after(page: Page, answers: Answers) -> str:
    """The next page, or the check page after the last one."""
    return next((one.url for one in pages(answers) if one.place > page.place), reverse("quotes:check"))


def url_before(page: Page | None, answers: Answers) -> str:
    """The page before this one, or before the check page."""
    earlier = [one.url for one in pages(answers) if page is None or one.place < page.place]
    return earlier[-1] if earlier else reverse("quotes:emergency") + "?change=1"


def url_of_question(question: Question, answers: Answers, *, query: str = "") -> str:
    """The page that asks it, with the question in view."""
    page = next((one for one in pages(answers) if question in one.questions), None)
    if page is None:
        step = next(step for step in questions.STEPS if question in step.questions)
        page = Page(step=step, questions=step.questions)
    return f"{page.url}{query}#field-{question.key}"


def resume_url(answers: Answers) -> str:
    """The first page that was not seen yet or still needs an answer; a page's questions are in the answers once it was sent."""
    given = questions.applicable(answers)
    for page in pages(answers):
        asked = [q for q in page.questions if q.applies(given)]
        if any(q.key not in given or (q.required and not questions.is_answered(q, given)) for q in asked):
            return page.url
        if not page.questions and page.step.key not in (answers.get(SEEN) or []):
            return page.url
    missing = questions.unanswered(given)
    return url_of_question(missing[0][1], answers) if missing else reverse("quotes:check")


def condition_text(question: Question, page: Page) -> str:
    """When a follow-up is asked, for follow-ups.js: `f1=yes f2=yes`; all must hold. What other pages decide is decided already."""
    here = {q.key for q in page.questions}
    return " ".join(
        f"{one.key}={','.join(one.values)}" for one in question.shown_if if isinstance(one, OneOf) and one.key in here
    )


def with_posted(page: Page, answers: Answers, posted: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they would be with what was just posted, question by question, so that follow-ups know."""
    merged = questions.applicable(answers)
    for question in page.questions:
        merged.pop(question.key, None)
        if question.applies(merged):
            merged[question.key] = posted.get(question.key, answers.get(question.key))
    return merged


# ── How long it takes ─────────────────────────────────────────────────────────────────────────────────────────────────
WORDS_A_MINUTE = 120  # of a form read with care; a choice takes some seconds, a sentence of one's own a minute
SECONDS = {"long_text": 60, "text": 20, "scale": 4}


def usual_minutes() -> dict[str, Any]:
    """What the start page says: minutes of the short and of the whole way, and whether both were measured. Looked up once an hour."""
    measured = {way: _measured(way) for way in (SHORT, WHOLE)}
    is_measured = all(measured.values())
    return {way: to_five(measured[way]) if is_measured else minutes(way) for way in measured} | {"is_measured": is_measured}


def _measured(way: str) -> int:
    """0 while too few requests were sent."""
    found: int = cache.get_or_set(f"intake-minutes-{way}", lambda: queries.usual_minutes(way) or 0, 3600) or 0
    return found


def to_five(number: float) -> int:
    return max(5, math.ceil(number / 5) * 5)


def minutes(way: str) -> int:
    """An estimate from the questions themselves, for somebody who answers all that a first reader meets."""
    asked = [q for page in pages({WAY: way}) for q in page.questions if not q.shown_if]
    words = sum(len(f"{q.label} {q.hint} {q.why} {' '.join(str(label) for _v, label in q.options)}".split()) for q in asked)
    seconds = words / WORDS_A_MINUTE * 60 + sum(SECONDS.get(q.kind, 8) for q in asked)
    return to_five(seconds / 60)


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
        "pressure-high": (
            "warning",
            _("A blood pressure of 180/110 or more: let a doctor measure it again today or tomorrow."),
        ),
        "promised": (
            "info",
            _("Nobody can promise a result after a stroke. Please do not pay a deposit before you have read our answer."),
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
