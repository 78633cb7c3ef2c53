"""Two versions side by side: every change in the office's words, exact to the digit, and never the whole document."""

import copy
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.admin.conftest import GHOST, case_page, page_of, version_page
from tests.admin.test_pages import texts
from tests.admin.test_weight import asked

COMPARE = "/admin/helpers/casehelper/compare/"
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


def address(case, start, end, **more):
    return COMPARE, {"case": case["case_id"], "from": start, "to": end, **more}


def compare(browser, case, start, end, **more):
    return browser.get(*address(case, start, end, **more))


@pytest.fixture
def story(open_case, save):
    """A case with three versions."""
    helper = {"meta": {"plate": "12345678"}, "valuation": {"final_price": "₪ 78,000", "km": 9.50}}
    case = open_case(helper, plate="12345678")
    helper["valuation"]["final_price"] = "₪ 82,000"
    save(case, helper, 1, label="עודכן ערך הרכב")
    save(case, {**helper, "centers": [{"Id": "dc_1", "Damage center Number": "1", "Location": "צד ימין"}]}, 2)
    return case


def test_a_change_stands_with_its_words_its_place_and_both_values(staff, story):
    page = compare(staff(), story, 1, 2)

    seen = texts(page)
    for words in ("12345678_helper_v1", "12345678_helper_v2", "עודכן ערך הרכב", "ערך הרכב", "שונה"):
        assert words in seen
    assert "שינוי אחד" in seen
    assert "/valuation/final_price" in seen
    html = page.content.decode()
    assert re.search(r"<del><bdi[^>]*>₪ 78,000</bdi></del>", html)
    assert re.search(r"<ins><bdi[^>]*>₪ 82,000</bdi></ins>", html)
    assert '<bdi dir="ltr">+4,000</bdi>' in html


def test_the_words_of_the_office_stand_above_and_ids_stay_out_of_sight(staff, open_case, save):
    center = {"Id": "dc_1", "Damage center Number": "1", "Location": "צד ימין"}
    center["Parts"] = {"parts_required": [{"row_uuid": "u1", "name": "צלע גג", "price": 400, "search_id": "s1"}]}
    case = open_case({"centers": [center]})
    after = copy.deepcopy(center)
    after["Parts"]["parts_required"][0] |= {"price": 450, "search_id": "s2"}
    save(case, {"centers": [after]}, 1)

    seen = texts(compare(staff(), case, 1, 2))

    for words in ("מוקדי נזק", "מוקד 1 · צד ימין", "חלקים נדרשים", "צלע גג", "ועוד מזהה או זמן טכני אחד"):
        assert words in seen
    assert "2 שינויים" in seen


def test_a_change_is_told_by_sign_and_word_and_never_by_colour_alone(staff, open_case, save):
    row = [{"Id": str(n), "name": f"שורה {n}"} for n in range(3)]
    case = open_case({"a": {"gone": 1, "other": 1}, "rows": row})
    save(case, {"a": {"came": 1, "other": 2}, "rows": [row[2], row[0], row[1]]}, 1)

    html = compare(staff(), case, 1, 2).content.decode()

    for sign, word in (("+", "נוסף"), ("−", "הוסר"), ("✎", "שונה"), ("↕", "הוזז")):
        assert re.search(rf'aria-hidden="true">\{sign}</span> {word}</span>', html)
    assert "הוזז ממקום 3 למקום 1" in html


def test_codes_stand_from_left_to_right(staff, open_case, save):
    case = open_case({"a": {"part": "66747-E298", "sum": -5}})
    save(case, {"a": {"part": "66747-E299", "sum": -7.50}}, 1)

    html = compare(staff(), case, 1, 2).content.decode()

    for code in ("66747-E298", "66747-E299", "-5", "-7.5", "-2.5", "/a/part", "12345678_helper_v1"):
        code = code.replace("12345678", case["plate"])
        assert f'<bdi dir="ltr">{code}</bdi>' in html


