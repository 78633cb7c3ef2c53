"""Random documents as core.exact reads them, random edits of them, and the recipe by which changes are applied."""

import copy
import json
import os
import random
import re

from hypothesis import settings
from hypothesis import strategies as st

from core import exact
from helpers import pointers

HOSTILE_KEYS = ["a", "b", "a.b", "a/b", "~1", "~0", "", " ", "0", "__proto__", "constructor", "ח.פ.", "\u200f", "🚗"]
# Alike to a careless eye, and all of them different.
LOOK_ALIKE = [None, True, False, "", " ", "0", "1", "true", "null", b"0", b"1", b"-1", b"1.0", b"1.1", b"1.10"]
BIG = [b"12345678901234567890", b"12345678901234567891", b"0.10000000000000001", b"0.1", "ש״ח", 'ש"ח', "\\", '"']
_SCALARS = LOOK_ALIKE + BIG
NAMES = ["row_uuid", "Id", "id", "number", "code"]


def random_value(dice, size):
    """Something of about so many places; a list holds rows with and without identity, or anything."""
    kind = dice.random()
    if size < 1 or kind < 0.1:
        return dice.choice(_SCALARS)
    if kind < 0.5:
        chosen = dice.sample(HOSTILE_KEYS, min(dice.randint(0, 6), size))
        return {key: random_value(dice, size // len(chosen) - 1) for key in chosen}
    rows = min(dice.randint(0, 8), size)
    make = dice.choice([random_row, random_row, lambda dice: dice.choice(_SCALARS[:8]), None])
    return [make(dice) if make else random_value(dice, size // rows - 1) for _ in range(rows)]


def random_row(dice):
    names = dice.sample(NAMES, dice.randint(0, 2))
    fields = dice.sample(HOSTILE_KEYS, dice.randint(0, 4))
    return {
        **{name: dice.choice([b"1", b"2", b"3", "1", "x", "", None]) for name in names},
        **{key: dice.choice(_SCALARS) for key in fields},
    }


def random_list(dice, size):
    return [dice.choice([random_row(dice), random_value(dice, 3)]) for _ in range(size)]


def random_document(dice, size):
    return {key: random_value(dice, size) for key in dice.sample(HOSTILE_KEYS, min(size, 6))}


# A seed and a size instead of a tree of strategies: hundreds of times as fast, and what fails still gets smaller.
seeds = st.integers(0, 2**32)
sizes = st.integers(0, 40)
documents = st.builds(lambda seed, size: random_document(random.Random(seed), size), seeds, sizes)
lists = st.builds(lambda seed, size: random_list(random.Random(seed), size), seeds, st.integers(0, 9))


def examples(number):
    """So many tries, or many times as many where somebody has the time: HISTORY_EFFORT=20."""
    return settings(max_examples=number * int(os.environ.get("HISTORY_EFFORT", "1")), deadline=None)


def edited(value, seed, edits=3):
    """The same value with some edits as people and programs make them."""
    dice = random.Random(seed)
    value = copy.deepcopy(value)
    for _ in range(edits):
        value = _edited(value, dice)
    return value


def _edited(value, dice):
    if isinstance(value, dict) and value and dice.random() < 0.8:
        key = dice.choice(list(value))
        value[key] = _edited(value[key], dice)
    elif isinstance(value, list) and value and dice.random() < 0.5:
        at = dice.randrange(len(value))
        value[at] = _edited(value[at], dice)
    elif isinstance(value, dict):
        _edit_object(value, dice)
    elif isinstance(value, list):
        _edit_list(value, dice)
    else:
        return dice.choice([*LOOK_ALIKE, *BIG, [], {}])
    return value


def _edit_object(value, dice):
    if value and dice.random() < 0.3:
        del value[dice.choice(list(value))]
    else:
        value[dice.choice(HOSTILE_KEYS)] = _something(dice)


def _edit_list(value, dice):
    what = dice.randrange(5)
    if what == 0 or not value:
        value.insert(dice.randint(0, len(value)), _something(dice))
    elif what == 1:
        del value[dice.randrange(len(value))]
    elif what == 2:
        value.insert(dice.randrange(len(value)), value.pop(dice.randrange(len(value))))
    elif what == 3:
        dice.shuffle(value)
    else:
        value.insert(dice.randint(0, len(value)), copy.deepcopy(dice.choice(value)))


def _something(dice):
    row = {dice.choice(NAMES): dice.choice([b"1", b"2", b"4", "x"]), dice.choice(HOSTILE_KEYS): dice.choice(BIG)}
    return dice.choice([dice.choice(LOOK_ALIKE), dice.choice(BIG), row, [row], {}, []])


def public(changes):
    """Changes as the API writes them, read again by somebody who keeps each number as it is written."""
    return [
        parsed(
            f'{{"pointer": {json.dumps(pointers.write(one.path))}, "kind": "{one.kind}", '
            f'"from_pointer": {json.dumps(None if one.old is None else pointers.write(one.old))}, '
            f'"before": {_text(one.before)}, "after": {_text(one.after)}}}'
        )
        for one in changes
    ]


def parsed(text):
    return json.loads(text, parse_int=lambda digits: ("number", digits), parse_float=lambda digits: ("number", digits))


def _text(value):
    return "null" if value is exact.MISSING else exact.write(value)


def applied(before, changes):
    """What comes of a document by the recipe that diff.compare gives; it knows nothing of how changes are found."""
    document = {"": copy.deepcopy(before)}
    for one in changes:
        if one["kind"] == "changed":
            place, step = _parent(document, one["from_pointer"])
            place[step] = copy.deepcopy(one["after"])
    carried = {}
    for one in sorted(changes, key=lambda one: _depth_first(one["from_pointer"]), reverse=True):
        if one["kind"] in ("removed", "moved"):
            place, step = _parent(document, one["from_pointer"])
            carried[one["from_pointer"]] = place.pop(step)
    for one in sorted(changes, key=lambda one: _depth_first(one["pointer"])):
        if one["kind"] in ("added", "moved"):
            place, step = _parent(document, one["pointer"])
            row = copy.deepcopy(one["after"]) if one["kind"] == "added" else carried[one["from_pointer"]]
            if isinstance(place, list):
                assert step <= len(place), "a row would hang in the air"
                place.insert(step, row)
            else:
                assert step not in place, "something would be overwritten"
                place[step] = row
    return document[""]


def _steps(pointer):
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _depth_first(pointer):
    steps = _steps(pointer or "")
    return len(steps), [int(step) if re.fullmatch("[0-9]+", step, re.ASCII) else -1 for step in steps[-1:]]


def _parent(document, pointer):
    place, step = document, ""
    for following in _steps(pointer):
        place, step = place[step], following
        if isinstance(place, list):
            step = int(step)
    return place, step


def at(document, pointer):
    place, step = _parent({"": document}, pointer)
    return place[step]
