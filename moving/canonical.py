"""One text for a JSON value, whatever program wrote it: keys sorted, numbers as Postgres keeps them."""

import hashlib
import json
import re
from decimal import Decimal
from typing import Any

_PLAIN = re.compile(r"(?!-0)-?[0-9]+(?:\.[0-9]+)?")
# No text that can be stored holds this, so no text looks like a number.
_MARK = "\0"


def read(text: str | bytes) -> Any:
    """The value of a JSON text that was checked before; a number is its digits behind a mark."""
    return json.loads(text, parse_int=_number, parse_float=_number)


def digest(value: Any) -> str:
    """SHA-256 of a value that was read here: equal for two texts exactly when jsonb keeps them alike."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _number(text: str) -> str:
    return _MARK + (text if _PLAIN.fullmatch(text) else spelled(text))


def spelled(text: str) -> str:
    """A number as Postgres writes it: no exponent, and no nought below nothing."""
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    scale = max(-exponent, 0) if isinstance(exponent, int) else 0
    if not number:
        return f"{0:.{scale}f}"
    return f"{number:f}"
