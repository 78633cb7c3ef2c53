"""Reading a table somebody sends: CSV or XLSX, never more of it than the limits allow, and nothing in it ever runs."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from openpyxl import load_workbook

from core import cells

MOST_BYTES, MOST_UNPACKED, MOST_ENTRIES = 5_000_000, 40_000_000, 200
MOST_ROWS, MOST_COLUMNS = 5_000, 60
_PIECE = 1024 * 1024
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What has no place in a list: programs, other files, and entities that grow.
_FORBIDDEN = (
    "vbaproject",
    "externallinks/",
    "macrosheets/",
    "embeddings/",
    "activex/",
    "customxml/item",
    "connections.xml",
)
_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype", b"<!entity")
_ENCODINGS = ("utf-8-sig", "cp1255")


class Unreadable(Exception):
    """A file that is no such table; `reason` is a word that the page says in a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Table:
    """The heads of a file and the texts under them; each row with its place in the file."""

    format: str
    heads: list[str]
    rows: list[tuple[int, list[str]]]


def read(file: IO[bytes]) -> Table:
    """The table in a file, by what is in it and not by what it is called. Raises Unreadable."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large")
    if not content.strip():
        raise Unreadable("empty")
    if content.startswith(_OLD_EXCEL):
        raise Unreadable("old_excel")
    is_package = content.startswith(_ZIP)
    lines = _of_workbook(content) if is_package else _of_csv(content)
    return _table("xlsx" if is_package else "csv", lines)


def _table(form: str, lines: Iterator[tuple[int, list[str]]]) -> Table:
    said = ((place, row) for place, row in lines if any(cell.strip() for cell in row))
    _place, heads = next(said, (0, []))
    if not heads:
        raise Unreadable("empty")
    while heads and not heads[-1].strip():
        heads.pop()
    if len(heads) > MOST_COLUMNS:
        raise Unreadable("too_wide")
    named = [head.strip() for head in heads]
    if len(set(filter(None, named))) != len([head for head in named if head]):
        raise Unreadable("heads_twice")
    rows: list[tuple[int, list[str]]] = []
    for place, row in said:
        if len(rows) == MOST_ROWS:
            raise Unreadable("too_long")
        rows.append((place, (row + [""] * len(named))[: len(named)]))
    return Table(form, named, rows)


def _of_csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    if "\0" in text:
        raise Unreadable("not_a_table")
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for place, row in enumerate(reader, start=1):
            yield place, [cells.unquoted(cell) for cell in row[: MOST_COLUMNS + 1]]
    except csv.Error:
        raise Unreadable("not_a_table") from None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(content, "utf-16")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("not_a_table")


def _as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("not_a_table") from None


def _of_workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    _look_into(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            if not book.worksheets:
                raise Unreadable("not_a_table")
            sheet = book.worksheets[0]
            # What a sheet says of its own size is not believed.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=MOST_ROWS * 2, max_col=MOST_COLUMNS + 1, values_only=True)
            for place, row in enumerate(rows, start=1):
                yield place, [_said(value) for value in row]
        finally:
            book.close()
    except Unreadable:
        raise
    except Exception:
        raise Unreadable("not_a_table") from None


def _said(value: Any) -> str:
    return cells.unescaped(value) if isinstance(value, str) else cells.text(value)


def _look_into(content: bytes) -> None:
    """Every part of the package is measured before any of it is believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            names = [entry.filename.lower() for entry in entries]
            if len(entries) > MOST_ENTRIES or len(set(names)) != len(names):
                raise Unreadable("bomb")
            if any(word in name for name in names for word in _FORBIDDEN):
                raise Unreadable("active")
            left = MOST_UNPACKED
            for entry in entries:
                left -= _measured(package, entry, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, zlib.error):
        raise Unreadable("not_a_table") from None


def _measured(package: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    if entry.flag_bits & 1:
        raise Unreadable("locked")
    size, tail = 0, b""
    with package.open(entry) as part:
        while piece := part.read(_PIECE):
            size += len(piece)
            if size > most:
                raise Unreadable("bomb")
            seen = (tail + piece).replace(b"\0", b"")
            if any(word in seen for word in _ENTITIES):
                raise Unreadable("active")
            if b"macroEnabled" in seen:
                raise Unreadable("active")
            tail = piece[-32:]
    return size
