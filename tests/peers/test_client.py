"""Supabase's own JavaScript client makes the existing UI's calls against PostgREST and our database."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cast import DANA, NORTH, TAMAR
from tests.conftest import any_plate
from tests.peers.postgrest import key_of

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def plate():
    return any_plate()


@pytest.fixture(scope="module")
def told(two_doors, plate):
    """What the client was told, by the name of each request in ui.mjs."""
    site, rest = two_doors
    foreign = site.call("POST", "cases", TAMAR, {"plate": any_plate()}).json()["case_id"]
    done = subprocess.run(
        ["node", "--no-warnings", Path(__file__).parent / "ui.mjs"],
        env={
            "PATH": os.environ["PATH"],
            "BASE": rest.base,
            "ANON_KEY": key_of("anon"),
            "TOKEN": DANA.token(),
            "PLATE": plate,
            "OWNER_CASE": foreign,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_it_opens_a_case(told, plate):
    assert told["no case yet"]["data"] == []
    assert told["single of none"]["error"]["code"] == "PGRST116"
    opened = told["open"]["data"]
    assert (opened["plate"], opened["status"], opened["created_by"]) == (plate, "OPEN", str(DANA.user_id))
    assert opened["filing_case_id"].startswith(f"YC-{plate}-")
    assert not opened["created_at"].startswith("2020")
    assert (told["open twice"]["status"], told["open twice"]["error"]["code"]) == (409, "23505")


def test_its_three_requests_save(told, plate):
    for n, name in ((1, "first"), (2, "second")):
        assert told[f"{name}: retire"]["error"] is None
        saved = told[f"{name}: insert"]["data"]
        assert (saved["version"], saved["is_current"], saved["helper_name"]) == (n, True, f"{plate}_helper_v{n}")
        assert (saved["source"], saved["trigger"], saved["sync_status"]) == ("system", "ui", "synced")
        assert (saved["org_id"], saved["saved_by"]) == (str(NORTH.id), str(DANA.user_id))


def test_it_calls_the_verbs(told):
    assert told["rpc save"]["data"]["version"] == 3
    assert (told["rpc stale"]["status"], told["rpc stale"]["error"]["code"]) == (409, "PT409")
    assert json.loads(told["rpc stale"]["error"]["details"])["current_version"] == 3
    assert (told["rpc foreign"]["status"], told["rpc foreign"]["error"]["code"]) == (404, "PT404")
    restored = told["rpc restore"]["data"]
    assert (restored["version"], restored["restored_from"], restored["label"]) == (4, 1, "טעות")


def test_it_reads_what_it_reads_today(told, plate):
    assert [(row["version"], row["is_current"]) for row in told["versions"]["data"]] == [
        (4, True),
        (3, False),
        (2, False),
    ]
    assert told["versions"]["count"] == 4
    assert told["one version"]["data"] == {"helper_json": {"meta": {"plate": plate}, "price": 2}}
    [listed] = told["list with helper"]["data"]
    assert listed["case_helper"] == [{"version": 4, "helper_name": f"{plate}_helper_v4"}]
    assert told["with names"]["data"]["profiles"] == {"name": DANA.name}
    assert told["sections"]["data"] == [{"section": "meta"}, {"section": "price"}]


def test_it_is_refused_what_nobody_may(told):
    assert told["foreign case"]["data"] == []
    assert (told["rewrite"]["status"], told["rewrite"]["error"]["code"]) == (409, "PT409")
    for name in ("delete helper", "delete case"):
        assert (told[name]["status"], told[name]["error"]["code"]) == (403, "42501")
    assert told["status"]["data"] == [{"status": "CLOSED"}]
