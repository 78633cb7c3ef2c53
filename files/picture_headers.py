"""What the first bytes of a picture claim, read before any decoder makes room for it."""

import struct
from collections.abc import Iterator
from typing import IO

MOST_PIXELS = 50_000_000
_MOST_FRAMES, _MOST_SCANS, _MOST_CHUNKS = 1000, 200, 100_000
_PIECE = 256 * 1024
_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_START_OF_SCAN = b"\xff\xda"


class Broken(Exception):
    """It is no picture that we take; `reason` says why in a word."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def check(content: IO[bytes]) -> None:
    """Look at what it claims to be. Raises Broken for no picture, for too large a one, and for endless work."""
    content.seek(0)
    head = content.read(64)
    if head.startswith(_JPEG):
        _check_jpeg(content)
    elif head.startswith(_PNG):
        _check_png(content)
    elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        _check_webp(content, head)
    elif not (head[4:8] == b"ftyp" and head[8:12] in _HEIC):
        raise Broken("not_a_picture")


def check_size(width: int, height: int, frames: int = 1) -> None:
    """Raises Broken for more pixels than we take."""
    if width < 1 or height < 1:
        raise Broken("broken")
    if width * height * frames > MOST_PIXELS:
        raise Broken("too_many_pixels")


def _check_jpeg(content: IO[bytes]) -> None:
    """A progressive picture may ask for the same work as often as it likes."""
    content.seek(0)
    scans, last = 0, b""
    while piece := content.read(_PIECE):
        scans += (last + piece).count(_START_OF_SCAN)
        last = piece[-1:]
        if scans > _MOST_SCANS:
            raise Broken("too_much_work")


def _check_png(content: IO[bytes]) -> None:
    content.seek(8)
    width = height = 0
    for kind, length in _chunks(content, ">I4s"):
        if kind in {b"IDAT", b"IEND"}:
            break
        after = content.tell() + length + 4
        if kind == b"IHDR":
            width, height = struct.unpack(">II", _exactly(content, 8))
            check_size(width, height)
        elif kind == b"acTL":
            [frames] = struct.unpack(">I", _exactly(content, 4))
            check_size(width, height, max(frames, 1))
        content.seek(after)
    check_size(width, height)


def _chunks(content: IO[bytes], spelled: str) -> Iterator[tuple[bytes, int]]:
    for _ in range(_MOST_CHUNKS):
        head = content.read(8)
        if len(head) < 8:
            return
        first, second = struct.unpack(spelled, head)
        yield (second, first) if isinstance(first, int) else (first, second)
    raise Broken("too_much_work")


def _check_webp(content: IO[bytes], head: bytes) -> None:
    width, height = _webp_size(head)
    check_size(width, height)
    if head[12:16] != b"VP8X" or not head[20] & 2:
        return
    content.seek(12)
    frames = 0
    for kind, length in _chunks(content, "<4sI"):
        frames += kind == b"ANMF"
        if frames > _MOST_FRAMES:
            raise Broken("too_many_pixels")
        content.seek(length + length % 2, 1)
    check_size(width, height, max(frames, 1))


def _webp_size(head: bytes) -> tuple[int, int]:
    kind, body = head[12:16], head[20:]
    if len(body) < 10:
        raise Broken("truncated")
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise Broken("broken")


def _exactly(content: IO[bytes], length: int) -> bytes:
    found = content.read(length)
    if len(found) < length:
        raise Broken("truncated")
    return found
