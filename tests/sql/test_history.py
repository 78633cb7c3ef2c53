"""Reading history and bringing parts back, where the rules live."""

import json

import pytest

from tests.sql.callers import details, refused

RESTORE = """select * from public.case_helper_restore(%s, %s, %s, p_sections => %s::text[], p_mode => %s)"""


@pytest.fixture
def story(dana, plate):
    """A case whose second version lost one section, emptied another, and changed a digit of a third."""
    case = dana.open(plate, '{"a": {"x": 1.10, "y": "old"}, "b": [1], "c": {"k": "v"}, "z": 0}')
    dana.save(case["case_id"], '{"a": {"x": 1.1, "y": ""}, "c": {}, "d": 1, "z": 0}', 1)
    return case["case_id"]


def helper(desk, case_id):
    return desk.versions(case_id)[-1]["helper"]


def test_one_section_comes_back_and_the_others_stay(dana, story):
    restored = dana.one(RESTORE, story, 1, 2, ["a"], None)

    assert (restored["version"], restored["restored_from"], restored["changed_sections"]) == (3, 1, ["a"])
    assert helper(dana, story) == '{"a": {"x": 1.10, "y": "old"}, "c": {}, "d": 1, "z": 0}'


def test_a_section_that_was_not_there_goes(dana, story):
    dana.one(RESTORE, story, 1, 2, ["b", "d"], None)

    assert json.loads(helper(dana, story)).keys() == {"a", "b", "c", "z"}


def test_only_what_is_empty_is_filled(dana, story):
    dana.one(RESTORE, story, 1, 2, None, "fill_missing")

    # A digit that differs is said already; d stays, though the old version never had it.
    assert helper(dana, story) == '{"a": {"x": 1.1, "y": "old"}, "b": [1], "c": {"k": "v"}, "d": 1, "z": 0}'


def test_only_one_section_is_filled(dana, story):
    dana.one(RESTORE, story, 1, 2, ["c"], "fill_missing")

    assert helper(dana, story) == '{"a": {"x": 1.1, "y": ""}, "c": {"k": "v"}, "d": 1, "z": 0}'


@pytest.mark.parametrize(("sections", "mode"), [(["z"], None), (["z"], "fill_missing"), (["d"], "fill_missing")])
def test_what_would_change_nothing_makes_no_version(dana, story, sections, mode):
    restored = dana.one(RESTORE, story, 1, 2, sections, mode)

    assert restored["version"] == 2
    assert len(dana.versions(story)) == 2


@pytest.mark.parametrize(
    ("sections", "mode", "pointer"),
    [(["a", "q"], None, "/sections"), (None, "sideways", "/mode"), (["a"], "", "/mode")],
)
def test_what_is_not_there_is_refused(dana, story, sections, mode, pointer):
    with refused("PT422") as told:
        dana.one(RESTORE, story, 1, 2, sections, mode)

    assert details(told)["pointer"] == pointer
    assert len(dana.versions(story)) == 2


@pytest.mark.parametrize("nothing", ["null", '""', '"  "', "[]", "{}"])
def test_what_a_person_calls_empty_is_filled(dana, nothing):
    assert (
        dana.value("select private.json_fill(%s::jsonb, '{\"a\": 1.10}')::text", f'{{"a": {nothing}}}') == '{"a": 1.10}'
    )


@pytest.mark.parametrize("said", ["0", "false", '"-"', '"אין מידע"', "[null]", '{"k": null}'])
def test_what_is_said_stays(dana, said):
    filled = dana.value("select private.json_fill(%s::jsonb, '{\"a\": [1]}')::text", f'{{"a": {said}}}')
    assert filled == f'{{"a": {said}}}'


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (["a", "0", "b"], "1.10"),
        (["a", {"name": "Id", "value": "x"}, "b"], "2"),
        (["a", {"name": "n", "value": 7}, "b"], "3"),
        (["a.b", "", "~1"], "true"),
        ([], '{"a": [{"b": 1.10}, {"b": 2, "Id": "x"}, {"b": 3, "n": 7}, "x"], "a.b": {"": {"~1": true}}}'),
        (["a", "00"], None),
        (["a", "4"], None),
        (["a", "-1"], None),
        (["a", "99999999999"], None),
        (["a", {"name": "Id", "value": "y"}], None),
        (["a.b", {"name": "Id", "value": "x"}], None),
        (["a", "0", "b", "c"], None),
    ],
)
def test_a_place_is_found_by_key_by_place_or_by_identity(dana, steps, found):
    document = '{"a": [{"b": 1.10}, {"b": 2, "Id": "x"}, {"b": 3, "n": 7}, "x"], "a.b": {"": {"~1": true}}}'
    assert dana.value("select private.json_at(%s::jsonb, %s::jsonb)::text", document, json.dumps(steps)) == found


@pytest.fixture
def long_story(dana, plate):
    """Seven versions; one value comes, stays, changes by a digit, goes and comes again."""
    case = dana.open(plate, '{"n": 1}')["case_id"]
    texts = ['{"v": "א ב", "n": 2}', '{"v": "א ב", "n": 3}', '{"v": "א ב\\"ג"}', '{"n": 5}', '{"n": 6}', '{"v": "A ב"}']
    for version, text in enumerate(texts, 1):
        dana.save(case, text, version)
    return case


def test_a_field_is_told_value_by_value(dana, long_story):
    told = dana.ask(
        "select version, until_version, is_there, value from private.field_history(%s, '[\"v\"]')", long_story
    )

    assert [tuple(row.values()) for row in told] == [
        (2, 3, True, "א ב"),
        (4, 4, True, 'א ב"ג'),
        (5, 6, False, None),
        (7, 7, True, "A ב"),
    ]


