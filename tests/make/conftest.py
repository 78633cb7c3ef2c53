"""An office whose changes are committed, so that other processes and connections see them; and the world outside."""

import base64
import hmac
import json
import os
import subprocess
import sys
from hashlib import sha256

import pytest
from django.db import connections
from django.utils import timezone

from core import acting
from make import delivery, services
from tests import cast, databases
from tests.conftest import Api, any_plate
from tests.make.caller import Make, give_key
from tests.sql import callers
from tests.sql.callers import Desk
from tests.world import running_world

# Failures come back at once, three times.
AT_ONCE = [0, 0, 0]


class Live:
    """What people and processes do in a database of this module's own."""

    def __init__(self, database):
        self.database = database
        self.owner = Desk(database, None)

    def api(self, person=cast.DANA):
        return Api(person.token())

    def open_case(self, helper=None, person=cast.DANA):
        answer = self.api(person).post("cases", {"plate": any_plate(), "helper": helper or {"meta": {"n": 1}}})
        assert answer.status_code == 201, answer.content
        return answer.json()

    def save(self, case, version, helper=None):
        """Save over `version` and return the new version's number."""
        body = {"version": version, "helper": helper or {"meta": {"n": version + 1}}}
        answer = self.api().put(f"cases/{case['case_id']}/helper", body)
        assert answer.status_code == 200, answer.content
        return answer.json()["version"]

    def as_staff(self, person=cast.NOAM):
        return acting.acting(acting.STAFF, {**person.claims})

    def endpoint(self, url, *event_types, body="thin", person=cast.NOAM):
        with self.as_staff(person):
            return services.create_endpoint(
                org_id=person.org.id, name="Make", url=url, event_types=list(event_types), body=body
            )

    def deliveries(self, endpoint):
        return self.owner.ask(
            "select d.*, o.version, o.data from private.deliveries d join private.outbox o on o.id = d.message_id"
            " where d.endpoint_id = %s order by d.seq",
            endpoint.pk,
        )

    def attempts(self, endpoint):
        return self.owner.ask(
            "select a.* from private.delivery_attempts a join private.deliveries d on d.id = a.delivery_id"
            " where d.endpoint_id = %s order by a.id",
            endpoint.pk,
        )

    def deliver(self):
        """Deliver here and now whatever is ready."""
        delivery.run()

    def worker(self, **environment):
        """A process that delivers, to be killed."""
        env = {**os.environ, "DATABASE_URL": databases.runtime_url(self.database), "WEBHOOK_ALLOW_PRIVATE": "1"}
        command = "from make import delivery; delivery.run()"
        return subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", command],
            cwd=databases.ROOT,
            env={**env, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@pytest.fixture(scope="module")
def live_database(django_db_setup, django_db_blocker):
    """A copy of the template that this process works in for one module, without any transaction around a test."""
    settings_dict = connections["default"].settings_dict
    usual = settings_dict["NAME"]
    with databases.copy("make") as name, django_db_blocker.unblock():
        # Whoever delivered before, in another module, left its connection to another database.
        delivery._desk.submit(connections.close_all).result()
        connections["default"].close()
        settings_dict["NAME"] = name
        try:
            yield name
        finally:
            delivery._desk.submit(connections.close_all).result()
            connections["default"].close()
            settings_dict["NAME"] = usual


@pytest.fixture
def live(live_database, settings):
    """Dana's office with committed changes; endpoints of one test are gone for the next."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    settings.WEBHOOK_RETRY_SECONDS = AT_ONCE
    settings.WEBHOOK_RATE_PER_SECOND = 0
    settings.WEBHOOK_TIMEOUT_SECONDS = 5
    office = Live(live_database)
    yield office
    office.owner.ask("update private.webhook_endpoints set deleted_at = %s where deleted_at is null", timezone.now())
    office.owner.connection.close()


@pytest.fixture
def world():
    with running_world() as running:
        yield running


@pytest.fixture
def hook(live, world):
    """An endpoint at the world's front door that hears of saved versions."""
    return live.endpoint(world.base + "/", "case_helper.saved")


@pytest.fixture
def outlet(live_database):
    """`outlet(DANA)` asks Postgres as a caller of the SQL tests does."""
    desks = []

    def of(caller: callers.Caller) -> Desk:
        desks.append(Desk(live_database, caller))
        return desks[-1]

    yield of
    for desk in desks:
        desk.connection.close()


def is_signed(heard, secret):
    """Standard Webhooks, verified by its specification alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    expected = "v1," + base64.b64encode(hmac.new(key, said, sha256).digest()).decode()
    return expected in heard.headers["webhook-signature"].split(" ")


def told(heard):
    return json.loads(heard.body)


@pytest.fixture
def make(db):
    """`make()` calls as a scenario of Dana's office; `make(cast.SOUTH)`, `make(ops=[...])`."""
    return lambda office=cast.NORTH, ops=(): Make(give_key(office, ops))
