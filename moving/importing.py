"""An import from beginning to end: read everything in, write plate by plate, read everything back."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import transaction
from psycopg import sql

from core import acting
from moving import pieces, proving, said, tables
from moving.asking import alone, ask, ask_named, importing
from moving.pieces import Piece
from moving.writing import Unit

_BATCH, _BATCH_BYTES = 50, 8 << 20
_PLACES = 500
_KEEP = """
insert into public.import_sources (org_id, run_id, seen_in, kind, table_name, place, line, source_name, plate,
  filing_case_id, case_key, number, said_at, said_by, path, unwrapped, about, size_bytes, sha256, canonical,
  raw, reason)
values (%(org)s, %(run)s, %(run)s, %(kind)s, %(table)s, %(place)s, %(line)s, %(name)s, %(plate)s, %(filing)s, %(key)s,
  %(number)s, %(at)s, %(said_by)s, %(path)s, %(unwrapped)s, %(about)s::jsonb, %(size)s, %(sha256)s, %(canonical)s,
  %(raw)s, %(problem)s)
on conflict on constraint import_sources_once do update set seen_in = excluded.seen_in
"""
# A row that names no plate is of the plate of its case, and a line of its invoice's.
_PLATES_OF_ROWS = """
update public.import_sources r set plate = c.plate from public.import_sources c
where r.org_id = %(org)s and r.seen_in = %(run)s and r.kind = 'ROW' and r.plate is null and c.org_id = r.org_id
  and c.table_name = %(of)s and c.plate is not null and c.about ->> 'id' = r.about ->> %(by)s"""
_BELONGS = (
    *(("invoices", "invoice_id"), ("payment_tracking", "payment_tracking_id"), ("documents", "document_id")),
    ("parts_search_sessions", "session_id"),
)
# A document's row says whose it is; what its helper says of the plate is told.
_PLATES_OF_DOCUMENTS = """
update public.import_sources r set plate = c.plate, about = r.about || jsonb_build_object('other_plate', r.plate)
from public.import_sources c
where r.org_id = %(org)s and r.seen_in = %(run)s and r.kind = 'HELPER' and r.state = 'FOUND' and c.org_id = r.org_id
  and c.table_name = 'cases' and c.about ->> 'id' = r.case_key::text and c.plate <> r.plate"""
_PLATES_OF_CASES = """
update public.import_sources r set plate = c.plate from public.cases c
where r.org_id = %(org)s and r.seen_in = %(run)s and r.plate is null and c.org_id = r.org_id
  and (c.id = r.case_key or c.filing_case_id = r.filing_case_id)"""
_ROWS_WITHOUT_PLACE = """
update public.import_sources set state = 'KEPT', reason = %(reason)s
where org_id = %(org)s and seen_in = %(run)s and kind = 'ROW' and state = 'FOUND' and not table_name = any (%(known)s)
returning table_name"""
# What is of no plate comes first: an invoice finds the suppliers that came with it.
_UNITS = """
select distinct plate from public.import_sources where seen_in = %s and state = 'FOUND' order by plate nulls first"""
_STATES = """
select s.state, coalesce(s.reason, ''), s.table_name, count(*)
from public.import_sources s where s.seen_in = %s {} group by 1, 2, 3"""
_FINDINGS = "select f.kind, count(*) from public.import_findings f where f.run_id = %s {} group by 1"
_CASES = """
select count(distinct s.case_id) filter (where s.state in ('VERSION', 'ROW')),
  count(*) filter (where s.run_id <> s.seen_in)
