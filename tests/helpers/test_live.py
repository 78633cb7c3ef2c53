"""The event stream, from a real event server over real connections."""

import asyncio
import socket
import time
from contextlib import closing

import psycopg
import pytest

from helpers import live
from helpers.live_hub import Listener
from tests import cast
from tests.conftest import any_plate
from tests.live import running_events
from tests.site import free_port
from tests.sql.callers import GATEWAY, Desk, person

ADD_NEWS = "select private.event_add(org_id, id, %s, %s) from public.cases where id = %s"


@pytest.fixture(scope="module")
def events():
    with running_events() as running:
        yield running


@pytest.fixture(autouse=True)
def hung_up(events):
    """No stream of a test stays open for the next one."""
    yield
    events.close_streams()


@pytest.fixture
def owner(events):
    with events.site.owner() as connection:
        yield connection


@pytest.fixture
def opened(events):
    """Open a case as somebody; the answer names it."""

    def opened(who=cast.DANA):
        answer = events.site.call("POST", "cases", who, {"plate": any_plate(), "helper": {"n": 1}})
        assert answer.status == 201, answer.body
        return answer.json()["case_id"]

    return opened


@pytest.fixture
def save(events):
    def save(case_id, version, who=cast.DANA):
        """Save over `version`."""
        body = {"version": version, "helper": {"n": version + 1, "at": time.time()}}
        answer = events.site.call("PUT", f"cases/{case_id}/helper", who, body)
        assert answer.status == 200, answer.body
        return answer.json()["version"]

    return save


def test_a_save_is_heard_at_once_as_a_thin_row(events, opened, save, dana):
    case_id = opened()
    stream = events.listen(dana)
    began = time.monotonic()

    save(case_id, 1)
    heard = stream.next()

    assert time.monotonic() - began < 1
    assert heard.kind == "change"
    assert set(heard.data) == {"type", "case_id", "version", "at"}
    assert (heard.data["type"], heard.data["case_id"], heard.data["version"]) == ("case_helper.saved", case_id, 2)
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["cache-control"] == "no-store"


def test_what_is_written_without_us_is_heard_too(events, opened, dana):
    """PostgREST nudges nobody."""
    case_id = opened()
    stream = events.listen(dana)

    desk = Desk(events.site.database, person(dana))
    with closing(desk.connection):
        desk.ask('select version from public.case_helper_save_full(%s, \'{"by": "rpc"}\', 1)', case_id)

    assert stream.next(2).data["version"] == 2


def test_numbers_only_grow(events, opened, save, dana):
    case_id = opened()
    stream = events.listen(dana)

    for version in range(1, 9):
        save(case_id, version)
    numbers = [stream.next().number for _ in range(8)]

    assert numbers == sorted(numbers)


def test_a_ticket_opens_one_stream_once(events, dana):
    ticket = events.ticket(dana)
    assert ticket["url"] == f"http://127.0.0.1:{events.port}{events.path(ticket=ticket['ticket'])}"

    first = events.open(events.path(ticket=ticket["ticket"]))
    second = events.open(events.path(ticket=ticket["ticket"]))

    assert (first.answer.status, second.answer.status) == (200, 401)
    assert second.headers["content-type"] == "application/problem+json"


def test_a_ticket_that_was_not_used_in_time_opens_nothing(events, owner, dana):
    ticket = events.ticket(dana)["ticket"]
    owner.execute("update private.event_tickets set opens_until = now() - interval '1 second'")

    assert events.fetch(events.path(ticket=ticket)).status == 401
    assert events.fetch(events.path(ticket="made-up")).status == 401
    assert events.fetch(events.path()).status == 401


def test_the_database_holds_no_ticket(events, owner, dana):
    ticket = events.ticket(dana)["ticket"]

    held = owner.execute("select string_agg(t::text, ' ') from private.event_tickets t").fetchone()[0]

    assert ticket not in held


def test_only_people_listen(events):
    assert events.site.call("POST", "events/ticket", None, {}).status == 401
    assert events.site.call("POST", "events/ticket", cast.SUSPENDED, {}).status == 401


def test_what_is_no_ticket_request_is_refused(events, dana):
    for body, status in (({"case_id": "x"}, 422), ({"more": 1}, 422), ([1], 422), (b"{", 400)):
        assert events.site.call("POST", "events/ticket", dana, body).status == status
    assert events.site.call("POST", "events/ticket", dana).status == 201


