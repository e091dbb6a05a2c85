"""The ledger of erasures outside the database: a backup that is restored knows nothing of what was erased after it was made.

One JSON line an erasure in settings.ERASURE_LEDGER: digests, a time and a language, nothing about anybody. Back it up apart
from the database. `write_down()` brings it up to date; it may run at any time, and twice.
"""

import fcntl
import json
from pathlib import Path

from django.conf import settings

from quotes.models import Erasure


def ledger() -> Path:
    path = Path(settings.ERASURE_LEDGER)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def read() -> list[Erasure]:
    """What the file knows. A line that a power cut broke off is left out: its row in the database still stands."""
    path = ledger()
    found = []
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            found.append(Erasure.from_line(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def write_down() -> int:
    """Add to the file what only the database knows; returns how many."""
    with ledger().open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # two processes must not break into each other's line
        known = {erasure.case_digest for erasure in read()}
        missing = Erasure.objects.exclude(case_digest__in=known).order_by("erased_at")
        lines = [json.dumps(erasure.line) for erasure in missing]
        file.write("".join(f"\n{line}\n" for line in lines))
    return len(lines)


def read_back() -> int:
    """Add to the database what only the file knows: after a restore."""
    known = set(Erasure.objects.values_list("case_digest", flat=True))
    missing = {erasure.case_digest: erasure for erasure in read() if erasure.case_digest not in known}
    for erasure in missing.values():
        erasure.save(force_insert=True)
    return len(missing)
