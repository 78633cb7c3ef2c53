"""Two people changed the same helper: what both said is there afterwards, or nobody guesses."""

import copy
import random

from hypothesis import assume, given
from hypothesis import strategies as st

from helpers import pointers
from helpers.diff import Kind, compare
from helpers.merge import Conflict, merge
from tests.helpers.documents import BIG, HOSTILE_KEYS, documents, edited, examples, seeds

edits = st.integers(1, 4)


def merged(base, theirs, mine):
    """The one document that came of it, whichever side is which."""
    one, other = merge(base, theirs, mine), merge(base, mine, theirs)
    assert one.conflicts == other.conflicts == []
    assert one.value == other.value
    return one.value


def conflicts(base, theirs, mine):
    return sorted(pointers.write(one.path) for one in merge(base, theirs, mine).conflicts)


def mirrored(found):
    return [Conflict(one.base, one.mine, one.theirs) for one in found]


# What holds for any three documents


@given(base=documents, seed=seeds, other_seed=seeds, edits=edits)
@examples(500)
def test_it_does_not_matter_who_is_called_whom(base, seed, other_seed, edits):
    theirs, mine = edited(base, seed, edits), edited(base, other_seed, edits)
    one, other = merge(base, theirs, mine), merge(base, mine, theirs)

    assert one.conflicts == mirrored(other.conflicts)
    assert one.value == other.value


@given(base=documents, theirs=documents, mine=documents)
@examples(200)
def test_it_does_not_matter_even_when_the_three_have_nothing_in_common(base, theirs, mine):
    one, other = merge(base, theirs, mine), merge(base, mine, theirs)

    assert one.conflicts == mirrored(other.conflicts)
    assert one.value == other.value


@given(base=documents, seed=seeds, edits=edits)
@examples(300)
def test_what_one_side_left_alone_is_as_the_other_side_left_it(base, seed, edits):
    changed = edited(base, seed, edits)

    assert merged(base, base, changed) == changed
    assert merged(base, changed, base) == changed
    assert merged(base, changed, copy.deepcopy(changed)) == changed


@given(base=documents, seed=seeds, other_seed=seeds, edits=edits)
@examples(500)
def test_a_conflict_says_where_it_stands_and_both_sides_changed_it(base, seed, other_seed, edits):
    theirs, mine = edited(base, seed, edits), edited(base, other_seed, edits)

    for one in merge(base, theirs, mine).conflicts:
        stood, there, here = (
            look(document, path) for document, path in ((base, one.base), (theirs, one.theirs), (mine, one.mine))
        )
        assert there != here
        assert stood != there
        assert stood != here
        assert one.path in (one.base, one.theirs, one.mine)


def look(document, path):
    """What stands at a path, or a word that nothing is equal to."""
    if path is None:
        return "not there"
    for step in path:
        document = document[step]
    return document


@given(base=documents, seed=seeds, other_seed=seeds, edits=edits)
@examples(500)
def test_nothing_is_invented_and_nothing_is_lost(base, seed, other_seed, edits):
    theirs, mine = edited(base, seed, edits), edited(base, other_seed, edits)
    found = merge(base, theirs, mine)
    assume(not found.conflicts)
    had, theirs_has, mine_has, has = (list(leaves(document)) for document in (base, theirs, mine, found.value))

    assert {*has} <= {*theirs_has, *mine_has}
    for side, other in ((theirs_has, mine_has), (mine_has, theirs_has)):
        for leaf in {*side} - {*had, *other}:
            assert has.count(leaf) == side.count(leaf)
        for leaf in {*had} - {*side}:
            assert has.count(leaf) <= other.count(leaf)


