"""Where in a text the words of a question stand, and the passage that shows it."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

LENGTH = 160
_MOST_WORDS, _MOST_LETTERS = 10, 500
_MOST_HITS = 2000
_PREFIXES = "והבלמשכ"
_SIGNS = "\"'`״׳"
# The marks that stand inside a word and do not count: quote signs and niqqud.
_SKIPPED = _SIGNS + "\u0591-\u05bd\u05bf-\u05c7"
_LETTERS = "א-תA-Za-z0-9"
_IGNORED = re.compile(f"[{_SKIPPED}]")
_WORD = re.compile("[א-תa-z0-9]+")
_BLANKS = re.compile(r"\s+")


class Hit(NamedTuple):
    """A word of the text that was asked for, and which ones of the question's words it answers."""

    start: int
    end: int
    answers: frozenset[int]
    is_exact: bool


def words(text: str) -> list[str]:
    """The words of a text as private.kb_words folds them."""
    return _WORD.findall(_IGNORED.sub("", text).lower())


def forms(word: str) -> list[str]:
    """A word, and what is left of it without its prefixes, as private.kb_forms has it."""
    return [word] + [
        word[n:]
        for n in range(1, 4)
        if len(word) - n >= 3 and all(letter in _PREFIXES for letter in word[:n]) and "א" <= word[n] <= "ת"
    ]


def snippet(text: str, question: str) -> str:
    """The passage in which most words of the question stand, as HTML: escaped, the words inside `<mark>`.

    Where none of them does, the beginning of the text.
    """
    hits = _best(list(_hits(text, words(question[:_MOST_LETTERS])[:_MOST_WORDS])))
    start, end = _around(text, hits[0].start, hits[-1].end) if hits else _around(text, 0, 0)
    told, at = [], start
    for hit in hits:
        told += [_escaped(text[at : hit.start]), f"<mark>{_escaped(text[hit.start : hit.end])}</mark>"]
        at = hit.end
    told.append(_escaped(text[at:end]))
    return ("… " if start else "") + "".join(told).strip() + (" …" if end < len(text) else "")


def _escaped(text: str) -> str:
    return html.escape(_BLANKS.sub(" ", text), quote=False)


def _hits(text: str, asked: list[str]) -> Iterator[Hit]:
    """The first words of the text that a word of the question is, or begins."""
    if not asked:
        return
    wanted = [tuple(forms(word)) for word in asked]
    for found in _near(wanted).finditer(text):
        folded = "".join(words(found.group()))
        present = forms(folded)
        answers = frozenset(n for n, one in enumerate(wanted) if any(form.startswith(one) for form in present))
        if answers:
            inner = found.group().strip(_SIGNS)
            start = found.start() + found.group().index(inner)
            yield Hit(start, start + len(inner), answers, folded in asked)


def _near(wanted: list[tuple[str, ...]]) -> re.Pattern[str]:
    """Whole words that may be meant; a pattern over a long text is quicker than a look at every word."""
    skipped = f"[{_SKIPPED}]*"
    spelled = "|".join(skipped.join(form) for one in wanted for form in one)
    prefixes = f"(?:[{_PREFIXES}]{skipped}){{0,3}}"
    inside = f"[{_LETTERS}{_SKIPPED}]"
    return re.compile(f"(?<!{inside}){skipped}{prefixes}(?:{spelled}){inside}*", re.IGNORECASE)


def _best(hits: list[Hit]) -> list[Hit]:
    """The hits of the passage that answers most words of the question, as they were typed if it can be."""
    best: list[Hit] = []
    most = (0, 0, 0)
    for n, first in enumerate(hits[:_MOST_HITS]):
        near = [hit for hit in hits[n : n + LENGTH // 2] if hit.end - first.start <= LENGTH] or [first]
        answered = frozenset[int]().union(*(hit.answers for hit in near))
        score = (len(answered), sum(hit.is_exact for hit in near), len(near))
        if score > most:
            best, most = near, score
    return best


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """About LENGTH letters with `start` to `end` among them, cut between words."""
    spare = max(LENGTH - (end - start), 0)
    before = min(spare // 2, start)
    return _first_cut(text, start - before, start), _last_cut(text, end, min(end + spare - before, len(text)))


def _first_cut(text: str, start: int, most: int) -> int:
    if start == 0:
        return 0
    blank = _BLANKS.search(text, start - 1, most)
    return blank.end() if blank else start


def _last_cut(text: str, least: int, end: int) -> int:
    if end == len(text):
        return end
    blanks = list(_BLANKS.finditer(text, least, end + 1))
    return blanks[-1].start() if blanks else end
