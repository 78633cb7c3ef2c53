"""The damage centers of a helper, in every shape its screens ever gave them; pure, on values of core.exact."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from core.exact import MISSING
from helpers import pointers, wording
from helpers.pointers import Path

# Where centers stand: the list that counts first, then its copies and the older places.
_LISTS: tuple[Path, ...] = (
    ("centers",), ("damage_centers",), ("damage_assessment", "centers"), ("expertise", "damage_blocks"),
)  # fmt: skip
# Where a center keeps its rows: as the wizard writes it, as the oldest creator did, as the report's flat blocks do.
_ROWS: dict[str, tuple[Path, Path, Path]] = {
    "part": (("Parts", "parts_required"), ("parts_items",), ("parts",)),
    "work": (("Works", "works"), ("work_items",), ("works",)),
    "repair": (("Repairs", "repairs"), ("repairs_items",), ("repairs",)),
}
KINDS = tuple(_ROWS)
_IDS = ("Id", "id")
_NUMBERS = ("Damage center Number", "number", "damage_center_number", "center_number")
_PLACES = ("Location", "location", "damaged_part")
_CODE = "מוקד"


@dataclass(frozen=True)
class Row:
    """A row of a center, and its place in the center's list."""

    place: int
    value: Any

    @property
    def row_uuid(self) -> str | None:
        key = self.value.get("row_uuid") if isinstance(self.value, dict) else None
        return key if isinstance(key, str) and key and len(key) <= 200 else None

    @property
    def summary(self) -> str:
        """What it is, from whom, for how much."""
        return wording.row_summary(self.value)


@dataclass(frozen=True)
class Center:
    """A damage center; `id` is what the tables know it by, `path` where it stands in the helper."""

    id: str
    number: str
    location: str
    path: Path
    value: dict[str, Any]

    @property
    def code(self) -> str:
        """In short: מוקד 1."""
        return _code(self.number) or self.id

    @property
    def name(self) -> str:
        """As the office calls it: מוקד 1 · פגוש קדמי."""
        return " · ".join(part for part in (_code(self.number), self.location) if part) or self.id

    @property
    def screen_name(self) -> str:
        """As the existing screens write it beside an assigned line."""
        return " - ".join(part for part in (self.number, self.location) if part) or self.id

    def list_path(self, kind: str) -> Path | None:
        """Where inside the center its rows of a kind stand, or would stand; None where something else stands there."""
        for path in _ROWS[kind]:
            if isinstance(pointers.look(self.value, [str(step) for step in path]), list):
                return path
        path = _ROWS[kind][self._shape()]
        inner = self.value.get(str(path[0]))
        if len(path) == 1:
            return path if inner is None else None
        if inner is None:
            return path
        return path if isinstance(inner, dict) and inner.get(str(path[1])) is None else None

    def rows(self, kind: str) -> list[Row]:
        path = self.list_path(kind)
        found = MISSING if path is None else pointers.look(self.value, [str(step) for step in path])
        return (
            [Row(at, row) for at, row in enumerate(found) if isinstance(row, dict)] if isinstance(found, list) else []
        )

    def _shape(self) -> int:
        """Which of the shapes a list that is not there yet would have."""
        if "Id" in self.value or any(str(paths[0][0]) in self.value for paths in _ROWS.values()):
            return 0
        if any(str(paths[1][0]) in self.value for paths in _ROWS.values()):
            return 1
        return 2 if any(str(paths[2][0]) in self.value for paths in _ROWS.values()) else 0


def read(helper: Any) -> list[Center]:
    """The centers of a helper, in its order; one that nothing tells from another is left out."""
    for path in _LISTS:
        found = pointers.look(helper, [str(step) for step in path])
        if isinstance(found, list) and any(isinstance(row, dict) for row in found):
            return _read(found, path)
    return []


def find(centers: list[Center], name: str) -> Center | None:
    """The center of an id, or the only one of a number such as מוקד 1."""
    named = [center for center in centers if center.id == name]
    named = named or [center for center in centers if center.number and name in {center.number, _code(center.number)}]
    return named[0] if len(named) == 1 else None


def _read(found: list[Any], path: Path) -> list[Center]:
    rows = [(at, row) for at, row in enumerate(found) if isinstance(row, dict)]
    names = {at: [*(_first(row, (key,)) for key in _IDS), _code(_first(row, _NUMBERS))] for at, row in rows}
    count = Counter(name for of_row in names.values() for name in set(of_row) if name)
    centers = []
    for at, row in rows:
        name = next((name for name in names[at] if name and len(name) <= 200 and count[name] == 1), None)
        if name is not None:
            centers.append(Center(name, _first(row, _NUMBERS), _first(row, _PLACES), (*path, at), row))
    return centers


def _first(row: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((text for text in (wording.said(row.get(name)) for name in names) if text), "")


def _code(number: str) -> str:
    """מוקד 1; some write that where others write 1."""
    return number if not number or number.startswith(_CODE) else f"{_CODE} {number}"
