"""Each satellite at both doors: who sees, adds and changes a row of our API does so at PostgREST, and nobody else."""

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from make.keys import new_key
from tests.cast import DANA, NOAM, NORTH, SUSPENDED, TAMAR
from tests.conftest import any_plate
from tests.peers.postgrest import key_of

pytestmark = pytest.mark.peers

SERVICE = key_of("service_role")
CALLERS = {"dana": DANA, "noam": NOAM, "tamar": TAMAR, "suspended": SUSPENDED, "anon": key_of("anon"), "nobody": None,
           "service": SERVICE}  # fmt: skip
# Members of the case's office, and the key that stands for all of them.
MAY = {"dana", "noam", "service"}


class Kind(NamedTuple):
    """A satellite: its table and its path, a new row as each door takes it, and what may be changed of one."""

    path: str
    ours: Callable[[dict[str, Any]], Any]
    theirs: Callable[[dict[str, Any]], dict[str, Any]]
    change: tuple[str, dict[str, Any]] | None = None


def word() -> str:
    return uuid.uuid4().hex


def answer(case):
    return {"case_id": case["case_id"], "answer": {"מחיר בסיס": word()}}


def raw(case):
    return {"case_id": case["case_id"], "raw_sha256": word()}


def of_case(case):
    return {"case_id": case["case_id"]}


KINDS = {
    "parts_search_sessions": Kind("parts/search-sessions", of_case, of_case),
    "parts_search_results": Kind(
        "parts/search-results", lambda case: of_case(case) | {"results": [{"part_name": word()}]}, of_case
    ),
    "parts_required": Kind(
        "parts/required",
        lambda case: of_case(case) | {"rows": [{"row_uuid": str(uuid.uuid4()), "part_name": "פנס"}]},
        of_case,
        ("row_uuid", {"oem": word()}),
    ),
    "levi_reports": Kind("levi-reports", answer, raw),
    "vehicle_details": Kind("vehicle-details", answer, raw),
    "ocr_results": Kind(
        "ocr-results", lambda case: answer(case) | {"kind": "other"}, lambda case: raw(case) | {"kind": "other"}
    ),
    "invoices": Kind(
        "invoices",
        lambda case: of_case(case) | {"invoice_number": word(), "supplier_name": "מוסך", "total_amount": 1.10},
        lambda case: of_case(case) | {"invoice_number": word(), "supplier_name": "מוסך"},
        ("id", {"notes": word()}),
    ),
    "kb_docs": Kind(
        "kb/docs",
        lambda case: of_case(case) | {"title": word(), "body": "x"},
        lambda case: of_case(case) | {"title": word()},
        ("id", {"title": word()}),
    ),
}  # fmt: skip


def ours(site, method, path, who, body=None):
    return site.call(method, path, token=who, body=body) if isinstance(who, str) else site.call(method, path, who, body)


def rows(site, table, case):
    """How many rows the case has, past all policies."""
    with site.owner() as owner:
        [count] = owner.execute(f"select count(*) from public.{table} where case_id = %s", [case["case_id"]]).fetchone()
        return count


@pytest.fixture(scope="module")
def case(two_doors):
    """A case of Dana's with a row in each satellite."""
    site, rest = two_doors
    opened = site.call("POST", "cases", DANA, {"plate": any_plate()}).json()
    for table, kind in KINDS.items():
        kept = rest.call("POST", table, DANA, kind.theirs(opened))
        assert kept.status == 201, (table, kept.body)
    return opened


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("table", KINDS)
def test_both_doors_show_the_same_rows(site, rest, case, table, name):
    here = ours(site, "GET", f"{KINDS[table].path}?case_id={case['case_id']}&limit=200", CALLERS[name])
    there = rest.call("GET", f"{table}?case_id=eq.{case['case_id']}&select=id", CALLERS[name])

    seen = {row["id"] for row in here.json()} if here.status == 200 else set()
    assert seen == {row["id"] for row in there.json()} if there.status == 200 else seen == set()
    assert bool(seen) == (name in MAY)


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("table", KINDS)
def test_both_doors_let_the_same_people_add(site, rest, case, table, name):
    before = rows(site, table, case)
    here = ours(site, "POST", KINDS[table].path, CALLERS[name], KINDS[table].ours(case))
    between = rows(site, table, case)
    there = rest.call("POST", table, CALLERS[name], KINDS[table].theirs(case))

    assert (between > before, rows(site, table, case) > between) == (name in MAY,) * 2, (here.body, there.body)
    assert (here.status // 100 == 2, there.status // 100 == 2) == (name in MAY,) * 2
    assert name in MAY or {here.status, there.status} <= {401, 403, 404}


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("table", [table for table, kind in KINDS.items() if kind.change])
def test_both_doors_let_the_same_people_change(site, rest, case, table, name):
    key, change = KINDS[table].change
    [row] = rest.call("GET", f"{table}?case_id=eq.{case['case_id']}&limit=1&order=created_at", SERVICE).json()
    [field] = change
    here = ours(site, "PATCH", f"{KINDS[table].path}/{row[key]}", CALLERS[name], {field: f"{name} here"})
    [between] = rest.call("GET", f"{table}?id=eq.{row['id']}", SERVICE).json()
    rest.call("PATCH", f"{table}?id=eq.{row['id']}", CALLERS[name], {field: f"{name} there"})
    [after] = rest.call("GET", f"{table}?id=eq.{row['id']}", SERVICE).json()

    changed = (between[field] == f"{name} here", after[field] == f"{name} there")
    assert changed == (name in MAY,) * 2, here.body
    assert name in MAY or here.status in (401, 404)


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("table", KINDS)
def test_neither_door_deletes_a_row(site, rest, case, table, name):
    before = rows(site, table, case)
    answer = rest.call("DELETE", f"{table}?case_id=eq.{case['case_id']}", CALLERS[name])

    assert answer.status in (401, 403)
    assert rows(site, table, case) == before


def test_a_gateway_key_opens_our_door_alone(site, rest, case):
    key = new_key()
    with site.owner() as owner:
        owner.execute(
            "insert into private.gateway_keys (org_id, name, key_hash, hint) values (%s, 'x', %s, %s)",
            [NORTH.id, key.key_hash, key.hint],
        )
    here = site.call("POST", "gateway/parts_required.bulk_upsert", token=key.text,
                     body={"case_id": case["case_id"], "rows": [{"row_uuid": str(uuid.uuid4())}]},
                     **{"Idempotency-Key": word()})  # fmt: skip

    assert here.status in (200, 201), here.body
    assert rest.call("GET", "parts_required", key.text).status == 401
