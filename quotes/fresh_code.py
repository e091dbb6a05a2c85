"""The code once more, inside the case page: before a copy of everything leaves, and before everything is erased.

Who has just come in by a code (ten minutes ago at most) may download at once. Erasing asks for a new code in any case.
"""

import secrets
import time
from typing import Any, Literal

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from portal import ratelimit, session_clock
from quotes import access
from quotes.models import Participant

FRESH = 10 * 60  # seconds
ASKED, SHOWN = "code_again", "code_again_at"  # in the session
Entered = Literal["in", "wrong", "used_up", "expired", "too_often"]


def was_entered(session: SessionBase) -> bool:
    """Whether a code was typed inside the page in the last ten minutes."""
    return time.time() - session.get(SHOWN, 0) < FRESH


def is_fresh(session: SessionBase) -> bool:
    """… or the page was opened by one in the last ten minutes."""
    return was_entered(session) or time.time() - session.get(session_clock.keys("case")[0], 0) < FRESH


def asked(session: SessionBase) -> dict[str, Any] | None:
    """What this browser asked for and can still use."""
    found = session.get(ASKED)
    return found if found and found["until"] > time.time() else None


def send(request: HttpRequest, participant: Participant) -> bool:
    """Mail a code for this browser; False when several were asked for in a short time."""
    if not ratelimit.allowed("code", participant.token_hash):
        return False
    browser = secrets.token_urlsafe(32)
    request.session[ASKED] = {"browser": browser, "until": int(time.time()) + settings.ACCESS_CODE_SECONDS}
    access.make_code(participant, browser=browser)
    return True


def enter(request: HttpRequest, participant: Participant, *, digits: str) -> Entered:
    waiting = asked(request.session)
    if waiting is None:
        return "expired"
    if not ratelimit.allowed("code-try", participant.token_hash):
        return "too_often"
    code = participant.codes.filter(browser_hash=access.browser_hash(waiting["browser"])).order_by("-asked_at").first()
    if code is None:
        return "expired"
    tried = code.take_try(digits)
    if tried != "fits":
        return tried
    if not code.use_up():
        return "used_up"
    request.session.pop(ASKED)
    request.session[SHOWN] = int(time.time())
    return "in"
