"""The way in to a case: a stable link, and six digits by e-mail that hold for the browser that asked for them.

Nothing here tells whether a link is known: what a page says comes from this browser's own session, which counts tries and
minutes for an unknown link as it does for a known one. The database alone decides who gets in.
"""

import secrets
import time
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from portal import outbox, ratelimit, session_clock
from portal.encryption import keyed_hash
from quotes import browsers, marks
from quotes.models import AccessCode, CaseSession, Participant, QuoteRequest
from quotes.models.people import token_digest

Asked = Literal["asked", "too_often"]
Entered = Literal["in", "draft", "passphrase", "wrong", "used_up", "expired", "not_asked", "too_often"]
PassphraseResult = Literal["in", "wrong", "expired", "too_often"]

DRAFT = "draft"  # in the session: the id of the unsent request that this browser fills in
WAITING = "waiting_draft"  # … and of one that was opened by its link while another was open here: a person decides
ASKING = "access"  # in the session: which link a code was asked for, when, how many tries are left, this browser's secret
PASSED = "access_passed"  # … and who typed the right code and has a passphrase still to give
PASSPHRASE_SECONDS = 15 * 60
CASE_SESSION = "case_session"  # … and the row of CaseSession that this browser has open
NIL = UUID(int=0)  # the key of no row


def ask_for_code(request: HttpRequest, *, token: str) -> Asked:
    """Send a code to the address on file, if there is one; the answer is the same if there is not."""
    link = token_digest(token)
    by_link, by_client = ratelimit.allowed("code", link), ratelimit.allowed_for_client("code", request)
    if not (by_link and by_client):
        return "too_often"
    browser = secrets.token_urlsafe(32)
    request.session[ASKING] = {
        "link": link,
        "browser": browser,
        "until": int(time.time()) + settings.ACCESS_CODE_SECONDS,
        "tries": settings.ACCESS_CODE_TRIES,
    }
    if participant := Participant.objects.with_token(token).exclude(email_index="").first():
        make_code(participant, browser=browser)
    return "asked"


@transaction.atomic
def make_code(participant: Participant, *, browser: str) -> AccessCode:
    code = AccessCode.objects.create(
        participant=participant,
        browser_hash=browser_hash(browser),
        expires_at=timezone.now() + timedelta(seconds=settings.ACCESS_CODE_SECONDS),
        tries_left=settings.ACCESS_CODE_TRIES,
    )
    outbox.queue("access_code", code.pk, dedupe_key=str(code.pk))
    return code


def browser_hash(browser: str) -> str:
    return keyed_hash("access-browser", browser)


def asked_for(request: HttpRequest, *, token: str) -> dict[str, Any] | None:
    """What this browser asked for with this link and can still use."""
    asked = request.session.get(ASKING)
    return asked if asked and asked["link"] == token_digest(token) and asked["until"] > time.time() else None


def enter_code(request: HttpRequest, *, token: str, digits: str, browser: str = "", is_shared: bool = False) -> Entered:
    """Try a code. When it fits, this browser is in the case, under a fresh session key.

    `browser`: the secret by which this browser is known again. `is_shared`: others use this computer too.
    """
    asked = request.session.get(ASKING)
    if not asked or asked["link"] != token_digest(token):
        return "not_asked"
    if asked["until"] <= time.time():
        return "expired"
    by_link, by_client = ratelimit.allowed("code-try", asked["link"]), ratelimit.allowed_for_client("code-try", request)
    if not (by_link and by_client):
        return "too_often"
    if asked["tries"] < 1:
        return "used_up"
    participant = fitting_participant(token=token, browser=asked["browser"], digits=digits)
    if participant is None:
        request.session[ASKING] = asked | {"tries": asked["tries"] - 1}
        return "wrong" if asked["tries"] > 1 else "used_up"
    if participant.case.is_draft:
        open_draft_session(request, participant, is_shared=is_shared)
        return "draft"
    if participant.passphrase:
        request.session.cycle_key()
        request.session[PASSED] = {
            "participant": str(participant.pk),
            "link": asked["link"],
            "until": int(time.time()) + PASSPHRASE_SECONDS,
            "is_shared": is_shared,
        }
        return "passphrase"
    open_case_session(request, participant, browser=browser, is_shared=is_shared)
    return "in"


def passed_code(request: HttpRequest, *, token: str) -> dict[str, Any] | None:
    """What this browser has still to add a passphrase to."""
    passed = request.session.get(PASSED)
    return passed if passed and passed["link"] == token_digest(token) and passed["until"] > time.time() else None


def enter_passphrase(request: HttpRequest, *, token: str, passphrase: str, browser: str = "") -> PassphraseResult:
    """After the code. Tries are counted for the person, whatever browser they come from."""
    passed = passed_code(request, token=token)
    participant = (
        Participant.objects.with_token(token).select_related("case").filter(pk=passed["participant"]).first()
        if passed
        else None
    )
    if passed is None or participant is None:
        return "expired"
    if not ratelimit.allowed("passphrase", str(participant.pk)):
        return "too_often"
    if participant.passphrase and not check_password(passphrase, participant.passphrase):
        return "wrong"
    open_case_session(request, participant, browser=browser, is_shared=passed["is_shared"])
    return "in"


