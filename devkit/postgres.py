"""A Postgres server of our own: made once, started as our child, cleared up after."""

import functools
import hashlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devkit import binaries, identity, leftovers, ports, processes, sockets
from devkit.binaries import Binaries
from devkit.crew import Member, Service
from devkit.identity import Identity
from devkit.places import Place
from devkit.progress import Trouble, say, step

OWNER = "postgres"
# A database in the C locale has no trigrams of Hebrew words.
LOCALES = (
    ["--locale=C.UTF-8"],
    ["--locale=C.utf8"],
    ["--locale=en_US.UTF-8"],
    ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
)
SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # As Supabase has it; without it the publication for live news warns.
    "wal_level": "logical",
}
IN_A_HURRY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Server:
    """One data folder, and the way to serve it."""

    found: Binaries
    home: Path
    who: Identity
    log: Path
    is_durable: bool = True

    @property
    def data(self) -> Path:
        return self.home / f"data-{self.found.version}"

    @property
    def env(self) -> dict[str, str]:
        # Nothing else: a PGDATA or PGHOST of the person's own would lead the server astray.
        return {"PATH": os.environ.get("PATH", os.defpath)}

    def prepare(self, password: str) -> None:
        """Have a data folder whose owner knows this password; whoever still serves it is stopped."""
        clear(self.data, self._sockets())
        mark = self.home / f"password-of-{self.found.version}"
        known = hashlib.sha256(password.encode()).hexdigest()
        if not self.who.can("-e", self.data / "PG_VERSION"):
            self._make(password)
        elif not mark.exists() or mark.read_text() != known:
            self._set_password(password)
        mark.write_text(known)

    def _make(self, password: str) -> None:
        with step(f"Making a database with {self.found}"), self._secret_file(password) as secret:
            for locale in LOCALES:
                if self._initdb(locale, secret):
                    return
        raise Trouble("initdb could not make a database: the reason is in its log.", self.log)

    def _initdb(self, locale: list[str], secret: Path) -> bool:
        half_made = self.home / f"making-{self.found.version}"
        self._shell('rm -rf "$1"', half_made)
        command = [self.found["initdb"], "-D", half_made, "-U", OWNER, "--encoding=UTF8", *locale]
        command += ["--auth=scram-sha-256", f"--pwfile={secret}", *([] if self.is_durable else ["--no-sync"])]
        process = processes.spawn(command, output=self.log, env=self.env, who=self.who)
        return processes.wait(process) == 0 and self._shell('mv "$1" "$2"', half_made, self.data)

    @contextmanager
    def _secret_file(self, text: str) -> Iterator[Path]:
        path = self.home / "secret"
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        os.chown(path, self.who.uid, self.who.gid)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _shell(self, line: str, *paths: Path) -> bool:
        process = processes.spawn(["/bin/sh", "-c", line, "sh", *paths], output=self.log, env=self.env, who=self.who)
        return processes.wait(process) == 0

    def _set_password(self, password: str) -> None:
        """Give the owner a new password without knowing the old one; the server must be down."""
        with self._secret_file(f"alter role {OWNER} password '{password}'\n") as statement:
            line = '"$1" --single -D "$2" postgres < "$3"'
            if not self._shell(line, self.found["postgres"], self.data, statement):
                raise Trouble("The database's password could not be set: the reason is in its log.", self.log)

    def service(self, port: int) -> Service:
        settings = SETTINGS | {"port": str(port), "unix_socket_directories": str(self._sockets())}
        if not self.is_durable:
            settings |= IN_A_HURRY
        command: list[object] = [self.found["postgres"], "-D", self.data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return Service(
            "postgres",
            command,
            self.env,
            self.is_ready,
            who=self.who,
            stop_signal=signal.SIGINT,  # Postgres calls this a fast shutdown
            is_server=True,
            clear=functools.partial(clear, self.data, self._sockets()),
        )

    def _sockets(self) -> Path:
        return sockets.folder_near(self.home, ".s.PGSQL.00000", self.who)

    def is_ready(self, member: Member) -> bool:
        lines = _pid_file(self.data)
        return len(lines) >= 8 and lines[0] == str(member.process.pid) and lines[7] == "ready"


def clear(data: Path, sockets_folder: Path) -> None:
    """End every process that still serves this data, and the notes they left."""
    lines = _pid_file(data)
    if lines and lines[0].isdigit() and leftovers.works_in(int(lines[0]), data):
        leftovers.end(int(lines[0]), leftovers.birth(int(lines[0])), signal.SIGINT, signal.SIGQUIT)
    for pid in leftovers.working_in(data):
        leftovers.end(pid, leftovers.birth(pid), signal.SIGQUIT)
    # A number in a note may by now be another process, or one that is dead and not yet buried.
    for note in (data / "postmaster.pid", *sockets_folder.glob(".s.PGSQL.*")):
        note.unlink(missing_ok=True)


def _pid_file(data: Path) -> list[str]:
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
    except OSError:
        return []


def at(place: Place, *, is_durable: bool) -> Server:
    who = identity.of_server()
    home = home_of(place, who)
    found = binaries.find_postgres(who, lambda: home)
    return Server(found, home, who, place.logs / "postgres.log", is_durable)


def home_of(place: Place, who: Identity) -> Path:
    """A folder in the place, or outside it where the server's user may not walk up to the place."""
    inside = place.folder / "postgres"
    if who.can("-x", place.folder):
        who.own(inside)
        return inside
    who.own(place.elsewhere)
    say(f"- The user {who.name} may not enter {place.folder}, so the database lives in {place.elsewhere}")
    return place.elsewhere
