"""A picture for reports, drawn anew: what comes out is a PNG of ours, whatever was hidden in what came in."""

import io
import warnings
from typing import IO

from PIL import Image, ImageOps

from core.errors import Invalid

MAX_BYTES = 5 * 1024 * 1024
_MAX_PIXELS = 30_000_000
# A page at 200 dots an inch is not longer.
_LONGEST_SIDE = 2400
_FORMATS = ("PNG", "JPEG", "WEBP")


def clean(sent: IO[bytes], name: str) -> bytes:
    """The picture as a PNG without anything beside it. Raises Invalid at `name`, with the reason."""
    raw = sent.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Invalid.at(f"/{name}", "a picture for reports has at most 5 MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _drawn(raw, name)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Warning):
        raise Invalid.at(f"/{name}", "this is no picture: a PNG, JPEG or WebP is wanted") from None


def _drawn(raw: bytes, name: str) -> bytes:
    with Image.open(io.BytesIO(raw), formats=_FORMATS) as opened:
        if opened.width * opened.height > _MAX_PIXELS:
            raise Invalid.at(f"/{name}", "a picture for reports has at most 30 million pixels")
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        # A new picture takes along neither texts nor profiles.
        plain = Image.new("RGBA", upright.size)
        plain.paste(upright.convert("RGBA"))
    drawn = io.BytesIO()
    plain.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()
