"""Reading history: comparing two versions, in Python and as a page, the list of versions, one field over all of them.

`python3 dev.py bench history [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from bench.measure import bodies, judge, ours, peak, reading, script, versions
from bench.measure.field import Contender, Rounds, run
from bench.measure.judge import Line
from bench.measure.systems import Stack, running_stack

_COMPARE, _PAGE, _LIST, _STATEMENTS = 3.0, 10.0, 3.0, 2


@dataclass
class Bench:
    """The running system, and what was found so far."""

    stack: Stack
    asked: argparse.Namespace
    plates: Iterator[int] = field(default_factory=script.plates)
    lines: list[Line] = field(default_factory=list)
    results: list[Rounds] = field(default_factory=list)

    def measure(self, title: str, contenders: list[Contender], aim: float | None) -> None:
        """The second contender takes at most `aim` times as long as the first, its limit."""
        script.say(f"- {title}")
        found = run(contenders, 1, rounds=self.asked.rounds, seconds=self.asked.seconds)
        self.results += [Rounds(f"{title}: {one.name}", 1, one.rounds) for one in found.values()]
        self.lines.append(judge.times(title, found["ours"], found["limit"], aim))

    def saved(self, *texts: bytes, times: int = 1) -> UUID:
        """A case that holds the first text as version 1, and then all of them in turns, so many saves."""
        case_id = ours.open_case(self.stack.base, self.stack.token, next(self.plates), texts[0])
        path = f"/api/v1/cases/{case_id}/helper"
        saver = ours.Save(self.stack.base, self.stack.token, path, 1, list(texts))
        for _ in range(times):
            saver.step()
        saver.close()
        return case_id


def measure_compare(bench: Bench, size: str, kind: str) -> None:
    texts = versions.pair(size, kind)
    contenders = [
        Contender("limit", lambda client: reading.Parse(*texts)),
        Contender("ours", lambda client: reading.Compare(*texts)),
    ]
    bench.measure(f"compare {size}, {kind}", contenders, _COMPARE)


def measure_page(bench: Bench, size: str, kind: str) -> None:
    texts = versions.pair(size, kind)
    case_id = bench.saved(*(text.encode() for text in texts))
    path = f"/admin/helpers/casehelper/compare/?case={case_id}&from=1&to=2"
    contenders = [
        Contender("limit", lambda client: reading.Parse(*texts)),
        Contender("ours", lambda client: reading.Page(bench.stack, path, "_helper_v2")),
    ]
    bench.measure(f"page of a comparison {size}, {kind}", contenders, _PAGE)


def measure_frame(bench: Bench, size: str, kind: str) -> None:
    """The smallest page of the admin beside the same limit: what any page of it takes, whatever stands on it."""
    texts = versions.pair(size, kind)
    contenders = [
        Contender("limit", lambda client: reading.Parse(*texts)),
        Contender("ours", lambda client: reading.Page(bench.stack, "/admin/password_change/", "csrfmiddlewaretoken")),
    ]
    bench.measure(f"the admin's smallest page beside {size}, {kind}", contenders, None)


def measure_list(bench: Bench, number: int) -> None:
    case_id = bench.saved(*bodies.variants("typical", 0), times=number - 1)
    contenders = [
        Contender("limit", lambda client: reading.Select(bench.stack.dsn, case_id, number)),
        Contender("ours", lambda client: reading.Walk(bench.stack, case_id, number)),
    ]
    bench.measure(f"list of {number:,} versions in pages of {reading.PAGE}", contenders, _LIST)


def measure_field(bench: Bench, number: int) -> None:
    """Each version has another value of the field."""
    texts = [_with_note(bodies.named("full"), note) for note in range(number)]
    case_id = bench.saved(*texts, times=number - 1)
    ask = partial(reading.Field, bench.stack.dsn, case_id, "/bench_note", number)
    contenders = [
        Contender("limit", lambda client: reading.SelectField(bench.stack.dsn, case_id, "/bench_note", number)),
        Contender("ours", lambda client: ask()),
    ]
    bench.measure(f"one field over {number} versions of 144 KB", contenders, None)
    statements = ask().statements()
    met = statements <= _STATEMENTS
    title = "the same, SQL statements"
    bench.lines.append(Line(title, 1, "1", str(statements), float(statements), f"<= {_STATEMENTS}", met, 0.0))


def _with_note(helper: bytes, note: int) -> bytes:
    return b'{"bench_note": %d, %b' % (note, helper[1:])


def measure_memory(bench: Bench, size: str, kind: str) -> None:
    script.say(f"- memory of compare {size}, {kind}")
    documents, grown = peak.of_compare(*versions.pair(size, kind))
    figures = (f"{size / 2**20:.1f} MB" for size in (documents, grown))
    bench.lines.append(Line(f"memory of compare {size}, {kind}", 1, *figures, grown / documents, "", None, 0.0))


def main() -> int:
    asked = script.options("Reading history, beside what the reading alone takes.")
    sizes = (asked.sizes or ("full,large" if asked.quick else ",".join(versions.SIZES))).split(",")
    with running_stack(asked.stack, asked.workers) as stack:
        bench = Bench(stack, asked)
        for size in sizes:
            for kind in versions.KINDS:
                measure_compare(bench, size, kind)
        for size in sizes:
            for kind in versions.KINDS:
                measure_page(bench, size, kind)
        measure_frame(bench, sizes[0], versions.KINDS[0])
        measure_list(bench, 300 if asked.quick else 1000)
        measure_field(bench, 20 if asked.quick else 100)
        for kind in versions.KINDS:
            measure_memory(bench, versions.SIZES[-1], kind)
    return script.finish(bench.lines, bench.results, asked)


if __name__ == "__main__":
    sys.exit(main())
