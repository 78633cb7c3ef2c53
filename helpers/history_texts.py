"""The answers about history as text: no codec of ours rounds a digit on the way."""

import json
from collections import Counter
from typing import Any

from rest_framework.utils.encoders import JSONEncoder

from core import exact
from core.api import shown
from core.exact import MISSING
from helpers import pointers
from helpers.diff import Change, Kind
from helpers.history import Comparison, Span
from helpers.history_serializers import VersionEnd
from helpers.models import CaseHelper
from helpers.pointers import Path


def comparison(start: CaseHelper | None, end: CaseHelper, found: Comparison) -> bytes:
    """The answer to a comparison: HelperCompared."""
    head = {
        "case_id": end.case_id,
        "from": start and shown(VersionEnd, start),
        "to": shown(VersionEnd, end),
        "summary": in_short(found),
    }
    return f'{_text(head)[:-1]}, "changes": {changes(found)}, "unchanged_sections": {_text(found.unchanged)}}}'.encode()


def changes(found: Comparison) -> str:
    """Each changed place: a list of PlaceChanged."""
    return f"[{', '.join(map(_change, found.changes))}]"


def field_value(span: Span, *, is_last: bool) -> str:
    """One value of a place: FieldValue."""
    left_out = span.is_there and span.value is None
    head = {
        **_head(span, is_last=is_last),
        "exists": span.is_there,
        "size_bytes": span.size_bytes,
        "value_left_out": left_out,
    }
    return f'{_text(head)[:-1]}, "value": {span.value or "null"}}}'


def text_found(span: Span, found: list[Path], *, is_last: bool) -> str:
    """One time that a text was there: TextFound."""
    return _text({**_head(span, is_last=is_last), "pointers": [pointers.write(path) for path in found]})


def in_short(found: Comparison) -> dict[str, Any]:
    """How many places changed: ComparedInShort."""
    kinds = Counter(change.kind for change in found.changes)
    return {
        "changes": len(found.changes),
        **{kind.value: kinds[kind] for kind in Kind},
        "sections": found.per_section,
    }


def _change(change: Change) -> str:
    places = [_text(pointers.write(change.path)), "null" if change.old is None else _text(pointers.write(change.old))]
    values = ["null" if value is MISSING else exact.write(value) for value in (change.before, change.after)]
    return (
        f'{{"pointer": {places[0]}, "from_pointer": {places[1]}, "kind": "{change.kind}", '
        f'"before": {values[0]}, "after": {values[1]}}}'
    )


def _head(span: Span, *, is_last: bool) -> dict[str, Any]:
    return {
        "version": span.version,
        "until_version": None if is_last else span.until_version,
        "helper_name": span.helper_name,
        "date": span.saved_at,
        "saved_by": span.saved_by,
        "saved_by_name": span.saved_by_name,
        "saved_from": span.saved_from,
        "label": span.label,
    }


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, cls=JSONEncoder)
