"""From a save to Make: it arrives, signed and thin, once, in order; whatever the other side does."""

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from make import services
from tests import cast
from tests.make.conftest import is_signed, told
from tests.sql import callers
from tests.world import HANG, OK, Reply


def test_a_save_arrives_signed_and_thin(live, world, hook):
    case = live.open_case({"meta": {"n": 1}, "שמאות": {"סכום": 1.10}})

    live.deliver()

    [heard] = world.heard()
    assert (heard.method, heard.headers["content-type"]) == ("POST", "application/json; charset=utf-8")
    assert is_signed(heard, hook.secret)
    assert abs(int(heard.headers["webhook-timestamp"]) - time.time()) < 30
    [delivery] = live.deliveries(hook)
    assert heard.headers["webhook-id"] == str(delivery["message_id"])
    body = told(heard)
    assert set(body) == {"type", "timestamp", "data"}
    assert (body["type"], body["timestamp"][-1]) == ("case_helper.saved", "Z")
    assert body["data"] == {
        "case_id": case["case_id"],
        "plate": case["plate"],
        "version": 1,
        "helper_name": case["helper_name"],
        "changed_sections": ["meta", "שמאות"],
        "trigger": "open",
        "link": f"/api/v1/cases/{case['case_id']}/helper/versions/1",
    }
    assert (delivery["status"], delivery["attempts"], delivery["http_status"]) == ("delivered", 1, 200)
    assert delivery["lease_until"] is None


def test_an_endpoint_hears_what_it_asked_for_and_only_its_own_office(live, world):
    everything = live.endpoint(world.base + "/all")
    live.endpoint(world.base + "/south", person=cast.URI)
    case = live.open_case()
    live.save(case, 1)
    live.api().patch(f"cases/{case['case_id']}", {"owner_name": "אחר"})
    live.api().post(f"cases/{case['case_id']}/helper/restore", {"version": 1, "expected_version": 2})

    live.deliver()

    assert [told(heard)["type"] for heard in world.heard("/all")] == [
        "case.upserted", "case_helper.saved", "case_helper.saved", "case.upserted", "case_helper.restored",
    ]  # fmt: skip
    assert world.heard("/south") == []
    assert {row["status"] for row in live.deliveries(everything)} == {"delivered"}


def test_what_fails_in_the_middle_holds_back_what_comes_after_it(live, world, hook, settings):
    settings.WEBHOOK_RETRY_SECONDS = [3600]
    case = live.open_case()
    for version in range(1, 5):
        live.save(case, version)
    world.will(OK, OK, Reply(500))

    live.deliver()

    assert [told(heard)["data"]["version"] for heard in world.heard()] == [1, 2, 3]
    assert [(row["status"], row["attempts"]) for row in live.deliveries(hook)] == [
        ("delivered", 1), ("delivered", 1), ("pending", 1), ("pending", 0), ("pending", 0),
    ]  # fmt: skip
    live.owner.ask("update private.deliveries set next_at = now() where endpoint_id = %s and attempts = 1", hook.pk)
    live.deliver()
    assert [told(heard)["data"]["version"] for heard in world.heard()] == [1, 2, 3, 3, 4, 5]


def test_a_case_that_fails_does_not_hold_up_another(live, world, hook, settings):
    settings.WEBHOOK_RETRY_SECONDS = [3600]
    first = live.open_case()
    world.will(Reply(500))
    live.deliver()
    live.save(first, 1)
    second = live.open_case()

    live.deliver()

    assert [told(heard)["data"]["case_id"] for heard in world.heard()] == [first["case_id"], second["case_id"]]


