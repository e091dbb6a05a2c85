"""The import order of docs/architecture.md, held by import-linter."""

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_every_room_imports_only_from_below(capsys):
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    if status != EXIT_STATUS_SUCCESS:
        pytest.fail(capsys.readouterr().out)
