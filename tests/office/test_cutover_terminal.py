"""The cutover in the terminal: what it prints, and how it ends."""

import io
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from office import cutover
from office.models import CutoverStep
from tests import cast
from tests.make.conftest import live, live_database  # noqa: F401
from tests.office.cutover_office import an_office, unverified  # noqa: F401


@pytest.fixture
def run(office, monkeypatch):
    """`run("check", ...)`: exit code and what was printed."""
    monkeypatch.setenv("LC_ALL", "C")

    def ran(verb, *arguments, module="vehicle"):
        out, err = io.StringIO(), io.StringIO()
        which = () if verb == "status" else ("--module", module)
        try:
            call_command("cutover", verb, *which, "--office", office.org.name, *arguments, stdout=out, stderr=err)
        except SystemExit as ended:
            return ended.code, out.getvalue() + err.getvalue()
        return 0, out.getvalue()

    return ran


def test_check_prints_each_number_with_its_limit_and_ends_with_0_or_1(office, run):
    code, told = run("check", "--kept")
    assert (code, told.count("✓"), "✗" in told) == (0, 11, False)
    assert "Calls by which Make wrote: 201 (at least 20)" in told

    unverified(office)
    code, told = run("check", "--kept")

    assert (code, told.count("✗")) == (1, 1)
    assert "✗ Hours since the last verified backup: — (at most 26) · never" in told


def test_check_runs_the_quick_health_checks_anew(office, run):
    office.owner.ask("update public.check_runs set state = 'FINDINGS', found = 3 where name = 'deliveries'")

    run("check")

    state = (
        "select state from public.check_runs where name = 'deliveries' and org_id = %s order by started_at desc limit 1"
    )
    assert office.owner.value(state, office.id) == "WELL"


def test_status_tells_each_module_with_its_phase(office, run):
    office.switch(case_ids=[UUID(office.case["case_id"])], reason="x")

    code, told = run("status")

    lines = {line.split()[0]: line for line in told.splitlines()[1:]}
    assert (code, set(lines)) == (0, set(cutover.MODULES))
    assert "pilot" in lines["vehicle"]
    assert "רות" in lines["vehicle"]
    assert "shadow mirror" in lines["levi"]


def test_the_whole_way_in_the_terminal(office, run):
    plate = office.case["plate"]
    unverified(office)
    code, told = run("switch", "--kept", "--case", plate)
    assert code == 1
    assert "✗ Hours since" in told
    office.owner.ask("update public.job_runs set result = '{\"verified\": true}' where kind = 'backup'")

    code, told = run("switch", "--kept", "--case", plate, "--dry-run")
    assert (code, office.writer(office.case)) == (0, "make")
    assert "nothing was changed" in told
    code, told = run("switch", "--kept", "--person", "אבי", "--reason", "x")
    assert (code, office.writer(office.case)) == (0, "supabase")
    office.save(office.case, 1, {"vehicle": {"km": 7}})
    code, told = run("back")
    assert (code, office.writer(office.case)) == (0, "make")
    assert "Written here meanwhile: 1 versions of 1 cases" in told
    assert "אבי: 1 (UI)" in told
    assert "Queued for Make: 1" in told
    with pytest.raises(CommandError, match="stands so already"):
        run("back")
    with pytest.raises(CommandError, match="12345678"):
        run("switch", "--kept", "--case", "12345678")


def test_a_step_in_the_terminal_may_bear_a_managers_name(office, run):
    User.objects.create_user("ruth", password=cast.PASSWORD, is_staff=True, profile_id=office.manager.user_id)

    run("switch", "--kept", "--by", "ruth", "--reason", "x")

    with office.as_manager():
        assert CutoverStep.objects.of(office.id, "vehicle").get().done_by_id == office.manager.user_id
    with pytest.raises(CommandError):
        run("back", "--by", "nobody")
