"""`dev.py doctor`: what is missing or wrong on this machine, in words, and what to do about it.

How a running back office is, its rows and its workers, `manage.py doctor` says.
"""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from devkit import binaries, browser, identity, peers, places, ports, system, venv
from devkit.places import VAR, Place
from devkit.progress import Trouble, say

ENOUGH_BYTES = 1024**3
FIRST_PORT = 8000


@dataclass(frozen=True)
class Finding:
    """One sentence; `up` cannot work when it is fatal."""

    sentence: str
    is_well: bool = True
    is_fatal: bool = False


def main(arguments: list[str]) -> int:
    findings = [finding for look in LOOKS for finding in look()]
    for finding in findings:
        say(f"{'ok  ' if finding.is_well else 'BAD ' if finding.is_fatal else 'note'} {finding.sentence}")
    return 1 if any(finding.is_fatal for finding in findings) else 0


def _python() -> Iterator[Finding]:
    yield Finding(f"Python {platform.python_version()} ({sys.executable})")
    try:
        import ensurepip  # noqa: F401  some distributions take it out
    except ImportError:
        is_needed = not venv.works()
        sentence = "Python cannot make environments: install your distribution's python3-venv."
        yield Finding(sentence, is_well=False, is_fatal=is_needed)


def _environment() -> Iterator[Finding]:
    for name, what in ((venv.RUNTIME, "up"), (venv.DEV, "test and check")):
        if venv.is_ready(name):
            yield Finding(f".venv has what `{what}` needs")
        else:
            yield Finding(
                f".venv lacks what `{what}` needs: it will be installed, for which pip needs the network.", False
            )


def _postgres() -> Iterator[Finding]:
    if os.environ.get("OWNER_DATABASE_URL"):
        yield Finding("OWNER_DATABASE_URL names a database, so no Postgres is started")
        return
    try:
        who = identity.of_server()
    except Trouble as trouble:
        yield Finding(trouble.sentence, is_well=False, is_fatal=True)
        return
    found = next(binaries.on_machine(), None) if os.environ.get("DEVKIT_POSTGRES") != "embedded" else None
    if found:
        yield Finding(f"{found} would run as {who.name}")
    else:
        yield _embedded("This machine has no Postgres 15 or newer", "the embedded Postgres")


def _broker() -> Iterator[Finding]:
    if os.environ.get("CELERY_BROKER_URL"):
        yield Finding("CELERY_BROKER_URL names a broker, so none is started")
    elif os.environ.get("DEVKIT_BROKER") == "system":
        found = binaries.broker_on_machine()
        yield Finding(f"Broker: {found}") if found else Finding("No redis-server on PATH: install it.", False, True)
    else:
        yield _embedded("No broker is installed in .venv", "the embedded broker")


def _embedded(without: str, what: str) -> Finding:
    if venv.is_ready(venv.EMBEDDED):
        return Finding(f"{what[0].upper()}{what[1:]} is in .venv")
    return Finding(f"{without}: {what} will be installed, for which pip needs the network.", is_well=False)


def _tests() -> Iterator[Finding]:
    chromium = browser.find()
    if chromium:
        yield Finding(f"Chromium: {chromium}")
    else:
        cure = "`test` will install it." if browser.can_install() else "install it, or browser tests are skipped."
        yield Finding(f"No Chromium: {cure}", is_well=False)
    if chromium and not browser.has_hebrew_font():
        yield Finding("No font that can write Hebrew: install culmus or another.", is_well=False)
    if peers.FOLDER.exists() and not peers.is_ready():
        cure = "`test` will run npm ci." if shutil.which("npm") else "install npm, or their tests are skipped."
        yield Finding(f"The tools in tests/peers are not installed: {cure}", is_well=False)


def _running() -> Iterator[Finding]:
    place = Place(VAR)
    if not VAR.exists():
        return
    with places.lock(VAR / "lock") as is_free:
        if not is_free:
            yield Finding(f"`up` runs at {place.run().get('base') or 'an address it has not got yet'}")
            yield _catcher(place.run().get("catcher_port"))
        elif not ports.is_free(FIRST_PORT):
            yield Finding(f"Port {FIRST_PORT} is taken, so `up` will take the next free one.", is_well=False)


def _catcher(port: int | None) -> Finding:
    if port and system.answers(port, "/"):
        return Finding(f"Its Make catcher listens at http://{ports.LOOPBACK}:{port}/")
    cure = f": start it with python3 -m devkit.catcher --port {port}." if port else "."
    return Finding(f"Its Make catcher does not answer{cure}", is_well=False)


def _disk() -> Iterator[Finding]:
    try:
        Place(VAR).make()
    except Trouble as trouble:
        yield Finding(trouble.sentence, is_well=False, is_fatal=True)
        return
    free = shutil.disk_usage(VAR).free
    is_enough = free >= ENOUGH_BYTES
    cure = "" if is_enough else ": make room for at least one."
    yield Finding(f"{free / 1024**3:.0f} GiB free for var/{cure}", is_well=is_enough, is_fatal=not is_enough)


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _environment,
    _disk,
    _postgres,
    _broker,
    _running,
    _tests,
)
