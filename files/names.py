"""The name a file is shown and downloaded by: told by a person, and never part of a key or a path."""

import re
import unicodedata
from urllib.parse import quote

from django.utils.translation import gettext

from files.kinds import Kind

MOST_LETTERS = 150
_UNWANTED_LETTERS = frozenset('/\\:*?"<>|')
# What turns the direction of text, joins or hides letters: names are compared by eye.
_UNSEEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u061c\u200e\u200f\u180e\u00ad\u3164\u2028\u2029")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$", re.I)


def shown_name(name: str, kind: Kind | None = None) -> str:
    """What is left of a name once everything that is no name is gone; its ending is its kind's."""
    stem = name.replace("\\", "/").rpartition("/")[2]
    stem = unicodedata.normalize("NFC", "".join(letter for letter in stem if not _is_unwanted(letter)))
    stem = re.sub(r"\s+", " ", stem).strip(" .")
    ending = f".{kind.extension}" if kind else ""
    if kind:
        stem = _without_ending(stem, kind)
    elif (found := re.search(r"\.[A-Za-z0-9]{1,10}$", stem)) is not None and len(stem) > MOST_LETTERS:
        stem, ending = stem[: found.start()], found[0]
    stem = stem[: MOST_LETTERS - len(ending)].strip(" .")
    if not stem or _RESERVED.match(stem):
        stem = f"{gettext('file')} {stem}".strip()
    return stem + ending


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The header by which a browser names what it saves (RFC 6266): every letter, and ASCII for who knows no other."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "", plain).strip(" .") or "file"
    if "." in name and "." not in plain:
        plain = f"file.{plain}"
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _is_unwanted(letter: str) -> bool:
    return (
        letter in _UNWANTED_LETTERS
        or letter in _UNSEEN
        or unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


def _without_ending(stem: str, kind: Kind) -> str:
    """`report.pdf` is `report`, and so is `report.html` once it turns out to be a PDF; `12.5` stays."""
    found = re.fullmatch(r"(.*)\.([A-Za-z][A-Za-z0-9]{1,7})", stem, re.S)
    return stem if found is None else found[1]
