"""JSON goes in and comes out to the last digit."""

import json
from decimal import Decimal

import pytest
from hypothesis import given

from core import exact
from tests.core.test_strict import values
from tests.helpers.documents import documents, examples


@given(value=values)
@examples(300)
def test_a_document_comes_out_as_it_went_in(value):
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        written = exact.write(exact.read(text))
        assert json.loads(written, parse_float=Decimal) == json.loads(text, parse_float=Decimal)
        assert exact.read(written) == exact.read(text)


@given(document=documents)
@examples(200)
def test_what_was_written_is_read_as_the_same(document):
    assert exact.read(exact.write(document)) == document


@pytest.mark.parametrize(
    "number", ["0", "-0", "1.10", "1E5", "1e-7", "-0.0", "12345678901234567890.12345678901234567890"]
)
def test_a_number_keeps_every_digit(number):
    assert exact.write(exact.read(f'{{"a": [{number}]}}')) == f'{{"a": [{number}]}}'


def test_what_looks_like_something_else_is_not_equal_to_it():
    read = exact.read('[1, "1", 1.0, true, 0, false, null, "", [], {}, "null"]')

    assert not [(one, two) for n, one in enumerate(read) for two in read[:n] if one == two]
    assert exact.MISSING not in read


def test_texts_are_written_readable_and_safe():
    assert exact.write({'ש"ח\n': "🚗\\"}) == '{"ש\\"ח\\n": "🚗\\\\"}'
    assert exact.write([]) == "[]"
    assert exact.write({}) == "{}"
    assert exact.write([True, False, None, {"a": []}]) == '[true, false, null, {"a": []}]'
