"""The existing reminder screens' calls through PostgREST as they send them, in their own words."""

import json

import pytest

from tests.cast import DANA, TAMAR

pytestmark = pytest.mark.peers

KEEPING = {"Prefer": "return=representation"}


def told(answer, status=200):
    assert answer.status == status, answer.body
    return answer.json()


def insert(rest, **values):
    row = {"title": "לבדוק", "due_date": "2027-07-05", **values}
    [made] = told(rest.call("POST", "reminders", DANA, row, **KEEPING), 201)
    return made


def test_a_screen_writes_reads_and_completes_in_its_own_words(rest, site, case):
    made = insert(
        rest,
        plate=f"{case['plate'][:3]}-{case['plate'][3:]}",
        category="תזכורת תשלום",
        status="פעיל",
        priority="גבוהה",
        is_recurring=False,
        send_notification=True,
        notification_sent=True,
    )
    assert (made["case_id"], made["plate"]) == (case["case_id"], case["plate"])
    assert (made["status"], made["priority"], made["notification_sent"]) == ("ממתין", "גבוה", False)
    # 09:00 in the summer of Israel.
    assert made["due_at"] == "2027-07-05T06:00:00+00:00"

    found = told(
        rest.call("GET", f"reminders?plate=eq.{case['plate']}&due_date=gte.2027-07-01&order=due_date.asc", DANA)
    )
    [done] = told(rest.call("PATCH", f"reminders?id=eq.{made['id']}", DANA, {"status": "הושלם"}, **KEEPING))

    assert [one["id"] for one in found] == [made["id"]]
    assert (done["status"], done["completed_by"], done["next_at"]) == ("הושלם", str(DANA.user_id), None)
    assert told(site.call("GET", f"reminders/{made['id']}", DANA))["status"] == "הושלם"
    assert rest.call("DELETE", f"reminders?id=eq.{made['id']}", DANA).status == 403


def test_a_screen_moves_a_reminder_to_another_day(rest, case):
    made = insert(rest, case_id=case["case_id"])

    change = {"due_date": "2027-12-05", "priority": "נמוכה"}
    [moved] = told(rest.call("PATCH", f"reminders?id=eq.{made['id']}", DANA, change, **KEEPING))

    assert (moved["due_at"], moved["next_at"], moved["priority"]) == (*["2027-12-05T07:00:00+00:00"] * 2, "נמוך")


def test_what_is_none_of_the_words_is_refused(rest):
    for wrong in ({"status": "אולי"}, {"priority": "x"}, {"category": "x"}, {"recurrence_pattern": "hourly"}):
        answer = rest.call("POST", "reminders", DANA, {"title": "x", "due_date": "2027-01-01", **wrong})
        assert answer.status == 400, (wrong, answer.body)


def test_another_office_and_nobody_see_nothing(rest, case):
    made = insert(rest, case_id=case["case_id"])

    assert told(rest.call("GET", f"reminders?id=eq.{made['id']}", TAMAR)) == []
    assert told(rest.call("PATCH", f"reminders?id=eq.{made['id']}", TAMAR, {"status": "בוטל"}, **KEEPING)) == []
    refused = rest.call(
        "POST", "reminders", TAMAR, {"title": "x", "due_date": "2027-01-01", "case_id": case["case_id"]}
    )
    assert refused.status == 404, json.dumps(refused.json())
    assert rest.call("POST", "reminder_occurrences", DANA, {"reminder_id": made["id"]}).status == 403


def test_the_assistant_asks_for_reminders(rest, case):
    made = insert(rest, plate=case["plate"])
    insert(rest, title="אחר")

    def ask(who=DANA, **named):
        return told(rest.call("POST", "rpc/nicole_get_reminders", who, named))

    dashed = f"{case['plate'][:3]}-{case['plate'][3:]}"
    [found] = ask(plate_input=dashed)["reminders"]
    assert (found["id"], found["title"], found["due_date"]) == (made["id"], "לבדוק", "2027-07-05")
    assert ask(plate_input=dashed, status_filter="פעיל")["count"] == 1
    assert ask(plate_input=dashed, status_filter="הושלם")["reminders"] == []
    assert ask(plate_input=None, status_filter=None)["count"] >= 2
    assert ask(TAMAR, plate_input=dashed) == {"success": True, "count": 0, "reminders": []}
