"""Make's own copy of a helper: asked for by the UI, or by a page that is closing."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.db import connection

from accounts.models import Org, Profile
from core import acting
from helpers import tickets
from make.models import Message
from tests import cast


@pytest.fixture
def case(open_case):
    return open_case()


def url_of(case, word="export"):
    return f"cases/{case['case_id']}/helper/{word}"


def exports(case):
    with acting.acting(acting.SERVICE):
        return list(Message.objects.filter(case_id=case["case_id"], type="helper.export").order_by("seq"))


@pytest.fixture
def ticket(api, dana, case):
    return api(dana).post(url_of(case, "export-ticket")).json()["ticket"]


def beacon(api, said, content_type="text/plain;charset=UTF-8", **headers):
    """As navigator.sendBeacon does it: a text, and no header of ours."""
    return api().request("POST", "helper-export", said, content_type=content_type, **headers)


def test_an_export_is_queued_once_for_each_version(api, dana, case):
    first = api(dana).post(url_of(case), {"reason": "auto_logout"})
    again = api(dana).post(url_of(case), {"reason": "auto_logout"})
    api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"n": 2}})
    second = api(dana).post(url_of(case), {})

    assert [answer.status_code for answer in (first, again, second)] == [202, 202, 202]
    told = {"case_id": case["case_id"], "version": 1, "helper_name": case["helper_name"]}
    assert first.json() == {**told, "queued": True}
    assert again.json() == {**told, "queued": False}
    assert (second.json()["version"], second.json()["queued"]) == (2, True)
    assert [(message.version, message.data["reason"]) for message in exports(case)] == [(1, "auto_logout"), (2, None)]


def test_the_queue_holds_no_word_of_the_helper(api, dana, open_case):
    case = open_case({"secret": "סוד מסחרי"})
    api(dana).post(url_of(case))

    (message,) = exports(case)

    assert message.data == {"helper_name": case["helper_name"], "reason": None}


def test_of_a_long_reason_the_beginning_is_kept(api, dana, case):
    assert api(dana).post(url_of(case), {"reason": "ארוך " * 100}).status_code == 202
    assert exports(case)[0].data["reason"] == ("ארוך " * 100)[:200]


@pytest.mark.parametrize("body", [[], "text", {"reason": []}, b"{"])
def test_an_export_that_says_nonsense_is_refused(api, dana, case, body):
    assert api(dana).post(url_of(case), body).status_code in {400, 422}
    assert not exports(case)


@pytest.mark.parametrize("word", ["export", "export-ticket"])
def test_a_foreign_case_and_none_get_the_same_answer(api, tamar, case, word):
    foreign = api(tamar).post(url_of(case, word))
    none = api(tamar).post(url_of({"case_id": "00000000-0000-4000-8000-000000000000"}, word))

    assert foreign.status_code == none.status_code == 404
    assert foreign.content == none.content
    assert not exports(case)


@pytest.mark.parametrize("scope", ["everybody", "office", "case"])
def test_nothing_is_queued_once_make_has_no_copy_any_more(api, dana, open_case, case, scope):
    org_id, case_id = {"everybody": (None, None), "office": (dana.org.id, None), "case": (None, case["case_id"])}[scope]
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(
            "insert into public.feature_flags (name, org_id, case_id, value) values (%s, %s, %s, %s)",
            ["writer.helper", org_id, case_id, "supabase"],
        )

    assert api(dana).post(url_of(case)).json()["queued"] is False
    assert not exports(case)
    assert api(dana).post(url_of(open_case())).json()["queued"] is (scope == "case")


def test_a_beacon_exports_with_its_ticket_alone(api, case, ticket):
    answer = beacon(api, {"ticket": ticket, "reason": "pagehide"})
    again = beacon(api, {"ticket": ticket, "reason": "pagehide"}, "application/json")

    assert (answer.status_code, answer.json()["queued"]) == (202, True)
    assert (again.status_code, again.json()["queued"]) == (202, False)
    assert [(message.version, message.data["reason"]) for message in exports(case)] == [(1, "pagehide")]


def test_a_beacon_exports_what_is_current_when_it_comes(api, dana, case, ticket):
    api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"n": 2}})

    assert beacon(api, {"ticket": ticket}).json()["version"] == 2


def test_a_ticket_says_when_it_ends(api, dana, case, settings):
    settings.EXPORT_TICKET_SECONDS = 600

    answer = api(dana).post(url_of(case, "export-ticket"))

    assert answer.status_code == 201
    ends = datetime.fromisoformat(answer.json()["expires_at"])
    assert timedelta(seconds=590) < ends - datetime.now(UTC) <= timedelta(seconds=600)


def test_a_ticket_that_is_old_forged_or_for_something_else_opens_nothing(api, dana, case, ticket, settings):
    said = [case["case_id"], str(dana.user_id)]
    wrong = {
        "another purpose": signing.dumps(said, salt="accounts.login"),
        "no purpose": signing.dumps(said),
        "another key": signing.dumps(said, key="x" * 50, salt="helpers.export-ticket"),
        "forged": ticket[:-3] + ("AAA" if ticket[-3:] != "AAA" else "BBB"),
        "empty": "",
        "none": None,
        "no text": {"a": [1]},
    }
    for how, text in wrong.items():
        answer = beacon(api, {"ticket": text})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), how
    assert beacon(api, {}).status_code == 401
    settings.EXPORT_TICKET_SECONDS = -1
    assert beacon(api, {"ticket": ticket}).status_code == 401
    assert not exports(case)


def test_a_header_or_a_cookie_does_not_replace_the_ticket(api, dana, case, django_user_model):
    with_token = api(dana)
    with_cookie = api()
    with_cookie.client.force_login(
        django_user_model.objects.get(username="noam"), "django.contrib.auth.backends.ModelBackend"
    )

    for caller in (with_token, with_cookie):
        assert caller.post("helper-export", {"case_id": case["case_id"]}).status_code == 401


def test_a_ticket_opens_one_case_only(api, open_case, case, ticket):
    other = open_case()

    assert beacon(api, {"ticket": ticket, "case_id": other["case_id"]}).json()["case_id"] == case["case_id"]
    assert not exports(other)


def test_a_ticket_of_somebody_suspended_since_opens_nothing(api, dana, case, ticket):
    with acting.acting(acting.SERVICE):
        Profile.objects.filter(pk=dana.user_id).update(status="suspended")

    assert beacon(api, {"ticket": ticket}).status_code == 401
    assert not exports(case)


def test_a_ticket_for_what_is_another_offices_finds_nothing(api, tamar, case):
    text, _ = tickets.give(case_id=case["case_id"], user_id=tamar.user_id)

    assert beacon(api, {"ticket": text}).status_code == 404
    assert not exports(case)


def test_the_service_key_gets_no_ticket(api, case, settings):
    settings.SUPABASE_SERVICE_ROLE = "sb_secret_for_this_test"

    answer = api(token="sb_secret_for_this_test").post(url_of(case, "export-ticket"))

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, 202),
        ({"Origin": "https://ui.example.test", "Sec-Fetch-Site": "cross-site"}, 202),
        ({"Origin": "https://evil.example.test", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example.test"}, 403),
        ({"Origin": "https://ui.example.test.evil.test"}, 403),
        ({"Origin": "http://ui.example.test"}, 403),
        ({"Origin": "https://testserver"}, 403),
        ({"Origin": "http://testserver:81"}, 403),
        ({"Origin": "http://127.0.0.1:5173"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
    ],
)
def test_a_beacon_comes_from_our_pages_or_from_no_page(api, case, ticket, settings, headers, status):
    settings.HTTPS_ONLY = True
    settings.CORS_ALLOWED_ORIGINS = ["https://ui.example.test"]

    assert beacon(api, {"ticket": ticket}, **headers).status_code == status
    assert len(exports(case)) == (status == 202)


def test_a_beacon_comes_from_the_screens_of_the_persons_own_office(api, case, ticket, settings):
    settings.HTTPS_ONLY = True
    with acting.acting(acting.SERVICE):
        Org.objects.filter(pk=cast.NORTH.id).update(ui_origins=["https://screens.north.example.test"])
        Org.objects.exclude(pk=cast.NORTH.id).update(ui_origins=["https://screens.south.example.test"])

    assert beacon(api, {"ticket": ticket}, Origin="https://screens.south.example.test").status_code == 403
    assert beacon(api, {"ticket": ticket}, Origin="https://screens.north.example.test").status_code == 202
    assert len(exports(case)) == 1


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://127.0.0.1:5173", 202), ("http://localhost", 202), ("http://[::1]:80", 202), ("http://[", 403),
     ("http://127.0.0.1.evil.test", 403), ("https://evil.example.test", 403), ("null", 403)],
)  # fmt: skip
def test_on_ones_own_machine_the_ui_may_stand_at_any_port(api, ticket, settings, origin, status):
    settings.HTTPS_ONLY = False

    assert beacon(api, {"ticket": ticket}, Origin=origin).status_code == status


def test_a_beacon_is_small_and_plain(api, ticket):
    large = json.dumps({"ticket": ticket, "reason": "x" * 70_000}).encode()

    assert beacon(api, large).status_code == 413
    assert beacon(api, {"ticket": ticket}, "application/x-www-form-urlencoded").status_code == 415
    assert beacon(api, b"not json").status_code == 400
    assert beacon(api, []).status_code == 422


def test_beacons_are_counted_like_everything_else(api, ticket, settings):
    settings.API_RATE_PER_MINUTE = 3

    statuses = [beacon(api, {"ticket": ticket}).status_code for _ in range(10)]

    # A new minute may begin in between.
    assert statuses.count(429) >= 4
