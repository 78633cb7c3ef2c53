"""What changed from one document to another, and that nothing else did."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import exact
from helpers import diff, pointers, rows
from helpers.diff import Kind
from tests import make_fixtures
from tests.helpers.documents import (
    BIG,
    HOSTILE_KEYS,
    LOOK_ALIKE,
    applied,
    at,
    documents,
    edited,
    examples,
    parsed,
    public,
    seeds,
)


def told(before, after):
    """The changes in short: what happened, and where."""
    return [(str(one.kind), pointers.write(one.path)) for one in diff.compare(before, after)]


def read(text):
    return exact.read(text)


def assert_changes_lead_from_one_to_the_other(before, after):
    changes = public(diff.compare(before, after))
    old, new = parsed(exact.write(before)), parsed(exact.write(after))

    assert applied(old, changes) == new
    for one in changes:
        if one["kind"] != "added":
            assert at(old, one["from_pointer"]) == one["before"]
        if one["kind"] != "removed":
            assert at(new, one["pointer"]) == one["after"]
    assert not [one for one in changes if one["kind"] == "changed" and one["before"] == one["after"]]


@given(before=documents, seed=seeds, edits=st.integers(1, 6))
@examples(800)
def test_changes_applied_to_the_older_document_give_the_newer_one(before, seed, edits):
    assert_changes_lead_from_one_to_the_other(before, edited(before, seed, edits))


@given(before=documents, after=documents)
@examples(300)
def test_two_documents_that_have_nothing_to_do_with_each_other_are_no_exception(before, after):
    assert_changes_lead_from_one_to_the_other(before, after)


@given(document=documents, seed=seeds)
@examples(300)
def test_nothing_changed_when_only_keys_stand_in_another_order(document, seed):
    def turned(value):
        if isinstance(value, dict):
            entries = [(key, turned(inner)) for key, inner in value.items()]
            random.Random(seed).shuffle(entries)
            return dict(entries)
        return [turned(inner) for inner in value] if isinstance(value, list) else value

    assert diff.compare(document, turned(document)) == []


@pytest.mark.parametrize(
    ("profile", "versions"), [("small", 30), ("typical", 40), ("full", 40), ("large", 24)], ids=lambda value: str(value)
)
def test_a_real_history_is_told_version_by_version(profile, versions):
    before, raw = {}, {}
    for _, _, _, _, case in make_fixtures.history(f"diff/{profile}", versions, profile):
        text = make_fixtures.dumps(case.h)
        after, now = read(text), make_fixtures.json.loads(text)
        changes = diff.compare(before, after)

        assert {one.path[0] for one in changes} == set(make_fixtures.changed_keys(raw, now))
        assert applied(parsed(exact.write(before)), public(changes)) == parsed(text)
        before, raw = after, now


@pytest.mark.parametrize("one", [*LOOK_ALIKE, *BIG, [], {}])
def test_values_that_only_look_alike_are_different(one):
    for other in [*LOOK_ALIKE, *BIG, [], {}, exact.MISSING]:
        if type(one) is type(other) and one == other:
            continue
        before, after = ({} if value is exact.MISSING else {"a": value} for value in (one, other))
        assert told(before, after) == [("removed" if other is exact.MISSING else "changed", "/a")]


@pytest.mark.parametrize(
    ("before", "after"),
    [("1.1", "1.10"), ("1", "1.0"), ("100000000000000000001", "100000000000000000002"), ("1E2", "100"), ("0", "-0")],
)
def test_another_digit_is_another_content(before, after):
    [change] = diff.compare(read(f'{{"sum": {before}}}'), read(f'{{"sum": {after}}}'))

    assert (exact.write(change.before), exact.write(change.after)) == (before, after)


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_a_key_may_be_any_text(key):
    before, after = {key: {key: [{key: b"1"}]}}, {key: {key: [{key: b"2"}]}}

    assert_changes_lead_from_one_to_the_other(before, after)
    assert_changes_lead_from_one_to_the_other({}, after)
    assert_changes_lead_from_one_to_the_other(after, {})


def test_a_row_in_front_of_a_long_list_is_one_change():
    parts = [{"row_uuid": f"u{n}", "name": "פנס", "price": b"100"} for n in range(1000)]

    assert told({"parts": parts}, {"parts": [{"row_uuid": "new", "name": "פנס"}, *parts]}) == [("added", "/parts/0")]
    assert told({"parts": parts}, {"parts": parts[1:]}) == [("removed", "/parts/0")]


def test_a_row_in_front_is_one_change_where_rows_have_no_identity_too():
    works = [{"category": f"עבודה {n}", "cost": b"100"} for n in range(300)]

    assert told({"works": works}, {"works": [{"category": "חדשה", "cost": b"5"}, *works]}) == [("added", "/works/0")]
    assert told(["a", "b", "c"], ["new", "a", "b", "c"]) == [("added", "/0")]


def test_a_row_that_moved_is_a_move_and_what_changed_in_it_a_change():
    centers = [{"Id": name, "Number": name} for name in "abcd"]
    moved = [{"Id": "d", "Number": "4"}, *centers[:3]]

    assert told(centers, moved) == [("moved", "/0"), ("changed", "/0/Number")]


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_no_row_is_called_moved_that_could_have_stayed(size):
    before = [{"id": str(n).encode()} for n in range(size)]
    for order in itertools.permutations(range(size)):
        stayed = max(
            length
            for length in range(size + 1)
            if any(list(some) == sorted(some) for some in itertools.combinations(order, length))
        )
        changes = diff.compare(before, [before[n] for n in order])

        assert [one.kind for one in changes] == [Kind.MOVED] * (size - stayed)


def test_changes_come_in_the_order_of_the_document_and_new_keys_last():
    before = read('{"z": 1, "rows": [{"id": 1, "n": 1}, {"id": 2, "n": 1}], "gone": 1, "a": 1}')
    after = read('{"new": 1, "a": 2, "rows": [{"id": 2, "n": 2}], "z": 2}')

    assert told(before, after) == [
        ("changed", "/z"),
        ("removed", "/rows/0"),
        ("changed", "/rows/0/n"),
        ("removed", "/gone"),
        ("changed", "/a"),
        ("added", "/new"),
    ]


def test_what_is_new_or_gone_is_told_once_and_whole():
    section = {"rows": [{"id": b"1"}], "deep": {"er": []}}

    assert told({}, {"estimate": section}) == [("added", "/estimate")]
    assert told({"estimate": section}, {}) == [("removed", "/estimate")]


def test_an_object_that_becomes_a_list_is_one_change():
    assert told({"raw": {}}, {"raw": []}) == [("changed", "/raw")]
    assert told({"raw": {"0": b"1"}}, {"raw": [b"1"]}) == [("changed", "/raw")]


def test_lists_of_lists_are_told_row_by_row():
    assert told([["a"], ["b"]], [["b"], ["a"]]) == [("moved", "/1")]
    assert_changes_lead_from_one_to_the_other([["a", "b"], ["c"]], [["c"], ["a", "c"]])


def test_one_patience_is_for_the_whole_document():
    def row(number, by):
        return {str(key): b"1%d" % (number + (by if key < 2 else 0)) for key in range(100)}

    sections, others = ({str(n): [row(at, by) for at in range(40)] for n in range(16)} for by in (0, 500))
    patience = rows.Patience()
    for key in sections:
        rows.match(sections[key], others[key], patience)

    assert patience.comparisons < 0
    assert_changes_lead_from_one_to_the_other(sections, others)
