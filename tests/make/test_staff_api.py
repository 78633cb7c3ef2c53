"""Endpoints and deliveries over HTTP: for staff with their cookie and for the service key, and for nobody else."""

import os

import pytest
from django.db import connection

from core import acting
from make.models import Delivery, WebhookEndpoint
from tests import cast
from tests.admin.conftest import GHOST, HOOK, as_noam, demote, may, post_all, staff  # noqa: F401
from tests.conftest import Api

NEW = {"name": "Make", "url": HOOK}


class Desk(Api):
    """The API as a logged-in staff user sees it, with the CSRF token a page gives."""

    def __init__(self, browser):
        super().__init__(None)
        self.client = browser
        browser.get("/admin/password_change/")
        self.headers = {"X-CSRFToken": browser.cookies["csrftoken"].value}


@pytest.fixture
def desk(staff):  # noqa: F811
    return lambda username="noam": Desk(staff(username, enforce_csrf_checks=True))


@pytest.fixture
def service(db):
    return Api(os.environ["SUPABASE_SERVICE_ROLE"])


@pytest.fixture
def made(desk):
    answer = desk().post("webhook-endpoints", NEW)
    assert answer.status_code == 201, answer.content
    return answer.json()


def deliveries():
    with as_noam():
        return list(Delivery.objects.order_by("seq"))


def test_an_endpoint_is_added_read_changed_and_removed(desk):
    noam = desk()

    added = noam.post("webhook-endpoints", NEW)

    row = added.json()
    assert added.status_code == 201
    assert added["Location"] == f"/api/v1/webhook-endpoints/{row['id']}"
    assert "no-store" in added["Cache-Control"]
    assert row["secret"].startswith("whsec_")
    assert (row["name"], row["body"], row["event_types"], row["is_paused"]) == ("Make", "thin", [], False)
    listed, read = noam.get("webhook-endpoints"), noam.get(f"webhook-endpoints/{row['id']}")
    assert listed.json() == [read.json()] == [{key: value for key, value in row.items() if key != "secret"}]
    assert listed["Content-Range"] == "0-0/*"
    change = {"event_types": ["case.upserted"], "is_paused": True}
    changed = noam.patch(f"webhook-endpoints/{row['id']}", change).json()
    assert {key: changed[key] for key in change} == change
    assert noam.request("DELETE", f"webhook-endpoints/{row['id']}").status_code == 204
    assert noam.get("webhook-endpoints").json() == []
    assert noam.get(f"webhook-endpoints/{row['id']}").status_code == 404


def test_the_secret_stands_in_two_answers_only(desk, made):
    noam = desk()

    turned = noam.post(f"webhook-endpoints/{made['id']}/rotate")

    fresh = turned.json()["secret"]
    assert fresh != made["secret"]
    with as_noam():
        row = WebhookEndpoint.objects.get()
    assert (row.secret, row.previous_secret) == (fresh, made["secret"])
    noam.post(f"webhook-endpoints/{made['id']}/ping")
    (ping,) = deliveries()
    for address in ("webhook-endpoints", f"webhook-endpoints/{made['id']}", "deliveries", f"deliveries/{ping.pk}"):
        seen = noam.get(address).content.decode()
        assert "whsec_" not in seen
        assert 'previous_secret"' not in seen
    changed = noam.patch(f"webhook-endpoints/{made['id']}", {"name": "x"}).content.decode()
    assert "whsec_" not in changed
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select coalesce(string_agg(to_jsonb(a)::text, ''), '') from private.audit_log a")
        log = cursor.fetchone()[0]
    assert "webhook_endpoints" in log
    assert "whsec_" not in log


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({**NEW, "url": "http://hook.eu2.make.com/a"}, "/url"),
        ({**NEW, "url": "https://169.254.169.254/"}, "/url"),
        ({**NEW, "url": "https://example.com/"}, "/url"),
        ({**NEW, "event_types": ["no.such"]}, "/event_types/0"),
        ({**NEW, "body": "fat"}, "/body"),
        ({**NEW, "secret": "whsec_mine"}, "/secret"),
        ({"name": "Make"}, "/url"),
        ({**NEW, "name": "x" * 101}, "/name"),
    ],
)
def test_what_is_wrong_with_an_endpoint_is_named(desk, sent, pointer):
    answer = desk().post("webhook-endpoints", sent)

    assert answer.status_code == 422
    assert pointer in {place["pointer"] for place in answer.json()["details"]}
    with as_noam():
        assert not WebhookEndpoint.objects.exists()


