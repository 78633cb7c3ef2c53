"""Shapes of what stands on reports."""

from rest_framework import serializers

from core.api import Asked
from files.models import UserAssets

WHOSE = ("own", "office")
PICTURES = [(name, name) for name in UserAssets.PICTURES]


def _text(longest: int) -> serializers.CharField:
    return serializers.CharField(max_length=longest, allow_null=True, allow_blank=True, required=False)


class _Texts(serializers.Serializer):  # type: ignore[type-arg]
    business_name = _text(200)
    license_number = _text(60)
    address = _text(300)
    phone = _text(60)
    email = _text(200)
    draft_watermark_text = _text(60)
    directive_watermark_text = _text(60)


class AssetsRow(_Texts):
    """The texts of one row, and which pictures it has."""

    pictures = serializers.ListField(child=serializers.ChoiceField(choices=PICTURES))


class ReportAssets(serializers.Serializer):  # type: ignore[type-arg]
    """The caller's own, the office's, and what counts: the own over the office's."""

    own = AssetsRow()
    office = AssetsRow()
    effective = AssetsRow()


class SetReportAssets(_Texts, Asked):
    """Texts to set, an empty one to take away; as a form, pictures too."""

    whose = serializers.ChoiceField(choices=WHOSE, default="own")
    remove = serializers.ListField(
        child=serializers.ChoiceField(choices=PICTURES),
        required=False,
        default=list,
        help_text="Pictures to take away.",
    )


class ReportAssetsForm(SetReportAssets):
    """The same as a form, with pictures."""

    logo = serializers.FileField(required=False)
    stamp = serializers.FileField(required=False)
    signature = serializers.FileField(required=False)
    background = serializers.FileField(required=False)
