"""`dev.py check`: everything that can be said of the code without running the tests, two at a time."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devkit import keys, places, processes, stopping, venv
from devkit.places import ROOT, VAR, Place
from devkit.progress import say

AT_ONCE = 2
MOST_LINES = 200
# Nothing listens there: a check that needs a database makes its own.
NOWHERE = "postgresql://backoffice_app:none@127.0.0.1:9/backoffice"
CONTRACTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


@dataclass(frozen=True)
class Check:
    title: str
    command: Sequence[object]
    needs: Path | None = None


@dataclass(frozen=True)
class Running:
    check: Check
    process: subprocess.Popen[bytes]
    log: Path
    began: float


def _python(*words: object) -> list[object]:
    return [venv.PYTHON, *words]


# The slow ones first, so that the quick ones fill the gaps.
CHECKS = (
    Check("types", _python("-m", "mypy")),
    Check("supabase/schema.sql is fresh", [sys.executable, ROOT / "dev.py", "schema", "--check"], ROOT / "supabase"),
    Check("migrations are written", _python("manage.py", "makemigrations", "--check", "--dry-run")),
    Check("safe to deploy", _python("manage.py", "check", "--deploy", "--fail-level", "WARNING")),
    Check("import contracts", _python("-c", CONTRACTS)),
    Check("locks are fresh", _python("-m", "devkit.locks")),
    Check("messages are compiled", _python("-m", "devkit.catalogues"), ROOT / "locale"),
    Check("lint", _python("-m", "ruff", "check", ".")),
    Check("format", _python("-m", "ruff", "format", "--check", ".")),
)


def main(arguments: list[str]) -> int:
    venv.ensure(venv.DEV)
    wanted = [check for check in CHECKS if not arguments or any(word in check.title for word in arguments)]
    wanted = [check for check in wanted if check.needs is None or check.needs.exists()]
    with places.temporary() as place:
        failed = _run_all(list(wanted), place)
    say(f"{failed} of {len(wanted)} checks failed." if failed else f"All {len(wanted)} checks are well.")
    return 1 if failed else 0


def _run_all(waiting: list[Check], place: Place) -> int:
    env, running, failed = environment(place), list[Running](), 0
    try:
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                running.append(_start(waiting.pop(0), env, place))
            done = [one for one in running if one.process.poll() is not None]
            failed += sum(not _tell(one) for one in done)
            running = [one for one in running if one not in done]
            stopping.pause()
    finally:
        processes.end([one.process for one in running])
    return failed


def _start(check: Check, env: dict[str, str], place: Place) -> Running:
    log = place.logs / f"{check.title.replace('/', '-')}.log"
    return Running(check, processes.spawn(check.command, output=log, env=env), log, time.monotonic())


def _tell(one: Running) -> bool:
    is_good = one.process.returncode == 0
    spent = time.monotonic() - one.began
    say(f"{'ok    ' if is_good else 'FAILED'} {one.check.title} ({spent:.1f} s)")
    output = one.log.read_text(errors="replace").strip().splitlines()
    if not is_good or (output and output[0].startswith("not looked at")):
        say("\n".join(f"       {line}" for line in output[-MOST_LINES:]))
    return is_good


def environment(place: Place) -> dict[str, str]:
    """As in production, with secrets of no worth and servers that are not there."""
    secret = keys.of(place)
    ours = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_SECRET_KEY": secret.django_secret_key,
        "DJANGO_DEBUG": "0",
        "ALLOWED_HOSTS": "backoffice.example",
        "HTTPS_ONLY": "1",
        "DATABASE_URL": NOWHERE,
        "STATIC_ROOT": str(VAR / "static"),
        "SUPABASE_JWT_SECRET": secret.jwt_secret,
        "SUPABASE_JWT_ISSUER": "https://backoffice.example/auth/v1",
        "SUPABASE_JWT_AUDIENCE": "authenticated",
        "WEBHOOK_SECRET": secret.webhook_secret,
    }
    return {**os.environ, **ours}
