"""The second factor of staff: a time-based code (RFC 6238) or one of ten recovery codes, each good once."""

import base64
import secrets
import time
from urllib.parse import quote

import segno
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.oath import hotp

from portal.encryption import keyed_hash
from portal.models import RecoveryCode, TotpDevice, User

STEP = 30  # seconds
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that reads like something else
RECOVERY_CODES = 10
SESSION_KEY = "second_factor_user"


def is_verified(request: HttpRequest) -> bool:
    """Whether this session has shown the second factor of the user who is signed in."""
    return request.user.is_authenticated and request.session.get(SESSION_KEY) == str(request.user.pk)


def mark_verified(request: HttpRequest) -> None:
    request.session.cycle_key()
    request.session[SESSION_KEY] = str(request.user.pk)


def device_to_enrol(user: User) -> TotpDevice:
    """The user's unconfirmed device; made on the first visit, and the same on every reload until it is confirmed."""
    device, _created = TotpDevice.objects.get_or_create(user=user, defaults={"key": secrets.token_hex(20)})
    return device


def secret_text(device: TotpDevice) -> str:
    """The key in base32, as authenticator apps take it."""
    return base64.b32encode(bytes.fromhex(device.key)).decode().rstrip("=")


def enrolment_qr(device: TotpDevice) -> str:
    """The otpauth address as an SVG drawing (dark modules on white, whatever the page's colours)."""
    issuer = quote(settings.SITE_NAME)
    address = f"otpauth://totp/{issuer}:{quote(device.user.email)}?secret={secret_text(device)}&issuer={issuer}"
    return segno.make(address, error="m").svg_inline(scale=5, dark="#000", light="#fff", border=4)


def verify(user: User, code: str, *, now: float | None = None) -> bool:
    """Check six digits, one step of clock drift either way, or a recovery code. What was used is used up, atomically."""
    code = "".join(code.split()).replace("-", "").upper()
    device = TotpDevice.objects.filter(user=user).first()
    if device and code.isdecimal() and len(code) == 6:
        step = int((time.time() if now is None else now) // STEP)
        for candidate in (step - 1, step, step + 1):
            expected = hotp(bytes.fromhex(device.key), candidate, digits=6)
            if secrets.compare_digest(f"{expected:06d}", f"{int(code):06d}"):
                used = TotpDevice.objects.filter(pk=device.pk, last_step__lt=candidate).update(last_step=candidate)
                return bool(used)
        return False
    if device and device.confirmed_at:
        return bool(
            RecoveryCode.objects.filter(user=user, code_hash=_hash(user, code), used_at__isnull=True).update(
                used_at=timezone.now()
            )
        )
    return False


@transaction.atomic
def confirm(device: TotpDevice) -> list[str]:
    """Finish enrolment; returns ten recovery codes, shown this once."""
    TotpDevice.objects.filter(pk=device.pk).update(confirmed_at=timezone.now())
    return new_recovery_codes(device.user)


def new_recovery_codes(user: User, count: int = RECOVERY_CODES) -> list[str]:
    """Replace the recovery codes; `ABCD-EFGH-JKLM`, 60 random bits each."""
    codes = ["-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3)) for _ in range(count)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, code_hash=_hash(user, code.replace("-", ""))) for code in codes])
    return codes


def _hash(user: User, code: str) -> str:
    return keyed_hash("recovery-code", f"{user.pk}:{code}")
