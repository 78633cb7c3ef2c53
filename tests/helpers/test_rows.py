"""Which row of one list is which row of another."""

import random

import pytest
from hypothesis import given

from helpers import rows
from tests.helpers.documents import examples, lists, seeds


@given(before=lists, after=lists)
@examples(500)
def test_each_row_is_one_row_at_most_and_equal_lists_pair_in_place(before, after):
    pairs = rows.match(before, after)

    assert pairs == sorted(pairs)
    assert len({old for old, _ in pairs}) == len({new for _, new in pairs}) == len(pairs)
    assert rows.match(before, list(before)) == [(place, place) for place in range(len(before))]


@given(before=lists, seed=seeds)
@examples(500)
def test_every_row_of_a_shuffled_list_is_found_again(before, seed):
    after = random.Random(seed).sample(before, len(before))

    assert len(rows.match(before, after)) == len(before)


@given(one=lists, other=lists)
@examples(500)
def test_rows_with_the_same_name_and_another_value_are_never_the_same(one, other):
    for old, new in rows.match(one, other):
        name = rows.identity(one[old])
        if name is not None and rows.identity(other[new]) is not None:
            told_apart = rows.identity(one[old])[0] == rows.identity(other[new])[0] and name != rows.identity(
                other[new]
            )
            assert not told_apart


def test_the_surest_name_identifies_a_row():
    assert rows.identity({"code": "7", "row_uuid": "u"}) == ("row_uuid", "u")
    assert rows.identity({"row_uuid": "", "Id": None, "id": b"0"}) == ("id", b"0")
    for row in ({}, {"name": "פנס"}, {"id": True}, {"id": []}, {"id": ""}, "id", [], None, b"1"):
        assert rows.identity(row) is None


def test_a_number_and_its_text_are_two_identities():
    assert rows.match([{"id": b"1", "a": "x"}, "end"], [{"id": "1", "b": "y"}, "other end"]) == []


def test_rows_are_the_same_by_identity_whatever_they_say():
    before = [{"Id": "a", "cost": b"1", "note": "ישן"}, {"Id": "b", "cost": b"2"}]
    after = [{"Id": "b", "cost": b"1", "note": "ישן"}, {"Id": "a"}]

    assert rows.match(before, after) == [(0, 1), (1, 0)]


def test_a_surer_name_tells_rows_apart_that_share_a_weaker_one():
    before = [{"row_uuid": "u1", "code": "A", "n": b"1"}, {"row_uuid": "u2", "code": "A", "n": b"2"}]
    after = [{"row_uuid": "u3", "code": "A", "n": b"1"}, {"row_uuid": "u1", "code": "A", "n": b"2"}]

    assert rows.match(before, after) == [(0, 1)]


def test_a_row_that_got_a_surer_name_is_found_by_the_weaker_one():
    before = [{"invoice_number": "77", "total": b"10"}, {"invoice_number": "78"}]
    after = [{"invoice_number": "78"}, {"invoice_number": "77", "supabase_invoice_id": "s", "paid": True}]

    assert rows.match(before, after) == [(0, 1), (1, 0)]


def test_rows_that_share_an_identity_are_told_apart_by_content_and_then_by_order():
    one, two, three = ({"id": b"1", "n": value} for value in (b"1", b"2", b"3"))

    assert rows.match([one, two, three], [three, one, two]) == [(0, 1), (1, 2), (2, 0)]
    assert rows.match([one, two, "end"], ["front", {"id": b"1", "n": b"8"}, two]) == [(0, 1), (1, 2)]
    assert rows.match([one, two], [{"id": b"1", "n": b"8"}, {"id": b"1", "n": b"9"}]) == [(0, 0), (1, 1)]
    assert rows.match(["front", one, two], [one, "end"]) == [(1, 0)]


def test_rows_without_identity_are_the_same_by_content():
    assert rows.match(["a", "b", "a"], ["b", "a", "x", "a"]) == [(0, 1), (1, 0), (2, 3)]
    assert rows.match([{"a": b"1", "b": b"2"}, b"1"], [True, b"1", {"b": b"2", "a": b"1"}]) == [(0, 2), (1, 1)]
    assert rows.match([[], {}, "", None], [None, "", {}, []]) == [(0, 3), (1, 2), (2, 1), (3, 0)]


