"""Whether a PDF holds what it should: pages that are not blank, every amount and code, Hebrew the right way round."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from ctypes import byref, c_double
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import islice
from math import sin
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

_SPACES = re.compile(r"[\s\u00a0\u200e\u200f\u202a-\u202e\u2066-\u2069₪\ufffe\ufeff]+")
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "\u00ad": "-"})
_NUMBER = re.compile(r"\d[\d,.\-/]*\d")
_HEBREW = re.compile(r"[א-ת]{3,}")
# "Page 2 of 3" in Hebrew as it is painted: a page with nothing else is blank.
_FOOT = re.compile(r"\d+ךותמ\d+דומע|\d+")
_MOST_NUMBERS, _MOST_WORDS, _MOST_TOLD = 10_000, 40, 30
# A line of letters: their feet stand no further apart than this, in points.
_SAME_LINE = 1.5
# The sine of the angle from which on a letter counts as turned.
_UPRIGHT = 0.1
# A long code in a narrow cell is broken: after so many letters at least, and beside lines of the other cells.
_LEAST_OF_A_CODE, _LINES_OF_A_CELL = 3, 3


@dataclass(frozen=True)
class Wanted:
    """What the PDF must hold; `words` are those of the page, in the order in which they are read."""

    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    watermark: str = ""
    most_pages: int = 300
    pictures: int = 0


@dataclass
class Proof:
    """What was found, and a word for each thing that is wrong."""

    pages: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.wrong


def of_page(html: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers of five digits and more that stand in a page's text, and its first Hebrew words."""
    text = _Text()
    text.feed(html)
    said = " ".join(text.said)
    numbers = [one for one in _NUMBER.findall(said) if sum(letter.isdigit() for letter in one) >= 5]
    return tuple(dict.fromkeys(numbers))[:_MOST_NUMBERS], tuple(dict.fromkeys(_HEBREW.findall(said)))[:_MOST_WORDS]


class _Text(HTMLParser):
    """The text of a page as people see it."""

    _UNSEEN = ("style", "title", "script", "head")

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.unseen = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.unseen = self.unseen or (tag if tag in self._UNSEEN and tag != "head" else "")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = "" if tag == self.unseen else self.unseen

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.said.append(data)


def prove(content: bytes, wanted: Wanted) -> Proof:
    """Read the PDF back and compare; what is told of it are counts, codes and amounts, never a sentence."""
    proof = Proof()
    if not content.startswith(b"%PDF-"):
        return _no_pdf(proof)
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        return _no_pdf(proof)
    try:
        proof.pages = len(document)
        if not 0 < proof.pages <= wanted.most_pages:
            proof.wrong.append("too_many_pages" if proof.pages else "no_pages")
            return proof
        _compare(proof, [_Sheet(document[number], wanted) for number in range(proof.pages)], wanted)
    finally:
        document.close()
    return proof


def _no_pdf(proof: Proof) -> Proof:
    proof.wrong.append("not_a_pdf")
    return proof


class _Sheet:
    """One page: its lines as they are painted, from left to right, and the letters that lie across them."""

    def __init__(self, page: pdfium.PdfPage, wanted: Wanted) -> None:
        text = page.get_textpage()
        try:
            lines, across = _read(text.raw, text.count_chars())
        finally:
            text.close()
        mark = Counter(_tight(wanted.watermark))
        self.painted = "\n".join(lines)
        self.has_watermark = mark <= across + Counter(self.painted)
        letters = Counter("".join(line for line in lines if not _FOOT.fullmatch(line))) + across
        has_text = bool(letters - mark)
        looks = wanted.pictures or not has_text
        self.pictures = sum(1 for _ in page.get_objects(filter=[pdf.FPDF_PAGEOBJ_IMAGE], max_depth=5)) if looks else 0
        self.is_blank = not has_text and not self.pictures
        page.close()


def _read(text: Any, count: int) -> tuple[list[str], Counter[str]]:
    """The letters by where they stand: what is written from right to left reads backwards here, and a code does not.

    The order in which pdfium tells them is a guess at the direction, and wrong for a code between Hebrew words.
    What is turned, as a watermark is, would stand between the letters of a line: it is told beside them.
    """
    rows: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    across: Counter[str] = Counter()
    x, y = c_double(), c_double()
    for index in range(count):
        letter = pdf.FPDFText_GetUnicode(text, index)
        if letter <= 32 or pdf.FPDFText_IsGenerated(text, index) == 1:
            continue
        if abs(sin(pdf.FPDFText_GetCharAngle(text, index))) > _UPRIGHT:
            across[chr(letter)] += 1
        elif pdf.FPDFText_GetCharOrigin(text, index, byref(x), byref(y)):
            rows[round(y.value / _SAME_LINE)].append((round(x.value, 2), letter))
    return list(_lines(rows)), across


def _lines(rows: dict[int, list[tuple[float, int]]]) -> Iterator[str]:
    for row in sorted(rows, reverse=True):
        # One foot a hair above the border of two rows: a line may lie in both.
        letters = sorted(rows[row] + rows.get(row - 1, []), key=lambda one: one[0])
        yield _tight("".join(chr(letter) for _, letter in letters))


def _tight(text: str) -> str:
    return _SPACES.sub("", text).translate(_DASHES)


def _compare(proof: Proof, sheets: list[_Sheet], wanted: Wanted) -> None:
    painted = "\n".join(sheet.painted for sheet in sheets)
    blank = [number for number, sheet in enumerate(sheets, 1) if sheet.is_blank]
    unmarked = [number for number, sheet in enumerate(sheets, 1) if not sheet.has_watermark]
    # Each that is missing is looked for on every line: so many are enough to refuse the page.
    missing = list(islice((c for c in wanted.codes if not _is_painted(_tight(c), painted, sheets)), _MOST_TOLD))
    backwards = [word for word in wanted.words if word != word[::-1] and word in painted and word[::-1] not in painted]
    right = sum(word[::-1] in painted for word in wanted.words)
    proof.facts = {"pages": proof.pages, "codes": len(wanted.codes), "words": len(wanted.words), "words_found": right}
    for reason, found in (("blank_page", blank), ("no_watermark", unmarked), ("missing", missing)):
        if found:
            proof.wrong.append(reason)
            proof.facts[reason] = found[:_MOST_TOLD]
    pictures = sum(sheet.pictures for sheet in sheets)
    if pictures < wanted.pictures:
        proof.wrong.append("missing_pictures")
        proof.facts["missing_pictures"] = wanted.pictures - pictures
    if wanted.words and (len(backwards) > len(wanted.words) // 4 or not right):
        proof.wrong.append("hebrew_reversed" if backwards else "no_text")
        proof.facts["words_reversed"] = len(backwards)


def _is_painted(code: str, painted: str, sheets: Iterable[_Sheet]) -> bool:
    return code in painted or any(_is_broken(code, sheet.painted.split("\n")) for sheet in sheets)


def _is_broken(code: str, lines: list[str]) -> bool:
    """Whether it goes on in the next lines of its cell; two parts of one line may have changed places."""
    return any(_goes_on(code, lines, number) for number in range(len(lines)))


def _goes_on(code: str, lines: list[str], number: int) -> bool:
    at = next((at for at in range(len(code) - 1, _LEAST_OF_A_CODE - 1, -1) if code[:at] in lines[number]), 0)
    below = range(number + 1, min(number + 1 + _LINES_OF_A_CELL, len(lines)))
    return at > 0 and any(code[at:] in lines[one] or _goes_on(code[at:], lines, one) for one in below)
