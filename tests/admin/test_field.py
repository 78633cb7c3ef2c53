"""One field over all versions: each value it had, from which version until which, and who saved it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.admin.conftest import page_of, version_page


def texts(answer):
    return " ".join(text for text, _ in page_of(answer).texts)


def field(pk, pointer):
    return version_page(pk, "field/"), {"at": pointer}


@pytest.fixture
def story(open_case, save):
    """A case whose final price changed twice and vanished at last."""
    case = open_case({"valuation": {"base_price": 5}}, plate="12345678")
    prices = [{"final_price": "₪ 78,000"}, {"final_price": 1.5}, {"final_price": 1.5, "note": "x"}, {}]
    for version, valuation in enumerate(prices, 1):
        save(case, {"valuation": {"base_price": 5, **valuation}}, version, label=f"שמירה {version + 1}")
    return case


def test_a_field_tells_each_value_and_from_when_until_when(staff, story, version_id):
    answer = staff().get(*field(version_id(story, 3), "/valuation/final_price"))

    seen = texts(answer)
    newest = seen.split("הוסר")[1].split("1.5")[0]
    assert "מתי השתנה? ערך הרכב › מחיר סופי לרכב" in seen
    assert "/valuation/final_price" in seen
    assert seen.index("הוסר") < seen.index("1.5") < seen.index("₪ 78,000")
    assert "12345678_helper_v5" in newest
    assert "כך גם עכשיו" in newest
    assert "לפני כן זה לא היה שם." in seen
    assert "דנה" in seen
    assert "שמירה 3" in seen


def test_each_version_leads_to_its_place_in_the_tree(staff, story, version_id):
    page = staff().get(*field(version_id(story, 5), "/valuation/final_price")).content.decode()

    for version in (2, 3, 4, 5):
        assert f"{version_page(version_id(story, version))}?at=%2Fvaluation%2Ffinal_price#tree" in page


def test_a_row_is_followed_by_what_identifies_it(staff, open_case, save, version_id):
    roof, door = {"row_uuid": "u-1", "name": "גג", "price": 1}, {"row_uuid": "u-2", "name": "דלת", "price": 7}
    case = open_case({"parts": [roof]})
    save(case, {"parts": [door, {**roof, "price": 2}]}, 1)

    seen = texts(staff().get(*field(version_id(case, 2), "/parts/1/price")))

    assert "גג" in seen
    assert seen.index(" 2 ") < seen.index(" 1 ")
    assert "במעקב אחר השורה שבה row_uuid הוא u-1" in seen


def test_a_row_without_identity_is_told_to_be_followed_by_its_place(staff, open_case, version_id):
    case = open_case({"tags": ["ראשון", {"0": "x"}]})

    page = staff().get(*field(version_id(case, 1), "/tags/0"))

    assert "לשורה אין מזהה" in texts(page)
    assert "לשורה אין מזהה" not in texts(staff().get(*field(version_id(open_case({"tags": {"0": "x"}}), 1), "/tags/0")))


def test_objects_and_long_values_are_told_short(staff, open_case, version_id):
    helper = {"centers": [{"Id": "1", "name": "גג"}], "html": "ארוך " * 100, "huge": "y" * 30_000, "no": {}}
    pk = version_id(open_case(helper), 1)
    noam = staff()

    assert "שורה אחת" in texts(noam.get(*field(pk, "/centers")))
    assert "גג" in texts(noam.get(*field(pk, "/centers")))
    assert "<details>" in noam.get(*field(pk, "/html")).content.decode()
    assert "ערך ארוך" in texts(noam.get(*field(pk, "/huge")))
    assert "y" * 200 not in noam.get(*field(pk, "/huge")).content.decode()
    assert "אובייקט ריק" in texts(noam.get(*field(pk, "/no")))


@pytest.mark.parametrize(
    "place", ["", "/nowhere", "no-pointer", "/meta/n/deeper", "/\0", "/" * 300, "/meta~2", "/0/0/0"]
)
def test_a_place_that_no_version_ever_had_is_not_found(staff, open_case, version_id, place):
    pk = version_id(open_case({"meta": {"n": 1}}), 1)

    assert staff().get(*field(pk, place)).status_code == 404


def test_a_foreign_and_a_missing_version_are_alike(staff, open_case, version_id):
    pk = version_id(open_case({"meta": {"n": 1}}), 1)
    missing = "7c6a8fd7-de53-4130-8e6e-72598a1c41a2"

    foreign, absent = (staff("uri").get(*field(one, "/meta/n")) for one in (pk, missing))

    assert foreign.status_code == absent.status_code == 404
    assert texts(foreign) == texts(absent)


def test_who_may_not_look_is_refused(staff, may, open_case, version_id):
    pk = version_id(open_case({"meta": {"n": 1}}), 1)
    may()

    assert staff().get(*field(pk, "/meta/n")).status_code == 403


def test_what_the_document_says_is_text_and_never_html(staff, open_case, version_id):
    pk = version_id(open_case({"meta": {"<b>k</b>": "<script>alert(1)</script>"}}), 1)

    page = staff().get(*field(pk, "/meta/<b>k<~1b>")).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<b>k</b>" not in page


def test_thirty_versions_are_read_in_as_many_round_trips_as_three(staff, open_case, save, version_id):
    case = open_case({"a": {"n": 0}}, person=cast.DANA)
    noam = staff()
    for version in range(1, 3):
        save(case, {"a": {"n": version}}, version)
    few = _queries(noam, version_id(case, 3))
    for version in range(3, 30):
        save(case, {"a": {"n": version}}, version)

    assert _queries(noam, version_id(case, 30)) == few


def _queries(browser, pk):
    browser.get(*field(pk, "/a/n"))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert browser.get(*field(pk, "/a/n")).status_code == 200
    return len(seen)