def test_a_ping_can_be_read_with_its_attempts_and_sent_again(desk, made, post_all):  # noqa: F811
    noam = desk()

    answer = noam.post(f"webhook-endpoints/{made['id']}/ping")

    assert answer.status_code == 202
    key = answer.json()["delivery_id"]
    post_all(http_status=500, outcome="dead", error="http_500", answer="no")
    one = noam.get(f"deliveries/{key}").json()
    assert (one["type"], one["status"], one["endpoint_id"]) == ("test.ping", "dead", made["id"])
    assert [(row["number"], row["http_status"], row["answer"]) for row in one["log"]] == [(1, 500, "no")]
    assert noam.post(f"deliveries/{key}/replay").json() == {"replayed": 1}
    assert noam.get(f"deliveries/{key}").json()["status"] == "pending"


def test_deliveries_are_narrowed_paged_and_sent_again(desk, made, open_case, post_all):  # noqa: F811
    first, second = open_case(plate="12345678"), open_case(plate="99990000")
    post_all(http_status=400, outcome="dead", error="http_400")
    noam, count = desk(), len(deliveries())

    everything = noam.get("deliveries?limit=1", Prefer="count=exact")
    of_one = noam.get(f"deliveries?case_id={first['case_id']}&status=dead").json()

    assert everything["Content-Range"] == f"0-0/{count}"
    assert {row["plate"] for row in of_one} == {"12345678"}
    assert "helper" not in of_one[0]
    kinds = noam.get(f"deliveries?type=case.upserted&endpoint_id={made['id']}").json()
    assert {row["case_id"] for row in kinds} == {first["case_id"], second["case_id"]}
    assert noam.get("deliveries?status=pending").json() == []
    for wrong in ("status=lost", "type=x", "case_id=1", "endpoint_id=%00", "nonsense=1", "limit=x"):
        assert noam.get(f"deliveries?{wrong}").status_code == 422, wrong
    assert noam.post("deliveries/replay", {"delivery_ids": [of_one[0]["id"], GHOST]}).json() == {"replayed": 1}
    assert noam.post("deliveries/replay", {"failed_since": "2099-01-01T00:00:00Z"}).json() == {"replayed": 0}
    assert noam.post("deliveries/replay", {"failed_since": "2020-01-01T00:00:00Z"}).json() == {"replayed": count - 1}
    for wrong in ({}, {"delivery_ids": []}, {"delivery_ids": [GHOST], "failed_since": "2020-01-01T00:00:00Z"}):
        assert noam.post("deliveries/replay", wrong).status_code == 422


EVERY = [
    ("GET", "webhook-endpoints", None),
    ("POST", "webhook-endpoints", NEW),
    ("GET", "webhook-endpoints/{endpoint}", None),
    ("PATCH", "webhook-endpoints/{endpoint}", {"is_paused": True}),
    ("DELETE", "webhook-endpoints/{endpoint}", None),
    ("POST", "webhook-endpoints/{endpoint}/rotate", None),
    ("POST", "webhook-endpoints/{endpoint}/ping", None),
    ("GET", "deliveries", None),
    ("GET", "deliveries/{delivery}", None),
    ("POST", "deliveries/{delivery}/replay", None),
    ("POST", "deliveries/replay", {"failed_since": "2020-01-01T00:00:00Z"}),
]


