"""One level of a document at a time, with every digit."""

import json
from pathlib import Path

import pytest
from django.utils import translation

from helpers import tree

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


@pytest.fixture(autouse=True)
def hebrew():
    with translation.override("he"):
        yield


def test_numbers_stand_as_they_are_written():
    numbers = ["1.10", "-0.0", "1E5", "123456789012345678901234567890", "0.1234567890123456789", "0"]
    text = f'{{{", ".join(f""""n{i}": {n}""" for i, n in enumerate(numbers))}}}'

    level = tree.level(text)

    assert [node.value for node in level.nodes] == numbers
    assert {node.kind for node in level.nodes} == {"number"}


def test_each_kind_of_value_is_told_apart():
    level = tree.level(
        '{"a": {}, "b": [], "c": "", "d": null, "e": true, "f": false, "g": "x", "h": {"i": 1}, "j": [1]}'
    )

    kinds = ["object", "list", "text", "null", "true", "false", "text", "object", "list"]
    assert [node.kind for node in level.nodes] == kinds
    assert [node.opens for node in level.nodes] == [False] * 7 + [True] * 2


def test_a_text_that_looks_like_a_number_stays_a_text():
    assert tree.level('{"a": "1.10"}').nodes[0].kind == "text"


def test_a_row_is_known_by_its_name():
    rows = [{"x": 1, "name": "צלע גג"}, {"Id": "dc_1"}, {"x": 1}, "text", {"name": " ", "filename": "a.jpg"}]

    nodes = tree.level(json.dumps(rows)).nodes

    assert [node.hint for node in nodes] == ["צלע גג", "", "", "", "a.jpg"]
    assert [(node.key, node.word) for node in nodes[:2]] == [("0", "שורה 1"), ("1", "שורה 2")]


def test_a_key_goes_by_the_offices_word_where_it_has_one():
    top = tree.level('{"valuation": 1, "my_section": 2}').nodes
    inside = tree.level('{"source": 1, "0x": 2}', "/centers/0/Parts/parts_required/3").nodes

    assert [node.word for node in top + inside] == ["ערך הרכב", "", "סוג החלק", ""]


def test_a_value_without_text_is_told_in_words():
    nodes = tree.level('{"a": {}, "b": [1, 2], "c": "", "d": null, "e": true, "f": "x"}').nodes

    assert [node.says for node in nodes] == ["אובייקט ריק", "2 שורות", "טקסט ריק", "אין ערך", "כן", ""]


def test_a_deep_document_is_read_one_level_at_a_time():
    text = '{"a": ' * 100 + "1" + "}" * 100

    assert [node.pointer for node in tree.level(text, "/b").nodes] == ["/b/a"]


def test_every_value_of_a_real_helper_is_reached():
    """Walking level by level sees every value once: nothing is hidden, nothing is doubled."""
    document = json.loads((FIXTURES / "helper_typical.json").read_text())

    assert _leaves(document) == _walked(document, "")


def _leaves(value):
    if isinstance(value, dict | list) and value:
        return sum(_leaves(child) for child in (value.values() if isinstance(value, dict) else value))
    return 1


def _walked(value, pointer):
    level = tree.level(json.dumps(value), pointer)
    seen = 0
    for node in level.nodes:
        key = int(node.key) if isinstance(value, list) else node.key
        child = value[key]
        seen += _walked(child, node.pointer) if isinstance(child, dict | list) and child else 1
    return seen