def leaves(value, path=()):
    """Every text, number and other plain value, and under which keys; the places in lists do not count."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, (*path, "[]"))
    else:
        yield path, repr(value)


# What holds when the two sides kept out of each other's way


@given(base=documents, seed=seeds, other_seed=seeds, edits=st.integers(1, 6))
@examples(300)
def test_edits_of_different_sections_are_both_there(base, seed, other_seed, edits):
    base = {"theirs": base, "mine": base, "nobody's": base}
    theirs = {**base, "theirs": edited(base["theirs"], seed, edits)}
    mine = {**base, "mine": edited(base["mine"], other_seed, edits)}

    assert merged(base, theirs, mine) == {**theirs, "mine": mine["mine"]}


def random_rows(dice):
    """Rows by their identity, as the model below keeps them."""
    return {str(n): random_fields(dice) for n in dice.sample(range(12), dice.randint(0, 7))}


def random_fields(dice):
    return {key: dice.choice(BIG[:4]) for key in dice.sample(HOSTILE_KEYS[:6], dice.randint(0, 4))}


def edited_rows(held, dice, new):
    """A side's own list: rows removed, changed and added, the others in their order unless it moved some."""
    held = copy.deepcopy(held)
    for _ in range(dice.randint(0, 4)):
        what = dice.randrange(4)
        if what == 0 and held:
            del held[dice.choice(list(held))]
        elif what == 1 and held:
            held[dice.choice(list(held))].pop(dice.choice(HOSTILE_KEYS[:6]), None)
        elif what == 2 and held:
            held[dice.choice(list(held))][dice.choice(HOSTILE_KEYS[:6])] = dice.choice(BIG)
        else:
            entries = list(held.items())
            entries.insert(dice.randint(0, len(entries)), (dice.choice(new), random_fields(dice)))
            held = dict(entries)
    return held


def as_list(held):
    return [{"row_uuid": name, **fields} for name, fields in held.items()]


def expected_rows(base, theirs, mine):
    """What three lists of rows come to, row by row and key by key; and what cannot be told: rows, and keys of rows."""
    found, unclear = {}, set()
    for name in {**base, **theirs, **mine}:
        old, there, here = (side.get(name) for side in (base, theirs, mine))
        if there == here or here == old:
            found[name] = there
        elif there == old:
            found[name] = here
        elif None in (old, there, here):
            unclear.add((name,))
        else:
            found[name] = {}
            for key in {**old, **there, **here}:
                was, one, other = old.get(key), there.get(key), here.get(key)
                if one not in (other, was) and other != was:
                    unclear.add((name, key))
                found[name][key] = one if other == was else other
            found[name] = {key: value for key, value in found[name].items() if value is not None}
    return {name: fields for name, fields in found.items() if fields is not None}, unclear


@given(seed=seeds, moves=st.sampled_from(["nobody", "theirs", "mine"]))
@examples(1000)
def test_rows_with_identity_are_merged_as_a_model_of_them_is(seed, moves):
    dice = random.Random(seed)
    base = random_rows(dice)
    theirs, mine = edited_rows(base, dice, ["t1", "t2", "t3"]), edited_rows(base, dice, ["m1", "m2", "m3"])
    movers = {"theirs": theirs, "mine": mine}
    if moves in movers:
        entries = list(movers[moves].items())
        dice.shuffle(entries)
        movers[moves].clear()
        movers[moves].update(entries)
    expected, unclear = expected_rows(base, theirs, mine)

    found = merge(as_list(base), as_list(theirs), as_list(mine))

    assert {named(one, base, theirs, mine) for one in found.conflicts} == unclear
    if not unclear:
        assert {row["row_uuid"]: fields_of(row) for row in found.value} == expected
        assert len(found.value) == len(expected)
        assert_in_order(found.value, base, theirs, mine, moves)


def fields_of(row):
    return {key: value for key, value in row.items() if key != "row_uuid"}


def named(conflict, base, theirs, mine):
    """A conflict by the row's identity instead of its place."""
    sides = ((conflict.base, base), (conflict.theirs, theirs), (conflict.mine, mine))
    path, held = next((path, held) for path, held in sides if path is not None)
    assert all(list(side)[place[0]] == list(held)[path[0]] for place, side in sides if place is not None)
    return (list(held)[path[0]], *path[1:])


def assert_in_order(found, base, theirs, mine, moves):
    order = [row["row_uuid"] for row in found]
    said = {"theirs": theirs, "mine": mine}.get(moves, base)
    assert [name for name in order if name in theirs and name in mine] == [
        name for name in said if name in theirs and name in mine
    ]
    for side, other in ((theirs, mine), (mine, theirs)):
        place, kept = -1, [name for name in side if name in order]
        for name in kept:
            if name in base or name in other:
                place = order.index(name)
            else:
                assert order.index(name) > place, "a new row stands in front of the row it followed"
                between = order[place + 1 : order.index(name)]
                assert not [one for one in between if one in base], "a new row strayed from the row it followed"


