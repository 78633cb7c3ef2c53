"""An answer of a parts search is read in every form it was captured in, and not a digit of it is lost."""

import json
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from core import exact
from parts import answers
from parts.answers import Unusable
from parts.spelled import number_of

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PLACE = "plate:12345678"


def fixture(name):
    return exact.read((FIXTURES / f"{name}.json").read_text())


def rows_of(value, **more):
    return [answers.row_of(found, PLACE, **more) for found in answers.read(value).rows]


def row_of(row, **more):
    [read] = rows_of({"results": [exact.read(json.dumps(row))]}, **more)
    return read


def test_the_web_searchs_answer():
    answer = answers.read(fixture("parts_search_response"))
    rows = rows_of(fixture("parts_search_response"))

    assert len(rows) == 5
    first = rows[0]
    assert (first["price"], first["price_text"], first["currency"]) == (b"2120.00", "2,120", 'ש"ח')
    assert (first["oem"], first.get("pcode"), first["part_type"]) == ("89082-DM63", None, "תחליפי")
    assert (first["supplier_name"], first["location"], first["condition"]) == ("מגרש פירוק לדוגמה", "ישראל", "חדש")
    assert (first["availability"], first["data_source"], first["unread"]) == ("במלאי מוגבל", "web", [])
    assert first["description"].startswith("תושבת מגן")
    assert first["comments"].startswith("מחיר ליחידה")
    assert rows[1]["pcode"] == "CAT-136554"
    assert answer.context["סיכום"]["סהכ תוצאות"] == b"5"
    assert answer.plate == ""


def test_the_grouped_answer_gives_each_row_its_groups_name():
    answer = answers.read(fixture("parts_search_response_grouped"))
    rows = rows_of(fixture("parts_search_response_grouped"))

    assert [row["part_name"] for row in rows] == ["תושבת מגן"] * 3 + ["פנס אחורי שמאל"] * 3
    assert {row["part_family"] for row in rows} == {"פנסים", "אביזרים נלווים"}
    assert (rows[0]["price"], rows[0]["price_text"], rows[0]["currency"]) == (b"2290.00", "₪2,290", "₪")
    assert (rows[0]["oem"], rows[0]["pcode"], rows[0]["data_source"]) == ("83494-DM", "7J3413376CG", "web")
    assert rows[0]["search_query"] == {"group": "פנסים", "name": "תושבת מגן"}
    assert answer.plate == "992-28-124"
    assert answer.context["search_date"] == "2025-09-27T10:46:00.850+02:00"
    assert answer.context["groups"][1]["recommendation"].startswith("פנס אחורי שמאל")
    assert answer.rows[4].pointer == "/results/1/search_results/1"


@pytest.mark.parametrize("form", ["list", "object", "results beside the plate", "wrapped twice"])
def test_the_picture_searchs_answer_in_every_wrapping(form):
    [whole] = fixture("parts_ocr_response")
    value = {
        "list": [whole],
        "object": whole,
        "results beside the plate": {"results": whole["body"]["results"], "plate": whole["plate"]},
        "wrapped twice": {"answer": [whole]},
    }[form]

    rows = rows_of(value)

    assert [row["part_family"] for row in rows] == ["מערכות חימום וקירור", "פנסים"]
    assert (rows[0]["pcode"], rows[0]["oem"], rows[0]["price"]) == ("66832-0D616", "80440-0D", b"2973.00")
    assert (rows[0]["price_text"], rows[0]["year_from"], rows[0]["year_to"]) == ("2973", "2021", "2024")
    assert rows[0]["description"] == "דלת קדמית סקודה"
    assert answers.read(value).plate == "992-28-124"
    assert rows[0].get("data_source") == (None if form == "results beside the plate" else "ocr")


@pytest.mark.parametrize(
    "key",
    ['מק"ט', "מק״ט", "מק''ט", "מק׳׳ט", "מקט", "pcode", "code", "PCODE", "קוד קטלוגי", "קוד  קטלוגי:"],
)
def test_a_field_is_found_however_it_is_spelled(key):
    assert row_of({key: "66747-E298"})["pcode"] == "66747-E298"


