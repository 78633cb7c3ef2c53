"""The list of a case's versions: what each changed, what one may do with it, and automatic saves as one line."""

import re

import pytest
from django.core.management import call_command
from django.db import connection

from core import acting
from tests import cast
from tests.admin.conftest import case_page, page_of, version_page
from tests.admin.test_pages import texts
from tests.admin.test_weight import asked

PLATE = "12345678"


@pytest.fixture
def autosave(db):
    """Save a case automatically so many times, as the existing UI does; the number of the last version."""

    def saved(case, version, times):
        with acting.acting(acting.PERSON, cast.DANA.claims), connection.cursor() as cursor:
            cursor.execute(
                """insert into public.case_helper (case_id, helper_json, trigger)
                   select %s, jsonb_build_object('n', n), 'autosave' from generate_series(%s::int, %s::int) n""",
                [case["case_id"], version + 1, version + times],
            )
        return version + times

    return saved


def fold():
    call_command("fold_versions", all=True, older_than_hours=0, verbosity=0)


def the_list(answer):
    """The section of the versions, as HTML."""
    return answer.content.decode().split('id="versions"')[1].split("</section>")[0]


def rows(answer):
    """The text of each version's row, without the spaces between words."""
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", row)).strip()
        for row in re.findall(r'<tr class="version.*?</tr>', the_list(answer), re.DOTALL)
    ]


def links(row):
    return re.findall(r'href="([^"]+)"', row)


def test_each_row_says_how_many_places_changed_and_where(staff, open_case, save):
    case = open_case({"meta": {"n": 1}, "centers": [], "general": {}}, plate=PLATE)
    save(case, {"meta": {"n": 1}, "centers": [{"id": "a"}, {"id": "b"}], "general": {}}, 1)
    save(case, {"meta": {"n": 2, "m": 3}, "centers": [{"id": "a"}], "general": {"x": 1}, "own_words": {"a": 1}}, 2)

    third, second, first = rows(staff().get(case_page(case)))

    assert "5 שינויים ב־4 מקטעים: זיהוי התיק, מוקדי נזק, own_words, כללי" in third
    assert "2 שינויים במקטע אחד: מוקדי נזק" in second
    assert "נפתח עם 3 מקטעים" in first
    assert "דנה" in third
    assert "נשמר ידנית" in third


def test_a_change_that_nobody_counted_yet_says_so_quietly(staff, open_case):
    case = open_case({"meta": {"n": 1}}, plate=PLATE)
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select public.sync_helper(%s::text, %s::jsonb)", [case["case_id"], '{"meta": {"n": 2}}'])

    top = rows(staff().get(case_page(case)))[0]
    assert "מקטע אחד: זיהוי התיק (השינויים נספרים כעת)" in top
    assert "Make" in top
    assert "נשמר אוטומטית על ידי המערכת" in top

    call_command("count_changes", verbosity=0)
    assert "שינוי אחד במקטע אחד: זיהוי התיק" in rows(staff().get(case_page(case)))[0]


def test_every_row_leads_to_all_that_can_be_done_with_it(staff, open_case, save, version_id):
    case = open_case({"meta": {"n": 1}}, plate=PLATE)
    for n in (1, 2):
        save(case, {"meta": {"n": n + 1}}, n)
    html = the_list(staff().get(case_page(case)))

    current, middle, first = re.findall(r'<tr class="version.*?</tr>', html, re.DOTALL)

    pages = {"see": "", "file": "download/", "before": "compare/?base=previous", "now": "compare/?base=current"}
    pages |= {"back": "restore/", "load": "restore/?mode=fill_missing"}
    third, second, one = (
        {name: version_page(version_id(case, n), at) for name, at in pages.items()} for n in (3, 2, 1)
    )
    assert links(current) == [third["see"], third["file"], third["before"]]
    assert links(middle) == list(second.values())
    assert links(first) == [address for name, address in one.items() if name != "before"]
    for address in links(middle):
        assert staff().get(address, follow=True).status_code == 200, address


def test_without_the_permission_nobody_is_led_to_a_restore(staff, may, open_case, save):
    may("view_case", "view_casehelper")
    case = open_case()
    save(case, {"meta": {"n": 2}}, 1)

    assert "/restore/" not in staff().get(case_page(case)).content.decode()


def test_any_two_versions_are_compared_by_a_plain_form(staff, open_case, save, autosave):
    case = open_case({"meta": {"n": 1}}, plate=PLATE)
    save(case, {"meta": {"n": 2}}, autosave(case, 1, 4))
    fold()
    noam = staff()

    tags = [attrs for tag, attrs in page_of(noam.get(case_page(case))).tags if tag in {"form", "input"}]

    form = next(attrs for attrs in tags if attrs.get("class") == "pairs")
    assert (form["method"], form["action"]) == ("get", "/admin/helpers/casehelper/compare/")
    assert {"type": "hidden", "name": "case", "value": case["case_id"]} in tags
    for name, checked in (("from", "1"), ("to", "6")):
        radios = [attrs for attrs in tags if attrs.get("name") == name]
        assert [attrs["value"] for attrs in radios] == ["6", "5", "4", "3", "2", "1"]
        # What is chosen beforehand stands open, not inside the fold.
        assert [attrs["value"] for attrs in radios if "checked" in attrs] == [checked]
        assert len({attrs["aria-label"] for attrs in radios}) == 6
    answer = noam.get(form["action"], {"case": case["case_id"], "from": 2, "to": 6})
    assert answer.status_code == 200


