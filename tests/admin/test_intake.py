"""Answers from outside in the admin: as they came beside what was read, and the case one waited for."""

import json
from pathlib import Path

import pytest

from intake.models import LeviReport
from tests.admin.conftest import GHOST, as_noam, case_page, page_of
from tests.admin.test_pages import texts
from tests.admin.test_weight import asked
from tests.conftest import any_plate

FIXTURES = Path(__file__).parent.parent / "fixtures"
LEVI = json.loads((FIXTURES / "levi_response.json").read_text())
CAR = json.loads((FIXTURES / "car_details_response.json").read_text())
INVOICE = json.loads((FIXTURES / "invoice_ocr_response.json").read_text())
PAGES = {
    "levi-reports": ("/admin/intake/levireport/", LEVI),
    "vehicle-details": ("/admin/intake/vehicledetails/", CAR),
    "ocr-results": ("/admin/intake/ocrresult/", INVOICE),
}
LEVI_PAGES = "/admin/intake/levireport/"


@pytest.fixture
def keep(api, dana):
    def kept(path, /, person=dana, **body):
        answer = api(person).post(path, body)
        assert answer.status_code == 201, answer.content
        return answer.json()

    return kept


@pytest.fixture(params=PAGES)
def kind(request):
    return request.param


def dashed(plate):
    return f"{plate[:3]}-{plate[3:5]}-{plate[5:]}"


def test_an_answer_stands_as_it_came_beside_what_was_read(staff, open_case, keep, kind):
    case, (address, answer) = open_case(), PAGES[kind]
    told = keep(kind, case_id=case["case_id"], answer=answer, file_ref="a.pdf")

    page = staff().get(f"{address}{told['id']}/")

    assert page.status_code == 200
    seen = texts(page)
    assert dashed(case["plate"]) in seen
    assert "החדשה ביותר" in seen
    (came,) = [attrs for tag, attrs in page_of(page).tags if tag == "pre"]
    assert came["dir"] == "ltr"
    assert told["id"] in staff().get(address).content.decode()


def test_levis_numbers_are_shown_in_hebrew_words(staff, open_case, keep):
    told = keep("levi-reports", case_id=open_case()["case_id"], answer=LEVI)

    seen = texts(staff().get(f"{LEVI_PAGES}{told['id']}/"))

    for word in ("מחיר סופי לרכב", "141,588", "התאמות מחיר", "-28,660", "עליה לכביש"):
        assert word in seen


def test_what_could_not_be_read_is_marked_and_named(staff, open_case, keep):
    told = keep(
        "levi-reports", case_id=open_case()["case_id"], answer={**LEVI, "מחיר בסיס": "לפי מחירון", "בעלות %": "x"}
    )

    seen = texts(staff().get(f"{LEVI_PAGES}{told['id']}/"))

    assert (seen.count("לא ניתן לקרוא:"), seen.count("לא ניתן לקריאה")) == (1, 2)
    assert "לפי מחירון" in seen
    assert "2 שדות" in texts(staff().get(LEVI_PAGES))


def test_an_answer_that_says_nothing_says_why(staff, open_case, keep):
    told = keep("levi-reports", case_id=open_case()["case_id"], answer='{"מחיר": <script>alert(1)</script>')

    page = staff().get(f"{LEVI_PAGES}{told['id']}/")

    assert "ה־JSON שבור" in texts(page)
    assert b"<script>alert" not in page.content
    assert "ה־JSON שבור" in texts(staff().get(LEVI_PAGES))


def test_lines_of_text_run_in_their_own_direction(staff, open_case, keep):
    told = keep("levi-reports", case_id=open_case()["case_id"], answer="מחיר בסיס: 5\nתאריך: 27/09/2025")

    (came,) = [attrs for tag, attrs in page_of(staff().get(f"{LEVI_PAGES}{told['id']}/")).tags if tag == "pre"]

    assert (came["dir"], came["class"]) == ("auto", "lines")


def test_the_history_leads_to_the_older_and_the_newer(staff, open_case, keep):
    case = open_case()
    keys = {keep("levi-reports", case_id=case["case_id"], answer={"מחיר בסיס": str(n)})["id"] for n in range(3)}
    noam = staff()
    with as_noam():
        newest, middle, oldest = (
            str(key) for key in LeviReport.objects.order_by("-created_at", "-pk").values_list("pk", flat=True)
        )

    def links(key):
        found = page_of(noam.get(f"{LEVI_PAGES}{key}/")).tags
        return {
            attrs["rel"]: attrs["href"] for tag, attrs in found if tag == "a" and attrs.get("rel") in {"prev", "next"}
        }

    assert keys == {newest, middle, oldest}
    assert links(newest) == {"next": f"{LEVI_PAGES}{middle}/"}
    assert links(middle) == {"prev": f"{LEVI_PAGES}{newest}/", "next": f"{LEVI_PAGES}{oldest}/"}
    assert links(oldest) == {"prev": f"{LEVI_PAGES}{middle}/"}


