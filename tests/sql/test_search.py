"""What a case is found by, and that it never lies behind what was saved."""

import json

import pytest

from tests.sql import callers
from tests.sql.callers import Desk

_FIND = "select plate from public.cases_search(p_query => %s)"


def found(desk: Desk, text: str) -> list[str]:
    return [row["plate"] for row in desk.ask(_FIND, text)]


def helper(**sections) -> str:
    return json.dumps(sections, ensure_ascii=False)


FULL = helper(
    stakeholders={
        "owner": {"name": "רונית שלום", "phone": "+972-54-765-4321"},
        "garage": {"name": "מוסך הצפון"},
        "insurance": {"company": "הפניקס", "claim_number": "55-1-2", "agent": {"name": "Zelda Grin"}},
    },
    vehicle={"manufacturer": "סיטרואן", "model": "C3", "year": "07/2019"},
    case_info={"inspection_date": "2026-03-05", "damage_date": "01/03/2026"},
    centers=[
        {
            "Description": "שפשוף עמוק בסף",
            "Repairs": {"repairs": [{"name": "יישור קורה"}]},
            "Parts": {"parts_required": [{"name": "ג'אנט מגנזיום", "pcode": "QX-77100"}]},
        }
    ],
    expertise={"summary": {"notes": "הרכב נגרר לְמִגְרָשׁ"}},
)


@pytest.mark.parametrize(
    "text",
    [
        "רונית", "שלום רונית", "שלומ", "רוני", "לרונית", "רוניט", "רונת", "הרונית",
        "0547654321", "054-7654321", "+972 54 7654321", "972547654321", "547654321", "054 765",
        "סיטרואן c3", "C3 סיטרואן", "2019 סיטרואן", "סיטרואנ", "הצפון", "צפון", "zelda", "Zelad", "הפניקס", "פניקס",
        "55-1-2", "5512", "שפשוף", "בסף", "סף", "שפשוף קורה", "קורה, יישור!", "גאנט", "ג׳אנט",
        'ג"אנט', "qx77100", "QX-77100",
        "מגרש", "מִגְרָשׁ", "למגרש נגרר", "רונית QX-77100 2019",
    ],
)  # fmt: skip
def test_a_case_is_found_by_what_people_type(dana, plate, text):
    dana.open(plate, FULL)

    assert plate in found(dana, text)


@pytest.mark.parametrize(
    "text", ["אקסילופון", "רונית אקסילופון", "רוניתוש", "100%", "___", "' or 1=1 --", "\\", "!!!", "0541"]
)
def test_what_is_not_there_finds_nothing(dana, plate, text):
    dana.open(plate, FULL)

    assert plate not in found(dana, text)


def test_a_plate_is_found_in_any_spelling_and_from_any_digit(dana, owner):
    dana.open("87654329", "{}")

    for text in ("87654329", "876-54-329", "876 54 329", "8765", "87", "54329", "YC-87654329"):
        assert "87654329" in found(dana, text), text
    assert found(dana, "87654329")[0] == "87654329"


def test_every_door_that_saves_is_searched_at_once(dana, service, plate):
    case_id = dana.open(plate, "{}")["case_id"]
    doors = [
        lambda word: dana.save(case_id, helper(vehicle={"model": word}), dana.versions(case_id)[-1]["version"]),
        lambda word: dana.insert(case_id, helper(vehicle={"model": word})),
        lambda word: service.insert(case_id, helper(centers=[{"Location": word}])),
    ]
    for number, save in enumerate(doors):
        save(f"דלתותיים{number}אבג")
        assert found(dana, f"דלתותיים{number}אבג") == [plate]
    dana.restore(case_id, 2, dana.versions(case_id)[-1]["version"])
    assert found(dana, "דלתותיים0אבג") == [plate]
    assert found(dana, "דלתותיים2אבג") == []


def test_a_change_of_the_case_is_searched_at_once(dana, plate):
    case_id = dana.open(plate, "{}")["case_id"]

    dana.ask("update public.cases set owner_name = 'גברת טרנטינו', status = 'CLOSED' where id = %s", case_id)

    row = dana.one("select is_open from public.case_search_index where case_id = %s", case_id)
    assert (found(dana, "טרנטינו"), row["is_open"]) == ([plate], False)


