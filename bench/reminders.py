"""200 reminders due at one moment: how late the last one is told, and the release beside a bare loop of claims.

`python3 dev.py bench reminders [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg

from bench.measure import hook, judge, limit, script
from bench.measure.field import Round, Rounds
from bench.measure.hook import Hook
from bench.measure.judge import Line
from bench.measure.systems import Stack, running_stack
from bench.measure.wire import insist

_NUMBER = 200
_MOST_SECONDS, _AT_LEAST = 10.0, 0.20
# The bare loop is so quick that a round of it is made of some.
_BARE_TIMES = 5
_SOON = 6.0
_DUE = """
insert into public.reminders (org_id, title, due_date, due_time)
select (select org_id from private.webhook_endpoints where deleted_at is null order by id limit 1), 'r' || n, %s, %s
from generate_series(1, %s) n returning id::text
"""
_RELEASED = """
select extract(epoch from max(released_at) - min(released_at))::float, count(*), count(distinct reminder_id)
from public.reminder_occurrences where reminder_id = any (%s)
"""
_BARE = """
drop schema if exists bench_reminders cascade;
create schema bench_reminders;
create table bench_reminders.due (id bigint generated always as identity primary key, next_at timestamptz, status text);
create index on bench_reminders.due (next_at) where next_at is not null;
create table bench_reminders.told (due_id bigint unique, body text, at timestamptz default clock_timestamp());
"""
# All that must be done of one: take it, mark it, and write that it is to be told; a commit each.
_CLAIM = """
with taken as (
  select id from bench_reminders.due where next_at <= clock_timestamp() order by next_at limit 1 for update skip locked
), marked as (
  update bench_reminders.due d set next_at = null, status = 'due' from taken t where d.id = t.id returning d.id
)
insert into bench_reminders.told (due_id, body) select id, '{}' from marked
"""


def release(stack: Stack, owner: psycopg.Connection, heard: Hook) -> tuple[Round, float]:
    """One moment with so many reminders: the round of releasing them, and how late the last one was heard of."""
    at = (datetime.now(UTC) + timedelta(seconds=_SOON)).replace(microsecond=0)
    wall = at.astimezone(ZoneInfo("Asia/Jerusalem"))
    ids = {key for (key,) in owner.execute(_DUE, [wall.date(), wall.time(), _NUMBER]).fetchall()}
    heard.await_count(_NUMBER)
    came = heard.take()
    told = [json.loads(one.body)["data"]["reminder_id"] for one in came]
    insist(sorted(told) == sorted(ids), "a reminder was lost, or told twice")
    insist(min(one.at for one in came) >= at.timestamp(), "a reminder was told early")
    [(seconds, rows, reminders)] = owner.execute(_RELEASED, [list(ids)]).fetchall()
    insist(rows == reminders == _NUMBER, "a reminder was released twice")
    waited = [one.at - at.timestamp() for one in came]
    return Round(seconds, waited), max(waited)


def release_bare(owner: psycopg.Connection) -> Round:
    number = _NUMBER * _BARE_TIMES
    owner.execute("insert into bench_reminders.due (next_at) select now() from generate_series(1, %s)", [number])
    began = time.monotonic()
    while owner.execute(_CLAIM).rowcount:
        pass
    return Round(time.monotonic() - began, [0.0] * number)


def measure(stack: Stack, heard: Hook, rounds: int) -> tuple[list[Line], list[Rounds]]:
    found, bare, late = Rounds("release: ours", 1), Rounds("release: bare claims", 1), 0.0
    with limit.connect(stack.dsn) as owner:
        owner.execute(_BARE)
        release(stack, owner, heard)  # connections and plans; not counted
        release_bare(owner)
        heard.take()
        for _ in range(rounds):
            one, last = release(stack, owner, heard)
            found.rounds.append(one)
            bare.rounds.append(release_bare(owner))
            late = max(late, last)
    spread = judge.spread(bare)
    lines = [judge.throughput(f"release {_NUMBER}", found, bare, _AT_LEAST)]
    told = f"{late:.1f} s"
    lines.append(
        Line("last one told", 1, f"{_MOST_SECONDS:.0f} s", told, late / _MOST_SECONDS, "<= 1", late <= 10, spread)
    )
    return lines, [found, bare]


def main() -> int:
    asked = script.options("Reminders due at once: how late, and beside a bare loop.")
    if asked.stack:
        raise SystemExit("The stack must post to this measurement's own receiver, so it is always a fresh one.")
    with (
        hook.running() as heard,
        running_stack(None, asked.workers, WEBHOOK_BASE_URL=heard.url, WEBHOOK_RATE_PER_SECOND="0") as stack,
    ):
        lines, results = measure(stack, heard, asked.rounds)
    return script.finish(lines, results, asked)


if __name__ == "__main__":
    sys.exit(main())
