"""What a strict request about invoices asks for, its numbers to the last digit."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from rest_framework import serializers

from core.api import checked
from core.errors import Invalid
from invoices.serializers import KeepInvoiceLines, KeepLine
from invoices.services import Placed
from invoices.spelled import Row, numbered


def tree(raw: bytes) -> Any:
    """A checked body with its fractions as they were written."""
    return json.loads(raw, parse_float=Decimal)


def columns(asked: dict[str, Any]) -> Row:
    """What was asked, as it goes to the database."""
    return {name: str(value) if isinstance(value, UUID) else value for name, value in asked.items()}


def placed(rows: list[Row], at: str) -> list[Placed]:
    """Lines that were checked, each with a number. Raises Invalid for one that can have none."""
    found = _numbered([columns(row) for row in rows], [f"{at}/{place}" for place in range(len(rows))])
    for line in found:
        if isinstance(line.row, str):
            raise Invalid.at(line.pointer, line.row)
    return found


def lines_of(body: Any) -> tuple[list[Placed], bool]:
    """The lines of a body, each read by itself, and whether they stand for all. Raises Invalid."""
    if not isinstance(body, (list, dict)):
        raise Invalid.at("", "a list of lines is expected, or an object with one")
    asked: dict[str, Any] = {"lines": body, "replace": False}
    if isinstance(body, dict):
        asked = checked(KeepInvoiceLines(data=body))
    at, shape, rows, pointers = "/lines" if isinstance(body, dict) else "", KeepLine(), [], []
    for place, row in enumerate(asked["lines"]):
        read, pointer = _read(shape, row)
        rows.append(read)
        pointers.append(f"{at}/{place}{pointer}")
    return _numbered(rows, pointers), asked["replace"]


def _numbered(rows: list[Row | str], pointers: list[str]) -> list[Placed]:
    return [Placed(row, pointer) for row, pointer in zip(numbered(rows), pointers, strict=True)]


def _read(shape: KeepLine, row: Any) -> tuple[Row | str, str]:
    """The line, or why it is none and where in it."""
    try:
        return columns(shape.run_validation(row)), ""
    except serializers.ValidationError as exc:
        detail: Any = exc.detail
        name, reasons = next(iter(detail.items()))
        reason = reasons[0] if isinstance(reasons, list) else next(iter(reasons.values()))[0]
        return str(reason), "" if name == "non_field_errors" else f"/{name}"
