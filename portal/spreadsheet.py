"""Tables as CSV files that a spreadsheet opens safely."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpResponse, StreamingHttpResponse

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a cell begins with that a spreadsheet takes for a formula


class Line:
    """What csv writes to: each line is handed back as it is made."""

    def write(self, line: str) -> str:
        return line


def harmless(cell: object) -> object:
    """Text that would run as a formula gets an apostrophe in front: a spreadsheet then shows it as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(RUNS) else cell


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file, line by line, with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(Line())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def download(rows: Iterable[Sequence[object]], *, name: str) -> HttpResponse:
    """The rows as `name`.csv."""
    return HttpResponse("".join(lines(rows)), headers=headers(name))


def stream(rows: Iterable[Sequence[object]], *, name: str) -> StreamingHttpResponse:
    """The same for many rows: each line leaves as it is made."""
    return StreamingHttpResponse(lines(rows), headers=headers(name))


def headers(name: str) -> dict[str, str]:
    return {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}.csv"'}
