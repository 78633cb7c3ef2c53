"""People and sharing as the existing screens ask for them, through PostgREST itself."""

import pytest

from tests.cast import DANA, NOAM, NORTH, TAMAR
from tests.conftest import any_plate

pytestmark = pytest.mark.peers

RPC = "rpc/create_user_account"
NEW = {"p_password": "a-long-password", "p_name": "חדש", "p_phone": "03", "p_role": "assistant"}


def new(**more):
    return {**NEW, "p_email": f"p{any_plate()}@example.test", "p_org_id": str(NORTH.id), **more}


def test_a_manager_adds_a_person_and_an_appraiser_does_not(rest):
    made = rest.call("POST", RPC, NOAM, new())
    [row] = rest.call("GET", f"profiles?user_id=eq.{made.json()['user_id']}", NOAM).json()

    assert (row["role"], row["status"], row["must_change_password"]) == ("assistant", "active", True)
    assert rest.call("POST", RPC, DANA, new()).status == 403
    assert rest.call("POST", RPC, NOAM, new(p_role="developer")).status == 403
    assert rest.call("POST", RPC, TAMAR, new()).status == 403
    assert rest.call("POST", RPC, None, new()).status == 401


def test_a_manager_suspends_as_the_screen_does_and_it_acts_at_once(rest, site):
    made = rest.call("POST", RPC, NOAM, new(p_role="assessor")).json()["user_id"]
    person = DANA._replace(user_id=made)

    assert site.call("GET", "cases?limit=1", person).status == 200
    assert rest.call("PATCH", f"profiles?user_id=eq.{made}", NOAM, {"status": "suspended"}).status in (200, 204)
    assert site.call("GET", "cases?limit=1", person).status == 401
    assert rest.call("GET", "cases?limit=1", person).json() == []


def test_nobody_promotes_himself(rest):
    answer = rest.call("PATCH", f"profiles?user_id=eq.{DANA.user_id}", DANA, {"role": "admin"})

    assert answer.status == 403


def test_the_screens_calls_for_sharing(rest, case):
    row = {"case_id": case["case_id"], "user_id": str(NOAM.user_id), "added_by": str(DANA.user_id)}

    assert rest.call("POST", "case_collaborators", DANA, row).status == 201
    shown = "select=*,profiles!case_collaborators_user_id_fkey(name)"
    [seen] = rest.call("GET", f"case_collaborators?case_id=eq.{case['case_id']}&{shown}", DANA).json()
    assert seen["profiles"]["name"] == "נועם"
    assert rest.call("GET", f"case_collaborators?case_id=eq.{case['case_id']}", TAMAR).json() == []
    assert rest.call("POST", "case_collaborators", TAMAR, row).status == 404
    where = f"case_collaborators?case_id=eq.{case['case_id']}&user_id=eq.{NOAM.user_id}"
    assert rest.call("DELETE", where, DANA).status in (200, 204)
    assert rest.call("GET", where, DANA).json() == []


def test_both_doors_hide_the_same_cases(rest, site, case):
    mine = site.call("POST", "cases", NOAM, {"plate": any_plate(), "helper": {}}).json()["case_id"]
    with site.owner() as owner:
        owner.execute("update public.orgs set assessors_see_own_cases_only = true where id = %s", [NORTH.id])
        owner.commit()
        try:
            for key, there in ((mine, False), (case["case_id"], True)):
                for table, column in (("cases", "id"), ("case_helper", "case_id"), ("events", "case_id")):
                    rows = rest.call("GET", f"{table}?{column}=eq.{key}&select={column}", DANA).json()
                    assert bool(rows) == there, (table, key)
                assert site.call("GET", f"cases/{key}", DANA).status == (200 if there else 404)
            answer = rest.call("POST", "rpc/case_transfer", DANA,
                               {"p_case_id": mine, "p_to": str(DANA.user_id), "p_reason": "x"})  # fmt: skip
            assert answer.status == 404
        finally:
            owner.execute("update public.orgs set assessors_see_own_cases_only = false where id = %s", [NORTH.id])
            owner.commit()
