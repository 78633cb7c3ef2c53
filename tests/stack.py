"""The whole system as a stranger starts it: `dev.py stack --json --fresh`, with its processes to kill."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.databases import ROOT
from tests.site import Answer

# What belongs to the test run's own database would make the stack join it instead of starting its own.
_OURS = (
    "DATABASE_URL",
    "OWNER_DATABASE_URL",
    "CELERY_BROKER_URL",
    "CACHE_URL",
    "SUPABASE_",
    "DJANGO_",
    "STATIC_ROOT",
    "DEMO_",
)


class Stack:
    """Its first line of JSON, and what can be done to it."""

    def __init__(self, process: subprocess.Popen, told: dict):
        self.process, self.told = process, told
        self.host = told["base"].removeprefix("http://")

    def call(self, method, path, body=None, *, token=None, timeout=20, **more) -> Answer | None:
        """One request; None when the connection broke before an answer came."""
        headers = {"Authorization": f"Bearer {token or self.told['tokens']['user_a']}", **more}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection = HTTPConnection(self.host, timeout=timeout)
        try:
            connection.request(method, f"/api/v1/{path}", None if body is None else json.dumps(body).encode(), headers)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

    def processes(self, word: str) -> list[int]:
        """The launcher's children whose command holds `word`."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (OSError, IndexError):
                continue
            if entry.name.isdigit() and int(parent) == self.process.pid and word in command:
                found.append(int(entry.name))
        return found

    def kill(self, word: str) -> None:
        for pid in self.processes(word):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def running_stack(*arguments: str, **environment: str):
    """Start a fresh stack and stop it with SIGTERM."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
    process = subprocess.Popen(
        [sys.executable, "dev.py", "stack", "--json", "--fresh", *arguments],
        cwd=ROOT,
        env={**env, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line, "the stack did not come up"
        yield Stack(process, json.loads(line))
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()
