"""The switches of the cutover, as the UI and Make read them, and what they stop."""

import os
import uuid

import pytest
from django.db import connection

from cases.models import Event, FeatureFlag
from core import acting
from helpers.models import HelperSync
from tests import cast
from tests.conftest import Api

ALL_MAKE = dict.fromkeys(["vehicle", "levi", "damage", "parts", "invoices", "reports", "tracking", "helper"], "make")
ALL_OFF = dict.fromkeys(f"USE_SUPABASE_{name}" for name in ("HELPER", "PARTS", "INVOICES", "TRACKING", "LEVI"))


def turn(name, value, *, case=None, person=cast.NOAM):
    """Turn a switch as staff, in SQL."""
    with acting.acting(acting.STAFF, person.claims), connection.cursor() as cursor:
        cursor.execute(
            "insert into public.feature_flags (name, org_id, case_id, value) values (%s, %s, %s, %s)"
            " on conflict on constraint feature_flags_scope do update set value = excluded.value",
            [name, person.org.id, case and case["case_id"], value],
        )


def flag_events():
    with acting.acting(acting.SERVICE):
        events = Event.objects.filter(type="flag.changed", org_id=cast.NORTH.id).order_by("at")
        return [(event.data["from"], event.data["to"], event.data["scope"]) for event in events]


def save(caller, case, helper):
    return caller.op("case_helper.save_full", {"case_id": case["case_id"], "helper_json": helper})


def test_everything_stands_with_make_until_somebody_turns_it(api, dana, make):
    expected = {**dict.fromkeys(ALL_OFF, False), "writers": ALL_MAKE}

    assert api(dana).get("flags").json() == expected
    assert make().get("flags").json() == expected
    assert Api(os.environ["SUPABASE_SERVICE_ROLE"]).get("flags").json() == expected
    assert api().get("flags").status_code == 401


def test_a_switch_counts_from_the_next_request_for_its_office_alone(api, dana, tamar):
    before = api(dana).get("flags").json()["USE_SUPABASE_LEVI"]
    turn("USE_SUPABASE_LEVI", "on")
    turn("writer.levi", "dual")

    after = api(dana).get("flags").json()

    assert (before, after["USE_SUPABASE_LEVI"], after["writers"]["levi"]) == (False, True, "dual")
    assert api(tamar).get("flags").json()["writers"]["levi"] == "make"


def test_a_pilot_is_one_case_alone(api, dana, tamar, open_case):
    pilot, other = open_case(), open_case()
    turn("writer.helper", "supabase", case=pilot)

    def writer(query=""):
        return api(dana).get(f"flags{query}").json()["writers"]["helper"]

    assert writer(f"?case_id={pilot['case_id']}") == "supabase"
    assert writer(f"?case_id={other['case_id']}") == writer() == "make"
    for nobody in (pilot["case_id"], str(uuid.uuid4()), "no-id"):
        assert api(tamar).get(f"flags?case_id={nobody}").status_code == 404


def test_a_module_that_moved_is_refused_to_make_with_its_sections(make, api, dana, open_case):
    case, caller = open_case({"vehicle": {"km": 1}, "notes": "a"}), make()
    turn("writer.vehicle", "supabase")

    refused = save(caller, case, {"vehicle": {"km": 2}, "notes": "b"})
    elsewhere = save(caller, case, {"vehicle": {"km": 1}, "notes": "b"})

    assert (refused.status_code, refused.json()["code"]) == (409, "module_moved")
    assert refused.json()["details"] == {"sections": ["vehicle"], "modules": ["vehicle"]}
    assert (elsewhere.status_code, elsewhere.json()["version"]) == (200, 2)
    ours = {"version": 2, "helper": {"vehicle": {"km": 3}, "notes": "b"}}
    assert api(dana).put(f"cases/{case['case_id']}/helper", ours).status_code == 200
    with acting.acting(acting.SERVICE):
        lines = list(HelperSync.objects.filter(case_id=case["case_id"]).order_by("created_at"))
    assert [(line.sync_status, line.sections_refused) for line in lines] == [("FAILED", ["vehicle"]), ("SUCCESS", [])]
    assert lines[0].raw_id is not None


@pytest.mark.parametrize("way", ["upsert", "restore", "version"])
def test_a_module_that_moved_is_closed_on_every_way(make, api, dana, open_case, way):
    case = open_case({"levisummary": 1})
    api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"levisummary": 2}})
    turn("writer.levi", "supabase", case=case)
    ways = {
        "upsert": ("case.upsert", {"plate": case["plate"], "helper_json": {"levisummary": 3}}),
        "restore": ("case_helper.restore_latest", {"plate": case["plate"]}),
        "version": ("case_helper.save_full", {"plate": case["plate"], "helper_json": {}, "version": 2}),
    }

    answer = make().op(*ways[way])

    assert (answer.status_code, answer.json()["code"]) == (409, "module_moved")
    with acting.acting(acting.SERVICE):
        logged = HelperSync.objects.filter(case_id=case["case_id"], sync_status="FAILED").count()
    assert logged == (0 if way == "restore" else 1)
    assert api(dana).get(f"cases/{case['case_id']}/helper").json()["version"] == 2


@pytest.mark.parametrize("writer", ["make", "dual"])
def test_until_a_module_has_moved_the_next_write_of_make_wins_over_the_ui(make, api, dana, open_case, writer):
    case = open_case({"vehicle": {"km": 1}})
    turn("writer.vehicle", writer)

    by_ui = api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"vehicle": {"km": 2}}})
    by_make = save(make(), case, {"vehicle": {"km": 3}})

    assert (by_ui.status_code, by_make.status_code) == (200, 200)
    assert api(dana).get(f"cases/{case['case_id']}/helper").json()["helper"] == {"vehicle": {"km": 3}}
    recorded = api(dana).get(f"cases/{case['case_id']}/helper/versions/2").json()
    assert recorded["helper"] == {"vehicle": {"km": 2}}


def test_turning_a_switch_back_opens_the_module_again_and_is_an_event(make, open_case):
    case, caller = open_case(), make()
    turn("writer.vehicle", "supabase")
    assert save(caller, case, {"vehicle": 1}).status_code == 409

    turn("writer.vehicle", "make")

    assert save(caller, case, {"vehicle": 1}).status_code == 200
    assert flag_events() == [(None, "supabase", "org"), ("supabase", "make", "org")]


def test_only_managers_turn_a_switch(db):
    with pytest.raises(Exception, match="row-level security"):
        turn("writer.vehicle", "supabase", person=cast.DANA)
    with acting.acting(acting.SERVICE):
        assert not FeatureFlag.objects.exists()
