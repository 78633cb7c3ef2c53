"""The parts a case needs: upserted by their key under any of their names, changed, never deleted."""

import json
from uuid import uuid4

import pytest

from core import acting
from parts.models import ArchivedPart
from tests.admin.conftest import GHOST

ADDRESS = "parts/required"


def part(**more):
    return {
        "row_uuid": str(uuid4()),
        "damage_center_code": "מוקד 1",
        "part": "פנס קדמי",
        "catalog_code": "CAT-1",
        "oem": "66747-E298",
        "price": "₪1,485.50",
        "reduction": "10%",
        "wear_percentage": 5,
        "updated_price": 1270.1,
        "cost": "2,540.20",
        "qty": "2",
        "status": "הוזמן",
        "supplier": "חלפי דמו",
    } | more


@pytest.fixture
def keep(api, dana):
    def kept(body, person=dana):
        answer = api(person).post(ADDRESS, body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return kept


def test_a_row_is_understood_under_the_names_of_the_screens(api, dana, keep, open_case):
    case, row = open_case(), part()

    [told] = keep({"case_id": case["case_id"], **row})

    assert (told["row_uuid"], told["created"], told["unread"], told["error"]) == (row["row_uuid"], True, [], None)
    content = api(dana).get(f"{ADDRESS}/{row['row_uuid']}").content
    kept = json.loads(content)
    assert (kept["part_name"], kept["pcode"], kept["oem"]) == ("פנס קדמי", "CAT-1", "66747-E298")
    assert b'"price_per_unit":1485.50' in content
    assert b'"total_cost":2540.20' in content
    assert (kept["reduction_percentage"], kept["wear_percentage"], kept["quantity"]) == (10, 5, 2)
    assert (kept["status"], kept["damage_center_codes"], kept["plate"]) == ("ORDERED", ["מוקד 1"], case["plate"])


@pytest.mark.parametrize("form", ["one", "list", "rows", "rows by plate"])
def test_rows_come_alone_in_a_list_or_for_one_case(keep, open_case, api, dana, form):
    case = open_case()
    rows = [part() for _ in range(1 if form == "one" else 3)]
    named = [{"case_id": case["case_id"], **row} for row in rows]
    plate = f"{case['plate'][:3]}-{case['plate'][3:]}"
    body = {
        "one": named[0],
        "list": named,
        "rows": {"case_id": case["case_id"], "rows": rows},
        "rows by plate": {"plate": plate, "rows": rows},
    }[form]

    told, again = keep(body), keep(body)

    assert [row["row_uuid"] for row in told] == [row["row_uuid"] for row in rows]
    assert [row["created"] for row in again] == [False] * len(rows)
    assert len(api(dana).get(f"{ADDRESS}?case_id={case['case_id']}").json()) == len(rows)


def test_rows_of_more_cases_are_told_in_their_order(keep, open_case):
    one, other = open_case(), open_case()
    rows = [part(case_id=case["case_id"]) for case in (one, other, one)]

    assert [row["row_uuid"] for row in keep(rows)] == [row["row_uuid"] for row in rows]


def test_the_filing_number_in_place_of_the_id_goes_with_the_plate(keep, open_case, api, dana):
    case = open_case()
    filing = api(dana).get(f"cases/{case['case_id']}").json()["filing_number"]

    [told] = keep(part(case_id=filing, plate=case["plate"]))

    assert told["created"]


def test_a_bad_row_is_told_at_its_place_and_the_others_are_kept(keep, open_case):
    case, other = open_case(), open_case()
    taken = part()
    keep({"case_id": other["case_id"], **taken})
    rows = [part(), "x", {"price": 5}, part(price="לפי הצעה", status="בערך", reduction=200), taken]

    told = keep({"case_id": case["case_id"], "rows": rows})

    assert [row["created"] for row in told] == [True, False, False, True, False]
    assert [row["error"] and row["error"]["pointer"] for row in told] == [None, "/rows/1", "/rows/2", None, "/rows/4"]
    assert told[3]["unread"] == ["price_per_unit", "reduction_percentage", "status"]
    assert told[4]["error"]["reason"] == "this row_uuid belongs to another case"


def test_a_key_of_another_office_is_told_just_the_same(keep, open_case, tamar):
    row, hers, case = part(), open_case(person=tamar), open_case()
    keep({"case_id": hers["case_id"], **row}, tamar)

    [told] = keep({"case_id": case["case_id"], **row})

    assert told["error"]["reason"] == "this row_uuid belongs to another case"


def test_what_is_not_named_stays_as_it_was(keep, open_case, api, dana):
    case, row = open_case(), part(metadata={"n": 1})
    keep({"case_id": case["case_id"], **row})

    keep(
        {"case_id": case["case_id"], "row_uuid": row["row_uuid"], "status": "התקבל", "damage_center_codes": ["מוקד 2"]}
    )

    kept = api(dana).get(f"{ADDRESS}/{row['row_uuid']}").json()
    assert (kept["status"], kept["part_name"], kept["quantity"]) == ("RECEIVED", "פנס קדמי", 2)
    assert sorted(kept["damage_center_codes"]) == ["מוקד 1", "מוקד 2"]
    assert kept["metadata"] == {"n": 1}


def test_a_row_is_changed_and_nothing_is_computed_anew(keep, open_case, api, dana):
    case, row = open_case(), part()
    keep({"case_id": case["case_id"], **row})

    body = b'{"status": "CANCELLED", "quantity": 3, "price_per_unit": 99.10, "supplier_name": null}'
    answer = api(dana).request("PATCH", f"{ADDRESS}/{row['row_uuid']}", body)

    assert answer.status_code == 200
    assert b'"price_per_unit":99.10' in answer.content
    after = answer.json()
    assert (after["status"], after["quantity"], after["supplier_name"]) == ("CANCELLED", 3, None)
    assert after["total_cost"] == 2540.2
    assert api(dana).request("DELETE", f"{ADDRESS}/{row['row_uuid']}").status_code == 405


def test_the_list_is_narrowed(keep, open_case, api, dana):
    case = open_case()
    keep({"case_id": case["case_id"], "rows": [part(), part(status="ממתין", damage_center_code="מוקד 7")]})
    keep({"case_id": open_case()["case_id"], **part()})

    def names(query):
        return len(api(dana).get(f"{ADDRESS}?{query}").json())

    assert (names(""), names(f"plate={case['plate']}"), names("status=PENDING"), names("center=מוקד 7")) == (3, 2, 1, 1)
    assert names("status=PENDING&status=ORDERED") == 3
    assert api(dana).get(f"{ADDRESS}?status=x").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"status": "הוזמן"},
        {"quantity": -1},
        {"quantity": 1e12},
        {"reduction_percentage": 101},
        {"price_per_unit": "x"},
        {"case_id": GHOST},
        {"row_uuid": GHOST},
        {"price_per_unit": 1.234},
    ],
)
def test_a_change_that_says_nonsense_is_refused(keep, open_case, api, dana, body):
    row = part()
    keep({"case_id": open_case()["case_id"], **row})

    assert api(dana).patch(f"{ADDRESS}/{row['row_uuid']}", body).status_code == 422


