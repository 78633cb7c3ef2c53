"""Sharing a case and passing it on, over HTTP."""

import pytest

from tests import cast

GHOST = "00000000-0000-4000-8000-00000000dead"


def own_cases_only(on):
    from django.db import connection

    from core import acting

    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("update public.orgs set assessors_see_own_cases_only = %s where id = %s", [on, cast.NORTH.id])


def role(person, name):
    from django.db import connection

    from core import acting

    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("update public.profiles set role = %s where user_id = %s", [name, person.user_id])


def test_a_case_is_shared_once_and_the_sharing_ended(api, dana, open_case):
    path = f"cases/{open_case()['case_id']}/collaborators"

    for _ in range(2):
        added = api(dana).post(path, {"user_id": str(cast.NOAM.user_id)})
        assert added.status_code == 201
    [row] = api(dana).get(path).json()

    assert (row["name"], row["role"], row["added_by"]) == ("נועם", "admin", str(dana.user_id))
    assert api(dana).request("DELETE", f"{path}/{cast.NOAM.user_id}").status_code == 204
    assert api(dana).get(path).json() == []
    assert api(dana).request("DELETE", f"{path}/{cast.NOAM.user_id}").status_code == 404


@pytest.mark.parametrize("whom", [cast.TAMAR.user_id, cast.SUSPENDED.user_id, GHOST, "x"])
def test_a_case_goes_to_nobody_else(api, dana, open_case, whom):
    case = open_case()

    for path, body in (("collaborators", {"user_id": str(whom)}), ("transfer", {"to": str(whom), "reason": "x"})):
        assert api(dana).post(f"cases/{case['case_id']}/{path}", body).status_code == 422


def test_passing_on_asks_why(api, dana, open_case):
    case = open_case()
    path = f"cases/{case['case_id']}/transfer"

    assert api(dana).post(path, {"to": str(cast.NOAM.user_id)}).status_code == 422
    answer = api(dana).post(path, {"to": str(cast.NOAM.user_id), "reason": "חופשה"})

    assert answer.json()["assigned_to_name"] == "נועם"
    told = api(dana).get(f"cases/{case['case_id']}/timeline").json()
    assert any("חופשה" in str(entry) for entry in told)


def test_a_hidden_case_is_the_same_404_as_a_missing_one_at_every_address(api, open_case):
    case = open_case(person=cast.NOAM)
    own_cases_only(True)
    hidden, missing = case["case_id"], GHOST

    for method, path, body in (
        ("GET", "", None), ("GET", "/helper", None), ("GET", "/timeline", None), ("GET", "/helper/versions", None),
        ("GET", "/collaborators", None), ("PATCH", "", {"status": "CLOSED"}),
        ("PUT", "/helper", {"version": 1, "helper": {}}),
        ("POST", "/helper/restore", {"version": 1, "expected_version": 1}),
        ("POST", "/collaborators", {"user_id": str(cast.DANA.user_id)}),
        ("POST", "/transfer", {"to": str(cast.DANA.user_id), "reason": "x"}),
    ):  # fmt: skip
        answers = [api(cast.DANA).request(method, f"cases/{one}{path}", body) for one in (hidden, missing)]
        assert [answer.status_code for answer in answers] == [404, 404], path
        told = [answer.json() for answer in answers]
        for one in told:
            one.pop("instance")
        assert told[0] == told[1]
    assert api(cast.DANA).get("cases").json() == []
    assert api(cast.DANA).get(f"plates/{case['plate']}/helper").status_code == 404
    assert api(cast.NOAM).get("cases").json() != []


def test_who_gave_a_case_away_is_answered_and_does_not_see_it_any_more(api, open_case):
    case = open_case(person=cast.NOAM)
    api(cast.NOAM).patch(f"cases/{case['case_id']}", {"assigned_to": str(cast.DANA.user_id)})
    own_cases_only(True)
    assert api(cast.DANA).get(f"cases/{case['case_id']}").status_code == 200

    answer = api(cast.DANA).post(f"cases/{case['case_id']}/transfer", {"to": str(cast.NOAM.user_id), "reason": "x"})

    assert answer.json() == {"case_id": case["case_id"], "assigned_to": str(cast.NOAM.user_id)}
    assert api(cast.DANA).get(f"cases/{case['case_id']}").status_code == 404


def test_an_assistant_works_and_does_not_restore_close_archive_or_pass_on(api, dana, open_case):
    case = open_case()
    path = f"cases/{case['case_id']}"
    role(dana, "assistant")

    assert api(dana).put(f"{path}/helper", {"version": 1, "helper": {"a": 2}}).status_code == 200
    assert api(dana).patch(path, {"status": "IN_PROGRESS", "owner_name": "שיר"}).status_code == 200
    for method, where, body in (
        ("POST", f"{path}/helper/restore", {"version": 1, "expected_version": 2}),
        ("PATCH", path, {"status": "CLOSED"}),
        ("PATCH", path, {"status": "ARCHIVED"}),
        ("PATCH", path, {"assigned_to": str(cast.NOAM.user_id)}),
        ("POST", f"{path}/transfer", {"to": str(cast.NOAM.user_id), "reason": "x"}),
    ):
        answer = api(dana).request(method, where, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (where, body)
