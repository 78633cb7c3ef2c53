"""Assigning an invoice's lines to damage centers: proposals, and what a person sends."""

import json
from pathlib import Path

import pytest

from tests.admin.conftest import GHOST
from tests.invoices.desk import OCR, Invoices

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
FULL = json.loads((FIXTURES / "helper_full.json").read_text())
TYPICAL = json.loads((FIXTURES / "helper_typical.json").read_text())
CENTER, SECOND = FULL["centers"][0]["Id"], FULL["centers"][1]["Id"]
ROW = FULL["centers"][0]["Parts"]["parts_required"][0]
OLD = {
    "centers": [
        {
            "id": "damage_center_1_1",
            "number": 1,
            "location": "חזית",
            "parts_items": [{"name": "כנף"}],
            "work_items": [{"category": "צבע", "cost": 5}],
            "repairs_items": [],
        },
        {"Damage center Number": "2", "Location": "אחור", "Works": {"works": "עבודות"}},
        "not a center",
    ]
}


@pytest.fixture
def invoices(api, dana, open_case):
    return Invoices(api(dana), open_case)


def reasons(answer):
    return [(error["pointer"], error["reason"]) for error in answer.json()["details"]]


def test_the_desk_has_lines_centers_and_proposals(invoices):
    invoice = invoices.read(FULL, OCR)

    desk = invoices.ask(invoice, "assign").json()

    assert (desk["status"], desk["version"]) == ("DRAFT", 1)
    assert [line["line_number"] for line in desk["lines"]] == list(range(1, len(desk["lines"]) + 1))
    assert desk["lines"][0]["line_total"] == 644.0
    first = desk["centers"][0]
    assert (first["damage_center_id"], first["damage_center_name"]) == (CENTER, "מוקד 1 · פגוש קדמי")
    kinds = [row["field_type"] for row in first["rows"]]
    assert kinds == ["part"] * 3 + ["work"] * 2 + ["repair"]
    assert first["rows"][0]["row_uuid"] == ROW["row_uuid"]
    by_line = {one["line_number"]: one for one in desk["suggestions"]}
    assert {one["reason"] for one in by_line.values()} <= {"same_name", "close_name", "named_place"}
    assert by_line[6]["reason"] == "same_name"
    assert desk["mappings"] == []


@pytest.mark.parametrize(
    ("line", "reason", "confidence"),
    [
        ({"catalog_code": 'dm-784"3221'}, "same_code", 0.95),
        ({"description": "מראה ימין"}, "same_name", 0.85),
        ({"description": "מראה ימין חשמלית"}, "close_name", 0.583),
    ],
)
def test_a_proposal_says_why(invoices, line, reason, confidence):
    invoice = invoices.make(FULL | {"centers": FULL["centers"][:1]}, [{"item_category": "part", **line}])

    [one] = invoices.ask(invoice, "assign").json()["suggestions"]

    assert (one["reason"], one["confidence"], one["row_uuid"]) == (reason, confidence, ROW["row_uuid"])
    assert (one["damage_center_id"], one["field_type"], one["field_index"]) == (CENTER, "part", 0)


def test_a_linked_part_is_surest_and_the_only_center_is_least(invoices, api, dana):
    invoice = invoices.make(FULL | {"centers": FULL["centers"][:1]}, [{"item_category": "part"}, {"description": "x"}])
    needed = {"case_id": invoice["case_id"], "row_uuid": ROW["row_uuid"], "part": "מראה"}
    [kept] = api(dana).post("parts/required", needed).json()
    invoices.link(invoice, 1, kept["id"])

    one, two = invoices.ask(invoice, "assign").json()["suggestions"]

    assert (one["reason"], one["confidence"], one["row_uuid"]) == ("linked_part", 1.0, ROW["row_uuid"])
    assert (two["reason"], two["confidence"], two["row_uuid"]) == ("only_center", 0.3, None)


def test_what_is_sent_is_kept_and_replaces_what_was(invoices):
    invoice = invoices.make(FULL, [{}, {"line_total": 300.10}])
    lines = invoices.ask(invoice, "assign").json()["lines"]

    told = invoices.tell(
        invoice,
        "assign",
        mappings=[
            {"line_number": 1, "damage_center_id": CENTER, "field_type": "part", "row_uuid": ROW["row_uuid"]},
            {"invoice_line_id": lines[1]["invoice_line_id"], "damage_center_id": "מוקד 2", "field_type": "work"},
        ],
    )

    assert told.status_code == 200, told.content
    assert (told.json()["status"], [one["line_number"] for one in told.json()["mappings"]]) == ("ASSIGNED", [1, 2])
    first, second = told.json()["mappings"]
    assert (first["row_uuid"], first["field_index"], first["damage_center_name"]) == (
        ROW["row_uuid"], 0, "מוקד 1 · פגוש קדמי",
    )  # fmt: skip
    assert (second["damage_center_id"], second["row_uuid"], second["amount"]) == (SECOND, None, None)

    again = invoices.tell(
        invoice, "assign", mappings=[{"line_number": 2, "damage_center_id": CENTER, "field_type": "repair"}]
    ).json()
    assert [(one["line_number"], one["field_type"]) for one in again["mappings"]] == [(2, "repair")]
    empty = invoices.tell(invoice, "assign", mappings=[]).json()
    assert (empty["status"], empty["mappings"]) == ("PENDING", [])


