"""Rows as a CSV file that Excel and Google Sheets open rightly, and that runs nothing there."""

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse

from cases.sheets import STATUS_WORDS, Sheet
from core import acting
from core.paging import Part

_ISRAEL = ZoneInfo("Asia/Jerusalem")
_BATCH = 500
_BOM = "\ufeff"
# What a program takes for a formula, also behind blanks and marks that nobody sees.
_FORMULA = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*[=+\-@＝＋－＠]|[\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]+)?")


def cell(value: Any) -> str:
    """A value as a sheet holds it; a text that would be taken for a formula stands behind a quote sign."""
    match value:
        case None:
            return ""
        case bool():
            return "כן" if value else "לא"
        case datetime():
            return f"{value.astimezone(_ISRAEL):%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case str():
            text = STATUS_WORDS.get(value, value).replace("\0", "")
            return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
    return str(value)


class _Line:
    """What csv.writer writes to; the line itself comes back from writerow."""

    def write(self, text: str) -> str:
        return text


def answer(sheet: Sheet, rows: Any, name: str, part: Part | None = None) -> StreamingHttpResponse:
    """All rows, or a part of them, as a file that is sent while it is read, in short transactions of whoever asks."""
    batches = _all(sheet, rows, acting.standing()) if part is None else iter([sheet.part(rows, part)])
    told = StreamingHttpResponse(_lines(sheet, batches), content_type="text/csv; charset=utf-8")
    told["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    told["Cache-Control"] = "no-store"
    return told


def _lines(sheet: Sheet, batches: Iterator[list[dict[str, Any]]]) -> Iterator[str]:
    line: Any = csv.writer(_Line())
    yield _BOM + line.writerow(sheet.heads)
    for rows in batches:
        yield "".join(line.writerow([cell(row[column]) for column in sheet.columns]) for row in rows)


def _all(sheet: Sheet, rows: Any, who: list[str]) -> Iterator[list[dict[str, Any]]]:
    last = None
    while True:
        with acting.again(who):
            found = sheet.batch(rows, last, _BATCH)
        yield found
        if len(found) < _BATCH:
            return
        last = found[-1]
