"""The drift report in a terminal."""

import os
import re
import subprocess
import sys

import pytest

from tests import databases
from tests.make.caller import Make, give_key


@pytest.fixture
def drift(live):
    """`drift("--case", id)` runs the command in a process of its own, as staff would."""

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "manage.py", "drift", *arguments],
            cwd=databases.ROOT,
            env={**os.environ, "DATABASE_URL": databases.runtime_url(live.database)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    return run


def send(case, helper):
    answer = Make(give_key()).post("rpc/sync_helper", {"case_id": case["case_id"], "helper_json": helper})
    assert answer.json()["status"] == "SUCCESS"
    return answer.json()["version"]


def test_a_case_that_make_never_sent_is_no_drift(live, drift):
    assert drift("--case", live.open_case()["case_id"]) == (0, "Make sent no helper yet.\n")


def test_equal_helpers_are_no_drift(live, drift):
    case = live.open_case()
    send(case, {"meta": {"n": 2}})

    code, told = drift("--case", case["case_id"])

    assert code == 0
    assert re.search(rf"{case['plate']} +{case['case_id']} .* 2 +2  none\n", told)
    assert re.search(r"TO_SUPABASE +1 +0 +0 +100%\n", told)


def test_a_save_after_makes_is_drift_and_names_the_sections(live, drift):
    case = live.open_case()
    live.save(case, send(case, {"meta": {"n": 2}, "centers": []}), {"meta": {"n": 3}, "vehicle": {}})

    code, told = drift("--case", case["case_id"])

    assert code == 1
    assert "  centers, meta, vehicle\n" in told
    assert drift()[0] == 1


def test_no_content_of_a_helper_is_printed(live, drift):
    case = live.open_case()
    live.save(case, send(case, {"meta": {"owner": "CANARY"}}), {"meta": {"owner": "CANARY 2"}})

    assert "CANARY" not in drift()[1]


def test_a_word_that_is_no_case_is_an_error(drift, live):
    done = subprocess.run(
        [sys.executable, "manage.py", "drift", "--case", "x"],
        cwd=databases.ROOT, env={**os.environ, "DATABASE_URL": databases.runtime_url(live.database)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert "--case" in done.stderr
