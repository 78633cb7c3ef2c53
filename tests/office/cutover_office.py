"""An office of its own in which a module may change hands."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from cases import flags
from core import acting
from office import cutover
from tests import cast
from tests.conftest import Api, any_plate
from tests.make.caller import Make, give_key

WELL = """
insert into public.check_runs (org_id, name, state) select case when n = any (%s) then null else %s::uuid end, n, 'WELL'
from unnest(%s::text[]) n
"""
SYSTEM = ["workers", "jobs", "migrations", "schema"]
CALLS = (
    "insert into private.gateway_calls (org_id, op, status, code) select %s, 'x', %s, %s from generate_series(1, %s)"
)
HOOK = """
insert into private.webhook_endpoints (org_id, name, url, secret, event_types)
values (%s, 'Make', 'https://hook.eu2.make.com/x', 'whsec_x', '{helper.export}') returning id
"""
DELIVERED = """
with said as (
  insert into private.outbox (org_id, type) select %s, 'test.ping' from generate_series(1, %s) returning id, seq)
insert into private.deliveries (message_id, endpoint_id, org_id, seq, type, status, done_at, next_at)
select id, %s, %s, seq, 'test.ping', %s, now(), now() - %s * interval '1 second' from said
"""
MIRRORED = """
insert into public.helper_sync_log (org_id, case_id, sync_direction, sync_status, door, version, created_at)
values (%s, %s, 'TO_SUPABASE', %s, 'MAKE', %s, now() - %s * interval '1 day')
"""
BACKUP = """
insert into public.job_runs (kind, state, result, alive_until, started_at, finished_at)
values ('backup', 'DONE', %s, now(), now() - %s * interval '1 hour', now() - %s * interval '1 hour')
"""


@dataclass
class Office:
    """An office of its own, where every precondition of the vehicle's switch is met."""

    owner: object
    org: cast.Office
    manager: cast.Person
    appraiser: cast.Person
    hook: UUID
    key: str

    @property
    def id(self):
        return self.org.id

    def as_manager(self):
        return acting.acting(acting.STAFF, self.manager.claims)

    def unmet(self, module="vehicle"):
        with self.as_manager():
            return {one.name: one.number for one in cutover.conditions(self.id, module) if not one.is_met}

    def switch(self, to="supabase", person=None, **asked):
        with acting.acting(acting.STAFF, (person or self.manager).claims):
            return cutover.switch(org_id=self.id, module="vehicle", to=to, **asked)

    def back(self, **asked):
        with self.as_manager():
            return cutover.back(org_id=self.id, module="vehicle", **asked)

    def writer(self, case=None):
        with acting.acting(acting.STAFF, self.manager.claims):
            return flags.standing(UUID(case["case_id"]) if case else None)["writers"]["vehicle"]

    def open(self, helper=None):
        asked = {"plate": any_plate(), "helper": helper or {"vehicle": {"km": 1}}}
        asked["assigned_to"] = str(self.appraiser.user_id)
        answer = Api(self.appraiser.token()).post("cases", asked)
        assert answer.status_code == 201, answer.content
        return answer.json()

    def save(self, case, version, helper):
        asked = {"version": version, "helper": helper}
        answer = Api(self.appraiser.token()).put(f"cases/{case['case_id']}/helper", asked)
        assert answer.status_code == 200, answer.content

    def send(self, case, helper):
        return Make(self.key).op("case_helper.save_full", {"case_id": case["case_id"], "helper_json": helper})

    def deliver(self, many, status="delivered", seconds=0):
        self.owner.ask(DELIVERED, self.id, many, self.hook, self.id, status, seconds)


@pytest.fixture(name="office")
def an_office(live, settings):
    settings.CUTOVER_LIMITS = {**settings.CUTOVER_LIMITS, "calls": 20, "deliveries": 20, "drift_minutes": 0}
    org = cast.Office(uuid4(), f"משרד {any_plate()}")
    live.owner.ask("insert into public.orgs (id, name) values (%s, %s)", *org)
    people = [cast.Person(uuid4(), org, "רות", "admin"), cast.Person(uuid4(), org, "אבי")]
    for one in people:
        live.owner.ask("insert into auth.users (id) values (%s)", one.user_id)
        live.owner.ask(
            "insert into public.profiles (user_id, org_id, name, role) values (%s, %s, %s, %s)",
            one.user_id, org.id, one.name, one.role,
        )  # fmt: skip
    hook = live.owner.value(HOOK, org.id)
    made = Office(live.owner, org, *people, hook, give_key(org))
    live.owner.ask("delete from public.check_runs")
    live.owner.ask("delete from public.job_runs where kind like 'backup%%'")
    live.owner.ask(WELL, SYSTEM, org.id, cutover.checks_of("vehicle"))
    live.owner.ask(BACKUP, '{"verified": true}', 2, 2)
    live.owner.ask(CALLS, org.id, 200, None, 200)
    made.deliver(100)
    case = made.open()
    live.owner.ask(MIRRORED, org.id, case["case_id"], "SUCCESS", 1, 9)
    live.owner.ask(MIRRORED, org.id, case["case_id"], "SUCCESS", 1, 1)
    made.case = case
    return made


def unverified(office):
    office.owner.ask("update public.job_runs set result = '{}' where kind = 'backup'")
