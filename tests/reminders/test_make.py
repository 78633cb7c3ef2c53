"""Make writes reminders as the screen sends them, fetches what it is to tell, and says what came of it."""

import pytest

from tests import cast
from tests.make.caller import Make, give_key
from tests.reminders.desk import GHOST, news, release

SCREEN = {
    "action": "create_reminder",
    "reminder": {
        "id": "REM-1732360000000",
        "title": "לבדוק תשלום",
        "description": "",
        "plate": "12-345-67",
        "date": "2027-07-12",
        "time": "9:30",
        "category": "תזכורת תשלום",
        "priority": "גבוהה",
        "status": "פעיל",
        "created": "2026-11-23T09:00:00.000Z",
    },
    "timestamp": "2026-11-23T09:00:00.000Z",
}


def of_screen(**more):
    return {**SCREEN, "reminder": {**SCREEN["reminder"], **more}}


def test_what_the_screen_sends_is_kept_once(desk, make, open_case):
    case = open_case(plate="1234567")

    first = make.op("reminders.upsert", SCREEN)
    again = make.op("reminders.upsert", [of_screen(title="לבדוק שוב", time="10:15")])

    assert (first.status_code, again.status_code) == (201, 200), first.content
    told, kept = first.json(), desk.read(first.json())
    assert (told["created"], again.json()["created"], again.json()["id"]) == (True, False, told["id"])
    assert (told["case_id"], told["plate"]) == (case["case_id"], "1234567")
    wanted = {
        "title": "לבדוק שוב",
        "due_date": "2027-07-12",
        "due_time": "10:15:00",
        "priority": "גבוה",
        "status": "ממתין",
        "category": "תזכורת תשלום",
        "outside_id": "REM-1732360000000",
    }
    assert {name: kept[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"date": "12/07/2027"}, {"due_date": "2027-07-12"}),
        ({"date": "12.7.27"}, {"due_date": "2027-07-12"}),
        ({"date": "2027-07-12T21:30:00Z", "time": ""}, {"due_date": "2027-07-13", "due_time": "00:30:00"}),
        ({"date": "2027-07-12T08:00", "time": None}, {"due_date": "2027-07-12", "due_time": "08:00:00"}),
        ({"time": ""}, {"due_time": "09:00:00"}),
        ({"time": "2:05 PM"}, {"due_time": "14:05:00"}),
        ({"time": "14:05:30"}, {"due_time": "14:05:00"}),
        ({"priority": "בינונית"}, {"priority": "רגיל"}),
        ({"priority": "urgent"}, {"priority": "דחוף"}),
        ({"priority": ""}, {"priority": "רגיל"}),
        ({"status": "פג תוקף"}, {"status": "ממתין"}),
        ({"status": "completed"}, {"status": "הושלם"}),
        ({"category": "מסמכים"}, {"category": "תזכורת מסמכים"}),
        ({"recurrence_pattern": "monthly"}, {"is_recurring": True}),
        ({"rrule": "FREQ=WEEKLY;BYDAY=MO"}, {"is_recurring": True, "rrule": "FREQ=WEEKLY;BYDAY=MO"}),
        ({"id": 17}, {"outside_id": "17"}),
    ],
)
def test_the_words_of_the_screens_are_understood(desk, make, said, kept):
    answer = make.op("reminders.upsert", of_screen(**said))

    assert answer.status_code == 201, answer.content
    found = desk.read(answer.json())
    assert {name: found[name] for name in kept} == kept


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"date": "מחר"}, "/due_date"),
        ({"date": None}, "/due_date"),
        ({"time": "25:00"}, "/due_time"),
        ({"time": "13:00 pm99"}, "/due_time"),
        ({"priority": "סוער"}, "/priority"),
        ({"category": "שונות"}, "/category"),
        ({"title": ""}, "/title"),
        ({"colour": "red"}, "/colour"),
        ({"rrule": "FREQ=SECONDLY"}, "/rrule"),
        ({"assigned_to": str(cast.TAMAR.user_id)}, "/assigned_to"),
        ({"due_date": "2027-01-01"}, "/due_date"),
    ],
)
def test_what_is_not_understood_is_named(desk, make, said, pointer):
    answer = make.op("reminders.upsert", of_screen(**said))

    assert answer.status_code == 422
    assert answer.json()["details"][0]["pointer"] == pointer
    assert desk.api.get("reminders").json() == []


