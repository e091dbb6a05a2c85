"""Mail that is neither lost nor doubled.

`queue()` writes a row in the transaction that makes the mail necessary. The worker claims rows by conditional update with a
lease, renders, sends under a Message-ID fixed for the row's life, and marks them sent. A certain refusal is retried later; a
cut after the message may have left makes the row *uncertain*, and its delivery class says what happens then.
"""

import logging
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import models, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from portal.context import site_names
from portal.models import OutgoingEmail

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
UNCERTAIN_WAIT = timedelta(minutes=30)
ROUND = 20  # seconds after which a round begins no further mail: a hanging mail server must not stop the other jobs
REPEATED = "repeated after a cut"  # stays in last_error for the row's life: a second cut is not repeated
BACK_OFF = (10, 30, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)  # seconds; about 48 hours in all


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What to send to whom. `template` names emails/<template>.subject.txt, .txt and .html."""

    to: str
    language: str
    template: str
    context: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of mail. `render` returns None when there is nothing to send any more (an erased case, a code used up)."""

    name: str
    subject_type: str
    delivery_class: OutgoingEmail.DeliveryClass
    render: Callable[[UUID], Letter | None]


KINDS: dict[str, Kind] = {}
GIVEN_UP: dict[str, Callable[[UUID], None]] = {}  # subject type → what to do when a mail about it failed for good


class NotRegistered(Exception):
    pass


def register(
    *, subject_type: str, delivery_class: OutgoingEmail.DeliveryClass
) -> Callable[[Callable[[UUID], Letter | None]], Callable[[UUID], Letter | None]]:
    """Decorate `def kind_name(subject_id) -> Letter | None`; the function's name is the kind."""

    def add(render: Callable[[UUID], Letter | None]) -> Callable[[UUID], Letter | None]:
        name = render.__name__
        KINDS[name] = Kind(name=name, subject_type=subject_type, delivery_class=delivery_class, render=render)
        return render

    return add


def when_given_up(*, subject_type: str) -> Callable[[Callable[[UUID], None]], Callable[[UUID], None]]:
    """Decorate `def f(subject_id)`: called when a mail about such a subject failed for good, so that people find another way."""

    def add(tell: Callable[[UUID], None]) -> Callable[[UUID], None]:
        GIVEN_UP[subject_type] = tell
        return tell

    return add


def queue(kind: str, subject_id: UUID, *, dedupe_key: str, delay: timedelta = timedelta(0)) -> OutgoingEmail:
    """Queue one mail. The same `dedupe_key` never makes a second one. Call it inside the transaction that changes the case."""
    if kind not in KINDS:
        raise NotRegistered(kind)
    row_id = uuid4()
    row, _created = OutgoingEmail.objects.get_or_create(
        dedupe_key=f"{kind}:{dedupe_key}",
        defaults={
            "id": row_id,
            "kind": kind,
            "subject_type": KINDS[kind].subject_type,
            "subject_id": subject_id,
            "delivery_class": KINDS[kind].delivery_class,
            "next_attempt_at": timezone.now() + delay,
            "message_id": message_id(row_id),
        },
    )
    return row


def message_id(key: UUID) -> str:
    return f"<{key.hex}@{settings.SITE_URL.split('://')[-1].split(':')[0]}>"


def send_due(limit: int = 50) -> int:
    """Send what is due, one mail after the other; returns how many were handled."""
    settle_abandoned()
    handled, until = 0, time.monotonic() + ROUND
    for row in OutgoingEmail.objects.due().order_by("next_attempt_at")[:limit]:
        if time.monotonic() > until:
            break
        if claim(row):
            deliver(row)
            handled += 1
    return handled


def claim(row: OutgoingEmail) -> bool:
    """Take a row for this worker; exactly one worker gets it, and not again before it is due again."""
    lease = timezone.now() + LEASE
    claimed = (
        OutgoingEmail.objects.due()
        .filter(pk=row.pk)
        .update(state=OutgoingEmail.State.SENDING, lease_until=lease, attempts=F("attempts") + 1)
    )
    if claimed:  # a row that another worker has, or that was erased with its case, is left alone
        row.refresh_from_db()
    return bool(claimed)