def test_another_office_hears_nothing(events, opened, save, dana, tamar):
    case_id = opened()
    hers, all_hers = events.listen(dana), events.listen(tamar)
    one = events.ticket(tamar)["ticket"]
    narrowed = events.open(events.path(ticket=one, case_id=case_id))

    save(case_id, 1)

    assert hers.next().data["case_id"] == case_id
    assert all_hers.silent_for(0.7)
    assert narrowed.answer.status == 200
    assert narrowed.silent_for(0.1)


def test_a_foreign_case_and_one_that_is_not_there_get_no_ticket(events, opened, tamar):
    foreign = events.site.call("POST", "events/ticket", tamar, {"case_id": opened()})
    missing = events.site.call("POST", "events/ticket", tamar, {"case_id": "00000000-0000-4000-8000-000000000000"})

    assert (foreign.status, foreign.body) == (missing.status, missing.body)
    assert foreign.status == 404


def test_a_case_that_is_hidden_from_an_appraiser_is_not_told(events, opened, save, owner, dana):
    switch = "update public.orgs set assessors_see_own_cases_only = %s where id = %s"
    owner.execute(switch, [True, cast.NORTH.id])
    try:
        hidden = opened(cast.NOAM)
        stream, managers = events.listen(dana), events.listen(cast.NOAM)

        save(hidden, 1, cast.NOAM)

        assert managers.next().data["case_id"] == hidden
        assert stream.silent_for(0.5)
        assert events.site.call("POST", "events/ticket", dana, {"case_id": hidden}).status == 404
    finally:
        owner.execute(switch, [False, cast.NORTH.id])


def test_a_ticket_for_one_case_tells_of_that_case_alone(events, opened, save, dana):
    mine, other = opened(), opened()
    stream = events.listen(dana, case_id=mine)

    save(other, 1)
    save(mine, 1)

    assert stream.next().data["case_id"] == mine
    ticket = events.ticket(dana, case_id=mine)["ticket"]
    assert events.fetch(events.path(ticket=ticket, case_id=other)).status == 404


def test_who_comes_back_misses_nothing_and_hears_nothing_twice(events, opened, save, dana):
    case_id = opened()
    stream = events.listen(dana)
    save(case_id, 1)
    last = stream.next().number
    stream.close()

    for version in (2, 3, 4):
        save(case_id, version)
    again = events.listen(dana, since=last)
    save(case_id, 5)

    assert again.versions(4, after=2) == [3, 4, 5, 6]
    assert again.silent_for(0.3)


def test_a_number_can_be_named_in_the_address(events, opened, save, dana):
    case_id = opened()
    number = events.listen(dana).begin()
    save(case_id, 1)

    ticket = events.ticket(dana)["ticket"]
    again = events.open(events.path(ticket=ticket, last_event_id=number))

    assert again.next().data["version"] == 2


@pytest.mark.parametrize("since", [1, 999_999_999_999, "nonsense", "-5", "٣", "9" * 40])
def test_a_number_that_is_too_old_or_none_of_ours_means_resync(events, opened, owner, dana, since):
    opened()
    owner.execute("update public.events set at = at - interval '6 minutes'")

    ticket = events.ticket(dana)["ticket"]
    stream = events.open(events.path(ticket=ticket, last_event_id=since))

    assert stream.next().kind == "resync"


def test_too_much_to_tell_one_by_one_means_resync(events, opened, owner, dana):
    case_id = opened()
    number = events.listen(dana).begin()
    owner.execute(
        "select private.event_add(c.org_id, c.id, 'note.many', n)"
        " from public.cases c, generate_series(1, 1500) n where id = %s",
        [case_id],
    )

    again = events.listen(dana, since=number)

    assert again.next().kind == "resync"
    assert again.silent_for(0.3)


def test_who_commits_late_is_not_passed_over(events, opened, save, dana):
    """A transaction that began first and ends last has the lower number."""
    early, case_id = opened(), opened()
    stream = events.listen(dana)
    with events.site.owner() as slow, slow.transaction():
        slow.execute(ADD_NEWS, ["note.slow", 7, early])
        save(case_id, 1)
        first = stream.next()
        stream.close()
        save(case_id, 2)
        between = events.listen(dana, since=first.number)
        assert between.versions(1, after=2) == [3]

    assert between.next().data["type"] == "note.slow"
    # Also for who comes back only now with the number from before.
    again = events.listen(dana, since=first.number)
    while again.next().data["type"] != "note.slow":
        pass


