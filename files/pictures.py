"""What a picture is: its facts, read from its header, and the small copies made of it; no row is known here.

Whatever is sent as a picture may have been made to do harm: the header is read by us before any decoder allocates for
it, and what a decoder says of broken content is one reason among others. Pixels are decoded in a process of their own
(files.picture_decoder), so nothing here needs a setting.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import IO, Any
from zoneinfo import ZoneInfo

import pillow_heif
from PIL import ExifTags, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL.Image import Transpose

from files import picture_headers
from files.picture_headers import Broken as Broken

pillow_heif.register_heif_opener()
# These plugins, and no others, are known once they are imported.
_PLUGINS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)

_FORMATS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
_WALL = ZoneInfo("Asia/Jerusalem")
_WRITTEN = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_FIRST_YEAR = 1990
_MOST_LETTERS, _QUALITY = 200, 85
# As EXIF numbers them: how the stored picture must be turned to be seen as it was taken.
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_LYING = frozenset({5, 6, 7, 8})
# What is kept of what the camera wrote: nothing of the place, the owner, the camera's number, or its own notes.
_KEPT = {
    name: tag.value
    for tag in ExifTags.Base
    if (name := tag.name)
    in {
        *("Make", "Model", "Software", "Orientation", "DateTime", "DateTimeOriginal", "DateTimeDigitized"),
        *("OffsetTime", "OffsetTimeOriginal", "ExposureTime", "FNumber", "ISOSpeedRatings", "FocalLength"),
        *("FocalLengthIn35mmFilm", "Flash", "LensModel", "WhiteBalance", "ColorSpace"),
    }
}


@dataclass(frozen=True)
class Facts:
    """What is known of a picture; width and height as it is seen, orientation as it was stored."""

    mime_type: str
    width: int
    height: int
    orientation: int = 1
    taken_at: datetime | None = None
    exif: dict[str, Any] = field(default_factory=dict)


def look(content: IO[bytes]) -> Facts:
    """The facts of a picture, from its header. Raises Broken with the reason."""
    with _opened(content) as picture:
        exif = _exif_of(picture)
        orientation = exif.get("Orientation")
        orientation = orientation if orientation in _TURNS else 1
        width, height = reversed(picture.size) if orientation in _LYING else picture.size
        return Facts(
            _FORMATS[picture.format or ""],
            width,
            height,
            orientation,
            _taken_at(exif),
            {**exif, "Orientation": orientation},
        )


def smaller(content: IO[bytes], side: int) -> bytes:
    """A JPEG no longer than `side`, turned as it is seen, with nothing of the camera's in it. Raises Broken."""
    with _opened(content) as picture:
        orientation = _exif_of(picture).get("Orientation")
        # A JPEG is read at the nearest eighth, which is a sixtieth of the memory.
        picture.draft("RGB", (side * 2, side * 2))
        small = _plain(picture)
        small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
        if orientation in _TURNS:
            small = small.transpose(_TURNS[orientation])
        made = BytesIO()
        small.save(made, "JPEG", quality=_QUALITY, optimize=True)
        return made.getvalue()


def _plain(picture: Image.Image) -> Image.Image:
    """Red, green and blue on white, whatever it was."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in {"P", "PA", "LA", "La", "RGBA", "RGBa"} or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        white = Image.new("RGB", seen.size, "white")
        white.paste(seen, mask=seen.getchannel("A"))
        return white
    return picture.convert("RGB")


@contextmanager
def _opened(content: IO[bytes]) -> Iterator[Image.Image]:
    """The picture, its header checked; any failing of a decoder inside the block is told as Broken."""
    picture_headers.check(content)
    content.seek(0)
    try:
        with Image.open(content, formats=("JPEG", "PNG", "WEBP", "HEIF")) as picture:
            picture_headers.check_size(*picture.size)
            yield picture
    except Broken:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Broken("too_many_pixels") from None
    # A decoder fed with anything raises anything, and a warning is an error where somebody set it so.
    except Exception as exc:
        raise Broken(_reason(exc)) from exc


def _reason(exc: Exception) -> str:
    words = str(exc).lower()
    if "decompressed data too large" in words or "text chunk" in words or "text memory" in words:
        return "too_much_text"
    if isinstance(exc, MemoryError):
        return "too_much_memory"
    is_short = "truncated" in words or "unexpected end" in words or isinstance(exc, EOFError)
    return "truncated" if is_short else "broken"


def _exif_of(picture: Image.Image) -> dict[str, Any]:
    """What is kept of EXIF; none where it cannot be read: the picture is a picture all the same."""
    try:
        exif = picture.getexif()
        found = {**exif.get_ifd(ExifTags.IFD.Exif), **exif}
    except Exception:
        return {}
    read = {name: _value(found[tag]) for name, tag in _KEPT.items() if tag in found}
    return {name: value for name, value in read.items() if value is not None}


def _value(value: Any) -> Any:
    """A number or a short text that any database holds; None for anything else."""
    try:
        if isinstance(value, bytes):
            value = value.decode("ascii", "ignore")
        if isinstance(value, str):
            return re.sub(r"[^\x20-\x7e\u05d0-\u05ea]", "", value).strip()[:_MOST_LETTERS] or None
        if isinstance(value, int):
            return value if abs(value) < 2**31 else None
        number = round(float(value), 6)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return number if abs(number) < 2**31 else None


def _taken_at(exif: dict[str, Any]) -> datetime | None:
    """When the camera says it was taken; nothing that cannot be: before digital cameras, or tomorrow."""
    for name, offset in (
        ("DateTimeOriginal", "OffsetTimeOriginal"),
        ("DateTimeDigitized", ""),
        ("DateTime", "OffsetTime"),
    ):
        written = _WRITTEN.fullmatch(str(exif.get(name, "")))
        try:
            moment = datetime(*map(int, written.groups()), tzinfo=_zone(exif.get(offset))) if written else None  # type: ignore[arg-type,misc]
            if moment and moment.year >= _FIRST_YEAR and moment <= datetime.now(UTC) + timedelta(days=1):
                return moment
        except (ValueError, OverflowError):
            continue
    return None


def _zone(offset: Any) -> timezone | ZoneInfo:
    said = _OFFSET.fullmatch(str(offset or ""))
    if said is None or int(said[2]) > 14 or int(said[3]) > 59:
        return _WALL
    ahead = timedelta(hours=int(said[2]), minutes=int(said[3]))
    return timezone(ahead if said[1] == "+" else -ahead)
