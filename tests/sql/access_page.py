"""The table of docs/reference/access.md, out of the grid of test_access.py; run as a program it writes the page."""

import re
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "access.md"
MARK = "<!-- matrix -->\n"
VERBS = {"select": "read", "insert": "add", "update": "change", "delete": "delete", "truncate": "empty"}
# Each has a word for the own office and one for another.
CALLERS = ("member", "suspended", "staff", "gateway", "service")
SHOWN = ("member", "staff", "gateway", "service")


class Line(NamedTuple):
    """A table, a verb, and what each caller is answered."""

    table: str
    verb: str
    own: dict[str, str]
    other: dict[str, str]


def grid() -> list[Line]:
    """Every line of the grid. It is read as text, so that no test environment is needed to write the page."""
    source = Path(__file__).with_name("test_access.py").read_text(encoding="utf-8")
    _, *rows = re.search(r'^GRID = """\n(.*?)^"""', source, re.MULTILINE | re.DOTALL)[1].splitlines()
    found = []
    for row in rows:
        table, verb, *answers = row.split()
        own, other = dict(zip(CALLERS, answers[::2], strict=True)), dict(zip(CALLERS, answers[1::2], strict=True))
        found.append(Line(table, verb, own, other))
    return found


def matrix() -> str:
    head = "| table | " + " | ".join(SHOWN) + " |\n|---" + "|---" * len(SHOWN) + "|\n"
    tables = groupby(sorted(grid(), key=lambda line: line.table), key=lambda line: line.table)
    return head + "".join(_row(table, list(lines)) for table, lines in tables)


def _row(table: str, lines: list[Line]) -> str:
    return f"| `{table}` | " + " | ".join(_cell(lines, caller) for caller in SHOWN) + " |\n"


def _cell(lines: list[Line], caller: str) -> str:
    may = [VERBS[line.verb] for line in lines if line.own[caller] == "yes"]
    nothing = [f"({VERBS[line.verb]})" for line in lines if line.own[caller] == "none"]
    return ", ".join(may + nothing) or "–"


def page() -> str:
    """The page as it should be: what people wrote, and the table below the mark."""
    written, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    return f"{written}{MARK}\n{matrix()}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
