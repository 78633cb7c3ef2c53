"""What the catcher makes of a post: a line and a row without a word of the helper."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from devkit.catcher import KEPT, Catch, page

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
NOW = time.time()


def post(message=None, *, secret=SECRET, id="msg-1", at=NOW, said=None):
    body = json.dumps(message).encode() if said is None else said
    moment = datetime.fromtimestamp(at, UTC)
    headers = {
        "webhook-id": id,
        "webhook-timestamp": str(int(at)),
        "webhook-signature": Webhook(secret).sign(id, moment, body.decode()),
    }
    return headers, body


def saved(version=3, plate="12345678"):
    written = datetime.fromtimestamp(NOW, UTC) - timedelta(milliseconds=250)
    data = {"plate": plate, "version": version}
    return {"type": "case_helper.saved", "timestamp": written.isoformat().replace("+00:00", "Z"), "data": data}


@pytest.fixture
def catch():
    return Catch(SECRET)


def test_a_signed_post_is_told_with_its_age(catch):
    caught = catch.take(*post(saved()), NOW)

    assert (caught.type, caught.plate, caught.version, caught.ms) == ("case_helper.saved", "12345678", 3, 250)
    assert caught.signed
    assert "signed  250 ms" in str(caught)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param(*post(saved(), secret="whsec_" + base64.b64encode(b"x" * 32).decode()), id="another secret"),
        pytest.param(post(saved())[0], post(saved(4))[1], id="another body"),
        pytest.param({**post(saved())[0], "webhook-id": "msg-2"}, post(saved())[1], id="another id"),
        pytest.param(*post(saved(), at=NOW - 400), id="old"),
        pytest.param({}, post(saved())[1], id="none"),
        pytest.param({**post(saved())[0], "webhook-timestamp": "x"}, post(saved())[1], id="no time"),
    ],
)
def test_a_wrong_signature_is_called_so(catch, headers, body):
    caught = catch.take(headers, body, NOW)

    assert not caught.signed
    assert "SIGNATURE WRONG" in str(caught)
    assert "שגויה" in page(list(catch.kept))


def test_one_of_two_signatures_is_enough(catch):
    headers, body = post(saved())
    headers["webhook-signature"] = f"v1,AAAA {headers['webhook-signature']}"

    assert catch.take(headers, body, NOW).signed


def test_what_comes_twice_is_seen(catch):
    assert not catch.take(*post(saved()), NOW).again
    assert catch.take(*post(saved()), NOW).again


def test_an_export_is_told_by_its_head_alone(catch):
    message = {
        "helper_name": "12345678_helper_v7",
        "plate_number": "12345678",
        "version": 7,
        "data": {"plate": "99999999", "version": 1, "type": "סוד"},
        "event": "HELPER_EXPORT",
        "timestamp": saved()["timestamp"],
    }
    caught = catch.take(*post(message), NOW)

    assert (caught.type, caught.plate, caught.version) == ("helper.export", "12345678", 7)
    for told in (str(caught), page([caught])):
        assert "99999999" not in told
        assert "סוד" not in told


@pytest.mark.parametrize(
    "said",
    [b"", b"not json", b"[1]", b'{"type": 5, "data": [], "timestamp": 7}', b'{"data": {"version": true}}', b"[" * 9000],
)
def test_nonsense_is_caught_as_well(catch, said):
    headers, _ = post(saved())
    caught = catch.take(headers, said, NOW)

    assert (caught.type, caught.plate, caught.version, caught.ms) == ("?", "", None, None)


def test_nobody_writes_into_the_page_or_the_log(catch):
    message = saved(plate='<script>alert("x")</script>') | {"type": "x\n12:00 forged line"}
    headers, body = post(message, id="msg-1")
    caught = catch.take(headers | {"webhook-id": "<b>"}, body, NOW)

    assert "\n" not in str(caught)
    assert "<script" not in page([caught])
    assert "forged" not in str(caught) + page([caught])


def test_the_last_two_hundred_are_kept(catch):
    for number in range(KEPT + 5):
        catch.take(*post(saved(number), id=f"msg-{number}"), NOW)

    assert len(catch.kept) == KEPT
    assert catch.kept[0].version == KEPT + 4