def test_a_change_that_was_taken_back_is_not_told(events, opened, dana):
    case_id = opened()
    stream = events.listen(dana)
    with events.site.owner() as owner:
        owner.execute("begin")
        owner.execute(ADD_NEWS, ["note.gone", 1, case_id])
        owner.execute("rollback")

    assert stream.silent_for(0.5)


def test_a_killed_server_comes_back_and_nothing_is_lost(events, opened, save, dana):
    case_id = opened()
    stream = events.listen(dana)
    save(case_id, 1)
    last = stream.next().number

    events.kill()
    assert stream.ended.wait(5)
    save(case_id, 2)
    events.start()
    again = events.listen(dana, since=last)
    save(case_id, 3)

    assert again.versions(2, after=2) == [3, 4]


def test_a_server_that_is_told_to_stop_does_so_with_open_streams(events, dana):
    stream = events.listen(dana)
    began = time.monotonic()

    events.stop()

    assert time.monotonic() - began < 5
    assert stream.ended.wait(2)
    events.start()


def test_a_lost_database_connection_loses_no_news(events, opened, save, owner, dana):
    case_id = opened()
    stream = events.listen(dana)

    for version in range(1, 6):
        ended = owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'backoffice events' and datname = current_database()"
        ).fetchall()
        assert ended or version > 1
        save(case_id, version)

    assert stream.versions(5) == [2, 3, 4, 5, 6]


def test_without_a_broker_news_comes_by_looking(events, opened, save, dana):
    case_id = opened()
    events.stop()
    events.start(CELERY_BROKER_URL=f"redis://127.0.0.1:{free_port()}/0")
    try:
        stream = events.listen(dana)
        save(case_id, 1)
        assert stream.versions(1) == [2]
    finally:
        events.stop()
        events.start()


def test_who_takes_nothing_for_half_a_minute_is_let_go():
    asyncio.run(_let_go())


async def _let_go():
    taken = asyncio.Event()

    async def takes_nothing(message):
        taken.set()
        await asyncio.Event().wait()

    async def takes_all(message):
        pass

    stuck, well = (Listener(cast.DANA.user_id, None, 60) for _ in range(2))
    stuck.writer = asyncio.create_task(live._write(stuck, b": beat", takes_nothing))
    well.writer = asyncio.create_task(live._write(well, b": beat", takes_all))
    await taken.wait()
    assert not stuck.is_stuck()
    stuck.writing_since -= 31
    assert (stuck.is_stuck(), well.is_stuck()) == (True, False)

    for listener in (stuck, well):
        listener.end()
    await asyncio.wait([stuck.writer, well.writer], timeout=5)

    assert (stuck.writer.cancelled(), well.writer.cancelled(), well.writer.done()) == (True, False, True)


def test_who_is_suspended_hears_nothing_more_and_is_cut_off(events, opened, save, owner):
    case_id = opened()
    stream = events.listen(cast.NOAM)
    ticket = events.ticket(cast.NOAM)["ticket"]
    owner.execute("update public.profiles set status = 'suspended' where user_id = %s", [cast.NOAM.user_id])
    try:
        save(case_id, 1)

        assert stream.silent_for(0.5)
        assert events.fetch(events.path(ticket=ticket)).status == 401
        assert stream.ended.wait(20), "cut off at the next beat"
    finally:
        owner.execute("update public.profiles set status = 'active' where user_id = %s", [cast.NOAM.user_id])


def test_a_stream_beats_and_ends_with_the_login(events, owner, dana):
    login_ends = int(time.time()) + 18
    answer = events.site.call("POST", "events/ticket", token=dana.token(exp=login_ends), body={})
    stream = events.open(events.path(ticket=answer.json()["ticket"]))
    staying = events.listen(dana)

    assert stream.ended.wait(40)
    assert 1 <= len(stream.beats) <= 3
    assert not staying.ended.is_set()
    [until] = owner.execute(
        "select max(ends_at) <= now() + interval '30 minutes' from private.event_tickets"
    ).fetchone()
    assert until is not False


