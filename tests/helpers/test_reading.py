"""A comparison as people read it: which words, in which order, and how much of each value."""

import copy
import json
import time
from pathlib import Path

import pytest
from django.utils import translation

from core import exact
from helpers import diff, reading, saying
from helpers.diff import Kind
from helpers.history import Comparison
from helpers.saying import difference

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


@pytest.fixture(autouse=True)
def in_hebrew():
    with translation.override("he"):
        yield


def compared(before, after):
    """The comparison of two documents, as Postgres would hand it over; numbers may stand as JSON text."""
    texts = [side if isinstance(side, str) else json.dumps(side, ensure_ascii=False) for side in (before, after)]
    old, new = map(exact.read, texts)
    changed = [key for key in {**old, **new} if old.get(key, ...) != new.get(key, ...)]
    kept = [{key: side[key] for key in changed if key in side} for side in (old, new)]
    return Comparison(*kept, changed, [key for key in new if key not in changed])


def rows(before, after):
    """Every row that people see, and the quiet ones."""
    found = reading.read(compared(before, after)).sections
    return [row for part in found for group in [*part.groups, *part.quiet] for row in group.rows]


def row(before, after):
    (only,) = rows(before, after)
    return only


def test_a_change_has_its_label_its_pointer_and_both_values():
    found = row({"valuation": {"final_price": "₪ 78,000"}}, {"valuation": {"final_price": "₪ 82,000"}})

    assert (found.kind, found.pointer) == (Kind.CHANGED, "/valuation/final_price")
    assert (found.before.start, found.after.start) == ("₪ 78,000", "₪ 82,000")
    assert (found.label.is_code, found.difference) == (False, "+4,000")


def test_changes_stand_under_the_place_they_share():
    center = {"Id": "dc_1", "Damage center Number": "1", "Location": "צד ימין"}
    center["Parts"] = {"parts_required": [{"row_uuid": "a", "name": "צלע גג", "price": 1, "quantity": 1}]}
    after = copy.deepcopy(center)
    after["Parts"]["parts_required"][0] |= {"price": 2, "quantity": 2}

    (part,) = reading.read(compared({"centers": [center]}, {"centers": [after]})).sections

    (group,) = part.groups
    assert [step.words for step in group.trail] == ["מוקד 1 · צד ימין", "חלקים", "חלקים נדרשים", "צלע גג"]
    assert [row.pointer for row in group.rows] == [
        "/centers/0/Parts/parts_required/0/price",
        "/centers/0/Parts/parts_required/0/quantity",
    ]


def test_what_is_gone_stands_with_what_came_to_the_same_place_though_its_row_has_moved():
    one, two = ({"Id": f"dc_{n}", "Damage center Number": str(n), "works": [{"id": f"w{n}"}]} for n in (1, 2))
    changed = copy.deepcopy(one) | {"works": [{"id": "w9"}]}

    (part,) = reading.read(compared({"centers": [one, two]}, {"centers": [two, changed]})).sections

    together = [[row.kind for row in group.rows] for group in part.groups]
    assert [Kind.REMOVED, Kind.ADDED] in together


def test_rows_of_one_name_are_not_thrown_together():
    before = {"centers": [{"Id": "a", "name": "צלע", "x": [1]}, {"Id": "b", "name": "צלע", "x": [1]}]}
    after = {"centers": [{"Id": "a", "name": "צלע", "x": [2]}, {"Id": "b", "name": "צלע", "x": [2]}]}

    (part,) = reading.read(compared(before, after)).sections

    assert sorted(len(group.rows) for group in part.groups) == [1, 1, 1, 1]


def test_a_moved_row_says_from_where_to_where_as_people_count():
    a, b, c = ({"Id": name, "name": name} for name in "abc")

    found = row({"centers": [a, b, c]}, {"centers": [c, a, b]})

    assert (found.kind, found.places) == (Kind.MOVED, (3, 1))
    assert found.before is found.after is None


