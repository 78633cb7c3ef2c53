"""The existing screens at work, through PostgREST, as their own client asks and saves; it counts what it was told."""

import json
import threading
import time
from contextlib import contextmanager
from uuid import uuid4

from tests.adopting import population as p
from tests.cast import Office, Person
from tests.peers.postgrest import Postgrest

WHO = Person(p.DANA, Office(p.OFFICE, "שמאות הצפון"), "דנה")
KEEP = {"Prefer": "return=representation"}


class Traffic:
    """Threads that ask until they are stopped; nothing they are told is forgotten."""

    def __init__(self, rest: Postgrest):
        self.rest, self.stopped = rest, threading.Event()
        self.wrong: list[str] = []
        self.asked = 0
        self.longest = 0.0
        self.saved: dict[str, list[str]] = {"case_helper": [], "tasks": [], "parts_required": []}

    def ask(self, method, path, body=None, expect=(200, 201), **headers):
        start = time.monotonic()
        answer = self.rest.call(method, path, WHO, body, **headers)
        self.longest = max(self.longest, time.monotonic() - start)
        self.asked += 1
        if answer.status not in expect:
            self.wrong.append(f"{method} {path.partition('?')[0]}: {answer.status} {answer.body[:300]!r}")
            return None
        return json.loads(answer.body or b"null")

    def read(self, number: int) -> None:
        """A screen that lists cases, opens one and shows its tasks: none of them is ever empty."""
        case = p.case_id(number)
        for path in (
            f"cases?select=id,plate,status,owner_name&plate=eq.70{number:05d}&order=created_at.desc",
            f"case_helper?select=id,version,helper_name,helper_json,updated_at&case_id=eq.{case}&is_current=eq.true",
            f"case_helper?select=*&case_id=eq.{case}&order=version.desc&limit=1",
            f"profiles?select=name,role&user_id=eq.{p.DANA}",
            f"invoices?select=id,status&case_id=eq.{case}",
            f"tasks?select=id,title&case_id=eq.{case}",
        ):
            rows = self.ask("GET", path)
            if rows == []:
                self.wrong.append(f"GET {path}: nothing")

    def save(self, number: int) -> None:
        """A save in the three requests of the screens, a task and a part."""
        case, marker = p.case_id(number), str(uuid4())
        newest = self.ask("GET", f"case_helper?select=version&case_id=eq.{case}&order=version.desc&limit=1")
        version = (newest[0]["version"] if newest else 0) + 1
        self.ask("PATCH", f"case_helper?case_id=eq.{case}&is_current=eq.true", {"is_current": False}, (200, 204))
        row = {"case_id": str(case), "version": version, "is_current": True, "source": "system",
               "sync_status": "synced",
               "helper_name": f"x_helper_v{version}", "helper_json": {"marker": marker}}  # fmt: skip
        if self.ask("POST", "case_helper", row, **KEEP):
            self.saved["case_helper"].append(marker)
        for table, more in (
            ("tasks", {"title": "חדש", "case_id": str(case)}),
            (
                "parts_required",
                {"row_uuid": marker, "case_id": str(case), "plate": f"70{number:05d}", "part_name": "כנף"},
            ),
        ):
            if self.ask("POST", table, {"id": marker, **more}, **KEEP):
                self.saved[table].append(marker)

    def until_stopped(self, work, number: int) -> None:
        while not self.stopped.is_set():
            try:
                work(number)
            except Exception as exc:  # a thread's own defect fails the test as well
                self.wrong.append(repr(exc))
                return


@contextmanager
def running(rest: Postgrest):
    traffic = Traffic(rest)
    work = [(traffic.read, 1), (traffic.read, 2), (traffic.save, 4), (traffic.save, 5)]
    threads = [threading.Thread(target=traffic.until_stopped, args=each) for each in work]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1)
        yield traffic
        time.sleep(1)
    finally:
        traffic.stopped.set()
        for thread in threads:
            thread.join(timeout=60)