def fitting_participant(*, token: str, browser: str, digits: str) -> Participant | None:
    """Whose newest code for this browser these digits are. Takes one try, and uses the code up when it fits."""
    participant = Participant.objects.with_token(token).select_related("case").first()
    if participant is None:
        return None
    code = participant.codes.filter(browser_hash=browser_hash(browser)).order_by("-asked_at").first()
    if code is None:
        return None
    return participant if code.take_try(digits) == "fits" and code.use_up() else None


@transaction.atomic
def open_case_session(request: HttpRequest, participant: Participant, *, browser: str = "", is_shared: bool = False) -> None:
    """One case a session: whatever case was open in this browser before is left."""
    confirm(participant)
    session = request.session
    end_row(session.get(CASE_SESSION))
    for key in (ASKING, PASSED):
        session.pop(key, None)
    opened = CaseSession.objects.create(
        participant=participant,
        browser=browsers.kind_of(request.headers.get("User-Agent", "")),
        browser_hash=known_browser_hash(participant, browser) if browser and not is_shared else "",
        is_shared=is_shared,
    )
    announce_new_browser(opened)
    session.cycle_key()
    session["participant"], session[CASE_SESSION] = str(participant.pk), str(opened.pk)
    session.set_expiry(0 if is_shared else None)  # 0: the cookie ends with the browser
    session_clock.start(session, "case")


def known_browser_hash(participant: Participant, browser: str) -> str:
    """Keyed, and of this person alone: it tells nobody who else has used the browser."""
    return keyed_hash("case-browser", f"{participant.pk}:{browser}")


def announce_new_browser(opened: CaseSession) -> None:
    """By mail, once a browser. The very first one is no news: whoever opens it has just asked for it at this address."""
    earlier = opened.participant.sessions.exclude(pk=opened.pk)
    if not earlier.exists() or (opened.browser_hash and earlier.filter(browser_hash=opened.browser_hash).exists()):
        return
    outbox.queue("new_browser", opened.pk, dedupe_key=str(opened.pk))
    if opened.participant.role != Participant.Role.OWNER:
        outbox.queue("new_browser_in_circle", opened.pk, dedupe_key=str(opened.pk))


def open_draft_session(request: HttpRequest, participant: Participant, *, is_shared: bool = False) -> None:
    """Go on with an unsent request in this browser. One that is open here already is not pushed aside: see views/later.py."""
    confirm(participant)
    session = request.session
    session.pop(ASKING, None)
    session.cycle_key()
    session.set_expiry(0 if is_shared else None)
    session[WAITING if session.get(DRAFT) not in (None, str(participant.case_id)) else DRAFT] = str(participant.case_id)


def confirm(participant: Participant) -> None:
    """Whoever types the code reads this address."""
    Participant.objects.filter(pk=participant.pk, confirmed_at__isnull=True).update(confirmed_at=timezone.now())
    if Participant.objects.filter(pk=participant.pk).exclude(unreachable_at=None).update(unreachable_at=None):
        marks.keep(QuoteRequest.objects.filter(pk=participant.case_id))


def current_participant(request: HttpRequest) -> Participant | None:
    """Who is in the case page in this browser: signed in, not ended, not idle too long, not revoked. Their case comes along."""
    session = request.session
    if "participant" not in session:
        return None
    opened = (
        CaseSession.objects.select_related("participant__case__coordinator")
        .filter(pk=session.get(CASE_SESSION, NIL), participant=UUID(session["participant"]), ended_at__isnull=True)
        .first()
    )
    is_out = opened is None or opened.participant.revoked_at is not None
    if opened is None or is_out or session_clock.has_run_out(session, "case", idle=opened.idle_seconds):
        close_case_session(request)
        return None
    session_clock.note_activity(session, "case")
    opened.note_seen()
    participant = opened.participant
    participant.current_session = opened
    return participant


def is_revoked(key: str | None) -> bool:
    """Whether the person with this key was let out of the circle."""
    return key is not None and Participant.objects.filter(pk=UUID(key), revoked_at__isnull=False).exists()


def close_case_session(request: HttpRequest) -> None:
    end_row(request.session.get(CASE_SESSION))
    for key in ("participant", CASE_SESSION, PASSED, *session_clock.keys("case")):
        request.session.pop(key, None)
    request.session.cycle_key()


def end_row(key: str | None) -> None:
    if key:
        CaseSession(pk=UUID(key)).end()


@transaction.atomic
def send_links(email: str) -> None:
    """Mail the link of every case that this address belongs to, and of every request that is not sent yet."""
    for participant in Participant.objects.active().with_email(email).select_related("case"):
        outbox.queue("draft_link" if participant.case.is_draft else "lost_link", participant.pk, dedupe_key=str(uuid4()))
