"""Invoices over HTTP: kept once, listed, changed, and their sums checked."""

import json
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.admin.conftest import GHOST
from tests.invoices.conftest import line


@pytest.mark.parametrize("again", [{}, {"supplier_name": "מוסך  הדוגמה בע״מ", "notes": "שוב"}])
def test_one_number_of_one_supplier_is_one_invoice(send, open_case, again):
    case, number = open_case(), uuid4().hex
    first = send(case, invoice_number=number)
    known = send(case, invoice_number=f" {number} ", **again)

    assert (first.status_code, known.status_code) == (201, 200), known.content
    assert first["Location"] == f"/api/v1/invoices/{first.json()['id']}"
    assert known.json()["id"] == first.json()["id"]
    assert (known.json()["plate"], known.json()["status"]) == (case["plate"], "DRAFT")


def test_sums_come_back_exactly_with_what_they_differ_by(send, open_case):
    answer = send(open_case(), tax_amount=179.9, total_amount=1180.01, lines=[line(1), line(2, line_total=400.5)])

    for exact in (b'"total_before_tax":1000.00', b'"tax_amount":179.90', b'"lines_total":900.50', b'"vat":-0.10'):
        assert exact in answer.content
    told = answer.json()["validation"]
    assert (told["is_valid"], told["errors"]) == (False, ["lines_differ", "vat_differs", "sum_differs"])
    assert told["differences"] == {"lines": 99.5, "vat": -0.1, "sum": 0.11}
    assert (answer.json()["line_count"], answer.json()["mapping_count"], answer.json()["documents"]) == (2, 0, [])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("total_amount", 1.005), ("total_amount", 10_000_000_000), ("total_amount", "₪ 5"), ("vat_rate", 101),
        ("total_amount", True), ("invoice_date", "27/09/25"), ("invoice_number", ""), ("status", "PAID"),
        ("currency", "שח"), ("nonsense", 1), ("lines", {}), ("case_id", "x"), ("supplier_name", "x" * 301),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_at_its_place(send, open_case, field, value):
    answer = send(open_case(), **{field: value})
    assert answer.status_code == 422, answer.content
    assert answer.json()["details"][0]["pointer"].startswith(f"/{field}")


def test_a_sum_with_hidden_decimals_is_refused(api, dana, open_case):
    case = open_case()
    body = b'{"case_id": "%b", "invoice_number": "1", "total_amount": 1.00000000000000000001}'
    answer = api(dana).post("invoices", body % case["case_id"].encode())
    assert answer.json()["details"][0]["pointer"] == "/total_amount"


def test_a_bad_line_refuses_the_whole_invoice(send, open_case, listed):
    case = open_case()
    answer = send(case, lines=[line(1), line(2, quantity="x")])
    assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, "/lines/1/quantity")
    assert listed(case_id=case["case_id"]) == []


def test_an_invoice_waits_for_a_case_where_the_plate_has_none(api, dana, send, open_case):
    kept = send(None, plate="12-345-67").json()
    assert (kept["case_id"], kept["plate"]) == (None, "1234567")

    case = open_case()
    given = api(dana).patch(f"invoices/{kept['id']}", {"case_id": case["case_id"]})
    assert (given.json()["case_id"], given.json()["plate"]) == (case["case_id"], case["plate"])
    assert api(dana).patch(f"invoices/{kept['id']}", {"case_id": GHOST}).status_code == 404
    assert send(None).status_code == 422


