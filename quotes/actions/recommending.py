"""From a finished draft to the version the patient reads: asked for approval, approved, sent, and the end of its dates."""

from collections.abc import Iterable
from typing import Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import User
from portal.roles import CLINICAL_REVIEWER
from quotes.actions import core
from quotes.actions.drafting import check_unsent, has_written
from quotes.models import Flag, QuoteRequest, Recommendation
from quotes.readiness import content_digest, needs_reason, never_reviewed, obstacles
from quotes.workflow import NotAllowed


@transaction.atomic
def request_approval(*, case: QuoteRequest, by: User, recommendation: Recommendation) -> Recommendation:
    core.begin("request_approval", case=case, by=by, number=recommendation.number)
    check_unsent(case, recommendation)
    if found := obstacles(recommendation, before_approval=True):
        raise NotAllowed(" ".join(found))
    recommendation.approval_requested_at, recommendation.approval_requested_by = timezone.now(), by
    _forget_approval(recommendation)
    recommendation.save()
    core.finish(case)
    return recommendation


def _forget_approval(recommendation: Recommendation) -> None:
    recommendation.approved_at = recommendation.approved_by = None
    recommendation.approved_digest, recommendation.approved_unreviewed = "", []


@transaction.atomic
def approve(
    *,
    case: QuoteRequest,
    by: User,
    recommendation: Recommendation,
    reason: str = "",
    digest: str,
    unreviewed: Iterable[str] = (),
) -> Recommendation:
    """A second person approves exactly the text they read: `digest` is that of the page they saw.

    `unreviewed`: the editions of which they ticked that they know that no clinician has reviewed them (readiness.never_reviewed).
    """
    core.begin("approve", case=case, by=by, number=recommendation.number)
    check_unsent(case, recommendation)
    if recommendation.approval_requested_at is None:
        raise NotAllowed(_("Nobody has sent this version for approval yet."))
    if why := not_theirs_to_approve(recommendation, by=by):
        raise NotAllowed(why)
    if digest != content_digest(recommendation):
        raise NotAllowed(_("The text has changed since you opened it. Read it again, then approve."))
    if found := obstacles(recommendation, before_approval=True):
        raise NotAllowed(" ".join(found))
    if needs_reason(recommendation) and not reason.strip():
        raise NotAllowed(
            _(
                "An option is labelled D, E or W outside a trial, or the answers speak against one. Write why it is offered all the same."
            )
        )
    never = never_reviewed(recommendation)
    if set(never) - set(unreviewed):
        raise NotAllowed(_("Tick that you know which articles no clinician has reviewed yet."))
    recommendation.approved_at, recommendation.approved_by = timezone.now(), by
    recommendation.approved_unreviewed = sorted(never)
    recommendation.approved_digest, recommendation.approval_reason = digest, reason.strip()
    recommendation.save()
    core.finish(case)
    return recommendation


def not_theirs_to_approve(recommendation: Recommendation, *, by: User) -> str:
    """Why this version needs another person's approval than theirs; empty when theirs will do."""
    if has_written(by, recommendation):
        return _("A second person must approve: you wrote this or sent it for approval.")
    return "" if by.in_role(CLINICAL_REVIEWER) else beyond_a_substitute(recommendation)


def beyond_a_substitute(recommendation: Recommendation) -> str:
    """Why only a clinical reviewer may approve this; empty when somebody who stands in may. See docs/decisions on substitutes."""
    if any(option.is_procedure for option in recommendation.options.all()) or needs_reason(recommendation):
        return _("It holds a procedure, or an option that needs a clinician's reason: the clinical reviewer must approve it.")
    if recommendation.case.flags.filter(level__in=Flag.BLOCKING).exists():
        return _("This case has, or had, an emergency or red flag: the clinical reviewer must approve it.")
    return ""


@transaction.atomic
def return_for_changes(*, case: QuoteRequest, by: User, recommendation: Recommendation, comment: str) -> Recommendation:
    """The reviewer wants changes; the comment becomes a note on the case."""
    if not comment.strip():
        raise NotAllowed(_("Write what should change."))
    core.begin("return_for_changes", case=case, by=by, number=recommendation.number)
    check_unsent(case, recommendation)
    recommendation.approval_requested_at = recommendation.approval_requested_by = None
    _forget_approval(recommendation)
    recommendation.save()
    case.notes.create(author=by, body=comment.strip())
    core.finish(case)
    return recommendation


@transaction.atomic
def send_recommendation(*, case: QuoteRequest, by: User, recommendation: Recommendation) -> Recommendation:
    """The version becomes immutable and the family is told. A second click changes nothing and mails nothing."""
    case.lock()
    recommendation.refresh_from_db()
    if recommendation.case_id == case.pk and recommendation.is_sent:
        core.check_person("send_recommendation", case=case, by=by)
        return recommendation
    event = core.begin("send_recommendation", case=case, by=by, number=recommendation.number)
    check_unsent(case, recommendation)
    if found := obstacles(recommendation):
        raise NotAllowed(" ".join(found))
    recommendation.sent_at, recommendation.sent_by = timezone.now(), by
    recommendation.save()
    core.answered(case)
    core.finish(case, fields=("due_at", "first_answered_at"))
    core.tell_family(case, about=event)
    return recommendation


@transaction.atomic
def announce_expiry(*, case: QuoteRequest, by: Literal["job"]) -> bool:
    """Some days before the prices run out, once for a version: the family reads it on the page, the mail says "there is news"."""
    case.lock()
    sent = case.recommendations.sent().order_by("-number").first()
    if sent is None or case.events.filter(kind="announce_expiry", at__gt=sent.sent_at).exists():
        return False
    event = core.begin("announce_expiry", case=case, by=by, number=sent.number)
    core.finish(case)
    core.tell_family(case, about=event)
    return True


@transaction.atomic
def expire(*, case: QuoteRequest, by: Literal["job"]) -> QuoteRequest:
    """The date has passed until which the recommendation was valid: it comes back to the office, and the family is told."""
    event = core.begin("expire", case=case, by=by)
    core.our_turn(case)
    core.finish(case, fields=("due_at",))
    core.tell_family(case, about=event)
    return case
