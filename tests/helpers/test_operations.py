"""RFC 6902 on exact values: the appendix of the RFC, and what implementations get wrong."""

import json

import pytest

from core import exact
from core.errors import Conflict, Invalid, Refused
from core.strict import Limits
from helpers import operations

LIMITS = Limits(100, 1000)


def patched(document, patch, limits=LIMITS, characters=10_000):
    """The text a document becomes; both are JSON texts."""
    asked = operations.read(exact.read(patch))
    return exact.write(operations.applied(exact.read(document), asked, limits, characters))


# Appendix A of RFC 6902, in its order, where a result is given.
RFC_6902 = [
    ('{"foo":"bar"}', '[{"op":"add","path":"/baz","value":"qux"}]', '{"baz":"qux","foo":"bar"}'),
    ('{"foo":["bar","baz"]}', '[{"op":"add","path":"/foo/1","value":"qux"}]', '{"foo":["bar","qux","baz"]}'),
    ('{"baz":"qux","foo":"bar"}', '[{"op":"remove","path":"/baz"}]', '{"foo":"bar"}'),
    ('{"foo":["bar","qux","baz"]}', '[{"op":"remove","path":"/foo/1"}]', '{"foo":["bar","baz"]}'),
    (
        '{"baz":"qux","foo":"bar"}',
        '[{"op":"replace","path":"/baz","value":"boo"}]',
        '{"baz":"boo","foo":"bar"}',
    ),
    (
        '{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}',
        '[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]',
        '{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}',
    ),
    (
        '{"foo":["all","grass","cows","eat"]}',
        '[{"op":"move","from":"/foo/1","path":"/foo/3"}]',
        '{"foo":["all","cows","eat","grass"]}',
    ),
    (
        '{"baz":"qux","foo":["a",2,"c"]}',
        '[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]',
        '{"baz":"qux","foo":["a",2,"c"]}',
    ),
    (
        '{"foo":"bar"}',
        '[{"op":"add","path":"/child","value":{"grandchild":{}}}]',
        '{"foo":"bar","child":{"grandchild":{}}}',
    ),
    ('{"foo":"bar"}', '[{"op":"add","path":"/baz","value":"qux","xyz":123}]', '{"foo":"bar","baz":"qux"}'),
    ('{"/":9,"~1":10}', '[{"op":"test","path":"/~01","value":10}]', '{"/":9,"~1":10}'),
    ('{"foo":["bar"]}', '[{"op":"add","path":"/foo/-","value":["abc","def"]}]', '{"foo":["bar",["abc","def"]]}'),
]
WELL = [
    ("{}", "[]", "{}"),
    ('{"a":null}', '[{"op":"add","path":"/a","value":1}]', '{"a":1}'),
    ("[]", '[{"op":"add","path":"/0","value":1}]', "[1]"),
    ("[1,2]", '[{"op":"add","path":"/2","value":3}]', "[1,2,3]"),
    ("{}", '[{"op":"add","path":"/","value":1}]', '{"":1}'),
    ('{"a":{}}', '[{"op":"add","path":"/a/","value":1}]', '{"a":{"":1}}'),
    ('{"a":1}', '[{"op":"add","path":"/0","value":2}]', '{"a":1,"0":2}'),
    ('{"a":{}}', '[{"op":"add","path":"/a/-","value":2}]', '{"a":{"-":2}}'),
    ('{"1e0":1}', '[{"op":"test","path":"/1e0","value":1}]', '{"1e0":1}'),
    ('{"a":1}', '[{"op":"replace","path":"","value":{"b":2}}]', '{"b":2}'),
    ("{}", '[{"op":"add","path":"","value":[1]},{"op":"add","path":"/-","value":2}]', "[1,2]"),
    ('{"a":null}', '[{"op":"test","path":"/a","value":null}]', '{"a":null}'),
    ('{"a":null}', '[{"op":"move","from":"/a","path":"/b"}]', '{"b":null}'),
    ('{"a":null}', '[{"op":"copy","from":"/a","path":"/b"}]', '{"a":null,"b":null}'),
    ('{"a":null}', '[{"op":"remove","path":"/a"}]', "{}"),
    ('{"a":1}', '[{"op":"move","from":"/a","path":"/a"}]', '{"a":1}'),
    ('{"a":[{"b":1}],"c":2}', '[{"op":"move","from":"/a/0/b","path":"/a/1"}]', '{"a":[{},1],"c":2}'),
    ("[1,2,3,4]", '[{"op":"remove","path":"/1"},{"op":"remove","path":"/2"}]', "[1,3]"),
    ('{"a":{"b":1}}', '[{"op":"move","from":"/a/b","path":"/a"}]', '{"a":1}'),
    ('{"a":1}', '[{"op":"copy","from":"","path":"/b"}]', '{"a":1,"b":{"a":1}}'),
    ('{"a":1.10}', '[{"op":"copy","from":"/a","path":"/b"}]', '{"a":1.10,"b":1.10}'),
    ("{}", '[{"op":"add","path":"/a","value":12345678901234567890.10}]', '{"a":12345678901234567890.10}'),
    ('{"a":{"x":1}}', '[{"op":"copy","from":"/a","path":"/b"},{"op":"add","path":"/b/x","value":2}]',
     '{"a":{"x":1},"b":{"x":2}}'),
    ('{"__proto__":1,"a/b":2,"c~d":3}', '[{"op":"remove","path":"/a~1b"},{"op":"remove","path":"/c~0d"}]',
     '{"__proto__":1}'),
]  # fmt: skip


