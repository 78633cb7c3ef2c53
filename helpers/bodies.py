"""The text of versions, kept in memory: a version never changes, so it may be kept for ever."""

import json
from collections import OrderedDict
from threading import Lock
from uuid import UUID

from django.conf import settings
from django.db.models import F, Func, Value

from helpers.models import CaseHelper, RawJson


class _Kept:
    """The most recently used texts up to a number of bytes."""

    def __init__(self) -> None:
        self._texts: OrderedDict[UUID, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: UUID) -> bytes | None:
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
            return self._texts.get(key)

    def put(self, key: UUID, text: bytes) -> None:
        with self._lock:
            if key in self._texts or len(text) > settings.HELPER_CACHE_BYTES // 4:
                return
            self._texts[key] = text
            self._bytes += len(text)
            while self._bytes > settings.HELPER_CACHE_BYTES:
                _, dropped = self._texts.popitem(last=False)
                self._bytes -= len(dropped)


_kept = _Kept()


def text_of(version: CaseHelper) -> bytes:
    """The helper of a version as Postgres writes it.

    Whoever asks holds the row already, so the row's policy has been obeyed; the key is the row's own id.
    """
    text = _kept.get(version.id)
    if text is None:
        text = CaseHelper.objects.values_list("helper_json", flat=True).get(pk=version.id).encode()
        _kept.put(version.id, text)
    return text


def section_of(version: CaseHelper, section: str) -> bytes:
    """A helper with one section in it, or with none where the version has no such section."""
    if "\0" in section:
        return b"{}"
    inner = Func(F("helper_json"), Value(section), function="jsonb_extract_path", output_field=RawJson())
    text = CaseHelper.objects.filter(pk=version.id).values_list(inner, flat=True).get()
    if text is None:
        return b"{}"
    return b"{%b: %b}" % (json.dumps(section, ensure_ascii=False).encode(), text.encode())
