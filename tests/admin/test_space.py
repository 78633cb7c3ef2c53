"""What versions cost in space: case by case, of one's own office, without reading a document."""

import re

import pytest
from django.core.management import call_command

from tests.admin.conftest import case_page
from tests.admin.test_pages import texts
from tests.admin.test_weight import asked

SPACE = "/admin/helpers/casehelper/space/"


def cells(answer):
    """Each row of the table as its texts."""
    table = answer.content.decode().split('class="stacks space"')[1].split("</table>")[0]
    return [
        [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]
    ]


@pytest.fixture
def two_cases(open_case, save):
    """A small case, and a large one of six versions of which three are folded."""
    open_case({"meta": {"n": 1}}, plate="12345678")
    large = open_case({"general": {"text": "שלום " * 4000}}, plate="12345679")
    for n in range(1, 6):
        save(large, {"general": {"text": f"{n} " + "שלום " * 4000}}, n, trigger="autosave" if n < 4 else "manual")
    call_command("fold_versions", all=True, older_than_hours=0, verbosity=0)
    return large


def test_the_largest_case_stands_first_and_the_sum_last(staff, two_cases):
    large, small, total = cells(staff().get(SPACE))

    assert [large[0], small[0]] == ["123-45-679", "123-45-678"]
    assert (large[1:3], small[1:3], total[:3]) == (["6", "3"], ["1", "0"], ["2 תיקים בסך הכול", "7", "3"])
    # 36 kB of Hebrew each, and a text that repeats itself compresses well.
    assert re.fullmatch(r"21\d\.\d\sק.*", large[3])
    assert float(large[4].split()[0]) < float(large[3].split()[0]) / 10


def test_one_question_reads_it_however_many_cases_there_are(staff, two_cases, open_case):
    noam = staff()
    few = asked(noam, SPACE)
    for _ in range(5):
        open_case()

    many = asked(noam, SPACE)

    assert len(many) == len(few)
    assert len([sql for sql in many if "case_helper" in sql]) == 1
    assert not [sql for sql in many if "helper_json::text" in sql]


def test_another_office_sees_its_own_only(staff, two_cases, open_case, tamar):
    open_case(plate="99990000", person=tamar)

    ours, theirs = staff().get(SPACE), staff("uri").get(SPACE)

    assert "999-90-000" not in texts(ours)
    assert [row[0] for row in cells(theirs)] == ["999-90-000", "תיק אחד בסך הכול"]


def test_fifty_cases_stand_on_a_page_and_the_sum_counts_all(staff, open_case):
    for _ in range(52):
        open_case()
    noam = staff()

    first, second = cells(noam.get(SPACE)), cells(noam.get(SPACE, {"page": 2}))

    assert (len(first), len(second)) == (51, 3)
    assert first[-1][:2] == second[-1][:2] == ["52 תיקים בסך הכול", "52"]


@pytest.mark.parametrize("page", ["0", "-1", "nonsense", "9" * 40, "999"])
def test_a_page_that_is_not_there_is_the_first(staff, two_cases, page):
    assert len(cells(staff().get(SPACE, {"page": page}, follow=True))) == 3


def test_an_office_without_cases_is_told_so(staff):
    assert "עדיין אין תיקים" in texts(staff().get(SPACE))


def test_home_and_case_lead_there_and_the_permission_is_asked(staff, may, two_cases):
    noam = staff()
    for page in ("/admin/", case_page(two_cases)):
        assert f'href="{SPACE}"' in noam.get(page).content.decode()

    may("view_case")
    assert noam.get(SPACE).status_code == 403
    assert SPACE not in noam.get("/admin/").content.decode()
