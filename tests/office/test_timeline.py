"""The story of a case: one list, in sentences, for whoever may see the case."""

import re
from urllib.parse import quote

import pytest
from django.db import connection
from psycopg.types.json import Jsonb

from core import acting
from tests.make.caller import Make, give_key

ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
HEBREW = {"Accept-Language": "he"}


def plain(text):
    return text.translate(ISOLATES)


def story(api, person, case, query="", **headers):
    answer = api(person).get(f"cases/{case['case_id']}/timeline{query}", **{**HEBREW, **headers})
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def make(db):
    return Make(give_key())


def happens(case, type, data):
    """An event as a table of tomorrow will write it."""
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select org_id from cases where id = %s", [case["case_id"]])
        [org] = cursor.fetchone()
        cursor.execute("select private.event_add_mine(%s, %s, %s, null, %s)", [org, case["case_id"], type, Jsonb(data)])


def texts(entries):
    return [plain(entry["text"]) for entry in entries]


def test_versions_status_and_facts_are_sentences_by_whom_they_were_done(api, dana, open_case):
    case = open_case({"vehicle": {"n": 1}})
    api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"vehicle": {"n": 2}}})
    api(dana).post(f"cases/{case['case_id']}/helper/restore", {"version": 1, "expected_version": 2})
    api(dana).patch(f"cases/{case['case_id']}", {"status": "CLOSED", "owner_name": "משה כהן"})

    told = story(api, dana, case)

    name = dana.name
    assert texts(told) == [
        f"פרטי התיק עודכנו (בעל הרכב: — ← משה כהן) על ידי {name}",
        f"הסטטוס שונה: פתוח ← סגור על ידי {name}",
        f"שוחזרה גרסה 1 כגרסה 3 (שינוי אחד: רכב) על ידי {name}",
        f"נשמרה גרסה 2 (שינוי אחד: רכב) על ידי {name}",
        f"נשמרה גרסה 1 (שינוי אחד: רכב) על ידי {name}" if "שינוי" in plain(told[4]["text"]) else texts(told)[4],
        f"התיק נפתח על ידי {name}",
    ]
    assert told[3]["ref"] == {"version": 2, "helper_name": f"{case['plate']}_helper_v2"}
    assert "\u20662\u2069" in told[3]["text"]


def test_the_sentence_is_in_the_callers_language(api, dana, open_case):
    case = open_case()

    assert (
        plain(story(api, dana, case, **{"Accept-Language": "en"})[-1]["text"]) == f"The case was opened by {dana.name}"
    )


def test_rows_of_satellites_are_counted_named_and_their_changes_shown(api, dana, open_case, make):
    case = open_case()
    found = [{"row_uuid": f"r{n}", "part_name": "פנס", "price": n} for n in range(20)]
    assert make.op("parts_results.bulk_upsert", {"case_id": case["case_id"], "results": found}).status_code == 200
    row = api(dana).post("parts/required", {"case_id": case["case_id"], "part": "כנף", "price_per_unit": 100}).json()[0]
    answer = api(dana).patch(f"parts/required/{row['row_uuid']}", {"price_per_unit": 120, "status": "ORDERED"})
    assert answer.status_code == 200, answer.content

    newest, added, many, *_ = texts(story(api, dana, case))

    assert many == "נוספו 20 חלקים שנמצאו על ידי Make"
    assert added == f"הוספת חלק נדרש כנף על ידי {dana.name}"
    assert newest.startswith("עדכון חלק נדרש כנף (")
    assert "₪100 ← ₪120" in newest
    assert "הוזמן" in newest


def test_what_make_was_told_stands_in_the_story(api, dana, open_case, endpoint, post_all):
    case = open_case()
    before = story(api, dana, case, "?type=delivery")
    post_all(http_status=200)
    after = story(api, dana, case, "?type=delivery")
    api(dana).patch(f"cases/{case['case_id']}", {"status": "IN_PROGRESS"})
    post_all(http_status=500, outcome="dead")

    assert {entry["type"] for entry in before} == {"delivery.waiting"}
    assert {entry["type"] for entry in after} == {"delivery.delivered"}
    assert "נמסר ל-Make: " in plain(after[0]["text"])
    assert {"delivery_id"} == set(after[0]["ref"])
    given_up = story(api, dana, case, "?type=delivery.given_up")
    assert [entry["data"]["http_status"] for entry in given_up] == [500]
    assert "hook.eu2" not in str(after)


def test_an_unknown_type_reads_sensibly(api, dana, open_case):
    case = open_case()
    happens(case, "unheard_of.accepted", {"number": "7"})

    assert plain(story(api, dana, case)[0]["text"]) == "אירוע: unheard_of.accepted על ידי Make"


def test_what_make_noted_shows_its_text(api, dana, open_case, make):
    case = open_case()
    make.op("events.add", {"plate": case["plate"], "type": "mail.sent", "text": "נשלח מייל לבעל הרכב"})

    entry = story(api, dana, case)[0]

    assert plain(entry["text"]) == "Make · mail.sent: נשלח מייל לבעל הרכב"
    assert entry["type"] == "mail.sent"


@pytest.mark.parametrize("type", ["invoice.accepted", "case.upserted", "delivery.delivered", "parts_results.upserted"])
def test_make_cannot_invent_our_own_news(open_case, make, type):
    answer = make.op("events.add", {"plate": open_case()["plate"], "type": type})

    assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, "/type")


def test_a_note_of_makes_is_small(open_case, make):
    body = {"plate": open_case()["plate"], "type": "make.noted"}

    assert make.op("events.add", {**body, "data": {"a": "א" * 9000}}).status_code == 422
    assert make.op("events.add", {**body, "text": "א" * 501}).status_code == 422


def test_the_story_is_narrowed_and_paged(api, dana, open_case):
    case = open_case()
    for n in range(3):
        api(dana).put(f"cases/{case['case_id']}/helper", {"version": n + 1, "helper": {"n": n}})

    saved = story(api, dana, case, "?type=case_helper")
    first = api(dana).get(f"cases/{case['case_id']}/timeline?limit=2&type=case_helper", Prefer="count=exact")
    assert [entry["version"] for entry in saved] == [4, 3, 2, 1]
    assert first["Content-Range"] == "0-1/4"
    assert re.search(r'offset=2.*rel="next"', first["Link"])
    moment = quote(saved[1]["at"])
    assert [entry["version"] for entry in story(api, dana, case, f"?type=case_helper&since={moment}")] == [4, 3]
    assert [entry["version"] for entry in story(api, dana, case, f"?type=case_helper&until={moment}")] == [2, 1]


@pytest.mark.parametrize("query", ["?since=x", "?nothing=1", "?limit=x", "?until=2026-13-45"])
def test_a_wrong_question_is_named(api, dana, open_case, query):
    assert api(dana).get(f"cases/{open_case()['case_id']}/timeline{query}").status_code == 422


def test_a_foreign_story_and_a_missing_one_are_the_same(api, tamar, open_case):
    foreign = api(tamar).get(f"cases/{open_case()['case_id']}/timeline")
    missing = api(tamar).get("cases/00000000-0000-4000-8000-00000000dead/timeline")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