def each(made):
    (one,) = deliveries()
    return [(method, path.format(endpoint=made["id"], delivery=one.pk), body) for method, path, body in EVERY]


def unchanged(made):
    with as_noam():
        row = WebhookEndpoint.objects.get()
    return (row.secret, row.is_paused, row.deleted_at) == (made["secret"], False, None)


def test_persons_and_keys_may_not_and_strangers_must_log_in(desk, api, dana, make, made):
    desk().post(f"webhook-endpoints/{made['id']}/ping")
    callers = {"person": (api(dana), 403), "key": (make(), 403), "nobody": (api(), 401)}

    for name, (caller, status) in callers.items():
        for method, path, body in each(made):
            assert caller.request(method, path, body).status_code == status, (name, method, path)
    assert unchanged(made)


def test_a_write_needs_the_csrf_token(desk, made):
    noam = desk()
    noam.post(f"webhook-endpoints/{made['id']}/ping")
    noam.headers = {}

    for method, path, body in each(made):
        expected = 200 if method == "GET" else 403
        assert noam.request(method, path, body).status_code == expected, (method, path)
    assert unchanged(made)


def test_who_is_no_manager_reads_and_replays_but_changes_nothing(desk, made, demote):  # noqa: F811
    noam = desk()
    noam.post(f"webhook-endpoints/{made['id']}/ping")
    demote()

    for method, path, body in each(made):
        writes_endpoint = method != "GET" and path.startswith("webhook") and not path.endswith("/ping")
        answer = noam.request(method, path, body)
        assert (answer.status_code == 403) == writes_endpoint, (method, path, answer.content)
    assert unchanged(made)


def test_a_login_without_the_permission_may_not(desk, made, may):  # noqa: F811
    desk().post(f"webhook-endpoints/{made['id']}/ping")
    may("view_case")

    for method, path, body in each(made):
        assert desk().request(method, path, body).status_code == 403, (method, path)
    assert unchanged(made)


def test_another_office_sees_nothing_and_a_ghost_looks_the_same(desk, made):
    desk().post(f"webhook-endpoints/{made['id']}/ping")
    uri = desk("uri")

    assert uri.get("webhook-endpoints").json() == uri.get("deliveries").json() == []
    (one,) = deliveries()
    for method, path, body in EVERY:
        if "{" not in path:
            continue
        foreign = uri.request(method, path.format(endpoint=made["id"], delivery=one.pk), body)
        missing = uri.request(method, path.format(endpoint=GHOST, delivery=GHOST), body)
        assert (foreign.status_code, foreign.content) == (404, missing.content), (method, path)
    replayed = uri.post("deliveries/replay", {"delivery_ids": [str(one.pk)]})
    assert replayed.json() == {"replayed": 0}
    assert uri.post("webhook-endpoints", {**NEW, "org_id": str(cast.NORTH.id)}).status_code == 404
    assert unchanged(made)


def test_the_service_key_does_it_for_the_office_it_names(service):
    assert service.post("webhook-endpoints", NEW).json()["details"][0]["pointer"] == "/org_id"

    made = service.post("webhook-endpoints", {**NEW, "org_id": str(cast.NORTH.id)}).json()

    with as_noam():
        assert WebhookEndpoint.objects.get().org_id == cast.NORTH.id
    ping = service.post(f"webhook-endpoints/{made['id']}/ping")
    assert ping.status_code == 202
    assert service.get(f"deliveries/{ping.json()['delivery_id']}").json()["status"] == "pending"
    assert service.patch(f"webhook-endpoints/{made['id']}", {"is_paused": True}).json()["is_paused"] is True
    assert service.post(f"webhook-endpoints/{made['id']}/rotate").json()["secret"] != made["secret"]
    assert service.request("DELETE", f"webhook-endpoints/{made['id']}").status_code == 204
