"""`manage.py backup` and `restore`: what is broken, full or changed is told, and nothing is done by halves."""

import json
import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command

from office.backups import tools
from tests import backups, databases
from tests.cast import DANA, NORTH
from tests.sql import callers
from tests.sql.callers import Desk

KEY = f"{NORTH.id}/inbox/30000000-0000-4000-8000-000000000001.pdf"
SHA = "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0"  # of "aaa"


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """An office with a case and a file."""
    files = tmp_path_factory.mktemp("files")
    (files / "docs" / KEY).parent.mkdir(parents=True)
    (files / "docs" / KEY).write_bytes(b"aaa")
    with databases.copy("kept") as name, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FILES_ROOT", str(files))
        desk = Desk(name, callers.DANA)
        desk.open("12345678", '{"owner": "ישראלה"}')
        desk.connection.close()
        owner = Desk(name, None)
        owner.ask(
            "insert into public.documents"
            " (org_id, filename, bucket_name, storage_key, checksum, size_bytes, created_by)"
            " values (%s, 'א.pdf', 'docs', %s, %s, 3, %s)",
            NORTH.id, KEY, SHA, DANA.user_id,
        )  # fmt: skip
        owner.connection.close()
        yield name


@pytest.fixture(scope="module")
def kept(database, tmp_path_factory):
    return backups.taken(database, tmp_path_factory.mktemp("kept"))


@pytest.fixture
def spoilt(kept, tmp_path):
    """A copy of the backup, with its files, to do harm to."""
    shutil.copytree(kept.parent, tmp_path / "spoilt")
    return tmp_path / "spoilt" / kept.name


@pytest.fixture(scope="module")
def restored(kept):
    with backups.new_name("restored") as name:
        code, said = backups.restored(kept, name)
        assert code == 0, said
        yield name


def cut(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


NOT_AS_WRITTEN = "{} is not what was written"
HARM = {
    "a dump with another byte": (
        lambda folder: flip(folder / "database.dump"),
        NOT_AS_WRITTEN.format("database.dump"),
    ),
    "a dump cut off": (lambda folder: cut(folder / "database.dump"), NOT_AS_WRITTEN.format("database.dump")),
    "a manifest cut off": (lambda folder: cut(folder / "manifest.json"), NOT_AS_WRITTEN.format("manifest.json")),
    "a list of files cut off": (lambda folder: cut(folder / "files.sha256"), NOT_AS_WRITTEN.format("files.sha256")),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "manifest.json is missing"),
    "no dump": (lambda folder: (folder / "database.dump").unlink(), "database.dump is missing"),
    "no sums": (lambda folder: (folder / "SHA256SUMS").unlink(), "SHA256SUMS is missing"),
    "sums cut off": (lambda folder: cut(folder / "SHA256SUMS"), "SHA256SUMS says nothing of"),
}


@pytest.mark.parametrize("harm", HARM)
def test_what_is_not_as_it_was_written_is_told_and_not_restored(database, spoilt, harm):
    do, words = HARM[harm]
    do(spoilt)

    with pytest.raises(CommandError, match=words):
        call_command("backup", "--verify", str(spoilt))
    with backups.new_name("never") as name:
        with pytest.raises(CommandError, match=words):
            call_command("restore", str(spoilt), "--into", name)
        assert not backups.exists(name)


def test_a_whole_backup_is_verified_without_restoring_it(kept, capsys):
    call_command("backup", "--verify", str(kept))

    said = capsys.readouterr().out
    assert "✓ tables" in said
    assert "✓ files" in said
    # The newest of a place, and any file of it, name it too.
    call_command("backup", "--verify", str(kept.parent))
    call_command("backup", "--verify", str(kept / "database.dump"))


def test_a_file_that_changed_since_is_named(spoilt, capsys):
    flip(spoilt.parent / "files" / "docs" / KEY)

    with pytest.raises(SystemExit) as ended:
        call_command("backup", "--verify", str(spoilt))

    assert ended.value.code == 1
    assert f"docs/{KEY}" in capsys.readouterr().out


def test_a_database_that_holds_something_is_left_alone(kept):
    with databases.copy("full") as full:
        before = counted(full)
        code, said = backups.restored(kept, full)
        assert (code, counted(full)) == (1, before)
        assert "not empty" in said


def test_the_running_database_is_never_the_target(database, kept):
    done = backups.manage(database, "restore", kept, "--into", database)

    assert done.returncode == 1
    assert "the office works with" in done.stderr


