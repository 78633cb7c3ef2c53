import os

import pytest

from devkit import broker, environment, keys, servers


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


def test_the_callers_wishes_win_over_our_defaults(place, monkeypatch):
    monkeypatch.setenv("HTTPS_ONLY", "1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/x")
    found = servers.Servers("postgresql://owner@here/x", "postgresql://app@here/x", "redis://here/0", None)

    env = environment.of(keys.of(place), found)

    assert env["HTTPS_ONLY"] == "1"
    assert env["DATABASE_URL"] == "postgresql://app@here/x"


def test_a_given_servers_login_has_one_password_in_every_place(monkeypatch):
    monkeypatch.setenv("OWNER_DATABASE_URL", "postgresql://postgres:secret@here:5432/main?sslmode=require")
    monkeypatch.delenv("DATABASE_URL", raising=False)

    assert servers.given_database("scratch") == servers.given_database("scratch")
    owner_url, app_url = servers.given_database("scratch")
    assert owner_url == "postgresql://postgres:secret@here:5432/scratch?sslmode=require"
    assert app_url.startswith("postgresql://backoffice_app:")
    assert app_url.endswith("@here:5432/scratch?sslmode=require")
    assert "secret" not in app_url


def test_servers_get_neither_the_owners_login_nor_the_demos_secrets(place):
    found = servers.Servers("postgresql://owner@here/x", "postgresql://app@here/x", "redis://here/0", None)
    env = environment.of(keys.of(place), found)

    assert set(env) - set(environment.of_servers(env)) == {
        "OWNER_DATABASE_URL", "DEMO_PASSWORD", "DEMO_GATEWAY_KEY_A", "DEMO_GATEWAY_KEY_B",
    }  # fmt: skip


def test_a_wish_wins_over_the_catchers_schedule(place, monkeypatch):
    monkeypatch.setenv("WEBHOOK_RETRY_SECONDS", "1,2")
    found = servers.Servers("postgresql://owner@here/x", "postgresql://app@here/x", "redis://here/0", None)

    env = {**environment.for_catcher("http://127.0.0.1:1/"), **environment.of(keys.of(place), found)}

    assert (env["WEBHOOK_RETRY_SECONDS"], env["WEBHOOK_BASE_URL"]) == ("1,2", "http://127.0.0.1:1/")


@pytest.mark.parametrize("wish", [None, "https://office.example.test"])
def test_links_lead_to_the_demo_itself_unless_somebody_knows_better(place, monkeypatch, wish):
    monkeypatch.delenv("PUBLIC_BASE_URL", raising=False)
    if wish:
        monkeypatch.setenv("PUBLIC_BASE_URL", wish)
    found = servers.Servers("postgresql://owner@here/x", "postgresql://app@here/x", "redis://here/0", None)

    env = {**environment.reached_at("http://127.0.0.1:8000"), **environment.of(keys.of(place), found)}

    assert environment.of_servers(env)["PUBLIC_BASE_URL"] == (wish or "http://127.0.0.1:8000")
