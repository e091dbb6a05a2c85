"""Complete requests, page by page, by many people at once: how long a step takes, and whether anything is lost.

    bench/serve -- .venv/bin/python bench/intake.py --people 50

Each person walks the whole way in a thread of their own, with one photo of 1 MB, as a browser without scripts does. Prints the
time of a step (median, 95th percentile, longest), errors, what it cost the servers in CPU a request, and counts the cases.
"""

import argparse
import http.cookiejar
import os
import random
import re
import statistics
import threading
import time
import urllib.parse
import urllib.request
import uuid

ANSWERS = {
    "about-you": {"filler_role": "patient", "filler_name": "Sample", "email": "{me}@example.org"},
    "patient": {"patient_name": "S", "birth_year": "1962", "sex": "female", "country": "ES", "language": "es"},
    "stroke": {"diagnosis_confirmed": "yes", "stroke_type": "ischaemic", "stroke_count": "one", "stroke_date": "3 2024", "still_changing": "same"},
    "care-then": {"acute_care": "clot_drug", "cause_found": "none"},
    "daily-life": {"f1": "yes", "f2": "no", "asked": "f2", "pre_stroke_help": "no"},
    "movement": {"arm": "2", "leg": "1", "balance": "0"},
    "safety": {"thinners": "aspirin", "cancer": "no", "implants": "none", "cells_before": "no"},
    "illnesses": {"heart": "none", "organs": "none", "clotting": "no", "immune": "none", "infection": "no"},
    "treatment-so-far": {"rehab_done": "physio", "rehab_hours": "1-2", "trial_now": "no"},
    "hopes": {"goals": "Walk to the market and back.", "timeframe": "later"},
    "travel": {"can_travel": "walks", "companion": "can_help"},
    "contact": {"contact_how": "email", "time_zone": "Europe/Madrid"},
}  # fmt: skip
PHOTO = b"%PDF-1.4\n" + random.Random(1).randbytes(1024 * 1024).replace(b"%", b"x") + b"\n%%EOF\n"


class Person:
    """A browser without scripts."""

    def __init__(self, base: str, think: float) -> None:
        self.base, self.think = base, think
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.times: list[float] = []
        self.page = ""

    def open(self, path: str, data: bytes | None = None, kind: str = "application/x-www-form-urlencoded") -> str:
        time.sleep(random.uniform(0, 2 * self.think))
        request = urllib.request.Request(self.base + path, data=data, headers={"Content-Type": kind} if data else {})
        started = time.perf_counter()
        with self.opener.open(request, timeout=60) as answer:
            self.page = answer.read().decode()
            where = answer.geturl().removeprefix(self.base)
        self.times.append(time.perf_counter() - started)
        return str(where)

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        return found[1] if found else ""

    def post(self, path: str, **fields: str) -> str:
        fields["csrfmiddlewaretoken"] = self.field("csrfmiddlewaretoken")
        return self.open(path, urllib.parse.urlencode(fields).encode())

    def upload(self, path: str) -> str:
        edge = uuid.uuid4().hex
        token = self.field("csrfmiddlewaretoken")
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'.encode(),
            f'--{edge}\r\nContent-Disposition: form-data; name="discharge_letter"; filename="letter.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n".encode()
            + PHOTO
            + b"\r\n",
            f'--{edge}\r\nContent-Disposition: form-data; name="whole"\r\n\r\n1\r\n--{edge}--\r\n'.encode(),
        ]
        return self.open(path, b"".join(parts), f"multipart/form-data; boundary={edge}")

    def ask(self) -> None:
        me = uuid.uuid4().hex[:12]
        self.open("/en/quote/emergency/?way=whole")
        gate = self.field("gate")
        self.post("/en/quote/emergency/", new_signs="none", ask="1", gate=gate)
        self.post("/en/quote/consent/", storage="on", gate=self.field("gate"))
        for step, answers in ANSWERS.items():
            self.open(f"/en/quote/{step}/")
            self.post(f"/en/quote/{step}/", **{key: value.format(me=me) for key, value in answers.items()})
        self.open("/en/quote/documents/")
        self.upload("/en/quote/documents/")
        self.open("/en/quote/check/")
        where = self.post("/en/quote/check/", health="on", authority="on", understood="on")
        if "/quote/sent/" not in where or ("letter" not in self.page and "RG-" not in self.page):
            raise RuntimeError(f"not sent: {where}")


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of the servers so far."""
    ticks = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=50)
    options.add_argument("--think", type=float, default=0, help="seconds a person thinks before each page, on average")
    options.add_argument("--base", default=os.environ.get("BENCH_URL", "http://127.0.0.1:8099"))
    chosen = options.parse_args()
    pids = [int(pid) for pid in os.environ.get("BENCH_PIDS", "").split()]
    everybody, errors = [Person(chosen.base, chosen.think) for _ in range(chosen.people)], []

    def walk(person: Person) -> None:
        try:
            person.ask()
        except Exception as error:  # every kind of failure is a finding here
            errors.append(repr(error))

    before, started = cpu_seconds(pids), time.perf_counter()
    threads = [threading.Thread(target=walk, args=(person,)) for person in everybody]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, cpu = time.perf_counter() - started, cpu_seconds(pids) - before
    times = sorted(one for person in everybody for one in person.times)
    print(f"{chosen.people} people, {len(times)} pages in {took:.1f} s: {len(times) / took:.1f} a second, {len(errors)} errors")
    print(
        f"a page: median {statistics.median(times):.2f} s, 95 in 100 under {times[int(len(times) * 0.95)]:.2f} s, longest {times[-1]:.2f} s"
    )
    if pids:
        print(f"servers' CPU a page: {cpu / len(times) * 1000:.1f} ms")
    for error in errors[:5]:
        print("ERROR", error)
    raise SystemExit(bool(errors))


if __name__ == "__main__":
    main()
