"""The shadow mirror's write: a version, or kept; never refused for our reasons, never an overwrite."""

import json
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from cases import services
from core import acting
from helpers.models import CaseHelper, HelperSync
from helpers.unwrap import SECTIONS
from make.models import RawAnswer
from tests import cast
from tests.conftest import any_plate
from tests.make.caller import Make, give_key
from tests.sql.callers import Desk

FIXTURES = Path(__file__).parent.parent / "fixtures"
TYPICAL = json.loads((FIXTURES / "helper_typical.json").read_text())


@pytest.fixture
def case(open_case):
    return open_case({"meta": {"n": 1}, "vehicle": {"km": "1"}})


def helper_of(api, case):
    return api(cast.DANA).get(f"cases/{case['case_id']}/helper").json()["helper"]


def lines_of(case):
    with acting.acting(acting.SERVICE):
        found = HelperSync.objects.filter(case_id=case["case_id"]).order_by("created_at")
        return list(found.values_list("sync_status", "version", "sections_refused", "source", "door"))


def test_a_helper_of_makes_is_a_version(api, make, case):
    answer = make().post("rpc/sync_helper", {"case_id": case["case_id"], "helper_json": TYPICAL, "source": "MAKE"})

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["status"], told["version"], told["unchanged"]) == ("SUCCESS", 2, False)
    assert told["helper_name"] == f"{case['plate']}_helper_v2"
    assert helper_of(api, case) == TYPICAL
    assert lines_of(case) == [("SUCCESS", 2, [], "MAKE", "MAKE")]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda helper: json.dumps(helper),
        lambda helper: [helper],
        lambda helper: {"helper_data": helper},
        lambda helper: json.dumps([{"helper_data": helper}], ensure_ascii=False),
    ],
)
def test_every_wrapping_of_makes_comes_off(api, make, case, wrap):
    answer = make().post(
        "rpc/sync_helper", [{"case_id": case["plate"], "helper_json": wrap(TYPICAL), "source": "MAKE"}]
    )

    assert answer.json()["status"] == "SUCCESS"
    assert helper_of(api, case) == TYPICAL


@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_what_stands_beside_a_section_is_no_wrapping_at_either_door(api, make, case, section):
    helper = {section: {"n": 1}, "helper_data": {"n": 2}}

    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select public.sync_helper(%s, %s, 'MAKE')", [case["case_id"], json.dumps(helper)])
    by_sql = helper_of(api, case)
    again = make().post("rpc/sync_helper", {"case_id": case["case_id"], "helper_json": helper}).json()

    assert by_sql == helper
    assert (again["status"], again["unchanged"]) == ("SUCCESS", True)


def test_the_digits_of_a_helper_stay_also_as_text(make, case):
    inner = '{"p": 1.10, "i": 12345678901234567890}'
    for helper in (inner, json.dumps(inner)):
        answer = make().post("rpc/sync_helper", f'{{"case_id": "{case["case_id"]}", "helper_json": {helper}}}'.encode())
        assert answer.json()["version"] == 2

    with acting.acting(acting.SERVICE):
        saved = CaseHelper.objects.get(case_id=case["case_id"], is_current=True).helper_json
    assert saved == '{"i": 12345678901234567890, "p": 1.10}'


def test_the_same_helper_again_is_unchanged_and_logged(make, case):
    asked = {"case_id": case["case_id"], "helper_json": {"meta": {"n": 2}}}

    told = [make().post("rpc/sync_helper", asked).json() for _ in range(2)]

    assert [answer["unchanged"] for answer in told] == [False, True]
    assert [line[:2] for line in lines_of(case)] == [("SUCCESS", 2), ("SUCCESS", 2)]


def test_modules_that_moved_stay_ours_and_the_rest_is_taken(api, make, case):
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        services.turn_switch(name="writer.vehicle", value="supabase", org_id=cast.NORTH.id)

    told = (
        make()
        .post(
            "rpc/sync_helper", {"case_id": case["case_id"], "helper_json": {"meta": {"n": 2}, "vehicle": {"km": "9"}}}
        )
        .json()
    )

    assert (told["status"], told["sections_refused"]) == ("PARTIAL", ["vehicle"])
    assert helper_of(api, case) == {"meta": {"n": 2}, "vehicle": {"km": "1"}}
    with acting.acting(acting.SERVICE):
        line = HelperSync.objects.get(case_id=case["case_id"])
        assert RawAnswer.objects.get(pk=line.raw_id).parsed == {"meta": {"n": 2}, "vehicle": {"km": "9"}}


@contextmanager
def a_defect(live, case):
    """Every save is refused by the database, as a defect of ours would have it."""
    live.owner.ask(
        "create function private.defect() returns trigger language plpgsql as $$ begin raise exception 'defect'; end $$"
    )
    live.owner.ask("create trigger a_defect before insert on public.case_helper execute function private.defect()")
    try:
        yield
    finally:
        live.owner.ask("drop function private.defect cascade")


@contextmanager
def a_save_that_hangs(live, case):
    """Somebody else is in the middle of saving this plate and does not get on."""
    other = Desk(live.database, None)
    try:
        with other.connection.transaction():
            other.connection.execute(
                "select private.plate_queue(org_id, plate) from public.cases where id = %s", [case["case_id"]]
            )
            yield
    finally:
        other.connection.close()


@pytest.mark.parametrize(("trouble", "sqlstate"), [(a_defect, "P0001"), (a_save_that_hangs, "55P03")])
def test_trouble_of_ours_keeps_what_came_and_the_caller_goes_on(live, trouble, sqlstate):
    case, sent = live.open_case({"meta": {"n": 1}}), {"meta": {"n": 2}, "centers": [1]}
    make = Make(give_key())

    with trouble(live, case):
        answer = make.post("rpc/sync_helper", {"case_id": case["case_id"], "helper_json": sent, "source": "MAKE"})

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told == {"case_id": case["case_id"], "status": "KEPT", "kept_as": told["kept_as"]}
    assert helper_of(lambda who: live.api(who), case) == {"meta": {"n": 1}}
    line = live.owner.one("select * from public.helper_sync_log where case_id = %s", case["case_id"])
    assert (line["sync_status"], line["version"], line["error_details"]) == ("FAILED", None, {"sqlstate": sqlstate})
    row = live.owner.one("select * from private.raw_answers where id = %s", told["kept_as"])
    assert (str(line["raw_id"]), row["parsed"], row["error"]) == (told["kept_as"], sent, sqlstate)

    again = make.post("rpc/sync_helper", {"case_id": case["case_id"], "helper_json": sent, "source": "MAKE"})
    assert (again.json()["status"], again.json()["version"]) == ("SUCCESS", 2)


@pytest.mark.parametrize("helper", [5, [], [1, 2], "no json", None, True])
def test_what_is_no_helper_is_refused(make, case, helper):
    answer = make().post("rpc/sync_helper", {"case_id": case["case_id"], "helper_json": helper})

    assert answer.status_code in {400, 422}
    assert answer.json()["code"] == ("invalid_json" if helper == "no json" else "invalid")


def test_a_foreign_case_and_no_case_are_not_found(api, make, case):
    asked = {"helper_json": {"meta": {}}, "source": "MAKE"}

    for caller in (make(cast.SOUTH), api(cast.TAMAR)):
        for name in (case["case_id"], case["plate"], any_plate()):
            assert caller.post("rpc/sync_helper", {**asked, "case_id": name}).status_code == 404
    assert lines_of(case) == []
