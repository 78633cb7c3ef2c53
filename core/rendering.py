"""Answers as JSON in which a number has the digits it is stored with."""

import json
import re
import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

# Nobody outside can write it, so no text of a caller's is taken for a number.
_MARK = secrets.token_hex(16)
_MARKED = re.compile(rb'"%b((?:[^"\\]|\\.)*)"' % _MARK.encode())


@dataclass(frozen=True)
class Exactly:
    """JSON text that goes out as it is."""

    text: str


class _Encoder(JSONEncoder):
    def default(self, obj: Any) -> Any:
        if isinstance(obj, Decimal):
            return f"{_MARK}{obj:f}"
        if isinstance(obj, Exactly):
            return f"{_MARK}{obj.text}"
        return super().default(obj)


class ExactRenderer(JSONRenderer):
    """JSON with a Decimal as the number it is; DRF would write a text, json itself a rounded float."""

    encoder_class = _Encoder

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        body: bytes = super().render(data, accepted_media_type, renderer_context)
        return _MARKED.sub(_unmarked, body) if _MARK.encode() in body else body


def _unmarked(found: re.Match[bytes]) -> bytes:
    text: str = json.loads(b'"%b"' % found[1])
    return text.encode()
