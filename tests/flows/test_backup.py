"""The drill: a backup while people and Make save, restored beside it; what was acknowledged is there and works."""

import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from make.keys import new_key
from tests import backups
from tests.cast import DANA, NORTH, TAMAR
from tests.conftest import any_plate
from tests.files.content import FORM, form, pdf
from tests.site import running_site, serving
from tests.sql import callers
from tests.sql.callers import Desk


class Writer(threading.Thread):
    """Saves to one case as fast as it is answered, and remembers what was acknowledged and when."""

    def __init__(self, site, person, gateway_key=None):
        super().__init__(daemon=True)
        self.site, self.person, self.gateway_key = site, person, gateway_key
        self.case = site.call("POST", "cases", person, {"plate": any_plate(), "helper": {"n": 1}}).json()
        self.stop = threading.Event()
        self.acknowledged = {1: ({"n": 1}, time.monotonic())}
        self.unexpected = []

    def run(self):
        number = seen = 1
        while not self.stop.is_set():
            number += 1
            helper = {"n": number, "text": "שמירה " * 200}
            answer = self._by_make(helper) if self.gateway_key else self._by_ui(helper, seen)
            if answer.status != 200:
                self.unexpected.append((answer.status, answer.body))
                return
            seen = answer.json()["version"]
            self.acknowledged[seen] = (helper, time.monotonic())

    def _by_ui(self, helper, seen):
        path = f"cases/{self.case['case_id']}/helper"
        return self.site.call("PUT", path, self.person, {"version": seen, "helper": helper})

    def _by_make(self, helper):
        body = {"case_id": self.case["case_id"], "helper_json": helper}
        headers = {"apikey": self.gateway_key, "Idempotency-Key": uuid.uuid4().hex}
        return self.site.call("POST", "gateway/case_helper.save_full", body=body, **headers)


