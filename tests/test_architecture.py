"""The import order of docs/architecture.md, held by import-linter."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings


def test_every_room_imports_only_from_below():
    # a process of its own: the linter sets up logging anew and so switches off the loggers that other tests listen to
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert done.returncode == 0, done.stdout