def test_what_stands_in_a_helper_is_never_run(staff, open_case, save):
    evil = "<script>alert(1)</script>"
    case = open_case({evil: {evil: "x"}})
    save(case, {evil: {evil: evil * 30, f"{evil}2": [{evil: evil}]}}, 1, label=evil)

    for page in (
        compare(staff(), case, 1, 2),
        compare(staff(), case, 0, 2),
        compare(staff(), case, 1, 2, section=evil),
    ):
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


def test_nothing_in_a_helper_becomes_an_element_or_an_attribute_of_the_page(staff, open_case, save):
    evil = """x"'><evil id="k" onload='y'>&lt;"""
    row = {"id": evil, "name": evil, evil: evil, "list": [evil, {evil: evil}]}
    short, long, blank = f"{evil} a", f"{evil} word " * 40, f"{evil} "
    old = {evil: evil, "short": short, "long": long, "blank": evil, "sum": "1 ₪", "gone": row, "n": {evil: 1.0}}
    new = {
        "short": short.replace("x", "y"),
        "long": long + "z",
        "blank": blank,
        "sum": "2 ₪",
        "come": row,
        "n": {evil: evil},
    }
    rows = [{**row, "id": f"{n}{evil}", "name": f"{n}{evil}"} for n in range(3)]
    case = open_case({evil: {evil: old, "rows": rows, f"{evil}_id": evil}, "centers": [row]})
    save(case, {evil: {evil: new, "rows": rows[::-1], f"{evil}_id": f"{evil}2"}, "centers": [row, old]}, 1, label=evil)
    noam = staff()

    for page in map(
        page_of, (compare(noam, case, 1, 2), compare(noam, case, 2, 1), compare(noam, case, 1, 2, section=evil))
    ):
        assert "evil" not in {tag for tag, _ in page.tags}
        assert not [attrs for _, attrs in page.tags if "onload" in attrs or attrs.get("id") == "k"]
        assert any(evil in text for text, _ in page.texts)


def test_the_first_version_is_compared_with_nothing(staff, story):
    page = compare(staff(), story, 0, 1)

    seen = texts(page)
    assert "זו הגרסה הראשונה של התיק" in seen
    assert "2 שינויים" in seen
    assert "<del>" not in page.content.decode()


def test_two_that_are_the_same_say_so(staff, story):
    assert "שתי הגרסאות זהות" in texts(compare(staff(), story, 2, 2))


def test_unchanged_sections_are_one_folded_line(staff, story):
    seen = texts(compare(staff(), story, 1, 2))

    assert "ללא שינוי: מקטע אחד" in seen
    assert "זיהוי התיק" in seen


def test_backwards_is_told_and_can_be_turned_round(staff, story):
    page = compare(staff(), story, 2, 1)

    assert "הסדר הפוך" in texts(page)
    assert f"case={story['case_id']}&amp;from=1&amp;to=2" in page.content.decode()


def test_one_walks_from_pair_to_pair(staff, story):
    def links(start, end):
        found = [
            attrs.get("href", "") for tag, attrs in page_of(compare(staff(), story, start, end)).tags if tag == "a"
        ]
        return {(found.split("from=")[1]) for found in found if "from=" in found and "section" not in found}

    assert links(1, 2) == {"0&to=1", "2&to=3", "2&to=1"}
    assert links(0, 1) == {"1&to=2", "1&to=3"}
    assert links(1, 3) == {"0&to=1", "3&to=1", "2&to=3"}


def test_short_addresses_lead_to_the_pair(staff, story, version_id):
    def way(version, query=""):
        answer = staff().get(version_page(version_id(story, version), f"compare/{query}"))
        return answer.status_code, answer["Location"].split("from=")[1]

    assert way(2) == way(2, "?base=previous") == (302, "1&to=2")
    assert way(1) == (302, "0&to=1")
    assert way(1, "?base=current") == (302, "1&to=3")
    assert way(3, "?base=current") == (302, "2&to=3")


def test_a_version_that_is_not_named_is_chosen_for_the_asker(staff, story):
    seen = staff().get(COMPARE, {"case": story["case_id"]}, follow=True)
    other = staff().get(COMPARE, {"case": story["case_id"], "to": 2}, follow=True)

    assert seen.redirect_chain[-1][0].endswith("from=2&to=3")
    assert other.redirect_chain[-1][0].endswith("from=1&to=2")


