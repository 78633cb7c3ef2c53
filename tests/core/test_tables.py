"""Tables as files: what is written comes back, nothing in it runs, and a hostile file is refused before it costs."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from cases import listed
from core import cells, table, workbook

HEADS = ["טקסט", "סכום", "יום"]
WRITABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
ROWS = st.lists(
    st.tuples(
        WRITABLE.filter(lambda text: text.strip()),
        st.none() | st.decimals(-9_999_999_999, 9_999_999_999, places=2, allow_nan=False),
        st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    ),
    max_size=4,
)
FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "\u200f=1", "＝1", "'=1", "''=1", "#N/A"]


def written(form, rows, heads=HEADS):
    with listed.table(form, "גיליון", heads, rows) as file:
        return io.BytesIO(file.read())


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@given(rows=ROWS)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_as_it_was(form, rows):
    read = table.read(written(form, [(f"א{text}" if form == "csv" else text, *more) for text, *more in rows]))

    assert read.heads == HEADS
    for (_place, [text, amount, day]), (first, number, when) in zip(read.rows, rows, strict=True):
        assert text == (f"א{first}" if form == "csv" else first)
        assert (Decimal(amount) if amount else None) == number
        assert day == (when.isoformat() if when else "")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_calculated_and_each_comes_back(form, text):
    file = written(form, [(text, None, None)])

    if form == "xlsx":
        [[cell, *_rest]] = load_workbook(io.BytesIO(file.getvalue())).active.iter_rows(min_row=2)
        assert (cell.data_type, cell.value) == ("s", cells.escaped(text))
    else:
        line = file.getvalue().decode("utf-8-sig").splitlines()[1].strip('"')
        assert text == "#N/A" or line.startswith("'")
    assert table.read(file).rows[0][1][0] == text


def test_a_workbook_reads_from_right_to_left_with_numbers_and_days_as_such():
    file = written("xlsx", [("א", Decimal("1180.10"), date(2026, 11, 23))])

    sheet = load_workbook(file).active
    assert sheet.sheet_view.rightToLeft
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[2]] == ["א", 1180.1, datetime(2026, 11, 23)]
    assert sheet["B2"].number_format == "#,##0.00"


def package(**parts):
    """A workbook with further parts, or other ones."""
    held = io.BytesIO()
    book = Workbook()
    book.active.append(["א"])
    book.active.append(["1"])
    book.save(held)
    after = io.BytesIO()
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(after, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry.filename, old.read(entry))
        for name, content in parts.items():
            new.writestr(name, content)
    return after.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>' + SHEET.format("")
HOSTILE = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n\n ", "empty"),
    "only commas": (b",,,\n,,,\n", "empty"),
    "too large": (b"a\n" * 3_000_000, "too_large"),
    "old excel": (b"\xd0\xcf\x11\xe0" + b"0" * 600, "old_excel"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_a_table"),
    "half a zip": (package()[:400], "not_a_table"),
    "another zip": (b"PK\x03\x04" + b"0" * 200, "not_a_table"),
    "no workbook": (b"".join([]), "empty"),
    "a bomb": (package(**{"xl/media/a.bin": b"0" * 60_000_000}), "bomb"),
    "many entries": (package(**{f"xl/x{n}.xml": "<a/>" for n in range(300)}), "bomb"),
    "macros": (package(**{"xl/vbaProject.bin": b"x"}), "active"),
    "links outside": (package(**{"xl/externalLinks/externalLink1.xml": "<a/>"}), "active"),
    "entities": (package(**{"xl/worksheets/sheet1.xml": LAUGHS}), "active"),
    "entities in utf-16": (package(**{"xl/worksheets/sheet1.xml": LAUGHS.encode("utf-16")}), "active"),
    "no xml": (package(**{"xl/worksheets/sheet1.xml": "nothing"}), "not_a_table"),
    "a row that is no number": (
        package(**{"xl/worksheets/sheet1.xml": SHEET.format('<row r="x"><c r="A1"><v>1</v></c></row>')}),
        "not_a_table",
    ),
    "too many columns": (",".join(f"h{n}" for n in range(70)).encode() + b"\n", "too_wide"),
    "too many rows": (b"a\n" + b"1\n" * 5001, "too_long"),
    "one heading twice": ("א,א\n1,2\n".encode(), "heads_twice"),
    "a quote that never ends": (b'a,b\n"' + b"x" * 200_000, "not_a_table"),
    "nul": (b"a,b\n1,\x002\n", "not_a_table"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_reason(name):
    content, reason = HOSTILE[name]

    with pytest.raises(table.Unreadable) as refused:
        table.read(io.BytesIO(content))

    assert refused.value.reason == reason


def test_a_row_far_down_and_a_cell_far_out_cost_nothing():
    near = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    far = f'{near}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    read = table.read(io.BytesIO(package(**{"xl/worksheets/sheet1.xml": SHEET.format(far)})))

    assert (read.heads, read.rows) == (["a"], [])


@pytest.mark.parametrize(
    "content",
    [
        "ספק;סכום\nמוסך;5\n".encode("cp1255"),
        "ספק\tסכום\nמוסך\t5\n".encode("utf-16"),
        "\ufeffספק,סכום\r\nמוסך,5\r\n".encode(),
    ],
)
def test_a_csv_is_read_as_excel_saves_it(content):
    read = table.read(io.BytesIO(content))

    assert (read.heads, [row for _place, row in read.rows]) == (["ספק", "סכום"], [["מוסך", "5"]])


def test_a_text_longer_than_a_cell_is_cut_where_the_cell_ends():
    assert len(load_workbook(written("xlsx", [("x" * 40_000, None, None)])).active["A2"].value) == cells.LONGEST
    assert workbook.TYPE.endswith("sheet")
