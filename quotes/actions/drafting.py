"""Writing a recommendation: the first draft, each edit of it, and the next version of what was sent."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit
from portal.models import AuditEvent, User
from quotes import workflow
from quotes.actions import core
from quotes.models import Flag, LineItem, Option, Price, QuoteRequest, Recommendation, Sharing, Treatment
from quotes.proposal import fitting_treatments, standard_lines, usual_lines
from quotes.readiness import LINE_FIELDS, amber_flags
from quotes.workflow import NotAllowed

EDITED = "edit recommendation"  # in the audit log
VALID_FOR = timedelta(days=60)
EDITABLE = (
    "summary", "advise_against", "against_reasons", "could_change", "alternatives", "elsewhere", "carried_flags", "commission",
    "currency", "second_currency", "rate", "rate_as_of", "rate_source", "valid_until", "revision_reason",
)  # fmt: skip
EDITABLE_IN_OPTION = ("title", "description", "clinic")


class ChangedMeanwhile(NotAllowed):
    """Somebody saved this version after the page was opened; what was typed must be shown beside it, and pressed again."""


@transaction.atomic
def draft_recommendation(*, case: QuoteRequest, by: User) -> Recommendation:
    """A first draft from plain rules, with the rows people forget; after a sent version, a copy of it. Staff edit it."""
    case.lock()
    if unsent := case.recommendations.filter(sent_at__isnull=True).first():
        core.check_person("draft_recommendation", case=case, by=by)
        workflow.next_status("draft_recommendation", case.status, who=workflow.STAFF)
        return unsent
    core.begin("draft_recommendation", case=case, by=by)
    if last := case.recommendations.order_by("-number").first():
        draft = copy_of(last, by=by)
    else:
        draft = _first_draft(case, by=by)
    core.finish(case)
    return draft


def _first_draft(case: QuoteRequest, *, by: User) -> Recommendation:
    draft = Recommendation.objects.create(
        case=case,
        language=case.language,
        created_by=by,
        valid_until=timezone.localdate() + VALID_FOR,
        carried_flags=[flag.rule_id for flag in case.flags.uncleared().filter(level=Flag.Level.AMBER)],
    )
    for position, treatment in enumerate(fitting_treatments(case), 1):
        _make_option(draft, treatment, position=position)
    return draft


def _make_option(recommendation: Recommendation, treatment: Treatment, *, position: int) -> Option:
    """An option with the ready-made rows for its kind, all "not known yet" until somebody asks."""
    option = Option.objects.create(
        recommendation=recommendation,
        treatment=treatment,
        position=position,
        title=treatment.name,
        description=treatment.summary,
    )
    for place, usual in enumerate(standard_lines(treatment.kind, language=recommendation.language), 1):
        words = {"group": usual.group, "label": usual.label, "inclusion": usual.inclusion}
        LineItem.objects.create(option=option, position=place, source=LineItem.Source.UNKNOWN, **words)
    return option


# ── Editing a draft: no event each time, only the audit log; each edit counts `lock_version` up ──────────────────────────


@transaction.atomic
def edit_recommendation(
    *, case: QuoteRequest, by: User, recommendation: Recommendation, lock_version: int, changes: dict[str, Any]
) -> Recommendation:
    """Change fields of an unsent version (EDITABLE). Raises ChangedMeanwhile when somebody saved it after `lock_version`."""
    _begin_edit(case=case, by=by, recommendation=recommendation, lock_version=lock_version, fields=changes)
    for name in EDITABLE:
        if name in changes:
            setattr(recommendation, name, changes[name])
    recommendation.save()
    return recommendation


@transaction.atomic
def add_option(*, case: QuoteRequest, by: User, recommendation: Recommendation, treatment: Treatment) -> Option:
    """One more way forward, at the end, with its standard rows."""
    _begin_edit(case=case, by=by, recommendation=recommendation, fields=["option"])
    if not treatment.is_active:
        raise NotAllowed(_("This treatment may not be used any more."))
    last = recommendation.options.aggregate(last=Max("position"))["last"] or 0
    return _make_option(recommendation, treatment, position=last + 1)


@transaction.atomic
def edit_option(
    *, case: QuoteRequest, by: User, option: Option, lock_version: int, changes: dict[str, Any], lines: list[dict[str, Any]]
) -> Option:
    """Change an option and its lines. A line has LINE_FIELDS, `id` when it exists, and `delete` when it goes.

    Saving takes over what the catalogue says of the treatment today.
    """
    recommendation = option.recommendation
    _begin_edit(case=case, by=by, recommendation=recommendation, lock_version=lock_version, fields=[*changes, "lines"])
    option = Option.objects.select_related("treatment").get(pk=option.pk, recommendation=recommendation)
    for name in EDITABLE_IN_OPTION:
        if name in changes:
            setattr(option, name, changes[name])
    option.save()
    kept = {line.pk: line for line in option.line_items.all()}
    for values in lines:
        line = kept.get(values["id"]) if values.get("id") else None
        if values.get("delete"):
            if line is not None:
                line.delete()
            continue
        line = line or LineItem(option=option)  # also one that a colleague took out: they were told, and saved again
        for name in LINE_FIELDS:
            setattr(line, name, values[name])
        line.save()
    return option


@transaction.atomic
def copy_option(*, case: QuoteRequest, by: User, option: Option) -> Option:
    """The same option once more, at the end: another clinic, another length of stay."""
    recommendation = option.recommendation
    _begin_edit(case=case, by=by, recommendation=recommendation, fields=["option"])
    last = recommendation.options.aggregate(last=Max("position"))["last"] or 0
    return _twin(option, recommendation=recommendation, position=last + 1)


@transaction.atomic
def add_usual_lines(*, case: QuoteRequest, by: User, option: Option) -> int:
    """The costs of this kind of option that stand in no line yet, each "not known yet". How many were added."""
    recommendation = option.recommendation
    _begin_edit(case=case, by=by, recommendation=recommendation, fields=["lines"])
    rows = usual_lines(option)
    for row in rows:
        _add_line(option, group=row.group, label=row.label, inclusion=row.inclusion, source=LineItem.Source.UNKNOWN)
    return len(rows)


@transaction.atomic
def take_price(*, case: QuoteRequest, by: User, option: Option, price: Price) -> LineItem:
    """What the clinic told us becomes a line: quoted, on that day. The likely sum is the middle until somebody knows better."""
    recommendation = option.recommendation
    _begin_edit(case=case, by=by, recommendation=recommendation, fields=["lines"])
    if price.clinic_id != option.clinic_id or price.treatment_key != option.treatment.translation_key:
        raise NotAllowed(_("This price is of another clinic or treatment. Load the page again."))
    if price.currency != recommendation.currency:
        raise NotAllowed(
            _(
                "This price is in %(price)s and the recommendation in %(currency)s. Change the currency of the recommendation first."
            )
            % {"price": price.currency, "currency": recommendation.currency}
        )
    return _add_line(
        option,
        group=LineItem.Group.MEDICAL,
        label=price.label or option.treatment.name,
        low=price.low,
        likely=(price.low + price.high) // 2,
        high=price.high,
        inclusion=LineItem.Inclusion.INCLUDED,
        source=LineItem.Source.QUOTED,
        quoted_on=price.quoted_on,
    )


def _add_line(option: Option, **values: Any) -> LineItem:
    last = option.line_items.aggregate(last=Max("position"))["last"] or 0
    return LineItem.objects.create(option=option, position=last + 1, **values)


@transaction.atomic
def remove_option(*, case: QuoteRequest, by: User, option: Option) -> None:
    _begin_edit(case=case, by=by, recommendation=option.recommendation, fields=["option"])
    option.delete()


@transaction.atomic
def move_option(*, case: QuoteRequest, by: User, option: Option, earlier: bool) -> None:
    """One place towards the start (or the end); the places are numbered anew from 1."""
    recommendation = option.recommendation
    _begin_edit(case=case, by=by, recommendation=recommendation, fields=["position"])
    options = list(recommendation.options.select_related("treatment").order_by("position", "pk"))
    place = next((index for index, other in enumerate(options) if other.pk == option.pk), None)
    if place is None:
        raise NotAllowed(_("This option is not there any more. Load the page again."))
    other = place - 1 if earlier else place + 1
    if 0 <= other < len(options):
        options[place], options[other] = options[other], options[place]
    for position, each in enumerate(options, 1):
        Option.objects.filter(pk=each.pk).update(position=position)


def _begin_edit(
    *, case: QuoteRequest, by: User, recommendation: Recommendation, fields: Iterable[str], lock_version: int | None = None
) -> None:
    """Lock the case, so that nothing is approved or sent in the middle, and ask whether this version may be edited now."""
    case.lock()
    core.check_person("draft_recommendation", case=case, by=by)
    workflow.next_status("draft_recommendation", case.status, who=workflow.STAFF)
    check_unsent(case, recommendation)
    if lock_version is not None and lock_version != recommendation.lock_version:
        raise ChangedMeanwhile(
            _("Somebody saved this while you were writing. Yours is kept below: compare it, then save again.")
        )
    recommendation.lock_version += 1
    recommendation.save(update_fields=["lock_version"])
    audit.record(EDITED, by=by, case_id=case.pk, object=audit_name(recommendation), fields=fields)


def audit_name(recommendation: Recommendation) -> str:
    return f"quotes.recommendation {recommendation.pk}"


def has_written(user: User, recommendation: Recommendation) -> bool:
    """Whether this person drafted, edited or sent this version for approval, and so cannot be its second person.

    A version is a copy of the one before it: who wrote that one wrote this one too.
    """
    versions = recommendation.case.recommendations.filter(number__lte=recommendation.number)
    names = [audit_name(version) for version in versions]
    edited = AuditEvent.objects.filter(actor=user, action=EDITED, object__in=names)
    return versions.filter(Q(created_by=user) | Q(approval_requested_by=user)).exists() or edited.exists()


@transaction.atomic
def revise(*, case: QuoteRequest, by: User, reason: str) -> Recommendation:
    """A new version of what was sent, with the reason the patient will read; the old one stays readable.

    What the family had accepted is set aside, and they are told: nothing holds until they choose again. Papers that have not
    gone to the clinic do not go.
    """
    if not reason.strip():
        raise NotAllowed(_("Write why there is a new version: the patient will read it."))
    case.lock()
    sent = case.recommendations.sent().order_by("-number").first()
    if sent is None:
        raise NotAllowed(_("No recommendation has been sent yet."))
    choice = {"sets_aside": True} if case.accepted_option else {}
    event = core.begin("revise", case=case, by=by, number=sent.number + 1, **choice)
    draft = copy_of(sent, by=by)
    draft.revision_reason = reason.strip()
    draft.save()
    core.our_turn(case)
    if choice:
        case.accepted_at = case.accepted_option = case.confirmed_at = case.confirmed_by = None
        unsent = case.sharings.filter(state__in=(Sharing.State.PROPOSED, Sharing.State.AGREED))
        unsent.update(state=Sharing.State.REPLACED, replaced_at=timezone.now(), replaced_by=by)
    core.finish(case, fields=("due_at", "accepted_at", "accepted_option", "confirmed_at", "confirmed_by"))
    if choice:
        core.tell_family(case, about=event)
    return draft


def copy_of(sent: Recommendation, *, by: User) -> Recommendation:
    """The next version, with the same words and lines; treatments say what the catalogue says today, and only open flags warn."""
    still_open = {flag.rule_id for flag in amber_flags(sent)}
    draft = Recommendation.objects.create(
        case=sent.case,
        number=sent.number + 1,
        supersedes=sent,
        language=sent.language,
        summary=sent.summary,
        advise_against=sent.advise_against,
        against_reasons=sent.against_reasons,
        could_change=sent.could_change,
        alternatives=sent.alternatives,
        elsewhere=sent.elsewhere,
        carried_flags=[rule_id for rule_id in sent.carried_flags if rule_id in still_open],
        commission=sent.commission,
        currency=sent.currency,
        second_currency=sent.second_currency,
        rate=sent.rate,
        rate_as_of=sent.rate_as_of,
        rate_source=sent.rate_source,
        valid_until=max(sent.valid_until or timezone.localdate(), timezone.localdate() + VALID_FOR),
        created_by=by,
    )
    for option in sent.options.prefetch_related("line_items").select_related("treatment", "clinic"):
        _twin(option, recommendation=draft, position=option.position)
    return draft


def _twin(option: Option, *, recommendation: Recommendation, position: int) -> Option:
    """The same words and lines in another place; what the catalogue says is read anew."""
    twin = Option.objects.create(
        recommendation=recommendation,
        position=position,
        treatment=option.treatment,
        clinic=option.clinic,
        title=option.title,
        description=option.description,
    )
    for line in option.line_items.all():
        LineItem.objects.create(option=twin, **{name: getattr(line, name) for name in LINE_FIELDS})
    return twin


def check_unsent(case: QuoteRequest, recommendation: Recommendation) -> None:
    recommendation.refresh_from_db()
    if recommendation.case_id != case.pk or recommendation.is_sent:
        raise NotAllowed(_("This version was sent already. Make a new version to change it."))
