"""The shapes of the history's requests and answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from core.api import Asked, StrictInteger
from helpers.diff import Kind
from helpers.serializers import VersionHead

_LARGEST = 2**31 - 1
_MOST_SECTIONS = 200


class VersionRow(VersionHead):
    """A version as the history lists it; never its helper."""

    saved_by_name = serializers.CharField(source="saved_by.name", default=None, allow_null=True)

    class Meta(VersionHead.Meta):
        fields = (
            "case_id",
            "version",
            "helper_name",
            "source",
            "date",
            "saved_by",
            "saved_from",
            "label",
            "trigger",
            "size_bytes",
            "changes",
            "changed_sections",
            "restored_from",
            "is_current",
            "folded",
            "saved_by_name",
        )
        extra_kwargs = {
            "changes": {"help_text": "How many places it changed; null until they are counted"},
            "folded": {"help_text": "true: one of a run of automatic saves, to be shown as one line"},
        }


class VersionEnd(VersionHead):
    """A version as one end of a comparison."""

    class Meta(VersionHead.Meta):
        fields = ("version", "helper_name", "date", "saved_by", "saved_from", "label")


@extend_schema_field({"nullable": True, "description": "Any JSON value, to the last digit; null where there is none."})
class AnyValue(serializers.Field):  # type: ignore[type-arg]
    """A value of a helper, which goes out as text."""


class PlaceChanged(serializers.Serializer):  # type: ignore[type-arg]
    """One changed place."""

    pointer = serializers.CharField(help_text="RFC 6901: the place in `to`; of what was removed, in `from`")
    from_pointer = serializers.CharField(allow_null=True, help_text="The place in `from`; null for what was added")
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    before = AnyValue()
    after = AnyValue()


class ComparedInShort(serializers.Serializer):  # type: ignore[type-arg]
    """How many places changed, by kind and by section."""

    changes = serializers.IntegerField()
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    changed = serializers.IntegerField()
    moved = serializers.IntegerField()
    sections = serializers.DictField(child=serializers.IntegerField())


# `from` is no name that a class could give a field.
HelperCompared = inline_serializer(
    "HelperCompared",
    {
        "case_id": serializers.UUIDField(),
        "from": VersionEnd(allow_null=True, help_text="null: there is no version before"),
        "to": VersionEnd(),
        "summary": ComparedInShort(),
        "changes": PlaceChanged(many=True),
        "unchanged_sections": serializers.ListField(child=serializers.CharField()),
    },
)


class HistorySpan(serializers.Serializer):  # type: ignore[type-arg]
    """A run of versions in which something stayed as it was."""

    version = serializers.IntegerField()
    until_version = serializers.IntegerField(allow_null=True, help_text="The last one; null where that is the current")
    helper_name = serializers.CharField()
    date = serializers.DateTimeField()
    saved_by = serializers.UUIDField(allow_null=True)
    saved_by_name = serializers.CharField(allow_null=True)
    saved_from = serializers.CharField()
    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]


class FieldValue(HistorySpan):
    """One value that a place had."""

    exists = serializers.BooleanField(help_text="false: the place was not there")
    size_bytes = serializers.IntegerField(allow_null=True, help_text="Of the value's text")
    value_left_out = serializers.BooleanField(help_text="true: longer than 64 kB; the version itself has it")
    value = AnyValue()


class TextFound(HistorySpan):
    """One time that a text was in the helper."""

    pointers = serializers.ListField(
        child=serializers.CharField(), help_text="Where it stood in the first of these versions, at most 20 places"
    )


class SectionName(serializers.CharField):
    """The name of a section as it is, be it empty or blank; a number is none."""

    def __init__(self) -> None:
        super().__init__(allow_blank=True, trim_whitespace=False)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class RestoreHelper(Asked):
    """The body of `POST /cases/{case_id}/helper/restore`; `version` left out means the one before the current.

    An unknown field is an error: restoring everything where a part was meant would undo somebody's work.
    """

    version = StrictInteger(required=False, allow_null=True, min_value=1, max_value=_LARGEST)
    expected_version = StrictInteger(required=False, allow_null=True, min_value=1, max_value=_LARGEST)
    reason = serializers.CharField(max_length=500, required=False, allow_null=True, allow_blank=True)
    sections = serializers.ListField(
        child=SectionName(), required=False, allow_null=True, allow_empty=False, max_length=_MOST_SECTIONS
    )
    mode = serializers.ChoiceField(
        choices=["fill_missing"],
        required=False,
        allow_null=True,
        help_text="fill_missing: only what the current version says nothing about",
    )

    def validate_sections(self, sections: list[str] | None) -> list[str] | None:
        if sections and len(set(sections)) < len(sections):
            raise serializers.ValidationError("a section is named twice")
        return sections
