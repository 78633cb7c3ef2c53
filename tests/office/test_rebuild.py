"""`manage.py tracking --rebuild`: every case, one office or one case, and only what differs."""

import io

import pytest
from django.core.management import CommandError, call_command

from tests import cast
from tests.admin.conftest import GHOST


def rebuild(**options):
    out, err = io.StringIO(), io.StringIO()
    call_command("tracking", rebuild=True, stdout=out, stderr=err, **options)
    return out.getvalue().strip(), err.getvalue()


def test_every_case_is_derived_and_counted(open_case, tamar):
    open_case({"vehicle": {"year": "?"}})
    open_case({}, person=tamar)

    told, progress = rebuild()

    assert told == "2 cases, 0 rows changed, 1 cases with warnings"
    assert "2/2" in progress


def test_one_office_or_one_case_alone(open_case, tamar):
    mine = open_case({})
    open_case({}, person=tamar)

    assert rebuild(office=cast.NORTH.name)[0].startswith("1 cases")
    assert rebuild(case=mine["case_id"])[0].startswith("1 cases")
    assert rebuild(after="ffffffff-ffff-ffff-ffff-ffffffffffff")[0].startswith("0 cases")


def test_what_does_not_exist_is_said(db):
    for options in ({"office": "x"}, {"case": GHOST}):
        with pytest.raises(CommandError):
            rebuild(**options)
