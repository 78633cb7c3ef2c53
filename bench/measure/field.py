"""Client processes that run rounds: each does one thing over and over, and says how long every step took."""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Protocol

MOST_CLIENTS = 8
_FORK = multiprocessing.get_context("fork")


class Doer(Protocol):
    """One client of one contender."""

    def ready(self) -> None:
        """Prepare for a round; not timed."""

    def step(self) -> None:
        """Do the thing once. Raises Wrong when the answer is not right."""


@dataclass
class Contender:
    """Something to measure; `make(n)` is called in the process of client n, when it is first needed."""

    name: str
    make: Callable[[int], Doer]


@dataclass
class Round:
    """What all clients did in one round."""

    seconds: float
    taken: list[float]

    @property
    def rate(self) -> float:
        return len(self.taken) / self.seconds


@dataclass
class Rounds:
    """All rounds of one contender with one number of clients."""

    name: str
    clients: int
    rounds: list[Round] = field(default_factory=list)

    def rates(self) -> list[float]:
        return [one.rate for one in self.rounds]

    def quantile(self, share: float) -> float:
        """In milliseconds."""
        taken = sorted(seconds for one in self.rounds for seconds in one.taken)
        return 1000 * taken[min(len(taken) - 1, int(share * len(taken)))]


def run(contenders: list[Contender], clients: int, *, rounds: int, seconds: float) -> dict[str, Rounds]:
    """Let all contenders take turns; every second round goes backwards, so that none is always first."""
    results = {one.name: Rounds(one.name, clients) for one in contenders}
    with _Clients(contenders, clients) as field_of_clients:
        for one in contenders:
            field_of_clients.go(one, min(seconds, 0.4))  # connections, plans and caches; not counted
        for number in range(rounds):
            for one in contenders if number % 2 == 0 else reversed(contenders):
                results[one.name].rounds.append(field_of_clients.go(one, seconds))
    return results


class _Clients:
    """`number` processes, forked so that the bodies in memory are shared."""

    def __init__(self, contenders: list[Contender], number: int) -> None:
        self.contenders = {one.name: one for one in contenders}
        self.pipes: list[Connection] = []
        self.processes = []
        for client in range(number):
            ours, theirs = _FORK.Pipe()
            process = _FORK.Process(target=_serve, args=(theirs, self.contenders, client), daemon=True)
            process.start()
            theirs.close()
            self.pipes.append(ours)
            self.processes.append(process)

    def __enter__(self) -> "_Clients":
        return self

    def __exit__(self, *exc: object) -> None:
        for pipe in self.pipes:
            pipe.send(None)
        for process in self.processes:
            process.join(10)

    def go(self, contender: Contender, seconds: float) -> Round:
        self._tell("ready", contender.name, 0.0)
        found = self._tell("go", contender.name, seconds)
        began, ended = min(began for began, _, _ in found), max(ended for _, ended, _ in found)
        return Round(ended - began, [taken for _, _, all_taken in found for taken in all_taken])

    def _tell(self, *words: object) -> list[Any]:
        for pipe in self.pipes:
            pipe.send(words)
        answers = [pipe.recv() for pipe in self.pipes]
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return answers


def _serve(pipe: Connection, contenders: dict[str, Contender], client: int) -> None:
    doers: dict[str, Doer] = {}
    while told := pipe.recv():
        word, name, seconds = told
        try:
            if name not in doers:
                doers[name] = contenders[name].make(client)
            pipe.send(_repeat(doers[name], seconds) if word == "go" else doers[name].ready())
        except Exception as exc:
            # To the parent, which stops everything.
            pipe.send(RuntimeError(f"{name}, client {client}: {type(exc).__name__}: {exc}"))


def _repeat(doer: Doer, seconds: float) -> tuple[float, float, list[float]]:
    clock, taken = time.perf_counter, []
    began = before = clock()
    while before - began < seconds:
        doer.step()
        now = clock()
        taken.append(now - before)
        before = now
    return began, before, taken