from public.import_sources s where s.seen_in = %s {}"""
_TABLE_FOUND = """
insert into public.import_findings (org_id, run_id, kind, key, details, proposed)
values (%s, %s, 'table_without_place', %s, %s, 'leave_it') on conflict on constraint import_findings_once do nothing"""


@dataclass
class Tally:
    """What came of an import, or would."""

    run_id: UUID | None = None
    states: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    how: Counter[str] = field(default_factory=Counter)
    # Of each table, as "table STATE".
    tables: Counter[str] = field(default_factory=Counter)
    known_before: int = 0
    cases: int = 0
    not_read: int = 0
    proof: Counter[str] = field(default_factory=Counter)

    @property
    def found(self) -> int:
        return sum(self.states.values())

    @property
    def is_proved(self) -> bool:
        """Whether every document was read back as it came."""
        return self.proof.total() == self.found and not set(self.proof) & proving.BAD

    @property
    def as_json(self) -> dict[str, Any]:
        """As it is kept with its run."""
        counters = {name: dict(getattr(self, name)) for name in ("states", "findings", "how", "tables", "proof")}
        return counters | {
            "found": self.found,
            "known_before": self.known_before,
            "not_read": self.not_read,
            "cases": self.cases,
            "is_proved": self.is_proved,
        }

    def add(self, after: "Tally", before: "Tally") -> None:
        """What a plate added to it."""
        for name in ("states", "findings", "how", "tables"):
            mine: Counter[str] = getattr(self, name)
            mine.update(getattr(after, name))
            mine.subtract(getattr(before, name))
        self.cases += after.cases - before.cases


Step = Callable[[str, int, int], None]


def run(
    *, org_id: UUID, path: Path | None = None, schema: str | None = None, as_tables: bool | None = None,
    preview: bool = False, tell: Step,
) -> Tally:  # fmt: skip
    """Import, or say what importing would do. Raises pieces.Unfit and asking.Busy before anything is changed.

    Each plate is one transaction; whoever stops in the middle and starts again goes on from there.
    """
    kind, place, found, total, not_read = _source(path, schema, as_tables)
    with alone(org_id):
        with _taken_back() if preview else nullcontext():
            # The rows of tables are kept all or none: a broken line late in a file leaves nothing of it behind.
            with nullcontext() if kind == "HELPERS" else importing():
                run_id = _begin(org_id, kind, place)
                _read_in(org_id, run_id, found, total, tell)
            _place_rows(org_id, run_id, schema)
            tally = _write(org_id, run_id, tell, preview=preview)
            if not preview:
                _prove(run_id, tally, tell)
            tally.not_read = not_read
        if not preview:
            _keep_report(run_id, tally)
    return tally


def _source(
    path: Path | None, schema: str | None, as_tables: bool | None
) -> tuple[str, str, Iterable[Piece], int, int]:
    if schema is not None:
        return "SCHEMA", f"schema {schema}"[:_PLACES], tables.of_schema(schema), 0, 0
    if path is None or not path.exists():
        raise pieces.Unfit(f"{path.name if path else ''}: there is no such file or folder")
    place = path.resolve().name or "."
    if tables.are_tables(path) if as_tables is None else as_tables:
        files = tables.files(path)
        if not files:
            raise pieces.Unfit(f"{place}: no table in it (cases.csv, case_helper.json, ...)")
        return "TABLES", place, (piece for one in files for piece in tables.of_file(one)), 0, 0
    found, not_read = pieces.files(path)
    if not found:
        raise pieces.Unfit(f"{place}: no .json file in it")
    return "HELPERS", place, _of_files(found, path), len(found), not_read


def _of_files(files: list[Path], root: Path) -> Iterator[Piece]:
    for one in files:
        name = str(one.relative_to(root)) if root.is_dir() else one.name
        for piece in pieces.of_file(one, name):
            if root.is_file() and piece.place == name:
                _refuse_broken(piece)
            yield piece


def _refuse_broken(piece: Piece) -> None:
    """A single file that is no JSON is a mistake of who named it; among many it is kept and listed."""
    it = said.of(piece)
    if it.problem == "unreadable":
        raise pieces.Unfit(
            f"{piece.place}: line {it.details.get('line', 1)}, column {it.details.get('column', 1)}: no JSON"
        )


@contextmanager
def _taken_back() -> Iterator[None]:
    acting.forget_dead_connection()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _begin(org_id: UUID, kind: str, place: str) -> UUID:
    """The run that was interrupted, or a new one."""
    with importing():
        open_one = ask(
            "select id from public.import_runs where org_id = %s and kind = %s and place = %s and state <> 'DONE'",
            org_id, kind, place,
        )  # fmt: skip
        if open_one:
            return open_one[0][0]  # type: ignore[no-any-return]
        return ask(  # type: ignore[no-any-return]
            "insert into public.import_runs (org_id, kind, place) values (%s, %s, %s) returning id", org_id, kind, place
        )[0][0]


def _read_in(org_id: UUID, run_id: UUID, found: Iterable[Piece], total: int, tell: Step) -> None:
    """Keep every document as it came, with what it says of itself."""
    done = 0
    for batch in _batches(found):
        with importing():
            for piece in batch:
                ask_named(_KEEP, {"org": org_id, "run": run_id, **_told(piece)})
        done += len(batch)
        tell("reading", done, max(total, done))


def _batches(found: Iterable[Piece]) -> Iterator[list[Piece]]:
    batch: list[Piece] = []
    size = 0
    for piece in found:
        batch.append(piece)
        size += len(piece.raw)
        if len(batch) == _BATCH or size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _told(piece: Piece) -> dict[str, Any]:
    """The columns of a source document."""
    base = {
        "kind": "ROW" if piece.is_row else "HELPER",
        "table": piece.table,
        "place": _storable(piece.place),
        "line": piece.line,
        "size": len(piece.raw),
        "sha256": hashlib.sha256(piece.raw).hexdigest(),
        "raw": piece.raw,
    }
    if piece.is_row:
        about = piece.about if piece.table in tables.ROWS else {key: piece.about.get(key) for key in ("id", "case_id")}
        key = said.uuid_of(piece.about.get("case_id"))
        filing = said.filing_of(piece.about.get("case_id")) or said.filing_of(piece.about.get("filing_case_id"))
        return base | {
            "name": None, "plate": said.plate_of(piece.about.get("plate")), "filing": filing, "key": key,
            "number": None, "at": None, "said_by": None, "path": [], "unwrapped": [], "about": _json(about),
            "canonical": None, "problem": None,
        }  # fmt: skip
    it = said.of(piece)
    about = {**piece.about, "facts": it.facts, "details": it.details, "other_plate": it.other_plate}
    return base | {
        "name": it.name, "plate": it.plate, "filing": it.filing, "key": it.case_id, "number": it.number, "at": it.at,
        "said_by": it.said_by, "path": list(it.path), "unwrapped": it.unwrapped, "about": _json(about),
        "canonical": it.canonical, "problem": it.problem,
    }  # fmt: skip


def _json(value: dict[str, Any]) -> str:
    return json.dumps({key: _storable(one) for key, one in value.items() if one not in (None, "", {}, [])})


def _storable(value: Any) -> Any:
    """What jsonb can hold of it; the bytes themselves are kept whole beside it."""
    match value:
        case str():
            return value.replace("\0", "").encode(errors="replace").decode()
        case dict():
            return {_storable(key): _storable(inner) for key, inner in value.items()}
        case list():
            return [_storable(inner) for inner in value]
    return value


def _place_rows(org_id: UUID, run_id: UUID, schema: str | None) -> None:
    """Which plate each row belongs to, and which tables have no place here."""
    with importing():
        given = {"org": org_id, "run": run_id}
        ask_named(_PLATES_OF_ROWS, {**given, "of": "cases", "by": "case_id"})
        ask_named(_PLATES_OF_DOCUMENTS, given)
        ask_named(_PLATES_OF_CASES, given)
        for of, by in _BELONGS:
            ask_named(_PLATES_OF_ROWS, {**given, "of": of, "by": by})
        for reason, known in (("derived", [*tables.ROWS, *_others(run_id)]), ("no_place", list(tables.ROWS))):
            kept = Counter(
                row[0] for row in ask_named(_ROWS_WITHOUT_PLACE, {**given, "reason": reason, "known": known})
            )
            for table, rows in kept.items():
                ask(
                    _TABLE_FOUND,
                    org_id,
                    run_id,
                    f"table:{table}",
                    json.dumps({"table": table, "rows": rows, "why": reason}),
                )
        if schema is not None:
            _adoption_notes(org_id, run_id, schema)


def _others(run_id: UUID) -> list[str]:
    """Every table in the run but those that fill themselves."""
    found = ask("select distinct table_name from public.import_sources where seen_in = %s and kind = 'ROW'", run_id)
    return [row[0] for row in found if row[0] not in tables.DERIVED]


def _adoption_notes(org_id: UUID, run_id: UUID, schema: str) -> None:
    """What adopting the schema left undecided is asked here too."""
    with psycopg.connect(settings.OWNER_DATABASE_URL) as owner:
        if tables.NOTES not in tables.names_in(owner, schema):
            return
        named = sql.SQL("select id::text, table_name, row_id::text, reason, proposed from {}.adoption_notes")
        for note_id, table, row_id, reason, proposed in owner.execute(named.format(sql.Identifier(schema))):
            details = {"table": table, "row": row_id, "why": str(reason)[:200], "proposal": str(proposed)[:200]}
            ask(
                """insert into public.import_findings (org_id, run_id, kind, key, details, proposed)
                values (%s, %s, 'adoption_note', %s, %s, 'leave_it')
                on conflict on constraint import_findings_once do nothing""",
                org_id, run_id, f"note:{note_id}", json.dumps(details),
            )  # fmt: skip


def _write(org_id: UUID, run_id: UUID, tell: Step, *, preview: bool) -> Tally:
    """Plate by plate, each all or nothing; a preview takes each back once it is counted."""
    with importing():
        ask("update public.import_runs set state = 'WRITING' where id = %s", run_id)
        units = [row[0] for row in ask(_UNITS, run_id)]
        would = _counted(run_id)
    for done, plate in enumerate(units, start=1):
        with transaction.atomic():
            with importing():
                before = _counted(run_id, plate) if preview else None
                Unit(org_id, run_id, plate).write()
            if before is not None:
                with importing():
                    would.add(_counted(run_id, plate), before)
                would.proof += proving.proved(run_id, plate=plate, of_plate=True)
                transaction.set_rollback(True)
        tell("writing", done, len(units))
    if preview:
        return would
    with importing():
        return _counted(run_id)


def _counted(run_id: UUID, *plate: str | None) -> Tally:
    """What became of the documents of a run, or of one plate of it."""
    of_plate = "and s.plate is not distinct from %s" if plate else ""
    tally = Tally(run_id)
    for state, reason, table, many in ask(_STATES.format(of_plate), run_id, *plate):
        tally.states[state] += many
        if table:
            tally.tables[f"{table} {state}"] += many
        if state == "VERSION":
            tally.how[reason] += many
    findings = _FINDINGS.format(of_plate.replace("s.", "f."))
    tally.findings.update(dict(ask(findings, run_id, *plate)))
    [(tally.cases, tally.known_before)] = ask(_CASES.format(of_plate), run_id, *plate)
    return tally


def _prove(run_id: UUID, tally: Tally, tell: Step) -> None:
    with importing():
        ask("update public.import_runs set state = 'PROVING' where id = %s", run_id)
    tally.proof = proving.proved(run_id, tell=lambda done: tell("proving", done, tally.found))


def _keep_report(run_id: UUID, tally: Tally) -> None:
    with importing():
        ask(
            """update public.import_runs set state = 'DONE', finished_at = clock_timestamp(), report = %s::jsonb
            where id = %s""",
            json.dumps(tally.as_json), run_id,
        )  # fmt: skip
