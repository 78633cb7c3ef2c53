"""The existing UI's way of speaking to PostgREST: one call, as its own hand-written clients send it or Supabase's."""

import json
import os
import subprocess
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from tests.cast import Person
from tests.peers.postgrest import Postgrest, key_of
from tests.site import Site


class Told(NamedTuple):
    """An answer as the client library gives it; `error` is PostgREST's own object, or None."""

    status: int
    data: Any
    error: dict[str, Any] | None
    count: int | None

    @property
    def code(self) -> str | None:
        return self.error and self.error["code"]


class Call:
    """A call as the UI writes it, `table("cases").select("id").eq("plate", plate)`; what Python reserves ends in _."""

    def __init__(self, *chain: list[Any]):
        self.chain = chain

    def __getattr__(self, method: str):
        return lambda *given: Call(*self.chain, [method.rstrip("_"), *given])


def table(name: str) -> Call:
    return Call(["from", name])


def rpc(function: str, **arguments: Any) -> Call:
    return Call(["rpc", function, arguments])


def fetch(site: Site, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """What stands in the database, past all policies."""
    with site.owner() as owner:
        return owner.execute(statement, values).fetchall()


class Request:
    """One HTTP request, as it grows while a call's methods are read; each method is one of the client's."""

    def __init__(self) -> None:
        self.verb, self.path, self.body = "GET", "", None
        self.asked: list[tuple[str, str]] = []
        self.headers: dict[str, str] = {}

    def read(self, method: str, given: list[Any]) -> None:
        own = getattr(self, f"on_{method}", None)
        if own:
            own(*given)
        else:
            column, value = given
            self.asked.append((column, f"{method}.{_spelled(value)}"))

    def prefer(self, word: str) -> None:
        self.headers["Prefer"] = ",".join(filter(None, [self.headers.get("Prefer"), word]))

    def on_from(self, name):
        self.path = name

    def on_rpc(self, function, arguments):
        self.verb, self.path, self.body = "POST", f"rpc/{function}", arguments

    def on_select(self, columns="*", options=None):
        self.asked.append(("select", "".join(columns.split())))
        if self.verb != "GET":
            self.prefer("return=representation")
        if options:
            self.prefer(f"count={options['count']}")

    def on_insert(self, rows):
        self.verb, self.body = "POST", rows

    def on_upsert(self, rows, options):
        self.on_insert(rows)
        self.asked.append(("on_conflict", options["onConflict"]))
        self.prefer("resolution=merge-duplicates")

    def on_update(self, values):
        self.verb, self.body = "PATCH", values

    def on_delete(self):
        self.verb = "DELETE"

    def on_or(self, filters):
        self.asked.append(("or", f"({filters})"))

    def on_in(self, column, values):
        self.asked.append((column, f"in.({','.join(values)})"))

    def on_not(self, column, operator, value):
        self.asked.append((column, f"not.{operator}.{_spelled(value)}"))

    def on_order(self, column, options=None):
        ascending = (options or {}).get("ascending", True)
        self.asked.append(("order", f"{column}.{'asc' if ascending else 'desc'}"))

    def on_limit(self, rows):
        self.asked.append(("limit", str(rows)))

    def on_single(self):
        self.headers["Accept"] = "application/vnd.pgrst.object+json"


def _spelled(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) or value is None else str(value)


class ByHand:
    """The addresses and headers that the UI's own two clients write."""

    def __init__(self, rest: Postgrest):
        self.rest = rest

    def __call__(self, call: Call, who: Person | str | None) -> Told:
        request = Request()
        for method, *given in call.chain:
            request.read(method, given)
        address = "&".join(f"{name}={value}" for name, value in request.asked)
        answer = self.rest.call(
            request.verb, f"{request.path}?{address}", who, request.body, apikey=key_of("anon"), **request.headers
        )
        said = json.loads(answer.body) if answer.body else None
        total = answer.headers.get("content-range", "").rpartition("/")[2]
        fine = answer.status < 300
        return Told(
            answer.status, said if fine else None, None if fine else said, int(total) if total.isdigit() else None
        )


class Library:
    """`@supabase/supabase-js` in a Node process of its own; calls of several threads are on their way at once."""

    def __init__(self, process: subprocess.Popen[str]):
        self.process, self.numbers = process, count()
        self.waiting: dict[int, Future[dict[str, Any]]] = {}
        self.lock = threading.Lock()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout:
            told = json.loads(line)
            self.waiting.pop(told["id"]).set_result(told)

    def __call__(self, call: Call, who: Person | str | None) -> Told:
        token = who.token() if isinstance(who, Person) else who
        number, answer = next(self.numbers), Future()
        self.waiting[number] = answer
        with self.lock:
            print(json.dumps({"id": number, "token": token, "chain": call.chain}), file=self.process.stdin, flush=True)
        told = answer.result(timeout=60)
        assert "broken" not in told, told["broken"]
        return Told(told["status"], told["data"], told["error"], told["count"])

    def close(self) -> None:
        self.process.stdin.close()
        self.listener.join(timeout=20)


@contextmanager
def library(rest: Postgrest):
    with subprocess.Popen(
        ["node", "--no-warnings", Path(__file__).parent / "dialect.mjs"],
        env={"PATH": os.environ["PATH"], "BASE": rest.base, "ANON_KEY": key_of("anon")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        client = Library(process)
        yield client
        client.close()
