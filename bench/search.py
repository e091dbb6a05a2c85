"""What a search costs among many articles, as a ratio to L2 (bench/constant_page.py) in the same run; and how it is looked up.

    DATABASE_URL=… .venv/bin/python bench/search.py --fill 10000      (an empty database: made, filled and measured)
    DATABASE_URL=… .venv/bin/python bench/search.py                   (measured again)

gunicorn with two sync workers, clients on loopback that open a connection a request, rounds of every kind in turn, medians. Needs
collected static files (`manage.py collectstatic`), as production does. The articles are made of invented words, often and rarely used as words are.
"""

import argparse
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
PORTS = {"L2": 8131, "site": 8132}
os.environ |= {"DEBUG": "0", "ALLOWED_HOSTS": "127.0.0.1", "SITE_URL": f"http://127.0.0.1:{PORTS['site']}"}

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from articles import search, search_index  # noqa: E402
from articles.models import SearchEntry  # noqa: E402

CLIENTS = 8
BODY, VOCABULARY = 300, 12_000
# planted word → share of the articles that have it
PLANTED = {"everywhere": 1.0, "frequent": 0.2, "middling": 0.01, "scarce": 0.0005}
QUERIES = {
    "in every article": "everywhere", "in 20 % of them": "frequent", "in 1 %": "middling", "in 5 of 10,000": "scarce",
    "two words, 20 % and 1 %": "frequent middling", "five words": "everywhere frequent middling bakedi lomuna",
    "beginning of a word": "frequ", "mistyped": "frequetn", "in none": "qqqqqqqq",
}  # fmt: skip


# ── Many articles ─────────────────────────────────────────────────────────────────────────────────────────────────────
def fill(count: int) -> None:
    call_command("migrate", verbosity=0)
    if SearchEntry.objects.exists():
        raise SystemExit("This database is in use. Take an empty one.")
    drawn = random.Random(7)
    vocabulary = sorted({invented(drawn) for _number in range(VOCABULARY)})
    weights = [1 / (place + 10) for place in range(len(vocabulary))]
    drawn.shuffle(vocabulary)
    kept = search_index.Kept()
    with transaction.atomic():
        for number in range(count):
            text = drawn.choices(vocabulary, weights, k=BODY)
            planted = [word for word, share in PLANTED.items() if drawn.random() < share]
            text[100:100] = planted
            title = text[:6] + [word for word in planted if drawn.random() < 0.1]
            entry = SearchEntry(
                kind="article", language="en", key=f"article-{number}", url=f"/en/articles/article-{number}/", labels="D",
                title=" ".join(title), summary=" ".join(text[6:30]), body=" ".join(text[30:]),
            )  # fmt: skip
            search_index.fill(entry, heads=" ".join(text[30:60]))
            kept.add([entry])
        kept.finish()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def invented(drawn: random.Random) -> str:
    return "".join(drawn.choice("bdfgklmnprst") + drawn.choice("aeiou") for _syllable in range(drawn.choice([2, 3, 3, 4])))


# ── How it is looked up ───────────────────────────────────────────────────────────────────────────────────────────────
def print_plan(text: str) -> None:
    query = search.read(text, language="en")
    sql, parameters = search.statement(query)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # inside the function, which has this setting for itself
            with transaction.atomic():
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(
                    "EXPLAIN (ANALYZE, COSTS OFF) SELECT id FROM articles_searchentry WHERE vector @@ %s::tsquery LIMIT 100",
                    [parameters[1]],
                )
                lines = [row[0] for row in cursor.fetchall()]
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
            lines = [row[3] for row in cursor.fetchall()]
    print("\n".join(f"    {line}" for line in lines))


# ── What it costs ─────────────────────────────────────────────────────────────────────────────────────────────────────
class Server:
    """gunicorn with its workers, whose CPU time is counted."""

    def __init__(self, name: str, application: str) -> None:
        self.port = PORTS[name]
        command = [
            sys.executable, "-m", "gunicorn", application, "--workers", "2", "--bind", f"127.0.0.1:{self.port}",
            "--log-level", "error", "--no-control-socket",
        ]  # fmt: skip
        quiet = subprocess.DEVNULL
        env = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'bench'}"}
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=quiet, stderr=quiet)  # noqa: S603 - our own words
        for _try in range(200):
            try:
                self.fetch("/")
                break
            except OSError:
                time.sleep(0.1)

    def fetch(self, path: str) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), 30) as connected:
            connected.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n".encode())
            answer = []
            while chunk := connected.recv(262_144):
                answer.append(chunk)
        return b"".join(answer)

    def cpu(self) -> float:
        ticks = 0
        for children in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            for pid in children.read_text().split():
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def measure(self, path: str, *, seconds: float) -> tuple[float, float]:
        """Requests a second, and milliseconds of the workers' CPU a request."""
        if not self.fetch(path).startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{path} is not a page")
        counts, until, before = [0] * CLIENTS, time.perf_counter() + seconds, self.cpu()

        def ask(number: int) -> None:
            while time.perf_counter() < until:
                self.fetch(path)
                counts[number] += 1

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / (time.perf_counter() - started), (self.cpu() - before) / sum(counts) * 1000


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--fill", type=int, default=0, metavar="ARTICLES")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=2)
    chosen = options.parse_args()
    if chosen.fill:
        fill(chosen.fill)
    print(f"{connection.vendor}, {SearchEntry.objects.count()} articles")
    for name in ("in 20 % of them", "in 5 of 10,000"):
        print(f"  plan of a word {name}:")
        print_plan(QUERIES[name])
    connection.close()
    servers = [Server("L2", "constant_page"), Server("site", "portal.wsgi")]
    try:
        constant, site = servers
        kinds = {"L2": (constant, "/"), "start of a search, no word": (site, "/en/search/")}
        kinds |= {name: (site, f"/en/search/?q={text.replace(' ', '+')}") for name, text in QUERIES.items()}
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in kinds}
        for _round in range(chosen.rounds):
            for name, (server, path) in kinds.items():
                figures[name].append(server.measure(path, seconds=chosen.seconds))
    finally:
        for server in servers:
            server.process.terminate()
            server.process.wait(timeout=20)
    middle = {name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in figures.items()}
    print(f"{'':28}{'a second':>10}{'to L2':>8}{'CPU, ms':>10}{'to L2':>8}")
    for name, (rate, cpu) in middle.items():
        print(f"{name:28}{rate:10.0f}{rate / middle['L2'][0]:8.2f}{cpu:10.2f}{cpu / middle['L2'][1]:8.2f}")


if __name__ == "__main__":
    main()
