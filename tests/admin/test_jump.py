"""The box for a plate on every page, and the question whether a case was saved anew."""

import re

import pytest

from tests.admin.conftest import GHOST, case_page
from tests.admin.test_weight import asked

FIND = "/admin/cases/case/find/"


def newest(case):
    return f"/admin/helpers/casehelper/newest/{case['case_id']}/"


@pytest.mark.parametrize("spelling", ["98-765-43", "9876543", "98 765 43", "98.765.43", "8765"])
def test_a_plate_in_any_form_leads_straight_to_its_case(staff, open_case, spelling):
    case = open_case(plate="9876543")
    open_case(plate="11122333")

    assert staff().get(FIND, {"q": spelling})["Location"] == case_page(case)


def test_a_filing_number_or_an_owner_leads_there_too(staff, api, dana):
    body = {"plate": "9876541", "owner_name": "עידו כרמון", "helper": {"meta": {"n": 1}}}
    case = api(dana).post("cases", body).json()
    noam = staff()

    for words in ("YC-9876541-2026", "כרמון", "עידו כרמון"):
        assert noam.get(FIND, {"q": words})["Location"] == case_page(case), words


def test_where_several_fit_the_list_is_narrowed(staff, open_case):
    for plate in ("5550011", "5550012"):
        open_case(plate=plate)
    noam = staff()

    there = noam.get(FIND, {"q": "55500"})["Location"]
    listed = noam.get(there).content.decode()

    assert there.startswith("/admin/cases/case/?q=")
    assert len(re.findall(r'class="field-plate_shown', listed)) == 2


@pytest.mark.parametrize("words", ["", "   ", "\0", "אין כזה", "%", "' or 1=1 --", "9" * 300])
def test_what_finds_nothing_leads_to_an_empty_list_and_never_fails(staff, words):
    noam = staff()

    there = noam.get(FIND, {"q": words})

    assert there.status_code == 302
    assert noam.get(there["Location"]).status_code == 200


def test_a_case_of_another_office_is_not_found(staff, open_case):
    open_case(plate="7654321")

    assert staff("uri").get(FIND, {"q": "7654321"})["Location"].startswith("/admin/cases/case/?")


def test_the_box_stands_on_every_page_and_asks_nothing(staff, open_case):
    case = open_case()
    noam = staff()

    for address in (
        "/admin/",
        "/admin/cases/case/",
        case_page(case),
        "/admin/cases/payment/",
        "/admin/password_change/",
    ):
        page = noam.get(address).content.decode()
        assert page.count('id="jump"') == 1, address
        assert 'id="office-keys"' in page
        assert "keys" in page
    assert not [sql for sql in asked(noam, "/admin/password_change/") if "case" in sql.replace("upper", "")]


def test_a_page_that_knows_the_newest_version_hears_nothing(staff, open_case, save):
    case = open_case()
    noam = staff()

    same = noam.get(newest(case), headers={"If-None-Match": '"v1"'})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", '"v1"')
    # A proxy that compresses weakens the tag.
    assert noam.get(newest(case), headers={"If-None-Match": 'W/"v1"'}).status_code == 304

    save(case, {"meta": {"n": 2}}, 1)
    told = noam.get(newest(case), headers={"If-None-Match": '"v1"'})
    assert (told.status_code, told["ETag"], told.json()["version"]) == (200, '"v2"', 2)
    assert 0 <= told.json()["seconds"] < 60
    assert "no-store" in told["Cache-Control"]


def test_the_question_costs_one_trip_beside_the_login(staff, open_case):
    statements = asked(staff(), newest(open_case()))

    of_page = [sql for sql in statements if "public.case_helper" in sql or '"case_helper"' in sql]
    assert len(of_page) == 1
    assert "helper_json" not in of_page[0]
    # The rest is session, login, role, and what a test's own transaction needs around the page's.
    assert len(statements) <= 8


def test_a_foreign_case_and_a_missing_one_are_answered_alike(staff, open_case):
    uri = staff("uri")

    foreign, missing = uri.get(newest(open_case())), uri.get(newest({"case_id": GHOST}))

    assert (foreign.status_code, missing.status_code) == (404, 404)


def test_who_may_not_see_versions_is_refused_and_who_logged_out_is_sent_away(staff, may, open_case):
    case = open_case()
    noam = staff()
    may("view_case")
    assert noam.get(newest(case)).status_code == 403
    assert "data-newest" not in noam.get(case_page(case)).content.decode()

    noam.logout()

    assert noam.get(newest(case)).status_code == 302
