"""The existing UI saves in three requests of its own; in whatever order those of several tabs fall, nothing is lost."""

import itertools
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cast import DANA, NOAM
from tests.conftest import any_plate
from tests.peers.dialect import fetch, rpc, table

pytestmark = pytest.mark.peers


class Tab:
    """One tab of the UI: it reads the newest version, clears the flag, and inserts what it counted itself."""

    def __init__(self, ask, case_id, who, name):
        self.ask, self.case_id, self.who, self.name = ask, case_id, who, name
        self.counted, self.saved = None, {}

    def requests(self, content):
        yield lambda: self.look()
        yield lambda: self.lower()
        yield lambda: self.insert(content)

    def look(self):
        newest = table("case_helper").select("version").eq("case_id", self.case_id)
        [row] = self.ask(newest.order("version", {"ascending": False}).limit(1), self.who).data
        self.counted = row["version"] + 1

    def lower(self):
        values = {"is_current": False, "updated_by": str(self.who.user_id)}
        told = self.ask(
            table("case_helper").update(values).eq("case_id", self.case_id).eq("is_current", True), self.who
        )
        assert (told.status, told.error) == (204, None)

    def insert(self, content):
        row = {"case_id": self.case_id, "version": self.counted, "is_current": True, "helper_json": content,
               "helper_name": f"x_helper_v{self.counted}", "source": self.name, "sync_status": "synced"}  # fmt: skip
        told = self.ask(table("case_helper").insert(row).select("version, helper_name").single(), self.who)
        assert told.status == 201, told
        self.saved[told.data["version"]] = content

    def save(self, content):
        for request in self.requests(content):
            request()


def orders(*requests_left):
    """Every order in which the tabs' requests can reach the server, as numbers of tabs."""
    every = [number for number, left in enumerate(requests_left) for _ in range(left)]
    return sorted(set(itertools.permutations(every)))


def opened(ask):
    told = ask(rpc("case_open", p_plate=any_plate(), p_helper_json={"by": "opening"}), DANA)
    assert told.status == 200, told
    return told.data["case_id"]


def assert_right(site, case_id, tabs):
    """One current version and it is the newest; numbers without gap or double; every saved content at its number."""
    rows = fetch(site, "select version, is_current, helper_json, helper_name, plate, saved_by from public.case_helper "
                       "where case_id = %s order by version", case_id)  # fmt: skip
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert [row[0] for row in rows if row[1]] == [len(rows)]
    assert [row[3] for row in rows] == [f"{row[4]}_helper_v{row[0]}" for row in rows]
    assert fetch(site, "select current_version from public.cases where id = %s", case_id) == [(len(rows),)]
    told = {1: ({"by": "opening"}, DANA.user_id)}
    for tab in tabs:
        assert not told.keys() & tab.saved.keys()
        told |= {version: (content, tab.who.user_id) for version, content in tab.saved.items()}
    assert {row[0]: (row[2], row[5]) for row in rows} == told


def run(site, ask, order):
    """Two tabs whose requests arrive in this order, looked at after each of them."""
    case_id = opened(ask)
    tabs = [Tab(ask, case_id, DANA, "ui"), Tab(ask, case_id, NOAM, "autosave")]
    left = [tab.requests({"by": tab.name}) for tab in tabs]
    for number in order:
        next(left[number])()
        assert_right(site, case_id, tabs)
    return tabs


def test_two_tabs_end_right_in_every_order_of_their_six_requests(site, ask):
    def both(order):
        first, second = run(site, ask, order)
        return sorted([*first.saved, *second.saved])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(both, orders(3, 3))) == [[2, 3]] * 20


