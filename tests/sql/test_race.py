"""Many hands at once, each on a connection of its own."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest

from tests.sql.callers import DANA, SERVICE, STAFF, Desk
from tests.sql.test_insert import ui_save

SAVES = 25


def at_once(database, callers, work):
    """Run work(desk, number) for each caller in its own thread and connection, all let go at the same moment."""
    start = Barrier(len(callers))

    def one(number, caller):
        desk = Desk(database, caller)
        try:
            start.wait(timeout=30)
            return work(desk, number)
        finally:
            desk.connection.close()

    with ThreadPoolExecutor(len(callers)) as pool:
        return list(pool.map(one, range(len(callers)), callers))


def outcome(call):
    """What a call answered, or the sqlstate it was refused with."""
    try:
        return call()
    except psycopg.Error as exc:
        return exc.sqlstate


def assert_sound(desk, plate):
    """Versions of a plate are contiguous, and each of its cases has one current version, its newest."""
    rows = desk.ask(
        "select case_id, version, is_current from public.case_helper where plate = %s order by version", plate
    )
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    newest = {row["case_id"]: row["version"] for row in rows}
    assert {row["case_id"]: row["version"] for row in rows if row["is_current"]} == newest
    assert sum(row["is_current"] for row in rows) == len(newest)
    told = desk.ask("select id, current_version from public.cases where plate = %s", plate)
    assert {row["id"]: row["current_version"] for row in told} == newest


def test_twenty_who_open_one_plate_make_one_case(database, dana, plate):
    answers = at_once(database, [DANA] * 20, lambda desk, n: outcome(lambda: desk.open(plate, f'{{"by": {n}}}')))

    assert sorted(str(a) if isinstance(a, str) else "opened" for a in answers) == ["PT409"] * 19 + ["opened"]
    assert dana.value("select count(*) from public.cases where plate = %s", plate) == 1
    assert_sound(dana, plate)


def test_twenty_who_save_one_version_have_one_winner(database, dana, plate, case):
    def save(desk, n):
        return outcome(lambda: desk.save(case["case_id"], f'{{"by": {n}}}', 1))

    answers = at_once(database, [DANA] * 20, save)

    [winner] = [answer for answer in answers if not isinstance(answer, str)]
    assert [answer for answer in answers if isinstance(answer, str)] == ["PT409"] * 19
    assert winner["version"] == 2
    assert_sound(dana, plate)


def test_the_same_content_twenty_times_at_once_is_one_version(database, dana, plate, case):
    answers = at_once(database, [DANA] * 20, lambda desk, n: outcome(lambda: desk.save(case["case_id"], '{"n": 2}', 1)))

    assert len([answer for answer in answers if not isinstance(answer, str)]) == 1
    assert len(dana.versions(case["case_id"])) == 2
    assert_sound(dana, plate)


@pytest.mark.parametrize("tabs", [2, 8])
def test_two_tabs_of_the_existing_ui_lose_nothing(database, dana, plate, case, tabs):
    def save_five(desk, tab):
        return [ui_save(desk, case["case_id"], plate, f'{{"tab": {tab}, "n": {n}}}') for n in range(5)]

    saved = [row for rows in at_once(database, [DANA] * tabs, save_five) for row in rows]

    assert len(dana.versions(case["case_id"])) == 1 + 5 * tabs
    assert sorted(row["version"] for row in saved) == list(range(2, 2 + 5 * tabs))
    assert_sound(dana, plate)


def test_a_plate_is_opened_anew_while_its_old_case_is_saved(database, dana, plate, case):
    dana.ask("update public.cases set status = 'CLOSED' where id = %s", case["case_id"])

    def work(desk, n):
        if n % 2:
            return outcome(lambda: desk.open(plate, f'{{"by": {n}}}'))
        return [desk.insert(case["case_id"], f'{{"by": {n}, "i": {i}}}')["version"] for i in range(5)]

    at_once(database, [DANA] * 10, work)

    assert dana.value("select count(*) from public.cases where plate = %s", plate) == 2
    assert len(dana.ask("select 1 from public.case_helper where plate = %s", plate)) == 1 + 25 + 1
    assert_sound(dana, plate)


def test_sixteen_writers_lose_no_save(database, dana, plate, case):
    """Four cases, two of them of one plate; every writer until 25 of its saves are acknowledged, by save or restore."""
    dana.ask("update public.cases set status = 'CLOSED' where id = %s", case["case_id"])
    others = [str(int(plate[:7]) + step) for step in (1, 2)]
    cases = [case["case_id"], dana.open(plate)["case_id"], *(dana.open(other)["case_id"] for other in others)]
    callers = [DANA] * 12 + [STAFF, STAFF, SERVICE, SERVICE]
    refusals: list[tuple[str, bool]] = []

    def write(desk, writer):
        case_id, acknowledged = cases[writer % 4], {}
        while len(acknowledged) < SAVES:
            known = desk.value("select current_version from public.cases where id = %s", case_id)
            text = json.dumps({"writer": writer, "n": len(acknowledged), "price": "1.10", "דגם": random.random()})
            is_restore = len(acknowledged) % 10 == 9
            try:
                saved = desk.restore(case_id, known, known) if is_restore else desk.save(case_id, text, known)
            except psycopg.Error as exc:
                refusals.append((exc.sqlstate, json.loads(exc.diag.message_detail)["current_version"] > known))
                continue
            acknowledged[saved["version"]] = json.dumps(saved["helper_json"]) if is_restore else text
        return case_id, acknowledged

    answers = at_once(database, callers, write)

    assert set(refusals) <= {("PT409", True)}
    for case_id in cases:
        documents = [(v, text) for of, some in answers if of == case_id for v, text in some.items()]
        stored = {row["version"]: row["helper"] for row in dana.versions(case_id)}
        assert len(documents) == len({version for version, _ in documents}) == len(stored) - 1 == 4 * SAVES
        for version, text in documents:
            assert dana.value("select %s::jsonb::text", text) == stored[version]
    for one in (plate, *others):
        assert_sound(dana, one)


def test_a_screen_that_updates_all_cases_of_a_plate_and_saves_do_not_deadlock(database, dana, plate, case):
    dana.ask("update public.cases set status = 'CLOSED' where id = %s", case["case_id"])
    both = [case["case_id"], dana.open(plate)["case_id"]]

    def work(desk, n):
        def once(i):
            if n == 0:
                return desk.changed("update public.cases set owner_name = %s where plate = %s", str(i), plate)
            return desk.insert(both[n % 2], f'{{"by": {n}, "i": {i}}}')["version"]

        return [outcome(lambda i=i: once(i)) for i in range(30)]

    outcomes = [one for some in at_once(database, [DANA] * 6, work) for one in some]

    assert {one for one in outcomes if isinstance(one, str)} == set()
    assert_sound(dana, plate)
