"""Stopped in the middle and started again; and as much as an office has, in little memory."""

import json
import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from tests import cast, databases
from tests.importing import sources


@pytest.fixture(scope="module")
def place():
    """A database of its own, as a process that is killed leaves nothing to roll back for."""
    with databases.copy("moving") as name:
        yield name


def start(database, *arguments):
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_existing", *map(str, arguments), "--office", cast.NORTH.name],
        cwd=databases.ROOT,
        env={
            **os.environ,
            "DATABASE_URL": databases.runtime_url(database),
            "OWNER_DATABASE_URL": databases.owner_url(database),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def owner_asks(database, statement):
    with psycopg.connect(databases.owner_url(database)) as owner:
        return owner.execute(statement).fetchall()


def many(folder, cases, versions, profile="small"):
    for n in range(cases):
        sources.numbered(folder, f"{profile} {n}", versions, profile=profile)


@pytest.mark.parametrize("state", ["READING", "WRITING"])
def test_killed_in_the_middle_and_started_again(place, tmp_path, state):
    many(tmp_path / state, 40, 5)
    wanted = {
        "READING": "select count(*) from public.import_sources where place like '%READING%' or seen_in in "
        "(select id from public.import_runs where place = 'READING')",
        "WRITING": "select count(*) from public.import_sources where state = 'VERSION' and seen_in in "
        "(select id from public.import_runs where place = 'WRITING')",
    }[state]
    process = start(place, tmp_path / state)
    deadline = time.monotonic() + 60
    while (done := owner_asks(place, wanted)[0][0]) < 20 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert 20 <= done < 200, "the import was over before it could be killed"

    process = start(place, tmp_path / state)
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    assert "proved: 200 of 200 read back" in out
    runs = owner_asks(place, f"select state, report ->> 'found' from public.import_runs where place = '{state}'")
    assert runs == [("DONE", "200")]
    counted = "select count(*), count(distinct (case_id, version)) from public.import_sources where state = 'VERSION'"
    assert owner_asks(
        place, f"{counted} and seen_in in (select id from public.import_runs where place = '{state}')"
    ) == [(200, 200)]
    gaps = """select count(*) from (select plate, count(*) n, max(version) m from public.case_helper group by plate) p
      where n <> m"""
    assert owner_asks(place, gaps) == [(0,)]


MEASURED = """
import resource, sys
from django.core.management import execute_from_command_line
try:
    execute_from_command_line(["manage.py", *sys.argv[1:]])
finally:
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def peak(database, folder):
    """How many MB a whole import takes at its highest, and what it told."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "import_existing", str(folder), "--office", cast.NORTH.name],
        cwd=databases.ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": databases.runtime_url(database),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stderr.rsplit("peak", 1)[1]) / 1024, done.stdout


def test_memory_does_not_grow_with_the_number_of_cases(place, tmp_path):
    cases = int(os.environ.get("IMPORT_CASES", "60"))
    many(tmp_path / "few", 5, 2)
    few, _told = peak(place, tmp_path / "few")
    plate, _row, told = sources.history("template", 2)
    for n in range(cases):
        own = str(20_000_000 + n)
        for number, _at, helper in told:
            text = (
                json.dumps(helper, ensure_ascii=False)
                .replace(plate, own)
                .replace(helper["case_info"].get("supabase_case_id") or "-", f"30000000-0000-4000-8000-{n:012d}")
            )
            sources.put(tmp_path / "all", f"{own}/{own}_helper_v{number}.json", text)
    everything, report = peak(place, tmp_path / "all")

    told = f"5 cases: {few:.0f} MB at the highest; {cases:,} cases: {everything:.0f} MB, {everything / few:.2f} times"
    sys.stdout.write(told)
    assert f"proved: {cases * 2:,} of {cases * 2:,} read back" in report
    assert everything < few + 40, told
