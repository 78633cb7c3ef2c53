"""One text for a JSON value, whatever wrote it: two texts have one hash exactly when jsonb keeps them alike."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moving import canonical

NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?", fullmatch=True)


def digest(text):
    return canonical.digest(canonical.read(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [("1E5", "100000"), ("-0.0", "0.0"), ("-0", "0"), ("1.50e1", "15.0"), ('{"a": 1, "b": [2]}', '{"b":[2],"a":1}')],
)
def test_what_postgres_writes_alike_is_alike(one, other):
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.10", "1.1"), ("1", '"1"'), ("null", '"null"'), ("[1, 2]", "[2, 1]"), ("{}", "[]")],
)
def test_what_differs_in_one_digit_differs(one, other):
    assert digest(one) != digest(other)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NUMBERS)
def test_a_number_is_spelled_as_postgres_spells_it(db, number):
    with connection.cursor() as cursor:
        cursor.execute("select (%s::jsonb)::text", [f"[{number}]"])
        [kept] = cursor.fetchone()
    assert digest(kept) == digest(f"[{number}]")
