"""The existing invoice screens' calls by name, through PostgREST as they send them."""

import json

import pytest

from tests.cast import DANA, TAMAR

pytestmark = pytest.mark.peers


@pytest.fixture
def invoice(site, case):
    body = {"case_id": case["case_id"], "invoice_number": case["plate"], "supplier_name": "מוסך", "total_amount": 1180}
    made = site.call("POST", "invoices", DANA, body)
    assert made.status in {200, 201}, made.body
    lines = [{"line_number": 1, "description": "דלת אחורית", "quantity": 1, "line_total": 1000}]
    kept = site.call("POST", f"invoices/{made.json()['id']}/lines", DANA, {"lines": lines})
    assert kept.status == 200, kept.body
    return made.json()["id"]


def call(rest, function, who, body):
    return rest.call("POST", f"rpc/{function}", who, body)


def told(answer):
    assert answer.status in {200, 201}, answer.body
    return answer.json()


def test_a_screen_sorts_assigns_and_reads_back(rest, case, invoice):
    of_invoice = {"p_invoice_id": invoice}

    [sorted_one] = told(call(rest, "batch_categorize_invoice_lines", DANA, of_invoice))
    [unmapped] = told(call(rest, "get_unmapped_invoice_items", DANA, of_invoice))
    mapping = {
        **of_invoice,
        "p_invoice_line_id": unmapped["line_id"],
        "p_case_id": case["case_id"],
        "p_damage_center_id": "dc_1",
        "p_field_type": "part",
        "p_field_index": 0,
        "p_mapped_data": {"name": "דלת", "costWithoutVat": 1000.10},
        "p_mapped_by": None,
    }
    made = told(call(rest, "map_invoice_to_damage_center", DANA, mapping))
    [back] = told(
        call(rest, "get_damage_center_mappings", DANA, {"p_case_id": case["case_id"], "p_damage_center_id": "dc_1"})
    )

    assert (sorted_one["old_category"], sorted_one["new_category"]) == ("uncategorized", "part")
    assert (back["id"], back["mapped_data"]) == (made, mapping["p_mapped_data"])
    assert told(call(rest, "get_unmapped_invoice_items", DANA, of_invoice)) == []
    assert (
        told(call(rest, "get_invoice_items_by_category", DANA, {**of_invoice, "p_category": "part"}))[0]["line_number"]
        == 1
    )


def test_another_office_finds_nothing_and_maps_nothing(rest, case, invoice):
    assert told(call(rest, "get_unmapped_invoice_items", TAMAR, {"p_invoice_id": invoice})) == []
    refused = call(
        rest,
        "map_invoice_to_damage_center",
        TAMAR,
        {
            "p_invoice_id": invoice,
            "p_invoice_line_id": invoice,
            "p_case_id": case["case_id"],
            "p_damage_center_id": "dc_1",
            "p_field_type": "part",
            "p_field_index": 0,
        },
    )
    assert refused.status == 404, json.dumps(refused.json())
