"""Style sheets joined into one, so that a public page asks for one file. The parts stay the sources; nothing is built by hand.

A finder of static files: `collectstatic` takes up what it makes (and hashes and compresses it like the rest), a development server
finds it made anew whenever a part has changed.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage, Storage

SOURCES = Path(__file__).resolve().parent / "static"
BUNDLES: dict[str, tuple[str, ...]] = {
    "portal/css/public.css": tuple(
        f"portal/css/{name}.css" for name in ("tokens", "base", "components", "reading", "library", "explorer")
    ),
}
COMMENT, INDENT, BLANK = re.compile(r"/\*.*?\*/", re.DOTALL), re.compile(r"^\s+", re.MULTILINE), re.compile(r"\n{2,}")


class BundleFinder(BaseFinder):
    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(built(path))] if path in BUNDLES else []
        return found if find_all or kwargs.get("all") else (found[0] if found else None)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path in BUNDLES:
            if not matches_patterns(path, list(ignore_patterns or [])):
                built(path)
                yield path, FileSystemStorage(location=folder())

    def check(self, **kwargs: Any) -> Any:
        return []


def folder() -> Path:
    return settings.BASE_DIR / "var" / "bundles"


def built(path: str) -> Path:
    """The file, made anew when a part is newer."""
    parts = [SOURCES / part for part in BUNDLES[path]]
    made = folder() / path
    newest = max(part.stat().st_mtime_ns for part in [*parts, Path(__file__)])
    if made.exists() and made.stat().st_mtime_ns >= newest:
        return made
    made.parent.mkdir(parents=True, exist_ok=True)
    new = made.with_name(f"{made.name}.{uuid.uuid4().hex}")
    new.write_text(joined(part.read_text(encoding="utf-8") for part in parts), encoding="utf-8")
    new.replace(made)
    return made


def joined(texts: Iterable[str]) -> str:
    """Without comments and indentation. What is left to gain is compression's, and every rule stays readable."""
    return BLANK.sub("\n", INDENT.sub("", COMMENT.sub("", "\n".join(texts)))).strip() + "\n"