def test_failures_are_tried_again_under_the_same_id_and_each_attempt_is_kept(live, world, hook):
    live.open_case()
    world.will(Reply(500, b"broken"), Reply(404), Reply(200, "התקבל".encode()))

    live.deliver()

    heard = world.heard()
    assert len({one.headers["webhook-id"] for one in heard}) == 1
    assert len({one.body for one in heard}) == 1
    assert all(is_signed(one, hook.secret) for one in heard)
    attempts = live.attempts(hook)
    assert [(row["number"], row["http_status"], row["error"], row["answer"]) for row in attempts] == [
        (1, 500, "http_500", "broken"), (2, 404, "http_404", "Accepted"), (3, 200, None, "התקבל"),
    ]  # fmt: skip
    assert [row["request_id"] for row in attempts] == [one.headers["x-request-id"] for one in heard]
    assert [row["next_at"] is None for row in attempts] == [False, False, True]
    assert all(row["ms"] >= 0 for row in attempts)


def test_the_schedule_is_kept_with_a_little_jitter_and_then_it_is_given_up(live, world, hook, settings):
    settings.WEBHOOK_RETRY_SECONDS = [100, 1000]
    live.open_case()
    world.always(Reply(500))
    waits = []
    for _ in range(3):
        live.deliver()
        live.owner.ask("update private.deliveries set next_at = now() where endpoint_id = %s", hook.pk)
    for row in live.attempts(hook):
        waits.append(row["next_at"] and (row["next_at"] - row["started_at"]).total_seconds())

    assert 100 <= waits[0] <= 112
    assert 1000 <= waits[1] <= 1102
    assert waits[2:] == [None]
    assert [(row["status"], row["error"]) for row in live.deliveries(hook)] == [("dead", "http_500")]


def test_410_pauses_the_endpoint_and_says_so(live, world, hook):
    case = live.open_case()
    live.save(case, 1)
    world.always(Reply(410))

    live.deliver()
    live.deliver()

    assert len(world.heard()) == 1
    assert [row["status"] for row in live.deliveries(hook)] == ["dead", "pending"]
    [row] = live.owner.ask("select * from private.webhook_endpoints where id = %s", hook.pk)
    assert (row["is_paused"], row["paused_reason"]) == (True, "gone")
    [event] = live.owner.ask("select * from public.events where type = 'webhook_endpoint.paused'")
    assert event["data"] == {"endpoint_id": str(hook.pk), "reason": "gone"}


def test_a_paused_endpoint_goes_on_where_it_stopped(live, world, hook):
    with live.as_staff():
        services.set_paused(endpoint_id=hook.pk, is_paused=True, reason="maintenance")
    case = live.open_case()
    live.save(case, 1)
    live.deliver()
    assert world.heard() == []

    with live.as_staff():
        services.set_paused(endpoint_id=hook.pk, is_paused=False)
    live.deliver()

    assert [told(heard)["data"]["version"] for heard in world.heard()] == [1, 2]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("600", 600),
        (lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=600), usegmt=True), 600),
        ("2", 60),  # not earlier than our own step
        ("99999999", 24 * 3600),  # nor later than a day
        ("soon", 60),
    ],
)
def test_retry_after_is_obeyed(live, world, hook, settings, status, wish, seconds):
    settings.WEBHOOK_RETRY_SECONDS = [60]
    live.open_case()
    world.will(Reply(status, headers={"Retry-After": wish() if callable(wish) else wish}))

    live.deliver()

    [row] = live.attempts(hook)
    waited = (row["next_at"] - row["started_at"]).total_seconds()
    assert seconds - 2 <= waited <= seconds * 1.1 + 2


def test_a_redirect_is_not_followed(live, world, hook, settings):
    settings.WEBHOOK_RETRY_SECONDS = [3600]
    live.open_case()
    world.will(Reply(307, headers={"Location": world.base + "/elsewhere"}))

    live.deliver()

    assert world.heard("/elsewhere") == []
    [row] = live.attempts(hook)
    assert (row["http_status"], row["error"]) == (307, "redirect")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (HANG, "timeout"),
        (Reply(delay=2), "timeout"),
        (Reply(body=b"x" * 1000, drop=True), "connection_lost"),
    ],
)
def test_an_answer_that_does_not_end_is_a_failure(live, world, hook, settings, reply, error):
    settings.WEBHOOK_RETRY_SECONDS = [3600]
    settings.WEBHOOK_TIMEOUT_SECONDS = 1
    live.open_case()
    world.will(reply)
    started = time.monotonic()

    live.deliver()

    assert time.monotonic() - started < 5
    [row] = live.attempts(hook)
    assert row["error"] == error


