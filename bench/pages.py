"""What a page costs, as a ratio to L2 (bench/constant_page.py) in the same run: requests a second, and servers' CPU a request.

    DATABASE_URL=postgres://… .venv/bin/python bench/pages.py      (a database with the library loaded; DEBUG=0 as in production)

gunicorn with two sync workers, eight clients on loopback that open a connection a request, rounds of every kind in turn, medians.
"cold": PAGE_CACHE_SECONDS=0, so that every request makes its page and compresses it, as the first reader's does.
"""

import argparse
import http.cookiejar
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ARTICLE = "/en/articles/do-stem-cells-work-after-stroke/"
CLIENTS = 8
PORTS = {"L2": 8091, "kept": 8092, "cold": 8093}


class Server:
    """gunicorn with its workers, whose CPU time is counted."""

    def __init__(self, name: str, application: str, **environment: str) -> None:
        self.port = PORTS[name]
        command = [
            sys.executable, "-m", "gunicorn", application, "--workers", "2", "--bind", f"127.0.0.1:{self.port}", "--log-level", "error",
            "--no-control-socket",
        ]  # fmt: skip
        env = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'bench'}"} | environment
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=quiet, stderr=quiet, start_new_session=True)  # noqa: S603
        for _try in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(1)

    def cpu(self) -> float:
        ticks = 0
        for children in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            for pid in children.read_text().split():
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=20)


def fetch(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request)
        answer = []
        while chunk := connection.recv(262_144):
            answer.append(chunk)
    return b"".join(answer)


def request_for(port: int, path: str, **headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def measure(server: Server, request: bytes, *, seconds: float) -> tuple[float, float]:
    """Requests a second, and milliseconds of CPU a request."""
    first = fetch(server.port, request)
    if not first.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"not a page: {first[:200]!r}")
    counts, until, before = [0] * CLIENTS, time.perf_counter() + seconds, server.cpu()

    def ask(number: int) -> None:
        while time.perf_counter() < until:
            if not fetch(server.port, request).startswith(b"HTTP/1.1 200"):
                raise SystemExit("not a page in the middle of a run")
            counts[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = sum(counts)
    return done / (time.perf_counter() - started), (server.cpu() - before) / done * 1000


def step_of_the_request(port: int) -> tuple[str, str]:
    """The first page of questions and the cookies that open it, reached as a person reaches it."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    base = f"http://127.0.0.1:{port}"

    def field(page: str, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', page)
        return found[1] if found else ""

    def post(path: str, page: str, **fields: str) -> tuple[str, str]:
        token = {"csrfmiddlewaretoken": field(page, "csrfmiddlewaretoken"), "gate": field(page, "gate")}
        with opener.open(base + path, urllib.parse.urlencode(token | fields).encode()) as answer:
            return answer.read().decode(), answer.geturl().removeprefix(base)

    with opener.open(f"{base}/en/quote/emergency/") as answer:
        page = answer.read().decode()
    page, _where = post("/en/quote/emergency/", page, new_signs="none", ask="1")
    _page, where = post("/en/quote/consent/", page, storage="on")
    return where, "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=3)
    chosen = options.parse_args()
    production = {"DEBUG": "0", "ALLOWED_HOSTS": "127.0.0.1"}
    servers = {
        "L2": Server("L2", "constant_page"),
        "kept": Server("kept", "portal.wsgi", SITE_URL=f"http://127.0.0.1:{PORTS['kept']}", **production),
        "cold": Server(
            "cold", "portal.wsgi", SITE_URL=f"http://127.0.0.1:{PORTS['cold']}", PAGE_CACHE_SECONDS="0", **production
        ),
    }
    try:
        step, cookies = step_of_the_request(PORTS["kept"])
        packed = {"Accept-Encoding": "gzip, br"}
        kinds = {
            "L2": ("L2", request_for(PORTS["L2"], "/")),
            "article, warm": ("kept", request_for(PORTS["kept"], ARTICLE, **packed)),
            "article, cold": ("cold", request_for(PORTS["cold"], ARTICLE, **packed)),
            "article, cold, not compressed": ("cold", request_for(PORTS["cold"], ARTICLE)),
            "article list, cold": ("cold", request_for(PORTS["cold"], "/en/articles/", **packed)),
            "intake step, GET": ("kept", request_for(PORTS["kept"], step, Cookie=cookies)),
        }
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in kinds}
        for _round in range(chosen.rounds):
            for name, (server, request) in kinds.items():
                figures[name].append(measure(servers[server], request, seconds=chosen.seconds))
    finally:
        for server in servers.values():
            server.stop()
    middle = {name: tuple(statistics.median(column) for column in zip(*rows, strict=True)) for name, rows in figures.items()}
    print(f"{'':32}{'a second':>10}{'to L2':>8}{'CPU, ms':>10}{'to L2':>8}")
    for name, (rate, cpu) in middle.items():
        print(f"{name:32}{rate:10.0f}{rate / middle['L2'][0]:8.2f}{cpu:10.2f}{cpu / middle['L2'][1]:8.2f}")


if __name__ == "__main__":
    main()
