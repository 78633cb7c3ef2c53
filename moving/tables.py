"""The rows of existing tables: a CSV or JSON file each, or a schema of this database."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from core import jsontext
from moving.pieces import Piece, Unfit, elements

# Which column of a table is a helper.
DOCUMENTS = {"case_helper": "helper_json", "helper_versions": "helper_json"}
# What has a place here beside cases and versions, in the order in which rows need each other; the rest is kept.
SATELLITES = (
    *("invoice_suppliers", "parts_search_sessions", "parts_search_results", "parts_required"),
    *("required_parts_archive", "selected_parts", "invoices", "invoice_lines", "invoice_documents", "reminders"),
    *("payment_tracking", "fee_invoices", "documents", "images", "kb_docs", "case_collaborators"),
)
ROWS = ("cases", *SATELLITES)
# What adopting a schema left undecided in it; asked about, and no row of the office's.
NOTES = "adoption_notes"
# What our own saving makes of the helper anyway.
DERIVED = {"tracking_general", "tracking_expertise", "tracking_final_report", "case_search_index"}
_NEEDED = {"cases": {"plate"}, "case_helper": {"helper_json"}, "helper_versions": {"helper_json"}}
_READ = {".csv", ".json", ".jsonl", ".ndjson"}


def name_of(path: Path) -> str:
    """The table a file is of: cases.csv, public.cases.json, cases_rows.csv."""
    return re.sub(r"_rows.*$", "", path.stem.lower().rsplit(".", 1)[-1])


def files(path: Path) -> list[Path]:
    """The tables' files in a folder, those first that others need."""
    found = [path] if path.is_file() else [one for one in path.iterdir() if one.is_file()]
    known = [*DOCUMENTS, *ROWS]
    read = [one for one in found if one.suffix.lower() in _READ]
    return sorted(read, key=lambda one: (known.index(name_of(one)) if name_of(one) in known else 99, one.name))


def are_tables(path: Path) -> bool:
    """Whether a file or folder holds tables rather than helpers."""
    here = [path] if path.is_file() else list(path.glob("*.*"))
    return any(one.suffix.lower() in _READ and name_of(one) in {*DOCUMENTS, *ROWS} for one in here)


def of_file(path: Path) -> Iterator[Piece]:
    """The rows of a table's file. Raises Unfit, which names the line, for a file that is no such table."""
    table = name_of(path)
    rows = _csv_rows(path) if path.suffix.lower() == ".csv" else _json_rows(path)
    for line, row, text in rows:
        if missing := _NEEDED.get(table, set()) - set(row):
            raise Unfit(f"{path.name}: line {line}: no column {', '.join(sorted(missing))}")
        yield _piece(table, line, row, text)


def of_schema(schema: str) -> Iterator[Piece]:
    """The rows of every table of a schema, read as the owner of the database. Raises Unfit."""
    with psycopg.connect(settings.OWNER_DATABASE_URL) as owner:
        tables = names_in(owner, schema)
        if not tables:
            raise Unfit(f"{schema}: there is no such schema, or no table in it")
        for table in tables:
            if table == NOTES:
                continue
            yield from _schema_rows(owner, schema, table)


def names_in(owner: psycopg.Connection[Any], schema: str) -> list[str]:
    found = owner.execute(
        "select table_name from information_schema.tables where table_schema = %s and table_type = 'BASE TABLE'",
        [schema],
    ).fetchall()
    known = [*DOCUMENTS, *ROWS]
    return sorted((row[0] for row in found), key=lambda name: (known.index(name) if name in known else 99, name))


def _schema_rows(owner: psycopg.Connection[Any], schema: str, table: str) -> Iterator[Piece]:
    column = DOCUMENTS.get(table)
    document = sql.SQL("t.{}::text").format(sql.Identifier(column)) if column else sql.SQL("null")
    row = sql.SQL("(to_jsonb(t) - {})::text").format(sql.Literal(column)) if column else sql.SQL("to_jsonb(t)::text")
    asked = sql.SQL("select {}, {} from {}.{} t").format(row, document, sql.Identifier(schema), sql.Identifier(table))
    with owner.cursor(name="moving") as cursor:
        cursor.itersize = 20
        for line, (text, held) in enumerate(cursor.execute(asked), start=1):
            columns = json.loads(text, parse_float=str)
            if column and held is not None:
                yield Piece(_place(table, columns, line), line, held.encode(), columns, table)
            else:
                yield Piece(_place(table, columns, line), line, text.encode(), columns, table, is_row=True)


def _piece(table: str, line: int, row: dict[str, Any], text: str | None) -> Piece:
    place = _place(table, row, line)
    column = DOCUMENTS.get(table)
    if column is None or row.get(column) in (None, ""):
        raw = text if text is not None else json.dumps(row, ensure_ascii=False)
        return Piece(place, line, raw.encode(errors="surrogatepass"), row, table, is_row=True)
    held = row[column]
    if not isinstance(held, str):
        held = jsontext.member(text or "", column)
    beside = {key: value for key, value in row.items() if key != column}
    return Piece(place, line, held.encode(errors="surrogatepass"), beside, table)


def _place(table: str, row: dict[str, Any], line: int) -> str:
    return f"{table}/{row['id']}" if row.get("id") not in (None, "") else f"{table}/line {line}"


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, Any], None]]:
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            heads = next(reader, None)
            if not heads or not all(heads) or len(set(heads)) != len(heads):
                raise Unfit(f"{path.name}: line 1: a row of different column names is expected")
            before = reader.line_num
            for cells in reader:
                line, before = before + 1, reader.line_num
                if cells and len(cells) != len(heads):
                    raise Unfit(f"{path.name}: line {line}: {len(cells)} cells under {len(heads)} columns")
                if cells:
                    yield line, dict(zip(heads, cells, strict=True)), None
        except csv.Error as wrong:
            raise Unfit(f"{path.name}: line {reader.line_num}: {wrong}") from None
        except UnicodeDecodeError:
            raise Unfit(f"{path.name}: line {reader.line_num + 1}: not UTF-8") from None


def _json_rows(path: Path) -> Iterator[tuple[int, dict[str, Any], str]]:
    with path.open("rb") as file:
        texts = elements(file, path.name) if path.suffix.lower() == ".json" else _lines(path, file)
        for line, text in texts:
            try:
                row = json.loads(text, parse_float=str)
            except ValueError:
                raise Unfit(f"{path.name}: line {line}: no JSON") from None
            if not isinstance(row, dict):
                raise Unfit(f"{path.name}: line {line}: a row is an object")
            yield line, row, text


def _lines(path: Path, file: Any) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(file, start=1):
        try:
            text = line.decode("utf-8-sig").strip()
        except UnicodeDecodeError:
            raise Unfit(f"{path.name}: line {number}: not UTF-8") from None
        if text:
            yield number, text
