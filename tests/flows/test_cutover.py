"""The cutover rehearsed on the whole system: the vehicle goes over step by step and back, with traffic running."""

import json

import pytest

from tests.deploy.processes import until
from tests.flows.rehearsal import SECRET, Office, Traffic
from tests.make.conftest import is_signed, told
from tests.stack import running_stack
from tests.world import running_world

# What a real office has from its weeks in the shadow, and a backup that somebody restored and compared.
MIRRORED = """
insert into public.helper_sync_log (org_id, case_id, sync_direction, sync_status, door, version, created_at)
values (%s, %s, 'TO_SUPABASE', 'SUCCESS', 'MAKE', 1, now() - %s * interval '1 day')
"""
BACKUP = """
insert into public.job_runs (kind, state, result, alive_until, started_at, finished_at)
values ('backup', 'DONE', '{"verified": true}', now(), now() - interval '2 hours', now() - interval '2 hours')
"""
# Those that read every helper run at night.
NIGHTLY = """
insert into public.check_runs (org_id, name, state) select %s, n, 'WELL' from unnest(%s::text[]) n
"""


@pytest.fixture(scope="module")
def world():
    with running_world() as running:
        yield running


@pytest.fixture(scope="module")
def office(world):
    few = {"CUTOVER_MIN_CALLS": "20", "CUTOVER_MIN_DELIVERIES": "20"}
    with running_stack(API_RATE_PER_MINUTE="0", WEBHOOK_RATE_PER_SECOND="0", **few) as stack:
        yield Office(stack, world)


def test_a_module_goes_over_and_comes_back_and_nothing_is_lost(office, world):
    pilot, *others = office.cases
    with Traffic(office) as traffic:
        traffic.goes_on()
        is_refused_until_ready(office)
        meet_the_preconditions(office)
        traffic.goes_on()

        office.steps("switch", "--to", "dual", "--case", pilot["plate"])
        assert office.writers() == ["dual", "make", "make"]
        traffic.goes_on()
        office.steps("switch", "--to", "supabase", "--case", pilot["plate"])
        assert office.writers() == ["supabase", "make", "make"]
        traffic.goes_on(pilot)
        office.steps("switch", "--to", "dual")
        assert office.writers() == ["supabase", "dual", "dual"]
        traffic.goes_on(pilot)
        office.steps("switch", "--to", "supabase")
        assert office.writers() == ["supabase"] * 3
        traffic.goes_on(pilot, *others)

        said = office.steps("back", "--reason", "a rehearsal")
        assert office.writers() == ["make"] * 3
        assert "Queued for Make: 3, sent again: 0, heard by nobody: 0" in said
        traffic.goes_on()

    for case in office.cases:
        nothing_is_lost(office, case, traffic.answers(case))
        make_heard_of_each(office, world, case)
    the_steps_are_kept(office)


def is_refused_until_ready(office):
    code, said = office.cutover("check")
    assert (code, "✗ Hours since the last verified backup" in said) == (1, True), said
    code, said = office.cutover("switch", "--kept", "--to", "dual", "--case", office.cases[0]["plate"])
    assert (code, "nothing was turned" in said) == (1, True), said
    assert office.writers() == ["make"] * 3
    assert office.rows("select from public.cutover_steps where org_id = %s", office.id) == []


def meet_the_preconditions(office):
    with office.owner() as owner:
        for days in (9, 1):
            owner.execute(MIRRORED, [office.id, office.cases[0]["case_id"], days])
        owner.execute(BACKUP)
        owner.execute(NIGHTLY, [office.id, ["versions", "plates", "search_rows"]])
    # Calls and deliveries come by themselves, as long as there is traffic.
    until(lambda: office.cutover("check")[0] == 0, lambda: office.cutover("check", "--kept")[1])


def nothing_is_lost(office, case, answers):
    """Each acknowledged write is a version with what was sent, and each refused one was kept as it came."""
    rows = office.rows(
        "select version, helper_json::text, is_current from public.case_helper where case_id = %s order by version",
        case["case_id"],
    )
    stored = {version: json.loads(text) for version, text, _ in rows}
    taken = {said.version: said.helper for said in answers if said.version}
    assert list(stored) == list(range(1, len(rows) + 1))
    assert [version for version, _, is_current in rows if is_current] == [len(rows)]
    assert len(taken) == len([said for said in answers if said.version]), "one version was given twice"
    assert stored == {1: {"vehicle": {"km": 0}}, **taken}
    newest = office.person("GET", f"cases/{case['case_id']}/helper").json()
    assert (newest["version"], newest["helper"]) == (len(rows), stored[len(rows)])

    kept = office.rows(
        """select r.body, l.sections_refused from public.helper_sync_log l join private.raw_answers r on r.id = l.raw_id
           where l.case_id = %s and l.sync_status = 'FAILED' order by l.created_at""",
        case["case_id"],
    )
    assert [json.loads(body) for body, _ in kept] == [said.helper for said in answers if not said.version]
    assert {tuple(sections) for _, sections in kept} == {("vehicle",)}


def make_heard_of_each(office, world, case):
    """Of every version once and in order; and after the way back it was sent the whole helper."""
    versions = office.rows("select version from public.case_helper where case_id = %s order by 1", case["case_id"])

    def saved():
        return [
            told(one)["data"]["version"]
            for one in world.heard()
            if told(one).get("type") == "case_helper.saved" and told(one)["data"]["case_id"] == case["case_id"]
        ]

    def exported():
        return [told(one) for one in world.heard() if told(one).get("plate_number") == case["plate"]]

    until(lambda: len(saved()) >= len(versions) and exported(), lambda: f"{len(saved())} of {len(versions)}")
    assert saved() == [version for (version,) in versions]
    [export] = exported()
    path = f"cases/{case['case_id']}/helper/versions/{export['version']}"
    assert export["event"] == "HELPER_EXPORT"
    assert export["data"] == office.person("GET", path).json()["helper"]
    assert all(is_signed(one, SECRET) for one in world.heard())


def the_steps_are_kept(office):
    rows = office.rows(
        """select kind, from_value, to_value, case_ids::text[], is_forced, door, conditions
           from public.cutover_steps where org_id = %s order by created_at""",
        office.id,
    )
    pilot = [office.cases[0]["case_id"]]
    assert [row[:6] for row in rows] == [
        ("switch", "make", "dual", pilot, False, "TERMINAL"),
        ("switch", "make", "supabase", pilot, False, "TERMINAL"),
        ("switch", "make", "dual", None, False, "TERMINAL"),
        ("switch", "dual", "supabase", None, False, "TERMINAL"),
        ("back", "supabase", "make", None, False, "TERMINAL"),
    ]
    for *_, conditions in rows[:-1]:
        assert [one["name"] for one in conditions if not one["is_met"]] == []
        assert len(conditions) == 11
