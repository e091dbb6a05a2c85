"""Texts to begin a reply with: loading the starter ones from `reply_templates/<language>.toml`, and filling one for a case.

A text that staff saved in the admin (`changed_at`) is never overwritten by a file.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from portal.models import User
from quotes import questions
from quotes.models import Attachment, QuoteRequest, ReplyTemplate
from quotes.models.replies import IN_BRACES
from quotes.questions import Text

FOLDER = Path(__file__).resolve().parent / "reply_templates"
WORTH_ASKING = ("discharge_letter", "scan_report", "medicine_list")  # a case without them is seldom clear


def entries() -> list[dict[str, Any]]:
    """Every starter text, in the order of its file."""
    found = []
    for language, _name in settings.LANGUAGES:
        file = FOLDER / f"{language}.toml"
        rows = tomllib.loads(file.read_text(encoding="utf-8"))["reply"] if file.exists() else []
        found += [
            {"language": language, "position": 10 * number, **row, "body": row["body"].strip()}
            for number, row in enumerate(rows, start=1)
        ]
    return found


@transaction.atomic
def load(*, say: Callable[[str], object]) -> None:
    """Add what is missing and bring untouched rows up to date."""
    existing = {(row.language, row.key): row for row in ReplyTemplate.objects.all()}
    for entry in entries():
        row = existing.get((entry["language"], entry["key"]))
        if row is not None and row.changed_at is not None:
            say(f"edited here, left alone: {row}")
            continue
        new = row or ReplyTemplate()
        changed = [name for name, value in entry.items() if getattr(new, name) != value]
        if changed:
            for name in changed:
                setattr(new, name, entry[name])
            new.full_clean(exclude=["changed_by"], validate_unique=False, validate_constraints=False)
            new.save()
            say(f"{'updated' if row else 'added'}: {new}")


def missing(case: QuoteRequest) -> list[tuple[str, Text]]:
    """What the family can be asked for, with a name to tick it by: open questions, then papers that are not here, each once."""
    questions_left = [
        (question.key, question.wording(case.answers))
        for _step, question in questions.open_questions(case.answers)
        if question.key.removeprefix("record_")
        not in case.papers.union(WORTH_ASKING)  # whether they have a paper that we ask for
    ]
    return questions_left + [(slot, Attachment.Slot(slot).label) for slot in WORTH_ASKING if slot not in case.papers]


def as_list(case: QuoteRequest, *, ticked: list[str]) -> str:
    """The ticked things as lines, in the family's language."""
    with translation.override(case.language):
        return "\n".join(f"- {text}" for name, text in missing(case) if name in ticked)


def values(case: QuoteRequest, *, by: User, ticked: list[str]) -> dict[str, str]:
    """What the braces stand for, in the family's language. Empty where this case has nothing to put there."""
    owner = case.owner
    with translation.override(case.language):
        due = timezone.localtime(case.due_at) if case.due_at and case.due_at > timezone.now() else None
        return {
            "name": owner.name if owner else "",
            "reference": case.reference,
            "coordinator": by.first_name or by.name,
            "due": formats.date_format(due, "DATE_FORMAT") if due else "",
            "missing": as_list(case, ticked=ticked),
        }


def fill(template: ReplyTemplate, *, known: dict[str, str]) -> str:
    """Plain replacement, once: braces inside a name stay what the family typed."""
    return IN_BRACES.sub(lambda found: known[found[1]], template.body)


def why_not(template: ReplyTemplate, *, known: dict[str, str]) -> Text:
    """Why this text cannot be used for this case: a sentence with a hole in it is never offered. Empty when it can."""
    reasons: dict[str, Text] = {
        "name": _("we have no name"),
        "due": _("no answer of ours is due on a day to come"),
        "missing": _("nothing is missing"),
    }
    return next((reason for name, reason in reasons.items() if name in template.used and not known[name]), "")