@pytest.mark.parametrize("key", ["row_uuid", "supabase_case_id", "last_updated", "created_at", "timestamp"])
def test_ids_and_the_times_of_programs_are_counted_and_kept_out_of_sight(key):
    old, new = "2026-11-22T08:00:00.000Z", "2026-11-22T09:00:00.000Z"
    before, after = {"meta": {"n": "1", key: old}}, {"meta": {"n": "2", key: new}}

    (part,) = reading.read(compared(before, after)).sections

    assert (part.count, part.quiet_count) == (2, 1)
    assert [row.pointer for group in part.groups for row in group.rows] == ["/meta/n"]


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("inspection_date", "2026-09-04T14:51:21.001+02:00", "2026-09-26T10:16:20.001+02:00"),
        ("last_updated", "אתמול", "היום"),
        ("case_id", "YC-12345678-2025", "YC-12345678-2026"),
    ],
)
def test_what_people_want_to_know_is_in_sight(key, old, new):
    (part,) = reading.read(compared({"meta": {key: old}}, {"meta": {key: new}})).sections

    assert not part.quiet


def test_sections_stand_as_people_work_and_the_technical_ones_last():
    before = {key: {"n": 1} for key in ("debug", "zzz", "valuation", "case_info", "system")}
    after = {key: {"n": 2} for key in before}

    found = reading.read(compared(before, after))

    assert [part.key for part in found.plain] == ["case_info", "valuation", "zzz"]
    assert [part.key for part in found.technical] == ["system", "debug"]


def test_a_long_text_is_cut_around_what_changed_and_can_be_opened():
    text = "מילה " * 100
    before, after = f"{text}פגוש קדמי {text}", f"{text}דלת אחורית {text}"

    found = row({"meta": {"notes": before}}, {"meta": {"notes": after}})

    assert (found.before.marked, found.after.marked) == ("פגוש קדמי", "דלת אחורית")
    assert found.after.start.startswith("…")
    assert found.after.end.endswith("…")
    assert len(found.after.start) < 70 > len(found.after.end)
    assert (found.before.whole, found.after.whole, found.is_cut) == (before, after, False)


def test_no_word_is_marked_by_half():
    found = row({"a": {"b": "הרכב נבדק ונמצא תקין לחלוטין"}}, {"a": {"b": "הרכב נבדק ונמצא תקול לחלוטין"}})

    assert (found.before.marked, found.after.marked) == ("תקין", "תקול")


def test_the_pieces_of_a_text_are_the_text():
    before, after = "אחד שניים שלושה ארבעה חמישה", "אחד שניים שלושה שלושה ארבעה חמישה"

    said = saying.Sayer().pair(before, after)

    assert tuple(side.start + side.marked + side.end for side in said) == (before, after)


@pytest.mark.parametrize("value", ["data:image/png;base64," + "A" * 900_000, "<p>חוות דעת</p> " * 20_000])
def test_a_huge_text_is_told_by_its_size_and_never_shown_whole(value):
    found = row({"a": {"b": "x"}}, {"a": {"b": value}})

    assert found.after.size == len(value)
    assert not found.after.whole
    assert found.is_cut
    assert len(found.after.start + found.after.marked + found.after.end) < 400


def test_a_page_opens_only_so_much_text():
    after = {"meta": {f"k{n}": "מילה " * 500 for n in range(300)}}

    opened = sum(len(one.after.whole) for one in rows({"meta": {}}, after))

    assert 100_000 < opened <= 200_000


def test_a_row_that_came_whole_is_one_line_with_its_fields_behind_it():
    part = {"row_uuid": "u1", "name": "צלע גג", "supplier": "ספק דוגמה", "price": 400, "works": [{"a": 1}, {"a": 2}]}

    found = row({"parts": {"rows": [{"row_uuid": "u0"}]}}, {"parts": {"rows": [{"row_uuid": "u0"}, part]}})

    assert "צלע גג" in found.after.start
    assert "400" in found.after.start
    assert "u1" not in [field.value for field in found.after.fields]
    assert [field.value for field in found.after.fields][-1] == "2 שורות"