def test_a_name_that_says_something_goes_before_one_that_says_nothing():
    row = row_of({"קוד OEM": None, "מספר OEM": "אין מידע", "oem": "66747-E298", "זמינות": "אין מידע"})

    assert row["oem"] == "66747-E298"
    # What stands alone stays as it was written.
    assert row["availability"] == "אין מידע"


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("2,120", "2120.00"),
        ("₪485", "485.00"),
        ("₪ 1,234.50", "1234.50"),
        ("\u200f₪\u00a0400", "400.00"),
        ('400 ש"ח', "400.00"),
        ("400 ש״ח", "400.00"),
        ("400 NIS", "400.00"),
        ("485.555", "485.56"),
        ("+7", "7.00"),
    ],
)
def test_a_price_is_read(written, price):
    row = row_of({"ספק": "חלפי דמו", "מחיר": written})

    assert (row["price"], row["price_text"], row["unread"]) == (price.encode(), written, [])


@pytest.mark.parametrize(
    "written", ["כ-400", "400-500", "12,5", "1.234,50", "לפי הצעה", "12345678901", "1e5", True, {}]
)
def test_a_price_that_cannot_be_read_is_said_to_be_unread(written):
    row = row_of({"ספק": "חלפי דמו", "מחיר": written})

    assert "price" not in row
    assert row["unread"] == ["price"]


@pytest.mark.parametrize("written", ["", "-", "אין מידע", "לא זמין", None])
def test_a_price_that_is_not_said_is_not_unread(written):
    row = row_of({"ספק": "חלפי דמו", "מחיר": written})

    assert "price" not in row
    assert row["unread"] == []


@pytest.mark.parametrize(("number", "read"), [("1.10", "1.10"), ("1e3", "1000.00"), ("0", "0.00"), ("1e400", None)])
def test_a_number_is_read_by_its_digits(number, read):
    assert number_of(number.encode()).value == (read and Decimal(read))


def test_the_row_is_kept_as_it_came():
    text = '{"price": 1.10, "n": 12345678901234567890, "ספק": "x", "deep": {"a": [1e-20]}, "": null}'

    [row] = rows_of({"results": [exact.read(text)]})

    assert exact.write(row["raw"]) == text
    assert row["price"] == b"1.10"


@pytest.mark.parametrize(
    ("said", "source"), [("קטלוג", "catalog"), ("חיפוש אינטרנט", "web"), ("OCR", "ocr"), ("Web", "web"), ("פקס", None)]
)
def test_where_it_was_found_is_one_of_three(said, source):
    for row in (row_of({"ספק": "x", "data_source": said}), row_of({"ספק": "x"}, data_source=said)):
        assert row.get("data_source") == source
        assert row["unread"] == ([] if source else ["data_source"])


def test_a_row_keeps_a_key_of_its_own_and_gets_the_same_one_for_the_same_content():
    own = str(uuid4())

    assert row_of({"row_uuid": own.upper(), "ספק": "x"})["row_uuid"] == own
    one, again = row_of({"ספק": "x", "מחיר": "1"}), row_of({"מחיר": "1", "ספק": "x"})
    assert one["row_uuid"] == again["row_uuid"]
    assert UUID(one["row_uuid"]).version == 5
    assert row_of({"ספק": "x", "מחיר": "2"})["row_uuid"] != one["row_uuid"]
    other_key = row_of({"ספק": "x", "מחיר": "1", "row_uuid": "webhook_1_0"})
    assert (other_key["row_uuid"], other_key["unread"]) == (one["row_uuid"], ["row_uuid"])


def test_the_same_row_in_another_place_is_another_row():
    [found] = answers.read({"results": [{"ספק": "x"}]}).rows

    assert answers.row_of(found, "case:1")["row_uuid"] != answers.row_of(found, "case:2")["row_uuid"]


@pytest.mark.parametrize("row", [None, "x", 5, [], {}, {"הערות": "יפה"}, {"מחיר": ""}])
def test_what_is_no_part_is_refused(row):
    with pytest.raises(Unusable):
        row_of(row)


@pytest.mark.parametrize("value", [None, "x", b"5", True, {}, {"results": "x"}, {"body": {"x": 1}}])
def test_what_holds_no_rows_is_no_answer(value):
    assert answers.read(value) is None