def test_exact_words_come_before_near_ones_open_before_closed_and_the_newest_first(dana):
    near, closed, old, new = ("3100001", "3100002", "3100003", "3100004")
    dana.open(near, helper(vehicle={"model": "קוזמינית"}))
    for one in (closed, old, new):
        dana.open(one, helper(vehicle={"model": "קוזמיניט"}))
    dana.ask("update public.cases set status = 'ARCHIVED' where plate = %s", closed)

    assert found(dana, "קוזמיניט") == [new, old, closed, near]


def test_filters_narrow_by_status_person_and_days(dana, plate):
    case_id = dana.open(plate, FULL)["case_id"]
    dana.ask("update public.cases set assigned_to = %s where id = %s", callers.cast.DANA.user_id, case_id)
    ask = "select count(*) from public.cases_search(p_plate => %s, {})"

    for inside in (
        "p_status => '{OPEN,CLOSED}'", "p_inspected_from => '2026-03-05', p_inspected_to => '2026-03-05'",
        "p_damaged_from => '2026-03-01', p_damaged_to => '2026-03-01'", "p_owner => 'רוניט'", "p_owner => 'שלום'",
        "p_opened_from => (now() at time zone 'Asia/Jerusalem')::date",
        "p_opened_to => (now() at time zone 'Asia/Jerusalem')::date",
        f"p_assigned_to => '{callers.cast.DANA.user_id}'", "p_updated_since => now() - interval '1 hour'",
        "p_query => 'סיטרואן'",
    ):  # fmt: skip
        assert dana.value(ask.format(inside), plate) == 1, inside
    for outside in (
        "p_status => '{CLOSED}'", "p_inspected_to => '2026-03-04'", "p_damaged_from => '2026-03-02'",
        "p_owner => 'סיטרואן'",
        "p_opened_to => '2020-01-01'", "p_updated_since => now() + interval '1 hour'", "p_query => 'סובארו'",
        "p_assigned_to => gen_random_uuid()",
    ):  # fmt: skip
        assert dana.value(ask.format(outside), plate) == 0, outside


@pytest.mark.parametrize(
    "odd",
    [
        '{"stakeholders": [], "vehicle": "x", "centers": 5, "case_info": null, "expertise": [[]]}',
        '{"stakeholders": {"owner": {"name": {"first": "א"}, "phone": 501234567}}, "vehicle": {"year": 2020.50}}',
        '{"case_info": {"inspection_date": "2026-02-31", "damage_date": "99/99/2026"}}',
        '{"case_info": {"inspection_date": 20260101, "damage_date": "0000-00-00"}, "car_details": {"owner": ["א"]}}',
        '{"centers": {"0": {"Description": "x"}}, "invoices": "none", "": {"": 1}, "__proto__": {"a": 1}}',
        '{"centers": [[["x"]], null, 1e400, {"Description": {"a": [1]}}]}',
        json.dumps(
            {"centers": [{"Description": "א" * 100_000, "Works": {"works": [{"comments": "'\\:*&|!<->()"}]}}] * 50}
        ),
        json.dumps({"centers": [{"Location": f"מקום-{n}/{n}.{n}"} for n in range(3000)]}),
        json.dumps({"vehicle": {"model": "\u202e\u0001\uffff😀" * 200, "manufacturer": "\\'\"%_" * 50}}),
    ],
)
def test_no_helper_is_too_odd_to_be_saved_or_too_long_to_be_searched(dana, plate, odd):
    dana.open(plate, odd)

    row = dana.one(
        "select length(s.words) as words, length(free_text) as letters from public.case_search_index s"
        " join public.cases c on c.id = s.case_id where c.plate = %s", plate,
    )  # fmt: skip
    assert plate in found(dana, plate)
    assert row["words"] < 1500
    assert row["letters"] <= 3000


