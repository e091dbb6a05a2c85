"""Mail on a developer's machine: each message a file, listed at /dev/mail/ (DEBUG and loopback only)."""

import time
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FileBackend(BaseEmailBackend):
    """Writes each message to EMAIL_FILE_PATH as <time>.eml, readable by the owner only."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            path = folder / f"{time.time_ns()}.eml"
            path.touch(mode=0o600)
            path.write_bytes(message.message().as_bytes())
        return len(email_messages)


def newest(limit: int = 100) -> list[Path]:
    return sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), reverse=True)[:limit]


def parse(path: Path) -> ParsedMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, ParsedMessage)  # noqa: S101 - for the type checker
    return message
