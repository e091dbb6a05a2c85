"""From the first answer to "sent"."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import outbox
from portal.models import User
from quotes import consents, questions, rules
from quotes.actions import attachments, core, triage
from quotes.actions.calls import finish_calls_of
from quotes.models import AccessCode, AnswerChange, Flag, Participant, QuoteRequest, SearchKey, StepCount
from quotes.search import keys_for, patient_keys
from quotes.wording import answer_in_one_line
from quotes.workflow import NotAllowed, Status

WAY = "_way"  # beside the answers of a draft: short or whole
COUNTED = "_counted"  # beside the answers of a draft: the steps that it was counted for; never sent
CORRECTABLE = {
    q.key
    for q in questions.QUESTIONS.values()
    if q.kind not in ("email", "phone") and q.key not in ("filler_role", "filler_name")
}
"""What the family may change on the case page: all but who they are and how they are reached, which belongs to a participant."""


@transaction.atomic
def open_draft(*, language: str, answers: dict[str, Any], source_article: str = "", by: None = None) -> QuoteRequest:
    """A new draft, after the consent to keep answers was given; `answers` holds the emergency gate's."""
    case = QuoteRequest.objects.create(language=language, answers=answers, source_article=source_article[:80])
    consents.record(case=case, keys=["storage"], role="", language=language)
    return case


@transaction.atomic
def save_draft(*, case: QuoteRequest, by: None = None, answers: dict[str, Any], language: str) -> QuoteRequest:
    """Merge these answers into the draft. Half-finished and wrong ones are kept too: nothing typed is lost."""
    case.lock()
    core.check_person("save_draft", case=case, by=by)
    case.answers = {**case.answers, **answers}
    case.language = language
    core.finish(case, fields=("answers", "language"))
    return case


@transaction.atomic
def discard_draft(*, case: QuoteRequest, by: User | None = None) -> None:
    """Delete a request that was not sent, with all that was typed: the storage consent promises it."""
    case.lock()
    core.check_person("save_draft", case=case, by=by)
    attachments.forget_files(case)
    case.delete()


@transaction.atomic
def mail_draft_link(
    *, case: QuoteRequest, by: None = None, email: str, language: str, submission_id: UUID | None = None
) -> Participant:
    """Mail the link by which this draft is finished later, on any device. Another address ends the link in the old mail."""
    case.lock()
    core.check_person("save_draft", case=case, by=by)
    case.language = language
    core.finish(case, fields=("language",))
    owner = put_owner(case, email=email)
    outbox.queue("draft_link", owner.pk, dedupe_key=f"{owner.pk}:{submission_id or case.version}")
    return owner


def count_step(*, case: QuoteRequest, step: str, what: str) -> None:
    """Count that a draft `reached` or `finished` a step: once a draft and step, however often they come back to it.

    Staff who write for a caller are not counted. This is no change of the draft: its 30 days do not start anew.
    """
    if case.opened_by_id is None and not _is_counted(case, step, what):
        _count_step(case, step, what)


def _is_counted(case: QuoteRequest, step: str, what: str) -> bool:
    return step in (case.answers.get(COUNTED) or {}).get(what, [])


@transaction.atomic
def _count_step(case: QuoteRequest, step: str, what: str) -> None:
    case.lock()
    if not case.is_draft or _is_counted(case, step, what):
        return
    counted = case.answers.get(COUNTED) or {}
    case.answers = {**case.answers, COUNTED: {**counted, what: [*counted.get(what, []), step]}}
    case.save(update_fields=["answers"])
    StepCount.add(day=timezone.localdate(), step=step, language=case.language, what=what)


@transaction.atomic
def submit(*, case: QuoteRequest, by: User | None = None, agreed: list[str], is_suspect: bool = False) -> QuoteRequest:
    """Send the request. Sending again (double click, second tab, retry) returns the same case and mails nothing more.

    `by`: the member of staff who wrote it for a caller; the consents were read aloud, and the call is done.
    """
    case.lock()
    if case.status != Status.DRAFT:
        return case
    answers = questions.applicable(case.answers)
    if questions.unanswered(answers):
        raise NotAllowed(_("Some questions still need an answer."))
    if {kind.key for kind in consents.SENDING if kind.required} - set(agreed):
        raise NotAllowed(_("Please tick the three boxes: we may not read your answers without them."))
    saw_check_page = _is_counted(case, "check", "reached")
    way = case.answers.get(WAY) or "short"
    core.begin("submit", case=case, by=by)
    case.answers, case.is_suspect, case.way = answers, is_suspect, way
    case.country = answers.get("country", "")
    case.submitted_at = timezone.now()
    core.our_turn(case, today=rules.needs_call_today(answers, today=timezone.localdate()))
    owner = add_owner(case)
    consents.record(case=case, keys=agreed, role=answers["filler_role"], language=case.language, by=by)
    run_rules(case)
    index(case, owner)
    index_patient(case)
    core.finish(case, fields=("answers", "is_suspect", "country", "submitted_at", "due_at", "rules_version", "way"))
    triage.assign_automatically(case=case)
    if owner.email:
        outbox.queue("confirmation", owner.pk, dedupe_key=str(case.pk))
    if by is not None:
        finish_calls_of(case, by=by)
    elif saw_check_page and not is_suspect:
        StepCount.add(day=timezone.localdate(), step="check", language=case.language, what="finished")
    return case


