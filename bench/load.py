"""Loading the current helper, a 304 and a list of versions over HTTP, beside psycopg doing the reading alone.

`python3 dev.py bench load [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import argparse
import sys
from uuid import UUID

from bench.measure import bodies, judge, limit, ours, script
from bench.measure.field import MOST_CLIENTS, Contender, Rounds, run
from bench.measure.judge import Line
from bench.measure.systems import Stack, running_stack

_LOAD, _UNCHANGED = 0.65, 2.0
_LIST_ABOVE_MS = 2.0
_LISTED = 50


def measure_loads(stack: Stack, size: str, asked: argparse.Namespace) -> tuple[list[Line], list[Rounds]]:
    """Each client loads a case of its own, with the text and without."""
    plates = script.plates()
    texts = [bodies.variants(size, client)[0] for client in range(MOST_CLIENTS)]
    cases = [ours.open_case(stack.base, stack.token, next(plates), text) for text in texts]
    contenders = [
        Contender("limit", lambda client: limit.Read(stack.dsn, cases[client])),
        Contender("load", lambda client: ours.Load(stack.base, stack.token, cases[client], texts[client])),
        Contender("304", lambda client: ours.LoadUnchanged(stack.base, stack.token, cases[client], texts[client])),
    ]
    lines, results = [], []
    for clients in script.client_counts():
        found = _measure(contenders, clients, f"load {size}", asked, results)
        aims = (_LOAD, _UNCHANGED) if size == "200k" else (None, None)
        for name, aim in zip(("load", "304"), aims, strict=True):
            lines.append(judge.throughput(f"{name} {size}", found[name], found["limit"], aim))
    return lines, results


def measure_lists(stack: Stack, size: str, asked: argparse.Namespace) -> tuple[list[Line], list[Rounds]]:
    """A case with more versions than a page."""
    texts, results = bodies.variants(size, 0), []
    case_id = ours.open_case(stack.base, stack.token, next(script.plates()), texts[0])
    newest = _save_many(stack, case_id, texts)
    contenders = [
        Contender("limit", lambda client: limit.History(stack.dsn, case_id)),
        Contender("list", lambda client: ours.Versions(stack.base, stack.token, case_id, newest)),
    ]
    found = _measure(contenders, 1, f"list of {_LISTED} versions", asked, results)
    return [judge.above(f"list of {_LISTED} versions", found["list"], found["limit"], _LIST_ABOVE_MS)], results


def _save_many(stack: Stack, case_id: UUID, texts: list[bytes]) -> int:
    saver = ours.Save(stack.base, stack.token, f"/api/v1/cases/{case_id}/helper", 1, texts)
    for _ in range(_LISTED + 9):
        saver.step()
    return saver.version


def _measure(
    contenders: list[Contender], clients: int, title: str, asked: argparse.Namespace, results: list[Rounds]
) -> dict[str, Rounds]:
    script.say(f"- {title}, {clients} client{'s' if clients > 1 else ''}")
    found = run(contenders, clients, rounds=asked.rounds, seconds=asked.seconds)
    results += [Rounds(f"{title}: {one.name}", one.clients, one.rounds) for one in found.values()]
    return found


def main() -> int:
    asked = script.options("Loads, 304s and lists over HTTP, beside psycopg reading alone.")
    sizes = (asked.sizes or ("200k" if asked.quick else "200k,50k,typical,full,large")).split(",")
    lines: list[Line] = []
    results: list[Rounds] = []
    with running_stack(asked.stack, asked.workers) as stack:
        for size in sizes:
            more, rounds = measure_loads(stack, size, asked)
            lines, results = lines + more, results + rounds
        more, rounds = measure_lists(stack, sizes[0], asked)
    return script.finish(lines + more, results + rounds, asked)


if __name__ == "__main__":
    sys.exit(main())
