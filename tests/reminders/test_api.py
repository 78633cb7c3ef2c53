"""Reminders over HTTP: kept, changed, done, put off, and found again."""

from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from reminders.recurring import ISRAEL
from tests import cast
from tests.reminders.desk import GHOST, Desk, as_service, on_the_wall, release


def wall(text):
    return datetime.fromisoformat(text).astimezone(ISRAEL)


def test_a_reminder_is_kept_and_read(desk, open_case, dana):
    case = open_case()
    made = desk.make(
        "לבקש מסמכים",
        case_id=case["case_id"],
        description="רישיון",
        category="תזכורת מסמכים",
        priority="גבוה",
        due_date="2027-07-01",
        due_time="08:30",
        assigned_to=str(dana.user_id),
        channel="whatsapp",
    )

    assert desk.read(made) == made
    assert (made["case_id"], made["plate"], made["status"]) == (case["case_id"], case["plate"], "ממתין")
    # Summer: three hours before Greenwich.
    assert (made["due_at"], made["next_at"]) == ("2027-07-01T05:30:00Z",) * 2
    assert (made["is_recurring"], made["notification_sent"], made["created_by"]) == (False, False, str(dana.user_id))


def test_what_is_not_said_is_nine_o_clock_a_general_one_and_no_case(desk):
    made = desk.api.post("reminders", {"title": "x", "due_date": "2027-01-05"}).json()

    told = {name: made[name] for name in ("due_time", "category", "priority", "channel", "case_id", "plate")}
    assert told == {
        "due_time": "09:00:00",
        "category": "תזכורת כללית",
        "priority": "רגיל",
        "channel": "mail",
        "case_id": None,
        "plate": None,
    }


def test_a_plate_stands_for_its_open_case_and_else_for_itself(desk, open_case):
    case = open_case()
    dashed = f"{case['plate'][:3]}-{case['plate'][3:5]}-{case['plate'][5:]}"

    assert desk.make(plate=dashed)["case_id"] == case["case_id"]
    lonely = desk.make(plate="11-222-33")
    assert (lonely["case_id"], lonely["plate"]) == (None, "1122233")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": "x"}, "/due_date"),
        ({"due_date": "2027-01-01"}, "/title"),
        ({"title": "", "due_date": "2027-01-01"}, "/title"),
        ({"title": "x", "due_date": "01/01/2027"}, "/due_date"),
        ({"title": "x", "due_date": "2027-01-01", "due_time": "25:00"}, "/due_time"),
        ({"title": "x", "due_date": "2027-01-01", "priority": "דחוף מאוד"}, "/priority"),
        ({"title": "x", "due_date": "2027-01-01", "rrule": "FREQ=HOURLY"}, "/rrule"),
        ({"title": "x", "due_date": "2027-01-01", "rrule": "FREQ=DAILY", "recurrence_pattern": "daily"}, "/rrule"),
        ({"title": "x", "due_date": "2027-01-01", "status": "הושלם"}, "/status"),
        ({"title": "x", "due_date": "2027-01-01", "assigned_to": GHOST}, "/assigned_to"),
        ({"title": "x", "due_date": "2027-01-01", "assigned_to": str(cast.TAMAR.user_id)}, "/assigned_to"),
        ({"title": "x", "due_date": "9999-12-31"}, ""),
        ({"title": "x\u0007", "due_date": "0001-01-01"}, ""),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(desk, body, pointer):
    answer = desk.api.post("reminders", body)

    assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, pointer), answer.content
    assert desk.api.get("reminders").json() == []