def counted(name):
    with psycopg.connect(databases.owner_url(name)) as owner:
        return owner.execute("select count(*) from public.cases").fetchone()


# what is done to the restored database -> what is said of it, and how it is undone
CHANGES = {
    "a row changed": (
        "update public.orgs set name = name || 'x' where name = 'משרד דרום'", ["✗ contents", "public.orgs"],
        "update public.orgs set name = rtrim(name, 'x') where name = 'משרד דרוםx'",
    ),
    "a row more": (
        "insert into private.idempotency_keys select 'x' where false; insert into public.orgs (name) values ('z')",
        ["✗ rows", "public.orgs: 2 in the backup, 3 here"], "delete from public.orgs where name = 'z'",
    ),
    "a policy opened": (
        "alter policy \"{policy}\" on public.cases using (true)", ["✗ policies", "different: public.cases"],
        "alter policy \"{policy}\" on public.cases using ({using})",
    ),
    "a grant more": (
        "grant select on public.cases to anon", ["✗ grants", "different: table public.cases"],
        "revoke select on public.cases from anon",
    ),
    "a column granted": (
        "grant update (plate) on public.cases to anon", ["✗ grants", "column public.cases.plate"],
        "revoke update (plate) on public.cases from anon",
    ),
    "a function opened": (
        "grant execute on function private.applied_versions() to anon",
        ["✗ grants", "function private.applied_versions()"],
        "revoke execute on function private.applied_versions() from anon",
    ),
    "a function more": (
        "create function public.more() returns int language sql as 'select 1'",
        ["✗ functions", "not in the backup: public.more()"], "drop function public.more()",
    ),
    "a trigger off": (
        "alter table public.case_helper disable trigger user", ["✗ triggers", "different: public.case_helper"],
        "alter table public.case_helper enable trigger user",
    ),
    "row security not forced": (
        "alter table public.cases no force row level security", ["✗ row security", "different: public.cases"],
        "alter table public.cases force row level security",
    ),
    "a window for the wrong one": (
        "alter view public.{view} set (security_invoker = false)", ["✗ views", "different: public.{view}"],
        "alter view public.{view} set (security_invoker = true)",
    ),
    "an index gone": (
        "drop index public.job_runs_kind", ["✗ indexes", "missing: public.job_runs_kind"],
        "create index job_runs_kind on public.job_runs using btree (kind, started_at desc)",
    ),
    "a sequence behind": (
        "select setval('{sequence}', 1, false)", ["✗ how far sequences are", "{sequence}"],
        "select setval('{sequence}', 1000)",
    ),
    "a table not told of": (
        "alter publication supabase_realtime drop table public.cases", ["✗ published tables", "public.cases"],
        "alter publication supabase_realtime add table public.cases",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_differs_in_the_target_is_named(kept, restored, change):
    do, said, undo = CHANGES[change]
    with psycopg.connect(databases.owner_url(restored), autocommit=True) as owner:
        # Or the change would leave events behind that no undoing takes away.
        owner.execute("set session_replication_role = replica")
        words = names(owner)
        owner.execute(filled(do, words))
        try:
            code, out = backups.restored(kept, restored, "--only-compare")
        finally:
            owner.execute(filled(undo, words))

    assert code == 1
    for part in said:
        assert filled(part, words) in out
    code, out = backups.restored(kept, restored, "--only-compare")
    assert code == 0, out


def filled(text, words):
    for name, value in words.items():
        text = text.replace("{" + name + "}", value)
    return text


def names(owner):
    policy, using = owner.execute(
        "select polname, pg_get_expr(polqual, polrelid) from pg_policy"
        " where polrelid = 'public.cases'::regclass and polqual is not null order by 1 limit 1"
    ).fetchone()
    [view] = owner.execute(
        "select relname from pg_class where relkind = 'v' and relnamespace = 'public'::regnamespace"
        " and 'security_invoker=true' = any (reloptions) order by 1 limit 1"
    ).fetchone()
    [sequence] = owner.execute(
        "select schemaname || '.' || sequencename from pg_sequences"
        " where schemaname in ('public', 'private') and last_value > 1 limit 1"
    ).fetchone()
    return {"policy": policy, "using": using, "view": view, "sequence": sequence}


def test_a_supabase_project_keeps_its_own_auth_and_gets_our_people(kept):
    with backups.new_name("project") as name:
        with psycopg.connect(databases.owner_url(), autocommit=True) as owner:
            owner.execute(f"create database {name} template template0")
        databases.manage(name, "shim")
        with psycopg.connect(databases.owner_url(name), autocommit=True) as owner:
            owner.execute("alter table auth.users add column instance_id uuid, add column phone text")

        code, said = backups.restored(kept, name)

        assert code == 0, said
        with psycopg.connect(databases.owner_url(name)) as owner:
            assert owner.execute("select count(*) from auth.users where id = %s", [DANA.user_id]).fetchone() == (1,)


def test_logins_of_another_project_are_not_mixed_with_ours(kept):
    with backups.new_name("project") as name:
        with psycopg.connect(databases.owner_url(), autocommit=True) as owner:
            owner.execute(f"create database {name} template template0")
        databases.manage(name, "shim")
        with psycopg.connect(databases.owner_url(name), autocommit=True) as owner:
            owner.execute("insert into auth.users default values")

        code, said = backups.restored(kept, name)

        assert code == 1
        assert "auth.users" in said


def test_what_belongs_to_supabase_alone_is_left_to_it(tmp_path):
    """A database whose auth is somebody else's, with more in it, and a schema that our login may not even enter."""
    with databases.copy("project") as project, backups.new_name("plain") as plain:
        with psycopg.connect(databases.owner_url(project), autocommit=True) as owner:
            role = f"auth_admin_of_{project}"
            owner.execute(f"create role {role}")
            owner.execute(f"alter schema auth owner to {role}; alter table auth.users owner to {role}")
            owner.execute("create table auth.sessions (id uuid, user_id uuid references auth.users (id))")
            owner.execute("insert into auth.sessions select gen_random_uuid(), id from auth.users")
            owner.execute(f"create schema storage authorization {role}; create table storage.objects (name text)")
            owner.execute(f"alter table storage.objects owner to {role}; grant select on auth.users to {role}")
        try:
            folder = backups.taken(project, tmp_path)
            code, said = backups.restored(folder, plain)
            assert code == 0, said
            with psycopg.connect(databases.owner_url(plain)) as owner:
                there = owner.execute(
                    "select to_regclass('auth.users') is not null, to_regclass('auth.sessions') is null,"
                    " to_regnamespace('storage') is null"
                ).fetchone()
            assert there == (True, True, True)
            dana = Desk(plain, callers.DANA)
            dana.open("7654321")
            dana.connection.close()
        finally:
            with psycopg.connect(databases.owner_url(project), autocommit=True) as owner:
                owner.execute(f"reassign owned by {role} to current_user; drop owned by {role}; drop role {role}")


@pytest.fixture
def reader(database):
    """`reader(words)` makes a login of these words; its address, and it goes afterwards."""
    made = []

    def of(words):
        name, password = f"reader_{os.getpid()}_{len(made)}", "a-secret-of-tests"
        with psycopg.connect(databases.owner_url(database), autocommit=True) as owner:
            owner.execute(f"create role {name} login password '{password}' {words}")
            made.append(name)
            owner.execute(f"grant pg_read_all_data to {name}")
        netloc = f"{name}:{password}@{urlsplit(databases.owner_url()).netloc.rpartition('@')[2]}"
        return urlsplit(databases.owner_url(database))._replace(netloc=netloc).geturl()

    yield of
    with psycopg.connect(databases.owner_url(database), autocommit=True) as owner:
        for name in made:
            owner.execute(f"drop role {name}")


def test_a_login_that_only_reads_is_enough(database, reader, tmp_path, kept):
    folder = backups.taken(database, tmp_path, BACKUP_DATABASE_URL=reader("bypassrls"))

    told = [json.loads((one / "manifest.json").read_text()) for one in (folder, kept)]
    assert told[0]["objects"] == told[1]["objects"]
    assert told[0]["tables"].keys() == told[1]["tables"].keys()
    assert told[0]["tables"]["public.case_helper"] == told[1]["tables"]["public.case_helper"]


@pytest.mark.parametrize("words", ["nobypassrls", "bypassrls noinherit"])
def test_a_login_that_would_leave_rows_out_is_refused(database, reader, tmp_path, words):
    done = backups.manage(database, "backup", "--to", tmp_path, BACKUP_DATABASE_URL=reader(words))

    assert done.returncode == 1
    assert "leave rows out" in done.stderr
    assert "a-secret-of-tests" not in done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name != ".lock"] == []
    with psycopg.connect(databases.owner_url(database)) as owner:
        last = owner.execute(
            "select state, error from public.job_runs where kind = 'backup' order by started_at desc limit 1"
        ).fetchone()
    assert last == ("FAILED", "NoLogin")


def script(folder, name, text):
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(("found", "words"), [("pg_dump (PostgreSQL) 9.6.1", "9 at"), (None, "none was found")])
def test_a_tool_that_is_older_than_the_server_or_missing_is_told(database, tmp_path, found, words):
    (tmp_path / "bin").mkdir()
    if found:
        script(tmp_path / "bin", "pg_dump", f"echo '{found}'")

    done = backups.manage(database, "backup", "--to", tmp_path / "to", PG_BIN=str(tmp_path / "bin"))

    assert done.returncode == 1
    assert "or later is needed" in done.stderr
    assert words in done.stderr
    assert "PG_BIN" in done.stderr


def test_no_password_stands_on_a_command_line(database, tmp_path):
    (tmp_path / "bin").mkdir()
    for name in ("pg_dump", "pg_restore"):
        real = tools.find(name, at_least=15).path
        script(tmp_path / "bin", name, f'echo "$0 $@" >> {tmp_path}/asked\nexec {real} "$@"')
    env = {"PG_BIN": str(tmp_path / "bin")}

    folder = backups.taken(database, tmp_path / "to", **env)
    with backups.new_name("quiet") as name:
        done = backups.manage(database, "restore", folder, "--into", name, **env)
        assert done.returncode == 0, done.stderr

    asked = (tmp_path / "asked").read_text()
    assert "--snapshot=" in asked
    assert "--single-transaction" in asked
    for url in (databases.owner_url(), databases.runtime_url("x")):
        assert urlsplit(url).password not in asked + done.stdout + done.stderr
    assert "ישראלה" not in asked + done.stdout + (folder / "manifest.json").read_text()


def test_a_dump_that_breaks_off_leaves_nothing_behind(database, tmp_path):
    (tmp_path / "bin").mkdir()
    version = tools.find("pg_dump", at_least=15).version
    script(
        tmp_path / "bin",
        "pg_dump",
        f'case "$*" in *--version*) echo "pg_dump (PostgreSQL) {version}.1";;'
        ' *) echo "pg_dump: error: the disk is full" >&2; exit 1;; esac',
    )

    done = backups.manage(database, "backup", "--to", tmp_path / "to", PG_BIN=str(tmp_path / "bin"))

    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    assert [path.name for path in (tmp_path / "to").iterdir()] == [".lock"]


def test_only_the_newest_stay_and_bytes_that_nobody_names_go(database, tmp_path):
    place = tmp_path / "to"
    first = backups.taken(database, place, "--keep", 2)
    (place / "files" / "docs" / "of-an-older-one.pdf").write_bytes(b"x")
    second = backups.taken(database, place, "--keep", 2)
    assert (place / "files" / "docs" / "of-an-older-one.pdf").exists()
    third = backups.taken(database, place, "--keep", 2)

    assert sorted(path.name for path in place.iterdir()) == [".lock", second.name, third.name, "files"]
    assert not first.exists()
    assert not (place / "files" / "docs" / "of-an-older-one.pdf").exists()
    assert (place / "files" / "docs" / KEY).read_bytes() == b"aaa"


def test_a_file_that_the_storage_lost_is_told_and_stops_nothing(database, tmp_path):
    done = backups.manage(database, "backup", "--to", tmp_path / "to", FILES_ROOT=str(tmp_path / "nothing"))

    assert done.returncode == 0
    assert f"docs/{KEY}" in done.stderr
    folder = Path(done.stdout.splitlines()[0])
    assert json.loads((folder / "manifest.json").read_text())["files"]["missing"] == [f"docs/{KEY}"]
    call_command("backup", "--verify", str(folder))


def test_a_folder_is_written_into_by_one_at_a_time(database, tmp_path):
    import fcntl

    (tmp_path / ".lock").touch()
    with (tmp_path / ".lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = backups.manage(database, "backup", "--to", tmp_path)

    assert done.returncode == 1
    assert "Another backup is being written" in done.stderr


def test_a_backup_needs_to_be_told_where_to(database):
    done = backups.manage(database, "backup", BACKUP_FOLDER="")

    assert done.returncode == 1
    assert "BACKUP_FOLDER" in done.stderr
