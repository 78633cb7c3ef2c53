"""What docs/how-to/supabase-push.md tells to type is what Supabase's own tool takes."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT
from tests.docs import pages
from tests.peers import programs, scratch
from tests.peers.programs import SupabaseTool
from tests.peers.scratch import HOSTED

pytestmark = pytest.mark.peers


PAGE = pages.text(ROOT / "docs" / "how-to" / "supabase-push.md")
LINES = sorted({
    line.split("  ")[0] for block in pages.blocks(PAGE) for line in block.splitlines() if line.startswith("supabase ")
})  # fmt: skip


def run(folder, *words):
    return subprocess.run(
        [programs.modules() / "@supabase" / "cli-linux-x64" / "bin" / "supabase", *words],
        cwd=folder, env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "DO_NOT_TRACK": "1"},
        stdin=subprocess.DEVNULL, check=True, capture_output=True, text=True, timeout=60,
    ).stdout  # fmt: skip


def test_the_page_tells_every_step():
    steps = {" ".join(word for word in shlex.split(line)[1:3] if not word.startswith("-")) for line in LINES}

    assert {"login", "link", "migration list", "migration new", "db push", "db advisors"} <= steps


@pytest.mark.parametrize("line", LINES)
def test_the_tool_knows_every_word_and_option(line, tmp_path):
    words = shlex.split(line)[1:]
    if words == ["--version"]:
        assert run(tmp_path, *words).strip()
        return
    command = words[:1] if words[0] in ("login", "link") else words[:2]
    told = run(tmp_path, *command, "--help")

    assert f"supabase {' '.join(command)} " in told
    for option in re.findall(r"--[a-z-]+", " ".join(words)):
        assert re.search(rf"{option}[ =\[,]", told), option


@pytest.fixture
def project(tmp_path):
    """A folder with our files, and one more that `supabase migration new` began."""
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    for file in (ROOT / "supabase" / "migrations").glob("*.sql"):
        (folder / file.name).write_bytes(file.read_bytes())
    before = set(folder.iterdir())
    run(tmp_path, "migration", "new", "add_a_column")
    [new] = set(folder.iterdir()) - before
    return SupabaseTool(tmp_path), new


def test_a_new_file_comes_last_and_is_pushed_after_ours(project):
    tool, new = project
    assert new.name == max(file.name for file in new.parent.iterdir())
    assert new.stem.split("_", 1)[1] == "add_a_column"
    new.write_text("comment on schema public is 'new';\n")

    with scratch.server("embedded") as server:
        name = scratch.database(server)
        # What `manage.py migrate` made, the tool goes on from.
        scratch.migrate(server, name)
        said = tool("db", "push", url=server.url(name, HOSTED))

        assert said.code == 0, said.all
        assert new.name in said.all
        [(last,)] = server.tell("select max(version) from supabase_migrations.schema_migrations", name)
    assert last == new.stem.split("_", 1)[0]


OWNER = "postgresql://postgres:<password>@db.<ref>.supabase.co:5432/postgres"
RUNTIME = "postgresql://backoffice_app:<another password>@db.<ref>.supabase.co:5432/postgres"


def script(server, name):
    """The page's lines from the push to the check, with a scratch server in place of the project."""
    lines = [line for block in pages.blocks(PAGE) for line in block.splitlines()]
    pushing = [line for line in lines if line.startswith("supabase db push --remote=")]
    ours = [line for line in lines if line.startswith(("export ", "python "))]
    assert (len(pushing), len(ours)) == (1, 6)
    text = "\n".join([*pushing, *ours]).replace(OWNER, server.url(name, HOSTED))
    return text.replace(RUNTIME, f"postgresql://backoffice_app:another@127.0.0.1:{server.port}/{name}")


def test_the_page_typed_as_it_stands_ends_with_a_checked_database(tmp_path):
    (tmp_path / "manage.py").symlink_to(ROOT / "manage.py")
    shutil.copytree(ROOT / "supabase" / "migrations", tmp_path / "supabase" / "migrations")
    tools = f"{Path(sys.executable).parent}:{programs.modules() / '@supabase' / 'cli-linux-x64' / 'bin'}"
    with scratch.server("embedded") as server:
        name = scratch.database(server)
        done = subprocess.run(
            ["bash", "-eu", "-c", script(server, name)],
            cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300,
            # Nobody sits there to say yes.
            env={"PATH": f"{tools}:/usr/bin:/bin", "HOME": str(tmp_path), "DO_NOT_TRACK": "1", "SUPABASE_YES": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert server.tell("select count(*) > 5 from pg_tables where schemaname = 'backoffice'", name) == [(True,)]

    assert "no issues" in done.stdout
