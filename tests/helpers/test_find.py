"""In which versions a text was there, through the API."""

from urllib.parse import quote

import pytest

from core import exact
from helpers import places
from tests.cast import SOUTH
from tests.make.caller import Make, give_key

GHOST = "cases/00000000-0000-4000-8000-000000000000/helper"


@pytest.fixture
def find(api, dana):
    """`find(url, text)` is what the API answers."""
    return lambda url, text: api(dana).get(f"{url}/find?q={quote(text)}")


def spans(answer):
    assert answer.status_code == 200, answer.content
    return [(one["version"], one["until_version"], one["pointers"]) for one in answer.json()]


def test_a_text_is_found_from_the_version_it_appeared_in_until_it_was_gone(versions, find, dana):
    url = versions({"a": 1}, {"a": "פגוש קדמי"}, {"a": "פגוש קדמי", "b": 1}, {"a": 1}, {"c": ["x", "הפגוש"]})

    answer = find(url, "פגוש")

    assert spans(answer) == [(5, None, ["/c/1"]), (2, 3, ["/a"])]
    newest = answer.json()[0]
    assert list(newest) == [
        "version", "until_version", "helper_name", "date", "saved_by", "saved_by_name", "saved_from", "label",
        "pointers",
    ]  # fmt: skip
    assert (newest["saved_by_name"], newest["saved_from"]) == (dana.name, "UI")


def test_texts_keys_and_numbers_are_looked_into(versions, find):
    url = versions({}, b'{"text": "no 18A-55", "18a-55": {"18A-55": 0}, "list": [118.10, {"n": 18.1}], "t": true}')

    assert set(find(url, "18a-55").json()[0]["pointers"]) == {"/text", "/18a-55", "/18a-55/18A-55"}
    assert spans(find(url, "18.1")) == [(2, None, ["/list/0", "/list/1/n"])]
    assert spans(find(url, "8.10")) == [(2, None, ["/list/0"])]


def test_capitals_do_not_matter(versions, find):
    url = versions({"a": "Toyota ÉLAN"})

    assert spans(find(url, "tOYOTA é")) == [(1, None, ["/a"])]


def test_quotes_and_breaks_are_found_as_they_are(versions, find):
    url = versions({"a": 'מוסך "אלפא" בע"מ\nשורה\\חדשה', "a/~b": "x%_"})

    for text in ('"אלפא"', "מ\nש", "ה\\ח", "x%_", "a/~"):
        assert len(spans(find(url, text))) == 1, text
    assert spans(find(url, "a/~")) == [(1, None, ["/a~1~0b"])]
    assert spans(find(url, "%_%")) == []


@pytest.mark.parametrize("text", ['": ', '", "', "tru", "ull", "{}"])
def test_what_stands_between_the_values_is_no_text(versions, find, text):
    assert spans(find(versions({"a": "x", "b": "y", "c": True, "d": None, "e": {}}), text)) == []


def test_a_text_that_never_was_is_in_no_version(versions, find):
    answer = find(versions({"a": 1}, {"a": 2}), "nothing")

    assert (answer.status_code, answer.content) == (200, b"[]")


def test_twenty_places_are_named(versions, find):
    ((_, _, found),) = spans(find(versions({"a": ["here"] * 30}), "here"))

    assert found == [f"/a/{at}" for at in range(20)]


def test_the_newest_twenty_times_are_told(versions, find):
    url = versions(*({"a": "here" if n % 2 else n} for n in range(1, 47)))

    assert [one["version"] for one in find(url, "here").json()] == list(range(45, 5, -2))


@pytest.mark.parametrize("text", ["", "x", "x" * 201, "x\0y"])
def test_a_text_has_two_to_two_hundred_characters(versions, find, text):
    answer = find(versions({"a": 1}), text)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [place["pointer"] for place in answer.json()["details"]] == ["/q"]


def test_characters_are_counted_and_not_bytes(versions, find):
    assert find(versions({"a": "ש" * 200}), "ש" * 200).json()[0]["pointers"] == ["/a"]


def test_a_text_must_be_given(api, dana, versions):
    assert api(dana).get(f"{versions({})}/find").status_code == 422


def test_another_office_is_told_nothing(api, tamar, versions):
    foreign = api(tamar).get(f"{versions({'a': 'here'})}/find?q=here")
    ghost = api(tamar).get(f"{GHOST}/find?q=here")

    assert (foreign.status_code, foreign.content) == (404, ghost.content)


def test_a_stranger_must_log_in_first(api, versions):
    assert api().get(f"{versions({})}/find?q=here").status_code == 401


def test_a_gateway_key_reads_its_own_office_only(versions, find):
    url = versions({"a": "here"})

    assert Make(give_key()).get(f"{url}/find?q=here").content == find(url, "here").content
    assert Make(give_key(SOUTH)).get(f"{url}/find?q=here").status_code == 404


def test_a_key_and_its_own_text_are_one_place():
    document = exact.read('{"Price": "price", "x": [{"price": {"price": 1}}]}')

    assert list(places.holding(document, "PRICE")) == [
        ("Price",),
        ("x", 0, "price"),
        ("x", 0, "price", "price"),
    ]
