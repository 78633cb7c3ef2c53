"""An office of its own on a running stack, whose people and whose Make write to the same cases for as long as asked."""

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import NamedTuple

import psycopg

from devkit import tokens
from make.keys import new_key
from tests.conftest import any_plate
from tests.databases import ROOT
from tests.deploy.processes import until

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PACE_SECONDS = 0.5
# So many answers of each writer tell how things stand after a step: a scenario has two ways to write.
ENOUGH = 2


class Said(NamedTuple):
    """What a writer was answered: the version that was acknowledged, or None where it was refused."""

    began: float
    version: int | None
    helper: dict


class Office:
    """Its person's token, its scenario's key, its cases, and the terminal of whoever moves its modules."""

    def __init__(self, stack, world):
        self.stack, self.id, self.name = stack, str(uuid.uuid4()), f"משרד {any_plate()}"
        person, key = str(uuid.uuid4()), new_key()
        self.key = key.text
        self.token = tokens.for_user(person, "rehearsal@example.test", **stack.told["jwt"])
        with self.owner() as owner:
            owner.execute("insert into public.orgs (id, name) values (%s, %s)", [self.id, self.name])
            owner.execute("insert into auth.users (id) values (%s)", [person])
            owner.execute(
                "insert into public.profiles (user_id, org_id, name, role) values (%s, %s, 'אבי', 'assistant')",
                [person, self.id],
            )
            owner.execute(
                "insert into private.gateway_keys (org_id, name, key_hash, hint) values (%s, 'תרחיש', %s, %s)",
                [self.id, key.key_hash, key.hint],
            )
            owner.execute(
                """insert into private.webhook_endpoints (org_id, name, url, event_types, secret)
                   values (%s, 'Make', %s, '{case_helper.saved,helper.export}', %s)""",
                [self.id, world.base + "/", SECRET],
            )
        self.cases = [self.open() for _ in range(3)]

    def owner(self):
        return psycopg.connect(self.stack.told["dsn"], autocommit=True)

    def rows(self, statement, *values):
        with self.owner() as owner:
            return owner.execute(statement, values).fetchall()

    def open(self):
        answer = self.person("POST", "cases", {"plate": any_plate(), "helper": {"vehicle": {"km": 0}}})
        assert answer.status == 201, answer.body
        return answer.json()

    def person(self, method, path, body=None):
        return self.stack.call(method, path, body, token=self.token)

    def make(self, op, body, key):
        return self.stack.call("POST", f"gateway/{op}", body, token=self.key, **{"Idempotency-Key": key})

    def cutover(self, verb, *words):
        """(exit code, what it said) of `manage.py cutover` about the vehicle."""
        pid = json.loads(Path(self.stack.told["run"]).read_text())["services"]["web"]["pid"]
        env = dict(one.split("=", 1) for one in Path(f"/proc/{pid}/environ").read_text().rstrip("\0").split("\0"))
        command = [sys.executable, "manage.py", "cutover", verb, "--office", self.name, "--module", "vehicle", *words]
        env |= {"LC_ALL": "C", "PATH": os.environ["PATH"]}
        ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)
        return ran.returncode, ran.stdout + ran.stderr

    def steps(self, verb, *words):
        """Take a step that is possible, and return what was said."""
        code, told = self.cutover(verb, *words)
        assert code == 0, told
        return told

    def writers(self):
        """Who writes the vehicle of each case, as the UI and Make are told."""
        found = []
        for case in self.cases:
            told = [
                self.stack.call("GET", f"flags?case_id={case['case_id']}", token=token).json()["writers"]["vehicle"]
                for token in (self.token, self.key)
            ]
            assert told[0] == told[1]
            found.append(told[0])
        return found


class Writer(threading.Thread):
    """Writes to one case until told to stop, and remembers each answer."""

    def __init__(self, office, case, stop):
        super().__init__(daemon=True)
        self.office, self.case, self.stop = office, case, stop
        self.said, self.troubles, self.number = [], [], 0

    def run(self):
        while not self.stop.wait(PACE_SECONDS):
            self.number += 1
            # The same number twice in a case would be no change, and no version.
            km = self.number * 2 + self.is_make
            self.write({"vehicle": {"km": km}, "notes": f"{type(self).__name__} {self.number} " * 20})

    def since(self, moment):
        return [one for one in list(self.said) if one.began > moment]


class Person(Writer):
    """Saves as the UI does, over the version it saw last; who is too late reads the number and saves again."""

    is_make = False
    seen = 1

    def write(self, helper):
        while not self.stop.is_set():
            began = time.monotonic()
            asked = {"version": self.seen, "helper": helper}
            answer = self.office.person("PUT", f"cases/{self.case['case_id']}/helper", asked)
            if answer is not None and answer.status == 200:
                self.seen = answer.json()["version"]
                self.said.append(Said(began, self.seen, helper))
                return
            if answer is None or answer.json()["code"] != "version_conflict":
                self.troubles.append(answer and (answer.status, answer.body))
                return
            self.seen = answer.json()["details"]["current_version"]


class Scenario(Writer):
    """Sends the copy that Make holds, by one operation or the other; what has moved is refused."""

    is_make = True

    def write(self, helper):
        began, key = time.monotonic(), uuid.uuid4().hex
        op, which = [("case_helper.save_full", "case_id"), ("case.upsert", "plate")][self.number % 2]
        answer = self.office.make(op, {which: self.case[which], "helper_json": helper}, key)
        if answer is not None and answer.status == 200:
            self.said.append(Said(began, answer.json()["version"], helper))
        elif answer is not None and answer.status == 409 and _is_about_the_vehicle(answer.json()):
            self.said.append(Said(began, None, helper))
        else:
            self.troubles.append(answer and (answer.status, answer.body))


def _is_about_the_vehicle(told):
    return told["code"] == "module_moved" and told["details"]["modules"] == ["vehicle"]


class Traffic:
    """A person and a scenario at each case of the office."""

    def __init__(self, office):
        self.stop = threading.Event()
        self.people = [Person(office, case, self.stop) for case in office.cases]
        self.scenarios = [Scenario(office, case, self.stop) for case in office.cases]
        self.writers = [*self.people, *self.scenarios]

    def __enter__(self):
        for writer in self.writers:
            writer.start()
        return self

    def __exit__(self, *failure):
        self.stop.set()
        for writer in self.writers:
            writer.join(30)

    def goes_on(self, *moved):
        """Whoever asks from now on is answered: people are taken everywhere, Make but where the vehicle has moved."""
        now = time.monotonic()
        until(
            lambda: (
                any(one.troubles for one in self.writers) or all(len(one.since(now)) >= ENOUGH for one in self.writers)
            ),
            lambda: [len(one.since(now)) for one in self.writers],
        )
        assert [one.troubles for one in self.writers] == [[]] * len(self.writers)
        assert all(said.version for person in self.people for said in person.since(now))
        for scenario in self.scenarios:
            has_moved = scenario.case in moved
            assert [said.version is None for said in scenario.since(now)[:ENOUGH]] == [has_moved] * ENOUGH

    def answers(self, case):
        return [said for writer in self.writers if writer.case is case for said in writer.said]
