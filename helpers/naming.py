"""12345678_helper_v2, both ways; reading is lenient, because older writers put many things behind the v."""

import re
from typing import NamedTuple

_NAME = re.compile(r"(?P<plate>[0-9][0-9 .-]{5,12}[0-9])_(?P<kind>.+?)(?:_v(?P<n>[0-9]+))?")
# Seconds or milliseconds where a number should be: not a count of anything.
_MOST = 1_000_000


class HelperName(NamedTuple):
    """What a name says: the plate, and the version where there is a believable one."""

    plate: str
    version: int | None


def write(plate: str, version: int) -> str:
    return f"{plate}_helper_v{version}"


def read(name: str) -> HelperName | None:
    """Take a name apart; None when no plate stands in front."""
    match = _NAME.fullmatch(name.strip())
    if not match:
        return None
    plate = re.sub(r"[^0-9]", "", match["plate"])
    if len(plate) not in {7, 8}:
        return None
    number = int(match["n"]) if match["n"] and len(match["n"]) < 15 else None
    return HelperName(plate, number if number is not None and 0 < number < _MOST else None)
