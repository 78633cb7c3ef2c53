"""The gateway's ops about parts."""

from typing import Any

from rest_framework import serializers

from core import exact
from core.api import Plate
from make.bodies import Sent, without_extras
from make.calls import Call
from make.serializers import FromMake, OfCase
from parts import services
from parts.asked import answer_of
from parts.serializers import ENVELOPE, AnyJson, SearchFacts


class KeepResults(FromMake):
    """The body of `parts_results.bulk_upsert`: an answer in any form it was captured in, or plain rows.

    The answer may also be the body itself. A plate stands for its open case, and for itself where it has none.
    """

    # What the scenarios of today call them.
    also = {"rows": "results", "parts": "results"}
    left_out = ENVELOPE

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    session_id = serializers.UUIDField(required=False, allow_null=True)
    session = SearchFacts(required=False, allow_null=True, help_text="A search to be written down with them.")
    data_source = serializers.CharField(
        max_length=50, required=False, allow_null=True, help_text="catalog, web or ocr, also in Hebrew."
    )
    answer = AnyJson(required=False, help_text="An answer, also as text that holds one.")
    results = serializers.ListField(required=False, help_text="Rows with a row_uuid or without, or groups of rows.")


class UpsertRequired(OfCase):
    """The body of `parts_required.bulk_upsert`: the part rows of a case, under any of the names they go by."""

    also = {"parts": "rows", "results": "rows"}

    rows = serializers.ListField()


def exactly(sent: Sent, also: dict[str, str]) -> dict[str, Any]:
    """The body to the last digit, its fields under our names."""
    tree = exact.read(sent.raw)
    for step in sent.path:
        tree = tree[int(step)]
    return {also.get(name, name): value for name, value in without_extras(tree).items()}


def keep_results(call: Call) -> list[services.Told]:
    """The rows of the body, or of the answer in it."""
    tree = exactly(call.sent, KeepResults.also)
    return services.keep_answer(**answer_of({**call.asked, "org_id": call.org_id}, tree))


def keep_required(call: Call) -> list[services.Told]:
    """The rows of the body, for a case that is queued."""
    case_id, _version = call.queue()
    rows = exactly(call.sent, UpsertRequired.also)["rows"]
    name = next(name for name in ("rows", *UpsertRequired.also) if name in call.sent.fields)
    pointers = [f"/{name}/{place}" for place in range(len(rows))]
    return services.required_bulk_upsert(case_id=case_id, rows=rows, at=pointers)