def test_lists_are_narrowed_by_plate_state_and_kind(staff, open_case, keep):
    case, plate = open_case(), any_plate()
    keep("ocr-results", case_id=case["case_id"], kind="invoice", answer=INVOICE, file_ref="one.pdf")
    keep("ocr-results", case_id=case["case_id"], kind="invoice", answer={**INVOICE, "n": "2"}, file_ref="one.pdf")
    keep("ocr-results", plate=plate, kind="parts", answer=[], file_ref="two.pdf")
    noam, address = staff(), PAGES["ocr-results"][0]

    def found(**query):
        answer = noam.get(address, query)
        assert answer.status_code == 200
        seen = texts(answer)
        return seen.count("one.pdf"), seen.count("two.pdf")

    assert found() == (2, 1)
    assert found(q=dashed(plate)) == (0, 1)
    assert found(q=case["plate"][2:6]) == (2, 0)
    assert found(q="אבג") == (0, 0)
    assert found(state="newest") == (1, 0)
    assert found(state="earlier") == (1, 0)
    assert found(state="waiting") == (0, 1)
    assert found(kind__exact="parts") == (0, 1)


def test_an_answer_gets_the_case_it_waited_for(staff, open_case, keep, kind):
    plate, (address, answer) = any_plate(), PAGES[kind]
    told = keep(kind, plate=plate, answer=answer)
    page, noam = f"{address}{told['id']}/", staff()
    assert "ללא תיק" in texts(noam.get(page))

    nobody = noam.post(page, {"plate": plate})
    case = open_case(plate=plate)
    waiting = texts(noam.get(case_page(case)))
    done = noam.post(page, {"plate": dashed(plate)}, follow=True)

    assert (nobody.status_code, "אין תיק למספר רכב זה" in texts(nobody)) == (422, True)
    assert "מחכות לתיק" in waiting
    assert "שייכת עכשיו לתיק" in texts(done)
    assert 'name="plate"' not in done.content.decode()
    assert "מחכות לתיק" not in texts(noam.get(case_page(case)))


def test_a_second_case_is_refused_in_words(staff, open_case, keep):
    case, other = open_case(), open_case()
    told = keep("levi-reports", case_id=case["case_id"], answer=LEVI)

    done = staff().post(f"{LEVI_PAGES}{told['id']}/", {"plate": other["plate"]}, follow=True)

    assert "סותר" in texts(done) or "כבר" in texts(done)
    with as_noam():
        assert str(LeviReport.objects.get().case_id) == case["case_id"]


def test_who_may_only_look_gets_no_form_and_who_may_not_sees_nothing(staff, keep, may, kind):
    address, answer = PAGES[kind]
    told, model = keep(kind, plate=any_plate(), answer=answer), address.split("/")[3]
    may(f"view_{model}")
    page = f"{address}{told['id']}/"

    assert 'name="plate"' not in staff().get(page).content.decode()
    assert staff().post(page, {"plate": any_plate()}).status_code == 403
    may("view_case")
    assert [staff().get(page).status_code, staff().get(address).status_code] == [403, 403]


def test_another_offices_answer_and_none_get_the_same_page(staff, keep, open_case, kind):
    address, answer = PAGES[kind]
    told = keep(kind, plate=any_plate(), answer=answer)
    uri = staff("uri")

    foreign, ghost = uri.get(f"{address}{told['id']}/"), uri.get(f"{address}{GHOST}/")

    assert (foreign.status_code, ghost.status_code) == (404, 404)
    assert told["id"] not in uri.get(address).content.decode()


def test_the_cases_page_shows_the_newest_of_each(staff, open_case, keep):
    case = open_case()
    for kind, (_address, answer) in PAGES.items():
        keep(kind, case_id=case["case_id"], answer=answer, file_ref="inv-110.pdf")

    seen = texts(staff().get(case_page(case)))

    for word in ("תשובות מבחוץ", "₪ 141,588", "27.9.2025", CAR["chassis"], "1498", "inv-110.pdf"):
        assert word in seen


def test_lists_and_the_card_ask_no_more_for_many(staff, open_case, keep):
    case, noam = open_case(), staff()
    keep("levi-reports", case_id=case["case_id"], answer=LEVI)
    few = [len(asked(noam, address)) for address in (LEVI_PAGES, case_page(case))]
    for n in range(10):
        keep("levi-reports", case_id=case["case_id"], answer={**LEVI, "n": n})

    statements = [asked(noam, address) for address in (LEVI_PAGES, case_page(case))]

    assert [len(each) for each in statements] == few
    assert not [sql for sql in statements[0] if "raw_response" in sql or "raw_text" in sql]


def test_hostile_answers_break_no_page(staff, open_case, keep):
    case, address = open_case(), PAGES["ocr-results"][0]
    deep = json.loads('{"a":' * 60 + "1" + "}" * 60)
    odd = {"": "", "<b>": "<i>", "12": {"": [[], {}, [1, {"x": None}]]}}
    many = {"rows": [{"a": str(n)} for n in range(999)]}
    answers = [deep, odd, many, "\u202eהפוך", {"a": "x" * 300_000}, [], 5, '{"' + '\\"' * 90_000]
    noam = staff()

    for answer in answers:
        told = keep("ocr-results", case_id=case["case_id"], answer=answer, file_ref=str(answers.index(answer)))
        assert noam.get(f"{address}{told['id']}/").status_code == 200
    assert noam.get(address, {"q": "\0", "state": "x"}).status_code in {200, 302}


def test_a_stranger_is_sent_to_the_login(client, db):
    assert client.get(LEVI_PAGES)["Location"].startswith("/admin/login/")
