"""CSV that a spreadsheet opens as it is: Hebrew readable, and no cell ever runs as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse

# Spreadsheets guess the encoding; with this they know it.
BOM = "\ufeff"
# What a program takes for a formula, also behind blanks and marks that nobody sees.
_FORMULA = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*[=+\-@＝＋－＠]|[\t\r]")
_ROWS_AT_ONCE = 200


def wanted(request: HttpRequest) -> bool:
    """Whether a caller asks for CSV: by `format=csv`, or else by what it accepts."""
    asked = request.GET.get("format")
    return asked == "csv" or (asked is None and "text/csv" in request.headers.get("Accept", ""))


def safe(value: Any) -> str:
    """A cell's text; what a spreadsheet would calculate, also after blanks, gets a quote sign before it."""
    text = "" if value is None else str(value).replace("\0", "")
    return f"'{text}" if _FORMULA.match(text) and not isinstance(value, int | float | Decimal) else text


def quoted(text: str) -> str:
    """A text that no program calculates: with a quote sign before it, also where it had one, so that it comes back."""
    # What begins with a letter or a digit is the rule in a long list, and is no formula.
    if text[:1].isalnum() and "\0" not in text:
        return text
    held = text.replace("\0", "")
    return f"'{held}" if _FORMULA.match(text.lstrip("'").replace("\0", "")) else held


def lines(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The file in pieces, the BOM and the head first."""
    return pages(map(safe, head), (map(safe, row) for row in rows))


def pages(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The same of cells that are safe already."""
    page = _Page()
    writer = csv.writer(page)
    page.write(BOM)
    writer.writerow(head)
    for number, row in enumerate(rows, start=1):
        writer.writerow(row)
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
