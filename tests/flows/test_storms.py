"""Many at once, over real HTTP: one winner for each version, and nothing acknowledged is lost."""

import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.cast import DANA
from tests.conftest import any_plate


def opened(site, plate=None):
    return site.call("POST", "cases", DANA, {"plate": plate or any_plate(), "helper": {"n": 0}}).json()


def versions_of(site, case_id):
    """What the database holds: (version, helper, current, name) in order."""
    with site.owner() as owner:
        return owner.execute(
            "select version, helper_json::text, is_current, helper_name from case_helper where case_id = %s"
            " order by version",
            [case_id],
        ).fetchall()


def check_chain(site, case, acknowledged):
    """Contiguous versions, one current, right names, and every acknowledged document where it was promised."""
    rows = versions_of(site, case["case_id"])
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert [row[0] for row in rows if row[2]] == [len(rows)]
    assert all(row[3] == f"{case['plate']}_helper_v{row[0]}" for row in rows)
    stored = {row[0]: json.loads(row[1]) for row in rows}
    for version, helper in acknowledged.items():
        assert stored[version] == helper
    assert len(stored) == len(acknowledged) + 1


def save_until(site, case_id, writer, wanted):
    """Save `wanted` documents, reading again whenever somebody was faster; return {version: document}."""
    done, seen = {}, 1
    for number in range(wanted):
        helper = {"writer": writer, "number": number, "text": "שמירה " * random.randrange(50)}
        while True:
            answer = site.call("PUT", f"cases/{case_id}/helper", DANA, {"version": seen, "helper": helper})
            if answer.status == 200:
                seen = answer.json()["version"]
                done[seen] = helper
                break
            assert answer.status == 409, answer.body
            newer = answer.json()["details"]["current_version"]
            assert newer > seen
            seen = newer
    return done


def test_sixteen_writers_on_four_cases_lose_nothing(site):
    cases = [opened(site) for _ in range(4)]

    with ThreadPoolExecutor(16) as pool:
        jobs = [(n % 4, pool.submit(save_until, site, cases[n % 4]["case_id"], n, 50)) for n in range(16)]
        results = [(index, job.result()) for index, job in jobs]

    for index, case in enumerate(cases):
        acknowledged = {}
        for number, done in results:
            if number == index:
                assert not set(done) & set(acknowledged)
                acknowledged |= done
        assert len(acknowledged) == 200
        check_chain(site, case, acknowledged)


def test_a_storm_at_one_version_has_one_winner(site):
    case = opened(site)
    acknowledged = {}

    with ThreadPoolExecutor(50) as pool:
        for storm in range(8):
            version, start = storm + 1, Barrier(50)

            def save(number, version=version, storm=storm, start=start):
                start.wait()
                helper = {"storm": storm, "number": number}
                return helper, site.call(
                    "PUT", f"cases/{case['case_id']}/helper", DANA, {"version": version, "helper": helper}
                )

            answers = list(pool.map(save, range(50)))
            assert Counter(answer.status for _, answer in answers) == {200: 1, 409: 49}
            winner = next(helper for helper, answer in answers if answer.status == 200)
            acknowledged[version + 1] = winner
            for _, answer in answers:
                if answer.status == 409:
                    assert answer.json()["details"]["current_version"] == version + 1

    check_chain(site, case, acknowledged)


def test_twenty_callers_opening_one_plate_make_one_case(site):
    plate, start = any_plate(), Barrier(20)

    def open_it(number):
        start.wait()
        return site.call("POST", "cases", DANA, {"plate": plate, "helper": {"n": number}})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(open_it, range(20)))

    assert Counter(answer.status for answer in answers) == {201: 1, 409: 19}
    case_id = next(answer.json()["case_id"] for answer in answers if answer.status == 201)
    assert {answer.json()["details"]["case_id"] for answer in answers if answer.status == 409} == {case_id}


def test_two_cases_of_a_plate_never_share_a_number(site):
    plate = any_plate()
    first = opened(site, plate)
    site.call("PATCH", f"cases/{first['case_id']}", DANA, {"status": "CLOSED"})
    second = opened(site, plate)

    def save(case, start):
        made, seen = [], start
        for number in range(25):
            answer = site.call(
                "PUT", f"cases/{case['case_id']}/helper", DANA, {"version": seen, "helper": {"n": number + 1}}
            )
            assert answer.status == 200, answer.body
            seen = answer.json()["version"]
            made.append(seen)
        return made

    with ThreadPoolExecutor(2) as pool:
        made = [job.result() for job in [pool.submit(save, first, 1), pool.submit(save, second, 2)]]

    assert sorted([1, 2, *made[0], *made[1]]) == list(range(1, 53))


def test_readers_never_see_a_torn_helper(site):
    case = opened(site)
    url = f"cases/{case['case_id']}/helper"

    def write():
        for n in range(1, 40):
            document = {"a": n, "b": [n] * 200, "z": n}
            assert site.call("PUT", url, DANA, {"version": n, "helper": document}).status == 200

    def read():
        last = 1
        for _ in range(60):
            loaded = site.call("GET", url, DANA).json()
            helper = loaded["helper"]
            assert loaded["version"] >= last
            last = loaded["version"]
            if last > 1:
                assert helper["a"] == helper["z"] == helper["b"][0] == last - 1

    with ThreadPoolExecutor(5) as pool:
        for job in [pool.submit(write), *(pool.submit(read) for _ in range(4))]:
            job.result()


def test_interleaved_callers_of_two_offices_never_mix(site):
    from tests.cast import TAMAR

    mine = {DANA: opened(site), TAMAR: site.call("POST", "cases", TAMAR, {"plate": any_plate()}).json()}

    def look(number):
        person = (DANA, TAMAR)[number % 2]
        other = (TAMAR, DANA)[number % 2]
        listed = {row["case_id"] for row in site.call("GET", "cases", person).json()}
        assert mine[person]["case_id"] in listed
        assert mine[other]["case_id"] not in listed
        assert site.call("GET", f"cases/{mine[other]['case_id']}/helper", person).status == 404

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, range(320)))
