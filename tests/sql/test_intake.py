"""Answers from outside: every one kept, the newest current."""

import json
from hashlib import sha256

import pytest

from tests.sql.callers import refused

TABLES = {
    "levi_reports": "select * from public.levi_upsert(%s, %s, %s::jsonb)",
    "vehicle_details": "select * from public.vehicle_upsert(%s, %s, %s::jsonb)",
    "ocr_results": "select * from public.ocr_add(%s, 'invoice', %s, %s::jsonb)",
}


@pytest.fixture(params=TABLES)
def table(request):
    return request.param


@pytest.fixture
def case(dana, plate):
    return dana.open(plate)["case_id"]


def keep(desk, table, case, answer):
    text = json.dumps(answer)
    return desk.one(TABLES[table], case, sha256(text.encode()).hexdigest(), text)


def rows(desk, table, case):
    return desk.ask(f"select id, is_current from public.{table} where case_id = %s order by created_at, id", case)


def test_every_answer_stays_and_the_newest_is_current(dana, table, case, plate):
    first = keep(dana, table, case, {"n": 1})
    second = keep(dana, table, case, {"n": 2})

    assert first["plate"] == second["plate"] == plate
    assert (first["is_current"], second["is_current"]) == (True, True)
    current = {row["id"]: row["is_current"] for row in rows(dana, table, case)}
    assert current == {first["id"]: False, second["id"]: True}


def test_the_same_answer_again_is_the_same_row(dana, table, case):
    first = keep(dana, table, case, {"n": 1})
    again = keep(dana, table, case, {"n": 1})

    assert again["id"] == first["id"]
    assert [row["is_current"] for row in rows(dana, table, case)] == [True]
    told = dana.ask("select 1 from public.events where case_id = %s and data ->> 'table' = %s", case, table)
    assert len(told) == 1


def test_an_answer_never_changes(dana, table, case):
    kept = keep(dana, table, case, {"n": 1})

    with refused("PT409"):
        dana.ask(f"update public.{table} set unread = '{{x}}' where id = %s", kept["id"])


def test_a_case_is_found_for_an_answer_later(dana, table, case, other_plate):
    kept = keep(dana, table, None, {"n": 1})
    dana.ask(f"update public.{table} set case_id = %s where id = %s", case, kept["id"])
    other = dana.open(other_plate)["case_id"]

    assert rows(dana, table, case) == [{"id": kept["id"], "is_current": True}]
    with refused("PT409"):
        dana.ask(f"update public.{table} set case_id = %s where id = %s", other, kept["id"])


def test_another_office_sees_and_adds_nothing(dana, tamar, table, case):
    kept = keep(dana, table, case, {"n": 1})

    assert tamar.ask(f"select 1 from public.{table} where id = %s", kept["id"]) == []
    with refused("PT404"):
        keep(tamar, table, case, {"n": 2})


def test_two_documents_are_read_side_by_side(dana, case):
    statement = "select * from public.ocr_add(%s, 'invoice', %s, '{}'::jsonb, p_file_ref => %s)"
    one, two = (dana.one(statement, case, name * 32, name) for name in "ab")

    assert {row["id"]: row["is_current"] for row in rows(dana, "ocr_results", case)} == {
        one["id"]: True,
        two["id"]: True,
    }


def test_an_old_answer_that_finds_its_case_late_does_not_push_the_newer_one_aside(dana, case):
    old = keep(dana, "levi_reports", None, {"n": 1})
    new = keep(dana, "levi_reports", case, {"n": 2})
    dana.ask("update public.levi_reports set case_id = %s where id = %s", case, old["id"])

    assert {row["id"]: row["is_current"] for row in rows(dana, "levi_reports", case)} == {
        old["id"]: False,
        new["id"]: True,
    }
