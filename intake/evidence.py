"""What came, kept so that nobody need believe us: the text to the last character, passwords blotted out."""

from hashlib import sha256
from typing import NamedTuple

from core import jsontext, strict
from core.body import limits
from core.errors import Refused
from core.passwords import blotted
from core.rpc import JsonText


class Evidence(NamedTuple):
    """A text as it came, and its JSON where jsonb can hold it; `is_all_in_json` when that loses nothing."""

    text: str
    json: JsonText | None
    is_all_in_json: bool

    @property
    def sha256(self) -> str:
        """Of the bytes that are kept, which are those that came unless a password stood among them."""
        return sha256(self.text.encode()).hexdigest()


def of_text(text: str | bytes) -> Evidence:
    """What is kept of a text."""
    clean = blotted(_storable(text))
    try:
        value = jsontext.read(clean)
        body = jsontext.write(value).encode()
        strict.check(body, limits())
        return Evidence(clean, JsonText(body), not jsontext.repeated(value))
    except (jsontext.Broken, Refused, RecursionError):
        return Evidence(clean, None, is_all_in_json=False)


def _storable(text: str | bytes) -> str:
    """The text with a visible escape for what Postgres keeps in no text: NUL, half characters, broken UTF-8."""
    if isinstance(text, str):
        text = text.encode("utf-8", "backslashreplace")
    return text.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
