"""What a file is, told from its content alone: the kinds we take, and what makes one unfit.

Plain text and CSV are not among them: they have no signature, and nothing else tells text from a script.
"""

import re
import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from files import packages
from files.packages import Unsuitable

HEAD = 64 * 1024
MOST_PIXELS = 50_000_000

_JPEG, _PNG, _WEBP = "image/jpeg", "image/png", "image/webp"
_OFFICE = "application/vnd.openxmlformats-officedocument."


class Kind(NamedTuple):
    """A kind of file that we take."""

    mime_type: str
    extension: str
    is_picture: bool = False
    # What runs or opens something by itself is never shown inside a page of ours.
    is_active: bool = False


JPEG = Kind(_JPEG, "jpg", True)
PNG = Kind(_PNG, "png", True)
WEBP = Kind(_WEBP, "webp", True)
HEIC = Kind("image/heic", "heic", True)
HEIF = Kind("image/heif", "heif", True)
PDF = Kind("application/pdf", "pdf")
ACTIVE_PDF = PDF._replace(is_active=True)
DOCX = Kind(_OFFICE + "wordprocessingml.document", "docx")
XLSX = Kind(_OFFICE + "spreadsheetml.sheet", "xlsx")
ALL = (JPEG, PNG, WEBP, HEIC, HEIF, PDF, DOCX, XLSX)
PREVIEWED = frozenset(kind.mime_type for kind in (JPEG, PNG, WEBP, PDF))
OF_TYPE = {kind.mime_type: kind for kind in ALL}

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_HEIF_BRANDS = {b"mif1", b"msf1"}
# The first words of what a browser would run, were it told nothing of the type.
_ACTIVE = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|svg|iframe|object|embed|\?php)\b|<\?php", re.I)
# What a PDF runs or opens by itself. Forms of insurers are full of it, so such a file is taken, and only not shown.
_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z0-9])")
_NAME_IN_DISGUISE = re.compile(rb"#([0-9A-Fa-f]{2})")
# Not \b before it: a pattern that begins with letters is looked for forty times as fast.
_STREAM, _STREAM_END = re.compile(rb"stream(?<![A-Za-z0-9_]stream)\r?\n"), re.compile(rb"endstream")
_PIECE, _LONGEST_WORD = 1 << 18, 64
_ZIP_END = b"PK\x05\x06"
_TAIL = 66_000


def kind_of(head: bytes, name: str) -> Kind | None:
    """The kind that a file beginning so is or, for a package of an office program, would be; None for any other.

    `name` decides only which of two packages with the same signature is meant, until `look` has opened it.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _heif(head)
    if re.match(rb"%PDF-[12]\.[0-9]", head):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return XLSX if name.lower().endswith(".xlsx") else DOCX
    return None


def look(content: IO[bytes], name: str) -> Kind:
    """The kind of a whole file, which is wound back. Raises Unsuitable."""
    head, tail = _ends(content)
    kind = kind_of(head, name)
    if kind is None:
        raise Unsuitable(_("this kind of file is not taken: pictures, PDF, Word and Excel without macros are"))
    if kind in (DOCX, XLSX):
        kind = {"docx": DOCX, "xlsx": XLSX}[packages.extension_of(content)]
    elif _ZIP_END in tail:
        raise Unsuitable(_("an archive is hidden in this file"))
    elif kind is PDF:
        kind = _pdf(content, tail)
    else:
        _look_at_picture(kind, head, tail)
    content.seek(0)
    return kind


def _ends(content: IO[bytes]) -> tuple[bytes, bytes]:
    content.seek(0)
    head = content.read(HEAD)
    size = content.seek(0, 2)
    content.seek(max(0, size - _TAIL))
    tail = content.read()
    content.seek(0)
    return head, tail


def _heif(head: bytes) -> Kind | None:
    length = min(int.from_bytes(head[:4], "big"), 256)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length, 4))}
    if brands & _HEIC_BRANDS:
        return HEIC
    return HEIF if brands & _HEIF_BRANDS and b"avif" not in brands else None


def _pdf(content: IO[bytes], tail: bytes) -> Kind:
    if b"%%EOF" not in tail:
        raise Unsuitable(_("this PDF is cut off"))
    return ACTIVE_PDF if any(_PDF_ACTIVE.search(piece) for piece in _outside_streams(content)) else PDF


def _outside_streams(content: IO[bytes]) -> Iterator[bytes]:
    """What a PDF says in plain words; in a long squeezed stream chance makes every word."""
    content.seek(0)
    rest, is_inside = b"", False
    while piece := content.read(_PIECE):
        text, at = rest + piece, 0
        while found := (_STREAM_END if is_inside else _STREAM).search(text, at):
            if not is_inside:
                yield _plain_names(text[at : found.start()])
            at, is_inside = found.end(), not is_inside
        if not is_inside:
            yield _plain_names(text[at:])
        rest = text[max(at, len(text) - _LONGEST_WORD) :]


def _plain_names(text: bytes) -> bytes:
    """Names without their disguise: /J#53 is /JS."""
    return _NAME_IN_DISGUISE.sub(lambda found: bytes([int(found[1], 16)]), text)


def _look_at_picture(kind: Kind, head: bytes, tail: bytes) -> None:
    if _ACTIVE.search(head) or _ACTIVE.search(tail):
        raise Unsuitable(_("a page or a script is hidden in this picture"))
    size = {JPEG: _jpeg_size, PNG: _png_size, WEBP: _webp_size}.get(kind, _heif_size)(head)
    if size is None:
        return
    if not all(size):
        raise Unsuitable(_("this picture has no size"))
    if size[0] * size[1] > MOST_PIXELS:
        raise Unsuitable(_("this picture has more than %(most)s megapixels") % {"most": MOST_PIXELS // 1_000_000})


def _heif_size(head: bytes) -> tuple[int, int] | None:
    """The largest of the sizes it names: that of the whole, where it is put together of tiles."""
    sizes = [struct.unpack(">II", found[1]) for found in re.finditer(rb"ispe.{4}(.{8})", head, re.S)]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _png_size(head: bytes) -> tuple[int, int]:
    if len(head) < 33:
        raise Unsuitable(_("this picture is cut off"))
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _webp_size(head: bytes) -> tuple[int, int] | None:
    if len(head) < 30:
        raise Unsuitable(_("this picture is cut off"))
    if head[12:16] == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if head[12:16] != b"VP8 ":
        raise Unsuitable(_("this picture is broken"))
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    """The size in the frame's header; None where a long description stands before it."""
    at = 2
    while at + 9 <= len(head):
        if head[at] != 0xFF:
            raise Unsuitable(_("this picture is broken"))
        marker, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4], "big")
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(head[at + 7 : at + 9], "big"), int.from_bytes(head[at + 5 : at + 7], "big")
        else:
            at += 2 + max(length, 2)
    if len(head) < HEAD:
        raise Unsuitable(_("this picture is cut off"))
    return None
