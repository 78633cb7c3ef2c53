"""Many who save over one version at once and ask to be merged: all of them land, and nothing is lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from threading import Barrier

import pytest

from tests.cast import DANA
from tests.conftest import any_plate
from tests.flows.test_storms import versions_of

PEOPLE = 20
HELPER = {"centers": [{"Id": 1, "parts": [{"row_uuid": f"r{n}", "price": 0} for n in range(PEOPLE)]}], "meta": {}}


@pytest.fixture
def case(site):
    return site.call("POST", "cases", DANA, {"plate": any_plate(), "helper": HELPER}).json()


def at_once(work):
    """Run work(number) in a thread for each person, all let go at the same moment."""
    start = Barrier(PEOPLE)

    def one(number):
        start.wait()
        return work(number)

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def prices(site, case):
    helper = site.call("GET", f"cases/{case['case_id']}/helper", DANA).json()["helper"]
    return {row["row_uuid"]: row["price"] for row in helper["centers"][0]["parts"]}


def by_put(site, url, number):
    helper = deepcopy(HELPER)
    helper["centers"][0]["parts"][number]["price"] = number + 1
    return site.call("PUT", url, DANA, {"version": 1, "helper": helper, "on_conflict": "merge"})


def by_patch(site, url, number):
    patch = [{"op": "replace", "path": f"/centers/0/parts/{number}/price", "value": number + 1}]
    kind = {"Content-Type": "application/json-patch+json"}
    return site.call("PATCH", f"{url}?version=1&on_conflict=merge", DANA, patch, **kind)


@pytest.mark.parametrize("ways", [(by_put,), (by_patch,), (by_put, by_patch)])
def test_twenty_at_once_each_in_a_row_of_their_own_all_land(site, case, ways):
    url = f"cases/{case['case_id']}/helper"

    answers = at_once(lambda number: ways[number % len(ways)](site, url, number))

    assert Counter(answer.status for answer in answers) == {200: PEOPLE}, [answer.body for answer in answers]
    assert sorted(answer.json()["version"] for answer in answers) == list(range(2, PEOPLE + 2))
    assert Counter(answer.json().get("merged") for answer in answers) == {True: PEOPLE - 1, None: 1}
    assert prices(site, case) == {f"r{n}": n + 1 for n in range(PEOPLE)}
    rows = versions_of(site, case["case_id"])
    assert [row[0] for row in rows if row[2]] == [PEOPLE + 1]
    with site.owner() as owner:
        told = owner.execute(
            "select version, data -> 'changed_sections' from private.outbox where case_id = %s"
            " and type = 'case_helper.saved' order by seq",
            [case["case_id"]],
        ).fetchall()
    assert told == [(1, ["centers", "meta"]), *((version, ["centers"]) for version in range(2, PEOPLE + 2))]


def test_of_twenty_at_once_in_one_place_one_lands_and_the_others_hear_where(site, case):
    url = f"cases/{case['case_id']}/helper"

    def save(number):
        helper = deepcopy(HELPER)
        helper["meta"]["n"] = number
        return site.call("PUT", url, DANA, {"version": 1, "helper": helper, "on_conflict": "merge"})

    answers = at_once(save)

    assert Counter(answer.status for answer in answers) == {200: 1, 409: PEOPLE - 1}
    told = [answer.json()["details"]["conflicting_pointers"] for answer in answers if answer.status == 409]
    assert told == [["/meta/n"]] * (PEOPLE - 1)
    assert len(versions_of(site, case["case_id"])) == 2


def test_plain_saves_between_merging_ones_lose_nothing(site, case):
    """Some save plainly and read again when refused, some merge; every row keeps what its own writer wrote last."""
    url = f"cases/{case['case_id']}/helper"

    def write(number):
        for price in (1, 2, 3):
            while True:
                read = site.call("GET", url, DANA).json()
                read["helper"]["centers"][0]["parts"][number]["price"] = price
                asked = {"version": read["version"], "helper": read["helper"]}
                if number % 2:
                    asked["on_conflict"] = "merge"
                answer = site.call("PUT", url, DANA, asked)
                if answer.status == 200:
                    break
                assert (answer.status, number % 2) == (409, 0), answer.body

    at_once(write)

    assert prices(site, case) == {f"r{n}": 3 for n in range(PEOPLE)}
    assert len(versions_of(site, case["case_id"])) == 1 + 3 * PEOPLE
