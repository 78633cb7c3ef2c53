"""Choosing a found part: once, and where our side writes the parts, into the helper's own list."""

import pytest
from django.db import connection

from core import acting
from parts.models import SelectedPart
from tests.admin.conftest import GHOST
from tests.conftest import any_plate

ROW = {
    "part_name": "תושבת מגן",
    "תיאור חלק": "תושבת מגן – OCTAVIA",
    "oem": "89082-DM63",
    "pcode": "CAT-1",
    "ספק": "חלפי דמו",
    "מחיר": "₪2,120.50",
    "סוג מקור": "מקורי",
    "part_family": "פנסים",
    "זמינות": "במלאי",
}
HELPER = {"parts_search": {"selected_parts": [{"name": "ישן"}], "x": 1}}


def turn(value, case):
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(
            "insert into public.feature_flags (name, org_id, case_id, value)"
            " select 'writer.parts', org_id, id, %s from public.cases where id = %s",
            [value, case["case_id"]],
        )


@pytest.mark.parametrize(("writer", "version"), [("make", 1), ("dual", 2), ("supabase", 2)])
def test_a_choice_is_written_into_the_helper_where_our_side_writes(api, dana, keep, open_case, writer, version):
    case = open_case(HELPER)
    turn(writer, case)
    [row] = keep(case_id=case["case_id"], results=[ROW])

    answers = [api(dana).post(f"parts/search-results/{row['id']}/select", {"quantity": 2}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    loaded = api(dana).get(f"cases/{case['case_id']}/helper")
    assert loaded.json()["version"] == version
    selected = loaded.json()["helper"]["parts_search"]["selected_parts"]
    if version == 1:
        assert selected == [{"name": "ישן"}]
        return
    assert b'"price": 2120.50' in loaded.content
    assert len(selected) == 2
    assert {**selected[1], "selected_at": ""} == {
        "name": "תושבת מגן", "תיאור": "תושבת מגן – OCTAVIA", "כמות": 2, "qty": 2, "quantity": 2, "group": "פנסים",
        "מחיר": "₪2,120.50", "price": 2120.5, "סוג חלק": "מקורי", "source": "מקורי", "ספק": "חלפי דמו",
        "supplier": "חלפי דמו", "fromSuggestion": False, "entry_method": "web", "מיקום": "", "זמינות": "במלאי",
        "מספר OEM": "89082-DM63", "oem": "89082-DM63", "הערות": "", "supplier_pcode": "CAT-1", "pcode": "CAT-1",
        "catalog_code": "CAT-1", "מספר קטלוגי": "CAT-1", "משפחת חלק": "פנסים", "part_family": "פנסים", "make": "",
        "model": "", "year_from": None, "year_to": None, "catalog_item_id": None, "selected_at": "",
        "plate_number": case["plate"],
    }  # fmt: skip
    [newest, _] = api(dana).get(f"cases/{case['case_id']}/helper/versions").json()
    assert (newest["trigger"], newest["changes"], newest["changed_sections"]) == ("part_select", 1, ["parts_search"])


def test_a_choice_is_a_row_with_what_was_found(api, dana, keep, open_case):
    case = open_case()
    [row] = keep(case_id=case["case_id"], results=[ROW])

    body = {"damage_center_id": "dc_1", "quantity": 1.5}
    told = api(dana).post(f"parts/search-results/{row['id']}/select", body).json()

    assert (told["case_id"], told["plate"], told["search_result_id"]) == (case["case_id"], case["plate"], row["id"])
    assert (told["part_name"], told["price"], told["quantity"]) == ("תושבת מגן", 2120.5, 1.5)
    assert (told["damage_center_id"], told["status"], told["selected_by"]) == ("dc_1", "selected", str(dana.user_id))
    assert api(dana).get(f"parts/selected?case_id={case['case_id']}").json() == [told]


def test_a_part_of_a_general_search_needs_a_case_to_be_chosen_for(api, dana, keep, open_case):
    case = open_case()
    [row] = keep(results=[ROW])

    nameless = api(dana).post(f"parts/search-results/{row['id']}/select", {})
    chosen = api(dana).post(f"parts/search-results/{row['id']}/select", {"case_id": case["case_id"]})

    assert (nameless.status_code, nameless.json()["details"][0]["pointer"]) == (422, "/case_id")
    assert (chosen.status_code, chosen.json()["plate"]) == (200, case["plate"])


def test_a_choice_taken_off_stays_as_removed_and_can_be_made_anew(api, dana, keep, open_case):
    case = open_case()
    [row] = keep(case_id=case["case_id"], results=[ROW])
    first = api(dana).post(f"parts/search-results/{row['id']}/select", {}).json()

    gone = api(dana).request("DELETE", f"parts/selected/{first['id']}")
    twice = api(dana).request("DELETE", f"parts/selected/{first['id']}")

    assert (gone.status_code, twice.status_code) == (204, 404)
    assert api(dana).get("parts/selected").json() == []
    assert [one["status"] for one in api(dana).get("parts/selected?status=removed").json()] == ["removed"]
    assert api(dana).post(f"parts/search-results/{row['id']}/select", {}).json()["id"] != first["id"]
    with acting.acting(acting.SERVICE):
        assert SelectedPart.objects.count() == 2


def test_foreign_cases_and_choices_are_not_there(api, dana, tamar, keep, open_case):
    hers = open_case(person=tamar)
    [row] = keep(plate=any_plate(), results=[ROW])
    [own] = keep(case_id=open_case()["case_id"], results=[ROW])
    chosen = api(dana).post(f"parts/search-results/{own['id']}/select", {}).json()

    for case_id in (hers["case_id"], GHOST):
        assert api(dana).post(f"parts/search-results/{row['id']}/select", {"case_id": case_id}).status_code == 404
    assert api(tamar).request("DELETE", f"parts/selected/{chosen['id']}").status_code == 404
    assert api(tamar).get("parts/selected").json() == []


@pytest.mark.parametrize("body", [{"quantity": 0}, {"quantity": -1}, {"quantity": "x"}, {"price": 1}, {"case_id": "x"}])
def test_a_choice_that_says_nonsense_is_refused(api, dana, keep, open_case, body):
    [row] = keep(case_id=open_case()["case_id"], results=[ROW])

    assert api(dana).post(f"parts/search-results/{row['id']}/select", body).status_code == 422
