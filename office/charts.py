"""Charts as bars of an SVG that the server draws, each with the table it was drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

WIDTH, HEIGHT, LEAST = 480.0, 120.0, 2.0
_GAP = 0.25


class Part(NamedTuple):
    """A piece of a bar, and the class that colours it."""

    looks: str
    value: int | Decimal


class Row(NamedTuple):
    """A bar: what it is called, its pieces from the ground up, its cells of the table, and its list if it has one."""

    label: str | SafeString
    parts: tuple[Part, ...]
    cells: tuple[str | SafeString, ...]
    address: str | None = None


class Rect(NamedTuple):
    """A drawn piece."""

    x: str
    y: str
    width: str
    height: str
    looks: str


@dataclass(frozen=True)
class Chart:
    """What is drawn, and what is said of it to those who do not see it."""

    name: str
    title: Promise
    about: str
    heads: tuple[str | Promise, ...]
    rows: Sequence[Row]
    # Word and class of each kind of piece, where there is more than one.
    legend: tuple[tuple[str | Promise, str], ...] = ()
    is_lying: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(part.value for row in self.rows for part in row.parts)

    @property
    def most(self) -> Decimal:
        return max((_sum(row) for row in self.rows), default=Decimal(0)) or Decimal(1)

    @property
    def rects(self) -> list[Rect]:
        """Standing bars; time runs as the page is read."""
        step = WIDTH / max(len(self.rows), 1)
        drawn: list[Rect] = []
        for place, row in enumerate(self.rows):
            left = step * (len(self.rows) - 1 - place if get_language_bidi() else place) + step * _GAP / 2
            ground = HEIGHT
            for part in row.parts:
                height = self._length(part.value, HEIGHT)
                ground -= height
                if height:
                    drawn.append(_rect(left, max(ground, 0.0), step * (1 - _GAP), height, part.looks))
        return drawn

    @property
    def lines(self) -> list[tuple[Row, list[Rect]]]:
        """Lying bars, each in a drawing of its own that begins where the line begins."""
        return [(row, self._lying(row)) for row in self.rows]

    def _lying(self, row: Row) -> list[Rect]:
        drawn, start = [], 0.0
        for part in row.parts:
            width = self._length(part.value, WIDTH)
            left = WIDTH - start - width if get_language_bidi() else start
            drawn.append(_rect(left, 0.0, width, HEIGHT, part.looks))
            start += width
        return drawn

    def _length(self, value: int | Decimal, of: float) -> float:
        # What is there is seen, however little it is.
        return max(float(value / self.most) * of, LEAST) if value else 0.0


def _sum(row: Row) -> Decimal:
    return sum((Decimal(part.value) for part in row.parts), Decimal(0))


def _rect(x: float, y: float, width: float, height: float, looks: str) -> Rect:
    # As text: a page in Hebrew would write a decimal comma where the language has one.
    return Rect(f"{x:.1f}", f"{y:.1f}", f"{width:.1f}", f"{height:.1f}", looks)
