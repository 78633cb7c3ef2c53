"""The limits: what one round trip of psycopg to one minimal SQL function, or one select, takes at best."""

from uuid import UUID

import psycopg

from bench.measure.wire import Wrong, insist
from core.rpc import JsonText

# Its own tables, with nothing but the version rule: lock, compare, retire, insert.
SCHEMA = """
drop schema if exists bench cascade;
create schema bench;
create table bench.helper (
  case_id integer not null, version integer not null, is_current boolean not null, helper jsonb not null,
  primary key (case_id, version)
);
create unique index on bench.helper (case_id) where is_current;
do $$ begin
  alter table bench.helper alter column helper set compression lz4;
exception when feature_not_supported then null;
end $$;

create function bench.step(p_case integer, p_expected integer) returns void language plpgsql as $$
declare v_current integer;
begin
  select version into v_current from bench.helper where case_id = p_case and is_current for no key update;
  if v_current is distinct from p_expected then
    raise 'version % is not %', p_expected, v_current;
  end if;
  update bench.helper set is_current = false where case_id = p_case and is_current;
end $$;

create function bench.save(p_case integer, p_helper jsonb, p_expected integer) returns integer language plpgsql as $$
begin
  perform bench.step(p_case, p_expected);
  insert into bench.helper values (p_case, p_expected + 1, true, p_helper);
  return p_expected + 1;
end $$;

create function bench.restore(p_case integer, p_version integer, p_expected integer) returns integer
language plpgsql as $$
begin
  perform bench.step(p_case, p_expected);
  insert into bench.helper select p_case, p_expected + 1, true, helper from bench.helper
  where case_id = p_case and version = p_version;
  return p_expected + 1;
end $$;
"""
_HISTORY = """
select version, helper_name, is_current, saved_at, saved_by, saved_from, label, trigger, size_bytes, changes,
  changed_sections, restored_from
from public.case_helper where case_id = %s order by version desc limit 50
"""


def connect(dsn: str) -> psycopg.Connection:
    return psycopg.connect(dsn, autocommit=True, prepare_threshold=1)


class Save:
    """Saves over its own case, each time over the version before."""

    def __init__(self, dsn: str, case: int, bodies: list[bytes]) -> None:
        self.line, self.case, self.bodies = connect(dsn), case, [JsonText(body) for body in bodies]
        found = self.line.execute("select max(version) from bench.helper where case_id = %s", [case]).fetchone()
        self.version = found[0] if found and found[0] else 0
        if not self.version:
            self.line.execute("insert into bench.helper values (%s, 1, true, %s)", [case, self.bodies[0]])
            self.version = 1

    def ready(self) -> None:
        """Nothing to do before a round."""

    def step(self) -> None:
        body = self.bodies[self.version % len(self.bodies)]
        answer = self.line.execute("select bench.save(%s, %s, %s)", [self.case, body, self.version]).fetchone()
        self.version += 1
        insist(answer == (self.version,), f"the limit answered {answer} for version {self.version}")

    def last(self) -> bytes:
        """The body that version `self.version` was made of."""
        return self.bodies[(self.version - 1) % len(self.bodies)].raw


class Restore(Save):
    """Puts the first or the second version on top, in turns."""

    def ready(self) -> None:
        """Have two versions."""
        if self.version == 1:
            super().step()

    def step(self) -> None:
        statement = "select bench.restore(%s, %s, %s)"
        answer = self.line.execute(statement, [self.case, 1 + self.version % 2, self.version]).fetchone()
        self.version += 1
        insist(answer == (self.version,), f"the limit answered {answer} for version {self.version}")


class Read:
    """Reads the current helper of a case as text."""

    def __init__(self, dsn: str, case_id: UUID) -> None:
        self.cursor, self.case_id = connect(dsn).cursor(binary=True), case_id
        self.first = self._read()

    def ready(self) -> None:
        """Nothing to do before a round."""

    def _read(self) -> bytes:
        statement = "select helper_json::text from public.case_helper where case_id = %s and is_current"
        found = self.cursor.execute(statement, [self.case_id]).pgresult
        text = found.get_value(0, 0) if found else None  # the bytes as they came, decoded by nobody
        if text is None:
            raise Wrong("the case has no current version")
        return text

    def step(self) -> None:
        insist(self._read() == self.first, "the text that was read is another one")


class History:
    """Selects fifty versions of a case."""

    def __init__(self, dsn: str, case_id: UUID) -> None:
        self.cursor, self.case_id = connect(dsn).cursor(binary=True), case_id

    def ready(self) -> None:
        """Nothing to do before a round."""

    def step(self) -> None:
        rows = self.cursor.execute(_HISTORY, [self.case_id]).fetchall()
        insist(len(rows) == 50 and rows[0][2] is True, f"{len(rows)} versions were selected")
