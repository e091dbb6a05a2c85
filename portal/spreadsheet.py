"""Tables as CSV files that a spreadsheet opens safely."""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpResponse, StreamingHttpResponse

RUNS = frozenset(
    "=+-@−"
)  # what a cell begins with that a spreadsheet takes for a formula; wide and small forms are folded to these
BREAKS = frozenset("\t\r\n")  # some programs begin a new cell after one of these
UNSEEN = frozenset("ZCM")  # what may stand before it and is not seen: spaces, control and joining characters, marks


class Line:
    """What csv writes to: each line is handed back as it is made."""

    def write(self, line: str) -> str:
        return line


def harmless(cell: object) -> object:
    """Text that would run as a formula gets an apostrophe in front: a spreadsheet then shows it as it is."""
    return f"'{cell}" if isinstance(cell, str) and runs(cell) else cell


def runs(text: str) -> bool:
    for letter in text:
        if letter in BREAKS:
            return True
        if unicodedata.category(letter)[0] not in UNSEEN:
            return unicodedata.normalize("NFKC", letter)[0] in RUNS
    return False


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
