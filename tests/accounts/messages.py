"""Every text of ours that somebody may read, found in the code and in the templates."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    *("core", "accounts", "cases", "helpers", "parts", "invoices", "knowledge", "intake", "files", "reminders", "make"),
    *("office", "config", "moving"),
)
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2)}
# templatize writes calls between blanked-out text that is no Python; the calls alone are.
_CALL = re.compile(r"""\b(?:n?gettext|_)\((?:[^()"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\)""")


def all_messages() -> dict[str | tuple[str, str], str]:
    """Each message, singular alone or with its plural, and the first file that says it."""
    found: dict[str | tuple[str, str], str] = {}
    for file in _files():
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".html":
            text = "\n".join(_CALL.findall(templatize(text)))
        for message in _messages(text):
            found.setdefault(message, str(file.relative_to(ROOT)))
    return found


def _files() -> list[Path]:
    code = [file for app in APPS for file in (ROOT / app).rglob("*.py")]
    return sorted(code) + sorted((ROOT / "templates").rglob("*.html"))


def _messages(text: str) -> Iterator[str | tuple[str, str]]:
    for _line, function, message, _notes in extract_python(io.BytesIO(text.encode()), KEYWORDS, (), {}):
        # A call with a variable in it names no message.
        if isinstance(message, str) and message:
            yield message
        elif isinstance(message, tuple) and message[0]:
            yield (message[0], message[1]) if function.startswith("ngettext") else message[0]
