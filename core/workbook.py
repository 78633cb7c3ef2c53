"""XLSX as Excel and LibreOffice open it: read from right to left, numbers as numbers, days as days, no formula ever."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core import cells

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH = 18
# Excel knows no day before it.
_FIRST_YEAR = 1901
_LOOKS = {Decimal: "#,##0.00", datetime: "dd/mm/yyyy hh:mm", date: "dd/mm/yyyy"}


def write(into: IO[bytes], title: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """A workbook of one sheet, row by row, so that a long list needs no more memory than a short one."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.sheet_view.rightToLeft = True
    sheet.freeze_panes = "A2"
    heads = list(head)
    for number in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.append([_head(sheet, name) for name in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    book.save(into)


def _head(sheet: Any, name: str) -> Any:
    cell = _text(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    held = cells.plain(value)
    if isinstance(held, str):
        return _text(sheet, held)
    look = _LOOKS.get(type(held))
    if look is None:
        return held
    if isinstance(held, date) and held.year < _FIRST_YEAR:
        return _text(sheet, cells.text(held))
    cell = WriteOnlyCell(sheet, held)
    cell.number_format = look
    return cell


def _text(sheet: Any, value: str) -> Any:
    """A text, also where it begins like a formula or is called like an error; Excel then shows its quote sign only when
    the cell is edited."""
    cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = cells.escaped(value), "s"
    if cells.is_formula(value):
        cell.quotePrefix = True
    return cell
