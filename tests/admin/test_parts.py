"""Parts in the admin: the pool and what is needed, chosen and turned by hand, never of another office."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import acting
from parts.models import PartRequired, SelectedPart
from tests.admin.conftest import GHOST, case_page, page_of
from tests.admin.test_codes import isolated
from tests.admin.test_pages import texts
from tests.conftest import any_plate

POOL, REQUIRED = "/admin/parts/partssearchresult/", "/admin/parts/partrequired/"
ROW = {
    "part_name": "פנס קדמי",
    "oem": "66747-E298",
    "קוד קטלוגי": "CAT-136554",
    "ספק": "חלפי דמו",
    "מחיר": "₪1,234.50",
    "זר": 'ערך "זר" <b>',
}


@pytest.fixture
def keep(api, dana):
    """Keep found parts, or needed ones, as Dana; return their ids."""

    def kept(address, person=dana, **body):
        answer = api(person).post(f"parts/{address}", body)
        assert answer.status_code == 200, answer.content
        return [row["id"] for row in answer.json()]

    return kept


def test_the_pool_shows_what_was_found_with_codes_from_left_to_right(staff, keep, open_case):
    case = open_case(plate="12345678")
    keep("search-results", case_id=case["case_id"], results=[ROW])

    page = staff().get(POOL)

    shown = texts(page)
    for word in ("מאגר חלקים", "פנס קדמי", "66747-E298", "CAT-136554", "₪1,234.50", "חלפי דמו", "123-45-678"):
        assert word in shown
    codes = {"66747-E298", "CAT-136554", "₪1,234.50", "123-45-678"}
    assert [text for text, around in page_of(page).texts if text in codes and not isolated(around)] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=קדמי+פנס", 1),
        ("q=66747e298", 1),
        ("q=קדמ", 1),
        ("q=חלפי", 1),
        ("q=אחר", 0),
        ("plate=12345678", 1),
        ("plate=99999999", 0),
        ("plate=x", 0),
        ("supplier=חלפי+דמו", 1),
        ("data_source__exact=web", 1),
        ("data_source__exact=ocr", 0),
        ("created_at__gte=2000-01-01+00:00:00%2B02:00", 1),
        ("created_at__gte=2999-01-01+00:00:00%2B02:00", 0),
        ("o=3.-1", 1),
        ("q=%25", 0),
        ("q=%27+or+1%3D1+--", 0),
        ("q=%00", 1),
    ],
)
def test_the_pool_is_searched_and_narrowed(staff, keep, query, found):
    keep("search-results", plate="12345678", data_source="web", results=[ROW])

    page = staff().get(f"{POOL}?{query}", follow=True)

    assert page.status_code == 200
    assert texts(page).count("66747-E298") == found


def test_a_found_part_is_shown_as_it_came_beside_how_it_was_read(staff, keep):
    [pk] = keep("search-results", plate="12345678", results=[{**ROW, "כמות": "הרבה", "n": 1}])

    page = staff().get(f"{POOL}{pk}/")

    shown = texts(page)
    assert "כפי שהגיע" in shown
    assert 'ערך "זר" <b>' in shown
    assert shown.count("66747-E298") == 3
    assert "לא ניתן לקריאה" in shown
    assert "<b>" not in page.content.decode().split("כפי שהגיע")[1]


def test_a_found_part_is_chosen_for_a_case_and_taken_off_again(staff, api, dana, keep, open_case):
    case = open_case({"parts_search": {"selected_parts": []}}, plate="12345678")
    [pk] = keep("search-results", results=[ROW])
    noam = staff()

    chosen = noam.post(
        f"{POOL}{pk}/", {"plate": "123-45-678", "quantity": "2", "damage_center_id": "dc_1"}, follow=True
    )

    assert "החלק נבחר לתיק של" in texts(chosen)
    assert "dc_1" in texts(chosen)
    [row] = api(dana).get(f"parts/selected?case_id={case['case_id']}").json()
    assert (row["part_name"], row["quantity"], row["damage_center_id"]) == ("פנס קדמי", 2, "dc_1")

    gone = noam.post(f"{POOL}{pk}/remove/", {"selected": row["id"]}, follow=True)

    assert "החלק הוסר מהרשימה" in texts(gone)
    assert api(dana).get("parts/selected").json() == []


@pytest.mark.parametrize(("writer", "versions"), [("make", 1), ("dual", 2), ("supabase", 2)])
def test_a_choice_by_hand_goes_into_the_helper_where_our_side_writes(
    staff, api, dana, keep, open_case, writer, versions
):
    case = open_case({"parts_search": {"selected_parts": []}}, plate="12345678")
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("insert into public.feature_flags (name, value) values ('writer.parts', %s)", [writer])
    [pk] = keep("search-results", case_id=case["case_id"], results=[ROW])

    staff().post(f"{POOL}{pk}/", {"plate": "12345678", "quantity": "1"})

    found = api(dana).get(f"cases/{case['case_id']}/helper").json()
    assert found["version"] == versions
    assert [row["oem"] for row in found["helper"]["parts_search"]["selected_parts"]] == ["66747-E298"] * (versions - 1)
    if versions == 2:
        assert found["saved_from"] == "ADMIN"


@pytest.mark.parametrize(
    "given", [{"plate": "x"}, {"plate": "76543210"}, {"plate": "12345678", "quantity": "0"}, {"quantity": "1"}]
)
def test_a_choice_for_no_case_is_refused_in_words(staff, keep, open_case, given):
    open_case(plate="12345678")
    [pk] = keep("search-results", results=[ROW])

    answer = staff().post(f"{POOL}{pk}/", {"quantity": "1", **given})

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    with acting.acting(acting.SERVICE):
        assert not SelectedPart.objects.exists()


def test_another_offices_parts_are_not_there(staff, keep, tamar, open_case):
    hers = open_case(person=tamar, plate="87654321")
    [pk] = keep("search-results", tamar, case_id=hers["case_id"], results=[ROW])
    keep("required", tamar, case_id=hers["case_id"], part="פנס זר")
    noam = staff()

    assert "66747-E298" not in texts(noam.get(POOL))
    assert "פנס זר" not in texts(noam.get(REQUIRED))
    foreign, ghost = noam.get(f"{POOL}{pk}/"), noam.get(f"{POOL}{GHOST}/")
    assert (foreign.status_code, foreign.content) == (404, ghost.content)
    assert noam.post(f"{POOL}{pk}/", {"plate": "87654321", "quantity": 1}).status_code == 404
    [own] = keep("search-results", results=[ROW])
    assert noam.post(f"{POOL}{own}/", {"plate": "87654321", "quantity": 1}).status_code == 422


def test_whoever_may_not_choose_sees_no_form(staff, keep, may, open_case):
    open_case(plate="12345678")
    [pk] = keep("search-results", results=[ROW])
    may("view_partssearchresult")

    assert "choose" not in staff().get(f"{POOL}{pk}/").content.decode().split("<main")[1]
    assert staff().post(f"{POOL}{pk}/", {"plate": "12345678", "quantity": 1}).status_code == 403
    assert staff().get(REQUIRED).status_code == 403
    may("view_partrequired")
    assert staff().get(f"{POOL}{pk}/").status_code == 403
    assert 'name="action"' not in staff().get(REQUIRED).content.decode()


def test_needed_parts_are_turned_many_at_once_and_counted(staff, api, dana, keep, open_case):
    case = open_case(plate="12345678")
    needed = [{"part": f"חלק {n}", "oem": f"66747-E29{n}", "price": 100, "qty": 2, "cost": 200} for n in range(3)]
    ids = keep("required", case_id=case["case_id"], rows=needed)
    noam = staff()

    page = noam.get(f"{REQUIRED}?plate=12345678")
    turned = noam.post(REQUIRED, {"action": "mark_ordered", "_selected_action": ids[:2]}, follow=True)
    again = noam.post(REQUIRED, {"action": "mark_ordered", "_selected_action": ids}, follow=True)
    noam.post(REQUIRED, {"action": "mark_cancelled", "_selected_action": ids[2:]})

    for word in ("חלקים נדרשים", "66747-E290", "₪100", "×", "₪200", "123-45-678", "ממתין"):
        assert word in texts(page)
    assert "2 חלקים עודכנו: הוזמן" in texts(turned)
    assert "חלק אחד עודכן: הוזמן" in texts(again)
    statuses = [row["status"] for row in api(dana).get("parts/required").json()]
    assert sorted(statuses) == ["CANCELLED", "ORDERED", "ORDERED"]
    with acting.acting(acting.SERVICE):
        assert PartRequired.objects.count() == 3


def test_a_foreign_row_is_not_turned(staff, keep, tamar, open_case):
    hers = open_case(person=tamar)
    ids = keep("required", tamar, case_id=hers["case_id"], rows=[{"part": "x"}])

    staff().post(REQUIRED, {"action": "mark_cancelled", "_selected_action": ids})

    with acting.acting(acting.SERVICE):
        assert PartRequired.objects.get().status == "PENDING"


def test_the_case_page_says_how_many_parts_it_has(staff, keep, open_case):
    case = open_case(plate="12345678")
    keep("search-results", case_id=case["case_id"], results=[ROW, {**ROW, "מחיר": "1"}])
    keep("required", case_id=case["case_id"], rows=[{"part": "א", "cost": "1,200.50"}, {"part": "ב", "status": "בוטל"}])

    page = staff().get(case_page(case))

    assert "₪1,200.50" in texts(page)
    for address in (f"{POOL}?plate=12345678", f"{REQUIRED}?plate=12345678"):
        assert f'href="{address}"' in page.content.decode()
        assert staff().get(address).status_code == 200


def test_the_home_page_leads_to_both(staff):
    shown = staff().get("/admin/").content.decode()

    assert POOL in shown
    assert REQUIRED in shown


@pytest.mark.parametrize("address", [POOL, REQUIRED, "case"])
def test_a_page_asks_no_more_for_many_parts(staff, keep, open_case, address):
    case = open_case()

    def add(most):
        found = [{**ROW, "מחיר": str(n), "ספק": f"ספק {n}"} for n in range(most)]
        keep("search-results", case_id=case["case_id"], results=found)
        keep("required", case_id=case["case_id"], rows=[{"part": str(n)} for n in range(most)])
        keep("search-results", plate=any_plate(), results=found)

    def asked():
        page = case_page(case) if address == "case" else address
        noam.get(page)
        with CaptureQueriesContext(connection) as captured:
            assert noam.get(page).status_code == 200
        return len(captured)

    noam = staff()
    add(2)
    few = asked()
    add(40)

    assert asked() == few
