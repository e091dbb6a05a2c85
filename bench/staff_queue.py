"""What the staff's pages cost among many cases: the queue with each saved view, filter and search, its last page, and the desk.

    DATABASE_URL=postgres://… .venv/bin/python bench/staff_queue.py --fill 1000000    (an empty database: made, filled, measured)
    DATABASE_URL=postgres://… .venv/bin/python bench/staff_queue.py --plans           (measured again, with each statement's plan)

Each page is asked for alone, through the whole stack of middleware in this process, after two that warm up: the median of the
rounds. Then every statement that the page ran is run again under EXPLAIN (ANALYZE, BUFFERS): planning and execution, summed, the best of
five runs. On a shared machine read the best times, the CPU and, in the plans, the buffers.
"""

import argparse
import json
import logging
import os
import statistics
import sys
import time
from pathlib import Path

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH.parent)]
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
os.environ |= {"DEBUG": "0", "ALLOWED_HOSTS": "testserver", "SITE_URL": "http://testserver"}

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from queue_fill import FREQUENT, RARE, SURNAME, fill  # noqa: E402

from portal import second_factor, session_clock  # noqa: E402
from portal.models import Heartbeat, User  # noqa: E402
from quotes.admin import paging  # noqa: E402
from quotes.models import QuoteRequest  # noqa: E402


def browser(email: str) -> Client:
    """In which this person has signed in."""
    client, user = Client(), User.objects.get(email=email)
    client.force_login(user)
    session = client.session
    session[second_factor.SESSION_KEY] = str(user.pk)
    session_clock.start(session, "staff")
    session.save()
    return client


def pages() -> dict[str, tuple[str, str]]:
    """Name → whose browser, address."""
    queue = reverse("admin:quotes_quoterequest_changelist")
    middle = QuoteRequest.objects.filter(status="closed").order_by("-submitted_at")
    deep = middle[int(middle.count() * 0.95)]
    last = QuoteRequest.objects.filter(status__in=("awaiting_patient", "recommended")).order_by(
        "-turn_at", "-submitted_at", "-id"
    )[26]
    found = {
        "page": "", "overdue": "waiting=overdue", "mine": "coordinator=me", "nobody has them": "coordinator=nobody",
        "waiting for us": "waiting=us", "waiting for the patient": "waiting=patient", "an answer came in": "waiting=answered",
        "red flags": "flags=red", "could not be reached": "mail=failed", "address not confirmed": "mail=unconfirmed",
        "may be a machine": "flags=suspect", "a frequent country": "country=ES", "a rare country": "country=BE", "language": "language=ar",
        "a status": "status=accepted", "four filters": "coordinator=me&language=ar&waiting=us&country=ES",
        "red flags, rare country": "flags=red&country=BE", "closed": "status=closed", "all": "status=all",
        "last page": "after=" + paging.to_text([last.turn_at, last.submitted_at, last.pk]),
        "closed, 95 % back": "status=closed&after=" + paging.to_text([deep.submitted_at, deep.pk]),
        "closed, 95 % back, upwards": "status=closed&before=" + paging.to_text([deep.submitted_at, deep.pk]),
        "search: reference": f"q={deep.reference}", "search: e-mail": "q=person77@example.org", "search: phone": "q=%2B346000000077",
        "search: a rare name": f"q={RARE}", "search: a frequent name": f"q={FREQUENT}", "search: both": f"q={FREQUENT}+{RARE}",
        "search: two frequent ones": f"q={FREQUENT}+{SURNAME}", "search: nothing": "q=nobody@example.org",
    }  # fmt: skip
    rows = {name: ("coordinator7@office.example", f"{queue}?{query}") for name, query in found.items()}
    desk = reverse("admin:index")
    rows |= {f"desk: {who}": (f"{who}@office.example", desk) for who in ("coordinator7", "reviewer", "manager", "editor")}
    return rows


def plans_of(statements: list[str]) -> tuple[float, list[str]]:
    """Milliseconds in PostgreSQL, and the plan of each statement."""
    total, texts = 0.0, []
    with connection.cursor() as cursor:
        for sql in statements:
            if not sql.lstrip().upper().startswith(("SELECT", "(SELECT")):
                continue
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}")
            plan = cursor.fetchone()[0]
            plan = (json.loads(plan) if isinstance(plan, str) else plan)[0]
            total += plan["Planning Time"] + plan["Execution Time"]
            texts.append(f"{plan['Planning Time']:.2f} + {plan['Execution Time']:.2f} ms: {sql[:300]}\n{drawn(plan['Plan'])}")
    return total, texts


def drawn(node: dict, depth: int = 0) -> str:
    what = " ".join(str(node[key]) for key in ("Node Type", "Index Name", "Relation Name") if key in node)
    rows = f"rows={node['Actual Rows']} loops={node['Actual Loops']} buffers={node.get('Shared Hit Blocks', 0)}+{node.get('Shared Read Blocks', 0)}"
    lines = [f"{'  ' * depth}{what} ({rows})"]
    lines += [
        f"{'  ' * depth}  {key}: {node[key]}"
        for key in ("Index Cond", "Filter", "Rows Removed by Filter", "Heap Fetches")
        if node.get(key)
    ]
    return "\n".join([*lines, *(drawn(child, depth + 1) for child in node.get("Plans", []))])


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--fill", type=int, default=0, metavar="CASES")
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--plans", action="store_true")
    options.add_argument("--only", default="")
    chosen = options.parse_args()
    logging.disable(logging.WARNING)  # a line a request would stand between the rows
    if chosen.fill:
        fill(chosen.fill)
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
    browsers = {email: browser(email) for email in {who for who, _address in pages().values()}}
    print(
        f"{QuoteRequest.objects.count():,} cases, {QuoteRequest.objects.exclude(status__in=('draft', 'closed')).count():,} open"
    )
    print(f"{'':28}{'rows':>6}{'queries':>9}{'alone, ms':>11}{'best':>8}{'CPU':>9}{'PostgreSQL, ms':>16}")
    for name, (who, address) in pages().items():
        if chosen.only not in name:
            continue
        client, times, cpu = browsers[who], [], []
        for number in range(chosen.rounds + 2):
            started, spent_before = time.perf_counter(), time.process_time()
            response = client.get(address)
            if number > 1:
                times.append((time.perf_counter() - started) * 1000)
                cpu.append((time.process_time() - spent_before) * 1000)
        if response.status_code != 200:
            raise SystemExit(f"{address}: {response.status_code}")
        with CaptureQueriesContext(connection) as asked:
            response = client.get(address)
        rows = response.content.count(b'name="_selected_action"')
        runs = [plans_of([query["sql"] for query in asked]) for _run in range(5)]
        spent, texts = min(runs, key=lambda run: run[0])
        print(
            f"{name:28}{rows:6}{len(asked):9}{statistics.median(times):11.1f}{min(times):8.1f}{statistics.median(cpu):9.1f}{spent:16.1f}",
            flush=True,
        )
        if chosen.plans:
            print("\n".join(f"    {line}" for text in texts for line in text.splitlines()))


if __name__ == "__main__":
    main()