@given(base=documents, seed=seeds, values=st.permutations(BIG))
@examples(200)
def test_a_value_that_both_changed_is_a_conflict_wherever_it_stands(base, seed, values):
    dice = random.Random(seed)
    path = dice.choice(list(scalars_of(base)) or [None])
    assume(path is not None)
    before = look(base, path)
    one, other = [value for value in values if value != before][:2]
    theirs, mine = with_value(base, path, one), with_value(base, path, other)

    assert merge(base, theirs, mine).conflicts != []


def scalars_of(value, path=()):
    """Every value that stands under keys alone."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars_of(inner, (*path, key))
    elif not isinstance(value, list):
        yield path


def with_value(value, path, new):
    if not path:
        return new
    return {**value, path[0]: with_value(value[path[0]], path[1:], new)}


# Examples of the office

CENTERS = [
    {"Id": "c1", "Location": "פגוש קדמי", "Parts": {"parts_required": []}},
    {"Id": "c2", "Location": "דלת", "Parts": {"parts_required": [{"row_uuid": "p1", "price": b"400", "qty": b"1"}]}},
    {"Id": "c3", "Location": "גג", "Parts": {"parts_required": []}},
]


def helper(*centers, **more):
    return {"meta": {"plate": "12345678"}, "centers": list(centers), **more}


def center(name, **more):
    return {"Id": name, **more}


def test_two_people_fill_different_fields_of_one_section():
    base = {"vehicle": {"km": "", "year": "2020"}}

    assert merged(base, {"vehicle": {"km": b"90000", "year": "2020"}}, {"vehicle": {"km": "", "year": "2021"}}) == {
        "vehicle": {"km": b"90000", "year": "2021"}
    }


def test_two_people_fill_the_same_field_differently():
    base, theirs, mine = ({"vehicle": {"km": km}} for km in ("", b"90000", b"9000"))

    assert conflicts(base, theirs, mine) == ["/vehicle/km"]
    assert merged(base, theirs, theirs) == theirs


def test_a_number_that_both_wrote_with_other_digits_is_a_conflict():
    assert conflicts({"sum": b"1"}, {"sum": b"1.1"}, {"sum": b"1.10"}) == ["/sum"]


def test_one_changes_a_part_while_the_other_puts_a_center_in_front_of_it():
    one, two, three = CENTERS
    cheaper = {**two, "Parts": {"parts_required": [{"row_uuid": "p1", "price": b"350", "qty": b"1"}]}}

    assert merged(helper(*CENTERS), helper(center("c0"), *CENTERS), helper(one, cheaper, three)) == helper(
        center("c0"), one, cheaper, three
    )


def test_one_removes_a_center_that_the_other_left_alone():
    one, two, three = CENTERS

    assert merged(helper(*CENTERS), helper(one, three), helper(one, two, {**three, "Location": "סף"})) == helper(
        one, {**three, "Location": "סף"}
    )


def test_one_removes_a_center_that_the_other_works_on():
    one, two, three = CENTERS
    found = merge(helper(*CENTERS), helper(one, three), helper(one, {**two, "Location": "סף"}, three))

    assert found.conflicts == [Conflict(("centers", 1), None, ("centers", 1))]


def test_one_removes_a_key_that_the_other_changed():
    found = merge({"a": {"b": b"1"}}, {"a": {}}, {"a": {"b": b"2"}})

    assert found.conflicts == [Conflict(("a", "b"), None, ("a", "b"))]


def test_both_remove_the_same_center():
    one, _, three = CENTERS

    assert merged(helper(*CENTERS), helper(one, three), helper(one, three, note="x")) == helper(one, three, note="x")


def test_both_add_the_same_invoice_and_it_is_there_once():
    invoice = {"invoice_entry_id": "i1", "total": b"117.00"}
    base, theirs, mine = {"invoices": []}, {"invoices": [invoice]}, {"invoices": [dict(invoice)], "note": "x"}

    assert merged(base, theirs, mine) == {"invoices": [invoice], "note": "x"}


def test_both_add_an_invoice_of_one_number_that_says_something_else():
    base, theirs, mine = (
        {"invoices": []},
        {"invoices": [{"id": "7", "n": b"1"}]},
        {"invoices": [{"id": "7", "n": b"2"}]},
    )

    assert merge(base, theirs, mine).conflicts == [Conflict(None, ("invoices", 0), ("invoices", 0))]


def test_both_add_centers_at_the_same_spot_and_both_are_there():
    base, theirs, mine = helper(), helper(center("t1"), center("t2")), helper(center("m1"), center("m2"))

    assert merged(base, theirs, mine) == helper(center("m1"), center("m2"), center("t1"), center("t2"))


def test_both_add_something_without_a_name_at_the_same_spot():
    base, theirs, mine = (["צילום", *more] for more in ([], ["פחחות"], ["צבע"]))

    assert conflicts({"works": base}, {"works": theirs}, {"works": mine}) == ["/works"]
    assert merged({"works": base}, {"works": theirs}, {"works": ["צבע", "צילום"]}) == {
        "works": ["צבע", "צילום", "פחחות"]
    }
    assert conflicts([], [center("t1")], ["צבע"]) == [""]


def test_a_row_that_one_moved_is_still_changed_by_the_other():
    one, two, three = CENTERS

    assert merged(helper(*CENTERS), helper(three, one, two), helper(one, two, {**three, "Location": "סף"})) == helper(
        {**three, "Location": "סף"}, one, two
    )


def test_new_rows_that_are_only_alike_are_paired_the_same_from_both_sides():
    theirs = [dict(zip("12345", said, strict=True)) for said in ("cccaa", "ccccb")]
    mine = [dict(zip("12345", said, strict=True)) for said in ("ccccc", "dcdaa")]
    one, other = merge([], theirs, mine), merge([], mine, theirs)

    assert one.conflicts == mirrored(other.conflicts) != []


def test_both_move_rows_in_their_own_way():
    one, two, three = CENTERS

    assert conflicts(helper(*CENTERS), helper(three, one, two), helper(two, one, three)) == ["/centers"]
    assert merged(helper(*CENTERS), helper(three, one, two), helper(three, one, two, note="x")) == helper(
        three, one, two, note="x"
    )


def test_a_new_row_follows_the_row_it_followed_even_when_that_moved():
    one, two, three = CENTERS

    assert merged(helper(*CENTERS), helper(one, center("new"), two, three), helper(two, three, one)) == helper(
        two, three, one, center("new")
    )


def test_a_new_row_stays_near_when_the_row_it_followed_is_gone():
    one, two, three = CENTERS

    assert merged(helper(*CENTERS), helper(one, two, center("new"), three), helper(one, three)) == helper(
        one, center("new"), three
    )


def test_both_add_one_row_at_different_places():
    one, two, three = CENTERS

    assert conflicts(helper(*CENTERS), helper(center("new"), *CENTERS), helper(*CENTERS, center("new"))) == ["/centers"]
    assert merged(
        helper(*CENTERS), helper(one, center("new"), two, three), helper(one, center("new"), two, center("m"), three)
    ) == helper(one, center("new"), two, center("m"), three)


def test_a_merge_makes_no_second_row_of_one_identity():
    base = [{"code": "A", "n": b"1"}, "end"]
    theirs = [{"code": "A", "n": b"1"}, "end", {"id": "7"}]
    mine = [{"id": "7", "code": "A", "n": b"1"}, "end"]

    assert conflicts(base, theirs, mine) == [""]


def test_a_list_that_became_an_object_is_a_conflict_when_the_other_side_changed_it():
    assert conflicts({"raw": []}, {"raw": {}}, {"raw": ["x"]}) == ["/raw"]
    assert conflicts({"raw": None}, {"raw": {"a": b"1"}}, {"raw": {"b": b"1"}}) == ["/raw"]


def test_conflicts_do_not_hide_each_other():
    base, theirs, mine = ({"a": value, "rows": [{"id": "1", "n": value}], "z": b"1"} for value in (b"1", b"2", b"3"))

    assert conflicts(base, theirs, mine) == ["/a", "/rows/0/n"]


def test_the_changes_of_a_merge_are_the_changes_of_both_sides():
    one, _, three = CENTERS
    base = helper(*CENTERS, status="active")
    theirs, mine = helper(*CENTERS, center("c4"), status="active"), helper(one, three, status="שולם")

    found = [(one.kind, pointers.write(one.path)) for one in compare(base, merged(base, theirs, mine))]

    assert found == [(Kind.REMOVED, "/centers/1"), (Kind.ADDED, "/centers/2"), (Kind.CHANGED, "/status")]


def test_hostile_lists_end_and_are_the_same_from_both_sides():
    # Patience ends in the middle of them.
    base, theirs, mine = (
        [{f"{key}": b"1%d" % (n + by) for key in range(40)} for n in range(300)] for by in (0, 400, 900)
    )

    one, other = merge(base, theirs, mine), merge(base, mine, theirs)

    assert one.conflicts == mirrored(other.conflicts) != []
