"""Two imports into one office at once, each a process of its own."""

import os
import signal
import subprocess

import psycopg
import pytest

from tests import cast, databases
from tests.importing import sources
from tests.importing.test_stopping import many, owner_asks, start

LOCKED = """
select count(*) from pg_locks l join pg_database d on d.oid = l.database
where d.datname = %s and l.locktype = 'advisory' and l.granted and (l.classid::bigint << 32) | l.objid::bigint =
  hashtextextended('import_existing' || %s::text, 0)"""
COUNTS = """
select (select count(*) from public.import_sources), (select count(*) from public.cases),
  (select count(*) from public.case_helper), (select count(*) from public.import_runs)"""


@pytest.fixture(scope="module")
def place():
    with databases.copy("at_once") as name:
        yield name


def wait_until(process, true):
    """Until the condition holds, or the process has ended."""
    while not true():
        assert process.poll() is None, process.communicate()


def is_locked(place, office=cast.NORTH):
    with psycopg.connect(databases.owner_url(place)) as owner:
        return owner.execute(LOCKED, [place, str(office.id)]).fetchone()[0] == 1


def test_the_second_is_refused_and_changes_nothing(place, tmp_path):
    many(tmp_path / "all", 30, 3)
    [(_documents, _cases, had, _runs)] = owner_asks(place, COUNTS)
    first = start(place, tmp_path / "all")
    wait_until(first, lambda: is_locked(place))
    # Stopped where it stands, it holds its lock until it goes on.
    os.kill(first.pid, signal.SIGSTOP)
    try:
        before = owner_asks(place, COUNTS)
        for arguments in (["all"], ["all", "--preview"]):
            second = start(place, tmp_path / arguments[0], *arguments[1:])
            _out, told = second.communicate(timeout=120)
            assert second.returncode == 1
            assert "Another import into this office is running. Nothing was changed" in told
        assert owner_asks(place, COUNTS) == before
    finally:
        os.kill(first.pid, signal.SIGCONT)
    out, err = first.communicate(timeout=240)

    assert "proved: 90 of 90 read back" in out, err
    again = subprocess.run(first.args, cwd=databases.ROOT, env=environment(place), capture_output=True, text=True)
    assert "proved: 90 of 90 read back" in again.stdout, again.stderr
    # One more run, and nothing else.
    [(documents, _cases, versions, runs)] = owner_asks(place, COUNTS)
    assert (documents, versions - had, runs) == (90, 90, 2)
    doubled = (
        "select count(*) from (select case_id, version from public.case_helper group by 1, 2 having count(*) > 1) x"
    )
    assert owner_asks(place, doubled) == [(0,)]


def environment(database):
    return {
        **os.environ,
        "DATABASE_URL": databases.runtime_url(database),
        "OWNER_DATABASE_URL": databases.owner_url(database),
    }


def test_started_together_one_writes_everything_once(place, tmp_path):
    told = [sources.numbered(tmp_path / "both", f"both {n}", 4) for n in range(10)]
    both = [start(place, tmp_path / "both") for _ in range(2)]
    answers = [(process.communicate(timeout=240), process.returncode) for process in both]

    # Whoever came later was refused, or came after the end and found everything there.
    won = [out for (out, _err), code in answers if code == 0]
    lost = [err for (_out, err), code in answers if code]
    assert won, answers
    assert all("proved: 40 of 40 read back" in out for out in won)
    assert all("Another import into this office is running" in err for err in lost)
    for plate, _row, helpers in told:
        found = owner_asks(place, f"select version from public.case_helper where plate = '{plate}' order by 1")
        assert [version for (version,) in found] == list(range(1, len(helpers) + 1))


def test_another_office_waits_for_nobody_and_a_killed_import_lets_go(place, tmp_path):
    many(tmp_path / "killed", 40, 3)
    first = start(place, tmp_path / "killed")
    wait_until(first, lambda: is_locked(place))
    os.kill(first.pid, signal.SIGSTOP)
    sources.put(tmp_path / "south", "one.json", '{"meta": {"plate": "7654321"}}')
    south = subprocess.run(
        [*first.args[:3], str(tmp_path / "south"), "--office", cast.SOUTH.name],
        cwd=databases.ROOT, env=environment(place), capture_output=True, text=True,
    )  # fmt: skip
    assert "proved: 1 of 1 read back" in south.stdout, south.stderr
    assert is_locked(place)
    first.kill()
    first.communicate()

    out, err = start(place, tmp_path / "killed").communicate(timeout=240)
    assert "proved: 120 of 120 read back" in out, err
