"""Reading the body of a request: capped, plain JSON, and not a byte more than is needed."""

import time
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from core import strict
from core.errors import Invalid, Refused

_DRAIN_SECONDS = 2.0
_CHUNK = 1 << 20


class JsonBody(NamedTuple):
    """A checked body: the bytes that arrived, and what they say."""

    raw: bytes
    value: Any


def limits() -> strict.Limits:
    return strict.Limits(settings.HELPER_MAX_DEPTH, settings.HELPER_MAX_NODES)


def json_body(request: HttpRequest, *, media_types: tuple[str, ...] = ("application/json",)) -> JsonBody:
    """Read and check the body.

    Raises Refused with `unsupported_media_type`, `body_too_large`, `length_required` or what core.strict refuses.
    """
    raw = raw_body(request, media_types=media_types)
    return JsonBody(raw, strict.check(raw, limits()))


def raw_body(request: HttpRequest, *, media_types: tuple[str, ...] = ("application/json",)) -> bytes:
    """Read the body as it comes, for who must keep also what cannot be read.

    Raises Refused with `unsupported_media_type`, `body_too_large` or `length_required`.
    """
    media_type, charset = request.content_type or "", (request.content_params or {}).get("charset", "utf-8")
    if media_type not in media_types or charset.lower().strip('"') not in {"utf-8", "utf8"}:
        drain(request)
        taken = {"content_type": media_type[:100], "taken": list(media_types)}
        raise Refused("unsupported_media_type", details=taken)
    refuse_unreadable(request, settings.HELPER_MAX_BYTES)
    return request.read()


def json_object(request: HttpRequest, *, media_types: tuple[str, ...] = ("application/json",)) -> JsonBody:
    """Read a body that must be a JSON object."""
    body = json_body(request, media_types=media_types)
    if not isinstance(body.value, dict):
        raise Invalid.at("", "an object is expected")
    return body


def checked_json(raw: bytes) -> JsonBody:
    """Check bytes that did not come as the body itself."""
    if len(raw) > settings.HELPER_MAX_BYTES:
        raise Refused("body_too_large", details={"limit_bytes": settings.HELPER_MAX_BYTES})
    return JsonBody(raw, strict.check(raw, limits()))


def refuse_unreadable(request: HttpRequest, limit: int, around: int = 0) -> None:
    """Refuse a compressed body, one without a length, and a large one before it costs memory.

    `around` is what may stand around the content that the limit is for.
    """
    if request.headers.get("Content-Encoding", "identity").lower() not in {"", "identity"}:
        drain(request)
        raise Refused("unsupported_media_type", details={"content_encoding": "identity"})
    if "HTTP_TRANSFER_ENCODING" in request.META:
        # Django reads no body without a length, and would take this one for an empty one.
        drain(request)
        raise Refused("length_required")
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit + around:
        drain(request)
        raise Refused("body_too_large", details={"limit_bytes": limit})


def drain(request: HttpRequest) -> None:
    """Take in and forget what the caller is still sending, or it would never read our answer."""
    stop = time.monotonic() + _DRAIN_SECONDS
    while request.read(_CHUNK) and time.monotonic() < stop:
        pass
