"""Whether a recommendation may go out, and what exactly was approved."""

import hashlib
import json

from django.utils import timezone
from django.utils.translation import gettext as _

from quotes.models import Option, Recommendation, Treatment

RECOMMENDATION_FIELDS = (
    "number", "language", "summary", "advise_against", "against_reasons", "commission", "currency", "valid_until", "revision_reason",
)  # fmt: skip
OPTION_FIELDS = (
    "position", "treatment_id", "clinic_id", "title", "description", "evidence_labels", "risks", "regulatory_status", "checked_on",
)  # fmt: skip
LINE_FIELDS = ("position", "group", "label", "quantity", "low", "likely", "high", "inclusion", "source", "quoted_on")


def content_digest(recommendation: Recommendation) -> str:
    """A fingerprint of everything the patient will read. Approval holds for this and nothing else."""
    options = recommendation.options.prefetch_related("line_items")
    content = [
        [str(getattr(recommendation, name)) for name in RECOMMENDATION_FIELDS],
        [
            [
                [str(getattr(option, name)) for name in OPTION_FIELDS],
                [[str(getattr(line, name)) for name in LINE_FIELDS] for line in option.line_items.all()],
            ]
            for option in options
        ],
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def obstacles(recommendation: Recommendation, *, before_approval: bool = False) -> list[str]:
    """What stands between this version and the patient, as sentences for staff. Empty: it may go."""
    found = [*content_obstacles(recommendation)]
    if before_approval:
        return found
    if blocking := recommendation.case.flags.blocking().count():
        found.append(_("%(count)s emergency or red flag is not cleared.") % {"count": blocking})
    if recommendation.approved_at is None:
        found.append(_("A clinical reviewer has not approved it."))
    elif recommendation.approved_digest != content_digest(recommendation):
        found.append(_("It was changed after the approval. Send it for approval again."))
    return found


def content_obstacles(recommendation: Recommendation) -> list[str]:
    found = []
    options = list(recommendation.options.select_related("treatment__article"))
    if not recommendation.summary.strip():
        found.append(_("The summary in plain words is empty."))
    if recommendation.advise_against and not recommendation.against_reasons.strip():
        found.append(_("Say why you advise against a procedure."))
    if len(options) < 2:
        found.append(_("Offer at least two options."))
    if all(option.is_procedure for option in options):
        found.append(_("One option must be without a procedure: rehabilitation, a registered trial, or waiting."))
    if recommendation.valid_until is None or recommendation.valid_until < timezone.localdate():
        found.append(_("Set a date until which it is valid, in the future."))
    if not recommendation.commission.strip():
        found.append(_("Say how we are paid for it."))
    for option in options:
        found += article_obstacles(option)
    return found


def article_obstacles(option: Option) -> list[str]:
    """The evidence must be there to be read: published, and its review not overdue."""
    treatment = option.treatment
    if treatment.kind == Treatment.Kind.WAITING:
        return []
    article = treatment.article
    if article is None or article.published_edition_id is None or article.retired_at is not None:
        return [_("“%(option)s” has no published article behind it.") % {"option": option.title}]
    if article.review_is_overdue:
        return [_("The article behind “%(option)s” is overdue for review.") % {"option": option.title}]
    return []