def test_a_slow_listener_is_told_to_load_anew_while_others_hear_everything(events, opened, owner, dana):
    case_id = opened()
    quick = events.listen(dana)
    slow = _reads_nothing(events, dana)
    rounds, at_once = 60, 200

    for turn in range(rounds):
        owner.execute(
            "select private.event_add(c.org_id, c.id, 'note.' || repeat('x', 1000), %s + n)"
            " from public.cases c, generate_series(1, %s) n where id = %s",
            [turn * at_once, at_once, case_id],
        )
        # No more than the quick one can read.
        while quick.heard.qsize() < (turn + 1) * at_once - 400:
            time.sleep(0.01)
    heard = [quick.next() for _ in range(rounds * at_once)]

    assert {one.kind for one in heard} == {"change"}
    assert [one.data["version"] for one in heard] == list(range(1, rounds * at_once + 1))
    told = _read_all(slow)
    assert b"event: resync" in told
    assert len(told) < rounds * at_once * 1000


def _reads_nothing(events, who):
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", events.port))
    line.sendall(f"GET {events.path(ticket=events.ticket(who)['ticket'])} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return line


def _read_all(line):
    line.settimeout(1)
    told = b""
    try:
        while piece := line.recv(1 << 20):
            told += piece
    except TimeoutError:
        pass
    line.close()
    return told


def test_pages_of_allowed_origins_may_read_the_stream(events, dana):
    for origin, allowed in (("https://ui.example.test", True), ("https://evil.example", False)):
        asked = {"Origin": origin, "Access-Control-Request-Headers": "last-event-id"}
        before = events.fetch(events.path(), "OPTIONS", **asked)
        stream = events.open(events.path(ticket=events.ticket(dana)["ticket"]), {"Origin": origin})

        assert before.status == 204
        assert (before.headers.get("access-control-allow-origin") == origin) is allowed
        assert (stream.headers.get("access-control-allow-origin") == origin) is allowed
        assert "access-control-allow-credentials" not in stream.headers


def test_pages_of_an_office_may_read_what_its_people_hear(events, owner, dana, tamar):
    origin = "https://screens.north.example.test"
    owner.execute("update public.orgs set ui_origins = %s where id = %s", [[origin], cast.NORTH.id])
    try:
        before = events.fetch(events.path(), "OPTIONS", Origin=origin)
        ours, theirs = (
            events.open(events.path(ticket=events.ticket(who)["ticket"]), {"Origin": origin}) for who in (dana, tamar)
        )
        refused = events.fetch(events.path(ticket="none"), Origin=origin)
    finally:
        owner.execute("update public.orgs set ui_origins = '{}'")

    assert before.headers["access-control-allow-origin"] == origin
    assert ours.headers["access-control-allow-origin"] == origin
    assert "access-control-allow-origin" not in theirs.headers
    assert (refused.status, refused.headers["access-control-allow-origin"]) == (401, origin)


def test_the_site_sends_a_listener_to_the_event_server(events, dana):
    path = events.path(ticket=events.ticket(dana)["ticket"])

    answer = events.site.fetch("GET", path)

    assert answer.status == 307
    assert answer.headers["location"] == f"http://127.0.0.1:{events.port}{path}"


def test_the_event_server_answers_nothing_else(events):
    assert events.fetch("/admin/").status == 404
    assert events.fetch("/api/v1/cases").status == 404
    assert events.fetch(events.path(), "POST").status == 405
    assert events.fetch("/healthz").status == 200


def test_nobody_else_can_ask_what_the_event_server_asks(events):
    for caller in (person(cast.DANA), GATEWAY, person(cast.NOAM, "backoffice_staff")):
        calls = ("live_news()", "live_seen('{}', '{}')", "live_active('{}')", "event_ticket_use('x')")
        desk = Desk(events.site.database, caller)
        with closing(desk.connection):
            for call in calls:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    desk.ask(f"select * from private.{call}")


def test_one_person_does_not_take_everybodys_place(events, dana):
    streams = [events.listen(dana) for _ in range(50)]

    refused = events.open(events.path(ticket=events.ticket(dana)["ticket"]))

    assert (refused.answer.status, refused.headers["retry-after"]) == (429, "30")
    assert events.listen(cast.NOAM).answer.status == 200
    streams[0].close()
    time.sleep(1)
    assert events.listen(dana).answer.status == 200
