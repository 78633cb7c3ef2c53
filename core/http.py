"""The one way out: addresses are checked when they connect, no redirects, no proxies, answers are cut."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

MOST_OF_AN_ANSWER = 64 * 1024

_NOT_PUBLIC_V4 = [
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/3",
        # Looks public, and is the metadata service of a large cloud.
        "168.63.129.16/32",
    )
]  # fmt: skip
# Of IPv6 only global unicast is public, and in it not what leads elsewhere: Teredo, 6to4, documentation.
_PUBLIC_V6 = ip_network("2000::/3")
_NOT_PUBLIC_V6 = [ip_network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?|[0-9a-f:.]+")
_INNER_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa")


class AddressRefused(OSError):
    """This address may not be called."""


class Unanswered(Exception):
    """No answer came; `word` says why, and nothing about where or what."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(word)


@dataclass(frozen=True)
class Answer:
    """What came back; the text is the beginning of it."""

    status: int
    headers: Mapping[str, str]
    text: str


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """True for an address of the open internet, and for nothing that stands for another one."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    return address in _PUBLIC_V6 and not any(address in network for network in _NOT_PUBLIC_V6)


def checked_url(url: str, *, hosts: Sequence[str], allow_private: bool) -> str:
    """Return `url` if its spelling allows to call it: https at port 443 of one of `hosts`, or of any public host.

    Raises AddressRefused with the reason. What its name leads to is seen when it connects.
    """
    host, port, scheme = _taken_apart(url)
    if allow_private:
        return url
    if scheme != "https" or port not in {None, 443}:
        raise AddressRefused("only https at its usual port is called")
    if hosts and not any(f".{host}".endswith("." + end.lower().lstrip(".")) for end in hosts):
        raise AddressRefused("this host is not on the list of hosts that may be called")
    address = _as_address(host)
    if address and not is_public(address):
        raise AddressRefused("private addresses are not called")
    if not address and ("." not in host or f".{host}".endswith(tuple(f".{name}" for name in _INNER_NAMES))):
        raise AddressRefused("private addresses are not called")
    return url


def _taken_apart(url: str) -> tuple[str, int | None, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressRefused("this is no web address") from None
    # Characters that one parser drops and another one takes for the end of the host.
    is_plain = url.isascii() and not re.search(r"[\x00-\x20\x7f\\#]", url)
    if not is_plain or parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host):
        raise AddressRefused("this is no web address")
    return host, port, parts.scheme


def _as_address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that `host` spells, also oddly: 127.1, 0x7f.1, 2130706433."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


class Outside:
    """The world outside, for as long as one job lasts."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post once and return the answer, whatever its status; raises Unanswered."""
        try:
            # The address goes out as it was checked; nobody quotes it anew.
            async with self.session.post(
                URL(url, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as answer:
                return Answer(answer.status, answer.headers, await _beginning(answer))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as exc:
            raise Unanswered(_word(exc)) from None


@asynccontextmanager
async def outside(
    *, timeout: float, allow_private: bool, resolver: AbstractResolver | None = None
) -> AsyncIterator[Outside]:
    """Open the way out; without `allow_private` only public addresses are connected to, whatever a name says."""
    connector = aiohttp.TCPConnector(
        limit=0, use_dns_cache=False, resolver=resolver, socket_factory=None if allow_private else _public_socket
    )
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=timeout),
        cookie_jar=aiohttp.DummyCookieJar(),
        # An answer is kept as it came: one that unpacks to gigabytes stays small.
        auto_decompress=False,
        headers={"Accept-Encoding": "identity", "User-Agent": "backoffice"},
        trust_env=False,
    ) as session:
        yield Outside(session)


def _public_socket(place: tuple[Any, ...]) -> socket.socket:
    """Every connection begins here, with the very address that is going to be connected to."""
    family, kind, protocol, _, address = place
    if not is_public(ip_address(str(address[0]).partition("%")[0])):
        raise AddressRefused("private addresses are not called")
    return socket.socket(family, kind, protocol)


async def _beginning(answer: aiohttp.ClientResponse) -> str:
    read = bytearray()
    async for piece in answer.content.iter_any():
        read += piece
        if len(read) >= MOST_OF_AN_ANSWER:
            # The rest stays unread, so the connection is of no more use.
            answer.close()
            break
    return bytes(read[:MOST_OF_AN_ANSWER]).decode(errors="replace").replace("\0", "")


def _word(exc: BaseException) -> str:
    cause = getattr(exc, "os_error", None) or exc
    match exc:
        case AddressRefused() | aiohttp.ClientConnectorError() if isinstance(cause, AddressRefused):
            return "refused_address"
        case asyncio.TimeoutError():
            return "timeout"
        case aiohttp.ClientConnectorDNSError():
            return "unknown_host"
        case aiohttp.ClientSSLError() | aiohttp.ClientConnectorCertificateError():
            return "tls"
        case aiohttp.ClientConnectorError() if isinstance(cause, ConnectionRefusedError):
            return "connection_refused"
        case aiohttp.ClientConnectorError():
            return "no_connection"
        case aiohttp.ClientOSError() | aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError() | OSError():
            return "connection_lost"
    return "unreadable_answer"
