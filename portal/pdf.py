"""A page as a PDF, where the optional extra is installed (requirements-pdf.txt); see docs/decisions/0020-pdf.md.

It is drawn by a process of its own, which lives for one document and may take a little time and memory: a page that hangs or breaks
takes nothing of the web server with it. Nothing is written to the disk.
"""

import importlib.util
import json
import logging
import subprocess
import sys
import threading

from django.conf import settings

logger = logging.getLogger(__name__)
SECONDS = 20
WAIT = 3  # for the one that is being drawn
one_at_a_time = threading.Semaphore(1)  # in this web process: the others of its threads stay free for people who read


class NoPdf(Exception):
    """It could not be made, or not in time. Printing the page still works."""


def is_available() -> bool:
    return importlib.util.find_spec("weasyprint") is not None


def from_html(html: str, *, css: str) -> bytes:
    """The document with its one style sheet. It may name nothing but itself: no file and no address is fetched for it."""
    if not is_available():
        raise NoPdf("the extra is not installed")
    if not one_at_a_time.acquire(timeout=WAIT):
        raise NoPdf("another one is being made")
    try:
        return _drawn(html, css)
    finally:
        one_at_a_time.release()


def _drawn(html: str, css: str) -> bytes:
    command = [sys.executable, "-m", "portal.pdf_process"]
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command,
            input=json.dumps({"html": html, "css": css}).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd=settings.BASE_DIR,
        )
    except subprocess.TimeoutExpired as error:
        logger.warning("a PDF took too long")
        raise NoPdf("it took too long") from error
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        logger.error("a PDF could not be made", extra={"fields": {"status": done.returncode}})
        raise NoPdf("it could not be made")
    return done.stdout
