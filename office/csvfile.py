"""The tracking tables as files for Excel and Google Sheets."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse

from cases.sheets import STATUS_WORDS, Sheet
from core import acting, csvtext
from core.paging import Part

_ISRAEL = ZoneInfo("Asia/Jerusalem")
_BATCH = 500


def answer(sheet: Sheet, rows: Any, name: str, part: Part | None = None) -> StreamingHttpResponse:
    """All rows, or a part of them, as a file that is sent while it is read, in short transactions of whoever asks."""
    found = _all(sheet, rows, acting.same_caller()) if part is None else iter(sheet.part(rows, part))
    cells = ([_cell(row[column]) for column in sheet.columns] for row in found)
    return csvtext.download(csvtext.lines(sheet.heads, cells), f"{name}.csv")


def _cell(value: Any) -> Any:
    """A value as a sheet holds it, in the office's language."""
    match value:
        case bool():
            return "כן" if value else "לא"
        case datetime():
            return f"{value.astimezone(_ISRAEL):%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case str():
            return STATUS_WORDS.get(value, value)
    return value


def _all(
    sheet: Sheet, rows: Any, as_the_caller: Callable[[], AbstractContextManager[None]]
) -> Iterator[dict[str, Any]]:
    last = None
    while True:
        with as_the_caller():
            found = sheet.batch(rows, last, _BATCH)
        yield from found
        if len(found) < _BATCH:
            return
        last = found[-1]
