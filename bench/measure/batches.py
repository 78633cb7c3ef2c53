"""Who writes many rows in one call: Make at the gateway, our own SQL, and the bare insert they are measured beside."""

import json
import random
import secrets
import uuid
from dataclasses import dataclass
from itertools import count
from typing import Any

import psycopg

from bench.measure import bodies, limit
from bench.measure.ours import Client
from bench.measure.systems import Stack
from bench.measure.wire import insist
from core.rpc import JsonText

# Each call has rows of its own: this stands where they differ from the last one's.
_MARK = "@@@@@@@@"
_PART = ("row_uuid uuid, description text, oem text, pcode text, supplier_name text, price numeric, price_text text, "
         "availability text, location text, part_type text, comments text, data_source text, raw jsonb")  # fmt: skip
_LINE = ("line_number integer, description text, quantity numeric, unit_price numeric, line_total numeric, "
         "source text, catalog_code text, item_category text")  # fmt: skip
_KEYS = "select pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype = 'f'"
_WHOSE = "select org_id, id, plate, created_by, created_by from public.cases where id = %s"
_INVOICE = "insert into public.invoices (org_id, case_id, plate) values (%s, %s, %s) returning id"


@dataclass(frozen=True)
class Batch:
    """What one call brings: at the gateway, as our SQL takes it, and as the bare insert does."""

    title: str
    op: str
    table: str
    columns: str
    verb: str
    call: str
    rows: str
    number: int

    @property
    def bare(self) -> str:
        """One plain insert into a table with the same columns and nothing else."""
        names = ", ".join(column.split()[0] for column in self.columns.split(", "))
        return (
            f"insert into bench.{self.table} ({names}) select {names} "
            f"from jsonb_to_recordset(%s) as r ({self.columns}) returning id"
        )


def schema(batch: Batch) -> str:
    whose = ("org_id", "invoice_id") if batch.table == "invoice_lines" else ("org_id",)
    return (
        f"create schema if not exists bench; drop table if exists bench.{batch.table}; "
        f"create table bench.{batch.table} (like public.{batch.table} including defaults including generated); "
        f"alter table bench.{batch.table} {', '.join(f'alter column {name} drop not null' for name in whose)}"
    )


def parts(number: int, case_id: uuid.UUID) -> Batch:
    """Rows as the web search's AI step answers them."""
    dice = random.Random(number)
    raw = [_found(dice, n) for n in range(number)]
    call = {"case_id": str(case_id), "results": raw}
    rows = [_read(row) | {"raw": row} for row in raw]
    verb = "select count(*) from public.parts_results_bulk_upsert(%s, %s)"
    title = f"{number:,} found parts"
    return Batch(
        title, "parts_results.bulk_upsert", "parts_search_results", _PART, verb, _text(call), _text(rows), number
    )


def lines(number: int, case_id: uuid.UUID) -> Batch:
    """An invoice with its lines, in our own fields."""
    dice = random.Random(number)
    rows = [_line(dice, n) for n in range(1, number + 1)]
    call = {"case_id": str(case_id), "invoice_number": _MARK, "supplier_name": "ספק למדידה", "lines": rows}
    verb = """select count(*) from public.invoices_upsert('{"invoice_number": "@@@@@@@@", "supplier_name": "x"}', %s) i,
      lateral public.invoice_lines_bulk_upsert(i.id, %s) l"""
    title = f"an invoice with {number} lines"
    return Batch(title, "invoices.upsert", "invoice_lines", _LINE, verb, _text(call), _text(rows), number)


class Bare:
    """The limit: psycopg, one statement, a durable commit; no login, no rules, no index."""

    def __init__(self, dsn: str, batch: Batch) -> None:
        self.line, self.batch = limit.connect(dsn), batch

    def ready(self) -> None:
        """Nothing to do before a round."""

    def step(self) -> None:
        rows = self.line.execute(self.batch.bare, [JsonText(_own(self.batch.rows).encode())]).fetchall()
        insist(len(rows) == self.batch.number, f"{len(rows)} rows were inserted")


def keyed_schema(owner: psycopg.Connection, batch: Batch) -> None:
    """A table with the keys and indexes of ours, and nothing else of it."""
    ours, theirs = f"public.{batch.table}", f"bench.keyed_{batch.table}"
    owner.execute(
        f"drop table if exists {theirs}; "
        f"create table {theirs} (like {ours} including defaults including generated including indexes)"
    )
    for (key,) in owner.execute(_KEYS, [ours]).fetchall():
        owner.execute(f"alter table {theirs} add {key}")


