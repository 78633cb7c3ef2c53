"""What a save derives: the tracking tables and the search row, beside the same save without them, in SQL.

`python3 dev.py bench derive [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import sys
from functools import partial
from itertools import product

from bench.measure import bodies, judge, script
from bench.measure.derived import Save, search_row
from bench.measure.field import Contender, Rounds, run
from bench.measure.judge import Line
from bench.measure.systems import running_stack

# A save with everything that is derived takes at most so many times as long as one without.
_AIM = 1.5
# A note that nothing is derived of, and a damage center, of which all tables and the search row are.
_CHANGES = {"a note": bodies.variants, "a damage center": bodies.edits}
_WITHOUT = {"all": (), "without tracking": ("tracking",), "without search row": ("search row",)}


def main() -> int:
    asked = script.options("What a save derives, beside the same save without it.")
    lines: list[Line] = []
    results: list[Rounds] = []
    with running_stack(asked.stack, asked.workers) as stack:
        plates, as_it_stands = script.plates(), search_row(stack.dsn)
        sizes = (asked.sizes or ("full" if asked.quick else "typical,full,large")).split(",")
        for size, (change, made) in product(sizes, _CHANGES.items()):
            script.say(f"- saves of {size} that change {change}")
            without = {"limit": ("tracking", "search row"), **_WITHOUT}
            contenders = [
                Contender(name, partial(_save, stack.dsn, next(plates), made(size, 0), as_it_stands, left_out))
                for name, left_out in without.items()
            ]
            found = run(contenders, 1, rounds=asked.rounds, seconds=asked.seconds)
            results += [Rounds(f"{size}, {change}: {one.name}", 1, one.rounds) for one in found.values()]
            for name in _WITHOUT:
                aim = _AIM if name == "all" else None
                lines.append(judge.times(f"save {size}, {change}: {name}", found[name], found["limit"], aim))
    return script.finish(lines, results, asked)


def _save(dsn: str, plate: int, helpers: list[bytes], as_it_stands: str, without: tuple[str, ...], client: int) -> Save:
    return Save(dsn, plate, helpers, as_it_stands, without)


if __name__ == "__main__":
    sys.exit(main())
