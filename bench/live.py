"""From a save to five hundred open screens, beside a bare LISTEN loop; and what telling them costs the saves.

`python3 dev.py bench live [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from bench.measure import bodies, judge, limit, ours, script
from bench.measure.bare import SCHEMA, SWITCH, Bare
from bench.measure.field import MOST_CLIENTS, Contender, Round, Rounds, run
from bench.measure.judge import Line
from bench.measure.swarm import Swarm
from bench.measure.systems import Stack, running_stack
from bench.measure.wire import Wire, insist

_LISTENERS = 500
_REACHED_MS = 250.0
_LEFT = 0.90
_SAVES_A_ROUND = 12


@dataclass
class Modes:
    """Who is told of a save: nobody, our listeners, or those of the bare loop by a NOTIFY in the save."""

    stack: Stack

    def nobody(self) -> None:
        os.kill(self.stack.events, signal.SIGSTOP)
        self._notify("disable")

    def ours(self) -> None:
        self._notify("disable")
        os.kill(self.stack.events, signal.SIGCONT)
        # It has the news of the other rounds to tell first.
        time.sleep(0.5)

    def bare(self) -> None:
        os.kill(self.stack.events, signal.SIGSTOP)
        self._notify("enable")

    def _notify(self, word: str) -> None:
        with limit.connect(self.stack.dsn) as owner:
            owner.execute(SWITCH.format(word))


class Saving(ours.Save):
    """A client that saves; the first one sees to the mode of the round."""

    def __init__(self, stack: Stack, case_id: UUID, texts: list[bytes], begin: Callable[[], None] | None) -> None:
        version = _version(stack, case_id)
        super().__init__(stack.base, stack.token, f"/api/v1/cases/{case_id}/helper", version, texts)
        self.stack, self.case_id, self.begin = stack, case_id, begin

    def ready(self) -> None:
        super().ready()
        # The other contenders save the same case.
        self.version = _version(self.stack, self.case_id)
        if self.begin:
            self.begin()


def _version(stack: Stack, case_id: UUID) -> int:
    with limit.connect(stack.dsn) as line:
        found = line.execute("select max(version) from public.case_helper where case_id = %s", [case_id]).fetchone()
    insist(bool(found), "the case has no version")
    return int(found[0]) if found else 0


@contextmanager
def listening(stack: Stack, count: int) -> Iterator[tuple[Swarm, Swarm]]:
    """As many with us as with the bare loop."""
    bare = Bare(stack.dsn)
    wire = Wire(stack.base, stack.token)
    urls = [wire.ask("POST", "/api/v1/events/ticket", b"{}").json()["url"] for _ in range(count)]
    wire.close()
    swarms = Swarm(urls), Swarm([bare.url] * count)
    try:
        yield swarms
    finally:
        for one in (*swarms, bare):
            one.close()


def measure_reach(
    stack: Stack, case_id: UUID, texts: list[bytes], swarms: tuple[Swarm, Swarm], rounds: int
) -> list[Rounds]:
    """One save after the other, each told to all before the next; both ways in turns."""
    modes = Modes(stack)
    ways = [("limit", modes.bare, swarms[1]), ("ours", modes.ours, swarms[0])]
    found = {name: Rounds(f"reach: {name}", swarms[0].size) for name, _, _ in ways}
    for number in range(rounds):
        for name, begin, swarm in ways if number % 2 == 0 else reversed(ways):
            saving = Saving(stack, case_id, texts, begin)
            saving.ready()
            found[name].rounds.append(_reach(saving, swarm))
            saving.close()
    return list(found.values())


def _reach(saving: Saving, swarm: Swarm) -> Round:
    began, taken = time.monotonic(), []
    for _ in range(_SAVES_A_ROUND):
        sent = time.monotonic()
        saving.step()
        taken += [came - sent for came in swarm.came(saving.version)]
    return Round(time.monotonic() - began, taken)


def _judge_reach(bare: Rounds, mine: Rounds) -> Iterator[Line]:
    for share, aim in ((0.5, None), (0.99, _REACHED_MS)):
        theirs, found = bare.quantile(share), mine.quantile(share)
        met = None if aim is None else found <= aim
        told = f"<= {aim:g} ms" if aim else ""
        figures = f"{theirs:.1f} ms", f"{found:.1f} ms"
        name = f"save -> {mine.clients} screens, p{share:.0%}".rstrip("%")
        yield Line(name, 1, *figures, found / theirs, told, met, judge.spread(bare))


def measure_cost(stack: Stack, size: str, asked: argparse.Namespace) -> tuple[list[Line], list[Rounds]]:
    """Saves as fast as they go: nobody is told, our listeners are, or a NOTIFY goes with each save."""
    modes, plates = Modes(stack), script.plates()
    texts = [bodies.variants(size, client) for client in range(MOST_CLIENTS)]
    cases = [ours.open_case(stack.base, stack.token, next(plates), text[0]) for text in texts]

    def saving(begin: Callable[[], None]) -> Callable[[int], Saving]:
        return lambda client: Saving(stack, cases[client], texts[client], None if client else begin)

    contenders = [
        Contender("limit", saving(modes.nobody)),
        Contender("ours", saving(modes.ours)),
        Contender("notify", saving(modes.bare)),
    ]
    lines, results = [], []
    for clients in script.client_counts():
        script.say(f"- saves of {size} while {_LISTENERS} listen, {clients} client{'s' if clients > 1 else ''}")
        found = run(contenders, clients, rounds=asked.rounds, seconds=asked.seconds)
        results += [Rounds(f"cost {size}: {one.name}", one.clients, one.rounds) for one in found.values()]
        lines.append(judge.throughput(f"save {size}, {_LISTENERS} listening", found["ours"], found["limit"], _LEFT))
        lines.append(judge.throughput(f"save {size}, with a NOTIFY in it", found["notify"], found["limit"]))
    return lines, results


def main() -> int:
    asked = script.options("From a save to open screens, and what it costs the saves.")
    size = (asked.sizes or "200k").split(",")[0]
    with running_stack(asked.stack, asked.workers) as stack:
        with limit.connect(stack.dsn) as owner:
            owner.execute(SCHEMA)
        texts = bodies.variants(size, 0)
        case_id = ours.open_case(stack.base, stack.token, next(script.plates()), texts[0])
        script.say(f"- {_LISTENERS} listeners with us, and as many with the bare loop")
        try:
            with listening(stack, _LISTENERS) as swarms:
                bare, mine = measure_reach(stack, case_id, texts, swarms, asked.rounds)
                lines, results = measure_cost(stack, size, asked)
        finally:
            os.kill(stack.events, signal.SIGCONT)
    return script.finish([*_judge_reach(bare, mine), *lines], [bare, mine, *results], asked)


if __name__ == "__main__":
    sys.exit(main())
