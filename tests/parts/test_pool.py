"""The pool: answers kept once and to the last digit, and found again by whatever one remembers of them."""

import json
from uuid import uuid4

import pytest

from core import acting
from parts.models import PartsSearchSession
from tests import cast
from tests.admin.conftest import GHOST
from tests.conftest import any_plate
from tests.parts.conftest import FORMS, answer_of, stored

ADDRESS = "parts/search-results"
PART = {"part_name": "פנס קדמי ימין", "oem": "66747-E298", "pcode": "CAT-136554", "supplier_name": 'חלפי "דמו" בע"מ'}


@pytest.mark.parametrize("form", FORMS)
def test_every_captured_answer_is_kept_once_however_often_it_comes(keep, pool, open_case, form):
    case = open_case()

    first = keep(case_id=case["case_id"], answer=answer_of(form))
    again = keep(case_id=case["case_id"], answer=answer_of(form))

    assert [row["created"] for row in first] == [True] * FORMS[form]
    assert [row["error"] for row in first] == [None] * FORMS[form]
    assert [{**row, "created": False} for row in first] == again
    found = pool(case_id=case["case_id"])
    assert {row["id"] for row in found} == {row["id"] for row in first}
    assert {row["plate"] for row in found} == {case["plate"]}


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_may_come_as_text_too(keep, form):
    plate = any_plate()

    assert len(keep(plate=plate, answer=json.dumps(answer_of(form), ensure_ascii=False))) == FORMS[form]
    assert [row["created"] for row in keep(plate=plate, answer=answer_of(form))] == [False] * FORMS[form]


def test_a_row_is_kept_as_it_came_to_the_last_digit(api, dana):
    row = '{"ספק": "x", "price": 1.10, "n": 12345678901234567890, "": {"__proto__": "₪"}}'

    [told] = api(dana).post(ADDRESS, b'{"results": [%b]}' % row.encode()).json()

    answer = api(dana).get(f"{ADDRESS}/{told['id']}").content
    assert b'"price":1.10,' in answer
    assert b'"price": 1.10' in answer
    assert b"12345678901234567890" in answer
    assert json.loads(answer)["raw"] == json.loads(row)


def test_money_in_a_list_is_a_number_with_its_digits(api, dana, keep):
    keep(plate="7654321", results=[{**PART, "price": "₪1,234.50"}])

    content = api(dana).get(f"{ADDRESS}?plate=76-543-21").content

    assert b'"price":1234.50,' in content


def test_a_bad_row_is_told_at_its_place_and_the_others_are_kept(keep, pool):
    plate, key = any_plate(), str(uuid4())
    rows = [{**PART, "row_uuid": key}, "x", {"הערות": "יפה"}, {**PART, "מחיר": "לפי הצעה"}, None]

    told = keep(plate=plate, results=rows)

    assert [row["created"] for row in told] == [True, False, False, True, False]
    assert told[0]["row_uuid"] == key
    assert told[1]["error"] == {"pointer": "/results/1", "reason": "a row is an object"}
    assert told[2]["error"]["pointer"] == "/results/2"
    assert told[3]["unread"] == ["price"]
    assert len(pool(plate=plate)) == 2


def test_a_plate_stands_for_its_open_case_and_for_itself_without_one(keep, pool, open_case):
    case, free = open_case(), any_plate()

    keep(plate=case["plate"], results=[PART])
    keep(plate=free, results=[PART])
    keep(results=[PART])

    [of_case], [of_plate] = pool(plate=case["plate"]), pool(plate=free)
    assert (of_case["case_id"], of_plate["case_id"]) == (case["case_id"], None)
    assert {(row["plate"], row["case_id"]) for row in pool()} == {
        (case["plate"], case["case_id"]),
        (free, None),
        (None, None),
    }


def test_the_plate_in_an_answer_counts_where_no_other_is_named(keep, pool):
    keep(answer=answer_of("parts_ocr_response"))

    assert {row["plate"] for row in pool()} == {"99228124"}
    assert {row["data_source"] for row in pool()} == {"ocr"}


def test_a_row_that_stands_with_another_case_is_told_and_stays_there(keep, pool, open_case):
    one, other, key = open_case(), open_case(), str(uuid4())
    keep(case_id=one["case_id"], results=[{**PART, "row_uuid": key}])

    [told] = keep(case_id=other["case_id"], results=[{**PART, "row_uuid": key, "price": 5}])

    assert (told["id"], told["error"]["reason"]) == (None, "this row_uuid belongs to another case")
    [row] = pool(case_id=one["case_id"])
    assert row["price"] is None


