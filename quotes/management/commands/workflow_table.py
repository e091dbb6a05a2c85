"""docs/workflow.md from the table in quotes/workflow.py; a test compares the two."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from quotes.workflow import JOB, NOTHING, PATIENT, PATIENT_LABELS, STAFF, VERBS, ClosingReason, Status

FILE = settings.BASE_DIR / "docs" / "workflow.md"
WHO = {PATIENT: "the patient's side", STAFF: "staff", JOB: "a periodic job"}


class Command(BaseCommand):
    help = "Writes docs/workflow.md. With --check it only says whether the file is up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail when the file is not up to date.")

    def handle(self, *args: Any, **options: Any) -> None:
        path, text = Path(FILE), table()
        if options["check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                raise CommandError("docs/workflow.md is not up to date. Run `manage.py workflow_table`.")
            return
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.stdout.write(f"Written: {path.relative_to(settings.BASE_DIR)}")


def table() -> str:
    """The whole document, in English whatever language is active."""
    with translation.override("en"):
        return "\n".join(
            [
                "# The life of a case",
                "",
                "Made from `quotes/workflow.py` by `manage.py workflow_table`. Change the table there, not here.",
                "",
                "## Statuses",
                "",
                "| Status | Staff read | The patient reads |",
                "|---|---|---|",
                *(f"| `{status.value}` | {status.label} | {patient_reads(status)} |" for status in Status),
                "",
                "## Verbs",
                "",
                "A verb without roles may be used by everybody on the staff who may open the case. A coordinator opens own and",
                "unassigned cases; a colleague's case by taking it over, or to read it once with a reason.",
                "",
                "| Verb | Button | Who | Staff roles | From | To |",
                "|---|---|---|---|---|---|",
                *(row(name) for name in VERBS),
                "",
                "## Why a case was closed",
                "",
                *(f"- `{value}`: {label}" for value, label in ClosingReason.choices),
                "",
            ]
        )


def patient_reads(status: Status) -> str:
    heading, meaning = PATIENT_LABELS[status]
    return f"**{heading}.** {meaning}"


def row(name: str) -> str:
    verb = VERBS[name]
    who = ", ".join(WHO[each] for each in verb.who)
    begins = ["–"] if NOTHING in verb.source else []
    source = ", ".join([*begins, *(f"`{status.value}`" for status in Status if status in verb.source)])
    roles = ", ".join(verb.roles) or ("–" if STAFF not in verb.who else "any")
    return f"| `{name}` | {verb.label} | {who} | {roles} | {source} | {f'`{verb.to}`' if verb.to else 'stays'} |"
