"""Sentences that stand in plain text and on pages alike: what is put into them keeps its own direction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.templatetags import office

# Unicode's isolates: left to right, as its first letter runs, and the end of both.
_LTR, _FIRST_STRONG, _END = "\u2066", "\u2068", "\u2069"


@dataclass(frozen=True)
class Code:
    """A plate, number, price or technical name: left to right wherever it stands."""

    text: Any

    def __str__(self) -> str:
        return f"{_LTR}{self.text}{_END}"

    def __html__(self) -> SafeString:
        return office.code(self.text)


@dataclass(frozen=True)
class Words:
    """A name or text of unknown language."""

    text: Any

    def __str__(self) -> str:
        return f"{_FIRST_STRONG}{self.text}{_END}"

    def __html__(self) -> SafeString:
        return office.words(self.text)


@dataclass(frozen=True)
class Sentence:
    """A translated template with named places."""

    template: str
    parts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.parts) if self.parts else self.template

    def __html__(self) -> SafeString:
        return format_html(self.template, **self.parts) if self.parts else conditional_escape(self.template)


@dataclass(frozen=True)
class Listed:
    """Several things, one after the other."""

    parts: Sequence[Any]
    between: str = ", "

    def __str__(self) -> str:
        return self.between.join(str(part) for part in self.parts)

    def __html__(self) -> SafeString:
        return format_html_join(self.between, "{}", ((part,) for part in self.parts))


def say(template: str, **parts: Any) -> Sentence:
    """A sentence with its parts."""
    return Sentence(template, parts)
