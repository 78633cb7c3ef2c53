"""What the existing invoice screens call by name answers in their columns, and obeys the rules of everything else."""

import json
from uuid import uuid4

import pytest

from tests.sql.callers import refused

MAP = "select public.map_invoice_to_damage_center(%s, %s, %s, %s, %s, %s, %s::jsonb) as id"
MAPPINGS = "select * from public.get_damage_center_mappings(%s, %s)"
UNMAPPED = "select * from public.get_unmapped_invoice_items(%s)"
SORT = "select * from public.batch_categorize_invoice_lines(%s)"
LINES = [
    ("דלת אחורית ימין", None, "part"),
    ("תיקון פח דלת קדמית", None, "repair"),
    ("צביעה מלאה", None, "work"),
    ("צבע ולכה", None, "material"),
    ("משהו", "71-004", "part"),
    ("משהו אחר", None, "uncategorized"),
]


@pytest.fixture
def case(dana, plate):
    return dana.open(plate, '{"centers": [{"Id": "dc_1"}]}')["case_id"]


@pytest.fixture
def invoice(dana, case):
    row = json.dumps({"invoice_number": uuid4().hex, "supplier_name": "מוסך", "total_before_tax": 10})
    made = dana.one("select * from public.invoices_upsert(%s::jsonb, %s)", row, case)
    lines = [
        {"line_number": n, "description": text, "catalog_code": code, "quantity": 1, "line_total": n}
        for n, (text, code, _) in enumerate(LINES, 1)
    ]
    dana.ask("select * from public.invoice_lines_bulk_upsert(%s, %s::jsonb)", made["id"], json.dumps(lines))
    return made


def lines_of(desk, invoice):
    return desk.ask("select * from public.invoice_lines where invoice_id = %s order by line_number", invoice["id"])


def assign(desk, invoice, line, *, index=0, case=None, center="dc_1", data='{"name": "x", "price": 1.10}'):
    return desk.value(MAP, invoice["id"], line["id"], case or invoice["case_id"], center, "part", index, data)


def test_lines_get_their_category_by_their_words_and_a_persons_word_stays(dana, invoice):
    first = lines_of(dana, invoice)[0]
    dana.ask("update public.invoice_lines set item_category = 'other' where id = %s", first["id"])

    sorted_ones = dana.ask(SORT, invoice["id"])

    assert [row["item_category"] for row in lines_of(dana, invoice)] == ["other", *(kind for *_, kind in LINES[1:])]
    assert {row["old_category"] for row in sorted_ones} == {"uncategorized"}
    assert len(sorted_ones) == 4
    assert dana.ask(SORT, invoice["id"]) == []


def test_the_items_of_one_category_come_in_order(dana, invoice):
    dana.ask(SORT, invoice["id"])

    found = dana.ask("select * from public.get_invoice_items_by_category(%s, 'part')", invoice["id"])

    assert [(row["line_number"], row["description"]) for row in found] == [(1, "דלת אחורית ימין"), (5, "משהו")]


def test_a_mapped_line_is_not_among_the_unmapped_ones(dana, invoice):
    line = lines_of(dana, invoice)[0]
    assert len(dana.ask(UNMAPPED, invoice["id"])) == 6

    made = assign(dana, invoice, line)

    assert line["id"] not in {row["line_id"] for row in dana.ask(UNMAPPED, invoice["id"])}
    [mapping] = dana.ask(MAPPINGS, invoice["case_id"], "dc_1")
    assert (mapping["id"], mapping["field_index"], mapping["mapping_status"]) == (made, 0, "active")


def test_the_same_mapping_again_is_the_same_row_and_a_field_has_one_line(dana, invoice):
    first, second, *_ = lines_of(dana, invoice)
    made = assign(dana, invoice, first)

    assert assign(dana, invoice, first) == made
    instead = assign(dana, invoice, second)

    assert [row["id"] for row in dana.ask(MAPPINGS, invoice["case_id"], "dc_1")] == [instead]
    assert first["id"] in {row["line_id"] for row in dana.ask(UNMAPPED, invoice["id"])}


def test_a_mapping_into_another_case_or_of_another_office_is_refused(dana, tamar, any_case, invoice):
    line = lines_of(dana, invoice)[0]

    with refused("PT404"):
        assign(dana, invoice, line, case=any_case)
    with refused("PT404"):
        assign(tamar, invoice, line)
    assert tamar.ask(UNMAPPED, invoice["id"]) == tamar.ask(SORT, invoice["id"]) == []
    assert tamar.value("select public.get_invoice_ocr_data(%s)", invoice["id"]) is None
    assert dana.ask(MAPPINGS, invoice["case_id"], "dc_1") == []


@pytest.fixture
def any_case(dana):
    from tests.conftest import any_plate

    return dana.open(any_plate())["case_id"]


def test_the_newest_reading_is_what_the_screens_get(dana, invoice):
    add = """insert into public.invoice_documents (invoice_id, ocr_status, ocr_structured_data, filename)
        values (%s, %s, %s::jsonb, %s)"""
    dana.ask(add, invoice["id"], "completed", '{"מס. חשבונית": "1"}', "a.pdf")
    dana.ask(add, invoice["id"], "completed", '{"מס. חשבונית": "2"}', "b.pdf")
    dana.ask(add, invoice["id"], "failed", '{"מס. חשבונית": "3"}', "c.pdf")

    assert dana.value("select public.get_invoice_ocr_data(%s)", invoice["id"]) == {"מס. חשבונית": "2"}


def test_accepting_keeps_the_parts_that_were_needed_once_for_each_time_they_changed(dana, invoice):
    part = dana.one(
        "insert into public.parts_required (case_id, part_name, price_per_unit) values (%s, 'כנף', 100) returning *",
        invoice["case_id"],
    )
    line = lines_of(dana, invoice)[0]
    assign(dana, invoice, line)

    def turn(status):
        dana.ask("update public.invoices set status = %s where id = %s", status, invoice["id"])

    def kept():
        return dana.ask(
            "select * from public.required_parts_archive where case_id = %s order by archived_at", invoice["case_id"]
        )

    turn("ASSIGNED")
    turn("ACCEPTED")
    [first] = kept()
    turn("ASSIGNED")
    turn("ACCEPTED")
    assert len(kept()) == 1
    dana.ask("update public.parts_required set price_per_unit = 90 where id = %s", part["id"])
    turn("ASSIGNED")
    turn("ACCEPTED")

    assert [row["price_per_unit"] for row in kept()] == [100, 90]
    assert (first["original_row_uuid"], first["archive_type"]) == (part["row_uuid"], "pre_invoice_assignment")
    assert invoice["invoice_number"] in first["archive_reason"]


def test_what_a_screen_keeps_stays_as_it_was(dana, invoice):
    kept = dana.one(
        """insert into public.required_parts_archive (case_id, part_name, archived_at)
        values (%s, 'דלת', '2020-01-01') returning *""",
        invoice["case_id"],
    )

    assert kept["archived_at"].year > 2020
    with refused("42501"):
        dana.ask("update public.required_parts_archive set part_name = 'x' where id = %s", kept["id"])
    dana.ask("update public.required_parts_archive set status = 'RESTORED' where id = %s", kept["id"])