def test_foreign_and_missing_are_the_same(keep, open_case, api, dana, tamar):
    case, row = open_case(), part()
    keep({"case_id": case["case_id"], **row})
    hers = api(tamar)

    for foreign, ghost in (
        (hers.get(f"{ADDRESS}/{row['row_uuid']}"), hers.get(f"{ADDRESS}/{GHOST}")),
        (
            hers.patch(f"{ADDRESS}/{row['row_uuid']}", {"quantity": 9}),
            hers.patch(f"{ADDRESS}/{GHOST}", {"quantity": 9}),
        ),
        (
            hers.post(ADDRESS, part(case_id=case["case_id"])),
            hers.post(ADDRESS, part(case_id=GHOST)),
        ),
        (hers.post(ADDRESS, part(plate=case["plate"])), hers.post(ADDRESS, part(plate="7654321"))),
    ):
        assert (foreign.status_code, foreign.content) == (404, ghost.content)
    assert hers.get(ADDRESS).json() == []
    assert api(dana).get(f"{ADDRESS}/{row['row_uuid']}").json()["quantity"] == 2


@pytest.mark.parametrize("body", [5, "x", {}, [{}], [5], {"rows": [{"part": "x"}]}])
def test_a_body_without_a_case_is_refused(api, dana, body):
    assert api(dana).post(ADDRESS, body).status_code == 422


def test_parts_kept_before_an_invoice_are_listed_by_case_for_their_own_office(api, dana, tamar, open_case):
    case = open_case()["case_id"]
    with acting.acting(acting.SERVICE):
        ArchivedPart.objects.create(case_id=case, part_name="דלת")

    [kept] = api(dana).get(f"parts/archived?case_id={case}").json()

    assert (kept["part_name"], kept["archive_type"], kept["status"]) == ("דלת", "pre_invoice_assignment", "ARCHIVED")
    assert api(tamar).get(f"parts/archived?case_id={case}").json() == []