def test_a_field_that_never_was_has_no_history(dana, long_story):
    assert dana.ask("select * from private.field_history(%s, '[\"q\"]')", long_story) == []


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("א ב", [(2, 4, True), (5, 7, False)]),
        ('ב"ג', [(4, 4, True), (5, 7, False)]),
        ("a ב", [(7, 7, True)]),
        ("%", []),
    ],
)
def test_a_text_is_told_from_when_until_when(dana, long_story, text, spans):
    told = dana.ask("select version, until_version, holds from private.text_history(%s, %s)", long_story, text)

    assert [tuple(row.values()) for row in told] == spans


def test_what_differs_comes_as_text_and_the_rest_by_name(dana, story):
    told = dana.one("select * from private.helper_difference(%s, 1, 2)", story)

    assert told == {
        "before": '{"a": {"x": 1.10, "y": "old"}, "b": [1], "c": {"k": "v"}}',
        "after": '{"a": {"x": 1.1, "y": ""}, "c": {}, "d": 1}',
        "changed": ["a", "b", "c", "d"],
        "unchanged": ["z"],
    }


def test_from_nothing_everything_was_added(dana, story):
    told = dana.one("select * from private.helper_difference(%s, null, 1)", story)

    assert (told["before"], told["changed"]) == ("{}", ["a", "b", "c", "z"])


def test_a_version_that_is_not_there_has_no_difference(dana, story):
    assert dana.ask("select * from private.helper_difference(%s, 3, 2)", story) == []
    assert dana.ask("select * from private.helper_difference(%s, 1, 9)", story) == []


def test_a_first_version_counts_its_sections_and_the_rest_waits(dana, story):
    counts = dana.ask("select changes, folded from public.case_helper where case_id = %s order by version", story)

    assert [tuple(row.values()) for row in counts] == [(4, False), (None, False)]


def test_nobody_brings_marks_along(dana, story):
    made = dana.insert(story, '{"n": 1}', changes=77, folded=True)

    assert (made["changes"], made["folded"]) == (None, False)


def test_a_count_is_kept_once_and_only_for_the_own_office(dana, tamar, story):
    pk = dana.value("select id from public.case_helper where case_id = %s and version = 2", story)
    tamar.ask("select private.changes_counted(%s, 66)", pk)
    dana.ask("select private.changes_counted(%s, 5)", pk)
    dana.ask("select private.changes_counted(%s, 6)", pk)

    assert dana.value("select changes from public.case_helper where id = %s", pk) == 5


FOLD = "select * from private.versions_fold('{autosave}', now() + interval '1 hour', 3, %s)"


def saves(desk, plate, triggers):
    case = desk.open(plate, "{}")["case_id"]
    for version, trigger in enumerate(triggers, 1):
        desk.save(
            case,
            f'{{"n": {version}}}',
            version,
            trigger=trigger.strip("!"),
            label="לפני שינוי" if "!" in trigger else None,
        )
    return case


def folded(desk, case):
    return [
        row["version"]
        for row in desk.ask("select version from public.case_helper where case_id = %s and folded order by 1", case)
    ]


def test_runs_of_automatic_saves_are_folded_and_unfolded(dana, plate):
    # Versions 2 to 11; version 1 opened the case.
    case = saves(dana, plate, ["autosave"] * 3 + ["manual"] + ["autosave"] * 2 + ["logout"] + ["autosave"] * 3)

    told = dana.ask(FOLD, case)

    # The last run ends in the current version, which stands for itself, so two are too few.
    assert [tuple(row.values())[1] for row in told] == [3]
    assert folded(dana, case) == [2, 3, 4]
    assert dana.ask(FOLD, case) == []
    assert dana.value("select private.versions_unfold(%s)", case) == 3
    assert folded(dana, case) == []
    assert len(dana.versions(case)) == 11


def test_a_save_with_a_word_of_its_own_is_never_folded(dana, plate):
    case = saves(dana, plate, ["autosave"] * 2 + ["autosave!"] + ["autosave"] * 3)

    dana.ask(FOLD, case)

    assert folded(dana, case) == []


def test_another_office_folds_nothing_of_ours(dana, tamar, plate):
    case = saves(dana, plate, ["autosave"] * 5)

    assert tamar.ask(FOLD, case) == []
    assert tamar.value("select private.versions_unfold(%s)", case) == 0
    assert folded(dana, case) == []


def test_two_saves_meet_section_by_section(dana, plate):
    case = dana.open(plate, '{"a": 1, "b": 1, "c": 1.10, "d": 1}')["case_id"]
    dana.save(case, '{"a": 2, "b": 1, "c": 2, "e": 1, "d": 1}', 1)
    mine = '{"a": 1, "b": 3, "c": 1.1}'

    met = dana.one("select * from private.helper_meeting(%s, 1, 2, %s::jsonb)", case, mine)

    assert met == {
        "only_mine": ["b", "d"],
        "only_theirs": ["a", "e"],
        "shared": ["c"],
        "base": '{"c": 1.10}',
        "theirs": '{"c": 2}',
        "mine": '{"c": 1.1}',
    }
    saved = dana.one(
        "select * from private.case_helper_save_merged(%s, %s::jsonb, 2, %s, %s, %s::jsonb)",
        case, mine, met["only_mine"], met["shared"], '{"c": 9.90}',
    )  # fmt: skip
    assert saved["version"] == 3
    assert helper(dana, case) == '{"a": 2, "b": 3, "c": 9.90, "e": 1}'


def test_a_meeting_that_came_late_is_refused(dana, plate):
    case = dana.open(plate, '{"a": 1}')["case_id"]
    dana.save(case, '{"a": 2}', 1)

    with refused("PT409"):
        dana.one("select * from private.case_helper_save_merged(%s, '{}'::jsonb, 1, '{}', '{}', '{}'::jsonb)", case)