def test_what_the_office_ended_is_not_opened_again_by_a_repeat(desk, make):
    kept = make.op("reminders.upsert", SCREEN).json()
    desk.do("complete", kept)

    assert make.op("reminders.upsert", of_screen(title="שוב")).json()["status"] == "הושלם"
    assert make.op("reminders.upsert", of_screen(id="other", status="הושלם")).json()["status"] == "הושלם"


def test_another_office_s_make_has_reminders_of_its_own(desk, make):
    mine = make.op("reminders.upsert", SCREEN).json()
    south = Make(give_key(cast.SOUTH))

    theirs = south.op("reminders.upsert", SCREEN).json()

    assert (theirs["created"], theirs["id"] == mine["id"]) == (True, False)
    assert [one["id"] for one in desk.api.get("reminders").json()] == [mine["id"]]


def told(desk, make, hook, **more):
    made = desk.due("להתקשר", **more)
    release()
    return made, news()[-1]


def test_make_fetches_what_it_is_to_tell_and_whom(desk, make, hook, dana, open_case):
    case = open_case()
    made, event = told(
        desk,
        make,
        hook,
        channel="whatsapp",
        description="פרטים",
        assigned_to=str(dana.user_id),
        case_id=case["case_id"],
    )

    answer = make.op("reminders.fetch", {"occurrence_id": event["occurrence_id"]})

    found = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store"), answer.content
    assert (found["title"], found["to_name"], found["channel"], found["attempt"]) == ("להתקשר", "דנה", "whatsapp", 1)
    assert (found["reminder_id"], found["case_id"], found["due_at"]) == (made["id"], case["case_id"], made["due_at"])
    assert all(words in found["text"] for words in ("להתקשר", "פרטים"))


def test_make_says_that_it_was_told(desk, make, hook):
    made, event = told(desk, make, hook)
    sent = {"occurrence_id": event["occurrence_id"], "status": "SENT", "outside_id": "wamid.1", "attempt": 1}

    answers = [make.op("reminders.sent", sent) for _ in range(2)]

    assert [answer.json()[0]["status"] for answer in answers] == ["SENT", "SENT"]
    [time] = desk.times(made)
    now = desk.read(made)
    assert (time["status"], time["outside_id"]) == ("SENT", "wamid.1")
    assert (now["notification_sent"], now["notification_sent_at"], now["status"]) == (True, time["sent_at"], "באיחור")
    assert make.op("reminders.fetch", {"occurrence_id": event["occurrence_id"]}).status_code == 409


def test_a_failure_stands_on_the_reminder_until_a_person_has_it_told_again(desk, make, hook):
    made, event = told(desk, make, hook)
    failed = {"occurrence_id": event["occurrence_id"], "status": "FAILED", "reason": "אין מספר", "attempt": 1}
    make.op("reminders.sent", {"reminders": [failed, {"occurrence_id": GHOST, "status": "SENT"}]})
    [time] = desk.times(made)
    assert (time["status"], time["reason"], desk.read(made)["notification_sent"]) == ("FAILED", "אין מספר", False)

    desk.api.post(f"reminders/{made['id']}/occurrences/{time['id']}/retry")
    make.op("reminders.sent", failed)

    # The failure of the first attempt came late.
    assert desk.times(made)[0]["status"] == "QUEUED"
    make.op("reminders.sent", {**failed, "status": "SENT", "attempt": 2})
    assert desk.times(made)[0]["status"] == "SENT"


def test_an_outcome_of_another_office_or_of_none_is_told_at_its_place(desk, make, hook):
    _made, event = told(desk, make, hook)
    south = Make(give_key(cast.SOUTH))

    for key in (event["occurrence_id"], GHOST):
        assert south.op("reminders.sent", {"occurrence_id": key, "status": "SENT"}).json()[0]["error"] == "not_found"
        assert south.op("reminders.fetch", {"occurrence_id": key}).status_code == 404


def test_what_was_done_meanwhile_is_not_told_any_more(desk, make, hook):
    made, event = told(desk, make, hook)
    desk.do("complete", made)

    answer = make.op("reminders.fetch", {"occurrence_id": event["occurrence_id"]})

    assert (answer.status_code, answer.json()["details"]) == (409, {"status": "SILENT"})
