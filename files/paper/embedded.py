"""What a report carries in itself: the fonts and the pictures, as data: addresses."""

import re
from base64 import b64encode
from functools import cache

from django.contrib.staticfiles import finders

_FONTS = ("assistant-hebrew-wght-normal", "assistant-latin-wght-normal")
_KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg"}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|webp);base64,[A-Za-z0-9+/=]+")


@cache
def fonts() -> tuple[str, ...]:
    """Assistant, Hebrew and Latin."""
    found = (finders.find(f"accounts/fonts/{name}.woff2") for name in _FONTS)
    return tuple(_address("font/woff2", _bytes(str(path))) for path in found)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def picture(content: bytes | None) -> str:
    """A PNG or JPEG as an address; nothing for none, or for anything else."""
    kind = next((name for mark, name in _KINDS.items() if content and content.startswith(mark)), None)
    return _address(f"image/{kind}", content) if content and kind else ""


def is_picture(source: str) -> bool:
    """Whether an address holds the picture itself."""
    return _PICTURE.fullmatch(source) is not None


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"