@pytest.mark.parametrize(
    "query",
    [
        {"from": 1, "to": 9},
        {"from": 9, "to": 1},
        {"from": 1, "to": 0},
        {"from": "x", "to": 1},
        {"from": 1, "to": "9" * 12},
        {"from": -1, "to": 1},
        {"from": 1, "to": 2, "section": "meta"},
        {"from": 1, "to": 2, "section": "x\0"},
        {"from": 1, "to": 2, "case": GHOST},
        {"from": 1, "to": 2, "case": "x"},
        {"to": 9},
        {"case": GHOST},
    ],
)
def test_what_is_not_there_is_not_found(staff, story, query):
    assert staff().get(COMPARE, {"case": story["case_id"], **query}).status_code == 404


def test_a_case_of_another_office_is_as_good_as_none(staff, story, version_id):
    uri, pk = staff("uri"), version_id(story, 2)

    foreign = compare(uri, story, 1, 2)
    ghost = compare(uri, {"case_id": GHOST}, 1, 2)

    assert foreign.status_code == ghost.status_code == 404
    assert foreign.content == ghost.content
    assert uri.get(version_page(pk, "compare/")).status_code == 404
    assert uri.get(version_page(GHOST, "compare/")).status_code == 404


def test_reading_needs_its_permission(staff, may, story, version_id):
    may("view_case")

    assert compare(staff(), story, 1, 2).status_code == 403
    assert staff().get(version_page(version_id(story, 2), "compare/")).status_code == 403


def test_nobody_compares_without_a_login(client, story):
    assert compare(client, story, 1, 2).status_code == 302


def test_who_may_not_restore_sees_no_link_to_it(staff, may, story):
    may("view_case", "view_casehelper")

    assert "/restore/" not in compare(staff(), story, 1, 2).content.decode()


def test_each_change_links_to_itself_and_to_the_history_of_its_field(staff, story, version_id):
    html = compare(staff(), story, 1, 2).content.decode()

    name = re.search(r'class="row changed" id="(c[0-9a-f]{12})"', html)[1]
    assert f'href="#{name}"' in html
    field = version_page(version_id(story, 1), f"field/?at={quote('/valuation/final_price', safe='')}")
    assert f'href="{field}"' in html


def test_many_changes_are_cut_and_a_section_can_be_seen_whole(staff, open_case, save):
    case = open_case({"rows": {f"k{n:04}": n for n in range(900)}, "meta": {"n": 1}})
    save(case, {"rows": {f"k{n:04}": n + 1 for n in range(900)}, "meta": {"n": 2}}, 1)
    noam = staff()

    page = compare(noam, case, 1, 2)
    pages = [compare(noam, case, 1, 2, section="rows", page=n).content.decode() for n in (1, 2, 3)]

    assert "901 שינויים" in texts(page)
    assert "700 שינויים נוספים אינם מוצגים כאן" in texts(page)
    assert "section=rows" in page.content.decode()
    assert [html.count('class="row ') for html in pages] == [400, 400, 100]
    assert "/rows/k0899" in pages[2]


def test_a_heavy_comparison_is_a_small_page_and_few_questions(staff, open_case, save):
    before, after = (json.loads((FIXTURES / f"helper_{name}.json").read_text()) for name in ("full", "large"))
    after["final_report"]["photo"] = "data:image/png;base64," + "A" * 900_000
    case = open_case(before)
    save(case, after, 1)
    noam = staff()

    statements = asked(noam, "?".join((COMPARE, f"case={case['case_id']}&from=1&to=2")))

    assert len(statements) <= 14
    assert not [sql for sql in statements if '"helper_json"' in sql]
    assert len(compare(noam, case, 1, 2).content) < 1_000_000
    assert "A" * 500 not in compare(noam, case, 1, 2).content.decode()


def test_the_list_leads_here(staff, story):
    assert COMPARE in staff().get(case_page(story)).content.decode()
