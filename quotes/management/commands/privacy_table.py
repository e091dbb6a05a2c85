"""docs/privacy.md from the table in quotes/privacy.py; a test compares the two."""

from portal.jobs import RETENTION
from portal.management.generated_doc import GeneratedDoc
from quotes.privacy import FAMILY, FIELDS, Row, rows_of_family


class Command(GeneratedDoc):
    help = "Writes docs/privacy.md. With --check it only says whether the file is up to date."
    file = "docs/privacy.md"

    def text(self) -> str:
        return table()


def table() -> str:
    """The whole document."""
    kept = sorted(RETENTION.values(), key=lambda rule: rule.order)
    lines = [
        "# What is kept about people",
        "",
        "Made from `quotes/privacy.py` and the retention rules in the `jobs` modules by `manage.py privacy_table`.",
        "",
        "## The copy that a family takes away",
        "",
        "One ZIP: `read-me-first.html` (in the language of the page it was asked on), `data.json`, and `files/`. `data.json` has the keys",
        "`format` (`regain-copy-1`; a key that is renamed or goes raises the number), `made_at`, `site`, and these. `case` is an object, all",
        "others are lists. Names of members are those of the fields. Somebody of the office is `{office, role}`, somebody of the family",
        "`{name, role}`; a file has its `path` in the ZIP. Recommendations, options and costs are those that were sent.",
        "",
        "| Key | Members |",
        "|---|---|",
        *(f"| `{row.key}` | {ticked(row.given)} |" for row in reversed(rows_of_family().values()) if row.key),
        "",
        "## How each row goes",
        "",
        "Erasing deletes every row of a family. Making a case anonymous deletes the rows, or empties all but the fields named here.",
        "",
        "| Rows | About | Given when asked for | Anonymous: what stays | Note |",
        "|---|---|---|---|---|",
        *(
            f"| `{label}` | {row.whose} | {ticked(row.on_request)} | {what_stays(row)} | {row.note} |"
            for label, row in FIELDS.items()
            if row.whose == FAMILY or row.note
        ),
        "",
        "## How long things are kept",
        "",
        "| What | How long |",
        "|---|---|",
        *(f"| {rule.what} | {rule.how_long} |" for rule in kept),
        "",
        "`manage.py purge --dry-run` says how many of each would go now.",
        "",
    ]
    return "\n".join(lines)


def ticked(names: str) -> str:
    return ", ".join(f"`{name}`" for name in names.split())


def what_stays(row: Row) -> str:
    return ticked(row.stays) if row.stays else ("nothing" if row.whose == FAMILY else "")
