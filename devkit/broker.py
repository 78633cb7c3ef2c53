"""A broker of our own: valkey or redis on a unix socket, every change written down."""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

from devkit import binaries, identity, sockets
from devkit.crew import Service
from devkit.places import Place


def service_at(place: Place) -> tuple[Service, Path]:
    """The broker's service and its socket."""
    folder = place.folder / "broker"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = sockets.folder_near(folder, "broker.sock", identity.ourselves()) / "broker.sock"
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    command: list[object] = [binaries.find_broker()]
    for name, value in options.items():
        command += [f"--{name}", value]
    env = {"PATH": os.environ.get("PATH", os.defpath)}
    return Service("broker", command, env, lambda member: answers(path), is_server=True), path


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        try:
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def urls_of(path: Path) -> tuple[str, str]:
    """The socket as Celery writes it, and as django-environ does."""
    return f"redis+socket://{path}", f"redis://{path}?db=1"


def cache_beside(broker_url: str) -> str | None:
    """The second database of a broker that was given to us."""
    url = urlsplit(broker_url)
    if url.scheme == "redis+socket":
        return f"redis://{url.path}?db=1"
    return url._replace(path="/1").geturl() if url.scheme in ("redis", "rediss") else None
