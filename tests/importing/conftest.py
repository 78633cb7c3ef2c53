"""Running the import as staff do, and looking at what came of it."""

import io
import json

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.types.json import Jsonb

from core import acting
from helpers.models import CaseHelper
from moving.models import ImportFinding, ImportRun, ImportSource
from tests import cast, databases
from tests.importing import sources


@pytest.fixture
def bring(db):
    """`bring(folder, "--preview")` runs the command for Noam's office; the report's lines come back."""

    def ran(*arguments, fails=None):
        out = io.StringIO()
        if fails is None:
            call_command(
                "import_existing", *map(str, arguments), office=cast.NORTH.name, stdout=out, stderr=io.StringIO()
            )
            return out.getvalue()
        with pytest.raises(CommandError) as told:
            call_command(
                "import_existing", *map(str, arguments), office=cast.NORTH.name, stdout=out, stderr=io.StringIO()
            )
        assert fails in str(told.value), str(told.value)
        return str(told.value)

    return ran


@pytest.fixture
def desk(db):
    return Desk()


class Desk:
    """What a manager of the office sees of it."""

    def read(self, act):
        with acting.acting(acting.SERVICE):
            return act()

    def versions(self, plate):
        return self.read(lambda: list(CaseHelper.objects.filter(plate=plate, org_id=cast.NORTH.id).order_by("version")))

    def helpers(self, plate):
        return [json.loads(one.helper_json) for one in self.versions(plate)]

    def findings(self, *kinds):
        found = self.read(lambda: list(ImportFinding.objects.order_by("created_at")))
        return [one for one in found if not kinds or one.kind in kinds]

    def kinds(self):
        return sorted({one.kind for one in self.findings()})

    def sources(self, **by):
        return self.read(lambda: list(ImportSource.objects.filter(**by).order_by("place")))

    def runs(self):
        return self.read(lambda: list(ImportRun.objects.order_by("started_at")))

    def rows(self, model, **by):
        return self.read(lambda: list(model.objects.filter(**by)))


@pytest.fixture
def staff_hook(db):
    """An address that hears all news of Noam's office."""
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(
            """insert into private.webhook_endpoints (org_id, name, url, secret)
            values (%s, 'hook', 'https://hook.example.test/a', 'whsec_x')""",
            [cast.NORTH.id],
        )


LEGACY = """
create schema legacy;
create table legacy.cases (id uuid primary key, plate text, owner_name text, status text, created_at timestamptz);
create table legacy.case_helper (id uuid primary key default gen_random_uuid(), case_id uuid, version int,
  is_current boolean, helper_name text, helper_json jsonb, updated_at timestamptz);
create table legacy.adoption_notes (id bigserial primary key, table_name text, row_id uuid, reason text, proposed text,
  created_at timestamptz default now());
insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
values ('cases', gen_random_uuid(), 'second open case', 'close it');
"""


@pytest.fixture
def transactional_legacy(db):
    """A schema that a dump was restored into, in this worker's own database; gone afterwards."""
    name = connection.settings_dict["NAME"]
    plate, row, told = sources.history("legacy", 3)
    with psycopg.connect(databases.owner_url(name), autocommit=True) as owner:
        owner.execute(LEGACY)
        owner.execute("insert into legacy.cases values (%s, %s, 'x', 'OPEN', now())", [row["id"], plate])
        for number, _at, helper in told:
            owner.execute(
                """insert into legacy.case_helper (case_id, version, is_current, helper_name, helper_json)
                values (%s, %s, %s, %s, %s)""",
                [row["id"], number, number == 3, f"{plate}_helper_v{number}", Jsonb(helper)],
            )
        before = settings.OWNER_DATABASE_URL
        settings.OWNER_DATABASE_URL = databases.owner_url(name)
        yield plate, row["id"], [helper for _number, _at, helper in told]
        settings.OWNER_DATABASE_URL = before
        owner.execute("drop schema legacy cascade")
