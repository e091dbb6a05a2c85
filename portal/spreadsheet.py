"""Tables as CSV files that a spreadsheet opens safely."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a cell begins with that a spreadsheet takes for a formula


def harmless(cell: object) -> object:
    """Text that would run as a formula gets an apostrophe in front: a spreadsheet then shows it as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(RUNS) else cell


def download(rows: Iterable[Sequence[object]], *, name: str) -> HttpResponse:
    """The rows as `name`.csv, with the mark by which spreadsheets know UTF-8."""
    text = StringIO()
    csv.writer(text).writerows([[harmless(cell) for cell in row] for row in rows])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