def deliver(row: OutgoingEmail) -> None:
    try:
        with transaction.atomic():  # a code that is minted while rendering is committed before it leaves
            letter = KINDS[row.kind].render(row.subject_id)
        message = None if letter is None else compose(letter, message_id=row.message_id)
    except Exception:
        logger.exception("mail could not be rendered", extra={"fields": {"kind": row.kind}})
        return retry_later(row, "render")
    if message is None:
        return finish(row, note="nothing to send")
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:  # not connected: nothing has left
        return retry_later(row, type(error).__name__)
    try:
        connection.send_messages([message])
    except smtplib.SMTPResponseException as error:  # the server answered with a refusal
        retry_later(row, f"SMTP {error.smtp_code}")
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
        retry_later(row, type(error).__name__)
    except Exception as error:  # cut in the middle: it may have left
        logger.warning("mail was cut", extra={"fields": {"kind": row.kind, "error": type(error).__name__}})
        settle(row)
    else:
        finish(row)
    finally:
        connection.close()


def compose(letter: Letter, *, message_id: str) -> EmailMultiAlternatives:
    with translation.override(letter.language):
        context = site_names() | {"language": letter.language} | letter.context
        context["may_answer"] = bool(settings.MAIL_REPLY_TO)  # without it an answer would reach nobody
        context["rtl"] = translation.get_language_bidi()
        subject = " ".join(render_to_string(f"emails/{letter.template}.subject.txt", context).split())
        message = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string(f"emails/{letter.template}.txt", context),
            to=[letter.to],
            reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(
            render_to_string(f"emails/{letter.template}.html", context | {"subject": subject}), "text/html"
        )
    message.message()  # an address or header that cannot be written fails here, where it is certain that nothing has left
    return message


def finish(row: OutgoingEmail, note: str = "") -> None:
    OutgoingEmail.objects.filter(pk=row.pk).update(
        state=OutgoingEmail.State.SENT, sent_at=timezone.now(), lease_until=None, last_error=note
    )


def retry_later(row: OutgoingEmail, reason: str) -> None:
    """A certain refusal: later again, up to about 48 hours; a code is not worth that wait."""
    repeated = REPEATED in row.last_error
    reason = f"{reason}; {REPEATED}" if repeated else reason
    if row.attempts > len(BACK_OFF) or (row.delivery_class == OutgoingEmail.DeliveryClass.DROP and row.attempts > 3):
        give_up(row, reason)
        return
    OutgoingEmail.objects.filter(pk=row.pk).update(
        state=OutgoingEmail.State.QUEUED,
        lease_until=None,
        last_error=reason,
        next_attempt_at=timezone.now() + timedelta(seconds=BACK_OFF[row.attempts - 1]),
    )


def give_up(row: OutgoingEmail, reason: str) -> None:
    """Failed for good. Whoever should know is told in the same transaction; the row is marked even where telling fails."""
    failed = {"state": OutgoingEmail.State.FAILED, "lease_until": None, "last_error": reason}
    try:
        with transaction.atomic():
            OutgoingEmail.objects.filter(pk=row.pk).update(**failed)
            if tell := GIVEN_UP.get(row.subject_type):
                tell(row.subject_id)
    except Exception:
        logger.exception("nobody could be told that a mail was given up", extra={"fields": {"kind": row.kind}})
        OutgoingEmail.objects.filter(pk=row.pk).update(**failed)


def settle_abandoned() -> None:
    """Rows whose worker died: repeat once (class A), hold for a person (B), or drop (C)."""
    for row in OutgoingEmail.objects.abandoned():
        settle(row)


def settle(row: OutgoingEmail) -> None:
    """The message may have left. Settles this claim only: the lease says whose it is."""
    mine = OutgoingEmail.objects.filter(pk=row.pk, state=OutgoingEmail.State.SENDING, lease_until=row.lease_until)
    if row.delivery_class == OutgoingEmail.DeliveryClass.RETRY and REPEATED not in row.last_error:
        mine.update(
            state=OutgoingEmail.State.QUEUED,
            lease_until=None,
            next_attempt_at=timezone.now() + UNCERTAIN_WAIT,
            last_error=REPEATED,
        )
    else:
        mine.update(state=OutgoingEmail.State.UNCERTAIN, lease_until=None)


def send_again(rows: models.QuerySet[OutgoingEmail]) -> int:
    """A person's decision on mails that are uncertain or given up: from the start once more. Codes are past their time."""
    stuck = rows.filter(state__in=(OutgoingEmail.State.UNCERTAIN, OutgoingEmail.State.FAILED))
    return stuck.exclude(delivery_class=OutgoingEmail.DeliveryClass.DROP).update(
        state=OutgoingEmail.State.QUEUED, attempts=0, next_attempt_at=timezone.now(), last_error=""
    )
