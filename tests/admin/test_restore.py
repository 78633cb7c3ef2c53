"""Putting an old version on top: it says what will happen, asks why, and refuses when somebody saved meanwhile."""

import pytest
from django.contrib.admin.models import LogEntry

from tests.admin.conftest import case_page, page_of, version_page
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
    assert "זיהוי התיק" not in seen.split("ללא שינוי")[0]


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


@pytest.fixture
def helper_of(api, dana, story):
    def of(version=None):
        path = f"cases/{story['case_id']}/helper" + (f"/versions/{version}" if version else "")
        return api(dana).get(path).json()["helper"]

    return of


def test_the_preview_is_the_change_it_will_make(staff, story, version_id):
    answer = staff().get(version_page(version_id(story, 1), "restore/"))

    html, seen = answer.content.decode(), texts(answer)
    assert "2 שינויים" in seen
    assert '<del><bdi dir="ltr">1.10</bdi></del>' in html
    assert '<ins><bdi dir="ltr">1.1</bdi></ins>' in html
    boxes = [attrs for tag, attrs in page_of(answer).tags if attrs.get("type") == "checkbox" and "name" in attrs]
    assert {box["value"] for box in boxes if "checked" in box} == {"centers", "valuation"}


def test_some_sections_are_previewed_by_a_get_that_changes_nothing(staff, story, versions, version_id):
    page = version_page(version_id(story, 1), "restore/")

    answer = staff().get(page, {"chosen": 1, "sections": ["valuation", "nothing_such"], "mode": ""})

    seen = texts(answer)
    assert "שינוי אחד" in seen
    assert "/valuation/p" in seen
    assert "/centers/0" not in seen
    assert ("input", {"type": "hidden", "name": "sections", "value": "valuation"}) in [
        (tag, {key: attrs[key] for key in ("type", "name", "value") if key in attrs})
        for tag, attrs in page_of(answer).tags
    ]
    assert len(versions()) == 3


def test_one_section_comes_back_and_the_rest_stays(staff, story, versions, version_id, helper_of):
    sent = {"reason": REASON, "expected_version": 3, "sections": ["centers"]}

    answer = staff().post(version_page(version_id(story, 1), "restore/"), sent, follow=True)

    assert helper_of() == {"meta": {"n": 1}, "centers": [], "valuation": {"p": 1.10}}
    assert versions()[0]["changed_sections"] == ["centers"]
    seen = texts(answer)
    assert "הוחזרו" in seen
    for words in ("12345678_helper_v1", "12345678_helper_v4", "מוקדי נזק"):
        assert words in seen.split("הוחזרו")[0] + seen.split("הוחזרו")[1][:200]
    assert "הוחזרו" in LogEntry.objects.get().change_message


def test_all_sections_ticked_is_a_whole_restore(staff, api, dana, story, versions, version_id):
    sent = {"reason": REASON, "expected_version": 3, "sections": ["centers", "valuation"]}

    answer = staff().post(version_page(version_id(story, 1), "restore/"), sent, follow=True)

    url = f"cases/{story['case_id']}/helper/versions"
    bodies = [api(dana).get(f"{url}/{n}").content.split(b'"helper": ', 1)[1] for n in (1, 4)]
    assert bodies[0] == bodies[1]
    assert "שוחזרה ונשמרה כ־" in texts(answer)


def test_only_what_is_missing_is_filled(staff, story, versions, version_id, helper_of, save):
    save(story, {"meta": {"n": ""}, "valuation": {"p": 7}}, 3)
    page = version_page(version_id(story, 1), "restore/")
    preview = staff().get(page, {"mode": "fill_missing"})
    assert "טען לעבודה נוכחית" in texts(preview)
    assert "/meta/n" in texts(preview)
    assert "/valuation/p" not in texts(preview)

    sent = {"reason": REASON, "expected_version": 4, "mode": "fill_missing"}
    answer = staff().post(page, sent, follow=True)

    assert helper_of() == {"meta": {"n": 1}, "valuation": {"p": 7}}
    assert "מה שהיה חסר הושלם" in texts(answer)


def test_where_nothing_would_change_there_is_no_button(staff, story, version_id):
    page, noam = version_page(version_id(story, 1), "restore/"), staff()

    for asked in ({"mode": "fill_missing"}, {"chosen": 1}):
        answer = noam.get(page, asked)
        assert "דבר לא ישתנה" in texts(answer)
        assert 'method="post" class="card plain"' not in answer.content.decode()


def test_a_restore_that_changes_nothing_makes_no_version_and_says_so(staff, story, versions, version_id):
    sent = {"reason": REASON, "expected_version": 3, "mode": "fill_missing"}

    answer = staff().post(version_page(version_id(story, 1), "restore/"), sent, follow=True)

    assert "דבר לא השתנה" in texts(answer)
    assert len(versions()) == 3
    assert not LogEntry.objects.exists()


def test_a_choice_is_kept_when_somebody_saved_meanwhile(staff, story, version_id, save):
    save(story, {"meta": {"n": 9}}, 3)
    sent = {"reason": REASON, "expected_version": 3, "sections": ["valuation"]}

    answer = staff().post(version_page(version_id(story, 1), "restore/"), sent)

    assert answer.status_code == 409
    html = answer.content.decode()
    assert 'type="hidden" name="sections" value="valuation"' in html
    assert 'type="hidden" name="sections" value="meta"' not in html
    assert REASON in html


@pytest.mark.parametrize("odd", [{"sections": "x\0"}, {"sections": "nothing_such"}, {"mode": "everything"}])
def test_a_choice_there_is_not_changes_nothing(staff, story, versions, version_id, odd):
    sent = {"reason": REASON, "expected_version": 3, **odd}

    answer = staff().post(version_page(version_id(story, 1), "restore/"), sent, follow=True)

    assert answer.status_code == 200
    assert len(versions()) == 3