@dataclass
class Drill:
    """What was done, and when."""

    site: object
    writers: list
    begun: float
    ended: float
    folder: Path
    restored: str
    said: str
    files: dict
    files_root: Path
    before: dict = field(default_factory=dict)


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drill")
    files, place = folder / "files", folder / "backups"
    with running_site(API_RATE_PER_MINUTE="0", FILES_ROOT=str(files)) as site, backups.new_name("restored") as restored:
        with site.owner() as owner:
            key = new_key()
            owner.execute(
                "insert into private.gateway_keys (org_id, name, key_hash, hint) values (%s, 'drill', %s, %s)",
                [NORTH.id, key.key_hash, key.hint],
            )
        writers = [Writer(site, DANA), Writer(site, DANA), Writer(site, TAMAR), Writer(site, DANA, key.text)]
        brought = {}
        for number in range(3):
            content = pdf(str(number), b"x" * 300_000 * number)
            body = form(content, f"דוח {number}.pdf", case_id=writers[0].case["case_id"])
            answer = site.call("POST", "files", DANA, body, **{"Content-Type": FORM})
            assert answer.status == 201, answer.body
            brought[answer.json()["id"]] = content
        for writer in writers:
            writer.start()
        time.sleep(2)
        begun = time.monotonic()
        kept = backups.taken(site.database, place, FILES_ROOT=str(files))
        ended = time.monotonic()
        time.sleep(1)
        for writer in writers:
            writer.stop.set()
        for writer in writers:
            writer.join()
        done = backups.manage(
            site.database, "restore", kept, "--into", restored, "--files-into", folder / "restored_files"
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield Drill(site, writers, begun, ended, kept, restored, done.stdout, brought, folder / "restored_files")


def versions(database, case_id):
    owner = Desk(database, None)
    rows = {row["version"]: row for row in owner.versions(case_id)}
    owner.connection.close()
    return rows


def test_the_traffic_did_not_stop_for_the_backup(drill):
    for writer in drill.writers:
        assert writer.unexpected == []
        while_it_was_made = [at for _, at in writer.acknowledged.values() if drill.begun < at < drill.ended]
        assert len(while_it_was_made) > 3


def test_every_save_acknowledged_before_it_began_is_there(drill):
    for writer in drill.writers:
        there = versions(drill.restored, writer.case["case_id"])
        before = {n: helper for n, (helper, at) in writer.acknowledged.items() if at < drill.begun}
        assert len(before) > 5
        assert {n: json.loads(there[n]["helper"]) for n in before} == before
        # What came during the backup is there from the beginning on up to one moment, or not at all.
        assert sorted(there) == list(range(1, len(there) + 1))
        assert [n for n, row in there.items() if row["is_current"]] == [len(there)]
        assert len(there) < len(versions(drill.site.database, writer.case["case_id"]))


def test_it_is_one_moment_of_the_whole_database(drill):
    """Each version has its event and its message for Make, and no more than that."""
    with psycopg.connect(backups.databases.owner_url(drill.restored)) as owner:
        for writer in drill.writers:
            case = [writer.case["case_id"]]
            told = owner.execute(
                "select (select count(*) from public.case_helper where case_id = %s),"
                " (select count(*) from public.events where case_id = %s and type = 'case_helper.saved')",
                case * 2,
            ).fetchone()
            assert told[0] == told[1]


def test_the_restore_compared_everything(drill):
    manifest = json.loads((drill.folder / "manifest.json").read_text())
    kinds = manifest["objects"]
    for kind in ("columns", "constraints", "indexes", "functions", "triggers", "policies", "row security", "views",
                 "sequences", "types", "grants", "published tables", "comments"):  # fmt: skip
        assert kinds[kind], kind
        assert f"✓ {kind} " in drill.said
    for line in ("tables", "rows", "contents", "how far sequences are", "roles", "files"):
        assert f"✓ {line} " in drill.said
    assert "✗" not in drill.said
    assert manifest["tables"]["public.case_helper"]["rows"] > 20
    assert {"backoffice_app", "backoffice_staff", "backoffice_gateway", "authenticator"} <= manifest["roles"].keys()


def test_policies_hold_in_the_restored_database(drill):
    def seen(caller):
        desk = Desk(drill.restored, caller)
        try:
            return {str(row["id"]) for row in desk.ask("select id from public.cases")}
        finally:
            desk.connection.close()

    theirs = {writer.case["case_id"] for writer in drill.writers if writer.person is TAMAR}
    ours = {writer.case["case_id"] for writer in drill.writers} - theirs
    assert seen(callers.DANA) & (ours | theirs) == ours
    assert seen(callers.TAMAR) & (ours | theirs) == theirs
    assert seen(callers.SUSPENDED) == set()
    for caller in (callers.ANON, callers.BARE):
        with callers.refused("42501"):
            seen(caller)
    dana = Desk(drill.restored, callers.DANA)
    with callers.refused("42501"):
        dana.ask("truncate public.case_helper")
    with callers.refused("PT404"):
        dana.save(next(iter(theirs)), "{}", 1)
    dana.connection.close()


def test_the_app_answers_on_the_restored_database(drill):
    writer = drill.writers[0]
    path = f"cases/{writer.case['case_id']}/helper"
    with serving(drill.restored, 1, FILES_ROOT=str(drill.files_root)) as site:
        loaded = site.call("GET", path, DANA)
        assert loaded.status == 200
        version = loaded.json()["version"]
        assert loaded.json()["helper"] == writer.acknowledged[version][0]
        assert site.call("GET", path, TAMAR).status == 404
        saved = site.call("PUT", path, DANA, {"version": version, "helper": {"after": "the restore"}})
        assert (saved.status, saved.json()["version"]) == (200, version + 1)
        for file_id, content in drill.files.items():
            assert site.call("GET", f"files/{file_id}/content", DANA).body == content
        assert site.fetch("GET", "/readyz").status == 200


def test_the_running_database_knows_of_its_backup(drill):
    with drill.site.owner() as owner:
        [(state, result)] = owner.execute("select state, result from public.job_runs where kind = 'backup'").fetchall()
    assert state == "DONE"
    assert (result["name"], result["files"], result["missing_files"]) == (drill.folder.name, 3, 0)
    assert result["bytes"] == (drill.folder / "database.dump").stat().st_size


def test_and_that_it_came_back_whole(drill):
    asked = "select result from public.job_runs where kind = 'backup-verified' and state = 'DONE'"
    with drill.site.owner() as owner:
        assert owner.execute(asked).fetchall() == [({"name": drill.folder.name, "verified": True},)]


def test_nobody_else_may_read_what_was_kept(drill):
    place = drill.folder.parent
    modes = {path: path.stat().st_mode & 0o777 for path in (place, *place.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