def add_owner(case: QuoteRequest) -> Participant:
    """The owner as the answers say; the one to whom the draft's link was mailed, if it was.

    Without an address among the answers, the one that got the link stays: it is the way in that they know.
    """
    answers = case.answers
    owner = put_owner(case, email=answers.get("email", ""))
    owner.name, owner.phone = answers.get("filler_name", ""), answers.get("phone", "")
    owner.is_patient = answers["filler_role"] == "patient"
    owner.authority, owner.authority_said_at = authority_of(answers), timezone.now()
    owner.save()
    return owner


def authority_of(answers: dict[str, Any]) -> str:
    """By what right the person who asks speaks for the patient, as their answers say."""
    if answers["filler_role"] == "patient":
        return Participant.Authority.PATIENT
    if answers.get("patient_knows") == "yes":
        return Participant.Authority.AGREEMENT
    return Participant.Authority.LEGAL if answers.get("legal_rep") == "me" else Participant.Authority.NOT_SAID


def put_owner(case: QuoteRequest, *, email: str) -> Participant:
    """The owner of a case with this address: the same person, moved to it, or a new one."""
    email = email.strip().lower()
    owner = case.participants.active().filter(role=Participant.Role.OWNER).first()
    if owner is None:
        return Participant.objects.create(case=case, role=Participant.Role.OWNER, email=email)
    if email and email != owner.email:
        owner.move_to(email)
        owner.save()
        AccessCode.objects.filter(participant=owner).delete()  # they went to the old address
    return owner


@transaction.atomic
def correct_answers(*, case: QuoteRequest, by: Participant, answers: dict[str, Any]) -> QuoteRequest:
    """The family corrects answers, or gives those left for later. What was said before is kept, and the rules look again.

    How to reach people is not changed here. Our clock starts, unless it runs already; for a new sign of danger, at once.
    """
    case.lock()
    old = case.answers
    new = questions.applicable({**old, **{key: value for key, value in answers.items() if key in CORRECTABLE}})
    before = {key: old.get(key) for key in {**old, **new} if (old.get(key) or None) != (new.get(key) or None)}
    if not before:
        return case
    if len(questions.unanswered(new)) > len(questions.unanswered(old)):
        raise NotAllowed(_("Please leave no question open that we need an answer to."))
    core.begin("correct_answers", case=case, by=by)
    AnswerChange.objects.create(case=case, before=before, recorded_by=by)
    today = timezone.localdate()
    is_urgent = rules.needs_call_today(new, today=today) and not rules.needs_call_today(old, today=today)
    case.answers, case.country = new, new.get("country", "")
    run_rules(case)
    index_patient(case)
    if is_urgent or case.due_at is None:  # correcting again must not move a promise that stands
        core.our_turn(case, today=is_urgent)
    core.finish(case, fields=("answers", "country", "due_at", "rules_version"))
    return case


def run_rules(case: QuoteRequest) -> None:
    """Raise the flags that the answers call for. One that is open, or was cleared for this very answer, is left as it is."""
    case.rules_version = rules.VERSION
    standing: dict[str, list[Flag]] = {}
    for flag in case.flags.all():
        standing.setdefault(flag.rule_id, []).append(flag)
    for rule in rules.raised(case.answers, today=timezone.localdate()):
        if any(flag.cleared_at is None or is_answered_as_then(flag, case) for flag in standing.get(rule.id, [])):
            continue
        Flag.objects.create(
            case=case,
            rule_id=rule.id,
            rules_version=rules.VERSION,
            level=rule.level,
            question=rule.question,
            answer=answer_in_one_line(questions.QUESTIONS[rule.question], case.answers),
        )


def is_answered_as_then(flag: Flag, case: QuoteRequest) -> bool:
    """Whether the answer that raised a flag is the answer of today, in whichever language it was read and shown."""
    since = case.answer_changes.filter(recorded_at__gt=flag.raised_at).order_by("recorded_at", "pk")
    earlier = (change.before[flag.question] for change in since if flag.question in change.before)
    today = case.answers.get(flag.question)
    return chosen(next(earlier, today)) == chosen(today)


def chosen(answer: Any) -> Any:
    """An answer for comparing: of several choices the order says nothing."""
    return sorted(answer) if isinstance(answer, list) else answer or []


def index(case: QuoteRequest, owner: Participant) -> None:
    """Make the case findable by exact e-mail, name words and phone, by digests only."""
    put_keys(case, keys_for(name=owner.name, email=owner.email, phone=owner.phone))


def index_patient(case: QuoteRequest) -> None:
    """Make the case findable by the patient's name; by one that was corrected since, it is not found any more."""
    keys = patient_keys(case.answers)
    people = [key for person in case.participants.all() for key in keys_for(name=person.name)]
    others = case.search_keys.filter(kind__in=(SearchKey.Kind.NAME, SearchKey.Kind.PATIENT))
    others.exclude(digest__in=[digest for _kind, digest in (*keys, *people)]).delete()
    put_keys(case, keys)


def put_keys(case: QuoteRequest, keys: list[tuple[str, str]]) -> None:
    SearchKey.objects.bulk_create(
        [SearchKey(case=case, kind=kind, digest=digest) for kind, digest in keys], ignore_conflicts=True
    )