def test_what_an_answer_says_besides_its_rows_is_kept_with_the_search(api, dana, keep, pool):
    keep(plate="7654321", answer=answer_of("parts_search_response_grouped"))

    [session_id] = {row["session_id"] for row in pool()}
    context = api(dana).get(f"parts/search-sessions/{session_id}").json()["search_context"]
    assert context["search_date"] == "2025-09-27T10:46:00.850+02:00"
    assert [group["name"] for group in context["groups"]] == ["תושבת מגן", "פנס אחורי שמאל"]
    assert "search_results" not in context["groups"][0]


def test_a_search_is_opened_and_gets_its_rows_later(api, dana, keep, pool, open_case):
    case = open_case()
    body = b'{"case_id": "%b", "data_source": "web", "make": "\\u05e1", "search_context": {"n": 1.10}}'

    made = api(dana).post("parts/search-sessions", body % case["case_id"].encode())
    opened = made.json()
    keep(session_id=opened["id"], answer=answer_of("parts_search_response"))

    assert made.status_code == 201
    assert b'"n": 1.10' in made.content
    assert (opened["plate"], opened["created_by"]) == (case["plate"], str(dana.user_id))
    assert {row["case_id"] for row in pool(session_id=opened["id"])} == {case["case_id"]}
    content = api(dana).get(f"parts/search-sessions/{opened['id']}").content
    assert b'"n": 1.10' in content
    assert "סיכום" in json.loads(content)["search_context"]
    [listed] = api(dana).get(f"parts/search-sessions?case_id={case['case_id']}").json()
    assert "search_context" not in listed


def test_a_search_that_is_described_with_its_rows_is_one_search(keep, pool):
    body = {"session": {"data_source": "catalog", "make": "סקודה", "search_context": {"q": "פנס"}}, "results": [PART]}
    keep(plate="7654321", **body)
    keep(plate="7654321", **body)

    with acting.acting(acting.SERVICE):
        [session] = PartsSearchSession.objects.all()
    assert (session.plate, session.make, session.search_context) == ("7654321", "סקודה", '{"q": "פנס"}')
    assert [row["session_id"] for row in pool()] == [str(session.pk)]


@pytest.mark.parametrize(
    "asked",
    [
        "פנס", "ימין פנס", "פנס קדמי", "קדמי ימי", "66747-E298", "66747e298", "66747", "E298", "cat-136554",
        "CAT136554", "חלפי דמו", 'דמו בע"מ', "בעמ", "קדמ", "קדימי", "חלפים", "66747E29",
    ],
)  # fmt: skip
def test_a_part_is_found_by_whatever_one_remembers(keep, pool, asked):
    keep(plate="7654321", results=[PART, {"part_name": "דלת", "oem": "11111-A1"}])

    assert [row["oem"] for row in pool(q=asked)] == ["66747-E298"]


@pytest.mark.parametrize("asked", ["%", "_", "' or 1=1 --", '"); drop table cases; --', "\\", "%%%_", "{}", "א" * 200])
def test_a_hostile_question_finds_nothing_and_breaks_nothing(keep, pool, api, dana, asked):
    keep(plate="7654321", results=[{"part_name": "דלת"}])

    assert pool(q=asked) in ([], pool()) if not asked.strip("\"'\\%_;{}-") else pool(q=asked) == []
    suggested = api(dana).client.get("/api/v1/parts/suggestions", {"q": asked}, headers=api(dana).headers)
    assert suggested.status_code == 200


def test_a_percent_sign_is_a_letter_like_any_other(keep, pool):
    keep(results=[{"part_name": "הנחה 50% פנס"}, {"part_name": "דלת"}])

    assert [row["part_name"] for row in pool(q="50%")] == ["הנחה 50% פנס"]
    assert len(pool(q="%")) == 1


def test_the_pool_is_narrowed_ordered_and_paged(api, dana, keep, pool):
    for n, supplier in enumerate(["אלפא", "בטא", "אלפא"]):
        keep(
            plate="7654321", data_source="קטלוג", results=[{"part_name": f"חלק {n}", "price": 10 - n, "ספק": supplier}]
        )
    keep(plate="1234567", data_source="ocr", results=[{"part_name": "אחר", "price": 1}])

    assert len(pool(plate="76-543-21", supplier="אלפ")) == 2
    assert len(pool(data_source="catalog")) == 3
    assert [row["price"] for row in pool(plate="7654321", order="price")] == [8, 9, 10]
    assert [row["price"] for row in pool(plate="7654321", order="supplier_name.desc,price.desc")] == [9, 10, 8]
    answer = api(dana).get(f"{ADDRESS}?limit=2&order=price.desc", Prefer="count=exact")
    assert (answer.status_code, answer["Content-Range"]) == (206, "0-1/4")
    assert 'rel="next"' in answer["Link"]


