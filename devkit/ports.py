"""Free loopback ports, below the range the kernel hands to outgoing connections."""

import secrets
import socket

LOOPBACK = "127.0.0.1"
QUIET_RANGE = range(20000, 32000)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose(*wishes: int | None) -> int:
    """The first wish that is free, else any quiet port that is."""
    for port in wishes:
        if port and is_free(port):
            return port
    while True:
        port = secrets.choice(QUIET_RANGE)
        if is_free(port):
            return port
