"""Word and Excel files: ZIP packages, looked into before they are taken, and never unpacked."""

import re
import zipfile
import zlib
from typing import IO

from django.utils.translation import gettext as _

_MOST_ENTRIES = 5_000
_MOST_UNPACKED = 300 * 1024 * 1024
_MOST_RATIO = 200
# Below so many bytes even much squeezed text does no harm.
_SMALL = 1024 * 1024
_MOST_LISTED = 1024 * 1024

_MAIN = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_UNWANTED = re.compile(
    r"vbaproject|vbadata|/activex/|/embeddings/|macrosheets|\.(zip|7z|rar|jar|exe|dll|js|html?)$", re.I
)
_MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|ms-office\.activeX", re.I)
# A link that a person clicks may lead outside; what is loaded by itself, such as a template, may not.
_RELATIONSHIP = re.compile(rb"<[^<>]*Relationship\b[^<>]*>")
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.I)
_CLICKED = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.I)


class Unsuitable(Exception):
    """Why a file is not taken; the reason names no content."""


def extension_of(content: IO[bytes]) -> str:
    """`docx` or `xlsx`. Raises Unsuitable for any other archive, and for what hides something."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as package:
            entries = package.infolist()
            _small_enough(entries)
            _looks_plain(entries)
            extension = _only_one(entries)
            _no_macros(package)
            for entry in entries:
                if entry.filename.endswith(".rels"):
                    _no_way_out(package, entry)
            return extension
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, KeyError):
        raise Unsuitable(_("this file is broken or locked with a password")) from None


def _small_enough(entries: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    if len(entries) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED:
        raise Unsuitable(_("this file unpacks to too much"))
    for one in entries:
        if one.file_size > _SMALL and one.file_size > _MOST_RATIO * max(one.compress_size, 1):
            raise Unsuitable(_("this file unpacks to too much"))
    # Entries that lie over one another are counted twice; a real file holds each once.
    last = max((one.header_offset for one in entries), default=0)
    if packed > last + max((one.compress_size for one in entries), default=0):
        raise Unsuitable(_("the parts of this file lie over one another"))


def _looks_plain(entries: list[zipfile.ZipInfo]) -> None:
    names = [one.filename for one in entries]
    if len(set(names)) != len(names):
        raise Unsuitable(_("a part of this file is there twice"))
    for one in entries:
        if one.flag_bits & 0x1:
            raise Unsuitable(_("this file is locked with a password"))
        if one.filename.startswith("/") or ".." in one.filename.split("/") or "\\" in one.filename:
            raise Unsuitable(_("a part of this file leads outside of it"))
        if _UNWANTED.search(one.filename):
            raise Unsuitable(_("this file holds macros or other files"))


def _only_one(entries: list[zipfile.ZipInfo]) -> str:
    found = [_MAIN[one.filename] for one in entries if one.filename in _MAIN]
    if len(found) != 1 or not any(one.filename == "[Content_Types].xml" for one in entries):
        raise Unsuitable(_("an archive is not taken: send the files in it"))
    return found[0]


def _no_macros(package: zipfile.ZipFile) -> None:
    if _MACRO_TYPES.search(_text(package, package.getinfo("[Content_Types].xml"))):
        raise Unsuitable(_("this file holds macros"))


def _no_way_out(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    for found in _RELATIONSHIP.findall(_text(package, entry)):
        if _OUTSIDE.search(found) and not _CLICKED.search(found):
            raise Unsuitable(_("this file loads something from outside"))


def _text(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with package.open(entry) as opened:
        text = opened.read(_MOST_LISTED + 1)
    if len(text) > _MOST_LISTED or text.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in text:
        raise Unsuitable(_("the description of this file is not as an office program writes it"))
    return text
