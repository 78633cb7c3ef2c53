"""What goes over a stream of events, as bytes."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

BEAT = b": beat\n"


@dataclass(frozen=True)
class Frame:
    """One piece of news, written once for all who hear it; `number` is where a listener goes on from after it."""

    number: int
    event_id: UUID | None
    case_id: str
    body: bytes


def of_news(rows: list[dict[str, Any]], resume: int) -> list[Frame]:
    """The frames of events in the order of their transactions.

    After the last one everything before `resume` has been told. After an earlier one only what stands before it has.
    """
    numbers = [min(row["txid"], resume) for row in rows[:-1]] + [resume]
    return [_frame(row, number) for row, number in zip(rows, numbers, strict=False)]


def _frame(row: dict[str, Any], number: int) -> Frame:
    thin = row["thin"]
    body = b"event: change\nid: %d\ndata: %b\n\n" % (number, json.dumps(thin, separators=(",", ":")).encode())
    return Frame(number, UUID(row["id"]) if "id" in row else None, thin["case_id"], body)


def resync(number: int) -> bytes:
    """Something is not told one by one: load anew what you show."""
    return b"event: resync\nid: %d\ndata: {}\n\n" % number


def hello(number: int) -> bytes:
    return b"retry: 1000\nid: %d\n\n" % number


def beat(number: int) -> bytes:
    """A sign of life; the number keeps a quiet listener from falling too far behind."""
    return b"%bid: %d\n\n" % (BEAT, number)