@pytest.mark.parametrize("done", [0, 1, 2, 3])
def test_a_tab_that_dies_after_any_of_its_requests_leaves_a_right_state(site, ask, done):
    def one_dies(order):
        dying, living = run(site, ask, order)
        return len(dying.saved), len(living.saved)

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(one_dies, orders(done, 3))) == {(done // 3, 1)}


@pytest.mark.parametrize("done", [1, 2, 3])
def test_a_tab_that_died_comes_back_and_saves(site, ask, done):
    case_id = opened(ask)
    tab = Tab(ask, case_id, DANA, "ui")
    for request in itertools.islice(tab.requests({"by": "the one that died"}), done):
        request()
    assert_right(site, case_id, [tab])

    back = Tab(ask, case_id, DANA, "ui")
    back.save({"by": "the one that came back"})

    assert_right(site, case_id, [tab, back])


def test_the_same_content_saved_again_is_a_version_without_changes(site, ask):
    case_id = opened(ask)
    tab = Tab(ask, case_id, DANA, "ui")
    for _ in range(3):
        tab.save({"by": "ui", "total": 1.10})

    assert_right(site, case_id, [tab])
    changed = (
        "select version, changed_sections from public.case_helper where case_id = %s order by version desc limit 3"
    )
    assert fetch(site, changed, case_id) == [(4, []), (3, []), (2, ["by", "total"])]


def test_an_insert_whose_answer_was_lost_is_sent_again_and_nothing_is_lost(site, ask):
    case_id = opened(ask)
    tab = Tab(ask, case_id, DANA, "ui")
    tab.look()
    for _ in range(2):
        tab.insert({"by": "the same number twice"})

    assert sorted(tab.saved) == [2, 3]
    assert_right(site, case_id, [tab])


@pytest.mark.parametrize("version", [None, 0, -1, 1, 99, 2_147_483_647])
def test_whatever_number_a_client_brings_the_next_one_is_given(site, ask, version):
    case_id = opened(ask)
    tab = Tab(ask, case_id, DANA, "ui")
    tab.counted = version
    tab.insert({"n": 1})

    assert list(tab.saved) == [2]
    assert_right(site, case_id, [tab])


def test_an_upsert_on_case_and_version_adds_and_never_overwrites(site, ask):
    case_id = opened(ask)
    row = {"case_id": case_id, "version": 1, "is_current": True, "helper_json": {"by": "upsert"}}
    told = ask(table("case_helper").upsert(row, {"onConflict": "case_id,version"}).select("version").single(), DANA)

    tab = Tab(ask, case_id, DANA, "ui")
    tab.saved[told.data["version"]] = {"by": "upsert"}
    assert list(tab.saved) == [2]
    assert_right(site, case_id, [tab])


def test_an_array_of_versions_is_numbered_in_its_order(site, ask):
    case_id = opened(ask)
    tab = Tab(ask, case_id, DANA, "ui")
    rows = [{"case_id": case_id, "version": 7, "is_current": True, "helper_json": {"n": n}} for n in range(3)]
    told = ask(table("case_helper").insert(rows).select("version, helper_json"), DANA)

    tab.saved = {row["version"]: row["helper_json"] for row in told.data}
    assert tab.saved == {n + 2: {"n": n} for n in range(3)}
    assert_right(site, case_id, [tab])


def test_six_tabs_at_once_lose_nothing(site, ways):
    """Truly at the same time, both ways mixed, each tab pausing and dying where chance has it."""
    case_id = opened(ways["library"])
    tabs = [Tab(ways[("by hand", "library")[n % 2]], case_id, (DANA, NOAM)[n % 2], f"tab{n}") for n in range(6)]

    def work(number):
        chance = random.Random(number)
        for n in range(8):
            for request in itertools.islice(
                tabs[number].requests({"tab": number, "n": n}), chance.choice([1, 2, 3, 3])
            ):
                request()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))

    assert_right(site, case_id, tabs)
    assert sum(len(tab.saved) for tab in tabs) > 10


def test_at_no_moment_is_a_case_without_its_current_helper(site, ways):
    """A reader that asks all the while the tabs save is never told that there is none, or two."""
    case_id = opened(ways["by hand"])
    tabs = [Tab(ways[way], case_id, DANA, way) for way in ways]
    current = table("case_helper").select("version").eq("case_id", case_id).eq("is_current", True)

    with ThreadPoolExecutor(2) as pool:
        saving = [pool.submit(lambda tab=tab: [tab.save({"by": tab.name, "n": n}) for n in range(10)]) for tab in tabs]
        seen = []
        while not all(done.done() for done in saving):
            seen += [[row["version"] for row in ways["by hand"](current, NOAM).data]]
        for done in saving:
            done.result()

    assert {len(versions) for versions in seen} == {1}
    assert seen == sorted(seen)
    assert_right(site, case_id, tabs)
