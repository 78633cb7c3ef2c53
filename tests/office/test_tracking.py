"""The tracking tables over HTTP and for Make: every door's save is in them at once, as JSON and as a sheet."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests import cast
from tests.admin.conftest import GHOST
from tests.conftest import any_plate
from tests.make.caller import Make, give_key

FULL = json.loads((Path(__file__).resolve().parents[1] / "fixtures" / "helper_full.json").read_text())
GENERAL_HEADS = (
    'מספר תיק,תאריך הבדיקה,"תאריך חוו""ד",מס.רכב,שם היצרן,שנת ייצור,ערך הרכב,שם בעל הרכב,טלפון,מוסך,טלפון מוסך,E-mail,'
    "דירקטיבה,תמונות,מס' תמונות,התקבלה חשבונית,התקבל תשלום,תיק בתביעה,סטטוס כללי,הערות כלליות,לינק לתיק,TimeStamp"
)
EXPERTISE_HEADS = (
    "מספר תיק,מספר רכב,מס מוקדי נזק,מוקד נזק,תיאור,תיקונים מתוכננים,חלקים מתוכננים,עבודות מתוכננות,הנחייה,הערות"
)
FINAL_HEADS = (
    'מספר רכב,מס מוקדי נזק,מוקד נזק,תיקונים בפועל,"סה""כ חלקים בפועל","סה""כ עבודות בפועל",סכום לתביעה,'
    "ירידת ערך,פיצוי סופי,הערות"
)
PAYMENT_HEADS = (
    'מספר רכב,תוצרת,שנת יצור,בעלים,טלפון,תאריך נזק,סוג נזק,סוכן,"סה""כ שכ""ט",תאריך שידור,מוסך,מטפל בתביעה,'
    "צפי תשלום,סטטוס תשלום,הערות"
)
HEADS = {
    "general": next(csv.reader([GENERAL_HEADS])),
    "expertise": next(csv.reader([EXPERTISE_HEADS])),
    "final_report": next(csv.reader([FINAL_HEADS])),
    "payments": next(csv.reader([PAYMENT_HEADS])),
}


@pytest.fixture
def make(db):
    return lambda office=cast.NORTH: Make(give_key(office))


@pytest.fixture
def of_case(api, dana):
    """The rows of a tracking table that a case has."""
    return lambda table, case: api(dana).get(f"tracking/{table}?case_id={case['case_id']}").json()


def sheet(answer):
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def test_every_table_reads_the_current_helper(api, dana, open_case):
    case = open_case(FULL)

    answers = {t: api(dana).get(f"tracking/{t}?plate={case['plate']}") for t in HEADS}

    assert {table: len(answer.json()) for table, answer in answers.items()} == {
        "general": 1, "expertise": 3, "final_report": 3, "payments": 1}  # fmt: skip
    assert b'"vehicle_value":101423.00' in answers["general"].content
    assert b'"total_parts":6284.56' in answers["final_report"].content
    assert b'"total_fee":1699.20' in answers["payments"].content
    assert answers["general"].json()[0]["case_link"].endswith(f"/admin/cases/case/{case['case_id']}/change/")
    assert [row["damage_center_index"] for row in answers["expertise"].json()] == [1, 2, 3]


def test_every_door_that_saves_is_seen_at_once(api, dana, make, open_case, of_case):
    case = open_case({"vehicle": {"manufacturer": "א"}})
    path = f"cases/{case['case_id']}/helper"
    seen = [of_case("general", case)[0]["manufacturer"]]

    api(dana).put(path, {"version": 1, "helper": {"vehicle": {"manufacturer": "ב"}}})
    seen.append(of_case("general", case)[0]["manufacturer"])
    make().op("case_helper.save_full", {"plate": case["plate"], "helper_json": {"vehicle": {"manufacturer": "ג"}}})
    seen.append(of_case("general", case)[0]["manufacturer"])
    api(dana).post(f"{path}/restore", {"version": 1, "expected_version": 3})
    seen.append(of_case("general", case)[0]["manufacturer"])
    api(dana).request(
        "PATCH", path, b'{"vehicle": {"manufacturer": "\xd7\x93"}}', content_type="application/merge-patch+json",
        **{"If-Match": '"v4"'},
    )  # fmt: skip
    seen.append(of_case("general", case)[0]["manufacturer"])

    assert seen == ["א", "ב", "ג", "א", "ד"]


@pytest.mark.parametrize("table", HEADS)
@pytest.mark.parametrize("asked", ["accept", "format"])
def test_a_sheet_has_the_heads_of_the_office_in_their_order(api, dana, open_case, table, asked):
    case = open_case(FULL)
    address = f"tracking/{table}?case_id={case['case_id']}"
    answer = api(dana).get(address, Accept="text/csv") if asked == "accept" else api(dana).get(f"{address}&format=csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = sheet(answer)
    assert rows[0] == HEADS[table]
    assert {len(row) for row in rows} == {len(HEADS[table])}
    assert len(rows) == 1 + len(api(dana).get(address).json())


def test_a_sheet_says_words_days_and_plain_numbers(api, dana, open_case):
    case = open_case(FULL)

    [heads, row] = sheet(api(dana).get(f"tracking/general?case_id={case['case_id']}&format=csv"))

    told = dict(zip(heads, row, strict=True))
    assert (told["סטטוס כללי"], told["תמונות"], told["התקבל תשלום"]) == ("פתוח", "כן", "לא")
    assert (told["תאריך הבדיקה"], told["ערך הרכב"], told["מס.רכב"]) == ("2025-09-26", "101423.00", case["plate"])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("=1+1", "'=1+1"),
        ("  =cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("\u200f@SUM(1)", "'@SUM(1)"),
        ("+972-50-1234567", "'+972-50-1234567"),
        ("-5", "-5"),
        ('a "b", c\nd', 'a "b", c\nd'),
        ("רונית", "רונית"),
    ],
)
def test_a_cell_never_becomes_a_formula(api, dana, open_case, name, told):
    case = open_case({"stakeholders": {"owner": {"name": name}}})

    row = sheet(api(dana).get(f"tracking/general?case_id={case['case_id']}&format=csv"))[1]

    assert row[7] == told


def test_a_long_sheet_is_whole_and_in_order(api, dana, open_case, monkeypatch):
    monkeypatch.setattr("office.csvfile._BATCH", 3)
    plate = any_plate()
    case = open_case({"centers": [{"Id": str(n), "Location": f"מוקד {n}"} for n in range(11)]}, plate=plate)

    rows = sheet(api(dana).get(f"tracking/expertise?plate={plate}&format=csv"))

    assert [row[3] for row in rows[1:]] == [f"מוקד {n}" for n in range(11)]
    part = sheet(api(dana).get(f"tracking/expertise?case_id={case['case_id']}&format=csv&limit=2&offset=3"))
    assert [row[3] for row in part[1:]] == ["מוקד 3", "מוקד 4"]


def test_lists_are_narrowed(api, dana, open_case):
    warned, fine = open_case({"vehicle": {"year": "?"}}), open_case({"centers": [{}]})
    api(dana).patch(f"cases/{fine['case_id']}", {"status": "CLOSED"})

    def cases(table, query):
        return {row["case_id"] for row in api(dana).get(f"tracking/{table}?{query}").json()}

    assert cases("general", "warned=true") == {warned["case_id"]}
    assert cases("general", "status=CLOSED") == {fine["case_id"]}
    assert cases("expertise", "status=draft") == {fine["case_id"]}
    since = api(dana).get(f"tracking/general?case_id={fine['case_id']}").json()[0]["updated_at"]
    assert cases("general", f"updated_since={since}") == {fine["case_id"]}
    for nonsense in ("x=1", "status=x", "updated_since=x", "case_id=x", "format=xml", "limit=-1"):
        assert api(dana).get(f"tracking/general?{nonsense}").status_code == 422
    assert api(dana).get("tracking/other").status_code == 404


def test_paging_is_that_of_other_lists(api, dana, open_case):
    plate = any_plate()
    open_case({"centers": [{"Id": str(n)} for n in range(5)]}, plate=plate)

    answer = api(dana).get(f"tracking/expertise?plate={plate}&limit=2", Prefer="count=exact")

    assert (answer.status_code, len(answer.json()), answer["Content-Range"]) == (206, 2, "0-1/5")
    assert "offset=2" in answer["Link"]


def test_another_office_and_nobody_see_nothing(api, dana, tamar, make, open_case):
    case = open_case(FULL)
    for table in HEADS:
        assert api(tamar).get(f"tracking/{table}?plate={case['plate']}").json() == []
        assert len(sheet(api(tamar).get(f"tracking/{table}?format=csv"))) == 1
        assert api().get(f"tracking/{table}").status_code == 401
        assert make(cast.SOUTH).op("tracking.get", {"table": table, "plate": case["plate"]}).json() == []


def test_make_reads_what_changed(make, open_case):
    case = open_case(FULL)

    answer = make().op("tracking.get", {"table": "final_report", "plate": case["plate"], "limit": 2, "offset": 1})
    [paid] = make().op("tracking.get", {"table": "payments", "case_id": case["case_id"]}).json()
    since = make().op("tracking.get", {"table": "general", "updated_since": "2999-01-01T00:00:00Z"})

    assert [row["damage_center_index"] for row in answer.json()] == [2, 3]
    assert b'"claim_amount":28441.00' in answer.content
    assert (paid["days_late"], paid["fee_invoices_count"]) == (0, 0)
    assert since.json() == []
    assert make().op("tracking.get", {"table": "other"}).status_code == 422
    assert make().op("tracking.get", {"table": "general", "case_id": GHOST}).json() == []


def test_make_reads_a_sheet_with_its_key(make, open_case):
    open_case(FULL)

    assert len(sheet(make().get("tracking/general?format=csv"))) == 2
