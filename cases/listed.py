"""A list that can be had as a file: its Hebrew heads, and how its rows are read, many at a time."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from django.conf import settings

from cases.sheets import STATUS_WORDS, Sheet
from core import cells, csvtext, workbook

FORMATS = {"csv": "text/csv; charset=utf-8", "xlsx": workbook.TYPE}
BATCH = 500
_IN_MEMORY = 2 * 1024 * 1024
_YES_OR_NO = {True: "כן", False: "לא"}

Row = Mapping[str, Any]
Held = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Listed:
    """One list: its name in addresses, what its sheet is called, head -> column, and its rows by their ids."""

    name: str
    title: str
    heads: Mapping[str, str]
    rows: Callable[[Sequence[UUID]], Iterable[Row]]

    def read(
        self, ids: Sequence[UUID], acting: Held = nullcontext, told: Callable[[int], None] | None = None
    ) -> Iterator[Row]:
        """The rows in the order of their ids, so many in a transaction; `told` hears how many were read."""
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            with acting():
                found = {row["id"]: row for row in self.rows(batch)}
            yield from (found[key] for key in batch if key in found)
            if told is not None:
                told(start + len(batch))


def of_sheet(name: str, title: str, sheet: Sheet, cases_at: str) -> Listed:
    """A tracking table, or the payments, as the office's sheets have them."""

    def rows(ids: Sequence[UUID]) -> Iterable[Row]:
        return list(sheet.rows(cases_at).filter(pk__in=ids).values("id", *sheet.columns))

    heads = {head: "link" if column == "case_link" else column for head, column in sheet.heads.items()}
    return Listed(name, title, heads, rows)


def written(listed: Listed, form: str, rows: Iterable[Row]) -> IO[bytes]:
    """The file, from its beginning; a large one lies on disk until it is closed."""
    columns = list(listed.heads.values())
    lines = ([cell(row[column]) for column in columns] for row in rows)
    return table(form, listed.title, listed.heads, lines)


def table(form: str, title: str, heads: Iterable[str], lines: Iterable[Iterable[Any]]) -> IO[bytes]:
    """Any table as such a file."""
    held = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115
    try:
        _fill(held, form, title, heads, lines)
    except BaseException:
        held.close()
        raise
    held.seek(0)
    return held


def _fill(held: IO[bytes], form: str, title: str, heads: Iterable[str], lines: Iterable[Iterable[Any]]) -> None:
    if form == "xlsx":
        workbook.write(held, title, heads, lines)
        return
    for piece in csvtext.pages(map(csvtext.safe, heads), (map(_in_csv, line) for line in lines)):
        held.write(piece.encode())


def cell(value: Any) -> Any:
    """A value in the office's words."""
    if isinstance(value, str):
        return STATUS_WORDS.get(value, value)
    return _YES_OR_NO[value] if isinstance(value, bool) else value


def _in_csv(value: Any) -> Any:
    if isinstance(value, str):
        return csvtext.quoted(value)
    if value is None or isinstance(value, int | Decimal):
        return value
    return csvtext.quoted(cells.text(cells.plain(value)))
