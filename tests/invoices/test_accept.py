"""Accepting an invoice and taking it back: the helper gets its lines to the digit, and is afterwards what it was."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import exact
from tests.invoices.desk import OCR, Invoices

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
FULL = json.loads((FIXTURES / "helper_full.json").read_text())
TYPICAL = json.loads((FIXTURES / "helper_typical.json").read_text())
CENTER, SECOND = FULL["centers"][0]["Id"], FULL["centers"][1]["Id"]
ROW = FULL["centers"][0]["Parts"]["parts_required"][2]
PART = {"line_number": 1, "damage_center_id": CENTER, "field_type": "part", "row_uuid": ROW["row_uuid"]}
PLAIN = {"centers": [{"Id": "dc_1", "Damage center Number": "1", "n": 1.10}], "x": {"y": [1.0, "1.00"]}}
NEW = {"line_number": 1, "damage_center_id": "dc_1", "field_type": "part"}


@pytest.fixture
def invoices(api, dana, open_case):
    return Invoices(api(dana), open_case)


@pytest.fixture
def assigned(invoices):
    """An invoice whose lines are assigned, in a case whose invoices our side writes."""

    def made(helper, lines, mappings, writer="dual", **facts):
        invoice = invoices.make(helper, lines, **facts)
        invoices.written_by(invoice, writer)
        answer = invoices.tell(invoice, "assign", mappings=mappings)
        assert answer.status_code == 200, answer.content
        return invoice

    return made


def turn(invoices, invoice, verb, **more):
    version, _ = invoices.helper(invoice)
    answer = invoices.tell(invoice, verb, expected_version=version, **more)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_part_gets_the_invoices_figures_and_nothing_else_changes(invoices, assigned):
    line = {"quantity": 2, "unit_price": 100.10, "line_total": 200.20, "catalog_code": "1-004"}
    invoice = assigned(FULL, [line], [PART], supplier_name="מוסך אחר")
    before = exact.read(invoices.helper(invoice)[1])

    told = turn(invoices, invoice, "accept")

    assert (told["status"], told["before_version"], told["accepted_version"], told["version"]) == ("ACCEPTED", 2, 3, 3)
    assert (told["helper_written"], told["warnings"]) == (True, [])
    assert [one["mapping_status"] for one in told["mappings"]] == ["applied"]
    assert exact.read(invoices.helper(invoice, 2)[1]) == before
    after = exact.read(invoices.helper(invoice, 3)[1])
    row = after["centers"][0]["Parts"]["parts_required"][2]
    old = before["centers"][0]["Parts"]["parts_required"][2]
    changed = {name: value for name, value in row.items() if old.get(name) != value}
    # 100.10 x 0.95 x 0.95 = 90.34025
    assert changed == {
        "price_per_unit": b"100.10", "price": b"100.10", "quantity": b"2", "qty": b"2", "updated_price": b"90.34",
        "total_cost": b"180.68", "cost": b"180.68", "supplier": "מוסך אחר", "supplier_name": "מוסך אחר",
    }  # fmt: skip
    assert after["centers"][0]["Summary"] == before["centers"][0]["Summary"]
    before["centers"][0]["Parts"]["parts_required"][2] = row
    *old_ones, new = after["final_report"]["invoice_assignments"]
    assert old_ones == before["final_report"]["invoice_assignments"]
    before["final_report"] |= {
        name: after["final_report"][name]
        for name in ("invoice_assignments", "total_assignments", "total_assigned_cost", "last_assignment_at")
    }
    assert after == before
    assert new["damage_center_name"] == "1 - פגוש קדמי"
    assert new["invoice_line"]["line_total"] == b"200.20"
    assert after["final_report"]["total_assignments"] == b"%d" % (len(old_ones) + 1)


def test_an_assignment_has_exactly_the_names_of_the_screens(invoices, assigned):
    invoice = assigned(FULL, [{}], [PART])
    turn(invoices, invoice, "accept")

    [*_, shown, ours] = json.loads(invoices.helper(invoice)[1])["final_report"]["invoice_assignments"]

    assert set(ours) == set(shown)
    assert set(ours["invoice_line"]) == set(shown["invoice_line"])
    assert (ours["assignment_status"], ours["invoice_id"], ours["field_type"]) == ("applied", invoice["id"], "part")
    assert ours["assigned_by"] == ours["applied_by"]


def test_what_waited_in_the_helper_is_not_doubled(invoices, assigned):
    invoice = assigned(PLAIN, [{}], [NEW])
    [mapping] = invoices.ask(invoice, "assign").json()["mappings"]
    waits = {
        "assignment_id": "a1", "invoice_line_id": mapping["invoice_line_id"], "damage_center_id": "dc_1",
        "field_type": "part", "assignment_status": "pending", "own": 1,
    }  # fmt: skip
    helper = {**PLAIN, "final_report": {"invoice_assignments": [waits]}}
    assert (
        invoices.caller.put(f"cases/{invoice['case_id']}/helper", {"helper": helper, "version": 1}).status_code == 200
    )

    turn(invoices, invoice, "accept")

    [one] = json.loads(invoices.helper(invoice)[1])["final_report"]["invoice_assignments"]
    assert (one["assignment_id"], one["assignment_status"], one["own"]) == ("a1", "applied", 1)


def test_works_and_repairs_get_their_cost_and_new_lines_a_row(invoices, assigned):
    lines = [{"item_category": "work", "line_total": 986.5, "unit_price": None}, {"item_category": "repair"}, {}]
    work, repair, part = (
        {"line_number": n, "damage_center_id": SECOND, "field_type": kind}
        for n, kind in ((1, "work"), (2, "repair"), (3, "part"))
    )
    work = work | {"damage_center_id": CENTER, "field_index": 1}
    invoice = assigned(FULL, lines, [work, repair, part])

    told = turn(invoices, invoice, "accept")

    first, second, _ = exact.read(invoices.helper(invoice)[1])["centers"]
    assert first["Works"]["works"][1]["cost"] == b"986.50"
    new = second["Repairs"]["repairs"][-1]
    assert new | {"added_at": ""} == {
        "name": "שורה 2", "cost": b"500", "description": "", "added_at": "", "source": "invoice",
    }  # fmt: skip
    added, sibling = second["Parts"]["parts_required"][-1], second["Parts"]["parts_required"][-2]
    assert set(added) < set(sibling)
    assert (added["part"], added["total_cost"], added["source"]) == ("שורה 3", b"500", "invoice")
    assert (added["damage_center_code"], added["case_id"]) == ("מוקד 2", invoice["case_id"])
    assert len({row["row_uuid"] for row in second["Parts"]["parts_required"]}) == len(second["Parts"]["parts_required"])
    assert told["helper_written"]


def test_the_first_generation_of_rows_keeps_its_own_names(invoices, assigned):
    center = TYPICAL["centers"][0]["Id"]
    rows = [{"line_number": 1, "damage_center_id": center, "field_type": "part", "field_index": 0}]
    rows.append({"line_number": 2, "damage_center_id": center, "field_type": "part"})
    invoice = assigned(TYPICAL, [{"line_total": 1000, "quantity": 2}, {}], rows)

    turn(invoices, invoice, "accept")

    old, new = json.loads(invoices.helper(invoice)[1])["centers"][0]["Parts"]["parts_required"]
    assert (old["price"], old["מחיר"], old["כמות"], old["total_cost"], old["price_per_unit"]) == (
        500,
        "₪500",
        2,
        1000,
        500,
    )
    assert "cost" not in old
    assert set(new) == set(TYPICAL["centers"][0]["Parts"]["parts_required"][0])
    assert (new["מחיר"], new["source"], new["name"]) == ("₪500", "invoice", "שורה 2")


def test_a_shared_line_is_split_by_pieces_or_by_money(invoices, assigned):
    lines = [{"quantity": 4, "unit_price": 125}, {"description": "צבע"}]
    rows = [
        {"line_number": n, "damage_center_id": center, "field_type": "part", "amount": amount}
        for n, center, amount in ((1, CENTER, 375), (1, SECOND, 125), (2, CENTER, 333.33), (2, SECOND, 166.67))
    ]
    invoice = assigned(FULL, lines, rows)
    turn(invoices, invoice, "accept")

    first, second, _ = json.loads(invoices.helper(invoice)[1])["centers"]

    def told(center):
        found = center["Parts"]["parts_required"][-2:]
        return [(row["quantity"], row["price_per_unit"], row["total_cost"]) for row in found]

    assert told(first) == [(3, 125, 375), (1, 333.33, 333.33)]
    assert told(second) == [(1, 125, 125), (1, 166.67, 166.67)]


def test_a_discount_is_in_the_price(invoices, assigned):
    line = {"quantity": 2, "unit_price": 100, "discount_percent": 10, "line_total": 180}
    invoice = assigned(PLAIN, [line], [NEW])
    turn(invoices, invoice, "accept")

    [row] = json.loads(invoices.helper(invoice)[1])["centers"][0]["Parts"]["parts_required"]
    assert (row["price_per_unit"], row["quantity"], row["total_cost"]) == (90, 2, 180)


@pytest.mark.parametrize("helper", [PLAIN, FULL, TYPICAL])
def test_accepting_and_taking_back_leaves_every_byte(invoices, assigned, helper):
    center = helper["centers"][0]["Id"]
    kinds = [(1, "part"), (2, "work"), (3, "repair")]
    rows = [{"line_number": n, "damage_center_id": center, "field_type": kind} for n, kind in kinds]
    invoice = assigned(helper, [{}, {}, {}], rows)
    _, before = invoices.helper(invoice)

    turn(invoices, invoice, "accept")
    assert invoices.helper(invoice)[1] != before
    told = turn(invoices, invoice, "undo", reason="טעות")

    assert invoices.helper(invoice) == (4, before)
    assert (told["status"], told["accepted_version"], told["version"]) == ("ASSIGNED", None, 4)
    [newest, *_] = invoices.caller.get(f"cases/{invoice['case_id']}/helper/versions").json()
    assert (newest["label"], newest["trigger"], newest["changes"] > 0) == ("טעות", "invoice_undo", True)
    assert turn(invoices, invoice, "accept")["version"] == 6


@pytest.mark.parametrize("helper", [PLAIN, FULL])
def test_what_was_saved_since_stays_when_it_is_taken_back(invoices, assigned, helper):
    rows = [{"line_number": 1, "damage_center_id": helper["centers"][0]["Id"], "field_type": "part"}]
    invoice = assigned(helper, [{}], rows)
    before = json.loads(invoices.helper(invoice)[1])
    version = turn(invoices, invoice, "accept")["version"]
    later = json.loads(invoices.helper(invoice)[1])
    later["valuation"], later["centers"][0]["Description"] = {"final_price": 1}, "אחרת"
    saved = invoices.caller.put(f"cases/{invoice['case_id']}/helper", {"helper": later, "version": version})
    assert saved.status_code == 200

    turn(invoices, invoice, "undo")

    before["valuation"], before["centers"][0]["Description"] = {"final_price": 1}, "אחרת"
    assert json.loads(invoices.helper(invoice)[1]) == before


def test_of_two_invoices_the_first_can_be_taken_back(invoices, assigned):
    first = assigned(PLAIN, [{}], [NEW])
    second = invoices.make_in(first, [{"line_total": 70, "unit_price": 70}])
    invoices.tell(second, "assign", mappings=[{**NEW, "field_type": "work"}])
    turn(invoices, first, "accept")
    turn(invoices, second, "accept")

    turn(invoices, first, "undo")

    helper = json.loads(invoices.helper(first)[1])
    [left] = helper["final_report"]["invoice_assignments"]
    assert (left["invoice_id"], helper["final_report"]["total_assigned_cost"]) == (second["id"], 70)
    assert [row["cost"] for row in helper["centers"][0]["Works"]["works"]] == [70]
    turn(invoices, second, "undo")
    left = json.loads(invoices.helper(first)[1])["final_report"]
    assert (left["invoice_assignments"], left["total_assignments"], left["total_assigned_cost"]) == ([], 0, 0)


def test_what_was_changed_again_since_is_refused_with_its_places(invoices, assigned):
    invoice = assigned(FULL, [{}], [PART])
    version = turn(invoices, invoice, "accept")["version"]
    later = json.loads(invoices.helper(invoice)[1])
    later["centers"][0]["Parts"]["parts_required"][2]["total_cost"] = 7
    invoices.caller.put(f"cases/{invoice['case_id']}/helper", {"helper": later, "version": version})
    stands = invoices.helper(invoice)

    answer = invoices.tell(invoice, "undo", expected_version=version + 1)

    assert (answer.status_code, answer.json()["code"]) == (409, "changed_since")
    assert answer.json()["details"]["conflicting_pointers"] == ["/centers/0/Parts/parts_required/2/total_cost"]
    assert invoices.ask(invoice, "undo").status_code == 409
    assert invoices.helper(invoice) == stands
    assert invoices.ask(invoice, "assign").json()["status"] == "ACCEPTED"


@pytest.mark.parametrize("verb", ["accept", "undo"])
def test_a_preview_tells_the_change_and_makes_none(invoices, assigned, verb):
    invoice = assigned(FULL, [{}], [PART])
    if verb == "undo":
        turn(invoices, invoice, "accept")
    stands = invoices.helper(invoice)

    asked = invoices.ask(invoice, verb).json()
    told = invoices.caller.post(f"invoices/{invoice['id']}/{verb}?preview=true", {}).json()

    assert (asked["version"], asked["helper_written"], told["version"]) == (stands[0], True, stands[0])
    assert "/centers/0/Parts/parts_required/2/price_per_unit" in [one["pointer"] for one in asked["changes"]]
    assert asked["summary"]["sections"].keys() == {"centers", "final_report"}
    assert len(asked["unchanged_sections"]) == len(FULL) - 2
    assert invoices.helper(invoice) == stands
    assert invoices.ask(invoice, "assign").json()["status"] == {"accept": "ASSIGNED", "undo": "ACCEPTED"}[verb]


def test_as_long_as_make_writes_invoices_only_the_tables_change(invoices, assigned):
    invoice = assigned(PLAIN, [{}], [NEW], writer="make")
    _, before = invoices.helper(invoice)

    preview = invoices.ask(invoice, "accept").json()
    told = turn(invoices, invoice, "accept")

    assert (preview["helper_written"], told["helper_written"], told["status"]) == (False, False, "ACCEPTED")
    assert (told["before_version"], told["accepted_version"]) == (2, None)
    assert invoices.helper(invoice) == (2, before)
    undone = turn(invoices, invoice, "undo")
    assert (undone["status"], undone["helper_written"]) == ("ASSIGNED", False)
    assert invoices.helper(invoice) == (2, before)


def test_a_stale_version_and_none_are_refused(invoices, assigned):
    invoice = assigned(PLAIN, [{}], [NEW])
    invoices.caller.put(f"cases/{invoice['case_id']}/helper", {"helper": {**PLAIN, "z": 1}, "version": 1})

    stale = invoices.tell(invoice, "accept", expected_version=1)
    none = invoices.tell(invoice, "accept")

    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
    assert stale.json()["details"]["current_version"] == 2
    assert (none.status_code, none.json()["code"]) == (428, "version_required")
    assert invoices.helper(invoice)[0] == 2
    answer = invoices.caller.post(f"invoices/{invoice['id']}/accept", {}, **{"If-Match": '"v2"'})
    assert (answer.status_code, answer["ETag"]) == (200, '"v4"')


@pytest.mark.parametrize("verb", ["accept", "undo"])
def test_what_is_not_assigned_or_accepted_is_refused(invoices, verb):
    invoice = invoices.make(PLAIN, [{}])
    for answer in (invoices.ask(invoice, verb), invoices.tell(invoice, verb, expected_version=1)):
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
        assert answer.json()["details"]["status"] == "DRAFT"


def test_a_center_or_row_that_is_gone_is_assigned_anew(invoices, assigned):
    helper = {
        "centers": [{"Id": "dc_1", "Works": {"works": [{"category": "a", "cost": 1}, {"category": "b", "cost": 2}]}}]
    }
    work = {"line_number": 1, "damage_center_id": "dc_1", "field_type": "work", "field_index": 1}
    invoice = assigned(helper, [{}], [work])
    works = helper["centers"][0]["Works"]["works"]

    def saved(version, rows):
        body = {"helper": {"centers": [{"Id": "dc_1", "Works": {"works": rows}}]}, "version": version}
        assert invoices.caller.put(f"cases/{invoice['case_id']}/helper", body).status_code == 200

    saved(1, works[:1])
    gone = invoices.tell(invoice, "accept", expected_version=2)
    assert (gone.status_code, gone.json()["code"]) == (409, "assign_anew")
    assert gone.json()["details"]["mappings"] == [
        {"line_number": 1, "damage_center_id": "dc_1", "reason": "field_index"}
    ]
    saved(2, [{"category": "new", "cost": 9}, *works[:1], works[1]])
    turn(invoices, invoice, "accept")
    costs = [row["cost"] for row in json.loads(invoices.helper(invoice)[1])["centers"][0]["Works"]["works"]]
    assert costs == [9, 1, 500]


@pytest.mark.parametrize("section", [7, "x", [1], {"invoice_assignments": "x"}, {"invoice_assignments": {"a": 1}}])
def test_a_strange_place_is_left_alone_with_a_warning(invoices, assigned, section):
    invoice = assigned({**PLAIN, "final_report": section}, [{}], [NEW])

    told = turn(invoices, invoice, "accept")

    [warning] = told["warnings"]
    assert warning["pointer"].startswith("/final_report")
    helper = json.loads(invoices.helper(invoice)[1])
    assert helper["final_report"] == section
    assert len(helper["centers"][0]["Parts"]["parts_required"]) == 1
    turn(invoices, invoice, "undo")
    assert json.loads(invoices.helper(invoice)[1]) == {**PLAIN, "final_report": section}


@pytest.mark.parametrize("report", [None, {}, {"invoice_assignments": None, "a": 1}, {"total_assignments": 7}])
def test_an_empty_report_comes_back_as_it_was_whatever_was_saved_since(invoices, assigned, report):
    invoice = assigned({**PLAIN, "final_report": report}, [{}], [NEW])
    version = turn(invoices, invoice, "accept")["version"]
    later = {**json.loads(invoices.helper(invoice)[1]), "z": 1}
    invoices.caller.put(f"cases/{invoice['case_id']}/helper", {"helper": later, "version": version})

    turn(invoices, invoice, "undo")

    [center] = json.loads(invoices.helper(invoice)[1])["centers"]
    assert center == PLAIN["centers"][0]
    assert json.loads(invoices.helper(invoice)[1]) == {**PLAIN, "final_report": report, "z": 1}


def test_totals_of_another_kind_stay(invoices, assigned):
    report = {"total_assignments": "3", "total_assigned_cost": None, "assignments_by_center": {"dc_1": ["x"]}}
    invoice = assigned({**PLAIN, "final_report": report}, [{}], [NEW])

    turn(invoices, invoice, "accept")

    found = json.loads(invoices.helper(invoice)[1])["final_report"]
    assert (found["total_assignments"], found["total_assigned_cost"]) == ("3", 500)
    assert found["assignments_by_center"] == {"dc_1": ["x"]}


def test_a_paper_goes_all_the_way(invoices):
    invoice = invoices.read(FULL, OCR)
    invoices.written_by(invoice, "supabase")
    lines = invoices.ask(invoice, "assign").json()["lines"]
    rows = [
        {"line_number": line["line_number"], "damage_center_id": CENTER, "field_type": line["item_category"]}
        for line in lines
    ]
    assert invoices.tell(invoice, "assign", mappings=rows).status_code == 200
    _, before = invoices.helper(invoice)

    turn(invoices, invoice, "accept")
    helper = json.loads(invoices.helper(invoice)[1])
    assert len(helper["final_report"]["invoice_assignments"]) == len(FULL["final_report"]["invoice_assignments"]) + len(
        lines
    )
    turn(invoices, invoice, "undo")
    assert invoices.helper(invoice)[1] == before


NUMBERS = st.sampled_from(["1", "1.10", "0.0", "12345678901234567890", "-0.50", '"5"', '"₪1,000"', "null", "true"])
ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(["row_uuid", "price", "price_per_unit", "cost", "quantity", "qty", "wear", "name", "מחיר"]),
        NUMBERS, max_size=6,
    ),
    max_size=3,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS, amount=st.integers(1, 50000), kind=st.sampled_from(["part", "work", "repair"]), place=st.integers(0, 3)
)
def test_any_row_comes_back_to_the_byte(invoices, assigned, rows, amount, kind, place):
    listed = f"[{', '.join('{' + ', '.join(f'{json.dumps(k)}: {v}' for k, v in row.items()) + '}' for row in rows)}]"
    path = {"part": ("Parts", "parts_required"), "work": ("Works", "works"), "repair": ("Repairs", "repairs")}[kind]
    text = f'{{"centers": [{{"Id": "dc_1", "{path[0]}": {{"{path[1]}": {listed}}}}}]}}'
    where = {**NEW, "field_type": kind} | ({"field_index": place} if place < len(rows) else {})
    invoice = assigned(PLAIN, [{"line_total": amount / 100, "unit_price": None}], [NEW])
    body = f'{{"version": 1, "helper": {text}}}'.encode()
    assert invoices.caller.request("PUT", f"cases/{invoice['case_id']}/helper", body).status_code == 200
    assert invoices.tell(invoice, "assign", mappings=[where]).status_code == 200
    _, before = invoices.helper(invoice)

    turn(invoices, invoice, "accept")
    turn(invoices, invoice, "undo")

    assert invoices.helper(invoice)[1] == before
