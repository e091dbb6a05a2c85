"""Whether a recommendation may go out, and what exactly was approved."""

import hashlib
import json
from collections.abc import Iterable
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from quotes.models import Flag, Option, Recommendation, Treatment
from quotes.rules import REHABILITATION_FIRST
from quotes.wording import language_name

RECOMMENDATION_FIELDS = (
    "number", "language", "summary", "advise_against", "against_reasons", "could_change", "alternatives", "elsewhere",
    "carried_flags",
    "commission", "currency", "second_currency", "rate", "rate_as_of", "rate_source", "valid_until", "revision_reason",
)  # fmt: skip
OPTION_FIELDS = (
    "position", "treatment_id", "clinic_id", "title", "description", "kind", "evidence_labels", "risks", "regulatory_status", "regulatory_rows",
    "checked_on",
)  # fmt: skip
COPIED_FIELDS = ("kind", "evidence_labels", "risks", "regulatory_status", "regulatory_rows", "checked_on")
PARTS = {  # as staff read it; `clinic_` and a name of Clinic.facts
    "kind": gettext_lazy("the kind of treatment"),
    "evidence_labels": gettext_lazy("the evidence labels"),
    "risks": gettext_lazy("the risks"),
    "regulatory_status": gettext_lazy("the regulatory status"),
    "regulatory_rows": gettext_lazy("the regulatory status by country"),
    "checked_on": gettext_lazy("the day it was checked"),
    "clinic_languages": gettext_lazy("the languages at the clinic"),
    "clinic_accreditation": gettext_lazy("the accreditation of the clinic"),
    "clinic_accreditation_proof": gettext_lazy("the accreditation of the clinic"),
    "clinic_accreditation_checked_on": gettext_lazy("the accreditation of the clinic"),
    "clinic_answers": gettext_lazy("the answers of the clinic"),
}
LINE_FIELDS = ("position", "group", "label", "quantity", "low", "likely", "high", "inclusion", "source", "quoted_on")


class Obstacle(str):
    """A sentence for staff, and where in the builder it is mended: a field of the words, "options", "contact", "flags", "approval" or an option's id.

    `row`: what else may be mended, in the catalogue or the library, by who may change it there.
    """

    where: str
    row: models.Model | None

    def __new__(cls, text: str, *, where: str, row: models.Model | None = None) -> "Obstacle":
        made = super().__new__(cls, text)
        made.where, made.row = where, row
        return made


def content_digest(recommendation: Recommendation) -> str:
    """A fingerprint of everything the patient will read. Approval holds for this and nothing else."""
    return digest_of(recommendation, options_of([recommendation]))


def changed_since_approval(versions: Iterable[Recommendation]) -> set[UUID]:
    """Which of these are approved, not sent, and say something else now. Read at once for all of them."""
    approved = [version for version in versions if version.approved_at and not version.is_sent]
    options = options_of(approved) if approved else []
    return {
        version.pk
        for version in approved
        if version.approved_digest != digest_of(version, [one for one in options if one.recommendation_id == version.pk])
    }


def options_of(versions: list[Recommendation]) -> list[Option]:
    options = Option.objects.filter(recommendation__in=versions).order_by("position", "pk")
    return list(options.select_related("treatment").prefetch_related("line_items"))


