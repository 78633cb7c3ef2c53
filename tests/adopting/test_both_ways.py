"""`supabase db push` and `manage.py migrate` adopt one and the same database to one and the same result."""

import pytest

from tests.adopting.conftest import Adopted, existing
from tests.adopting.test_core import BROUGHT, key_of
from tests.peers import scratch
from tests.peers.scratch import HOSTED

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module", params=scratch.KINDS)
def twins(request, supabase):
    """Two copies of one existing database on each kind of server, adopted by one tool each."""
    with scratch.server(request.param) as server:
        migrated = existing(server)
        pushed = f"{migrated}_pushed"
        server.tell(f"create database {pushed} template {migrated} owner {HOSTED}")
        scratch.migrate(server, migrated)
        said = supabase("db", "push", url=server.url(pushed, HOSTED))
        assert said.code == 0, said.all
        again = supabase("db", "push", url=server.url(pushed, HOSTED)).all
        assert "up to date" in again
        # Django's own tables are migrate's work in any case.
        assert ".sql" not in scratch.migrate(server, pushed)
        yield Adopted(server, migrated), Adopted(server, pushed)


def test_the_rows_are_the_same(twins):
    versions = """select case_id, version, helper_name, md5(helper_json::text), is_current, label, saved_at,
        changed_sections
        from public.case_helper order by case_id, version"""
    migrated, pushed = (
        {
            **{
                table: each.ask(f"select {key_of(table)} from public.{table} order by 1")
                for table in BROUGHT[:3] + BROUGHT[4:]
            },
            "cases": each.ask(
                "select id, plate, status, filing_case_id, current_version, created_at, updated_at "
                "from cases order by 1"
            ),
            "case_helper": each.ask(versions),
            "notes": sorted(each.notes),
        }
        for each in twins
    )
    # Rows that were made anew have an id of their own in each.
    for table in ("invoice_suppliers", "tracking_general"):
        assert len(migrated.pop(table)) == len(pushed.pop(table)) > 0
    assert migrated == pushed
    assert len(migrated["case_helper"]) > 60


def test_the_catalogues_and_rights_are_the_same(twins):
    migrated, pushed = (
        (scratch.dump(each.server, each.name), scratch.rights(each.server, each.name)) for each in twins
    )
    assert migrated == pushed
