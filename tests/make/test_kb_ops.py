"""kb.add and kb.search, as scenarios call them."""

import pytest

from core import acting
from knowledge.models import KbDoc
from tests import cast
from tests.make.caller import Make

NOTE = {"title": "נוהל צילום", "body": "מצלמים את הפגוש לפני פירוק", "source": "נהלים/צילום.md", "tags": "נהלים, צילום"}


def stored():
    with acting.acting(acting.SERVICE):
        return list(KbDoc.objects.kept().order_by("created_at"))


def test_a_document_comes_in_and_is_found(make):
    answer = make().op("kb.add", [NOTE])

    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["created"], told["tags"], told["case_id"]) == (True, ["נהלים", "צילום"], None)
    [found] = make().op("kb.search", {"query": "פגוש", "tags": ["צילום"], "limit": "5"}).json()
    assert (found["id"], found["snippet"]) == (told["id"], "מצלמים את <mark>הפגוש</mark> לפני פירוק")
    assert make().op("kb.search", {"q": "פגוש", "tags": "אחר"}).json() == []


def test_the_same_source_again_is_the_same_document(make):
    first = make().op("kb.add", NOTE).json()
    second = make().op("kb.add", {**NOTE, "body": "חדש", "tags": ["נהלים"]})

    assert (second.status_code, second.json()["created"], second.json()["id"]) == (200, False, first["id"])
    [doc] = stored()
    assert (doc.body, doc.tags) == ("חדש", ["נהלים"])


def test_a_repeat_gets_the_answer_of_the_first_call(make):
    caller = make()
    first = caller.op("kb.add", {**NOTE, "source": ""}, key="one")
    again = caller.op("kb.add", {**NOTE, "source": ""}, key="one")

    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert len(stored()) == 1
    assert caller.op("kb.add", NOTE, key="one").json()["code"] == "idempotency_mismatch"
    minimal = caller.op("kb.add", NOTE, Prefer="return=minimal")
    assert list(minimal.json()) == ["id"]


def test_a_document_may_belong_to_a_case(make, open_case):
    case = open_case()
    plate = f"{case['plate'][:3]}-{case['plate'][3:5]}-{case['plate'][5:]}"

    assert make().op("kb.add", {**NOTE, "source": "a", "plate": plate}).json()["case_id"] == case["case_id"]
    assert make().op("kb.add", {**NOTE, "source": "b", "case_id": case["case_id"]}).json()["case_id"] == case["case_id"]
    later = make().op("kb.add", {**NOTE, "source": None}).json()["id"]
    assert [doc.plate for doc in stored()] == [case["plate"], case["plate"], None]
    assert later == str(stored()[-1].pk)
    foreign = make(cast.SOUTH).op("kb.add", {**NOTE, "case_id": case["case_id"]})
    assert foreign.status_code == 404


def test_another_offices_key_finds_and_overwrites_nothing(make):
    ours = make().op("kb.add", NOTE).json()

    assert make(cast.SOUTH).op("kb.search", {"q": "פגוש"}).json() == []
    theirs = make(cast.SOUTH).op("kb.add", {**NOTE, "body": "שלהם"}).json()
    assert theirs["id"] != ours["id"]
    named = make(cast.SOUTH).op("kb.search", {"q": "פגוש", "org_id": str(cast.NORTH.id)})
    assert named.status_code == 404


def test_a_key_without_the_op_is_refused(make):
    caller = make(ops=["cases.search"])

    assert [caller.op(op, {"q": "x"}).status_code for op in ("kb.add", "kb.search")] == [403, 403]
    assert make(ops=["kb.search"]).op("kb.search", {"q": "x"}).status_code == 200


def test_the_service_key_names_its_office(db, settings):
    settings.SUPABASE_SERVICE_ROLE = "service-role-key-of-the-tests-only-0123456789"
    caller = Make(settings.SUPABASE_SERVICE_ROLE)

    told = caller.op("kb.add", {**NOTE, "org_id": str(cast.SOUTH.id)})
    assert told.status_code == 201, told.content
    assert [doc.org_id for doc in stored()] == [cast.SOUTH.id]
    found = caller.op("kb.search", {"q": "פגוש", "org_id": str(cast.NORTH.id)})
    assert found.json() == []
    assert len(caller.op("kb.search", {"q": "פגוש"}).json()) == 1


@pytest.mark.parametrize(
    ("op", "body", "pointer"),
    [
        ("kb.add", {"title": "x"}, "/body"),
        ("kb.add", {"title": "", "body": "x"}, "/title"),
        ("kb.add", {**NOTE, "tag": "x"}, "/tag"),
        ("kb.add", {**NOTE, "text": "x"}, "/text"),
        ("kb.add", {**NOTE, "plate": "12"}, "/plate"),
        ("kb.search", {"q": "x", "query": "y"}, "/query"),
        ("kb.search", {"limit": 51}, "/limit"),
        ("kb.search", {"since": "soon"}, "/since"),
        ("kb.search", {"words": "soon"}, "/words"),
    ],
)
def test_a_wrong_call_is_refused_with_its_place(make, op, body, pointer):
    answer = make().op(op, body)

    assert answer.status_code == 422
    assert answer.json()["details"][0]["pointer"] == pointer


def test_a_text_that_is_too_large_is_refused_and_frees_the_key(make, settings):
    settings.KB_MAX_BYTES = 100

    assert make().op("kb.add", {**NOTE, "body": "א" * 51}, key="k").status_code == 413
    assert stored() == []


@pytest.mark.parametrize("q", ["%", "'", "&|!", ":*", "\\", "x" * 500, "", None])
def test_no_question_breaks_the_search(make, q):
    make().op("kb.add", NOTE)

    assert make().op("kb.search", {"q": q}).status_code == 200
