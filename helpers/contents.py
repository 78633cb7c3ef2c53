"""Something short for every value, so that large rows are compared as fast as small ones."""

from typing import Any


class Contents:
    """Equal values are given equal things, in whatever order their keys stand; no value may change or vanish meanwhile.

    Whatever is no object and no list stands for itself.
    """

    def __init__(self) -> None:
        self._numbers: dict[frozenset[Any] | tuple[Any, ...], int] = {}
        self._known: dict[int, int] = {}

    def of(self, value: Any) -> Any:
        """Something to compare a value of core.exact by, and to look it up under."""
        if type(value) is not dict and type(value) is not list:
            return value
        number = self._known.get(id(value))
        if number is None:
            form = frozenset(self.inside(value).items()) if type(value) is dict else tuple(map(self.of, value))
            # No number of a document is an int, but True is equal to 1 and False to 0.
            number = self._known[id(value)] = self._numbers.setdefault(form, len(self._numbers) + 2)
        return number

    def inside(self, row: dict[str, Any]) -> dict[str, Any]:
        """The same of what stands under each key."""
        return {key: self.of(inner) for key, inner in row.items()}