@pytest.mark.parametrize(("document", "patch", "result"), [*RFC_6902, *WELL])
def test_what_comes_out(document, patch, result):
    assert exact.read(patched(document, patch)) == exact.read(result)


BADLY = [
    ('{"a":[1,2]}', '{"op":"add","path":"/a/8","value":3}', "path"),
    ('{"a":[1,2]}', '{"op":"add","path":"/a/3","value":3}', "path"),
    ('{"a":[1,2]}', '{"op":"add","path":"/a/-1","value":3}', "path"),
    ('{"a":[1,2]}', '{"op":"add","path":"/a/1e0","value":3}', "path"),
    ('{"a":[1,2]}', '{"op":"add","path":"/a/01","value":3}', "path"),
    ('{"a":[1,2]}', '{"op":"add","path":"/a/x","value":3}', "path"),
    ('{"a":[1,2]}', '{"op":"add","path":"/a/٣","value":3}', "path"),
    ('{"a":[1,2]}', '{"op":"remove","path":"/a/-"}', "path"),
    ('{"a":[1,2]}', '{"op":"replace","path":"/a/-","value":1}', "path"),
    ('{"a":[1,2]}', '{"op":"remove","path":"/a/2"}', "path"),
    ('{"a":[1,2]}', '{"op":"remove","path":"/a/00"}', "path"),
    ('{"a":1}', '{"op":"add","path":"/b/c","value":1}', "path"),
    ('{"a":1}', '{"op":"add","path":"/a/c","value":1}', "path"),
    ('{"a":"text"}', '{"op":"add","path":"/a/0","value":1}', "path"),
    ('{"a":1}', '{"op":"replace","path":"/b","value":1}', "path"),
    ('{"a":1}', '{"op":"remove","path":"/b"}', "path"),
    ('{"a":1}', '{"op":"remove","path":""}', "path"),
    ('{"a":1}', '{"op":"move","from":"/b","path":"/c"}', "from"),
    ('{"a":1}', '{"op":"copy","from":"/b","path":"/c"}', "from"),
    ('{"a":{"b":1}}', '{"op":"move","from":"/a","path":"/a/b"}', "path"),
    ('{"a":1}', '{"op":"move","from":"","path":"/a"}', "path"),
    ("{}", '{"op":"spam","path":"/a","value":1}', "op"),
    ("{}", '{"op":"ADD","path":"/a","value":1}', "op"),
    ("{}", '{"op":["add"],"path":"/a","value":1}', "op"),
    ("{}", '{"path":"/a","value":1}', "op"),
    ("{}", '{"op":"add","value":1}', "path"),
    ("{}", '{"op":"add","path":"/a"}', "value"),
    ("{}", '{"op":"replace","path":"","value_":1}', "value"),
    ("{}", '{"op":"copy","path":"/a"}', "from"),
    ("{}", '{"op":"move","path":""}', "from"),
    ("{}", '{"op":"add","path":"a","value":1}', "path"),
    ("{}", '{"op":"add","path":"/~2","value":1}', "path"),
    ("{}", '{"op":"add","path":"/a~","value":1}', "path"),
    ("{}", '{"op":"add","path":null,"value":1}', "path"),
    ("{}", '{"op":"add","path":5,"value":1}', "path"),
    ("{}", '{"op":"copy","path":"/a","from":{}}', "from"),
    ("{}", "5", ""),
    ("{}", "null", ""),
]


@pytest.mark.parametrize(("document", "operation", "member"), BADLY)
def test_what_cannot_be_done_is_refused_with_the_operation(document, operation, member):
    with pytest.raises(Invalid) as refusal:
        patched(document, f'[{{"op":"add","path":"","value":{document}}}, {operation}]')

    assert refusal.value.details[0]["pointer"] == (f"/1/{member}" if member else "/1")


