"""Where a webhook may go: nowhere inside, however it is spelled, whatever a name turns into."""

import asyncio
import socket
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver
from django.core import checks

from core import http
from core.errors import Invalid, NotFound, Refused
from make import services
from tests import cast
from tests.world import running_world

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "0.0.0.0", "192.0.0.192", "198.18.0.1", "192.0.2.1", "203.0.113.7", "224.0.0.1", "240.0.0.1",  # noqa: S104
    "255.255.255.255", "168.63.129.16", "192.88.99.1",
    "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
    "::127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001::1", "2001:db8::1", "fec0::1", "100::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "52.31.9.6", "172.32.0.1", "100.128.0.1", "2a00:1450:4001:81b::200e", "2606:4700::1111"]

SPELLINGS = [
    "https://127.1/", "https://0x7f.1/", "https://0x7f000001/", "https://2130706433/", "https://017700000001/",
    "https://0177.0.0.1/", "https://127.0.0.1/", "https://127.0.0.1:443/", "https://[::1]/",
    "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[64:ff9b::7f00:1]/", "https://0/",
    "https://[fe80::1%25eth0]/", "https://localhost/", "https://LOCALHOST/", "https://printer.local/",
    "https://metadata.google.internal/", "https://postgres/", "https://localhost./", "https://１２７.0.0.1/",
    "https://①②⑦.0.0.1/", "https://127.0.0.1%00.make.com/", "https://127%2e0%2e0%2e1/",
]  # fmt: skip
ELSEWHERE = [
    "http://hook.eu1.make.com/x", "https://hook.eu1.make.com:8443/x", "https://make.com.evil.test/",
    "https://evilmake.com/", "https://hook.make.com@127.0.0.1/", "https://user:pw@hook.make.com/",
    "https://127.0.0.1\\@hook.make.com/", "https://127.0.0.1#@hook.make.com/", "https://hook.make.com\t.evil.test/",
    "https://evil.test/?hook.make.com", "ftp://hook.make.com/", "file:///etc/passwd", "gopher://hook.make.com/",
    "https:///x", "https://", "", "hook.make.com", "https://hook.make.com:99999/", "https://[hook.make.com]/",
    "https://hook.make.com /", "https://hook.make.com\r\nHost: x/", "//hook.make.com/", "https://hook..make.com./",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_counts_as_public(address):
    assert not http.is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address):
    assert http.is_public(ip_address(address))


@pytest.mark.parametrize("url", [*SPELLINGS, *ELSEWHERE])
@pytest.mark.parametrize("hosts", [["make.com"], []])
def test_no_such_address_is_registered(live, settings, url, hosts):
    settings.WEBHOOK_ALLOW_PRIVATE = False
    settings.WEBHOOK_ALLOWED_HOSTS = hosts
    if not hosts and url in {
        "https://make.com.evil.test/",
        "https://evilmake.com/",
        "https://evil.test/?hook.make.com",
    }:
        assert services.checked_url(url) == url
        return

    with pytest.raises(Invalid) as refused:
        live.endpoint(url)

    assert refused.value.details[0]["pointer"] == "/url"


@pytest.mark.parametrize(
    "url", ["https://hook.eu1.make.com/abc?x=1", "https://HOOK.make.com:443/", "https://make.com/"]
)
def test_makes_own_hooks_are_registered(live, settings, url):
    settings.WEBHOOK_ALLOW_PRIVATE = False

    assert live.endpoint(url).url == url


def test_an_endpoint_is_changed_to_an_allowed_address_only(live, world, hook, settings):
    settings.WEBHOOK_ALLOW_PRIVATE = False
    with live.as_staff(), pytest.raises(Invalid):
        services.update_endpoint(endpoint_id=hook.pk, url="https://10.0.0.1/")


class Rebinding(AbstractResolver):
    """A name server that tells the truth once, and then names an address inside."""

    def __init__(self, *answers):
        self.answers = list(answers)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        addresses = self.answers.pop(0)
        return [
            {
                "hostname": host, "host": address, "port": port, "proto": 0, "flags": socket.AI_NUMERICHOST,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
            }
            for address in addresses
        ]  # fmt: skip

    async def close(self):
        return


