"""The documents in files: one a file, one a line, or one an element of a list, each with its very bytes."""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

_READ = {".json", ".jsonl", ".ndjson", ".txt"}
_LINES = {".jsonl", ".ndjson"}
_CHUNK = 1 << 18
# More than a dozen of the largest helpers; whatever is longer is no list that anybody exported.
MOST = 200 << 20
_BLANKS = re.compile(r"[ \t\r\n\ufeff]*")
_DECODER = json.JSONDecoder()


class Unfit(Exception):
    """What was given cannot be read; `str()` names the file and the line."""


@dataclass(frozen=True)
class Piece:
    """A document as it stands in its source, and what stands beside it there."""

    place: str
    line: int | None
    raw: bytes
    about: dict[str, Any] = field(default_factory=dict)
    table: str | None = None
    # A row of a table that is no document, but columns.
    is_row: bool = False


def files(path: Path) -> tuple[list[Path], int]:
    """The files to read, in the order of their names, and how many others lie there. Raises Unfit."""
    if path.is_file():
        return [path], 0
    if not path.is_dir():
        raise Unfit(f"{path.name}: there is no such file or folder")
    found = sorted(one for one in path.rglob("*") if one.is_file())
    read = [one for one in found if one.suffix.lower() in _READ]
    return read, len(found) - len(read)


def of_file(path: Path, place: str) -> Iterator[Piece]:
    """The documents of a file. Raises Unfit for one too large to be a list of helpers."""
    if path.suffix.lower() in _LINES:
        yield from _lines(path, place)
    elif path.stat().st_size and _first(path) == "[":
        yield from _elements(path, place)
    elif path.stat().st_size > MOST:
        raise Unfit(f"{place}: line 1: one document of more than {MOST >> 20} MB")
    else:
        yield Piece(place, 1, path.read_bytes())


def elements(file: BinaryIO, place: str) -> Iterator[tuple[int, str]]:
    """The elements of a JSON list and the line each begins on, with one of them in memory. Raises Unfit."""
    decode = codecs.getincrementaldecoder("utf-8")()
    held = _Held(file, decode, place)
    held.expect("[")
    if held.peek() == "]":
        return
    while True:
        line = held.line
        yield line, held.value()
        if held.expect(",]") == "]":
            return


class _Held:
    """The part of a file that is in memory."""

    def __init__(self, file: BinaryIO, decode: codecs.IncrementalDecoder, place: str) -> None:
        self.file, self.decode, self.place = file, decode, place
        self.text, self.at, self.line, self.ended = "", 0, 1, False

    def more(self) -> bool:
        """Take in as much again as is held, so that a large element is not read over and over."""
        if self.ended:
            return False
        self.text, self.at = self.text[self.at :], 0
        if len(self.text) > MOST:
            raise self.unfit("one element of more than 200 MB")
        raw = self.file.read(max(_CHUNK, len(self.text)))
        try:
            self.text += self.decode.decode(raw, final=not raw)
        except UnicodeDecodeError:
            raise self.unfit("not UTF-8") from None
        self.ended = not raw
        return not self.ended

    def skip(self) -> None:
        while True:
            end = _BLANKS.match(self.text, self.at).end()  # type: ignore[union-attr]
            self.line += self.text.count("\n", self.at, end)
            self.at = end
            if end < len(self.text) or not self.more():
                return

    def peek(self) -> str:
        self.skip()
        return self.text[self.at : self.at + 1]

    def expect(self, signs: str) -> str:
        sign = self.peek()
        if not sign or sign not in signs:
            raise self.unfit(f"{' or '.join(signs)} is expected")
        self.at += 1
        self.peek()
        return sign

    def value(self) -> str:
        while True:
            try:
                end = _DECODER.raw_decode(self.text, self.at)[1]
            except (json.JSONDecodeError, RecursionError) as exc:
                if not self.more():
                    self.line += self.text.count("\n", self.at, getattr(exc, "pos", self.at))
                    raise self.unfit("no JSON") from None
                continue
            # A number may go on in what is not read yet.
            if end == len(self.text) and self.more():
                continue
            text = self.text[self.at : end]
            self.line += text.count("\n")
            self.at = end
            return text

    def unfit(self, why: str) -> Unfit:
        return Unfit(f"{self.place}: line {self.line}: {why}")


def _elements(path: Path, place: str) -> Iterator[Piece]:
    with path.open("rb") as file:
        found = elements(file, place)
        try:
            first = next(found, None)
            second = next(found, None)
        except Unfit:
            if path.stat().st_size > MOST:
                raise
            first = second = None
        if first is None or second is None:
            # A list of one is Make's wrapping; a broken list is kept whole.
            yield Piece(place, 1, path.read_bytes())
            return
        for number, (line, text) in enumerate(chain((first, second), found), start=1):
            yield Piece(f"{place}[{number}]", line, text.encode())


def _lines(path: Path, place: str) -> Iterator[Piece]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield Piece(f"{place}:{number}", number, line.rstrip(b"\r\n"))


def _first(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    return start.decode(errors="ignore").lstrip("\ufeff \t\r\n")[:1]