SAME = [
    ("1.0", "1"),
    ("1", "1e0"),
    ("100", "1E2"),
    ("-0", "0.00"),
    ("12345678901234567890", "12345678901234567890.0"),
    ("0.1", "0.10"),
    ('{"a":1,"b":[2.0]}', '{"b":[2],"a":1.0}'),
    ('"é"', '"\\u00e9"'),
    ("true", "true"),
    ("null", "null"),
    ("[]", "[ ]"),
]
DIFFERENT = [
    ("12345678901234567890", "12345678901234567891"),
    ("0.1", "0.1000000000000000055511151231257827"),
    ("1", '"1"'),
    ("1", "true"),
    ("0", "false"),
    ("0", "null"),
    ("null", "false"),
    ('""', "null"),
    ("[]", "{}"),
    ("[1,2]", "[2,1]"),
    ("[1]", "[1,1]"),
    ('{"a":1}', '{"a":1,"b":null}'),
    ('"\\u00e9"', '"e\\u0301"'),
]


@pytest.mark.parametrize(("stands", "value"), SAME)
def test_a_test_compares_numbers_by_their_value(stands, value):
    patched(f'{{"a":{stands}}}', f'[{{"op":"test","path":"/a","value":{value}}}]')


@pytest.mark.parametrize(("stands", "value"), DIFFERENT)
def test_a_test_fails_by_type_and_by_the_last_digit(stands, value):
    with pytest.raises(Conflict) as refusal:
        patched(f'{{"a":{stands}}}', f'[{{"op":"test","path":"/a","value":{value}}}]')

    assert refusal.value.status == 409
    assert refusal.value.details[0]["pointer"] == "/0/value"


def test_a_test_of_what_is_not_there_fails_as_a_test():
    with pytest.raises(Conflict) as refusal:
        patched("{}", '[{"op":"test","path":"/a","value":null}]')

    assert refusal.value.details[0]["pointer"] == "/0/path"


@pytest.mark.parametrize("patch", ["{}", '"x"', "null", "5"])
def test_a_patch_is_a_list(patch):
    with pytest.raises(Invalid):
        patched("{}", patch)


def test_a_thousand_operations_are_taken_and_no_more():
    one = {"op": "add", "path": "/a", "value": 1}

    assert patched("{}", json.dumps([one] * 1000)) == '{"a": 1}'
    with pytest.raises(Invalid) as refusal:
        patched("{}", json.dumps([one] * 1001))
    assert refusal.value.details == [{"pointer": "", "reason": "more than 1000 operations"}]


def test_copies_that_double_are_stopped_before_they_are_made():
    doubling = json.dumps([{"op": "copy", "from": "/a", "path": "/a/-"}] * 60)

    with pytest.raises(Invalid) as refusal:
        patched('{"a":[1]}', doubling)

    assert refusal.value.details[0]["pointer"] == "/8/from"


def test_a_long_text_is_not_copied_without_end():
    document = json.dumps({"a": "x" * 600})
    copies = [{"op": "copy", "from": "/a", "path": f"/b{n}"} for n in range(20)]

    with pytest.raises(Invalid) as refusal:
        patched(document, json.dumps(copies))

    assert refusal.value.details[0]["pointer"] == "/16/from"


@pytest.mark.parametrize(
    ("patch", "sections"),
    [
        ('[{"op":"add","path":"/b/c","value":1},{"op":"move","from":"/a/0","path":"/c"}]', ["a", "b", "c"]),
        ('[{"op":"copy","from":"/a","path":"/b"},{"op":"test","path":"/d","value":1}]', ["a", "b", "d"]),
        ('[{"op":"add","path":"/","value":1}]', [""]),
        ('[{"op":"add","path":"/a","value":1},{"op":"test","path":"","value":{}}]', None),
        ('[{"op":"copy","from":"","path":"/b"}]', None),
        ("[]", []),
    ],
)
def test_only_the_touched_sections_are_asked_for(patch, sections):
    assert operations.touched(operations.read(exact.read(patch))) == sections


def test_random_operations_never_break_what_they_cannot_do():
    import random

    chance = random.Random(7)
    steps = ["a", "b", "0", "1", "-", "", "~0", "~1"]

    def pointer():
        return "".join(f"/{chance.choice(steps)}" for _ in range(chance.randrange(4)))

    def value():
        return chance.choice([1, 1.5, "x", None, True, [], {}, [1, {"a": 2}], {"a": [1, 2], "b": {"": 1}}])

    for _ in range(2000):
        document = json.dumps({"a": value(), "b": value(), "": value()})
        patch = [
            {"op": chance.choice(["add", "remove", "replace", "move", "copy", "test"]), "path": pointer()}
            | {"from": pointer(), "value": value()}
            for _ in range(chance.randrange(6))
        ]
        try:
            json.loads(patched(document, json.dumps(patch)))
        except Refused as refusal:
            number = int(refusal.details[0]["pointer"].split("/")[1])
            # All before it can be done, so the refusal names the first that cannot.
            patched(document, json.dumps(patch[:number]))
