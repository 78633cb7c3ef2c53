"""Documents that parsers quarrel about: refused, or kept exactly; never a defect, never a silent change."""

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import DANA
from tests.conftest import any_plate
from tests.core.test_strict import texts

INVALID = [
    "", " ", "[", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[1,,2]", "[1 2]", "[1:2]", '["a"', '["a', '{"a"}', '{"a":}',
    '{"a" 1}', '{a:1}', "{'a':1}", '{"a":1,}', '{,"a":1}', '{"a":1}}', '{"a":1}x', '{"a":1}{"b":2}', '[1]]', "[1]#",
    "// c\n[]", "[1/* c */]", "nul", "tru", "True", "NULL", "[nul]", "[NaN]", "[Infinity]", "[-Infinity]", "[-nan]",
    "[+1]", "[01]", "[-01]", "[1.]", "[.5]", "[-.5]", "[1e]", "[1e+]", "[1.e1]", "[0x1]", "[1_000]", "[--1]", "[1a]",
    "[\u0661]", '["\\x"]', '["\\u12"]', '["\\u12G4"]', '["\\"]', '["\t"]', '["\n"]', '["\x00"]', '["a\x1f"]', "[\x0b1]",
    "\ufeff[]", "[1]\x00", "\u00a0[]", "[\u2028]", "undefined", '{"a":undefined}', '{"a":function(){}}', "<a/>",
    b"\xff", b"[\xff]", b'["\xc0\x80"]', b'["\xed\xa0\x80"]', b'["\xf4\x90\x80\x80"]', b'["\xe2\x82"]',
    b"\xff\xfe[\x00]\x00", b"\x00[\x00]", "[" * 5000, '{"a":' * 5000, '[{"":' * 2000,
]  # fmt: skip

VALID = [
    "{}", "[]", "[[]]", '[""]', "null", "true", "false", "0", '"x"', "[-0]", "[-0.0]", "[0e1]", "[0e+1]", "[1E22]",
    "[1e-2]", "[1E-2]", "[1.5e+10]", "[123456789012345678901234567890]", "[0.1000000000000000000000000000001]",
    "[1e308]", "[-1e-308]", "[5e-324]", "[1.7976931348623157e308]",
    '["\\u0041"]', '["\\/"]', '["/"]', '["\\b\\f\\n\\r\\t"]',
    '["\\ud83d\\ude97"]', '["🚗"]', '["\u2028\u2029"]', '["\\uFFFF"]', '["\ufffe"]', '["\\u005c\\u0022"]', '["\x7f"]',
    '["\u200f\u202e"]', '["e\u0301"]', '{"":0}', '{"a":{"a":{"a":1}}}', '{"a":[{"b":[{}]}]}', ' [ 1 , 2 ] ', '\t\n[]\r',
    '{"a":1,"A":2,"\u00e9":3,"e\u0301":4}', '{"__proto__":1,"constructor":2,"toString":3}', '{"$ref":"x","@type":"y"}',
    '{"a\\\\":1}', '{"a\\"":1,"\\":":2}', '{"key" : "\\": \\""}', '["\\\\"]', '{"a.b":1,"a/b":2,"~1":3," ":4}',
]  # fmt: skip


@pytest.fixture(scope="module")
def case(site):
    return site.call("POST", "cases", DANA, {"plate": any_plate()}).json()


def save(site, case, text):
    """Save `{"x": text}` over whatever is current, and return the answer."""
    url = f"cases/{case['case_id']}/helper"
    version = site.call("GET", url, DANA).json()["version"]
    body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return site.call("PUT", url, DANA, b'{"version": %d, "helper": {"x": %b}}' % (version, body))


def exact(text):
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


@pytest.mark.parametrize("text", INVALID, ids=lambda text: repr(text)[:30])
def test_what_is_no_json_is_refused(site, case, text):
    answer = save(site, case, text)

    assert answer.status in {400, 422}, answer.body
    assert set(answer.json()) >= {"code", "message", "details", "hint"}


@pytest.mark.parametrize("text", VALID, ids=lambda text: repr(text)[:30])
def test_what_is_json_is_taken_and_kept(site, case, text):
    assert save(site, case, text).status == 200

    loaded = site.call("GET", f"cases/{case['case_id']}/helper", DANA).body
    assert exact(loaded)["helper"] == {"x": exact(text)}


exponents = st.builds(lambda sign, n: f"{sign}{n}", st.sampled_from(["e", "E", "e+", "e-"]), st.integers(0, 200))
numbers = st.builds(
    lambda sign, whole, fraction, exponent: f"{sign}{whole}{fraction}{exponent}",
    st.sampled_from(["", "-"]),
    st.integers(0, 10**60).map(str),
    st.just("") | st.from_regex(r"\.[0-9]{1,60}", fullmatch=True),
    st.just("") | exponents,
)


def as_array(items):
    return f"[{', '.join(items)}]"


def as_object(pairs):
    return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{value}" for key, value in pairs.items()) + "}"


documents = st.recursive(
    numbers | texts.map(json.dumps) | st.sampled_from(["null", "true", "false"]),
    lambda inner: st.lists(inner, max_size=4).map(as_array) | st.dictionaries(texts, inner, max_size=4).map(as_object),
    max_leaves=20,
)


@given(text=documents)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_document_comes_back_number_for_number(site, case, text):
    answer = save(site, case, text)

    assert answer.status == 200, answer.body
    loaded = site.call("GET", f"cases/{case['case_id']}/helper", DANA).body
    assert exact(loaded)["helper"]["x"] == exact(text)
