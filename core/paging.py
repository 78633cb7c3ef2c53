"""Lists in PostgREST's manner: a bare array, its place in Content-Range, the next page in Link."""

import re
from functools import lru_cache
from typing import Any

from django.db import models
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid

DEFAULT, MOST = 100, 200
_RANGE = re.compile(r"(?:items=)?(\d{1,9})-(\d{1,9})?")


def page(request: Request, rows: models.QuerySet[Any], shape: type[serializers.Serializer]) -> Response:  # type: ignore[type-arg]
    """Answer the asked part of `rows`; with `Prefer: count=exact` also how many there are.

    The fields of `shape` are columns, so no model and no serializer is made for each row.
    Raises Refused `invalid` for a limit or offset that is none.
    """
    limit, offset = _window(request)
    counted = "count=exact" in request.headers.get("Prefer", "")
    # One more than asked tells whether there is a next page.
    columns = _columns(shape)
    found = list(rows.values_list(*columns.values())[offset : offset + limit + 1])
    shown = [dict(zip(columns, row, strict=True)) for row in found[:limit]]
    total = rows.count() if counted else None

    answer = Response(shown, status=206 if total is not None and total > len(shown) else 200)
    span = f"{offset}-{offset + len(shown) - 1}" if shown else "*"
    answer["Content-Range"] = f"{span}/{'*' if total is None else total}"
    if counted:
        answer["Preference-Applied"] = "count=exact"
    if len(found) > limit:
        query = request._request.GET.copy()
        query["offset"], query["limit"] = str(offset + limit), str(limit)
        answer["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return answer


@lru_cache(maxsize=64)
def _columns(shape: type[serializers.Serializer]) -> dict[str, str]:  # type: ignore[type-arg]
    return {name: str(field.source).replace(".", "__") for name, field in shape().fields.items()}


def _window(request: Request) -> tuple[int, int]:
    limit = _whole(request, "limit", DEFAULT)
    offset = _whole(request, "offset", 0)
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked and not {"limit", "offset"} & set(request.query_params):
        offset = int(asked[1])
        limit = int(asked[2]) - offset + 1 if asked[2] else DEFAULT
        if limit < 1:
            raise Invalid.at("/Range", "the range ends before it starts")
    return min(limit, MOST), offset


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Invalid.at(f"/{name}", "a whole number is expected")
    return int(text)
