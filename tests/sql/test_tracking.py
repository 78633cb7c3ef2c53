"""The tracking tables follow the current helper, whoever saves it, and never stand in the way of a save."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import any_plate

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
GENERAL = "select * from public.tracking_general where case_id = %s"
EXPERTISE = "select * from public.tracking_expertise where case_id = %s order by damage_center_index"
FINAL = "select * from public.tracking_final_report where case_id = %s order by is_current desc, damage_center_index"
PAYMENT = "select * from public.payment_tracking where case_id = %s"


def fixture(name):
    return (FIXTURES / f"helper_{name}.json").read_text()


def center(number, **more):
    return {"Id": f"dc_{number}", "Damage center Number": str(number), "Location": f"דלת {number}", **more}


@pytest.fixture
def saved(dana):
    """`saved(helper)` opens a case of Dana's with this helper and returns its id."""
    return lambda helper: dana.open(any_plate(), json.dumps(helper))["case_id"]


@pytest.fixture
def general_of(dana, saved):
    """The row of the general table that a helper makes."""
    return lambda **helper: dana.one(GENERAL, saved(helper))


def test_a_finished_case_is_tracked_in_all_three_tables(dana):
    case = dana.open(any_plate(), fixture("full"))["case_id"]

    general, planned, final = dana.one(GENERAL, case), dana.ask(EXPERTISE, case), dana.ask(FINAL, case)

    assert general["inspection_date"] == date(2025, 9, 26)
    assert (general["report_date"], general["manufacturer"], general["year_of_manufacture"]) == (
        date(2025, 9, 26), "מאזדה", 2015)  # fmt: skip
    assert general["vehicle_value"] == Decimal("101423.00")
    assert (general["owner_name"], general["phone"]) == ("מאיה ברוש-דמו", "050-0008611")
    assert (general["garage"], general["garage_phone"], general["email"]) == (
        "מוסך ניסוי ובניו", "050-0000347", "garage.demo@example.com")  # fmt: skip
    assert (general["directive"], general["photos_available"], general["photo_count"]) == ("לתיקון", True, 6)
    assert (general["invoice_received"], general["payment_received"], general["case_in_claim"]) == (True, False, False)
    assert (general["general_status"], general["warnings"]) == ("OPEN", [])
    assert planned[0]["damage_center_name"] == "פגוש קדמי"
    assert {(row["damage_center_count"], row["status"], row["guidance"]) for row in planned} == {(3, "final", "לתיקון")}
    assert planned[0]["planned_work"] == "עבודות צבע, כיוון גלגלים"
    assert planned[0]["planned_parts"].startswith("מראה ימין, מכסה מנוע")
    assert {(row["report_type"], row["status"], row["claim_amount"], row["depreciation"]) for row in final} == {
        ("final_report", "final", Decimal("28441.00"), Decimal("2450.00"))}  # fmt: skip
    assert (final[0]["total_parts"], final[0]["total_work"]) == (Decimal("6284.56"), Decimal("2500.00"))
    assert final[0]["final_compensation"] == Decimal("28441.00")


@pytest.mark.parametrize("name", ["small", "typical", "large"])
def test_every_fixture_of_the_contract_is_tracked_without_a_warning(dana, name):
    case = dana.open(any_plate(), fixture(name))["case_id"]

    assert dana.one(GENERAL, case)["warnings"] == []
    centers = json.loads(fixture(name)).get("centers") or []
    assert len(dana.ask(EXPERTISE, case)) == len(dana.ask(FINAL, case)) == len(centers)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-07", date(2026, 3, 7)),
        ("2026-03-07T23:30:00Z", date(2026, 3, 8)),
        ("2026-03-07T23:30:00.123+02:00", date(2026, 3, 7)),
        ("2026-03-07T10:00:00", date(2026, 3, 7)),
        ("07/03/2026", date(2026, 3, 7)),
        ("7/3/26", date(2026, 3, 7)),
        ("7.3.2026", date(2026, 3, 7)),
        ("03/2026", date(2026, 3, 1)),
        ("", None),
        ("אין מידע", None),
        (None, None),
    ],
)
def test_a_day_is_read_in_every_form(general_of, text, day):
    row = general_of(case_info={"inspection_date": text})

    assert (row["inspection_date"], row["warnings"]) == (day, [])


