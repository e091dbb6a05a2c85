"""What the queue and the case screen read: few queries, and decryption only of what is shown."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, When
from django.utils import timezone
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import User
from portal.roles import CLINICAL_REVIEWER, MANAGER
from quotes import questions, rules, staffing, workflow
from quotes.models import (
    Attachment,
    CallAttempt,
    CallRequest,
    CaseLink,
    Complaint,
    Consent,
    Event,
    Flag,
    FollowUp,
    InternalNote,
    Message,
    Participant,
    QuoteRequest,
    Recommendation,
    RuleSetApproval,
)
from quotes.models.case import OFFER_CLOSING, TELL_STAFF, QuoteRequestQuerySet, silent_since
from quotes.questions import STEPS, Question, Text
from quotes.replies import WORTH_ASKING
from quotes.wording import answer_in_one_line, answer_lines, country_name, function_text, language_name
from quotes.workflow import UNFINISHED, Status

URGENT_FIRST = ("turn_at", "submitted_at", "id")  # what is due first; then what has no clock, the oldest first
NEWEST_FIRST = ("-submitted_at", "-id")  # for the archive


def queue(user: User) -> QuoteRequestQuerySet:
    """The rows of the queue with what a row shows; nothing in it needs a query of its own."""
    open_flags = Prefetch("flags", Flag.objects.uncleared().only("case_id", "level", "cleared_at"), to_attr="open_flags")
    cases = QuoteRequest.objects.listed_for(user).select_related("coordinator").prefetch_related(open_flags)
    return cases.annotate(is_unconfirmed=Exists(unconfirmed_owner()))


def unconfirmed_owner() -> QuerySet[Participant]:
    """The owner of the outer case, when nobody has typed a code into the address they gave."""
    owner = Participant.objects.active().filter(case=OuterRef("pk"), role=Participant.Role.OWNER)
    return owner.filter(confirmed_at__isnull=True).exclude(email_index="")


def with_report(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    """Cases of which somebody said "this was not me", and nobody has looked into it yet. Closed ones, too."""
    return cases.filter(Exists(Participant.objects.filter(case=OuterRef("pk"), reported_at__isnull=False)))


def with_unreachable(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    return cases.filter(is_unreachable=True, status__in=UNFINISHED)


def due_today(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    """Whose next step of ours is due before the day ends, or was before."""
    return cases.due_before(start_of_day(days_ago=-1))


def day_of(user: User) -> dict[str, int]:
    """What waits for this person today, in counts."""
    mine = QuoteRequest.objects.filter(coordinator=user, status__in=UNFINISHED)
    now, midnight = timezone.now(), start_of_day(days_ago=-1)
    return mine.aggregate(
        overdue=Count("pk", filter=Q(due_at__lt=now)),
        due_today=Count("pk", filter=Q(due_at__gte=now, due_at__lt=midnight)),
        silent=Count("pk", filter=silent_since(TELL_STAFF)),
    ) | {"calls": CallRequest.objects.to_make().filter(taken_by=user, due_at__lt=midnight).count()}


def with_answer(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    """Open cases whose family wrote, decided or sent something since yesterday morning."""
    return cases.filter(family_answered_at__gte=start_of_day(days_ago=1))


def start_of_day(*, days_ago: int) -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)


ENOUGH, NEWEST, ONE_SITTING = 20, 200, timedelta(hours=2)


def usual_minutes(way: str) -> int | None:
    """How long the newest requests took that were filled in at one sitting: the median, in minutes. None while they are too few."""
    sent = QuoteRequest.objects.filter(way=way, is_suspect=False, opened_by__isnull=True, submitted_at__isnull=False)
    times = sent.order_by("-submitted_at").values_list("created_at", "submitted_at")[:NEWEST]
    took = [(end - start).total_seconds() / 60 for start, end in times if end and end - start <= ONE_SITTING]
    return round(median(took)) if len(took) >= ENOUGH else None


def with_blocking_flag(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    """Cases with an emergency or red flag that no clinical reviewer has cleared."""
    return cases.filter(has_red_flag=True)


def flag_counts(flags: list[Flag]) -> list[tuple[str, str, int]]:
    """Level, its name and how many, in order of urgency; levels without a flag are left out."""
    counted = [(level, sum(1 for flag in flags if flag.level == level)) for level in "ERAi"]
    return [(level, str(Flag.Level(level).label), count) for level, count in counted if count]


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How long until our next step is due, in words."""

    text: str
    is_overdue: bool = False
    at: datetime | None = None


def clock(case: QuoteRequest) -> Clock:
    now = timezone.now()
    if case.due_at and case.due_at < now:
        return Clock(
            text=_("%(time)s overdue") % {"time": timesince(case.due_at, now, depth=1)}, is_overdue=True, at=case.due_at
        )
    if case.due_at:
        return Clock(text=_("%(time)s left") % {"time": timeuntil(case.due_at, now, depth=1)}, at=case.due_at)
    if case.status == Status.IN_REVIEW:
        return Clock(text=_("no clock runs; the next step is ours"))
    if case.status in (Status.AWAITING_PATIENT, Status.RECOMMENDED):
        return Clock(text=_("the patient's turn"))
    return Clock(text=_("nothing is due"))


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