@pytest.mark.parametrize(
    "query", ["order=raw", "order=org__name", "nonsense=1", "case_id=x", "data_source=fax", "limit=-1", "q=%00"]
)
def test_a_parameter_that_is_none_is_refused(api, dana, query):
    answer = api(dana).get(f"{ADDRESS}?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_another_office_sees_and_adds_nothing(api, tamar, keep, pool, open_case):
    case = open_case()
    [row] = keep(case_id=case["case_id"], answer={"results": [PART], "search_date": "x"})
    [found] = pool()
    hers = api(tamar)

    assert pool(tamar) == []
    assert hers.get("parts/search-sessions").json() == []
    foreign = [
        hers.get(f"{ADDRESS}/{row['id']}"),
        hers.get(f"parts/search-sessions/{found['session_id']}"),
        hers.post(f"{ADDRESS}/{row['id']}/select", {}),
        hers.post(ADDRESS, {"case_id": case["case_id"], "results": [PART]}),
        hers.post(ADDRESS, {"session_id": found["session_id"], "results": [PART]}),
        hers.post(ADDRESS, {"plate": "7654321", "session_id": found["session_id"], "results": [PART]}),
        hers.post("parts/search-sessions", {"case_id": case["case_id"]}),
    ]
    missing = [
        hers.get(f"{ADDRESS}/{GHOST}"),
        hers.get(f"parts/search-sessions/{GHOST}"),
        hers.post(f"{ADDRESS}/{GHOST}/select", {}),
        hers.post(ADDRESS, {"case_id": GHOST, "results": [PART]}),
        hers.post(ADDRESS, {"session_id": GHOST, "results": [PART]}),
        hers.post(ADDRESS, {"plate": "7654321", "session_id": GHOST, "results": [PART]}),
        hers.post("parts/search-sessions", {"case_id": GHOST}),
    ]
    assert [answer.status_code for answer in foreign] == [404] * 7
    assert [answer.content for answer in foreign] == [answer.content for answer in missing]
    # The same key in another office is another row.
    key = {"row_uuid": row["row_uuid"], **PART}
    assert keep(tamar, results=[key])[0]["created"]
    assert len(stored(row_uuid=row["row_uuid"])) == 2


def test_strangers_and_suspended_people_are_kept_out(api):
    for caller in (api(), api(cast.SUSPENDED)):
        for address in (ADDRESS, "parts/search-sessions", "parts/selected", "parts/required", "parts/suggestions"):
            assert caller.get(address).status_code == 401
        assert caller.post(ADDRESS, {"results": [PART]}).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answer": "no json"},
        {"answer": {"x": 1}},
        {"answer": 5},
        {"results": "x"},
        {"results": [PART], "plate": "12"},
        {"results": [PART], "case_id": "x"},
        {"results": [PART], "case": "x"},
        {"results": [PART], "session": {"make": "x", "org_id": "y"}},
    ],
)
def test_a_body_that_is_no_answer_is_refused_with_its_place(api, dana, body):
    answer = api(dana).post(ADDRESS, body)

    assert answer.status_code in {400, 422}
    assert not stored()


def test_names_are_suggested_with_how_often_the_ones_that_begin_so_first(api, dana, keep, open_case):
    case = open_case()
    rows = [("פנס", "פנסים", 1), ("פנס קדמי", "פנסים", 3), ("בית פנס", "פנסים", 5), ("מגן", "פחים", 2)]
    for name, family, times in rows:
        keep(results=[{"part_name": name, "part_family": family, "price": n} for n in range(times)])
    row = {"case_id": case["case_id"], "part_name": "פנס", "part_family": "פנסים"}
    api(dana).post("parts/required", row)

    def suggested(query):
        return [(one["part_name"], one["times"]) for one in api(dana).get(f"parts/suggestions?{query}").json()]

    assert suggested("q=פנס") == [("פנס קדמי", 3), ("פנס", 2), ("בית פנס", 5)]
    assert suggested("q=פנס&limit=1") == [("פנס קדמי", 3)]
    assert suggested("section=פחים") == [("מגן", 2)]
    assert api(dana).get("parts/suggestions?limit=x").status_code == 422
