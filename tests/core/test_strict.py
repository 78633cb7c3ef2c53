"""What is refused in a body, and that everything else comes through."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Refused
from core.strict import Limits, check

LIMITS = Limits(depth=100, nodes=400_000)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**380), 10**380)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=30,
)


@given(value=st.dictionaries(texts, values, max_size=8), spaced=st.booleans(), escaped=st.booleans())
@settings(max_examples=300, deadline=None)
def test_honest_documents_are_taken(value, spaced, escaped):
    separators = (" ,", " : ") if spaced else (",", ":")
    body = json.dumps(value, separators=separators, ensure_ascii=escaped).encode()

    assert check(body, LIMITS) == value


keys = st.sampled_from(["a", "b", "", '"', "\\", ":", '":', "\\:", " :", "a:"])
blanks = st.sampled_from(["", " ", "\n", "\t ", "\r"])


@given(pairs=st.lists(st.tuples(keys, blanks, blanks, keys), max_size=6))
@settings(max_examples=1000, deadline=None)
def test_a_repeated_key_is_seen_however_it_is_written(pairs):
    written = [f"{json.dumps(key)}{before}:{after}{json.dumps(value)}" for key, before, after, value in pairs]
    body = f'{{"inner":{{{",".join(written)}}}}}'.encode()

    if len({key for key, *_ in pairs}) < len(pairs):
        assert refusal(body).code == "duplicate_key"
    else:
        check(body, LIMITS)


def refusal(body: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        check(body, LIMITS)
    return caught.value


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"a":1,"a":2}', "/a"),
        (b'{"x":{"a":1,"b":2,"a":1}}', "/x/a"),
        (b'{"x":[0,{"\\u0061":1,"a":2}]}', "/x/1/a"),
        (b'{"x":{"":1,"":2}}', "/x/"),
        (b'{"a/b":{"c~d":1,"c~d":1}}', "/a~1b/c~0d"),
        # A key that ends in a backslash, and a text that looks like a key, must not hide the repetition.
        (b'{"a\\\\":1,"t":"\\":","a":1,"a":2}', "/a"),
        (b'{"k\\\\":1,"a":1,"a":2}', "/a"),
        (b'{"t":"\\":","a":1,"a":2}', "/a"),
        # Nor may a blank before a colon, which is a key the quick count would not see.
        (b'{"a" :1,"a":2}', "/a"),
        (b'{"a":1,"a"\n:2}', "/a"),
        (b'{"a"\t \r:1,"b":{"c":1},"a":2}', "/a"),
    ],
)
def test_a_repeated_key_is_refused_with_its_place(body, pointer):
    found = refusal(body)

    assert (found.code, found.details) == ("duplicate_key", {"pointer": pointer})


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"a":"x\\u0000"}', "/a"),
        (b'{"a":["\\ud800"]}', "/a/0"),
        (b'{"a":["\\udc00\\ud800"]}', "/a/0"),
        (b'{"\\u0000":1}', "/\\u0000"),
    ],
)
def test_text_that_cannot_be_stored_is_refused_with_its_place(body, pointer):
    found = refusal(body)

    assert (found.code, found.details) == ("unstorable_text", {"pointer": pointer})


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e-20000", "9" * 401, "1e9999999999", "0." + "0" * 16384 + "1"])
def test_a_number_that_would_come_back_different_is_refused(number):
    found = refusal(b'{"a":{"b":%b}}' % number.encode())

    assert (found.code, found.details) == ("number_out_of_range", {"pointer": "/a/b"})


@pytest.mark.parametrize(
    "number", ["1.10", "-0", "-0.0", "1E22", "0e+1", "9" * 400, "1e-400", "0." + "0" * 900 + "1", "123.456e78"]
)
def test_odd_numbers_that_can_be_kept_are_taken(number):
    check(b'{"a":%b}' % number.encode(), LIMITS)


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        (b"", 1, 1),
        (b"{", 1, 2),
        (b'{"a":NaN}', 1, 6),
        (b'{\n "NaN": -Infinity}', 2, 9),
        (b'{"a" 1}', 1, 6),
        (b"\xef\xbb\xbf{}", 1, 1),
        (b'{"a":"\xff"}', 1, 7),
        (b'{"a":"\n"}', 1, 7),
    ],
)
def test_what_is_not_json_is_refused_with_line_and_column(body, line, column):
    found = refusal(body)

    assert (found.code, found.details) == ("invalid_json", {"line": line, "column": column})


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def test_depth_is_limited_exactly():
    check(nested(100), LIMITS)

    found = refusal(nested(101))
    assert found.code == "invalid"
    assert found.details[0]["pointer"] == "/a" * 100


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, nested(5_000), b"[" * 500 + b"]" * 500])
def test_very_deep_bodies_are_refused_quickly(body):
    assert refusal(body).status in {400, 422}


def test_brackets_in_texts_do_not_count_as_depth():
    check(json.dumps({"html": "[" * 500, "more": "]" * 500, "q": '"[{' * 50}).encode(), LIMITS)


def test_the_number_of_values_is_limited():
    body = b'{"a":[' + b"0," * 400_000 + b"0]}"

    assert refusal(body).code == "invalid"
