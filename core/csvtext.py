"""CSV that a spreadsheet opens as it is: Hebrew readable, and no cell ever runs as a formula."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

# Spreadsheets guess the encoding; with this they know it.
BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ROWS_AT_ONCE = 200


def safe(value: Any) -> str:
    """A cell's text; what a spreadsheet would calculate, also after blanks, gets a quote sign before it."""
    if value is None:
        return ""
    text = str(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    looks_like_formula = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if looks_like_formula and not is_number else text


def lines(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The file in pieces, the BOM and the head first."""
    page = _Page()
    writer = csv.writer(page)
    page.write(BOM)
    writer.writerow([safe(cell) for cell in head])
    for number, row in enumerate(rows, start=1):
        writer.writerow([safe(cell) for cell in row])
        if number % _ROWS_AT_ONCE == 0:
            yield page.taken()
    yield page.taken()


def download(pieces: Iterable[str], filename: str) -> StreamingHttpResponse:
    """An answer that a browser saves under `filename`, in letters and digits."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)


class _Page:
    """Where the writer writes, and where the pieces are taken from."""

    def __init__(self) -> None:
        self._written: list[str] = []

    def write(self, text: str) -> None:
        self._written.append(text)

    def taken(self) -> str:
        text = "".join(self._written)
        self._written.clear()
        return text
