"""The commands of deploy/, as compose and systemd start them, and a way to start them without either."""

import os
import re
import shlex
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import yaml

from tests.databases import ROOT

UNITS = ROOT / "deploy" / "systemd"


def compose():
    return yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())


def compose_commands():
    return {
        name: [str(word) for word in service["command"]]
        for name, service in compose()["services"].items()
        if "command" in service
    }


def unit(name):
    """(section, key, value) of each line of a unit, in order."""
    section, found = "", []
    for line in (UNITS / name).read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.append((section, key, value))
    return found


def unit_commands():
    """Service name -> its commands, with %i and %% filled in as systemd does for an instance 1."""
    found = {}
    for path in sorted(UNITS.glob("*.service")):
        name = path.stem.removeprefix("backoffice-").removesuffix("@")
        said = [value.replace("%i", "1").replace("%%", "%") for _, key, value in unit(path.name) if key == "ExecStart"]
        found[name] = [shlex.split(value) for value in said]
    return found


def here(command, swapped=()):
    """The command with this environment's Python, and some of its words swapped for others."""
    words = [
        sys.executable if re.fullmatch(r"python|/opt/backoffice/.venv/bin/python", word) else word for word in command
    ]
    return [dict(swapped).get(word, word) for word in words]


def own_servers(number):
    """A broker and a cache that no other test looks into: databases of the run's own one."""
    broker = urlsplit(os.environ["CELERY_BROKER_URL"])
    if broker.scheme == "redis+socket":
        return {
            "CELERY_BROKER_URL": f"redis+socket://{broker.path}?virtual_host={number}",
            "CACHE_URL": f"redis://{broker.path}?db={number + 1}",
        }
    return {
        "CELERY_BROKER_URL": broker._replace(path=f"/{number}").geturl(),
        "CACHE_URL": broker._replace(path=f"/{number + 1}").geturl(),
    }


@contextmanager
def running(command, env, log, **options):
    """The process while the block runs; it is told to stop afterwards, as systemd and compose would."""
    with open(log, "ab") as words:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=words, stderr=words, **options)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def until(is_so, what, seconds=60.0):
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, what() if callable(what) else what
        time.sleep(0.1)