def test_the_list_is_narrowed_by_everything_it_names(api, dana, send, open_case, listed):
    case, other = open_case(), open_case()
    mark = uuid4().hex[:12]
    first = send(case, invoice_number=f"{mark}-1", invoice_date="2025-01-31", source="manual_input").json()
    second = send(other, invoice_number=f"{mark}-2", invoice_type="PARTS", total_amount=5, due_date=None).json()
    api(dana).patch(f"invoices/{second['id']}", {"status": "PENDING"})

    def found(**asked):
        return [row["id"] for row in listed(q=mark, **asked)]

    assert found(order="invoice_number.asc") == [first["id"], second["id"]]
    # Both are of one transaction, so of one moment.
    assert set(found()) == {first["id"], second["id"]}
    assert found(order="total_amount.desc,created_at") == [first["id"], second["id"]]
    plate = f"{case['plate'][:3]}-{case['plate'][3:]}"
    one = [{"case_id": case["case_id"]}, {"plate": plate}, {"status": "DRAFT"}, {"differing": "false"},
           {"source": "manual_input"}, {"date_to": "2025-01-31"}, {"invoice_type": "OTHER"}]  # fmt: skip
    two = [{"differing": "true"}, {"date_from": "2025-02-01"}, {"invoice_type": "PARTS"}, {"status": "PENDING"}]
    assert [found(**asked) for asked in one] == [[first["id"]]] * len(one)
    assert [found(**asked) for asked in two] == [[second["id"]]] * len(two)
    of_both = {"supplier_id": first["supplier_id"], "has_case": "true"}
    assert found(**of_both, order="invoice_number.desc") == [second["id"], first["id"]]
    assert found(has_case="false") == found(updated_since="2999-01-01T00:00:00Z") == []
    assert [row["id"] for row in listed(q=f"{mark}-1 הדוגמה {case['plate']}")] == [first["id"]]


def test_the_list_comes_in_pages(api, dana, send, open_case):
    case = open_case()
    for number in range(3):
        send(case, invoice_number=str(number))
    answer = api(dana).get(f"invoices?case_id={case['case_id']}&limit=2", Prefer="count=exact")
    assert (answer.status_code, answer["Content-Range"]) == (206, "0-1/3")
    assert "offset=2" in answer["Link"]
    assert b'"total_amount":1180.00' in answer.content
    assert "metadata" not in answer.json()[0]


@pytest.mark.parametrize("asked", [{"order": "org_id"}, {"nonsense": 1}, {"status": "X"}, {"date_from": "x"}])
def test_a_question_that_is_none_is_refused(api, dana, asked):
    assert api(dana).get(f"invoices?{urlencode(asked)}").status_code == 422


def test_people_move_the_status_along_its_way_and_the_rest_by_its_own_doors(api, dana, send, open_case):
    address = f"invoices/{send(open_case()).json()['id']}"

    def turned(status):
        return api(dana).patch(address, {"status": status})

    assert turned("PENDING").json()["status"] == "PENDING"
    assert (turned("PAID").status_code, turned("PAID").json()["details"]["next"]) == (
        409, ["DRAFT", "ASSIGNED", "CANCELLED"],
    )  # fmt: skip
    for status, door in (("ASSIGNED", "/assign"), ("ACCEPTED", "/accept")):
        told = turned(status)
        assert (told.status_code, told.json()["details"][0]["pointer"]) == (422, "/status")
        assert door in told.json()["details"][0]["reason"]
    assert turned("CANCELLED").json()["status"] == "CANCELLED"
    assert api(dana).patch(address, {"total_amount": 1}).status_code == 409


def test_what_people_change_is_exactly_that(api, dana, send, open_case):
    before = send(open_case(), metadata={"a": 1}).json()
    changes = {"notes": None, "total_before_tax": 1000.1, "metadata": {"n": 1.1}}
    changes |= {"supplier_name": f"ספק {uuid4()}", "supplier_tax_id": None}
    answer = api(dana).patch(f"invoices/{before['id']}", changes)

    after = answer.json()
    assert b'"total_before_tax":1000.10' in answer.content
    assert (after["metadata"], after["is_edited"]) == ({"n": 1.1}, True)
    assert after["supplier_id"] not in {None, before["supplier_id"]}
    assert after["validation"]["differences"]["sum"] == -0.1
    back = api(dana).patch(f"invoices/{before['id']}", {"supplier_id": before["supplier_id"]})
    assert back.json()["supplier_id"] == before["supplier_id"]
    ghost = api(dana).patch(f"invoices/{before['id']}", {"supplier_id": GHOST})
    assert (ghost.status_code, ghost.json()["details"][0]["pointer"]) == (422, "/supplier_id")