def test_the_two_newest_are_chosen_beforehand(staff, open_case, save):
    case = open_case()
    for n in (1, 2, 3):
        save(case, {"meta": {"n": n + 1}}, n)

    tags = [
        attrs for tag, attrs in page_of(staff().get(case_page(case))).tags if "checked" in attrs and "name" in attrs
    ]

    assert [(attrs["name"], attrs["value"]) for attrs in tags] == [("to", "4"), ("from", "3")]


def test_the_only_version_has_nothing_to_be_compared_with(staff, open_case):
    html = the_list(staff().get(case_page(open_case())))

    assert "radio" not in html
    assert "base=" not in html


def test_a_run_of_automatic_saves_is_one_line_that_opens_to_its_rows(staff, open_case, save, autosave):
    case = open_case({"meta": {"n": 1}}, plate=PLATE)
    at = autosave(case, 1, 14)
    save(case, {"meta": {"n": "hand"}}, at)
    autosave(case, at + 1, 5)
    fold()

    answer = staff().get(case_page(case))

    folds = [re.sub(r"<[^>]+>", "", text) for text in re.findall(r"<summary>(.*?)</summary>", the_list(answer))]
    assert [text.split(",")[0] for text in folds] == ["4 שמירות אוטומטיות (v17–v20)", "14 שמירות אוטומטיות (v2–v15)"]
    assert len(rows(answer)) == 21
    assert the_list(answer).count("<details>") == 2
    # The current version stands before the first fold.
    assert the_list(answer).index(f"{PLATE}_helper_v21") < the_list(answer).index("<details>")
    assert 'סה"כ גיבויים 21' in texts(answer)


def test_a_page_holds_fifty_lines_and_a_fold_is_one_of_them(staff, open_case, save, autosave):
    case = open_case({"meta": {"n": 1}}, plate=PLATE)
    at = autosave(case, 1, 60)
    for n in range(at, at + 48):
        save(case, {"meta": {"n": n + 1}}, n)
    fold()

    answer = staff().get(case_page(case))

    assert len(rows(answer)) == 109
    assert "עמוד" not in the_list(answer)
    save(case, {"meta": {"n": 0}}, 109)
    first, second = staff().get(case_page(case)), staff().get(case_page(case), {"page": 2})
    assert (len(rows(first)), len(rows(second))) == (109, 1)


def test_a_fold_that_is_too_long_for_a_page_goes_on_where_it_was_cut(staff, open_case, autosave, save):
    case = open_case({"meta": {"n": 1}}, plate=PLATE)
    save(case, {"meta": {"n": 0}}, autosave(case, 1, 200))
    fold()

    shown = [the_list(staff().get(case_page(case), {"page": page})) for page in (1, 2)]

    lines = [re.sub(r"<[^>]+>", "", re.search(r"<summary>(.*?)</summary>", html)[1]).split(",")[0] for html in shown]
    assert lines == ["149 שמירות אוטומטיות (v53–v201)", "51 שמירות אוטומטיות (v2–v52)"]


def test_hundreds_of_versions_ask_no_more_than_two(staff, open_case, autosave, save):
    case = open_case({"meta": {"n": 1}})
    save(case, {"meta": {"n": 2}}, 1)
    few = asked(staff(), case_page(case))
    for start in range(2, 302, 10):
        save(case, {"meta": {"n": start}}, autosave(case, start, 9))
    fold()

    many = asked(staff(), case_page(case))

    assert len(many) == len(few) <= 30
    assert not [sql for sql in many if "helper_json" in sql]
    assert len(staff().get(case_page(case)).content) < 900_000


def test_the_question_in_which_version_a_text_stood_starts_here(staff, open_case, version_id):
    case = open_case()

    html = the_list(staff().get(case_page(case)))

    assert version_page(version_id(case, 1), "find/") in html


def test_the_home_page_tells_how_far_the_counting_is(staff, open_case, tamar):
    case, foreign = open_case({"meta": {"n": 1}}), open_case({"meta": {"n": 1}}, person=tamar)
    noam = staff()
    assert "<progress" not in noam.get("/admin/").content.decode()

    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        for one in (case, foreign):
            cursor.execute("select public.sync_helper(%s::text, %s::jsonb)", [one["case_id"], '{"meta": {"n": 2}}'])
    answer = noam.get("/admin/")

    assert "השינויים בגרסאות ישנות נספרים כעת: 1 מתוך 2" in texts(answer)
    assert '<progress id="counting" value="1" max="2">' in answer.content.decode()
    call_command("count_changes", verbosity=0)
    assert "<progress" not in noam.get("/admin/").content.decode()