@pytest.mark.parametrize(
    ("before", "after"),
    [('"כן"', "true"), ('"12"', "12"), ('"אין ערך"', "null"), ('"a"', '"a "'), ('"a\\u200f"', '"a"')],
)
def test_two_values_that_read_alike_are_told_apart(before, after):
    found = row(*('{"a": {"b": ' + value + "}}" for value in (before, after)))

    assert found.before.note
    assert found.after.note
    assert found.before.note != found.after.note


def test_digits_stand_as_they_are_written():
    found = row('{"a": {"b": 9.5}}', '{"a": {"b": 9.50}}')

    assert (found.before.start, found.after.start, found.difference) == ("9.5", "9.50", "")


@pytest.mark.parametrize(
    ("before", "after", "grown"),
    [
        (b"400", b"450.50", "+50.50"),
        (b"-3", b"1200", "+1,203"),
        ("34,970", "8,239.00", "-26,731.00"),
        ("₪ 4,000", "₪ 1", "-3,999"),
        ("9%", "12%", "+3"),
        ("₪ 4,000", "9%", ""),
        ("050", "051", ""),
        ("12345678", "12345679", ""),
        ("2024", "2025", ""),
        (b"1E999999999", b"1", ""),
        (b"1", "1", ""),
        (None, b"1", ""),
        ("תקין", "תקול", ""),
    ],
)
def test_an_amount_says_by_how_much_it_grew(before, after, grown):
    assert difference(before, after) == grown


def test_a_name_of_a_change_is_the_same_every_time_and_no_two_share_one():
    before = json.loads((FIXTURES / "helper_typical.json").read_text())
    after = json.loads((FIXTURES / "helper_full.json").read_text())

    first, again = ([row.anchor for row in rows(before, after)] for _ in range(2))

    assert first == again
    assert len(set(first)) == len(first) > 200


def test_every_change_is_on_the_page_or_counted():
    before = json.loads((FIXTURES / "helper_full.json").read_text())
    after = json.loads((FIXTURES / "helper_large.json").read_text())

    found = reading.read(compared(before, after))

    shown = sum(len(group.rows) for part in found.sections for group in [*part.groups, *part.quiet])
    assert shown <= reading.SHOWN_AT_ONCE < found.total
    assert shown + sum(part.hidden for part in found.sections) == found.total
    assert all(part.groups or part.quiet for part in found.sections)


def test_a_section_is_shown_whole_a_page_at_a_time():
    before = {"a": {f"k{n:04}": n for n in range(1000)}, "b": {"n": 1}}
    after = {"a": {f"k{n:04}": n + 1 for n in range(1000)}, "b": {"n": 2}}

    pages = [reading.read_section(compared(before, after), "a", page) for page in (1, 2, 3, 99)]

    seen = [[row.pointer for part in page.sections for group in part.groups for row in group.rows] for page in pages]
    assert [pointer for page in seen[:3] for pointer in page] == [f"/a/k{n:04}" for n in range(1000)]
    assert (pages[3].page, pages[3].pages, seen[3]) == (3, 3, seen[2])


def test_a_document_with_more_sections_than_a_page_holds_is_cut():
    found = reading.read(compared({}, {f"s{n}": n for n in range(5_000)}))

    assert len(found.sections) == 200
    assert (found.total, found.changed) == (5_000, 5_000)


def test_nothing_changed_is_no_section():
    found = reading.read(compared({"a": 1}, {"a": 1}))

    assert (found.total, found.sections, found.unchanged) == (0, [], ["a"])


def test_a_thousand_changes_are_read_at_once():
    before = {"p": [{"row_uuid": f"u{n}", "name": f"חלק {n}", "price": n} for n in range(1000)]}
    after = {"p": [{**one, "price": one["price"] + 1} for one in before["p"]]}
    asked = compared(before, after)
    assert len(diff.compare(asked.before, asked.after)) == len(asked.changes) == 1000

    start = time.process_time()
    reading.read(asked)

    # About 50 ms; a machine under load is slower, a mistake in the shape of it is slower still.
    assert time.process_time() - start < 0.5
