"""Every value that one place ever had, through the API."""

import pytest

from tests.cast import SOUTH
from tests.make.caller import Make, give_key

GHOST = "cases/00000000-0000-4000-8000-000000000000/helper"
PRICE = "/valuation/final_price"


@pytest.fixture
def history(api, dana):
    return lambda url, pointer, query="": api(dana).get(f"{url}/history?pointer={pointer}{query}")


def spans(answer):
    assert answer.status_code == 200, answer.content
    return [(one["version"], one["until_version"], one["exists"], one["value"]) for one in answer.json()]


def priced(price):
    return {"valuation": {"final_price": price}, "other": 1}


def test_every_value_is_told_newest_first(versions, history, dana):
    url = versions(priced(1), {**priced(1), "other": 2}, priced(3), {"other": 1}, priced(None))

    answer = history(url, PRICE)

    assert spans(answer) == [(5, None, True, None), (4, 4, False, None), (3, 3, True, 3), (1, 2, True, 1)]
    newest, oldest = answer.json()[0], answer.json()[-1]
    assert list(newest) == [
        "version", "until_version", "helper_name", "date", "saved_by", "saved_by_name", "saved_from", "label",
        "exists", "size_bytes", "value_left_out", "value",
    ]  # fmt: skip
    assert newest["helper_name"].endswith("_helper_v5")
    assert (newest["saved_by"], newest["saved_by_name"], newest["saved_from"]) == (str(dana.user_id), dana.name, "UI")
    assert (newest["label"], oldest["label"]) == ("5", None)


def test_a_value_is_told_to_the_last_digit(versions, history):
    url = versions({}, b'{"a": 1.10}', b'{"a": 1.1}', b'{"a": 12345678901234567890}', b'{"a": {"b": [1.0, null]}}')

    content = history(url, "/a").content

    for value in (b'"value": 1.10}', b'"value": 1.1}', b'"value": 12345678901234567890}'):
        assert content.count(value) == 1
    assert b'"value": {"b": [1.0, null]}}' in content


def test_a_place_that_never_was_has_no_history(versions, history):
    url = versions({"a": 1}, {"a": 2})

    for pointer in ("/b", "/a/b", "/a/0", "/~1"):
        answer = history(url, pointer)
        assert (answer.status_code, answer.content, answer["Content-Range"]) == (200, b"[]", "*/*")


def test_the_whole_document_is_a_place_too(versions, history):
    assert spans(history(versions({"a": 1}, {"a": 2}), "")) == [(2, None, True, {"a": 2}), (1, 1, True, {"a": 1})]


def test_a_key_may_look_like_anything(versions, history):
    url = versions({"a/b": {"m~n": {"": 1}}, "0": {"1": "x"}})

    assert spans(history(url, "/a~1b/m~0n/")) == [(1, None, True, 1)]
    assert spans(history(url, "/0/1")) == [(1, None, True, "x")]


def test_a_row_is_followed_by_what_identifies_it(versions, history):
    a, b = {"Id": "a", "price": 1}, {"Id": "b", "price": 2}
    url = versions({"centers": [a, b]}, {"centers": [b]}, {"centers": [b, {**a, "price": 3}]})

    answer = history(url, "/centers/1/price")

    assert spans(answer) == [(3, None, True, 3), (2, 2, False, None), (1, 1, True, 1)]
    assert answer["X-Row-Identity"] == "Id"


def test_a_place_is_meant_as_it_stood_in_a_version(versions, history):
    a, b = {"Id": "a", "price": 1}, {"Id": "b", "price": 2}
    url = versions({"centers": [a, b]}, {"centers": [b]})

    assert spans(history(url, "/centers/0/price")) == [(1, None, True, 2)]
    assert spans(history(url, "/centers/0/price", "&version=v1")) == [(2, None, False, None), (1, 1, True, 1)]


def test_a_row_that_nothing_identifies_is_followed_by_its_place(versions, history):
    answer = history(versions({"a": [1, 2]}, {"a": [2]}), "/a/0")

    assert spans(answer) == [(2, None, True, 2), (1, 1, True, 1)]
    assert "X-Row-Identity" not in answer


def test_a_long_value_is_left_out(versions, history):
    url = versions({"html": "x" * 65_534}, {"html": "x" * 65_535})

    longer, shorter = history(url, "/html").json()

    assert (longer["value"], longer["value_left_out"], longer["size_bytes"]) == (None, True, 65_537)
    assert (len(shorter["value"]), shorter["value_left_out"], shorter["size_bytes"]) == (65_534, False, 65_536)


def test_the_values_come_in_pages(versions, history):
    url = versions(*({"n": n} for n in range(1, 6)))

    first = history(url, "/n", "&limit=2")
    assert (spans(first), first["Content-Range"]) == ([(5, None, True, 5), (4, 4, True, 4)], "0-1/*")
    assert 'rel="next"' in first["Link"]
    last = history(url, "/n", "&limit=2&offset=4")
    assert (spans(last), last["Content-Range"], "Link" in last) == ([(1, 1, True, 1)], "4-4/*", False)


def test_the_values_are_counted_when_asked(api, dana, versions):
    url = versions({"n": 1}, {"n": 2})

    answer = api(dana).get(f"{url}/history?pointer=/n&limit=1", Prefer="count=exact")

    assert (answer.status_code, answer["Content-Range"]) == (206, "0-0/2")


@pytest.mark.parametrize("pointer", ["a", "a/b", "/~", "/~2", "/%00", "/a%00b"])
def test_what_is_no_pointer_is_refused(versions, history, pointer):
    answer = history(versions({"a": 1}), pointer)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [place["pointer"] for place in answer.json()["details"]] == ["/pointer"]


def test_a_pointer_must_be_given(api, dana, versions):
    assert api(dana).get(f"{versions({})}/history").status_code == 422


@pytest.mark.parametrize(("version", "status"), [("2", 404), ("v0", 404), ("x", 422), ("current", 422), ("", 422)])
def test_a_version_must_be_one_of_the_case(versions, history, version, status):
    assert history(versions({"a": 1}), "/a", f"&version={version}").status_code == status


@pytest.mark.parametrize("pointer", ["", "/a", "/a/0"])
def test_another_office_is_told_nothing(api, tamar, versions, pointer):
    foreign = api(tamar).get(f"{versions({'a': [1]})}/history?pointer={pointer}")
    ghost = api(tamar).get(f"{GHOST}/history?pointer={pointer}")

    assert (foreign.status_code, foreign.content) == (404, ghost.content)


def test_a_stranger_must_log_in_first(api, versions):
    assert api().get(f"{versions({})}/history?pointer=/a").status_code == 401


def test_a_gateway_key_reads_its_own_office_only(versions, history):
    url = versions({"a": [{"id": 1, "x": 2}]})

    assert Make(give_key()).get(f"{url}/history?pointer=/a/0/x").content == history(url, "/a/0/x").content
    assert Make(give_key(SOUTH)).get(f"{url}/history?pointer=/a/0/x").status_code == 404
