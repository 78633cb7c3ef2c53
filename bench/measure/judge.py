"""From rounds to ratios, a table and a verdict."""

import json
import os
import platform
import statistics
from dataclasses import asdict, dataclass
from typing import Any

from bench.measure.field import Rounds

# More than this between a limit's own rounds, and the machine was too busy to say anything.
MOST_SPREAD = 0.25


@dataclass
class Line:
    """One measure beside its limit."""

    measure: str
    clients: int
    limit: str
    found: str
    ratio: float
    aim: str
    met: bool | None  # None: no aim
    spread: float

    @property
    def is_judged(self) -> bool:
        return self.spread <= MOST_SPREAD

    @property
    def verdict(self) -> str:
        if not self.is_judged:
            return "not judged"
        return {True: "yes", False: "no", None: "-"}[self.met]


def spread(limit: Rounds) -> float:
    """How far the limit's own rounds lie apart, in parts of their median."""
    rates = limit.rates()
    return (max(rates) - min(rates)) / statistics.median(rates)


def ratio(one: Rounds, other: Rounds) -> float:
    """The median over the rounds of how many times `one` is as fast as `other` in the same round."""
    return statistics.median(mine / theirs for mine, theirs in zip(one.rates(), other.rates(), strict=True))


def throughput(measure: str, one: Rounds, limit: Rounds, aim: float | None = None) -> Line:
    """`one` does at least `aim` times as many a second as its limit."""
    times = ratio(one, limit)
    rates = (f"{statistics.median(rounds.rates()):,.0f}/s" for rounds in (limit, one))
    met = None if aim is None else times >= aim
    return Line(measure, one.clients, *rates, times, f">= {aim:.2f}" if aim else "", met, spread(limit))


def tail(measure: str, one: Rounds, limit: Rounds, aim: float | None = None) -> Line:
    """The slowest in a hundred take at most `aim` times as long as the limit's."""
    mine, theirs = one.quantile(0.99), limit.quantile(0.99)
    met = None if aim is None else mine / theirs <= aim
    told = f"<= {aim:.1f}" if aim else ""
    return Line(measure, one.clients, f"{theirs:.1f} ms", f"{mine:.1f} ms", mine / theirs, told, met, spread(limit))


def above(measure: str, one: Rounds, limit: Rounds, aim: float) -> Line:
    """Half of the answers come at most `aim` milliseconds after the limit's."""
    mine, theirs = one.quantile(0.5), limit.quantile(0.5)
    figures = f"{theirs:.2f} ms", f"{mine:.2f} ms"
    return Line(measure, one.clients, *figures, mine / theirs, f"<= +{aim:g} ms", mine - theirs <= aim, spread(limit))


def times(measure: str, one: Rounds, limit: Rounds, most: float | None = None) -> Line:
    """It takes at most `most` times as long as the limit, both once in each round's time."""
    taken = 1 / ratio(one, limit)
    figures = (f"{1000 / statistics.median(rounds.rates()):,.1f} ms" for rounds in (limit, one))
    met = None if most is None else taken <= most
    return Line(measure, one.clients, *figures, taken, f"<= {most:g}" if most else "", met, spread(limit))


def table(lines: list[Line]) -> str:
    """The lines as Markdown."""
    head = ["measure", "clients", "limit", "found", "ratio", "aim", "met", "spread"]
    cells = [
        [
            one.measure,
            str(one.clients),
            one.limit,
            one.found,
            f"{one.ratio:.2f}",
            one.aim,
            one.verdict,
            f"{one.spread:.0%}",
        ]
        for one in lines
    ]
    widths = [max(len(row[column]) for row in [head, *cells]) for column in range(len(head))]
    rows = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in [head, *cells]
    ]
    return "\n".join([rows[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *rows[1:]])


def report(lines: list[Line], results: list[Rounds], about: dict[str, Any]) -> str:
    """Everything as JSON, for another program or another day."""
    return json.dumps(
        {
            "about": {**about, **machine()},
            "lines": [{**asdict(one), "verdict": one.verdict} for one in lines],
            "rounds": [
                {
                    "name": one.name,
                    "clients": one.clients,
                    "rates": [round(rate, 1) for rate in one.rates()],
                    "p50_ms": round(one.quantile(0.5), 3),
                    "p99_ms": round(one.quantile(0.99), 3),
                }
                for one in results
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def machine() -> dict[str, Any]:
    return {"cpus": os.cpu_count(), "load": os.getloadavg(), "python": platform.python_version()}