def test_a_number_that_another_invoice_of_the_supplier_has_is_a_conflict(api, dana, send, open_case):
    case = open_case()
    one, two = (send(case, invoice_number=uuid4().hex).json() for _ in range(2))
    told = api(dana).patch(f"invoices/{two['id']}", {"invoice_number": one["invoice_number"]})
    assert told.status_code == 409
    elsewhere = send(open_case(), invoice_number=one["invoice_number"])
    assert (elsewhere.status_code, elsewhere.json()["details"]["invoice_id"]) == (409, one["id"])


def test_another_offices_invoice_is_not_there(api, tamar, send, open_case):
    kept = send(open_case(), lines=[line(1)]).json()
    for address in ("", "/lines", "/lines/1", "/documents"):
        foreign, ghost = (api(tamar).get(f"invoices/{key}{address}") for key in (kept["id"], GHOST))
        assert (foreign.status_code, foreign.content) == (404, ghost.content)
    for address, body in (("", {"notes": "x"}), ("/lines/1", {"removed": True})):
        foreign, ghost = (api(tamar).patch(f"invoices/{key}{address}", body) for key in (kept["id"], GHOST))
        assert (foreign.status_code, foreign.content) == (404, ghost.content)
    assert api(tamar).post(f"invoices/{kept['id']}/lines", [line(1)]).status_code == 404
    assert api(tamar).get(f"invoices?case_id={kept['case_id']}").json() == []
    assert api().get("invoices").status_code == 401
    supplier = f"invoice-suppliers/{kept['supplier_id']}"
    assert (api(tamar).get(supplier).status_code, api(tamar).patch(supplier, {"notes": "x"}).status_code) == (404, 404)


def test_suppliers_are_found_and_changed(api, dana, send, open_case):
    name = f"חלפי {uuid4().hex[:8]} בע״מ"
    kept = send(open_case(), supplier_name=name, supplier_tax_id="51-0").json()
    send(open_case(), supplier_name=f"{name} שני", supplier_tax_id="52")

    def found(asked):
        return [row["id"] for row in api(dana).get(f"invoice-suppliers?{urlencode({'q': asked})}").json()]

    word = name.split()[1]
    assert len(found(f'{word} בע"מ')) == 2
    assert kept["supplier_id"] in found("510")
    address = f"invoice-suppliers/{kept['supplier_id']}"
    changed = api(dana).patch(address, {"phone": "050-0003580", "is_preferred": True})
    assert (changed.json()["phone"], changed.json()["tax_id"]) == ("050-0003580", "510")
    assert api(dana).get(address).json() == changed.json()
    assert api(dana).patch(address, {"tax_id": "5-1"}).status_code == 422
    assert api(dana).patch(address, {"name": f"{name} שני", "tax_id": "52"}).status_code == 409


@pytest.mark.parametrize(
    ("day", "rate"), [("2024-12-31", b"17.00"), ("2025-01-01", b"18.00"), ("2001-01-01", b"17.00")]
)
def test_the_rate_of_a_day_is_told(api, dana, day, rate):
    answer = api(dana).get(f"vat-rates?on={day}")
    assert b'"rate":' + rate in answer.content
    assert len(answer.json()) == 1 < len(api(dana).get("vat-rates").json())
    assert api(dana).get("vat-rates?on=x").status_code == 422


def test_a_reading_is_reached_from_the_invoice_it_made(api, dana, open_case, listed):
    case = open_case()
    parsed = {"מס. חשבונית": uuid4().hex, "שם מוסך": "מוסך הדוגמה", "עלות כוללת": "1,871.48", "מע''מ": "בערך"}
    read = (
        api(dana)
        .post("ocr-results", {"case_id": case["case_id"], "kind": "invoice", "answer": parsed, "file_ref": "a.pdf"})
        .json()
    )

    [row] = listed(case_id=case["case_id"])
    whole = api(dana).get(f"invoices/{row['id']}").json()
    assert [one["ocr_result_id"] for one in whole["documents"]] == [read["id"]]
    [document] = api(dana).get(f"invoices/{row['id']}/documents").json()
    assert (document["filename"], document["raw"], document["unread"]) == ("a.pdf", parsed, ["tax_rate"])
    assert document["parsed"]["total_amount"] == 1871.48
    assert api(dana).get(f"ocr-results/{read['id']}").json()["parsed"] == document["parsed"]
    assert json.dumps(row["status"]) == '"DRAFT"'
