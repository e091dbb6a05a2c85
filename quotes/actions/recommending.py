"""From the first draft of a recommendation to the version the patient reads."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.models import User
from quotes.actions import core
from quotes.models import LineItem, Option, QuoteRequest, Recommendation, Treatment
from quotes.proposal import STANDARD_LINES, fitting_treatments
from quotes.readiness import content_digest, obstacles
from quotes.workflow import NotAllowed

VALID_FOR = timedelta(days=60)


@transaction.atomic
def draft_recommendation(*, case: QuoteRequest, by: User) -> Recommendation:
    """A first draft from plain rules: what may fit these answers, with the rows people forget. Staff edit it."""
    if open_draft := case.recommendations.filter(sent_at__isnull=True).first():
        return open_draft
    core.begin("draft_recommendation", case=case, by=by)
    last = case.recommendations.order_by("-number").first()
    with translation.override(case.language):
        draft = Recommendation.objects.create(
            case=case,
            number=last.number + 1 if last else 1,
            supersedes=last,
            language=case.language,
            created_by=by,
            valid_until=timezone.localdate() + VALID_FOR,
            commission=str(_("We are paid by the clinic only if you travel. Nothing that you read here costs you anything.")),
        )
        for position, treatment in enumerate(fitting_treatments(case), 1):
            add_option(draft, treatment, position)
    core.finish(case)
    return draft


def add_option(recommendation: Recommendation, treatment: Treatment, position: int) -> Option:
    """An option with the ready-made rows for its kind, all "not known yet" until somebody asks."""
    option = Option.objects.create(
        recommendation=recommendation,
        treatment=treatment,
        position=position,
        title=treatment.name,
        description=treatment.summary,
    )
    for row, (group, label, inclusion) in enumerate(STANDARD_LINES[treatment.kind], 1):
        LineItem.objects.create(
            option=option, position=row, group=group, label=str(label), inclusion=inclusion, source=LineItem.Source.UNKNOWN
        )
    return option


@transaction.atomic
def request_approval(*, case: QuoteRequest, by: User, recommendation: Recommendation) -> Recommendation:
    core.begin("request_approval", case=case, by=by, number=recommendation.number)
    _check_unsent(case, recommendation)
    if found := obstacles(recommendation, before_approval=True):
        raise NotAllowed(" ".join(str(text) for text in found))
    recommendation.approval_requested_at, recommendation.approval_requested_by = timezone.now(), by
    recommendation.approved_at = recommendation.approved_by = None
    recommendation.approved_digest = ""
    recommendation.save()
    core.finish(case)
    return recommendation


@transaction.atomic
def approve(*, case: QuoteRequest, by: User, recommendation: Recommendation, reason: str = "", digest: str) -> Recommendation:
    """A second person approves exactly the text they read: `digest` is that of the page they saw."""
    core.begin("approve", case=case, by=by, number=recommendation.number)
    _check_unsent(case, recommendation)
    if recommendation.approval_requested_at is None:
        raise NotAllowed(_("Nobody has sent this version for approval yet."))
    if by in (recommendation.approval_requested_by, recommendation.created_by):
        raise NotAllowed(_("A second person must approve: you wrote this or sent it for approval."))
    if digest != content_digest(recommendation):
        raise NotAllowed(_("The text has changed since you opened it. Read it again, then approve."))
    if (
        any(option.treatment.needs_reason for option in recommendation.options.select_related("treatment"))
        and not reason.strip()
    ):
        raise NotAllowed(
            _("An option is labelled D, E or W and is not a registered trial. Write why it is offered all the same.")
        )
    recommendation.approved_at, recommendation.approved_by = timezone.now(), by
    recommendation.approved_digest, recommendation.approval_reason = digest, reason.strip()
    recommendation.save()
    core.finish(case)
    return recommendation


@transaction.atomic
def return_for_changes(*, case: QuoteRequest, by: User, recommendation: Recommendation, comment: str) -> Recommendation:
    """The reviewer wants changes; the comment becomes a note on the case."""
    if not comment.strip():
        raise NotAllowed(_("Write what should change."))
    core.begin("return_for_changes", case=case, by=by, number=recommendation.number)
    _check_unsent(case, recommendation)
    recommendation.approval_requested_at = recommendation.approval_requested_by = None
    recommendation.approved_at = recommendation.approved_by = None
    recommendation.approved_digest = ""
    recommendation.save()
    case.notes.create(author=by, body=comment.strip())
    core.finish(case)
    return recommendation


@transaction.atomic
def send_recommendation(*, case: QuoteRequest, by: User, recommendation: Recommendation) -> Recommendation:
    """The version becomes immutable and the family is told. A second click changes nothing and mails nothing."""
    case.refresh_from_db(from_queryset=QuoteRequest.objects.select_for_update())
    recommendation.refresh_from_db()
    if recommendation.case_id == case.pk and recommendation.is_sent:
        return recommendation
    event = core.begin("send_recommendation", case=case, by=by, number=recommendation.number)
    _check_unsent(case, recommendation)
    if found := obstacles(recommendation):
        raise NotAllowed(" ".join(str(text) for text in found))
    recommendation.sent_at, recommendation.sent_by = timezone.now(), by
    recommendation.save()
    core.answered(case)
    core.finish(case, fields=("due_at", "first_answered_at"))
    core.tell_family(case, about=event)
    return recommendation


@transaction.atomic
def revise(*, case: QuoteRequest, by: User, reason: str) -> Recommendation:
    """A new version of what was sent, with the reason the patient will read; the old one stays readable."""
    if not reason.strip():
        raise NotAllowed(_("Write why there is a new version: the patient will read it."))
    sent = case.recommendations.sent().order_by("-number").first()
    if sent is None:
        raise NotAllowed(_("No recommendation has been sent yet."))
    core.begin("revise", case=case, by=by, number=sent.number + 1)
    draft = copy_of(sent, by=by)
    draft.revision_reason = reason.strip()
    draft.save()
    core.our_turn(case)
    core.finish(case, fields=("due_at",))
    return draft


def copy_of(sent: Recommendation, *, by: User) -> Recommendation:
    draft = Recommendation.objects.create(
        case=sent.case,
        number=sent.number + 1,
        supersedes=sent,
        language=sent.language,
        summary=sent.summary,
        advise_against=sent.advise_against,
        against_reasons=sent.against_reasons,
        commission=sent.commission,
        currency=sent.currency,
        valid_until=max(sent.valid_until or timezone.localdate(), timezone.localdate() + VALID_FOR),
        created_by=by,
    )
    for option in sent.options.prefetch_related("line_items").select_related("treatment"):
        twin = Option.objects.create(
            recommendation=draft,
            position=option.position,
            treatment=option.treatment,
            clinic=option.clinic,
            title=option.title,
            description=option.description,
        )
        for line in option.line_items.all():
            fields = ("position", "group", "label", "quantity", "low", "likely", "high", "inclusion", "source", "quoted_on")
            LineItem.objects.create(option=twin, **{name: getattr(line, name) for name in fields})
    return draft


def _check_unsent(case: QuoteRequest, recommendation: Recommendation) -> None:
    recommendation.refresh_from_db()
    if recommendation.case_id != case.pk or recommendation.is_sent:
        raise NotAllowed(_("This version was sent already. Make a new version to change it."))
