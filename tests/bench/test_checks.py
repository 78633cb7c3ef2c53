"""The measuring clients refuse what a broken server or a broken database would give them."""

import base64
import json
import socket
import threading
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from bench.measure import bodies, hook, judge, ours, script
from bench.measure.field import Contender, Round, Rounds, run
from bench.measure.hook import Arrival
from bench.measure.wire import Wire, Wrong

TEXTS = [b'{"n": 1}', b'{"n": 2}']


@contextmanager
def answering(*answers: bytes):
    """A server that gives these answers, one a request, and then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, answers), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(5)


def _serve(server, answers):
    left = list(answers)
    # A client comes back with a new connection before each round.
    while left:
        line, _ = server.accept()
        with line:
            while left and line.recv(65536):
                line.sendall(left.pop(0))


def said(body: bytes, status: str = "200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status.encode(), len(body), body)


@contextmanager
def saver_at(base: str):
    with closing(ours.Save(base, None, "/helper", 4, TEXTS)) as saver:
        yield saver


def test_a_save_is_counted_when_the_next_version_comes_back():
    answers = said(b'{"version": 5, "unchanged": false}'), said(b'{"version": 6}')
    with answering(*answers) as base, saver_at(base) as saver:
        saver.step()
        saver.step()

    assert saver.version == 6


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(said(b'{"version": 5}', "500 Oh"), id="an error"),
        pytest.param(said(b'{"version": 5}', "409 Conflict"), id="a conflict"),
        pytest.param(said(b'{"version": 4, "unchanged": true}'), id="no new version"),
        pytest.param(said(b'{"version": 6}'), id="a version skipped"),
        pytest.param(said(b'{"version": 5, "unchanged": true}'), id="a contradiction"),
        pytest.param(said(b'{"version": 5}')[:-3], id="cut short"),
        pytest.param(said(b'{"version": 5}') + b"more", id="more than its length"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", id="no length"),
    ],
)
def test_a_wrong_answer_to_a_save_stops_the_measurement(answer):
    with answering(answer) as base, saver_at(base) as saver, pytest.raises(Wrong):
        saver.step()


def loaded(helper: bytes) -> bytes:
    return said(b'{"version": 1, "helper": %b}' % helper).replace(b"\r\n\r\n", b'\r\nETag: "v1"\r\n\r\n')


def asking(kind, base, saved):
    return closing(kind(base, "token", 1, saved))


def test_a_load_of_another_helper_is_refused_at_once():
    answer, saved = loaded(b'{"price": 1.1}'), b'{"price": 1.10}'
    with answering(answer) as base, asking(ours.Load, base, saved) as loader, pytest.raises(Wrong):
        loader.ready()


def test_a_load_that_changes_on_the_way_is_refused():
    answers = [loaded(TEXTS[0]), loaded(TEXTS[0]), loaded(TEXTS[1])]
    with answering(*answers) as base, asking(ours.Load, base, TEXTS[0]) as loader:
        loader.ready()
        loader.step()
        with pytest.raises(Wrong):
            loader.step()


def test_a_whole_answer_where_304_was_due_is_refused():
    with answering(loaded(TEXTS[0]), loaded(TEXTS[0])) as base, asking(ours.LoadUnchanged, base, TEXTS[0]) as asker:
        asker.ready()
        with pytest.raises(Wrong):
            asker.step()


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([(1, False, None), (3, True, '{"n": 2}')], id="a gap"),
        pytest.param([(1, False, None), (2, False, None)], id="none current"),
        pytest.param([(1, True, '{"n": 1}'), (2, True, '{"n": 2}')], id="two current"),
        pytest.param([(1, True, '{"n": 2}'), (2, False, None)], id="an old one current"),
        pytest.param([(1, False, None), (2, True, '{"n": 1}')], id="another text"),
        pytest.param([(1, False, None), (2, True, '{"n": 2.0}')], id="another spelling of a number"),
        pytest.param([], id="nothing at all"),
    ],
)
def test_a_history_that_is_not_what_was_sent_is_refused(rows):
    with pytest.raises(Wrong):
        ours.check_history(rows, TEXTS[1])


def test_a_history_without_a_gap_is_taken():
    ours.check_history([(2, True, '{"n": 2}'), (1, False, None)], TEXTS[1])


class Broken:
    """A client that fails at its third step."""

    def __init__(self, client):
        self.left = 3

    def ready(self):
        pass

    def step(self):
        self.left -= 1
        if not self.left:
            raise Wrong("the third")


def test_what_goes_wrong_in_a_client_process_reaches_the_parent():
    with pytest.raises(RuntimeError, match="client 0: Wrong: the third"):
        run([Contender("broken", Broken)], 1, rounds=1, seconds=0.1)


def rounds_of(*rates):
    return Rounds("some", 1, [Round(1.0, [1.0 / rate] * rate) for rate in rates])


def test_a_limit_whose_rounds_lie_apart_is_not_judged():
    calm, shaken = rounds_of(100, 102, 98), rounds_of(100, 140, 90)

    assert judge.throughput("save", rounds_of(70, 70, 70), calm, 0.6).verdict == "yes"
    assert judge.throughput("save", rounds_of(50, 50, 50), calm, 0.6).verdict == "no"
    assert judge.throughput("save", rounds_of(70, 70, 70), shaken, 0.6).verdict == "not judged"


def test_bodies_have_their_size_and_never_repeat_in_a_row():
    texts = bodies.variants("50k", 0)

    assert all(50_000 < len(text) < 60_000 for text in texts)
    assert len(set(texts)) == len(texts)
    assert texts == bodies.variants("50k", 0) != bodies.variants("50k", 1)


def test_a_new_table_takes_the_place_of_the_old_one_and_of_nothing_else():
    page = "Before.\n<!-- save -->\n| old |\n<!-- /save -->\nAfter.\n"

    assert script.with_table(page, "save", "| new |") == page.replace("old", "new")
    with pytest.raises(Wrong):
        script.with_table(page, "load", "| new |")


SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


def arrival(message_id: str, case: str = "a", secret: str = SECRET) -> Arrival:
    body = json.dumps({"timestamp": "2026-01-01T00:00:00Z", "data": {"case_id": case}})
    signature = Webhook(secret).sign(message_id, datetime.fromtimestamp(5, UTC), body)
    head = f"POST / HTTP/1.1\r\nWebhook-Id: {message_id}\r\nwebhook-timestamp: 5\r\nwebhook-signature: {signature}"
    return Arrival(0.0, head.encode(), body.encode())


def test_what_came_as_it_was_sent_is_taken():
    came = [arrival("1"), arrival("3", "b"), arrival("2")]

    hook.check(came, {"a": ["1", "2"], "b": ["3"]}, SECRET)


@pytest.mark.parametrize(
    "came",
    [
        pytest.param(["1"], id="one is missing"),
        pytest.param(["1", "2", "2"], id="one came twice"),
        pytest.param(["2", "1"], id="another order"),
        pytest.param(["1", "2", "3"], id="one too many"),
    ],
)
def test_news_that_did_not_come_as_it_was_sent_is_refused(came):
    with pytest.raises(Wrong):
        hook.check([arrival(one) for one in came], {"a": ["1", "2"]}, SECRET)


def test_news_with_another_signature_is_refused():
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    with pytest.raises(Wrong, match="signature"):
        hook.check([arrival("1", secret=other)], {"a": ["1"]}, SECRET)


def test_the_receiver_notes_each_post_with_its_body():
    with hook.running() as receiver, closing(Wire(receiver.url.rstrip("/"))) as wire:
        for number in (b"1", b"2"):
            wire.ask("POST", "/", b'{"n": %b}' % number, more=b"webhook-id: %b\r\n" % number)
        receiver.await_count(2)
        came = receiver.take()

        assert [(one.id, one.body) for one in came] == [("1", b'{"n": 1}'), ("2", b'{"n": 2}')]
        assert receiver.count() == 0
        with pytest.raises(Wrong, match="0 of 1"):
            receiver.await_count(1, within=0.1)