def test_another_office_sees_nothing_and_changes_nothing(desk, api, tamar, open_case):
    made, foreign = desk.due(), Desk(api(tamar))
    release()
    [time] = desk.times(made)

    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"title": "y"}),
        ("POST", "/complete", {}),
        ("POST", "/snooze", {"minutes": 5}),
        ("POST", "/cancel", None),
        ("GET", "/occurrences", None),
        ("POST", f"/occurrences/{time['id']}/retry", None),
    ):
        answers = [foreign.api.request(method, f"reminders/{key}{path}", body) for key in (made["id"], GHOST, "x")]
        assert [answer.status_code for answer in answers] == [404] * 3, path
        assert answers[0].content == answers[1].content
    assert foreign.api.get("reminders").json() == []
    answer = foreign.api.post("reminders", {"title": "x", "due_date": "2027-01-01", "case_id": open_case()["case_id"]})
    assert answer.status_code == 404


def test_the_list_is_narrowed(desk, open_case, dana):
    case = open_case()
    mine = desk.make("לשלם אגרה", case_id=case["case_id"], category="תזכורת תשלום", assigned_to=str(dana.user_id))
    late = desk.make("איחור גדול", due_date="2026-01-01", priority="דחוף", description="אגרה ישנה")
    done = desk.make("גמור", due_date="2027-03-01")
    desk.do("complete", done)

    def found(query):
        answer = desk.api.get(f"reminders?{query}")
        assert answer.status_code == 200, answer.content
        return [one["id"] for one in answer.json()]

    assert found("") == [late["id"], mine["id"], done["id"]]
    assert found(f"case_id={case['case_id']}") == found(f"plate={case['plate']}") == [mine["id"]]
    assert found(f"assigned_to={dana.user_id}") == found(f"category={quote('תזכורת תשלום')}") == [mine["id"]]
    assert found(f"priority={quote('דחוף')}") == found("due_to=2026-02-01") == [late["id"]]
    assert found("due_from=2027-02-01") == found(f"status={quote('הושלם')}") == [done["id"]]
    assert found("overdue=true") == [late["id"]]
    assert found("overdue=false") == [mine["id"], done["id"]]
    assert found(f"q={quote('אגרה')}") == [late["id"], mine["id"]]
    assert found(f"q={quote('אגרה ישנה')}") == [late["id"]]
    assert found(f"q={case['plate'][:5]}") == [mine["id"]]
    release()
    assert found("overdue=true") == found(f"status={quote('באיחור')}") == [late["id"]]
    assert desk.api.get("reminders?status=x").status_code == desk.api.get("reminders?colour=red").status_code == 422
    page = desk.api.get("reminders?limit=1", Prefer="count=exact")
    assert (page.status_code, page["Content-Range"], 'rel="next"' in page["Link"]) == (206, "0-0/3", True)


def test_completing_and_cancelling(desk, dana):
    done, off = desk.make(), desk.make()

    told = desk.do("complete", done)
    assert (told["status"], told["completed_by"], told["next_at"]) == ("הושלם", str(dana.user_id), None)
    assert told["completed_at"] is not None
    assert desk.do("complete", done)["completed_at"] == told["completed_at"]
    told = desk.do("cancel", off)
    assert (told["status"], told["next_at"], told["completed_at"]) == ("בוטל", None, None)
    for verb, reminder, body in (
        ("complete", off, {}),
        ("cancel", done, None),
        ("snooze", done, {"minutes": 5}),
        ("snooze", off, {"minutes": 5}),
    ):
        assert desk.api.post(f"reminders/{reminder['id']}/{verb}", body).status_code == 409


def test_snoozing(desk):
    made = desk.due()
    release()
    assert desk.read(made)["status"] == "באיחור"

    told = desk.do("snooze", made, {"minutes": 30})
    assert (told["status"], told["next_at"], told["due_at"]) == ("ממתין", told["snoozed_until"], made["due_at"])
    until = (datetime.now(ISRAEL) + timedelta(days=2)).replace(microsecond=0)
    told = desk.do("snooze", made, {"until": until.isoformat()})
    assert datetime.fromisoformat(told["next_at"]) == until
    told = desk.change(made, **on_the_wall(days=1))
    assert (told["snoozed_until"], told["next_at"]) == (None, told["due_at"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"minutes": 0},
        {"minutes": "5"},
        {"minutes": 10**9},
        {"until": "2020-01-01T00:00:00Z"},
        {"until": "9999-01-01T00:00:00Z"},
        {"until": "x"},
        {"minutes": 5, "until": "2027-01-01T00:00:00Z"},
    ],
)
def test_what_is_no_time_to_snooze_to_is_refused(desk, body):
    made = desk.make()

    assert desk.api.post(f"reminders/{made['id']}/snooze", body).status_code == 422
    assert desk.read(made) == made


