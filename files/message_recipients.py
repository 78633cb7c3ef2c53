"""Whom a message goes to: a mail address or a phone as people write them, in one spelling."""

import re
import unicodedata
from email.utils import parseaddr

from core.errors import Invalid
from files.models import OutboundMessage

_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\"]{1,64}@[^@\s,;:<>()\[\]\"]+\.[^@\s,;:<>()\[\]\".]{2,}")
_AROUND_DIGITS = re.compile(r"[\s().\-/־–—]")
_PHONE = re.compile(r"\+[0-9]{6,15}|[0-9]{3,15}|\*[0-9]{3,6}")
_MOST_LETTERS = 254


def recipient(channel: str, told: str) -> str:
    """The address or number in one spelling. Raises Invalid for what is none."""
    clean = "".join(letter for letter in told if unicodedata.category(letter) not in {"Cf", "Co", "Cn"}).strip()
    if len(clean) > _MOST_LETTERS:
        raise Invalid.at("/to", "this is too long")
    return _mail(clean) if channel == OutboundMessage.Channel.MAIL else _phone(clean)


def _mail(told: str) -> str:
    told = re.sub(r"(?i)^mailto:", "", told)
    address = parseaddr(told)[1] if "<" in told else told
    if not _ADDRESS.fullmatch(address) or not address.isprintable():
        raise Invalid.at("/to", "this is no mail address")
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def _phone(told: str) -> str:
    """`050-1234567` is `+972501234567`; short numbers and those of enterprises stay as they are dialled."""
    dialled = _AROUND_DIGITS.sub("", re.sub(r"(?i)^(?:tel|sms):", "", told))
    dialled = "".join(str(unicodedata.digit(letter, letter)) for letter in dialled)
    dialled = re.sub(r"^00", "+", dialled)
    # 2700* is how the star ends up in a text that runs from right to left.
    dialled = re.sub(r"^([0-9]+)\*$", r"*\1", dialled)
    dialled = re.sub(r"^\+?9720?([2-9][0-9]{7,8})$", r"+972\1", dialled)
    dialled = re.sub(r"^0([2-9][0-9]{7,8})$", r"+972\1", dialled)
    if not _PHONE.fullmatch(dialled):
        raise Invalid.at("/to", "this is no phone number")
    return dialled
