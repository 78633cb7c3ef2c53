"""Being asked to stop: a flag that every wait looks at, so that no work is left half tidied."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from devkit import progress

PAUSE_SECONDS = 0.05


class Stopped(Exception):
    """Someone pressed Ctrl-C or sent SIGTERM."""


class Request:
    def __init__(self) -> None:
        self.signal: int | None = None
        self.is_heard = True

    def note(self, number: int, frame: FrameType | None) -> None:
        self.signal = self.signal or number


request = Request()


def listen() -> None:
    signal.signal(signal.SIGINT, request.note)
    signal.signal(signal.SIGTERM, request.note)
    # nohup ignores SIGHUP on purpose; then so do we.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, request.note)


def obey() -> None:
    if request.signal and request.is_heard:
        raise Stopped


@contextmanager
def tidying() -> Iterator[None]:
    """Work that has to be done although we were asked to stop."""
    before, request.is_heard = request.is_heard, False
    try:
        yield
    finally:
        request.is_heard = before


def pause() -> None:
    """A short wait that shows progress and ends the work when asked to."""
    obey()
    progress.tick()
    time.sleep(PAUSE_SECONDS)
