"""docs/workflow.md from the table in quotes/workflow.py; a test compares the two."""

from portal.management.generated_doc import GeneratedDoc
from quotes.workflow import JOB, NOTHING, PATIENT, PATIENT_LABELS, STAFF, VERBS, ClosingReason, Status

WHO = {PATIENT: "the patient's side", STAFF: "staff", JOB: "a periodic job"}


class Command(GeneratedDoc):
    help = "Writes docs/workflow.md. With --check it only says whether the file is up to date."
    file = "docs/workflow.md"

    def text(self) -> str:
        return table()


def table() -> str:
    """The whole document."""
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
