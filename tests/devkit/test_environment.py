import os

import pytest

from devkit import broker, environment


def test_what_an_outer_devpy_gave_is_no_wish(monkeypatch):
    for name, value in environment.mark_as_ours({"A_DEVKIT": "given", "B_DEVKIT": "given"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("B_DEVKIT", "wished")

    environment.forget_ours()

    assert "A_DEVKIT" not in os.environ
    assert os.environ["B_DEVKIT"] == "wished"


@pytest.mark.parametrize(
    ("broker_url", "cache_url"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/1"),
        ("redis+socket:///run/broker.sock", "redis:///run/broker.sock?db=1"),
        ("amqp://127.0.0.1//", None),
    ],
)
def test_the_cache_lives_beside_a_given_broker(broker_url, cache_url):
    assert broker.cache_beside(broker_url) == cache_url