def test_what_is_nearly_sure_can_be_taken_at_once(invoices):
    invoice = invoices.make(FULL, [{"catalog_code": ROW["pcode"]}, {"description": "מגן אחורי"}])

    told = invoices.tell(invoice, "assign", suggested=True).json()

    assert [(one["line_number"], one["row_uuid"]) for one in told["mappings"]] == [(1, ROW["row_uuid"])]
    assert told["mappings"][0]["mapping_confidence"] == 0.95


@pytest.mark.parametrize(
    ("mappings", "pointer"),
    [
        ([{"damage_center_id": "dc_0"}], "/mappings/0/damage_center_id"),
        ([{"line_number": 9}], "/mappings/0/line_number"),
        ([{"line_number": None, "invoice_line_id": GHOST}], "/mappings/0/invoice_line_id"),
        ([{"row_uuid": GHOST}], "/mappings/0/row_uuid"),
        ([{"field_index": 7}], "/mappings/0/field_index"),
        ([{"amount": 500.01}], "/mappings/0/amount"),
        ([{"amount": -1}], "/mappings/0/amount"),
        ([{}, {"damage_center_id": SECOND}], "/mappings/0/amount"),
        ([{"amount": 300}, {"damage_center_id": SECOND, "amount": 200.01}], "/mappings/1/amount"),
        ([{}, {}], "/mappings/1"),
        ([{"field_index": 0}, {"line_number": 2, "field_index": 0}], "/mappings/1"),
        ([{"field_type": "material"}], "/mappings/0/field_type"),
        ([{"line_number": None}], "/mappings/0/line_number"),
        ([{"note": 1}], "/mappings/0/note"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_place(invoices, mappings, pointer):
    invoice = invoices.make(FULL, [{}, {}])
    said = {"line_number": 1, "damage_center_id": CENTER, "field_type": "part"}

    answer = invoices.tell(invoice, "assign", mappings=[{**said, **one} for one in mappings])

    assert answer.status_code == 422, answer.content
    assert pointer in [place for place, _ in reasons(answer)]
    assert invoices.ask(invoice, "assign").json()["mappings"] == []


def test_a_line_is_shared_by_two_centers(invoices):
    invoice = invoices.make(FULL, [{}])
    shares = [(CENTER, 300), (SECOND, 200)]

    told = invoices.tell(
        invoice,
        "assign",
        mappings=[
            {"line_number": 1, "damage_center_id": center, "field_type": "part", "amount": amount}
            for center, amount in shares
        ],
    ).json()

    assert [(one["damage_center_id"], one["amount"]) for one in told["mappings"]] == shares


def test_the_oldest_shape_of_a_center_is_read_and_a_strange_one_is_said(invoices):
    invoice = invoices.make(OLD, [{}])

    centers = invoices.ask(invoice, "assign").json()["centers"]

    assert [(one["damage_center_id"], one["damage_center_name"], len(one["rows"])) for one in centers] == [
        ("damage_center_1_1", "מוקד 1 · חזית", 2), ("מוקד 2", "מוקד 2 · אחור", 0),
    ]  # fmt: skip
    strange = {"line_number": 1, "damage_center_id": "מוקד 2", "field_type": "work"}
    answer = invoices.tell(invoice, "assign", mappings=[strange])
    assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, "/mappings/0/field_type")


@pytest.mark.parametrize("helper", [{"centers": {"a": 1}}, {"centers": []}, {"centers": [1, None, {"x": 1}]}, {"a": 1}])
def test_a_helper_without_centers_has_none(invoices, helper):
    assert invoices.ask(invoices.make(helper, [{}]), "assign").json()["centers"] == []


def test_foreign_and_missing_invoices_are_the_same(invoices, api, tamar):
    invoice = invoices.make(FULL, [{}])
    for verb in ("assign", "accept", "undo"):
        for method in ("GET", "POST"):
            foreign = api(tamar).request(
                method, f"invoices/{invoice['id']}/{verb}", {"mappings": []} if verb == "assign" else {}
            )
            missing = api(tamar).request(
                method, f"invoices/{GHOST}/{verb}", {"mappings": []} if verb == "assign" else {}
            )
            assert (foreign.status_code, foreign.content) == (404, missing.content)


def test_nobody_assigns_without_logging_in(invoices, api):
    invoice = invoices.make(FULL, [{}])
    assert api().post(f"invoices/{invoice['id']}/assign", {"mappings": []}).status_code == 401


def test_an_invoice_without_a_case_waits_for_one(invoices):
    invoice = invoices.make(None, [{}])
    answer = invoices.tell(invoice, "assign", mappings=[])
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
