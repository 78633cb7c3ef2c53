"""Addresses for machines: metrics, readiness, and what somebody hears who guesses."""

import re

import pytest

from core import heartbeat
from core.nudge import broker


@pytest.fixture
def in_memory(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "strangers"}}


def test_an_address_that_names_nobody_is_slowed_down_and_a_known_caller_is_not(api, dana, settings, in_memory):
    settings.STRANGER_RATE_PER_MINUTE = 3
    answers = [api(token="not-a-token").get("cases") for _ in range(9)]

    # The minute may turn over once while we count.
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {401, 429}
    assert statuses.count(429) >= 3
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "rate_limited"
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert api(dana).get("cases").status_code == 200


def test_metrics_do_not_exist_until_there_is_a_token(client, db, settings):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_metrics_are_numbers_for_whoever_has_the_token(client, db, settings):
    settings.METRICS_TOKEN = "a-token-of-prometheus"
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404

    answer = client.get("/metrics", headers={"Authorization": "Bearer a-token-of-prometheus"})

    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.content.decode().splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert values['backoffice_up{part="database"}'] == values['backoffice_up{part="migrations"}'] == "1"
    waiting = {f'backoffice_tasks_waiting{{queue="{name}"}}' for name in ("celery", "slow")}
    assert {"backoffice_outbox_age_seconds"} | waiting <= set(values)
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {re.sub(r"\{.*", "", name) for name in values} <= named


def test_a_worker_that_is_away_is_told_and_turns_nobody_away(client, db, settings):
    broker(settings.CELERY_BROKER_URL).delete("backoffice.worker_at")
    without = client.get("/readyz")
    heartbeat.beat()
    with_one = client.get("/readyz")

    assert (without.status_code, without.json()["worker"], without.json()["worker_age_seconds"]) == (200, False, None)
    assert (with_one.status_code, with_one.json()["worker"]) == (200, True)
