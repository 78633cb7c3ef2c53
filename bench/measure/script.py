"""What the measuring scripts share: their options, their ending."""

import argparse
import random
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bench.measure import judge
from bench.measure.field import MOST_CLIENTS, Rounds
from bench.measure.judge import Line
from bench.measure.wire import insist

NOT_JUDGED = 2
_PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "performance.md"


def options(what: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--quick", action="store_true", help="under a minute: fewer sizes, short rounds")
    parser.add_argument("--sizes", help="a comma-separated choice of 50k, 200k, typical, full, large")
    parser.add_argument("--rounds", type=int, help="how often everybody has a turn")
    parser.add_argument("--seconds", type=float, help="how long a turn lasts")
    parser.add_argument("--workers", type=int, default=2, help="web server processes, ours and the peers'")
    parser.add_argument("--stack", metavar="FILE", help="the line that a running `dev.py stack --json` printed")
    parser.add_argument("--json", metavar="FILE", help="write all rounds there")
    parser.add_argument("--write", action="store_true", help=f"put the table into {_PAGE.name}")
    asked = parser.parse_args()
    asked.rounds = asked.rounds or (3 if asked.quick else 8)
    asked.seconds = asked.seconds or (0.6 if asked.quick else 1.5)
    return asked


def client_counts() -> tuple[int, int]:
    return 1, MOST_CLIENTS


def plates() -> Iterator[int]:
    """Plates that nobody else has."""
    return count(random.randrange(10_000_000, 90_000_000))


def say(text: str) -> None:
    """Progress, beside the table on stdout."""
    print(text, file=sys.stderr, flush=True)


def finish(lines: list[Line], results: list[Rounds], asked: argparse.Namespace) -> int:
    """Print the table, write the JSON; the exit code says whether the machine was quiet enough to judge."""
    print(judge.table(lines))
    if asked.json:
        about = {"command": sys.argv, "rounds": asked.rounds, "seconds": asked.seconds, "workers": asked.workers}
        Path(asked.json).write_text(judge.report(lines, results, about))
    if asked.write:
        name = Path(sys.argv[0]).stem
        _PAGE.write_text(with_table(_PAGE.read_text(), name, judge.table(lines)))
    if all(line.is_judged for line in lines):
        return 0
    say(f"Some lines are not judged: their limit's own rounds lie more than {judge.MOST_SPREAD:.0%} apart.")
    return NOT_JUDGED


def with_table(page: str, name: str, table: str) -> str:
    """The page with a new table between the marks of this measurement."""
    before, begin, rest = page.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    insist(bool(begin and end), f"the page has no place for {name}")
    return f"{before}{begin}{table}\n{end}{after}"