def openable(user: User, case_id: str | UUID) -> QuoteRequest | None:
    """The case if this person may open it now."""
    return _with_everything(QuoteRequest.objects.visible_to(user)).filter(pk=case_id).first()


def readable(user: User, case_id: str | UUID) -> QuoteRequest | None:
    """The case if this person may read it now, be it only in the reviewer's place."""
    return _with_everything(staffing.readable_by(user)).filter(pk=case_id).first()


def listed(user: User, case_id: str | UUID) -> QuoteRequest | None:
    """The case as the queue knows it, also when a colleague has it."""
    return queue(user).filter(pk=case_id).first()


def looked_into(user: User, case_id: str | UUID) -> QuoteRequest | None:
    """A colleague's case with everything in it, to read once; the caller records the reason."""
    return _with_everything(QuoteRequest.objects.listed_for(user)).filter(pk=case_id).first()


def _with_everything(cases: QuoteRequestQuerySet) -> QuoteRequestQuerySet:
    cases = cases.annotate(
        is_silent=Case(When(silent_since(OFFER_CLOSING), then=True), default=False),
        rules_signed=Exists(RuleSetApproval.objects.filter(version=OuterRef("rules_version"))),
        # what few cases have is asked for only where it is
        has_complaint=Exists(Complaint.objects.to_answer().filter(case=OuterRef("pk"))),
        has_follow_up=Exists(FollowUp.objects.filter(case=OuterRef("pk"))),
        has_link=Exists(CaseLink.objects.filter(Q(first=OuterRef("pk")) | Q(second=OuterRef("pk")))),
    )
    return cases.select_related("coordinator", "accepted_option", "confirmed_by").prefetch_related(
        Prefetch("flags", Flag.objects.select_related("cleared_by")),
        Prefetch("participants", Participant.objects.select_related("proof_seen_by").order_by("created_at")),
        Prefetch("messages", Message.objects.select_related("from_user", "from_participant")),
        Prefetch("attachments", Attachment.objects.select_related("added_by_user", "added_by_participant")),
        Prefetch("notes", InternalNote.objects.select_related("author")),
        Prefetch("events", Event.objects.select_related("by_user", "by_participant")),
        "answer_changes",
        Prefetch("consents", Consent.objects.select_related("text", "recorded_by")),
        Prefetch("calls", CallRequest.objects.prefetch_related(Prefetch("attempts", CallAttempt.objects.select_related("by")))),
        Prefetch("recommendations", Recommendation.objects.select_related("created_by", "approved_by", "sent_by")),
    )


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


def allowed(case: QuoteRequest, *, user: User, among: Container[str] | None = None) -> dict[str, workflow.Verb]:
    """The verbs this person may use on this case now, by name. `among`: those that the page has a button for."""
    possible = [verb for verb in workflow.possible(case.status, who=workflow.STAFF) if among is None or verb.name in among]
    found = {verb.name: verb for verb in staffing.theirs(possible, user)}
    if case.coordinator_id not in (None, user.pk) and not user.in_role(
        MANAGER, CLINICAL_REVIEWER
    ):  # read in the reviewer's place
        found = {name: verb for name, verb in found.items() if name in (*staffing.IN_PLACE, "take_over")}
    is_new = case.status == Status.SUBMITTED and case.coordinator_id is None
    if is_new or case.coordinator_id == user.pk:
        found.pop("take_over", None)
    if case.confirmed_at:
        found.pop("confirm_accept", None)
    found.pop("resume_contact" if case.contact_stopped_at is None else "stop_contact", None)
    return found


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


CONSENT_NAMES: dict[str, Text] = {
    "storage": gettext_lazy("Keeping the answers while they are given"),
    "health": gettext_lazy("Reading and keeping the health answers"),
    "authority": gettext_lazy("Being the patient, or acting for the patient"),
    "understood": gettext_lazy("Having understood what this is and is not"),
    "calls": gettext_lazy("Calls and WhatsApp"),
    "patient_agreement": gettext_lazy("The patient's own agreement"),
    "follow_up": gettext_lazy("Being asked later how it went"),
}


def consents(case: QuoteRequest) -> list[tuple[Text, Consent]]:
    """Each consent under a short name; its exact text is in it."""
    return [(CONSENT_NAMES.get(consent.text.kind, consent.text.kind), consent) for consent in case.consents.all()]


def rules_are_signed(version: str) -> bool:
    """Whether a stroke physician's approval of this rule set is recorded."""
    return RuleSetApproval.objects.filter(version=version).exists()
