"""Words people type, as patterns for the search row."""

import re
from typing import Any

from django.db.models import Lookup, TextField

_QUOTES = str.maketrans("", "", "\"'`״׳-")
_LIKE = re.compile(r"([\\%_])")
# A typo in a short word would match nearly everything.
_SHORTEST_WITH_TYPO = 4
_MOST_WORDS, _MOST_LETTERS = 8, 40


def digits(text: str) -> str:
    """A plate in any spelling, as it is stored."""
    return re.sub(r"[^0-9]", "", text)


def fold(text: str) -> str:
    """Text as private.search_fold writes it into the search row."""
    return text.translate(_QUOTES).lower()


def words(text: str) -> list[str]:
    """The words of a question; a plate written with blanks or dashes is one of them."""
    if re.fullmatch(r"[\d\s.\-]+", text.strip()):
        return [digits(text)[:_MOST_LETTERS]] if digits(text) else []
    return [word[:_MOST_LETTERS] for word in fold(text).split()][:_MOST_WORDS]


def patterns(word: str) -> list[str]:
    """LIKE patterns that find `word` anywhere, also with one letter wrong, missing, added or swapped."""
    exact = f"%{_quote(word)}%"
    if len(word) < _SHORTEST_WITH_TYPO or word.isdigit():
        return [exact]
    near = {exact}
    for i in range(len(word)):
        before, after = word[:i], word[i + 1 :]
        near.add(f"%{_quote(before)}_{_quote(after)}%")
        near.add(f"%{_quote(before + after)}%")
        if i:
            near.add(f"%{_quote(before)}_{_quote(word[i:])}%")
            near.add(f"%{_quote(word[: i - 1] + word[i] + word[i - 1] + after)}%")
    return sorted(near)


def _quote(text: str) -> str:
    return _LIKE.sub(r"\\\1", text)


@TextField.register_lookup
class LikeAny(Lookup):
    """`field__like_any=[patterns]`: LIKE ANY, which a trigram index serves."""

    lookup_name = "like_any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_params = self.process_lhs(compiler, connection)
        return f"{left} like any (%s)", [*left_params, list(self.rhs)]
