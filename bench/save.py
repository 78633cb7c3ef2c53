"""Full saves and restores over HTTP, beside the database's own limit and two naive ways to do the same.

`python3 dev.py bench save [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import psycopg

from bench.measure import bodies, judge, limit, ours, script
from bench.measure.field import MOST_CLIENTS, Contender, Rounds, run
from bench.measure.judge import Line
from bench.measure.systems import Stack, running_peers, running_stack
from bench.measure.wire import Wire, insist

_OURS = """select version, is_current, case when is_current then helper_json::text end
from public.case_helper where case_id = %s"""
_LIMIT = "select version, is_current, case when is_current then helper::text end from bench.helper where case_id = %s"
_NAIVE = """select version, is_current, case when is_current then helper::text end
from peers_version where case_id = %s"""
_HISTORY = """select h.version, h.version = d.version, case when h.version = d.version then d.helper::text end
from peers_historicaldocument h join peers_document d on d.id = h.id where d.case_id = %s"""

# size -> at least this part of the limit with one client and with eight; and the slowest in a hundred of eight
_AIMS = {"200k": (0.60, 0.70, 2.0), "50k": (0.45, 0.50, None)}
_AGAINST = {"naive": 4.0, "history": 6.0}
_RESTORE_ABOVE_MS = 2.0


@dataclass
class Bench:
    """The running systems, and what was found so far."""

    stack: Stack
    peers: str
    peers_dsn: str
    asked: argparse.Namespace
    plates: Iterator[int] = field(default_factory=script.plates)
    lines: list[Line] = field(default_factory=list)
    results: list[Rounds] = field(default_factory=list)

    def owner(self) -> psycopg.Connection:
        return limit.connect(self.stack.dsn)

    def measure(self, contenders: list[Contender], clients: int, title: str) -> dict[str, Rounds]:
        script.say(f"- {title}, {clients} client{'s' if clients > 1 else ''}")
        with self.owner() as owner:
            owner.execute("checkpoint")  # or one contender would pay for the writes of another
        found = run(contenders, clients, rounds=self.asked.rounds, seconds=self.asked.seconds)
        self.results += [Rounds(f"{title}: {one.name}", one.clients, one.rounds) for one in found.values()]
        return found


def measure_saves(bench: Bench, size: str, first: int) -> None:
    """All contenders save helpers of one size; the cases of the minimal tables count from `first`."""
    texts = [bodies.variants(size, client) for client in range(MOST_CLIENTS)]
    cases = [ours.open_case(bench.stack.base, bench.stack.token, next(bench.plates), text[0]) for text in texts]
    for name in _AGAINST:
        for client, text in enumerate(texts):
            wire = Wire(bench.peers)
            insist(wire.ask("POST", f"/{name}/{first + client}", text[0]).status == 200, f"{name} opens no case")
            wire.close()

    def save(client: int) -> ours.Save:
        path, at = f"/api/v1/cases/{cases[client]}/helper", _version(bench.stack.dsn, _OURS, cases[client])
        return ours.Save(bench.stack.base, bench.stack.token, path, at, texts[client])

    def peer(name: str, statement: str, client: int) -> ours.Save:
        path, at = f"/{name}/{first + client}", _version(bench.peers_dsn, statement, first + client)
        return ours.Save(bench.peers, None, path, at, texts[client])

    contenders = [
        Contender("limit", lambda client: limit.Save(bench.stack.dsn, first + client, texts[client])),
        Contender("ours", save),
        Contender("naive", partial(peer, "naive", _NAIVE)),
        Contender("history", partial(peer, "history", _HISTORY)),
    ]
    for clients in script.client_counts():
        found = bench.measure(contenders, clients, f"save {size}")
        bench.lines += list(_judge_saves(size, found))
    with bench.owner() as owner, limit.connect(bench.peers_dsn) as peers:
        for client, text in enumerate(texts):
            _check(owner, _OURS, cases[client], text)
            _check(owner, _LIMIT, first + client, text)
            _check(peers, _NAIVE, first + client, text)
            _check(peers, _HISTORY, first + client, text)


def _judge_saves(size: str, found: dict[str, Rounds]) -> Iterator[Line]:
    one, eight, tail = _AIMS.get(size, (None, None, None))
    best, mine = found["limit"], found["ours"]
    yield judge.throughput(f"save {size}", mine, best, one if mine.clients == 1 else eight)
    yield judge.tail(f"save {size}, p99", mine, best, tail if mine.clients > 1 else None)
    for name, aim in _AGAINST.items():
        line = judge.throughput(f"save {size} against {name}", mine, found[name], aim if size == "200k" else None)
        line.spread = judge.spread(best)
        yield line


def measure_restores(bench: Bench, size: str, case: int) -> None:
    """Putting an old version on top."""
    text = bodies.variants(size, case)
    stack = bench.stack
    case_id = ours.open_case(stack.base, stack.token, next(bench.plates), text[0])
    ours.Save(stack.base, stack.token, f"/api/v1/cases/{case_id}/helper", 1, text).step()

    def restore(client: int) -> ours.Restore:
        return ours.Restore(stack.base, stack.token, case_id, _version(stack.dsn, _OURS, case_id))

    contenders = [
        Contender("limit", lambda client: limit.Restore(stack.dsn, case, text)),
        Contender("ours", restore),
    ]
    found = bench.measure(contenders, 1, f"restore {size}")
    bench.lines.append(judge.above(f"restore {size}", found["ours"], found["limit"], _RESTORE_ABOVE_MS))
    with bench.owner() as owner:
        _check(owner, _OURS, case_id, text[:2])
        _check(owner, _LIMIT, case, text[:2])


def _version(dsn: str, statement: str, case: UUID | int) -> int:
    with limit.connect(dsn) as line:
        return max(version for version, _, _ in line.execute(statement, [case]))


def _check(line: psycopg.Connection, statement: str, case: UUID | int, text: list[bytes]) -> None:
    """Version n was made of the text at n - 1, and they begin again where they end."""
    found = line.execute(statement, [case]).fetchall()
    ours.check_history(found, text[(len(found) - 1) % len(text)])


def main() -> int:
    asked = script.options("Full saves and restores over HTTP, beside their limits.")
    sizes = (asked.sizes or ("200k" if asked.quick else "200k,50k,typical,full,large")).split(",")
    with (
        running_stack(asked.stack, asked.workers) as stack,
        running_peers(stack.dsn, asked.workers) as (peers, peers_dsn),
    ):
        bench = Bench(stack, peers, peers_dsn, asked)
        with bench.owner() as owner:
            owner.execute(limit.SCHEMA)
        for number, size in enumerate(sizes):
            measure_saves(bench, size, 100 * number)
        measure_restores(bench, sizes[0], 100 * len(sizes))
    return script.finish(bench.lines, bench.results, asked)


if __name__ == "__main__":
    sys.exit(main())
