"""A mark that changes with everything public: kept pages made before its last change are never shown again.

Read at every request of every process, so it must cost next to nothing: on one machine it is a file that is stat()ed, on several it is
a key in the cache they share (`SHARED_CACHE`). Whoever changes something that readers see calls `turn_when_committed()`.
"""

import os
import uuid
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import transaction

KEY = "content-version"
P = ParamSpec("P")
R = TypeVar("R")


def current() -> str:
    """Empty when it cannot be read: then nothing may be kept, and nothing kept may be shown."""
    if settings.SHARED_CACHE:
        return shared()
    try:
        found = os.stat(settings.CONTENT_VERSION_FILE)  # noqa: PTH116 - Path.stat() costs three times as much, at every request
    except FileNotFoundError:
        return first()
    except OSError:
        return ""
    # each turn is a new file: its inode differs even where two turns fall into one tick of the clock
    return f"{found.st_ino}-{found.st_mtime_ns}"


def shared() -> str:
    try:
        version = caches["shared"].get(KEY)
        if version is None:  # never set, or forgotten by the cache: whatever was kept before is in doubt
            caches["shared"].add(KEY, uuid.uuid4().hex, timeout=None)
            version = caches["shared"].get(KEY)
    except Exception:  # whatever the cache's library raises: without an answer nothing is kept
        return ""
    return str(version or "")


def first() -> str:
    try:
        turn()
        return current() if Path(settings.CONTENT_VERSION_FILE).exists() else ""
    except OSError:
        return ""


def turn() -> None:
    """From now on every process makes its pages anew."""
    if settings.SHARED_CACHE:
        caches["shared"].set(KEY, uuid.uuid4().hex, timeout=None)
        return
    path = Path(settings.CONTENT_VERSION_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    new.write_text(f"{uuid.uuid4()}\n")
    new.replace(path)  # whole or not at all


def turn_when_committed() -> None:
    """After the transaction: a page made before it would show the old text under the new mark.

    Robust: a disk that is full must not make a publish look as if it had failed; kept pages end by themselves soon after.
    """
    transaction.on_commit(turn, robust=True)


_held: list[dict[Any, Any]] = []


def forget() -> None:
    """Everything that `kept` holds in this process."""
    for held in _held:
        held.clear()


def kept(make: Callable[P, R]) -> Callable[P, R]:
    """Decorate what depends on its arguments (few, hashable, the language among them) and on public rows alone: made once a version."""
    held: dict[Any, R] = {}
    made_for = ""
    _held.append(held)

    @wraps(make)
    def get(*args: P.args, **named: P.kwargs) -> R:
        nonlocal made_for
        version = current()
        if not version:
            return make(*args, **named)
        if version != made_for:
            held.clear()
            made_for = version
        key = (args, tuple(sorted(named.items())))
        if key not in held:
            held[key] = make(*args, **named)
        return held[key]

    return get