def whose(owner: psycopg.Connection, batch: Batch, case_id: uuid.UUID) -> dict[str, Any]:
    """What our own rows name beside what they bring: office, case, people, and the invoice of a line."""
    found = owner.execute(_WHOSE, [case_id]).fetchone()
    insist(found is not None, "the case that was opened is not there")
    named = dict(zip(("org_id", "case_id", "plate", "created_by", "updated_by"), found or (), strict=True))
    if batch.table == "invoice_lines":
        made = owner.execute(_INVOICE, [named["org_id"], case_id, named["plate"]]).fetchone()
        named["invoice_id"] = made and made[0]
    return named


class Keyed(Bare):
    """The second limit: the same statement into a table with our keys and indexes; no rules, no policies, no news."""

    def __init__(self, dsn: str, batch: Batch, named: dict[str, Any]) -> None:
        super().__init__(dsn, batch)
        self.named, self.calls = named, count()

    def step(self) -> None:
        brought = [column.split()[0] for column in self.batch.columns.split(", ")]
        # An invoice has each number once.
        values = [f"{name} + {next(self.calls) * 1000}" if name == "line_number" else name for name in brought]
        statement = (
            f"insert into bench.keyed_{self.batch.table} ({', '.join([*brought, *self.named])}) "
            f"select {', '.join(values + ['%s'] * len(self.named))} "
            f"from jsonb_to_recordset(%s) as r ({self.batch.columns}) returning id"
        )
        rows = JsonText(_own(self.batch.rows).encode())
        made = self.line.execute(statement, [*self.named.values(), rows]).fetchall()
        insist(len(made) == self.batch.number, f"{len(made)} rows were inserted")


class Verb(Bare):
    """Our own function as a person calls it, with all rules, policies, indexes and news."""

    def __init__(self, dsn: str, batch: Batch, case_id: uuid.UUID, claims: dict[str, str]) -> None:
        super().__init__(dsn, batch)
        self.case_id, self.claims = case_id, json.dumps(claims)

    def step(self) -> None:
        own = secrets.token_hex(4)
        statement = self.batch.verb.replace(_MARK, own)
        rows = JsonText(self.batch.rows.replace(_MARK, own).encode())
        asked: list[Any] = [rows, self.case_id] if "parts" in self.batch.table else [self.case_id, rows]
        with self.line.transaction(), self.line.cursor() as cursor:
            take = "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', %s, true)"
            cursor.execute(take, [self.claims])
            found = cursor.execute(statement, asked).fetchone()
        insist(found == (self.batch.number,), f"the function answered {found}")


class Call(Client):
    """The whole way: HTTP, the key, the idempotency of the call, tolerant reading, the answer row by row."""

    def __init__(self, stack: Stack, key: str, batch: Batch) -> None:
        super().__init__(stack.base, None)
        self.key, self.batch, self.calls = key, batch, count()

    def step(self) -> None:
        more = f"apikey: {self.key}\r\nIdempotency-Key: {secrets.token_hex(16)}\r\n".encode()
        answer = self.wire.ask("POST", f"/api/v1/gateway/{self.batch.op}", _own(self.batch.call).encode(), more)
        insist(answer.status in {200, 201}, f"the call answered {answer.status}: {answer.body[:300]!r}")
        told = answer.json()
        rows = told if isinstance(told, list) else told["lines"]
        insist(len(rows) == self.batch.number and all(row["created"] for row in rows), "rows are missing or not new")


def _own(text: str) -> str:
    return text.replace(_MARK, secrets.token_hex(4))


def _found(dice: random.Random, number: int) -> dict[str, str]:
    words = dice.choices(bodies._WORDS, k=12)
    return {
        "row_uuid": f"{_MARK}-0000-4000-8000-{number:012}",
        "תיאור חלק": " ".join(words[:3]),
        "ספק": f"חלפי {words[4]}",
        "מחיר": f"₪{dice.randrange(100, 9000):,}",
        "קוד OEM": f"{dice.randrange(10**5):05}-E{number}",
        "קוד קטלוגי": f"CAT-{dice.randrange(10**6):06}",
        "זמינות": "במלאי",
        "מיקום": "ישראל",
        "סוג מקור": "מקורי",
        "הערות": " ".join(words[5:9]),
    }


def _read(row: dict[str, str]) -> dict[str, Any]:
    names = {"description": "תיאור חלק", "oem": "קוד OEM", "pcode": "קוד קטלוגי", "supplier_name": "ספק",
             "price_text": "מחיר", "availability": "זמינות", "location": "מיקום", "part_type": "סוג מקור",
             "comments": "הערות", "row_uuid": "row_uuid"}  # fmt: skip
    return {column: row[name] for column, name in names.items()} | {"price": 500.5, "data_source": "web"}


def _line(dice: random.Random, number: int) -> dict[str, Any]:
    return {
        "line_number": number,
        "description": " ".join(dice.choices(bodies._WORDS, k=3)),
        "quantity": 2,
        "unit_price": 250.25,
        "line_total": 500.5,
        "source": "מקורי",
        "catalog_code": f"C-{number}",
        "item_category": "part",
    }


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
