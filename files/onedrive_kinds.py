"""What a found file is, told by the words of its name, by its content type, and by the folder it lies in."""

import re
from typing import NamedTuple

from files.models import Document

_INVOICE, _LICENSE, _REPORT = Document.Category.INVOICE, Document.Category.LICENSE, Document.Category.REPORT
_IMAGE, _OTHER = Document.Category.IMAGE, Document.Category.OTHER
# The first that fits counts: a photograph of an invoice is an invoice. Levi comes last, as it is also a family's name.
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (_INVOICE, ("חשבונית", "חשבוניות", "חשבון", "קבלה", "קבלות", "invoice", "receipt", "bill")),
    (_REPORT, ("דוח", "דוחות", "שומה", "חוות דעת", "חוד", "אומדן", "אקספרטיזה")),
    (_REPORT, ("report", "expertise", "estimate", "opinion", "appraisal")),
    (_LICENSE, ("רישיון", "רשיון", "רישיונות", "license", "licence", "registration")),
    (_IMAGE, ("תמונה", "תמונות", "צילום", "צילומים", "photo", "picture", "image", "img", "dsc")),
    (_REPORT, ("לוי יצחק", "levi")),
)
_IMAGES = ("jpg", "jpeg", "png", "webp", "heic", "heif", "gif", "tif", "tiff", "bmp")
_QUOTES = str.maketrans("", "", "\"'`״׳“”’")


class Kind(NamedTuple):
    """A category and why: by a word of the name, the content type, a word of a folder, or nothing at all."""

    category: str
    by: str
    word: str | None = None


def kind_of(*, filename: str, mime_type: str | None = None, path: str | None = None, said: str | None = None) -> Kind:
    """What a file is; what was said of it counts before all, in our word or in any of the words."""
    if said:
        if said.lower() in Document.Category.values and said.lower() != Document.Category.ARCHIVE:
            return Kind(said.lower(), "said")
        if named := _named(said):
            return Kind(named[0], "said", named[1])
    if named := _named(filename):
        return Kind(named[0], "name", named[1])
    if (mime_type or "").lower().startswith("image/") or filename.rpartition(".")[2].lower() in _IMAGES:
        return Kind(_IMAGE, "type")
    for folder in reversed((path or "").split("/")):
        if folder != filename and (named := _named(folder)):
            return Kind(named[0], "folder", named[1])
    return Kind(_OTHER, "nothing")


def _named(text: str) -> tuple[str, str] | None:
    plain = text.translate(_QUOTES).lower().replace("_", " ")
    for category, words in _WORDS:
        for word in words:
            # Hebrew glues its small words to the next one: הדוח, לחשבונית.
            if re.search(rf"(?<![a-zא-ת])[ובהלמכש]{{0,2}}{word}s?(?![a-zא-ת])", plain):
                return category, word
    return None