def digest_of(recommendation: Recommendation, options: list[Option]) -> str:
    content = [
        [str(getattr(recommendation, name)) for name in RECOMMENDATION_FIELDS],
        [
            [
                [str(getattr(option, name)) for name in OPTION_FIELDS],
                str(option.treatment.article_id),
                option.clinic_facts,
                [
                    [str(getattr(line, name)) for name in LINE_FIELDS]
                    for line in sorted(option.line_items.all(), key=lambda line: (line.position, line.pk))
                ],
            ]
            for option in options
        ],
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def obstacles(recommendation: Recommendation, *, before_approval: bool = False) -> list[Obstacle]:
    """What stands between this version and the patient, as sentences for staff. Empty: it may go."""
    found = [*content_obstacles(recommendation), *rehabilitation_obstacles(recommendation), *amber_obstacles(recommendation)]
    return found if before_approval else [*found, *release_obstacles(recommendation)]


def release_obstacles(recommendation: Recommendation) -> list[Obstacle]:
    """What stands in the way beside the text: contact that is stopped, a flag that nobody has cleared, the approval."""
    found: list[Obstacle] = []
    if recommendation.case.contact_stopped_at is not None:
        text = _("All contact with this family is stopped. If they want to hear from us again, allow it first.")
        found.append(Obstacle(text, where="contact"))
    if blocking := recommendation.case.flags.blocking().count():
        text = ngettext(
            "%(count)s emergency or red flag is not cleared.", "%(count)s emergency or red flags are not cleared.", blocking
        )
        found.append(Obstacle(text % {"count": blocking}, where="flags"))
    if recommendation.approved_at is None:
        found.append(Obstacle(_("A clinical reviewer has not approved it."), where="approval"))
    elif changed_since_approval([recommendation]):
        found.append(Obstacle(_("It was changed after the approval. Send it for approval again."), where="approval"))
    elif unknown := unknown_to_approver(recommendation):
        text = _(
            "No clinician has reviewed the article behind “%(option)s” as it is now, and the approver did not know that. Send it for approval again."
        )
        found += [Obstacle(text % {"option": option.title}, where="approval") for option in unknown]
    return found


def is_stale(recommendation: Recommendation) -> bool:
    """Whether it was approved, and what would be sent is not what was approved."""
    if recommendation.approved_at is None or recommendation.is_sent:
        return False
    return bool(changed_since_approval([recommendation]) or unknown_to_approver(recommendation))


def amber_flags(recommendation: Recommendation) -> list[Flag]:
    """Open amber flags of the case: each is resolved on the case screen, or told to the patient here."""
    return list(recommendation.case.flags.uncleared().filter(level=Flag.Level.AMBER).order_by("rule_id"))


UNTOLD = ngettext_lazy(
    "%(count)s amber flag is neither dealt with nor told to the patient.",
    "%(count)s amber flags are neither dealt with nor told to the patient.",
    "count",
)
SETTLED = ngettext_lazy(
    "%(count)s warning that the patient would read has been dealt with since. Untick it and save.",
    "%(count)s warnings that the patient would read have been dealt with since. Untick them and save.",
    "count",
)


def amber_obstacles(recommendation: Recommendation) -> list[Obstacle]:
    """Each open one is told, and nothing is told that somebody has dealt with."""
    told, still_open = set(recommendation.carried_flags), {flag.rule_id for flag in amber_flags(recommendation)}
    counts = ((UNTOLD, len(still_open - told)), (SETTLED, len(told - still_open)))
    return [Obstacle(text % {"count": count}, where="carried_flags") for text, count in counts if count]


def rehabilitation_obstacles(recommendation: Recommendation) -> list[Obstacle]:
    """Without rehabilitation so far, or now, it is the first option; the warning alone, told to the patient, is not enough."""
    if not recommendation.case.flags.uncleared().filter(rule_id__in=REHABILITATION_FIRST).exists():
        return []
    first = recommendation.options.order_by("position", "pk").first()
    if first and first.kind == Treatment.Kind.REHABILITATION:
        return []
    text = _(
        "Rehabilitation comes first: there was none so far, or it has stopped. Put an option with rehabilitation in the first place, or mark that flag as dealt with on the case screen and say why."
    )
    return [Obstacle(text, where="options")]


def content_obstacles(recommendation: Recommendation) -> list[Obstacle]:
    """What is missing in the text itself, whoever may have approved it."""
    found: list[Obstacle] = []

    def missing(where: str, text: str) -> None:
        found.append(Obstacle(text, where=where))

    options = list(
        recommendation.options.select_related("treatment__article", "clinic").prefetch_related(
            "treatment__regulatory_statuses", "clinic__answers"
        )
    )
    if not recommendation.summary.strip():
        missing("summary", _("The summary in plain words is empty."))
    if recommendation.advise_against and not recommendation.against_reasons.strip():
        missing("against_reasons", _("Say why you advise against a procedure."))
    if recommendation.advise_against and not recommendation.alternatives.strip():
        missing("alternatives", _("Say what helps instead: a “no” alone leaves people with nothing."))
    if recommendation.advise_against and any(option.is_procedure for option in options):
        missing("options", _("You advise against a procedure, and one of the options is one. Remove it, or untick the advice."))
    least = 1 if recommendation.advise_against else 2
    if len(options) < least:
        missing("options", _("Offer at least one option.") if least == 1 else _("Offer at least two options."))
    if options and all(option.is_procedure for option in options):
        missing("options", _("One option must be without a procedure: rehabilitation, a registered trial, or waiting."))
    if recommendation.valid_until is None or recommendation.valid_until < timezone.localdate():
        missing("valid_until", _("Set a date until which it is valid, in the future."))
    if not recommendation.commission.strip():
        missing("commission", _("Say how we are paid for it."))
    if recommendation.supersedes_id and not recommendation.revision_reason.strip():
        missing("revision_reason", _("Say why there is a new version: the patient will read it."))
    for option in options:
        found += [*catalogue_obstacles(option), *article_obstacles(option)]
        found += language_obstacles(option, language=recommendation.language)
    return found


def language_obstacles(option: Option, *, language: str) -> list[Obstacle]:
    """A treatment without a version in the patient's language begins with the words of another: they may not go out as they are."""
    treatment = option.treatment
    copied = (
        (gettext_lazy("the title"), option.title, treatment.name),
        (gettext_lazy("the description"), option.description, treatment.summary),
    )
    foreign = [str(part) for part, here, there in copied if there.strip() and here.strip() == there.strip()]
    if treatment.language == language or not foreign:
        return []
    text = _("“%(option)s” still has words in %(foreign)s from the catalogue: %(parts)s. The patient reads %(language)s.")
    names = {"foreign": language_name(treatment.language), "language": language_name(language)}
    return [Obstacle(text % {"option": option.title, "parts": ", ".join(foreign), **names}, where=str(option.pk))]


def catalogue_obstacles(option: Option) -> list[Obstacle]:
    """What an option says of its treatment and clinic is what the catalogue says today, and both may be used."""
    treatment, clinic, here = option.treatment, option.clinic, str(option.pk)
    found = []
    if not treatment.is_active:
        text = _(
            "The treatment of “%(option)s” may not be used any more. Take this option out, or ask who keeps the catalogue."
        )
        found.append(Obstacle(text % {"option": option.title}, where="options", row=treatment))
    elif parts := changed_parts(option):
        text = _(
            "The catalogue has changed what it says about “%(option)s” (%(parts)s). Open this option, read it again and save it."
        )
        found.append(Obstacle(text % {"option": option.title, "parts": ", ".join(parts)}, where=here))
    if clinic is not None and not clinic.is_active:
        text = _("The clinic of “%(option)s” may not be used any more. Open this option and choose another.")
        found.append(Obstacle(text % {"option": option.title}, where=here))
    return found


def changed_parts(option: Option) -> list[str]:
    """What the catalogue says otherwise today than when this option was saved, in words."""
    today = option.clinic.facts if option.clinic else {}
    told = option.clinic_facts or {}
    parts = [name for name in COPIED_FIELDS if getattr(option, name) != getattr(option.treatment, name)]
    parts += [f"clinic_{name}" for name in dict.fromkeys([*today, *told]) if today.get(name) != told.get(name)]
    return [*dict.fromkeys(str(PARTS.get(part, _("the clinic"))) for part in parts)]


def article_obstacles(option: Option) -> list[Obstacle]:
    """The evidence must be there to be read: published, and its review not overdue."""
    if option.kind == Treatment.Kind.WAITING:
        return []
    article = option.treatment.article
    if article is None or article.published_edition_id is None or article.retired_at is not None:
        text = _(
            "“%(option)s” has no published article behind it. Take this option out, or ask who keeps the catalogue to choose an article for its treatment."
        )
        return [Obstacle(text % {"option": option.title}, where="options", row=option.treatment)]
    if article.review_is_overdue:
        text = _(
            "The article behind “%(option)s” is overdue for review. Ask a clinical reviewer to review it, or take this option out."
        )
        return [Obstacle(text % {"option": option.title}, where="options", row=article)]
    return []


def never_reviewed(recommendation: Recommendation) -> dict[str, list[Option]]:
    """Options whose article no clinician has reviewed yet, by the id of its edition: allowed, and the approver ticks each edition."""
    found: dict[str, list[Option]] = {}
    for option in recommendation.options.select_related("treatment__article").order_by("position", "pk"):
        article = option.treatment.article
        if article and article.published_edition_id and article.review_state == "never":
            found.setdefault(str(article.published_edition_id), []).append(option)
    return found


def unknown_to_approver(recommendation: Recommendation) -> list[Option]:
    """Options whose article nobody has reviewed, in an edition that the approver has not ticked."""
    ticked = recommendation.approved_unreviewed
    return [
        option for edition, options in never_reviewed(recommendation).items() if edition not in ticked for option in options
    ]


def contra_indicated(recommendation: Recommendation) -> dict[Option, list[Flag]]:
    """Options against whose treatment a flag of this case speaks, cleared or not, with those flags."""
    raised = list(recommendation.case.flags.all())
    found = {}
    for option in recommendation.options.select_related("treatment").order_by("position"):
        against = set(option.treatment.contra_indicating_rules)
        if flags := [flag for flag in raised if flag.rule_id in against]:
            found[option] = flags
    return found


def needs_reason(recommendation: Recommendation) -> bool:
    """Whether the approver must write why: an option labelled D, E or W outside a registered trial, or one that the answers speak against."""
    return any(option.is_unapproved for option in recommendation.options.all()) or bool(contra_indicated(recommendation))
