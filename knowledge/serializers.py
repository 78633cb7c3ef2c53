"""The shapes of requests and answers about the knowledge base."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import Asked
from knowledge.models import MOST_FOUND, KbDoc

MOST_LETTERS = 500
_MOST_TAGS, _LONGEST_TAG = 50, 100
_LANG = r"^[a-z]{2}$"


@extend_schema_field({"oneOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]})
class Tags(serializers.Field):  # type: ignore[type-arg]
    """Tags as a list, or as text with commas between them."""

    def to_internal_value(self, data: Any) -> list[str]:
        parts = [data] if isinstance(data, str) else data
        if not isinstance(parts, list) or not all(isinstance(part, str) and "\0" not in part for part in parts):
            raise serializers.ValidationError("a list of texts is expected, or text with commas")
        tags = list(dict.fromkeys(tag.strip() for part in parts for tag in part.split(",") if tag.strip()))
        if len(tags) > _MOST_TAGS or any(len(tag) > _LONGEST_TAG for tag in tags):
            raise serializers.ValidationError(f"at most {_MOST_TAGS} tags of {_LONGEST_TAG} letters")
        return tags

    def to_representation(self, value: list[str]) -> list[str]:
        return value


class Text(serializers.CharField):
    """A text of any length, as it came."""

    def __init__(self, **given: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, **given)


class DocRow(serializers.ModelSerializer[KbDoc]):
    """A document as a list shows it."""

    case_id = serializers.UUIDField(allow_null=True)
    created_by = serializers.UUIDField(source="created_by_id", allow_null=True)
    updated_by = serializers.UUIDField(source="updated_by_id", allow_null=True)

    class Meta:
        model = KbDoc
        fields: tuple[str, ...] = (
            *("id", "title", "source", "lang", "tags", "case_id", "plate", "checksum"),
            *("created_by", "created_at", "updated_by", "updated_at"),
        )


class DocWhole(DocRow):
    """The same with its text."""

    class Meta(DocRow.Meta):
        fields = (*DocRow.Meta.fields, "body")


class AskDocs(Asked):
    """The query string of `GET /kb/docs`, beside its paging."""

    tag = serializers.CharField(max_length=_LONGEST_TAG, required=False)
    tags = Tags(required=False, help_text="All of these, with commas between them.")
    lang = serializers.RegexField(_LANG, required=False, help_text="Two small letters, such as he.")
    case_id = serializers.UUIDField(required=False)
    updated_since = serializers.DateTimeField(required=False)


class AddDoc(Asked):
    """The body of `POST /kb/docs`; the same source again is the same document, with this content."""

    title = serializers.CharField(max_length=MOST_LETTERS)
    body = Text()
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=MOST_LETTERS, required=False, allow_null=True, help_text="Where it came from, such as a path."
    )
    tags = Tags(required=False)
    lang = serializers.RegexField(_LANG, required=False)
    case_id = serializers.UUIDField(required=False, allow_null=True)


class UpdateDoc(Asked):
    """The body of `PATCH /kb/docs/{doc_id}`."""

    title = serializers.CharField(max_length=MOST_LETTERS, required=False)
    body = Text(required=False)
    source = serializers.CharField(max_length=MOST_LETTERS, required=False, allow_null=True)  # type: ignore[assignment]
    tags = Tags(required=False)
    lang = serializers.RegexField(_LANG, required=False)
    case_id = serializers.UUIDField(required=False, allow_null=True)


class Search(serializers.Serializer):  # type: ignore[type-arg]
    """What a search may be narrowed by; without a word it lists the newest."""

    q = serializers.CharField(max_length=MOST_LETTERS, required=False, allow_blank=True, allow_null=True)
    tags = Tags(required=False, allow_null=True, help_text="All of these, with commas between them.")
    since = serializers.DateTimeField(required=False, allow_null=True, help_text="Changed at this time or later.")
    until = serializers.DateTimeField(required=False, allow_null=True, help_text="Changed at this time or before.")


class AskSearch(Asked, Search):
    """The query string of `GET /kb/search`."""

    limit = serializers.IntegerField(min_value=1, max_value=MOST_FOUND, required=False)


class FoundDoc(serializers.Serializer):  # type: ignore[type-arg]
    """A document that was found; the snippet is HTML: escaped text, the words inside `<mark>`."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    lang = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    snippet = serializers.CharField()
    rank = serializers.FloatField()
    updated_at = serializers.DateTimeField()


class DocAdded(serializers.Serializer):  # type: ignore[type-arg]
    """The answer to `kb.add`."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    lang = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    case_id = serializers.UUIDField(allow_null=True)
    checksum = serializers.CharField(help_text="SHA-256 of the body, in hex.")
    updated_at = serializers.DateTimeField()
    created = serializers.BooleanField(help_text="true when no document had this source before")


def asked_of(given: dict[str, Any]) -> dict[str, Any]:
    """What `KbDoc.objects.search` is asked for by a checked body or query string."""
    named = {"text": "q", "tags": "tags", "since": "since", "until": "until", "most": "limit"}
    return {"text": ""} | {ours: given[theirs] for ours, theirs in named.items() if given.get(theirs)}
