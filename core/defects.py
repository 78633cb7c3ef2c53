"""What may be said of something that broke: its kind and where; never its message, which may quote content."""

import traceback
from types import TracebackType
from typing import Any

_FRAMES = 8


def facts(exc: BaseException) -> dict[str, Any]:
    """The kinds of an exception and of its cause, and the last places it came through."""
    cause = exc.__cause__ or exc.__context__
    return {
        "kind": type(exc).__name__,
        "cause": type(cause).__name__ if cause else None,
        "frames": frames(exc.__traceback__),
    }


def frames(places: TracebackType | None) -> list[str]:
    return [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(places)[-_FRAMES:]]
