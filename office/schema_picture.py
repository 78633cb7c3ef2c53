"""The schema as a picture: an SVG with a card for each area and a box for each table, in light and in dark."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import accumulate, groupby

from office.schema_map import Line, Table

COLUMNS, WIDTH, GAP, PAD = 4, 320, 16, 12
TITLE, HEAD, ROW, BETWEEN = 30, 24, 16, 8
# Lines between the boxes of a card run right of them, some pixels apart.
LANES, LANE = 3, 5
BOX = WIDTH - 2 * PAD - LANES * LANE
ELSEWHERE = "Not in docs/reference/schema.md"
# A table that many lead to is told apart from the rest.
HEART = ("cases", "case_helper")
STYLE = """
svg { background: #fff; font-family: Arial, Helvetica, sans-serif; }
.area { fill: #f2f4f7; } .box { fill: #fff; stroke: #c3c9d1; } .heart { fill: #fff1eb; stroke: #ff6b35; }
.title, .name { fill: #17212b; font-weight: bold; } .title { font-size: 15px; } .name { font-size: 12.5px; }
.count, .link { fill: #56616d; font-size: 11px; } .count { text-anchor: end; }
.line { fill: none; stroke: #8a96a3; } .end { fill: #8a96a3; }
@media (prefers-color-scheme: dark) {
  svg { background: #1a1a1a; } .area { fill: #242424; } .box { fill: #2f2f2f; stroke: #555; }
  .heart { fill: #43291e; stroke: #ff6b35; } .title, .name { fill: #f3f3f3; } .count, .link { fill: #b9b9b9; }
  .line { stroke: #8d8d8d; } .end { fill: #8d8d8d; }
}
"""

Area = tuple[str, list[Table]]


def drawn(tables: Sequence[Table], lines: Sequence[Line]) -> str:
    """The whole SVG; the same catalogue and page make the same text."""
    shelves: list[list[Area]] = [[] for _ in range(COLUMNS)]
    for area in areas(tables, lines):
        min(shelves, key=_height).append(area)
    height = max(map(_height, shelves)) + GAP
    width = COLUMNS * (WIDTH + GAP) + GAP
    body = "\n".join(piece for place, shelf in enumerate(shelves) for piece in _shelf(place, shelf))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="The tables of the database">\n<style>{STYLE}</style>\n{body}\n</svg>\n'
    )


def areas(tables: Sequence[Table], lines: Sequence[Line]) -> list[Area]:
    """Tables under the headings of the page, in its order; what it does not name stands at the end."""
    known = {table.name: table for table in tables}
    found = [
        (name, [known.pop(line.table) for line in of_area if line.table in known])
        for name, of_area in groupby(lines, key=lambda line: line.area)
    ]
    return [*found, *([(ELSEWHERE, list(known.values()))] if known else [])]


def _height(shelf: list[Area]) -> int:
    return sum(GAP + _area_height(tables) for _, tables in shelf)


def _area_height(tables: list[Table]) -> int:
    return TITLE + sum(_box_height(table) + BETWEEN for table in tables) + PAD - BETWEEN


def _box_height(table: Table) -> int:
    return HEAD + ROW * len(table.links) + (4 if table.links else 0)


def _shelf(place: int, shelf: list[Area]) -> Iterator[str]:
    x, y = GAP + place * (WIDTH + GAP), GAP
    for title, tables in shelf:
        yield f'<rect class="area" x="{x}" y="{y}" width="{WIDTH}" height="{_area_height(tables)}" rx="8"/>'
        yield f'<text class="title" x="{x + PAD}" y="{y + 20}">{escape(title)}</text>'
        tops = _tops(tables, y + TITLE)
        for table in tables:
            yield from _box(table, x + PAD, tops[table.name])
        yield from _lines(tables, tops, x + PAD + BOX)
        y += _area_height(tables) + GAP


def _tops(tables: list[Table], top: int) -> dict[str, int]:
    heights = (_box_height(table) + BETWEEN for table in tables)
    return dict(zip((table.name for table in tables), accumulate(heights, initial=top), strict=False))


def _box(table: Table, x: int, y: int) -> Iterator[str]:
    looks = "heart" if table.name in HEART else "box"
    yield f'<rect class="{looks}" x="{x}" y="{y}" width="{BOX}" height="{_box_height(table)}" rx="4"/>'
    yield f'<text class="name" x="{x + 8}" y="{y + 16}">{escape(table.name)}</text>'
    yield f'<text class="count" x="{x + BOX - 8}" y="{y + 16}">{table.columns}</text>'
    for row, link in enumerate(table.links, start=1):
        words = escape(f"{link.column} → {link.leads_to}")
        yield f'<text class="link" x="{x + 8}" y="{y + 16 + ROW * row}">{words}</text>'


def _lines(tables: list[Table], tops: dict[str, int], x: int) -> Iterator[str]:
    """From a key to the table it leads to, where both stand in one card; a lane for each table that is led to."""
    reached = list(dict.fromkeys(link.leads_to for table in tables for link in table.links if link.leads_to in tops))
    for table in tables:
        for row, link in enumerate(table.links, start=1):
            if link.leads_to not in reached or link.leads_to == table.name:
                continue
            lane = x + LANE * (1 + reached.index(link.leads_to) % LANES)
            start, end = tops[table.name] + 12 + ROW * row, tops[link.leads_to] + HEAD // 2
            yield f'<path class="line" d="M{x} {start}H{lane}V{end}H{x}"/>'
            yield f'<path class="end" d="M{x} {end}l6 -3v6z"/>'