def test_nobody_listening_is_a_failure(live, settings):
    settings.WEBHOOK_RETRY_SECONDS = [3600]
    nobody = live.endpoint("http://127.0.0.1:9/", "case_helper.saved")
    live.open_case()

    live.deliver()

    [row] = live.attempts(nobody)
    assert (row["http_status"], row["error"], row["answer"]) == (None, "connection_refused", "")


def test_an_address_that_speaks_no_tls_is_a_failure(live, world, settings):
    settings.WEBHOOK_RETRY_SECONDS = [3600]
    plain = live.endpoint(world.base.replace("http:", "https:") + "/", "case_helper.saved")
    live.open_case()

    live.deliver()

    assert [row["error"] for row in live.attempts(plain)] == ["tls"]


def test_an_endless_answer_is_cut(live, world, hook):
    live.open_case()
    world.will(Reply(body=b"\0" + "א".encode() * 3_000_000))

    live.deliver()

    [row] = live.attempts(hook)
    assert (row["http_status"], row["error"], row["answer"]) == (200, None, "א" * 2048)


def test_an_endpoint_that_hangs_holds_up_no_other(live, world, hook, settings):
    settings.WEBHOOK_TIMEOUT_SECONDS = 3
    settings.WEBHOOK_RETRY_SECONDS = [3600]
    stuck = live.endpoint(world.base + "/stuck", "case_helper.saved")
    world.always(HANG, path="/stuck")
    cases = [live.open_case() for _ in range(10)]
    started = time.monotonic()

    live.deliver()

    assert len(world.heard()) == len(cases)
    assert max(heard.at for heard in world.heard()) - started < 2
    assert {row["status"] for row in live.deliveries(stuck)} == {"pending"}
    assert {row["attempts"] for row in live.deliveries(stuck)} == {1}


def test_a_replay_goes_out_under_the_same_id(live, world, hook):
    live.open_case()
    live.deliver()
    [first] = world.heard()
    with live.as_staff():
        assert services.replay(delivery_ids=[row["id"] for row in live.deliveries(hook)]) == 1

    live.deliver()

    assert [one.headers["webhook-id"] for one in world.heard()] == [first.headers["webhook-id"]] * 2
    assert world.heard()[1].body == first.body


def test_all_that_was_given_up_since_a_time_is_sent_again(live, world, hook, settings):
    settings.WEBHOOK_RETRY_SECONDS = []
    world.always(Reply(500))
    old, new = live.open_case(), live.open_case()
    live.deliver()
    live.owner.ask(
        "update private.deliveries set created_at = now() - interval '2 days' where case_id = %s", old["case_id"]
    )
    world.always(OK)

    with live.as_staff():
        assert services.replay_failed(since=datetime.now(UTC) - timedelta(days=1)) == 1
    live.deliver()

    assert [(row["case_id"], row["status"]) for row in live.owner.ask(
        "select case_id::text, status from private.deliveries where endpoint_id = %s order by seq", hook.pk
    )] == [(old["case_id"], "dead"), (new["case_id"], "delivered")]  # fmt: skip


def test_what_waits_can_be_taken_back(live, world, hook):
    live.open_case()
    [waiting] = live.deliveries(hook)
    with live.as_staff():
        assert services.cancel(delivery_ids=[waiting["id"]]) == 1
        assert services.cancel(delivery_ids=[waiting["id"]]) == 0

    live.deliver()

    assert world.heard() == []


