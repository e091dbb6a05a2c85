"""Asks a ClamAV daemon whether a stream is clean. settings.CLAMD: `host:port`, the path of its socket, or empty for none."""

import socket
from collections.abc import Iterable

from django.conf import settings

TIMEOUT = 120  # seconds without a word: a large archive takes its time


class NoVerdict(Exception):
    """The scanner is there but did not judge this file (too large for its settings, for example). It says why."""


def is_configured() -> bool:
    return bool(settings.CLAMD)


def is_clean(chunks: Iterable[bytes]) -> bool:
    """The scanner's verdict. Raises OSError when it cannot be reached, NoVerdict when it does not know: both are no “clean”."""
    with _connected() as link:
        try:
            link.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                if chunk:  # an empty one would say that the stream ends
                    link.sendall(len(chunk).to_bytes(4, "big") + chunk)
            link.sendall(b"\0\0\0\0")
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has hung up on a stream that is too long for it, and mostly says so
        try:
            answer = _answer(link)
        except ConnectionResetError as error:
            raise NoVerdict("hung up") from error
    if answer == "stream: OK":
        return True
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return False
    raise NoVerdict(answer or "no answer")


def is_up() -> bool:
    """Whether the scanner answers at all; asked by the health page, so it has no patience."""
    try:
        with _connected(timeout=2) as link:
            link.sendall(b"zPING\0")
            return _answer(link) == "PONG"
    except OSError:
        return False


def _connected(*, timeout: int = TIMEOUT) -> socket.socket:
    host, separator, port = settings.CLAMD.rpartition(":")
    if separator and port.isdecimal():
        return socket.create_connection((host, int(port)), timeout=timeout)
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(timeout)
    try:
        link.connect(settings.CLAMD)
    except OSError:
        link.close()
        raise
    return link


def _answer(link: socket.socket) -> str:
    parts = []
    while part := link.recv(4096):
        parts.append(part)
        if part.endswith(b"\0"):
            break
    return b"".join(parts).rstrip(b"\0").decode(errors="replace").strip()