def test_a_series_goes_on_at_the_same_time_on_the_wall(desk):
    made = desk.make(due_date="2026-10-23", due_time="09:00", rrule="rrule:freq=daily")
    assert made["rrule"] == "FREQ=DAILY"
    for _ in range(3):
        made = desk.do("complete", made)
        assert wall(made["due_at"]).strftime("%H:%M") == "09:00"
    assert (made["status"], made["completed_at"]) == ("ממתין", None)


def test_an_occurrence_that_was_done_stays_findable_and_the_next_one_waits(desk, dana):
    made = desk.make(due_date="2027-01-31", recurrence_pattern="monthly", recurrence_end_date="2027-03-31")
    assert made["is_recurring"]

    second = desk.do("complete", made)
    assert (second["due_date"], second["status"]) == ("2027-02-28", "ממתין")
    # The same button twice.
    assert desk.do("complete", made, {"due_at": made["due_at"]})["due_date"] == "2027-02-28"
    third = desk.do("complete", made)
    assert third["due_date"] == "2027-03-31"
    over = desk.do("complete", made)
    assert (over["status"], over["completed_by"], over["next_at"]) == ("הושלם", str(dana.user_id), None)
    times = desk.times(made)
    assert [one["due_at"] for one in times] == [third["due_at"], second["due_at"], made["due_at"]]
    assert {(one["status"], one["completed_by"]) for one in times} == {("SILENT", str(dana.user_id))}


def test_a_series_is_cancelled_whole(desk):
    made = desk.make(rrule="FREQ=WEEKLY;COUNT=3")

    assert desk.do("cancel", made)["status"] == "בוטל"
    assert desk.read(made)["next_at"] is None


def test_the_old_pattern_and_the_rule_change_into_each_other_and_away(desk):
    made = desk.make(recurrence_pattern="weekly")

    ruled = desk.change(made, rrule="FREQ=DAILY;INTERVAL=2")
    assert (ruled["rrule"], ruled["recurrence_pattern"], ruled["is_recurring"]) == ("FREQ=DAILY;INTERVAL=2", None, True)
    plain = desk.change(made, rrule=None)
    assert (plain["rrule"], plain["recurrence_pattern"], plain["is_recurring"]) == (None, None, False)
    again = desk.change(made, recurrence_pattern="daily")
    assert again["is_recurring"]
    assert not desk.change(made, recurrence_pattern=None)["is_recurring"]


def test_the_machinery_is_nobody_elses(desk):
    made = desk.make()
    for field in ("next_at", "due_at", "starts_on", "rolls_on", "notification_sent", "outside_id", "org_id", "status"):
        assert desk.api.patch(f"reminders/{made['id']}", {field: None}).status_code == 422


def test_the_case_tells_its_reminders(desk, open_case):
    case = open_case()
    made = desk.due("לבדוק צמיגים", case_id=case["case_id"])
    release()
    desk.do("snooze", made, {"minutes": 5})
    desk.do("complete", made)

    story = desk.api.get(f"cases/{case['case_id']}/timeline", **{"Accept-Language": "he"}).json()

    told = [one["text"] for one in story if one["type"].startswith("reminder")]
    [(count,)] = as_service("select count(*) from public.events where type like %s", "reminder%")
    assert count == len(told) == 5
    for text, words in zip(told, ("הושלמה", "נדחתה", "לא ניתן היה להזכיר", "הגיע", "הוספת"), strict=True):
        assert words in text
        assert "לבדוק צמיגים" in text
