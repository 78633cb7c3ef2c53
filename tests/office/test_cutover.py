"""A module changes hands only with proof, each number of it from rows, and comes back at any moment."""

from uuid import UUID, uuid4

import pytest

from accounts.models import AuditEntry
from cases.models import FeatureFlag
from core import acting
from core.errors import Conflict, Invalid, NotFound, Refused
from office import cutover
from office.models import CutoverStep
from tests import cast
from tests.conftest import Api
from tests.make.caller import Make
from tests.make.conftest import live, live_database  # noqa: F401
from tests.office.cutover_office import CALLS, MIRRORED, an_office, unverified  # noqa: F401


def test_where_everything_is_met_the_module_moves_and_the_numbers_are_kept(office):
    assert office.unmet() == {}

    step = office.switch(reason="הכול נבדק")

    assert office.writer() == "supabase"
    kept = {one["name"]: (one["number"], one["is_met"]) for one in step.conditions}
    assert kept["calls"] == (201, True)
    assert kept["calls_rate"] == (100, True)
    assert 8.9 <= kept["drift_days"][0] <= 9
    assert (step.from_value, step.to_value, step.is_forced, step.done_by_id) == (
        "make", "supabase", False, office.manager.user_id,
    )  # fmt: skip
    with office.as_manager():
        entry = AuditEntry.objects.about("cutover_steps").first()
        assert (entry.new_values["module"], entry.new_values["reason"]) == ("vehicle", "הכול נבדק")


def _drift(office):
    office.save(office.case, 1, {"vehicle": {"km": 2}})


def _drift_that_ended(office):
    _drift(office)
    assert office.send(office.case, {"vehicle": {"km": 2}, "n": 1}).status_code == 200


def _silent_mirror(office):
    office.owner.ask("alter table public.helper_sync_log disable trigger user")
    office.owner.ask("delete from public.helper_sync_log where org_id = %s", office.id)
    office.owner.ask("alter table public.helper_sync_log enable trigger user")


def _few_calls(office):
    office.owner.ask("delete from private.gateway_calls where org_id = %s", office.id)
    office.owner.ask(CALLS, office.id, 200, None, 5)


def _no_calls(office):
    office.owner.ask("delete from private.gateway_calls where org_id = %s", office.id)
    _silent_mirror(office)


def _bad_calls(office):
    office.owner.ask(CALLS, office.id, 422, "invalid", 10)


def _few_deliveries(office):
    office.owner.ask("delete from private.deliveries where org_id = %s", office.id)
    office.deliver(3)


def _given_up(office):
    office.deliver(10, "dead")


def _old_backup(office):
    office.owner.ask("update public.job_runs set finished_at = now() - interval '30 hours' where kind = 'backup'")


def _failed_backup(office):
    office.owner.ask("update public.job_runs set state = 'FAILED', error = 'x' where kind = 'backup'")


def _red_check(office):
    office.owner.ask("update public.check_runs set state = 'FINDINGS', found = 1 where name = 'search_rows'")


def _old_check(office):
    office.owner.ask("update public.check_runs set finished_at = now() - interval '1 hour' where name = 'mirror'")


def _waiting_news(office):
    office.deliver(2, "pending", seconds=900)


def _refused_last_word(office):
    office.owner.ask(MIRRORED, office.id, office.case["case_id"], "FAILED", None, 0)


def _paused(office):
    office.owner.ask("update private.webhook_endpoints set is_paused = true where id = %s", office.hook)


