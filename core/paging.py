"""Lists in PostgREST's manner: a bare array, its place in Content-Range, the next page in Link."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid

DEFAULT, MOST = 100, 200
_RANGE = re.compile(r"(?:items=)?(\d{1,9})-(\d{1,9})?")
AnswerT = TypeVar("AnswerT", Response, HttpResponse)


class Rows(Protocol):
    """A queryset, or what is read like one."""

    def values_list(self, *columns: str) -> Any: ...

    def count(self) -> int: ...


class Part(NamedTuple):
    """The part of a list that is asked for."""

    offset: int
    limit: int

    @property
    def stop(self) -> int:
        """Where to stop reading: one row more than asked tells whether there is a next page."""
        return self.offset + self.limit + 1


def page(request: Request, rows: Rows, shape: type[serializers.Serializer]) -> Response:  # type: ignore[type-arg]
    """Answer the asked part of `rows`; with `Prefer: count=exact` also how many there are.

    The fields of `shape` are columns, so no model and no serializer is made for each row.
    Raises Refused `invalid` for a limit or offset that is none.
    """
    part = asked_part(request)
    columns = _columns(shape)
    found = list(rows.values_list(*columns.values())[part.offset : part.stop])
    shown = [dict(zip(columns, row, strict=True)) for row in found[: part.limit]]
    return _placed(Response(shown), request, part, len(found), rows.count)


def text_page(request: Request, part: Part, found: list[str], count: Callable[[], int]) -> HttpResponse:
    """Answer rows that are JSON text already: those that were `found` from the part's offset up to its stop."""
    content = f"[{', '.join(found[: part.limit])}]"
    answer = HttpResponse(content, content_type="application/json")
    return _placed(answer, request, part, len(found), count)


def list_page(request: Request, part: Part, found: list[Any], count: Callable[[], int]) -> Response:
    """Answer rows that are shaped already: those that were `found` from the part's offset up to its stop."""
    return _placed(Response(found[: part.limit]), request, part, len(found), count)


def asked_part(request: Request, most: int = MOST) -> Part:
    """Which part is asked for, by limit and offset or by Range, at `most` so many rows.

    Raises Refused `invalid` for what is neither.
    """
    limit = _whole(request, "limit", DEFAULT)
    offset = _whole(request, "offset", 0)
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked and not {"limit", "offset"} & set(request.query_params):
        offset = int(asked[1])
        limit = int(asked[2]) - offset + 1 if asked[2] else DEFAULT
        if limit < 1:
            raise Invalid.at("/Range", "the range ends before it starts")
    return Part(offset, min(limit, most))


def _placed(answer: AnswerT, request: Request, part: Part, found: int, count: Callable[[], int]) -> AnswerT:
    counted = "count=exact" in request.headers.get("Prefer", "")
    total, shown = count() if counted else None, min(found, part.limit)
    answer.status_code = 206 if total is not None and total > shown else 200
    span = f"{part.offset}-{part.offset + shown - 1}" if shown else "*"
    answer["Content-Range"] = f"{span}/{'*' if total is None else total}"
    if counted:
        answer["Preference-Applied"] = "count=exact"
    if found > part.limit:
        query = request._request.GET.copy()
        query["offset"], query["limit"] = str(part.offset + part.limit), str(part.limit)
        answer["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return answer


@lru_cache(maxsize=64)
def _columns(shape: type[serializers.Serializer]) -> dict[str, str]:  # type: ignore[type-arg]
    return {name: str(field.source).replace(".", "__") for name, field in shape().fields.items()}


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Invalid.at(f"/{name}", "a whole number is expected")
    return int(text)
