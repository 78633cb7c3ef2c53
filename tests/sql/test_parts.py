"""Parts: each row once, each in its own office, each change told."""

import json
from uuid import uuid4

import pytest

from tests.sql.callers import details, refused

FOUND = "select * from public.parts_results_bulk_upsert(%s::jsonb, %s)"
NEEDED = "select * from public.parts_required_bulk_upsert(%s, %s::jsonb)"


@pytest.fixture
def case(dana, plate):
    return dana.open(plate, '{"parts_search": {"selected_parts": [{"n": 1.10}], "x": 1}}')["case_id"]


def found(desk, case, *rows):
    return desk.ask(FOUND, json.dumps(rows), case)


def part(**more):
    return {"row_uuid": str(uuid4()), "part_name": "צלע גג", "oem": "66747-E298", "price": 400, "raw": {"n": 1}} | more


def events(desk, case, kind):
    return desk.ask("select type, data from public.events where case_id = %s and type like %s order by at", case, kind)


def test_found_parts_belong_to_the_case_and_are_told_once(dana, case, plate):
    made = found(dana, case, part(), part())

    assert [row["created"] for row in made] == [True, True]
    rows = dana.ask("select plate, price::text, search_text from public.parts_search_results where case_id = %s", case)
    assert {row["plate"] for row in rows} == {plate}
    assert rows[0]["price"] == "400.00"
    assert rows[0]["search_text"] == "צלע גג 66747e298"
    [told] = events(dana, case, "parts_results.%")
    assert (told["data"]["rows"], told["data"]["op"]) == (2, "insert")
    assert "became" not in told["data"]


def test_the_same_row_again_is_the_same_row(dana, case):
    one = part()
    found(dana, case, one)

    again = found(dana, case, one, one)

    assert [row["created"] for row in again] == [False]
    assert dana.value("select count(*) from public.parts_search_results where case_id = %s", case) == 1
    # Nothing changed, so nothing is told.
    assert len(events(dana, case, "parts_results.%")) == 1


def test_a_row_that_says_something_new_is_brought_up_to_date(dana, case):
    one = part()
    found(dana, case, one)
    found(dana, case, one | {"price": 380, "raw": {"n": 2}})

    assert dana.value("select price::text from public.parts_search_results where case_id = %s", case) == "380.00"
    told = events(dana, case, "parts_results.%")[-1]["data"]
    assert (told["was"]["price"], told["became"]["price"]) == (400, 380)
    assert "raw" not in told["became"]


def test_a_general_search_has_no_case(dana, tamar):
    one = part()
    [made] = found(dana, None, one)

    assert dana.value("select plate is null from public.parts_search_results where id = %s", made["id"])
    assert tamar.ask("select 1 from public.parts_search_results where id = %s", made["id"]) == []
    # The same key in another office is another row.
    assert found(tamar, None, one)[0]["created"]


def test_nobody_adds_to_a_case_of_another_office(dana, tamar, case):
    with refused("PT404"):
        found(tamar, case, part())
    with refused("PT404"):
        tamar.ask("insert into public.parts_required (case_id) values (%s)", case)
    org = dana.value("select org_id from public.cases where id = %s", case)
    mine = tamar.value("select org_id from public.profiles where user_id = auth.uid()")
    for office in (org, mine):
        with refused("42501" if office == org else "23503"):
            tamar.ask(
                "insert into public.parts_required (case_id, org_id, plate) values (%s, %s, '12345678')", case, office
            )


def test_a_needed_part_serves_every_center_that_named_it(dana, case):
    one = {"row_uuid": str(uuid4()), "damage_center_code": "מוקד 1", "part_name": "פנס", "quantity": 3}
    dana.ask(NEEDED, case, json.dumps([one]))
    dana.ask(NEEDED, case, json.dumps([{"row_uuid": one["row_uuid"], "damage_center_code": "מוקד 2"}]))

    kept = dana.one(
        "select damage_center_code, damage_center_codes, part_name, quantity::text, status"
        " from public.parts_required where case_id = %s",
        case,
    )
    assert kept["damage_center_code"] == "מוקד 2"
    assert sorted(kept["damage_center_codes"]) == ["מוקד 1", "מוקד 2"]
    assert (kept["part_name"], kept["quantity"], kept["status"]) == ("פנס", "3.00", "PENDING")


def test_a_needed_part_stays_with_its_case(dana, case, other_plate):
    other = dana.open(other_plate)["case_id"]
    one = {"row_uuid": str(uuid4()), "part_name": "פנס"}
    dana.ask(NEEDED, case, json.dumps([one]))

    with refused("PT409") as told:
        dana.ask(NEEDED, other, json.dumps([one]))

    assert details(told)["row_uuid"] == one["row_uuid"]


def test_the_existing_ui_upserts_on_row_uuid(dana, case):
    key = str(uuid4())
    for name in ("פנס", "פנס ימין"):
        dana.ask(
            """insert into public.parts_required (row_uuid, case_id, part_name) values (%s, %s, %s)
               on conflict (row_uuid) do update set part_name = excluded.part_name""",
            key, case, name,
        )  # fmt: skip

    assert dana.ask("select part_name from public.parts_required where case_id = %s", case) == [
        {"part_name": "פנס ימין"}
    ]


SELECT = "select * from public.part_select(%s, %s, p_helper_row => %s::jsonb)"


@pytest.mark.parametrize(("writer", "kept"), [("make", False), ("dual", True), ("supabase", True)])
def test_a_choice_is_one_row_and_where_we_write_a_version(dana, owner, case, writer, kept):
    [row] = found(dana, case, part())
    owner.ask(
        """insert into public.feature_flags (name, org_id, case_id, value)
           select 'writer.parts', org_id, id, %s from public.cases where id = %s""",
        writer, case,
    )  # fmt: skip

    chosen = dana.one(SELECT, row["id"], None, '{"oem": "66747-E298", "price": 4.10}')
    again = dana.one(SELECT, row["id"], case, '{"oem": "66747-E298"}')

    assert chosen["id"] == again["id"]
    texts = [version["helper"] for version in dana.versions(case)]
    assert len(texts) == 1 + kept
    if kept:
        assert texts[-1] == (
            '{"parts_search": {"x": 1, "selected_parts": [{"n": 1.10}, {"oem": "66747-E298", "price": 4.10}]}}'
        )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("₪ 1,234.50", "1234.50"),
        ("2,120", "2120"),
        ("-26.88%", "-26.88"),
        ("+7.95%", "7.95"),
        ("0", "0"),
        ('400 ש"ח', "400"),
        ("אין מידע", None),
        ("", None),
        ("12-345-67", None),
        ("1.2.3", None),
        ("1e5", None),
        ("\u200f₪\u00a0400", "400"),
    ],
)
def test_an_amount_is_read_or_left(dana, text, number):
    assert dana.value("select private.amount(%s)::text", text) == number
