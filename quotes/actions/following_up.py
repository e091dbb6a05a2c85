"""Asking how things are after 3, 6 and 12 months, and what happens with the answer."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import outbox
from portal.models import User
from quotes import follow_ups, rules
from quotes.actions import core
from quotes.actions.privacy import end_consent
from quotes.models import FollowUp, Participant, QuoteRequest
from quotes.workflow import JOB, UNFINISHED, NotAllowed


@transaction.atomic
def ask_how_things_are(*, case: QuoteRequest, months: int, by: str = JOB) -> bool:
    """Ask, once, whoever still agrees at this moment. Two runs at the same moment ask once."""
    case.lock()
    first = case.recommendations.sent().order_by("sent_at").first()
    if first is None or first.sent_at is None or not follow_ups.due(months).filter(pk=case.pk).exists():
        return False
    core.begin("ask_how_things_are", case=case, by=JOB, months=months)
    case.follow_ups.filter(answered_at__isnull=True).delete()  # one question is open at a time
    asked = FollowUp.objects.create(case=case, months=months, due_at=first.sent_at + follow_ups.AFTER[months])
    core.finish(case)
    if case.owner and case.owner.email:
        outbox.queue("follow_up", asked.pk, dedupe_key=str(asked.pk))
    return True


@transaction.atomic
def answer_follow_up(
    *, case: QuoteRequest, by: Participant, follow_up: FollowUp, answers: dict[str, Any], ask_again: bool = True
) -> FollowUp:
    """Keep the answer, with both scores. After a sad one somebody speaks with them; after a death nobody is asked again."""
    core.begin("answer_follow_up", case=case, by=by)
    follow_up.refresh_from_db(from_queryset=FollowUp.objects.select_for_update())
    if follow_up.case_id != case.pk or follow_up.answered_at is not None:
        raise NotAllowed(_("You have answered already. Thank you."))
    scores = {"score": rules.function_score(answers), "score_at_start": rules.function_score(case.answers)}
    follow_up.answers, follow_up.answered_at = {**answers, **scores}, timezone.now()
    follow_up.needs_person = follow_ups.is_bad(follow_up.answers)
    follow_up.save(update_fields=["answers", "answered_at", "needs_person"])
    if not ask_again or answers.get("how") == FollowUp.How.DIED:
        end_consent(case, "follow_up")
    if follow_up.needs_person and case.due_at is None and case.status in UNFINISHED:
        core.our_turn(case)
    core.finish(case, fields=("due_at",))
    return follow_up


@transaction.atomic
def handle_follow_up(*, case: QuoteRequest, by: User) -> QuoteRequest:
    """Somebody of the office has spoken with them, or decided how to go on."""
    core.begin("handle_follow_up", case=case, by=by)
    waiting = case.follow_ups.to_handle()
    if not waiting.update(handled_at=timezone.now(), handled_by=by):
        raise NotAllowed(_("No answer of this family waits for somebody."))
    core.finish(case)
    return case