def call(url, *answers, allow_private=False):
    async def once():
        resolver = Rebinding(*answers)
        async with http.outside(timeout=5, allow_private=allow_private, resolver=resolver) as out:
            return await out.post(url, b"{}", {})

    return asyncio.run(once())


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_refused_when_it_connects(address):
    with pytest.raises(http.Unanswered) as refused:
        call("https://hook.make.com/", [address])

    assert refused.value.word == "refused_address"


def test_a_name_that_turns_inside_reaches_nothing():
    with running_world() as world:
        url = world.base.replace("127.0.0.1", "hook.make.com") + "/"
        assert call(url, ["127.0.0.1"], allow_private=True).status == 200

        for answers in (["127.0.0.1"], ["127.0.0.1", "::1"], ["::ffff:127.0.0.1"]):
            with pytest.raises(http.Unanswered) as refused:
                call(url, answers)
            assert refused.value.word == "refused_address"

        assert len(world.heard()) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "localhost", "[::1]"])
def test_no_spelling_reaches_inside(host):
    with running_world() as world:

        async def once():
            async with http.outside(timeout=5, allow_private=False) as out:
                await out.post(world.base.replace("127.0.0.1", host) + "/", b"{}", {})

        with pytest.raises(http.Unanswered):
            asyncio.run(once())

        assert world.heard() == []


def test_an_address_that_came_past_the_registration_is_refused_too(live, world, hook, settings):
    live.open_case()
    settings.WEBHOOK_ALLOW_PRIVATE = False
    settings.WEBHOOK_RETRY_SECONDS = []

    live.deliver()

    assert world.heard() == []
    assert [(row["status"], row["error"]) for row in live.deliveries(hook)] == [("dead", "refused_address")]


def test_no_proxy_of_the_environment_is_used(live, world, hook, monkeypatch):
    with running_world() as proxy:
        monkeypatch.setenv("http_proxy", proxy.base)
        monkeypatch.setenv("HTTP_PROXY", proxy.base)
        live.open_case()

        live.deliver()

        assert proxy.requests == []
        assert len(world.heard()) == 1


def test_private_addresses_are_not_allowed_in_production(settings):
    def found():
        return [message.id for message in checks.run_checks(tags=["security"], include_deployment_checks=True)]

    settings.HTTPS_ONLY = True
    settings.WEBHOOK_ALLOW_PRIVATE = True
    assert "make.E001" in found()
    settings.WEBHOOK_ALLOW_PRIVATE = False
    assert "make.E001" not in found()


def test_a_lease_shorter_than_a_post_is_refused(settings):
    settings.WEBHOOK_LEASE_SECONDS = settings.WEBHOOK_TIMEOUT_SECONDS

    assert "make.E002" in [message.id for message in checks.run_checks()]


class TestWhoMayChangeThem:
    def test_a_manager_of_another_office_sees_nothing(self, live, hook):
        with live.as_staff(cast.URI), pytest.raises(NotFound):
            services.set_paused(endpoint_id=hook.pk, is_paused=True)
        with live.as_staff(cast.URI), pytest.raises(NotFound):
            services.ping(endpoint_id=hook.pk)

    def test_staff_who_are_no_managers_may_not(self, live, hook):
        with live.as_staff(cast.DANA), pytest.raises(Refused) as refused:
            services.rotate_secret(endpoint_id=hook.pk)
        assert refused.value.code == "forbidden"

        with pytest.raises(Refused) as refused:
            live.endpoint("https://hook.make.com/", person=cast.DANA)
        assert refused.value.code == "forbidden"

    def test_an_unknown_event_is_refused(self, live):
        with pytest.raises(Invalid):
            live.endpoint("https://hook.make.com/", "helper.saved")

    def test_what_waits_for_a_removed_endpoint_is_taken_back(self, live, hook):
        live.open_case()
        with live.as_staff():
            services.remove_endpoint(endpoint_id=hook.pk)
            ids = [row["id"] for row in live.deliveries(hook)]
            assert services.replay(delivery_ids=ids) == 0

        assert [row["status"] for row in live.deliveries(hook)] == ["cancelled"]
