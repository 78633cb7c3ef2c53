"""A file as a document: its text, its title and its language."""

import re
from pathlib import Path
from typing import NamedTuple

from knowledge import pdf
from knowledge.pdf import Unreadable

PLAIN, MARKDOWN, PDF = {".txt", ".text"}, {".md", ".markdown"}, {".pdf"}
# A PDF is far larger than its text.
_LARGEST_PDF = 256 << 20
_HEADING = re.compile(r"^\s{0,3}#{1,2}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_LETTER = re.compile(r"[^\W\d_]")
# What a text with letters of an alphabet is taken for.
_ALPHABETS = {"he": r"[א-ת]", "ar": r"[\u0621-\u064a]", "ru": r"[а-яА-Я]", "en": r"[A-Za-z]"}


class Document(NamedTuple):
    """What a file says."""

    title: str
    body: str
    lang: str


def document(path: Path, most: int) -> Document:
    """Read a file whose text has no more than `most` bytes. Raises Unreadable."""
    body = _tidy(_body(path, most))
    if len(body.encode()) > most:
        raise Unreadable(f"its text is longer than {most:,} bytes")
    if not _LETTER.search(body):
        scanned = " (a scan needs OCR first)" if path.suffix.lower() in PDF else ""
        raise Unreadable(f"there is no text in it{scanned}")
    return Document(_title(path, body)[:500], body, _language(body))


def _body(path: Path, most: int) -> str:
    largest = _LARGEST_PDF if path.suffix.lower() in PDF else most
    if path.stat().st_size > largest:
        raise Unreadable(f"it is larger than {largest:,} bytes")
    return pdf.text_of(path, most) if path.suffix.lower() in PDF else _decoded(path.read_bytes())


def _decoded(raw: bytes) -> str:
    """UTF-8, what names itself UTF-16, or the old Hebrew of Windows."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        names: tuple[str, ...] = ("utf-16",)
    else:
        names = () if b"\0" in raw else ("utf-8-sig", "cp1255")
    for name in names:
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    raise Unreadable("it is not text in an encoding that is known")


def _tidy(text: str) -> str:
    """The text without what Postgres cannot hold: NUL characters and half surrogate pairs."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", " ").replace("\r\n", "\n").strip()


def _title(path: Path, body: str) -> str:
    heading = _HEADING.search(body[:5000]) if path.suffix.lower() in MARKDOWN else None
    return heading[1] if heading else path.stem.strip() or path.name


def _language(body: str) -> str:
    beginning = body[:20000]
    return max(_ALPHABETS, key=lambda lang: len(re.findall(_ALPHABETS[lang], beginning)))
