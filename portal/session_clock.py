"""Somebody's time in a session: it ends after a while without activity, and after a longer while in any case.

`who` is "staff" or "case". How long, in seconds: STAFF_IDLE_SECONDS and STAFF_SESSION_SECONDS in the settings, and CASE_….
"""

import time

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

SLACK = 30  # seconds between two notes of activity: saves a write a click


def keys(who: str) -> tuple[str, str]:
    return f"{who}_started_at", f"{who}_seen_at"


def start(session: SessionBase, who: str) -> None:
    session.update(dict.fromkeys(keys(who), int(time.time())))


def has_run_out(session: SessionBase, who: str, *, idle: int | None = None) -> bool:
    """Also of a session in which it was never started. `idle`: seconds, where they are fewer than usual."""
    whole = getattr(settings, f"{who.upper()}_SESSION_SECONDS")
    idle = getattr(settings, f"{who.upper()}_IDLE_SECONDS") if idle is None else idle
    started_at, seen_at = (session.get(key, 0) for key in keys(who))
    return time.time() - seen_at > idle or time.time() - started_at > whole


def note_activity(session: SessionBase, who: str) -> None:
    seen_at = keys(who)[1]
    if time.time() - session.get(seen_at, 0) > SLACK:
        session[seen_at] = int(time.time())
