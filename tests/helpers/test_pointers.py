"""JSON Pointers, to the letter of RFC 6901."""

import pytest

from core.exact import MISSING
from helpers import pointers


@pytest.mark.parametrize("keys", [["a/b"], ["~", "~1"], ["", ""], ["ח.פ."], ["a", "0", "b"], ["__proto__", "a.b"]])
def test_a_pointer_goes_there_and_back(keys):
    assert pointers.read(pointers.write(tuple(keys))) == keys


@pytest.mark.parametrize("text", ["a", "/a\0", "/~2", "/a~"])
def test_no_pointer_is_taken_that_is_none(text):
    with pytest.raises(ValueError, match="JSON Pointer"):
        pointers.read(text)


def test_a_place_is_found_or_missing():
    value = {"a": [{"b": None}], "0": b"1", "": {"": True}}

    assert pointers.look(value, []) is value
    assert pointers.look(value, ["a", "0", "b"]) is None
    assert pointers.look(value, ["0"]) == b"1"
    assert pointers.look(value, ["", ""]) is True
    for steps in (["b"], ["a", "1"], ["a", "00"], ["a", "-1"], ["a", "-"], ["a", "٠"], ["0", "0"]):
        assert pointers.look(value, steps) is MISSING
