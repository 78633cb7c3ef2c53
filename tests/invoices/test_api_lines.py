"""Lines of invoices over HTTP: each once by its number, told one by one, taken off and put back."""

from uuid import uuid4

import pytest

from tests.invoices.conftest import line


@pytest.fixture
def invoice(send, open_case):
    return send(open_case(), invoice_number=uuid4().hex).json()


@pytest.fixture
def keep(api, dana, invoice):
    def kept(body):
        answer = api(dana).post(f"invoices/{invoice['id']}/lines", body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return kept


@pytest.fixture
def standing(api, dana, invoice):
    def numbers(**asked):
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return [row["line_number"] for row in api(dana).get(f"invoices/{invoice['id']}/lines?{query}").json()]

    return numbers


@pytest.mark.parametrize("wrapped", [True, False])
def test_lines_are_kept_once_and_the_sums_are_told(keep, standing, wrapped):
    lines = [line(1), line(2)]
    told, again = (keep({"lines": lines} if wrapped else lines) for _ in range(2))

    assert [row["created"] for row in told["lines"]] == [True, True]
    assert [row["created"] for row in again["lines"]] == [False, False]
    assert [row["id"] for row in told["lines"]] == [row["id"] for row in again["lines"]]
    assert (again["validation"]["is_valid"], again["validation"]["differences"]["lines"]) == (True, 0.0)
    assert standing() == [1, 2]


def test_a_line_without_a_number_has_that_of_its_place(keep, standing):
    bare = {"description": "צבע", "line_total": 5}
    told = keep([bare, line(7), bare, line(4), bare, line(6), {**bare, "quantity": 2}, bare])["lines"]
    assert [row["line_number"] for row in told] == [1, 7, 3, 4, 5, 6, None, 8]
    assert told[6]["error"]["pointer"] == "/6"
    assert standing() == [1, 3, 4, 5, 6, 7, 8]


def test_a_bad_line_is_told_at_its_place_and_the_others_are_kept(keep, standing):
    lines = [line(1), "x", line(3, unit_price=1.005), line(4, nonsense=1), line(0), line(6)]
    told = keep({"lines": lines})["lines"]
    assert [row["error"] and row["error"]["pointer"] for row in told] == [
        None, "/lines/1", "/lines/2/unit_price", "/lines/3/nonsense", "/lines/4/line_number", None,
    ]  # fmt: skip
    assert standing() == [1, 6]


def test_with_replace_the_others_are_taken_off(keep, standing):
    keep([line(1), line(2), line(3)])
    keep({"lines": [line(2)], "replace": True})
    assert (standing(), standing(removed="true")) == ([2], [1, 3])
    assert keep({"lines": [line(1)]})["validation"]["lines"] == 2
    assert keep({"lines": [], "replace": True})["validation"]["lines"] == 0


def test_a_line_is_changed_taken_off_and_put_back(api, dana, invoice, keep, standing):
    keep([line(1), line(2)])
    address = f"invoices/{invoice['id']}/lines/2"

    changes = b'{"item_category": "part", "line_total": 400.1, "metadata": {"code": 1.10}}'
    changed = api(dana).patch(address, changes)
    assert b'"line_total":400.10' in changed.content
    assert b'"metadata":{"code": 1.10}' in changed.content
    assert api(dana).get(address).content == changed.content
    assert standing(item_category="part") == [2]
    assert api(dana).patch(address, {"removed": True}).json()["removed_at"]
    assert standing() == [1]
    assert api(dana).get(f"invoices/{invoice['id']}").json()["validation"]["differences"]["lines"] == 500.0
    assert api(dana).patch(address, {"removed": False}).json()["removed_at"] is None
    for body in ({"line_number": 3}, {"quantity": None}, {"unit_price": 0.001}, {"invoice_id": invoice["id"]}):
        assert api(dana).patch(address, body).status_code == 422
    for number in ("9", "x", "9999999"):
        assert api(dana).patch(f"invoices/{invoice['id']}/lines/{number}", {"removed": True}).status_code == 404


def test_a_line_names_a_part_that_the_case_needs(api, dana, invoice, keep):
    needed = api(dana).post("parts/required", {"case_id": invoice["case_id"], "part": "פנס"}).json()[0]
    keep([line(1, part_id=needed["id"])])
    read = api(dana).get(f"invoices/{invoice['id']}/lines").json()
    assert [row["part_id"] for row in read] == [needed["id"]]
    told = api(dana).post(f"invoices/{invoice['id']}/lines", [line(1, part_id=str(uuid4()))])
    assert (told.status_code, told.json()["details"][0]["pointer"]) == (422, "/part_id")


@pytest.mark.parametrize("body", [{}, {"rows": []}, 5, {"lines": 5}, {"lines": [], "replace": "maybe"}])
def test_a_body_without_lines_is_refused(api, dana, invoice, body):
    assert api(dana).post(f"invoices/{invoice['id']}/lines", body).status_code == 422


def test_lines_of_a_cancelled_invoice_stand_still(api, dana, invoice, keep):
    keep([line(1)])
    api(dana).patch(f"invoices/{invoice['id']}", {"status": "CANCELLED"})
    assert api(dana).post(f"invoices/{invoice['id']}/lines", [line(2)]).status_code == 409
    assert api(dana).patch(f"invoices/{invoice['id']}/lines/1", {"quantity": 2}).status_code == 409