@pytest.mark.parametrize("value", ["31/02/2026", "2026-13-01", "מחר", 20260307, "0000-01-01", [1], {"a": 1}, True])
def test_a_day_that_is_none_is_a_warning_with_its_place_alone(general_of, value):
    row = general_of(case_info={"inspection_date": value})

    assert (row["inspection_date"], row["warnings"]) == (None, ["/case_info/inspection_date"])


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (78000, "78000.00"), ("₪ 78,000", "78000.00"), ("78,000.50 ש״ח", "78000.50"), ("12%", "12.00"),
        (0, None), ("", None), ("לא זמין", None), (1.005, "1.01"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(general_of, value, amount):
    row = general_of(calculations={"market_value": value})

    assert row["vehicle_value"] == (amount and Decimal(amount))
    assert row["warnings"] == []


def test_a_strange_amount_is_a_warning_and_the_next_place_is_asked(general_of):
    row = general_of(calculations={"market_value": "בערך 100"}, valuation={"final_price": "₪ 90,000"})

    assert (row["vehicle_value"], row["warnings"]) == (Decimal("90000.00"), ["/calculations/market_value"])


@pytest.mark.parametrize(
    ("value", "year", "is_warned"),
    [("2022", 2022, False), (2022, 2022, False), ("11/2022", 2022, False), ("כ-2022", None, True), (22, None, True)],
)
def test_a_year_is_read_with_or_without_its_month(general_of, value, year, is_warned):
    row = general_of(vehicle={"year": value})

    assert (row["year_of_manufacture"], bool(row["warnings"])) == (year, is_warned)


@pytest.mark.parametrize(("value", "expected"), [(True, True), ("כן", True), ("לא", False), (False, False)])
def test_a_flag_is_a_truth_value_or_a_hebrew_word(general_of, value, expected):
    assert general_of(case_info={"in_litigation": value})["case_in_claim"] is expected


def test_sections_of_another_kind_are_warnings(general_of):
    row = general_of(vehicle=["x"], stakeholders="נמחק", centers={"a": 1}, expertise=[], documents="")

    assert sorted(row["warnings"]) == ["/centers", "/stakeholders", "/vehicle"]


def test_thousands_of_centers_are_bounded_and_said(dana, saved):
    case = saved({"centers": [center(n) for n in range(5000)]})

    assert len(dana.ask(EXPERTISE, case)) == 200
    assert dana.one(GENERAL, case)["warnings"] == ["/centers/200"]


def test_every_shape_of_a_center_is_understood(dana, saved):
    oldest = {
        "id": "damage_center_1",
        "location": "מכסה",
        "work_items": ["צבע"],
        "parts_items": [{"name": "מכסה מנוע"}],
        "calculations": {"works_subtotal": "1,100", "parts_subtotal": 900},
    }
    flat = {"damage_center_name": "כנף", "works": [{"name": "פחחות"}], "parts_cost": "₪ 70", "work_cost": 30}
    case = saved({"centers": [oldest, flat, "x", center(1), center(1)]})

    rows = dana.ask(FINAL, case)
    assert [(r["damage_center_name"], r["total_parts"], r["total_work"]) for r in rows[:2]] == [
        ("מכסה", 900, 1100), ("כנף", 70, 30)]  # fmt: skip
    assert [row["center_key"] for row in rows] == ["damage_center_1", "#2", "dc_1", "dc_1#5"]
    assert dana.ask(EXPERTISE, case)[0]["planned_work"] == "צבע"
    assert dana.one(GENERAL, case)["warnings"] == ["/centers/2"]


def test_what_does_not_differ_is_not_touched(dana, saved):
    helper = {"centers": [center(1), center(2)], "vehicle": {"year": 2020}}
    case = saved(helper)
    before = dana.one(GENERAL, case), dana.ask(EXPERTISE, case)

    dana.save(case, json.dumps({**helper, "other": 1}), 1)

    assert (dana.one(GENERAL, case), dana.ask(EXPERTISE, case)) == before


def test_a_center_that_is_gone_is_gone_and_an_estimate_stays_beside_the_final_report(dana, saved):
    case = saved({"centers": [center(1), center(2)]})

    dana.save(case, json.dumps({"centers": [center(2)], "final_report": {"type": "חוות דעת פרטית"}}), 1)

    assert [row["center_key"] for row in dana.ask(EXPERTISE, case)] == ["dc_2"]
    found = [(row["report_type"], row["is_current"], row["center_key"]) for row in dana.ask(FINAL, case)]
    assert found == [("final_report", True, "dc_2"), ("estimate", False, "dc_1"), ("estimate", False, "dc_2")]
    dana.restore(case, 1, 2)
    assert {(row["report_type"], row["is_current"]) for row in dana.ask(FINAL, case)} == {
        ("estimate", True), ("final_report", False)}  # fmt: skip


def test_an_insert_of_the_existing_ui_is_tracked(dana, case):
    dana.insert(case["case_id"], json.dumps({"vehicle": {"manufacturer": "יונדאי"}}), version=77, is_current=True)

    assert dana.one(GENERAL, case["case_id"])["manufacturer"] == "יונדאי"


def test_a_change_of_the_case_is_tracked(dana, case):
    dana.ask(
        "update public.cases set status = 'תביעה אושרה', owner_name = 'רונית', filing_case_id = 'YC-9' where id = %s",
        case["case_id"],
    )

    row = dana.one(GENERAL, case["case_id"])
    assert (row["general_status"], row["owner_name"], row["case_number"], row["case_in_claim"]) == (
        "תביעה אושרה", "רונית", "YC-9", True)  # fmt: skip


def test_a_case_without_any_helper_has_its_row(dana):
    case = dana.value("insert into public.cases (plate) values (%s) returning id", any_plate())

    assert dana.one(GENERAL, case)["general_status"] == "OPEN"


def test_a_fee_that_was_settled_makes_one_row_of_payments(dana):
    case = dana.open(any_plate(), fixture("full"))["case_id"]

    row = dana.one(PAYMENT, case)
    assert (row["total_fee"], row["payment_status"], row["agent"]) == (
        Decimal("1699.20"),
        "ממתין לתשלום",
        "סוכנת ניסוי",
    )
    assert (row["damage_date"], row["damage_type"], row["owner_name"]) == (
        date(2025, 9, 14), "שריפה", "מאיה ברוש-דמו")  # fmt: skip
    dana.ask("update public.payment_tracking set owner_name = 'אחר', total_fee = 5 where id = %s", row["id"])
    dana.save(case, json.dumps({**json.loads(fixture("full")), "x": 1}), 1)
    assert (dana.one(PAYMENT, case)["owner_name"], dana.one(PAYMENT, case)["total_fee"]) == ("אחר", 5)


def test_a_removed_row_of_payments_does_not_come_back(dana):
    case = dana.open(any_plate(), fixture("full"))["case_id"]
    dana.ask("update public.payment_tracking set removed_at = now() where case_id = %s", case)

    dana.save(case, json.dumps({**json.loads(fixture("full")), "x": 1}), 1)

    assert len(dana.ask(PAYMENT, case)) == 1


def test_a_row_made_by_hand_begins_with_what_the_case_knows(dana, saved):
    case = saved({"vehicle": {"manufacturer": "קיה", "year": "2019"}, "stakeholders": {"owner": {"name": "רונית"}}})
    dana.ask("insert into public.payment_tracking (case_id, owner_name) values (%s, 'בן')", case)

    row = dana.one(PAYMENT, case)
    assert (row["manufacturer"], row["year_of_manufacture"], row["owner_name"]) == ("קיה", 2019, "בן")


def test_a_payment_that_was_received_is_seen_in_the_general_table_at_once(dana, saved):
    case = saved({})
    dana.ask("insert into public.payment_tracking (case_id) values (%s)", case)
    for status, expected in (("שולם במלואו", True), ("שולם חלקית", False)):
        dana.ask("update public.payment_tracking set payment_status = %s where case_id = %s", status, case)

        assert dana.one(GENERAL, case)["payment_received"] is expected


def test_another_office_sees_none_of_it(dana, tamar):
    case = dana.open(any_plate(), fixture("full"))["case_id"]

    for question in (GENERAL, EXPERTISE, FINAL, PAYMENT):
        assert tamar.ask(question, case) == []


def test_a_defect_of_the_derivation_costs_a_warning_and_never_the_save(owner, dana, saved):
    case = saved({})
    with owner.moment() as cursor:
        cursor.execute("select pg_get_functiondef('private.tracking_names(jsonb)'::regprocedure) as d")
        good = cursor.fetchone()["d"]
        cursor.execute("""create or replace function private.tracking_names(p_items jsonb) returns text language plpgsql
            immutable set search_path = '' as $$ begin return 1 / 0; end $$""")
    try:
        assert dana.save(case, json.dumps({"centers": [center(1)]}), 1)["version"] == 2
        assert dana.one(GENERAL, case)["warnings"] == ["*failed"]
    finally:
        owner.ask(good)

    assert dana.one("select * from private.tracking_rebuild(array[%s]::uuid[])", case) == {"changed": 3, "warned": 0}


def test_a_rebuild_touches_only_what_differs_and_only_the_callers(owner, dana, tamar, saved):
    case = saved({"centers": [center(1)], "vehicle": {"year": "?"}})
    rebuild = "select * from private.tracking_rebuild(array[%s]::uuid[])"
    assert dana.one(rebuild, case) == {"changed": 0, "warned": 1}
    owner.ask("update public.tracking_expertise set guidance = 'x' where case_id = %s", case)

    assert tamar.one(rebuild, case) == {"changed": 0, "warned": 0}
    assert dana.one(rebuild, case) == {"changed": 1, "warned": 1}


_SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
_TEXTS = st.sampled_from([
    "", "-", "₪ 1,234", "31/02/2026", "13/2026", "99:99", "2026-02-30T25:00:00Z", "כן", "0", "1e9", "9" * 40, "0000",
    "00/00/0000", "2026-12-31T23:59:60Z", "0001-01-01", "x" * 3000,
])  # fmt: skip
_ANY = st.recursive(
    _SCALARS | _TEXTS | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "Id", "owner", "a"]), inner),
    max_leaves=6,
)
_PLACES = [
    "case_info/inspection_date", "final_report/report_date", "vehicle/year", "calculations/market_value", "vehicle",
    "stakeholders", "stakeholders/owner/name", "documents/photo_count", "images", "invoices", "centers", "expertise",
    "expertise/summary/directive", "final_report/summary/total_claim", "depreciation/globalDepValue", "meta",
    "estimate",
    "financials/fees/subtotal", "case_info/damage_date", "damage_centers", "claims_data", "final_report",
]  # fmt: skip
_IN_CENTER = ["Id", "Summary", "Works", "Parts", "Repairs", "works", "Location", "Damage center Number"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(st.sampled_from(_PLACES), _ANY, max_size=8),
    centers=st.lists(st.dictionaries(st.sampled_from(_IN_CENTER), _ANY), max_size=3),
)
def test_no_helper_fails_a_save_or_the_derivation(dana, values, centers):
    helper = {"meta": {"fee_module_completed": True}, "centers": centers}
    for place, value in values.items():
        inside, steps = helper, place.split("/")
        for step in steps[:-1]:
            inside[step] = inside[step] if isinstance(inside.get(step), dict) else {}
            inside = inside[step]
        inside[steps[-1]] = value

    case = dana.open(any_plate(), json.dumps(helper))["case_id"]

    assert "*failed" not in dana.one(GENERAL, case)["warnings"]
