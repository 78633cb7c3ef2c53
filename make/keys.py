"""Gateway keys: what Make shows, and all that is kept of it."""

import hashlib
import secrets
from typing import NamedTuple

PREFIX = "gk_"
_HINT = 8


class NewKey(NamedTuple):
    """A key to be shown once, and the hash and the first letters that stay."""

    text: str
    key_hash: str
    hint: str


def new_key() -> NewKey:
    """A key of 256 random bits."""
    text = PREFIX + secrets.token_urlsafe(32)
    return NewKey(text, hash_of(text), text[:_HINT])


def hash_of(text: str) -> str:
    """SHA-256 in hexadecimal; so much chance needs neither salt nor stretching."""
    return hashlib.sha256(text.encode()).hexdigest()
