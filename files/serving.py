"""A file as an answer: nothing in it runs, whatever it holds, and nobody keeps a copy on the way."""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse

from files import storage
from files.kinds import PREVIEWED
from files.names import content_disposition

_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
_INERT = "sandbox; default-src 'none'"


def answer_with(
    request: HttpRequest, *, bucket: str, key: str, filename: str, mime_type: str | None, size: int,
    is_preview: bool = False, is_ranged: bool = False, framed_by: Iterable[str] = (),
) -> StreamingHttpResponse:  # fmt: skip
    """The file to be saved, or to be looked at inside a page of ours where it is a picture or a PDF.

    Raises NotFound where its bytes are gone, and Refused `dependency_down`.
    """
    is_preview = is_preview and mime_type in PREVIEWED
    start, length = _asked_range(request, size) if is_ranged else (0, None)
    content = iter(()) if request.method == "HEAD" else storage.pieces(bucket, key, start, length)
    answer = StreamingHttpResponse(
        content, content_type=mime_type or "application/octet-stream", status=200 if length is None else 206
    )
    answer["Content-Length"] = str(size if length is None else length)
    if is_ranged:
        answer["Accept-Ranges"] = "bytes"
    if length is not None:
        answer["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    answer["Content-Disposition"] = content_disposition(filename, inline=is_preview)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin" if is_preview and settings.FILES_ORIGIN else "same-origin"
    _guard(answer, is_preview, framed_by)
    return answer


def _guard(answer: Any, is_preview: bool, framed_by: Iterable[str]) -> None:
    """A preview stands in frames of our pages and the UI's only; a browser's PDF reader does not start in a sandbox."""
    if not is_preview:
        answer["Content-Security-Policy"] = f"{_INERT}; frame-ancestors 'none'"
        answer["X-Frame-Options"] = "DENY"
        return
    ours = [settings.PUBLIC_BASE_URL, *settings.CORS_ALLOWED_ORIGINS, *framed_by]
    ancestors = " ".join(dict.fromkeys(["'self'", *filter(None, ours)]))
    is_pdf = answer["Content-Type"] == "application/pdf"
    policy = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'" if is_pdf else _INERT
    answer["Content-Security-Policy"] = f"{policy}; frame-ancestors {ancestors}"
    # It knows no other site of ours; browsers that know frame-ancestors do not ask it.
    answer["X-Frame-Options"] = "SAMEORIGIN"


def _asked_range(request: HttpRequest, size: int) -> tuple[int, int | None]:
    """One range that lies in the file; anything else is the whole file, as a server may always answer."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or not (found[1] or found[2]):
        return 0, None
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), min(size, int(found[2]) + 1 if found[2] else size)
    return (start, stop - start) if 0 <= start < stop else (0, None)