def test_a_ping_goes_to_the_one_endpoint_that_was_asked(live, world, hook):
    live.endpoint(world.base + "/other")
    with live.as_staff():
        delivery_id = services.ping(endpoint_id=hook.pk)

    live.deliver()

    [heard] = world.heard()
    assert told(heard)["type"] == "test.ping"
    assert is_signed(heard, hook.secret)
    assert [row["id"] for row in live.deliveries(hook)] == [delivery_id]
    assert world.heard("/other") == []


def test_plain_sql_and_postgrest_are_told_too(live, world, hook, outlet):
    case = live.open_case()
    outlet(callers.DANA).insert(case["case_id"], '{"through": "PostgREST"}')
    live.owner.insert(case["case_id"], '{"through": "psql"}')

    live.deliver()

    assert [told(heard)["data"]["version"] for heard in world.heard()] == [1, 2, 3]
    assert told(world.heard()[1])["data"]["changed_sections"] == ["meta", "through"]


def test_a_refused_save_tells_nobody(live, world, hook):
    case = live.open_case()
    answer = live.api().put(f"cases/{case['case_id']}/helper", {"version": 7, "helper": {}})
    assert answer.status_code in {409, 422}

    live.deliver()

    assert len(world.heard()) == 1


def test_a_broker_that_is_away_neither_slows_a_save_nor_loses_it(live, world, hook, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    case = live.open_case()
    started = time.monotonic()
    for version in range(1, 6):
        live.save(case, version)
    assert time.monotonic() - started < 2

    live.deliver()

    assert [told(heard)["data"]["version"] for heard in world.heard()] == [1, 2, 3, 4, 5, 6]


def test_an_old_message_sent_again_is_not_held_back_by_a_newer_one_that_waits(live, world, hook, settings):
    settings.WEBHOOK_RETRY_SECONDS = [3600]
    case = live.open_case()
    live.deliver()
    live.save(case, 1)
    world.will(Reply(500))
    live.deliver()
    with live.as_staff():
        services.replay(delivery_ids=[live.deliveries(hook)[0]["id"]])

    live.deliver()

    assert [told(heard)["data"]["version"] for heard in world.heard()] == [1, 2, 1]


def test_no_second_sees_more_posts_than_the_rate(live, world, hook, settings):
    settings.WEBHOOK_RATE_PER_SECOND = 10
    for _ in range(25):
        live.open_case()

    live.deliver()

    times = [heard.at for heard in world.heard()]
    assert len(times) == 25
    for time_of_one in times:
        assert sum(time_of_one <= other < time_of_one + 1 for other in times) <= 10
    assert times[-1] - times[0] < 4


def test_a_message_that_cannot_be_written_is_given_up_and_the_others_go(live, world, settings):
    settings.WEBHOOK_RETRY_SECONDS = [0]
    hook = live.endpoint(world.base + "/", "helper.export", "case_helper.saved")
    live.owner.ask("select private.outbox_add(%s, %s, 'helper.export', 99)", cast.NORTH.id, live.open_case()["case_id"])

    live.deliver()

    assert [(row["status"], row["error"]) for row in live.deliveries(hook)] == [("delivered", None), ("dead", "defect")]


class TestExport:
    HELPER = '{"a":1.10,"big":12345678901234567890,"quote":"דו\\"ח ✓","__proto__":{},"":null}'

    def test_it_has_its_own_body_with_the_helper_as_it_is(self, live, world):
        hook = live.endpoint(world.base + "/", "helper.export")
        raw = f'{{"plate": "12-345-67", "helper": {self.HELPER}}}'.encode()
        case = live.api().post("cases", raw).json()
        if "case_id" not in case:
            pytest.fail(str(case))
        live.owner.ask("select private.export_add(%s, 1, 'logout')", case["case_id"])

        live.deliver()

        [heard] = world.heard()
        body = told(heard)
        assert list(body) == [
            "helper_name", "source", "date", "plate_number", "version", "data", "event", "timestamp",
        ]  # fmt: skip
        assert (body["helper_name"], body["source"], body["plate_number"], body["version"], body["event"]) == (
            "1234567_helper_v1", "system", "1234567", 1, "HELPER_EXPORT",
        )  # fmt: skip
        [version] = live.owner.versions(case["case_id"])
        assert version["helper"].encode() in heard.body
        assert b'"a": 1.10' in heard.body
        assert b"12345678901234567890" in heard.body
        assert body["date"] == live.api().get(f"cases/{case['case_id']}/helper").json()["date"]
        assert is_signed(heard, hook.secret)

    def test_a_legacy_endpoint_gets_that_body_for_saves_too(self, live, world):
        live.endpoint(world.base + "/", body="legacy")
        case = live.open_case({"meta": {"n": 1}})

        live.deliver()

        thin, whole = world.heard()
        assert told(thin)["type"] == "case.upserted"
        assert told(whole)["event"] == "HELPER_EXPORT"
        assert told(whole)["data"] == {"meta": {"n": 1}}
        assert told(whole)["helper_name"] == case["helper_name"]

    def test_what_nobody_exported_is_exported_by_itself_once(self, live, world):
        from make.tasks import export_forgotten

        live.endpoint(world.base + "/", "helper.export")
        case = live.open_case()
        export_forgotten()
        live.deliver()
        assert world.heard() == []
        with live.owner.moment() as cursor:
            cursor.execute("set session_replication_role = replica")
            for table, column in (("private.webhook_endpoints", "created_at"), ("public.case_helper", "saved_at")):
                cursor.execute(f"update {table} set {column} = {column} - interval '16 minutes'")
            cursor.execute("update private.webhook_endpoints set created_at = created_at - interval '1 minute'")
            cursor.execute("set session_replication_role = origin")

        export_forgotten()
        export_forgotten()
        live.deliver()

        mine = [told(heard) for heard in world.heard() if told(heard)["plate_number"] == case["plate"]]
        assert [body["version"] for body in mine] == [1]


def test_each_text_of_the_outbox_stays_what_it_was(live, world, hook):
    """A label may hold anything a person can type."""
    case = live.open_case()
    label = 'דו"ח <b>"סופי"</b> \\ 😀'
    body = {"version": 1, "helper": {"n": 2}, "label": label}
    assert live.api().put(f"cases/{case['case_id']}/helper", body).status_code == 200

    live.deliver()

    assert told(world.heard()[1])["data"]["label"] == label
    assert json.loads(world.heard()[1].body)["data"]["version"] == 2


def test_after_an_outage_what_waited_goes_out_with_the_first_message_that_arrives(live, world, hook, settings):
    settings.WEBHOOK_RETRY_SECONDS = [3600, 3600]
    *quiet, last = [live.open_case() for _ in range(4)]
    live.deliver()
    world.will(*[Reply(502)] * len(quiet))
    for case in quiet:
        live.save(case, 1)
    live.deliver()
    assert [delivery["status"] for delivery in live.deliveries(hook)] == ["delivered"] * 4 + ["pending"] * 3

    live.save(last, 1)
    live.deliver()

    assert {delivery["status"] for delivery in live.deliveries(hook)} == {"delivered"}
    assert len({heard.headers["webhook-id"] for heard in world.heard()}) == 8


def test_one_bad_message_is_no_outage_and_keeps_its_schedule(live, world, hook, settings):
    settings.WEBHOOK_RETRY_SECONDS = [3600, 3600]
    bad, good = live.open_case(), live.open_case()
    live.deliver()
    world.will(Reply(500))
    live.save(bad, 1)
    live.deliver()

    live.save(good, 1)
    live.deliver()

    assert [delivery["status"] for delivery in live.deliveries(hook)][2:] == ["pending", "delivered"]
