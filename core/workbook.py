"""XLSX as Excel and LibreOffice open it: read from right to left, numbers as numbers, days as days, no formula ever."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import IO, Any, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from core import cells

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH = 18
# Excel knows no day before it.
_FIRST_YEAR = 1901
_MONEY, _MOMENT, _DAY = "#,##0.00", "dd/mm/yyyy hh:mm", "dd/mm/yyyy"
_SHEET = "xl/worksheets/sheet1.xml"
_ROWS_AT_ONCE = 500
_SAMPLES = re.compile(r'<row [^>]*r="2".*?</row>', re.DOTALL)
_STYLE = re.compile(r'<c r="[A-D]2"[^>]* s="(\d+)"')
# Nearly every text; the others are looked at letter by letter.
_HARMLESS = re.compile(r"[^\x00-\x1f&<>_\ufffe\uffff]{0,1000}")


def write(into: IO[bytes], title: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """A workbook of one sheet, row by row, so that a long list needs no more memory than a short one.

    openpyxl writes the book with its looks; the rows, which it would take ten times as long for, are written here.
    """
    heads = list(head)
    with ZipFile(_book(title, heads)) as book, ZipFile(into, "w", ZIP_DEFLATED) as made:
        for name in book.namelist():
            if name != _SHEET:
                made.writestr(name, book.read(name))
        around = book.read(_SHEET).decode()
        first, last = _SAMPLES.split(around)
        letters = [get_column_letter(number) for number in range(1, len(heads) + 1)]
        looks = _Looks(*map(int, _STYLE.findall(around)))
        with made.open(_SHEET, "w") as sheet:
            sheet.write(first.encode())
            told = (_row(number, row, letters, looks) for number, row in enumerate(rows, start=2))
            while some := "".join(islice(told, _ROWS_AT_ONCE)):
                sheet.write(some.encode())
            sheet.write(last.encode())


class _Looks(NamedTuple):
    """The book's numbers for how a cell looks."""

    money: int
    moment: int
    day: int
    quoted: int


def _book(title: str, heads: list[str]) -> IO[bytes]:
    """The book with its heads and a row of samples, by which the numbers of the looks are known."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.sheet_view.rightToLeft = True
    sheet.freeze_panes = "A2"
    for number in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.append([_head(sheet, name) for name in heads])
    sheet.append([_sample(sheet, look) for look in (_MONEY, _MOMENT, _DAY)] + [_quoted_sample(sheet)])
    made = BytesIO()
    book.save(made)
    return made


def _head(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = cells.escaped(name), "s"
    cell.quotePrefix = cells.is_formula(name)
    cell.font = Font(bold=True)
    return cell


def _sample(sheet: Any, look: str) -> Any:
    cell = WriteOnlyCell(sheet, 1)
    cell.number_format = look
    return cell


def _quoted_sample(sheet: Any) -> Any:
    cell = WriteOnlyCell(sheet, "x")
    cell.quotePrefix = True
    return cell


def _row(number: int, row: Iterable[Any], letters: list[str], looks: _Looks) -> str:
    told = [_cell(f"{letter}{number}", value, looks) for letter, value in zip(letters, row, strict=True)]
    return f'<row r="{number}">{"".join(told)}</row>'


def _cell(at: str, value: Any, looks: _Looks) -> str:
    if isinstance(value, str):
        return _text(at, value, looks) if value else ""
    match held := cells.plain(value):
        case None:
            return ""
        case bool():
            return f'<c r="{at}" t="b"><v>{held:d}</v></c>'
        case Decimal():
            return f'<c r="{at}" s="{looks.money}"><v>{held:f}</v></c>'
        case int():
            return f'<c r="{at}"><v>{held}</v></c>'
        case date() if held.year >= _FIRST_YEAR:
            look = looks.moment if isinstance(held, datetime) else looks.day
            return f'<c r="{at}" s="{look}"><v>{to_excel(held)}</v></c>'
    return _text(at, cells.text(held), looks)


def _text(at: str, value: str, looks: _Looks) -> str:
    """A text, also where it begins like a formula or is called like an error; Excel then shows its quote sign only when
    the cell is edited."""
    told = value if _HARMLESS.fullmatch(value) else escape(cells.escaped(value))
    look = f' s="{looks.quoted}"' if not value[:1].isalnum() and cells.is_formula(value) else ""
    return f'<c r="{at}"{look} t="inlineStr"><is><t xml:space="preserve">{told}</t></is></c>'
