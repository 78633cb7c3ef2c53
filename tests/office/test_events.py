"""The report over everything that happened in an office: by whom, what and when, as JSON and as a spreadsheet."""

import csv
import io
import re
from urllib.parse import quote

import pytest

from cases.models import Event
from core import acting, csvtext
from tests import cast

HEBREW = {"Accept-Language": "he"}


def rows(answer):
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_it_is_narrowed_by_person_kind_door_case_plate_and_time(api, dana, open_case):
    case, other = open_case(), open_case()
    api(dana).patch(f"cases/{case['case_id']}", {"status": "IN_PROGRESS"})

    of_case = api(dana).get(f"events?case_id={case['case_id']}", **HEBREW).json()
    assert [event["type"] for event in of_case] == ["case.status_changed", "case_helper.saved", "case.upserted"]
    assert {event["plate"] for event in of_case} == {case["plate"]}
    assert of_case[0]["text"].startswith("הסטטוס שונה")

    def types(query):
        return {event["type"] for event in api(dana).get(f"events?{query}").json()}

    plate = f"plate={case['plate'][:3]}-{case['plate'][3:]}"
    assert types(f"{plate}&type=case_helper") == {"case_helper.saved"}
    assert types(f"{plate}&type=case.status_changed,case_helper.saved") == {"case.status_changed", "case_helper.saved"}
    assert types(f"{plate}&actor={cast.NOAM.user_id}") == set()
    assert types(f"{plate}&door=UI") == {event["type"] for event in of_case}
    assert types(f"{plate}&door=MAKE") == set()
    assert types(f"{plate}&since={quote(of_case[0]['at'])}") == {"case.status_changed"}
    assert types(f"{plate}&until={quote(of_case[0]['at'])}") == {"case_helper.saved", "case.upserted"}
    assert types("plate=x") == set()
    assert other["plate"] not in str(of_case)


def test_pages_follow_each_other_by_the_last_event(api, dana, open_case):
    for _ in range(3):
        open_case()
    seen, address = [], "events?limit=2"
    while address:
        answer = api(dana).get(address)
        seen += [event["id"] for event in answer.json()]
        link = re.search(r"</api/v1/(.*)>", answer.get("Link", ""))
        address = link and link[1]

    everything = api(dana).get("events?limit=200", Prefer="count=exact")
    assert seen == [event["id"] for event in everything.json()]
    assert everything["Content-Range"].endswith(f"/{len(seen)}")


@pytest.mark.parametrize(
    "query", ["actor=x", "door=WINDOW", "since=x", "before=x", "nothing=1", "format=xml", "limit=x"]
)
def test_a_wrong_question_is_named(api, dana, query):
    assert api(dana).get(f"events?{query}").status_code == 422


@pytest.mark.parametrize(("query", "headers"), [("?format=csv", {}), ("", {"Accept": "text/csv"})])
def test_a_spreadsheet_holds_the_same_in_the_callers_name(api, dana, tamar, open_case, query, headers):
    case = open_case()
    api(dana).patch(f"cases/{case['case_id']}", {"owner_name": "=1+1"})

    answer = api(dana).get(f"events{query}", **headers, **HEBREW)
    head, newest, *_ = rows(answer)

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert head[:6] == ["תאריך", "שעה", "מה קרה", "מי", "דרך", "מספר רכב"]
    assert newest[3] == dana.name
    assert newest[5].replace("-", "") == case["plate"]
    foreign = rows(api(tamar).get(f"events{query}", **headers))
    assert not any(case["plate"] in "".join(row).replace("-", "") for row in foreign)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "  =1+1", "\n=1", "\u00a0=1"])
def test_no_cell_runs_as_a_formula(cell):
    assert csvtext.safe(cell).startswith("'")


@pytest.mark.parametrize("cell", ["דנה", "12-345-67", "", -1.5, "א=ב"])
def test_other_cells_stay_as_they_are(cell):
    assert csvtext.safe(cell) == str(cell)


def test_a_foreign_office_and_nobody_see_nothing(api, tamar, open_case):
    case = open_case()

    assert api(tamar).get(f"events?case_id={case['case_id']}").json() == []
    assert api(tamar).get(f"events?plate={case['plate']}").json() == []
    assert api().get("events").status_code == 401
    first = api(cast.DANA).get("events?limit=1").json()[0]["id"]
    assert api(tamar).get(f"events?before={first}").json() == []


def test_no_event_holds_a_helpers_content_a_raw_answer_or_a_secret(api, dana, open_case, add):
    canary = "תוכן-סודי-ביותר"
    case = open_case({"vehicle": {"note": canary}})
    api(dana).post("levi-reports", {"case_id": case["case_id"], "answer": {"הערה": canary}})
    api(dana).post("kb/docs", {"title": "נוהל", "body": canary})
    found = {"case_id": case["case_id"], "results": [{"row_uuid": "c1", "part_name": "פנס", "raw": canary}]}
    api(dana).post("parts/search-results", found)
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", add().content.decode())[0]

    with acting.acting(acting.SERVICE):
        told = [str(event.data) for event in Event.objects.all()]

    assert told
    assert not [one for one in told if canary in one or secret in one or "hook.eu2" in one]


def test_people_keys_endpoints_and_sources_leave_events_too(api, dana, add, staff):
    add()
    staff().post("/admin/make/gatewaykey/add/", {"name": "תרחיש"})
    with acting.acting(acting.SERVICE):
        from accounts.models import Profile

        Profile.objects.filter(pk=cast.DANA.user_id).update(role="assistant", phone="03-1234567")

        changed = Event.objects.filter(type="profile.changed").order_by("-at")[0]
    told = {event["type"] for event in api(dana).get("events").json()}
    assert {"webhook_endpoint.added", "gateway_key.added"} <= told
    assert (changed.data["was"], changed.data["became"]) == ({"role": "assessor"}, {"role": "assistant"})
    assert changed.data["changed"] == ["phone", "role"]
    assert "03-1234567" not in str(changed.data)
