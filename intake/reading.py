"""An answer in any of its forms -> what it says in our words."""

from collections.abc import Callable
from typing import Any

from intake import answers, levi, ocr, vehicle
from intake.reader import BROKEN, FAILED, NO_FIELDS, WITHOUT_DATA, Read

_Reads = Callable[[dict[str, Any]], Read]


def levi_report(text: str) -> Read:
    """What Levi Yitzhak says about a car's price."""
    return _read(text, levi.read)


def vehicle_details(text: str) -> Read:
    """What is said about a car."""
    return _read(text, vehicle.read)


def document(kind: str, text: str) -> Read:
    """What was read from a document of this kind."""
    return _read(text, ocr.READERS[kind])


def _read(text: str, reads: _Reads) -> Read:
    try:
        answer = answers.read(text)
        if answer.broken:
            return Read(unread=[BROKEN])
        if answer.kind in answers.WITHOUT_DATA:
            return Read(unread=[WITHOUT_DATA])
        if answer.failure:
            return Read(unread=[FAILED])
        # A bare list of rows is what an OCR step makes of a table.
        said = {"results": answer.value} if isinstance(answer.value, list) else answer.value
        return reads(answers.spread(said)).storable() if isinstance(said, dict) else Read(unread=[NO_FIELDS])
    except RecursionError:
        return Read(unread=[BROKEN])
