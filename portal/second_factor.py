"""The second factor of staff: a time-based code (RFC 6238) or one of ten recovery codes, each good once."""

import base64
import secrets
import time
from urllib.parse import quote

import segno
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django_otp.oath import hotp

from portal import session_clock
from portal.encryption import keyed_hash
from portal.models import RecoveryCode, TotpDevice, User

STEP = 30  # seconds
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that reads like something else
RECOVERY_CODES = 10
SESSION_KEY, AT_KEY = "second_factor_user", "second_factor_at"
FRESH_SECONDS = 15 * 60  # export, erasure and changes to accounts ask for a code that is not older


def is_verified(request: HttpRequest) -> bool:
    """Whether this session has shown the second factor of the user who is signed in."""
    return request.user.is_authenticated and request.session.get(SESSION_KEY) == str(request.user.pk)


def member_of(session: SessionBase) -> User | None:
    """Who on the staff works in this session: password and second factor shown, not idle too long. For pages outside /staff/.

    Coming here is activity, as a page of the staff site is.
    """
    key = session.get(SESSION_KEY, "")
    if not key or key != session.get(auth.SESSION_KEY) or session_clock.has_run_out(session, "staff"):
        return None
    user = User.objects.filter(pk=key, is_active=True).first()
    if user is None or not secrets.compare_digest(session.get(auth.HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    session_clock.note_activity(session, "staff")
    return user


def is_fresh(request: HttpRequest) -> bool:
    """Whether the second factor was shown in the last 15 minutes. A session that began since then has shown it since then."""
    shown_at = max(request.session.get(AT_KEY, 0), request.session.get("staff_started_at", 0))
    return is_verified(request) and time.time() - shown_at < FRESH_SECONDS


def mark_verified(request: HttpRequest) -> None:
    request.session.cycle_key()
    request.session[SESSION_KEY] = str(request.user.pk)
    request.session[AT_KEY] = request.session["staff_seen_at"] = int(time.time())


def device_to_enrol(user: User) -> TotpDevice:
    """The user's unconfirmed device; made on the first visit, and the same on every reload until it is confirmed."""
    device, _created = TotpDevice.objects.get_or_create(user=user, defaults={"key": secrets.token_hex(20)})
    return device


def secret_text(device: TotpDevice) -> str:
    """The key in base32, as authenticator apps take it."""
    return base64.b32encode(bytes.fromhex(device.key)).decode().rstrip("=")


def enrolment_qr(device: TotpDevice) -> SafeString:
    """The otpauth address as an SVG drawing (dark modules on white, whatever the page's colours)."""
    issuer = quote(settings.SITE_NAME)
    address = f"otpauth://totp/{issuer}:{quote(device.user.email)}?secret={secret_text(device)}&issuer={issuer}"
    drawing = segno.make(address, error="m").svg_inline(scale=5, dark="#000", light="#fff", border=4)
    return mark_safe(drawing)  # drawn by the library from numbers: the address stands in it only as black squares


def verify(user: User, code: str, *, now: float | None = None) -> str:
    """Check six digits, one step of clock drift either way, or a recovery code. What was used is used up, atomically.

    Returns "code" or "recovery code" for what was right, and "" for what was not.
    """
    code = "".join(code.split()).replace("-", "").upper()
    device = TotpDevice.objects.filter(user=user).first()
    if device and code.isdecimal() and len(code) == 6:
        step = int((time.time() if now is None else now) // STEP)
        for candidate in (step - 1, step, step + 1):
            expected = hotp(bytes.fromhex(device.key), candidate, digits=6)
            if secrets.compare_digest(f"{expected:06d}", f"{int(code):06d}"):
                used = TotpDevice.objects.filter(pk=device.pk, last_step__lt=candidate).update(last_step=candidate)
                return "code" if used else ""
        return ""
    if device and device.confirmed_at:
        unused = RecoveryCode.objects.filter(user=user, code_hash=_hash(user, code), used_at__isnull=True)
        return "recovery code" if unused.update(used_at=timezone.now()) else ""
    return ""


def confirm(device: TotpDevice) -> None:
    """The end of enrolment: from now on a code of this device opens the staff site."""
    TotpDevice.objects.filter(pk=device.pk, confirmed_at__isnull=True).update(confirmed_at=timezone.now())


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


def current_codes(user: User, codes: list[str]) -> list[str]:
    """Those of these codes that are this user's and unused: a page that showed them may show them again."""
    hashes = {_hash(user, code.replace("-", "")): code for code in codes[:RECOVERY_CODES]}
    known = set(
        RecoveryCode.objects.filter(user=user, code_hash__in=hashes, used_at__isnull=True).values_list("code_hash", flat=True)
    )
    return [code for code_hash, code in hashes.items() if code_hash in known]


@transaction.atomic
def new_recovery_codes(user: User, count: int = RECOVERY_CODES) -> list[str]:
    """Replace the recovery codes; `ABCD-EFGH-JKLM`, 60 random bits each."""
    codes = ["-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3)) for _ in range(count)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, code_hash=_hash(user, code.replace("-", ""))) for code in codes])
    return codes


def _hash(user: User, code: str) -> str:
    return keyed_hash("recovery-code", f"{user.pk}:{code}")
