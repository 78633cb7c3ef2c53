"""The gateway's op about the tracking tables."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from cases import sheets
from core.api import Plate, shown
from make.calls import Call
from make.serializers import Count, FromMake

_DEFAULT, _MOST = 100, 1000
# A person is shown by name.
_WITH = {"payments": ("last_contacted_by",)}
GET_EXAMPLES = [
    OpenApiExample(
        "What changed since the last run",
        request_only=True,
        value={"table": "general", "updated_since": "2026-11-22T00:00:00Z", "limit": 200},
    ),
    OpenApiExample(
        "One vehicle's damage centers", request_only=True, value={"table": "expertise", "plate": "12-345-678"}
    ),
]


class GetTracking(FromMake):
    """The body of `tracking.get`; current rows, the last changed first."""

    table = serializers.ChoiceField(choices=list(sheets.SHEETS))
    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    updated_since = serializers.DateTimeField(required=False, allow_null=True)
    limit = Count(required=False, allow_null=True, min_value=1, max_value=_MOST)
    offset = Count(required=False, allow_null=True, min_value=0, max_value=10**9)


class TrackedRow(serializers.Serializer):  # type: ignore[type-arg]
    """A row as `GET /tracking/{table}` shows it; its other fields depend on the table."""

    case_id = serializers.UUIDField()
    plate = serializers.CharField()
    updated_at = serializers.DateTimeField()


def get(call: Call) -> list[dict[str, Any]]:
    """The rows that were asked for."""
    asked = {name: value for name, value in call.asked.items() if value is not None}
    pages = str(call.request._request.build_absolute_uri(reverse("admin:cases_case_changelist")))
    table, offset, limit = asked.pop("table"), asked.pop("offset", 0), asked.pop("limit", _DEFAULT)
    rows = sheets.read(table, pages, **{**asked, "org_id": call.org_id})
    shape = sheets.SHEETS[table].shape
    return [shown(shape, row) for row in rows.select_related(*_WITH.get(table, ()))[offset : offset + limit]]