def test_what_changes_nothing_that_is_searched_writes_no_search_row(dana, owner, plate):
    case_id = dana.open(plate, FULL)["case_id"]
    where = "select ctid::text from public.case_search_index where case_id = %s"
    before = owner.value(where, case_id)

    dana.save(
        case_id,
        json.dumps({**json.loads(FULL), "meta": {"n": 2}}, ensure_ascii=False),
        dana.versions(case_id)[-1]["version"],
    )

    assert owner.value(where, case_id) == before


def test_another_office_finds_nothing(dana, tamar, desk, plate):
    case_id = dana.open(plate, FULL)["case_id"]
    office = callers.cast.NORTH.id

    assert plate not in found(tamar, "רונית")
    assert plate not in found(tamar, plate)
    assert tamar.ask("select * from public.cases_search(p_plate => %s, p_org_id => %s)", plate, office) == []
    assert tamar.ask("select private.case_search(%s)", json.dumps({"q": plate})) == []
    assert tamar.value("select private.case_search_count(%s)", json.dumps({"q": plate})) == 0
    assert tamar.ask("select * from private.search_found_words(array[%s]::uuid[], 'רונית')", case_id) == []
    assert desk(callers.SUSPENDED).ask(_FIND, plate) == []
    assert plate in found(desk(callers.SERVICE), plate)
    for nobody in (callers.ANON, callers.BARE):
        with callers.refused("42501"):
            desk(nobody).ask(_FIND, plate)


def test_the_index_of_words_is_used_for_the_caller(dana, owner):
    """A row policy would keep the index from being used: as the caller, the words would be compared row by row."""
    used = "select coalesce(idx_scan, 0) from pg_stat_user_indexes where indexrelname = 'case_search_index_words'"
    owner.ask("select pg_stat_force_next_flush()")
    before = owner.value(used)

    found(dana, "אקסילופון סקסופון")
    dana.ask("select pg_stat_force_next_flush()")

    owner.ask("select pg_stat_clear_snapshot()")
    assert owner.value(used) > before


def test_a_word_is_asked_for_in_whole_and_as_a_beginning_also_of_a_code(dana, plate):
    dana.open(plate, helper(vehicle={"model": "קשקשון", "trim": "Zqcode77X"}, case_info={"notes": "זקנתוש"}))

    for text in ("קשקשון", "קשקש", "לקשקשון", "קשקשן", "zqcode", "zqcode7", "zqco", "Zqcode77x", "זקנת", "zqcode קשקש"):
        assert plate in found(dana, text), text
    for text in ("קשקשונים", "zqcode8", "zqcodex", "קשקש אקסילופון"):
        assert plate not in found(dana, text), text


def test_a_number_of_several_parts_is_found_by_all_of_them(dana, plate):
    dana.open(plate, helper(stakeholders={"insurance": {"claim_number": "2024-7654987"}}))

    for text in ("2024-7654987", "20247654987", "7654987", "2024 7654987", "2024/76549"):
        assert plate in found(dana, text), text
    for text in ("2023-7654987", "2024-7654986", "2024-654987"):
        assert plate not in found(dana, text), text


def test_a_new_word_is_learned_once_and_only_when_it_is_new(dana, owner, plate):
    known = "select count(*) from private.search_lexicon where word like 'שמלוליק%%'"
    case_id = dana.open(plate, helper(vehicle={"model": "שמלוליק"}))["case_id"]
    dana.open("3200001", helper(vehicle={"model": "שמלוליק"}))
    dana.save(case_id, helper(vehicle={"model": "שמלוליק"}, meta={"n": 2}), dana.versions(case_id)[-1]["version"])

    assert owner.value(known) == 1


def test_a_count_stops_where_it_is_told(dana):
    for text in ("3300001", "3300002", "3300003"):
        dana.open(text, helper(vehicle={"model": "שלושתונים"}))
    count = "select private.case_search_count(%s, {})"

    for asked in ({"q": "שלושתונים"}, {"q": "330000"}, {"q": "שלושתונימ", "order": ["plate"]}):
        assert dana.value(count.format("null"), json.dumps(asked)) == 3, asked
        assert dana.value(count.format("2"), json.dumps(asked)) == 2, asked
    assert dana.value(count.format("2"), "{}") == 2
