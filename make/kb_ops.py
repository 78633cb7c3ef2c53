"""The gateway's ops about the knowledge base."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from core.api import Plate, shown
from knowledge import services
from knowledge.examples import DOC
from knowledge.models import MOST_FOUND, Found, KbDoc
from knowledge.serializers import MOST_LETTERS, DocAdded, Search, Tags, Text, asked_of
from make.calls import Call
from make.serializers import Count, FromMake

ADD_EXAMPLES = [
    OpenApiExample("A note with its source", request_only=True, value={**DOC, "tags": "נהלים, צילום"}),
]
SEARCH_EXAMPLES = [
    OpenApiExample("Words and a tag", request_only=True, value={"q": "צילום הפגוש", "tags": "נהלים", "limit": 5}),
]


class AddKbDoc(FromMake):
    """The body of `kb.add`; the same source again is the same document, with this content."""

    also = {"text": "body"}

    title = serializers.CharField(max_length=MOST_LETTERS)
    body = Text()
    source = serializers.CharField(max_length=MOST_LETTERS, required=False, allow_null=True)  # type: ignore[assignment]
    tags = Tags(required=False, allow_null=True)
    lang = serializers.RegexField(r"^[a-z]{2}$", required=False, allow_null=True)
    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)


class SearchDocs(FromMake, Search):
    """The body of `kb.search`."""

    also = {"query": "q"}

    limit = Count(required=False, allow_null=True, min_value=1, max_value=MOST_FOUND)


def add(call: Call) -> dict[str, Any]:
    """Keep the document; `created` says whether it is a new one."""
    named = ("title", "body", "source", "tags", "lang")
    given = {name: call.asked[name] for name in named if call.asked.get(name) is not None}
    of_case = call.asked.get("case_id") or call.asked.get("plate")
    case_id = call.queue()[0] if of_case else None
    doc = services.add(**given, case_id=case_id, org_id=call.org_id)
    return dict(shown(DocAdded, doc))


def search(call: Call) -> list[Found]:
    """The documents that hold every word."""
    return KbDoc.objects.search(**asked_of(call.asked), org_id=call.org_id)