def test_a_list_is_not_taken_for_a_truth():
    for truth in (True, False):
        for listed in ([{"a": [b"1"]}], [{"a": [[b"1"]]}]):
            assert rows.match([{"a": truth}], listed) == rows.match(listed, [{"a": truth}]) == []


def test_rows_without_identity_are_the_same_when_half_of_what_they_say_is():
    work = {"category": "צבע", "description": "כנף", "cost": b"100", "comments": ""}

    assert rows.match([work], [{**work, "cost": b"120"}]) == [(0, 0)]
    assert rows.match([work, "x"], ["y", {**work, "cost": b"120", "description": "דלת"}]) == []
    assert rows.match([{"a": "x", "b": "y", "c": "z"}, "x"], ["y", {"a": "x", "d": [], "e": b"0"}]) == []
    assert rows.match([{"a": "x", "b": "y"}, "x"], ["y", {"a": "x", "c": "", "d": [], "e": b"0"}]) == [(0, 1)]


def test_the_most_alike_row_is_taken():
    work = {"category": "צבע", "description": "כנף", "place": "ימין", "cost": b"100"}
    after = [{**work, "cost": b"1", "place": "שמאל"}, {**work, "cost": b"1"}]

    assert rows.match([work], after) == [(0, 1)]


def test_rows_that_say_nothing_are_not_alike():
    assert rows.match([{"a": ""}, "x"], ["y", {"b": b"0"}]) == []


class Counted(bytes):
    """A number that counts how often it was held beside another."""

    comparisons = 0
    __hash__ = bytes.__hash__

    def __eq__(self, other):
        Counted.comparisons += 1
        return bytes.__eq__(self, other)

    def __ne__(self, other):
        return not self == other


def number(value):
    return Counted(b"%d" % value)


MANY = 5_000
HOSTILE = {
    "no identity, all different": (lambda n: {"a": number(n)}, lambda n: {"a": number(n + MANY)}),
    "no identity, half alike": (
        lambda n: {"a": number(1), "b": number(n)},
        lambda n: {"a": number(1), "b": number(n + MANY)},
    ),
    "one identity for all": (
        lambda n: {"code": number(7), "b": number(n)},
        lambda n: {"code": number(7), "b": number(n + MANY)},
    ),
    "one identity for all, turned round": (
        lambda n: {"code": number(7), "b": number(n)},
        lambda n: {"code": number(7), "b": number(MANY - n)},
    ),
    "one identity for all, and a surer one each": (
        lambda n: {"code": number(7), "id": number(n)},
        lambda n: {"code": number(7), "id": number(n + MANY)},
    ),
    "a different set of names each": (
        lambda n: {"code": number(7), **{name: number(n) for name in chosen(n)}},
        lambda n: {"code": number(7), **{name: number(n + MANY) for name in chosen(n)}},
    ),
    "lists": (lambda n: [number(n)], lambda n: [number(n + MANY)]),
    "numbers": (number, lambda n: number(n + MANY)),
}


def chosen(n):
    return [name for rank, name in enumerate(rows.IDENTITIES[:14]) if n >> rank & 1]


@pytest.mark.parametrize("kind", HOSTILE)
def test_many_rows_take_no_more_comparisons_than_patience_allows(kind):
    one, other = HOSTILE[kind]
    before, after = [one(n) for n in range(MANY)], [other(n) for n in range(MANY)]
    patience = rows.Patience()
    allowed = patience.comparisons
    Counted.comparisons = 0

    rows.match(before, after, patience)

    # A few of each value, beside what patience counts.
    assert Counted.comparisons < allowed + 20 * MANY


def test_honest_lists_leave_patience_over():
    works = [{f"field {n}": f"{row % 7 if n < 20 else row} {n}" for n in range(30)} for row in range(120)]
    after = [{**row, "field 29": "changed"} for row in works]
    patience = rows.Patience()

    assert rows.match(works, after, patience) == [(n, n) for n in range(120)]
    assert patience.comparisons > 0


def test_the_fewest_rows_have_moved():
    assert rows.moved([(0, 0), (1, 1), (2, 2)]) == set()
    assert rows.moved([(0, 3), (1, 0), (2, 1), (3, 2)]) == {3}
    assert rows.moved([(0, 1), (2, 5), (7, 3)]) == {5} or rows.moved([(0, 1), (2, 5), (7, 3)]) == {3}
