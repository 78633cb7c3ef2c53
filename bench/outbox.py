"""Deliveries to Make: how many a second, how soon after the commit, and whether the worker grows, beside a bare loop.

`python3 dev.py bench outbox [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import argparse
import random
import statistics
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg

from bench.measure import hook, judge, limit, loop, ours, script
from bench.measure.field import Round, Rounds
from bench.measure.hook import Hook
from bench.measure.judge import Line
from bench.measure.systems import Stack, running_stack

_AT_LEAST = 0.60
_IDLE_MS = 100.0
_FLAT = 1.05
_CASES = 40
_WRITERS = 2
_HELPERS = [b'{"meta": {"n": 1}}', b'{"meta": {"n": 2}}']
_ADD = """
select k.case_id::text, private.outbox_add(c.org_id, k.case_id, 'case.upserted', null, '{"changed": ["status"]}')::text
from generate_series(1, %(number)s) n
cross join lateral (select (%(cases)s::uuid[])[1 + n %% cardinality(%(cases)s::uuid[])] as case_id) k
join public.cases c on c.id = k.case_id
order by n
"""
# About as long as what our message says.
_BODY = '{"case_id": "00000000-0000-4000-8000-000000000000", "plate": "12345678", "changed": ["status"], "link": "/x"}'


@dataclass
class Bench:
    """The running stack and the bare loop, each with a receiver of its own, and what was found so far."""

    stack: Stack
    hook: Hook
    bare: Hook
    asked: argparse.Namespace
    lines: list[Line] = field(default_factory=list)
    results: list[Rounds] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.owner = limit.connect(self.stack.dsn)
        plates = script.plates()
        self.cases = [self.open_case(next(plates)) for _ in range(_CASES)]
        self.settle()

    def open_case(self, plate: int) -> UUID:
        return ours.open_case(self.stack.base, self.stack.token, plate, _HELPERS[0])

    def settle(self) -> None:
        """Wait until nothing is on its way, and forget what came."""
        while self.owner.execute("select exists (select from private.deliveries where status = 'pending')").fetchone()[
            0
        ]:
            time.sleep(0.1)
        self.hook.take()
        self.bare.take()

    def deliver(self, number: int) -> list[hook.Arrival]:
        """Let so many of our messages leave, and return them as they came, checked."""
        with self.owner.transaction():
            rows = self.owner.execute(_ADD, {"number": number, "cases": self.cases}).fetchall()
        self.hook.await_count(number)
        came = self.hook.take()
        hook.check(came, _by_case(rows), self.stack.secret)
        return came

    def deliver_bare(self, number: int) -> list[hook.Arrival]:
        loop.add(self.owner, number, _BODY)
        self.bare.await_count(number)
        came = self.bare.take()
        assert len({one.id for one in came}) == number
        return came


def _by_case(rows: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for case_id, message_id in rows:
        found[case_id].append(message_id)
    return found


def _round(came: list[hook.Arrival]) -> Round:
    # From the first to the last: what it takes to notice that there is news is measured by itself.
    moments = sorted(one.at for one in came)
    return Round(moments[-1] - moments[0], [one.waited for one in came])


def measure_rate(bench: Bench, number: int) -> float:
    """Both deliver a pile of messages, in turns; return how far the bare loop's rounds lie apart."""
    found, bare = Rounds("deliver: ours", 1), Rounds("deliver: bare loop", 1)
    turns = [(found, bench.deliver), (bare, bench.deliver_bare)]
    for _, deliver in turns:
        deliver(number // 4)  # connections, plans and caches; not counted
    for count in range(bench.asked.rounds):
        for one, deliver in turns if count % 2 == 0 else reversed(turns):
            one.rounds.append(_round(deliver(number)))
    bench.lines.append(judge.throughput("deliver", found, bare, _AT_LEAST))
    bench.results += [found, bare]
    return judge.spread(bare)


def measure_idle(bench: Bench, times: int, spread: float) -> None:
    """One save at a time, and nothing else to do."""
    case_id = bench.open_case(next(script.plates()))
    saver = ours.Save(bench.stack.base, bench.stack.token, f"/api/v1/cases/{case_id}/helper", 1, _HELPERS)
    bench.settle()
    found, bare = Round(0, []), Round(0, [])
    for _ in range(times):
        saver.step()
        bench.hook.await_count(1)
        found.taken += [one.waited for one in bench.hook.take()]
        bare.taken += [one.waited for one in bench.deliver_bare(1)]
        time.sleep(random.uniform(0.05, 0.4))
    _judge_waiting(bench, "idle", found, bare, spread, _IDLE_MS)


def measure_load(bench: Bench, seconds: float, spread: float) -> None:
    """Two people save without a pause; then the bare loop gets as many messages in as long a time."""
    plates = script.plates()
    cases = [bench.open_case(next(plates)) for _ in range(_WRITERS)]
    bench.settle()
    threads = [threading.Thread(target=_save, args=(bench, case_id, seconds)) for case_id in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = bench.owner.execute(
        "select case_id::text, id::text from private.outbox where case_id = any (%s) and version > 1 order by seq",
        [cases],
    ).fetchall()
    bench.hook.await_count(len(rows))
    came = bench.hook.take()
    hook.check(came, _by_case(rows), bench.stack.secret)

    ends = time.monotonic() + seconds
    number = 0
    while time.monotonic() < ends:
        loop.add(bench.owner, 1, _BODY)
        number += 1
        time.sleep(seconds / len(rows))
    bench.bare.await_count(number)
    found, bare = (Round(seconds, [one.waited for one in all_came]) for all_came in (came, bench.bare.take()))
    _judge_waiting(bench, f"{len(rows) / seconds:.0f} saves a second", found, bare, spread)


def _save(bench: Bench, case_id: UUID, seconds: float) -> None:
    saver = ours.Save(bench.stack.base, bench.stack.token, f"/api/v1/cases/{case_id}/helper", 1, _HELPERS)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        saver.step()


def _judge_waiting(
    bench: Bench, title: str, found: Round, bare: Round, spread: float, aim: float | None = None
) -> None:
    mine, theirs = Rounds(f"{title}: ours", 1, [found]), Rounds(f"{title}: bare loop", 1, [bare])
    bench.results += [mine, theirs]
    for name, share, most in (("p50", 0.5, aim), ("p99", 0.99, None)):
        one, other = mine.quantile(share), theirs.quantile(share)
        met = None if most is None else one <= most
        told = "" if most is None else f"<= {most:.0f} ms"
        figures = f"{other:.1f} ms", f"{one:.1f} ms"
        bench.lines.append(Line(f"commit to arrival, {title}, {name}", 1, *figures, one / other, told, met, spread))


def measure_memory(bench: Bench, number: int, spread: float) -> None:
    """What the worker and its children hold after each twentieth of the deliveries."""
    bench.settle()
    held = []
    for _ in range(20):
        bench.deliver(number // 20)
        held.append(_resident(bench.stack.worker))
    # The first few fill caches and pools.
    later = held[4:]
    slope = statistics.linear_regression([n * number / 20 for n in range(len(later))], later).slope
    figures = f"{later[0] / 2**20:.1f} MB", f"{later[-1] / 2**20:.1f} MB"
    grown = later[-1] / later[0]
    title = f"memory of the worker, {number:,} deliveries, {slope:+.0f} B each"
    bench.lines.append(Line(title, 1, *figures, grown, f"<= {_FLAT:.2f}", grown <= _FLAT, spread))


def _resident(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in (pid, *children))
    return pages * 4096


def main() -> int:
    asked = script.options("Deliveries to a local receiver, beside a bare loop.")
    if asked.stack:
        raise SystemExit("The stack must post to this measurement's own receiver, so it is always a fresh one.")
    with (
        hook.running() as mine,
        hook.running() as theirs,
        running_stack(None, asked.workers, WEBHOOK_BASE_URL=mine.url, WEBHOOK_RATE_PER_SECOND="0") as stack,
    ):
        with psycopg.connect(stack.dsn) as owner:
            owner.execute(loop.SCHEMA)
        with loop.running(stack.dsn, theirs.url):
            bench = Bench(stack, mine, theirs, asked)
            script.say("- deliver")
            spread = measure_rate(bench, 400 if asked.quick else 2000)
            script.say("- commit to arrival")
            measure_idle(bench, 20 if asked.quick else 100, spread)
            measure_load(bench, 3.0 if asked.quick else 10.0, spread)
            script.say("- memory")
            measure_memory(bench, 2000 if asked.quick else 20_000, spread)
    return script.finish(bench.lines, bench.results, asked)


if __name__ == "__main__":
    sys.exit(main())
