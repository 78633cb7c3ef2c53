"""Putting an old version on top: it says what will happen, asks why, and refuses when somebody saved meanwhile."""

import pytest
from django.contrib.admin.models import LogEntry

from tests.admin.conftest import case_page, version_page
from tests.admin.test_pages import texts

REASON = "נשמר בטעות על תיק אחר"


@pytest.fixture
def story(api, dana, open_case, save):
    """A case with three versions; in the third only a digit is different."""
    case = open_case({"meta": {"n": 1}, "centers": [], "valuation": {"p": 1.1}}, plate="12345678")
    save(case, {"meta": {"n": 1}, "centers": [1], "valuation": {"p": 1.1}}, 1, label="נוסף מוקד נזק")
    third = b'{"version": 2, "helper": {"meta": {"n": 1}, "centers": [1], "valuation": {"p": 1.10}}}'
    assert api(dana).put(f"cases/{case['case_id']}/helper", third).json()["version"] == 3
    return case


@pytest.fixture
def versions(api, dana, story):
    def listed():
        return api(dana).get(f"cases/{story['case_id']}/helper/versions").json()

    return listed


def test_the_page_says_what_will_happen(staff, story, version_id):
    seen = texts(staff().get(version_page(version_id(story, 1), "restore/")))

    assert "תיווצר גרסה חדשה" in seen
    for name in ("12345678_helper_v1", "12345678_helper_v2", "12345678_helper_v3", "12345678_helper_v4"):
        assert name in seen
    assert "נוסף מוקד נזק" in seen
    # 1.1 became 1.10: another digit is another content.
    assert "מוקדי נזק" in seen
    assert "ערך הרכב" in seen
    assert "זיהוי התיק" not in seen


def test_a_restore_makes_a_new_version_with_the_old_content(staff, api, dana, story, versions, version_id):
    noam, pk = staff(), version_id(story, 1)

    answer = noam.post(version_page(pk, "restore/"), {"reason": REASON, "expected_version": 3}, follow=True)

    top = versions()[0]
    assert (top["version"], top["restored_from"], top["is_current"]) == (4, 1, True)
    assert (top["label"], top["saved_from"], top["saved_by_name"]) == (REASON, "ADMIN", "נועם")
    url = f"cases/{story['case_id']}/helper/versions"
    bodies = [api(dana).get(f"{url}/{n}").content.split(b'"helper": ', 1)[1] for n in (1, 4)]
    assert bodies[0] == bodies[1]
    assert answer.redirect_chain == [(case_page(story), 302)]
    seen = texts(answer)
    assert "שוחזרה ונשמרה כ־" in seen
    assert seen.index("12345678_helper_v1") < seen.index("12345678_helper_v4")


def test_a_restore_stands_in_the_log(staff, story, version_id):
    staff().post(version_page(version_id(story, 1), "restore/"), {"reason": REASON, "expected_version": 3})

    entry = LogEntry.objects.get()
    assert entry.user.username == "noam"
    assert entry.object_id == story["case_id"]
    for word in ("12345678_helper_v1", "12345678_helper_v4", REASON):
        assert word in entry.change_message
    assert REASON in texts(staff().get(f"/admin/cases/case/{story['case_id']}/history/"))


def test_somebody_who_saved_meanwhile_is_not_overwritten(staff, story, versions, version_id, save):
    noam, pk = staff(), version_id(story, 1)
    page = noam.get(version_page(pk, "restore/")).content.decode()
    assert 'name="expected_version" value="3"' in page
    save(story, {"meta": {"n": 9}}, 3)

    answer = noam.post(version_page(pk, "restore/"), {"reason": REASON, "expected_version": 3})

    assert answer.status_code == 409
    assert [row["version"] for row in versions()] == [4, 3, 2, 1]
    seen = texts(answer)
    assert "מישהו שמר בינתיים" in seen
    assert "12345678_helper_v4" in seen
    assert "12345678_helper_v5" in seen
    # What was typed is kept, and the next try is over what stands now.
    assert REASON in answer.content.decode()
    assert 'name="expected_version" value="4"' in answer.content.decode()
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"reason": "", "expected_version": 3},
        {"reason": "   ", "expected_version": 3},
        {"reason": "x" * 501, "expected_version": 3},
        {"reason": "x", "expected_version": ""},
        {"reason": "x", "expected_version": "-1"},
        {"reason": "x", "expected_version": "9" * 30},
        {"reason": "x\0", "expected_version": 3},
        {"reason": "x"},
    ],
)
def test_without_a_reason_or_the_version_seen_nothing_happens(staff, story, versions, version_id, sent):
    answer = staff().post(version_page(version_id(story, 1), "restore/"), sent)

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert len(versions()) == 3


def test_a_version_the_case_never_had_is_refused(staff, story, versions, version_id):
    answer = staff().post(version_page(version_id(story, 1), "restore/"), {"reason": "x", "expected_version": 77})

    assert answer.status_code == 409
    assert len(versions()) == 3


def test_the_current_version_needs_no_restore(staff, story, versions, version_id):
    pk = version_id(story, 3)

    answer = staff().post(version_page(pk, "restore/"), {"reason": "x", "expected_version": 3}, follow=True)

    assert "זו כבר הגרסה הנוכחית" in texts(answer)
    assert len(versions()) == 3


def test_restoring_needs_its_own_permission(staff, may, story, versions, version_id):
    may("view_case", "view_casehelper")
    noam, pk = staff(), version_id(story, 1)

    assert noam.get(version_page(pk, "restore/")).status_code == 403
    assert noam.post(version_page(pk, "restore/"), {"reason": "x", "expected_version": 3}).status_code == 403
    assert "/restore/" not in noam.get(case_page(story)).content.decode()
    assert len(versions()) == 3


def test_a_post_from_elsewhere_is_refused(staff, story, versions, version_id):
    noam = staff(enforce_csrf_checks=True)

    answer = noam.post(version_page(version_id(story, 1), "restore/"), {"reason": "x", "expected_version": 3})

    assert answer.status_code == 403
    assert "תוקף הטופס פג" in answer.content.decode()
    assert len(versions()) == 3


def test_the_new_number_counts_over_all_cases_of_the_plate(staff, api, dana, story, open_case, version_id):
    api(dana).patch(f"cases/{story['case_id']}", {"status": "CLOSED"})
    second = open_case({"meta": {"n": 5}}, plate="12345678")
    assert second["version"] == 4

    pk = version_id(story, 1)
    assert "12345678_helper_v5" in texts(staff().get(version_page(pk, "restore/")))
    staff().post(version_page(pk, "restore/"), {"reason": "x", "expected_version": 3})

    assert api(dana).get(f"cases/{story['case_id']}/helper").json()["version"] == 5
