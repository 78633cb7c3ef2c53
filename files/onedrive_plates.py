"""Plates in the names of folders and files, in any spelling, and what only looks like one."""

import re
from typing import NamedTuple

# Plates have 7 digits (2-3-2) or 8 (3-2-3), with the same sign in both places or none.
_PLATE = re.compile(
    r"(?<!\d)(?:([1-9]\d)([-. _\u05be\u2010-\u2015]?)(\d{3})\2(\d{2})"
    r"|([1-9]\d{2})([-. _\u05be\u2010-\u2015]?)(\d{2})\6(\d{3}))(?!\d)"
)
_PHONE = re.compile(r"(?<!\d)(?:\+972[-. ]?|0)\d{1,2}[-. ]?\d{3}[-. ]?\d{4}(?!\d)")
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_DATE = re.compile(rf"20\d\d{_MONTH}{_DAY}|{_DAY}{_MONTH}20\d\d")


class Spotted(NamedTuple):
    """A number that may be a plate; a sure one is written as plates are, or is a folder's whole name."""

    digits: str
    place: str
    is_sure: bool
    is_date: bool


def spotted(path: str, filename: str) -> list[Spotted]:
    """Every number that may be a plate, the file's own name first."""
    folders = [one for one in re.split(r"[/\\]+", path) if one and one != filename]
    found = [*_within(filename, "name"), *(one for folder in reversed(folders) for one in _within(folder, "path"))]
    return list({one.digits: one for one in sorted(found, key=lambda one: one.is_sure)}.values())


def _within(text: str, place: str) -> list[Spotted]:
    found = []
    for match in _PLATE.finditer(_PHONE.sub(" ", text)):
        digits = re.sub(r"\D", "", match[0])
        is_spelled = digits != match[0]
        is_date = not is_spelled and _DATE.fullmatch(digits) is not None
        is_folder = place == "path" and match[0] == text.strip()
        found.append(Spotted(digits, place, is_spelled or (is_folder and not is_date), is_date))
    return found