@pytest.mark.parametrize(
    ("spoil", "unmet"),
    [
        (_drift, {"drift_now": 1, "drift_days": 0}),
        (_drift_that_ended, {"drift_days": 0}),
        (_silent_mirror, {"drift_now": None, "drift_days": None}),
        (_few_calls, {"calls": 6}),
        (_no_calls, {"drift_now": None, "drift_days": None, "calls": 0, "calls_rate": None}),
        (_bad_calls, {"calls_rate": None}),
        (_few_deliveries, {"deliveries": 3}),
        (_given_up, {"deliveries_rate": None}),
        (unverified, {"backup_hours": None}),
        (_old_backup, {"backup_hours": 30}),
        (_failed_backup, {"backup_hours": None}),
        (_red_check, {"checks": 1}),
        (_old_check, {"checks": 1}),
        (_waiting_news, {"outbox": 1}),
        (_refused_last_word, {"conflicts": 1}),
        (_paused, {"way_back": 0}),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_each_precondition_fails_by_its_own_rows_and_the_switch_is_refused(office, spoil, unmet):
    spoil(office)

    found = office.unmet()

    assert found.keys() == unmet.keys()
    assert {name: found[name] for name, number in unmet.items() if number is not None} == {
        name: number for name, number in unmet.items() if number is not None
    }
    with pytest.raises(Conflict) as refused:
        office.switch(reason="x")
    assert refused.value.code == "cutover_not_ready"
    assert set(refused.value.details["conditions"]) == unmet.keys()
    assert office.writer() == "make"


def test_a_part_of_another_module_does_not_drift(office):
    office.save(office.case, 1, {"vehicle": {"km": 1}, "levisummary": 1})

    assert office.unmet() == {}
    assert "drift_now" in office.unmet("levi")


def test_what_make_was_sent_does_not_drift_any_more(office):
    office.save(office.case, 1, {"vehicle": {"km": 2}})
    assert "drift_now" in office.unmet()

    office.owner.ask(
        "insert into public.helper_sync_log (org_id, case_id, sync_direction, sync_status, door, version)"
        " values (%s, %s, 'FROM_SUPABASE', 'SUCCESS', 'MAKE', 2)",
        office.id, office.case["case_id"],
    )  # fmt: skip

    assert "drift_now" not in office.unmet()


def test_a_backup_that_is_verified_later_counts_by_its_own_name(office):
    office.owner.ask("update public.job_runs set result = '{\"name\": \"monday\"}' where kind = 'backup'")
    assert "backup_hours" in office.unmet()
    later = """insert into public.job_runs (kind, state, result, alive_until, finished_at)
        values ('backup-verified', 'DONE', %s, now(), now())"""
    office.owner.ask(later, '{"name": "sunday", "verified": true}')
    assert "backup_hours" in office.unmet()

    office.owner.ask(later, '{"name": "monday", "verified": true}')

    assert office.unmet() == {}


def test_even_so_is_the_managers_alone_needs_a_reason_and_is_kept(office):
    unverified(office)
    with pytest.raises(Invalid):
        office.switch(even_so=True)
    office.owner.ask("update public.profiles set role = 'developer' where user_id = %s", office.manager.user_id)
    with pytest.raises(Refused) as refused:
        office.switch(even_so=True, reason="אני רוצה")
    assert refused.value.code == "forbidden"
    assert office.writer() == "make"
    office.owner.ask("update public.profiles set role = 'admin' where user_id = %s", office.manager.user_id)

    step = office.switch(even_so=True, reason="אני רוצה")

    assert (step.is_forced, step.reason, office.writer()) == (True, "אני רוצה", "supabase")
    assert [one["name"] for one in step.conditions if not one["is_met"]] == ["backup_hours"]


def test_nobody_else_moves_a_module(office):
    with pytest.raises(Refused) as refused:
        office.switch(person=office.appraiser, reason="x")
    assert refused.value.code == "forbidden"
    with pytest.raises(NotFound):
        office.switch(person=cast.URI, reason="x")
    with pytest.raises(NotFound):
        office.switch(case_ids=[uuid4()], reason="x")
    with acting.acting(acting.STAFF, office.appraiser.claims), pytest.raises(Refused):
        cutover.conditions(office.id, "vehicle")
    assert office.writer() == "make"


def test_a_pilot_is_some_cases_then_all_and_the_way_back_takes_them_all(office):
    pilot, other = office.case, office.open()
    office.switch(case_ids=[UUID(pilot["case_id"])], reason="פיילוט")
    assert (office.writer(pilot), office.writer(other), office.writer()) == ("supabase", "make", "make")
    with pytest.raises(Conflict):
        office.switch(case_ids=[UUID(pilot["case_id"])], reason="שוב")

    # A case that is mirrored as the others are.
    office.owner.ask(MIRRORED, office.id, other["case_id"], "SUCCESS", 1, 8)
    office.switch(reason="כולם")
    assert (office.writer(pilot), office.writer(other), office.writer()) == ("supabase",) * 3
    with office.as_manager():
        assert not FeatureFlag.objects.filter(case__isnull=False).exists()
    with pytest.raises(Conflict) as refused:
        office.switch(reason="שוב")
    assert refused.value.code == "cutover_stands"

    office.back()

    assert (office.writer(pilot), office.writer(other), office.writer()) == ("make",) * 3
    with pytest.raises(Conflict):
        office.back()
    with office.as_manager():
        kinds = list(CutoverStep.objects.of(office.id, "vehicle").values_list("kind", flat=True))
    assert kinds == ["back", "switch", "switch"]


def exports(office):
    return office.owner.ask(
        "select case_id::text as case_id, version from private.outbox where org_id = %s and type = 'helper.export'",
        office.id,
    )


def test_the_way_back_works_whatever_is_red_says_who_wrote_and_tells_make_once(office):
    quiet = office.open()
    office.owner.ask(MIRRORED, office.id, quiet["case_id"], "SUCCESS", 1, 8)
    office.switch(reason="x")
    office.save(office.case, 1, {"vehicle": {"km": 2}})
    office.save(office.case, 2, {"vehicle": {"km": 3}})
    assert office.send(office.case, {"vehicle": {"km": 9}}).json()["code"] == "module_moved"
    unverified(office)
    _waiting_news(office)

    step = office.back(reason="תקלה")

    written = step.written
    assert (written["versions"], written["cases"], written["queued"], written["unheard"]) == (2, 1, 1, 0)
    assert [(one["saved_by"], one["saved_from"], one["versions"]) for one in written["by"]] == [
        (str(office.appraiser.user_id), "UI", 2)
    ]
    assert exports(office) == [{"case_id": office.case["case_id"], "version": 3}]
    assert office.send(office.case, {"vehicle": {"km": 9}}).status_code == 200

    # What was given up is sent again under its id, and nothing is told twice.
    office.owner.ask(
        "update private.deliveries set status = 'dead' where org_id = %s and type = 'helper.export'", office.id
    )
    with acting.acting(acting.SERVICE):
        again = cutover.switch(org_id=office.id, module="vehicle", to="supabase", reason="x", even_so=True)
        assert again.is_forced
    assert office.back().written["versions"] == 0
    assert len(exports(office)) == 1


def test_a_way_back_that_nobody_hears_says_so(office):
    office.switch(reason="x")
    office.save(office.case, 1, {"vehicle": {"km": 2}})
    office.owner.ask("update private.webhook_endpoints set deleted_at = now() where id = %s", office.hook)

    assert (office.back().written["unheard"], exports(office), office.writer()) == (1, [], "make")


def test_a_rehearsal_leaves_nothing(office):
    step = office.switch(reason="x", rehearse=True)

    assert (step.to_value, office.writer()) == ("supabase", "make")
    with office.as_manager():
        assert not CutoverStep.objects.of(office.id, "vehicle").exists()


def test_calls_are_counted_as_they_are_answered(office):
    def counted():
        rows = "select op, status, code from private.gateway_calls where org_id = %s and op <> 'x' order by id"
        return [tuple(row.values()) for row in office.owner.ask(rows, office.id)]

    caller = Make(office.key)
    body = {"case_id": office.case["case_id"], "helper_json": {"vehicle": {"km": 5}}}
    for _repeat in range(2):
        assert caller.op("case_helper.save_full", body, key="once").status_code == 200
    assert caller.op("case_helper.save_full", {**body, "helper_json": 5}).status_code == 422
    assert caller.op("case_helper.get_current", {"case_id": str(uuid4())}).status_code == 404
    assert caller.post("rpc/sync_helper", {"case_id": str(uuid4()), "helper_json": {}}).status_code == 404
    assert (
        caller.post("rpc/sync_helper", {"case_id": office.case["case_id"], "helper_json": {"a": 1}}).status_code == 200
    )
    # A person's own call of the same address is none of Make's.
    person = Api(office.appraiser.token())
    assert person.post("update-helper", {"case_id": office.case["case_id"], "patch": {"a": 2}}).status_code == 200

    assert counted() == [
        ("case_helper.save_full", 200, None),
        ("case_helper.save_full", 422, "invalid"),
        ("sync_helper", 404, "not_found"),
        ("sync_helper", 200, None),
    ]
