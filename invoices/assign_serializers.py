"""The shapes of requests and answers about assigning, accepting and taking back."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.api import Asked, StrictInteger
from helpers.history_serializers import ComparedInShort, PlaceChanged
from invoices.centers import KINDS
from invoices.models import Invoice, InvoiceLine, InvoiceMapping

_MOST_MAPPINGS = 2000
_MOST_MONEY = Decimal(10) ** 10 - 1
_LARGEST = 2**31 - 1


class MapLine(Asked):
    """Where one line belongs; without `row_uuid` and `field_index` it will be a new row."""

    invoice_line_id = serializers.UUIDField(required=False, allow_null=True)
    line_number = StrictInteger(required=False, allow_null=True, min_value=1, max_value=100_000)
    damage_center_id = serializers.CharField(max_length=200, help_text="The center's Id, or its number as מוקד 1.")
    field_type = serializers.ChoiceField(choices=KINDS)
    row_uuid = serializers.CharField(max_length=200, required=False, allow_null=True)
    field_index = StrictInteger(
        required=False, allow_null=True, min_value=0, max_value=_LARGEST, help_text="The row's place, from 0."
    )
    amount = serializers.DecimalField(
        max_digits=12, decimal_places=2, required=False, allow_null=True, max_value=_MOST_MONEY, min_value=-_MOST_MONEY,
        help_text="Shekels before VAT; left out where the whole line belongs here.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("invoice_line_id") and not attrs.get("line_number"):
            raise serializers.ValidationError({"line_number": ["name the line by its number or its id"]})
        return attrs


class AssignInvoice(Asked):
    """The body of `POST /invoices/{invoice_id}/assign`: all mappings at once; none leaves the invoice waiting."""

    mappings = MapLine(many=True, required=False, max_length=_MOST_MAPPINGS)  # type: ignore[call-arg]
    suggested = serializers.BooleanField(
        required=False, help_text="true: lines that are not named go where they nearly surely belong."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "mappings" not in attrs and not attrs.get("suggested"):
            raise serializers.ValidationError({"mappings": ["say where the lines belong, or take what is suggested"]})
        return attrs


class MappingRow(serializers.ModelSerializer[InvoiceMapping]):
    """A line at its damage center."""

    invoice_line_id = serializers.UUIDField()
    line_number = serializers.IntegerField(source="invoice_line.line_number")
    field_type = serializers.ChoiceField(choices=KINDS)
    row_uuid = serializers.CharField(source="field_id", allow_null=True)
    mapped_by = serializers.UUIDField(source="mapped_by_id", allow_null=True)

    class Meta:
        model = InvoiceMapping
        fields = (
            "id", "invoice_line_id", "line_number", "damage_center_id", "damage_center_name", "field_type", "row_uuid",
            "field_index", "amount", "mapping_status", "mapping_confidence", "mapped_by", "updated_at",
        )  # fmt: skip


class AssignedInvoice(serializers.ModelSerializer[Invoice]):
    """An invoice and where its lines belong."""

    case_id = serializers.UUIDField(allow_null=True)
    accepted_by = serializers.UUIDField(source="accepted_by_id", allow_null=True)
    status = serializers.CharField(help_text="DRAFT, PENDING, ASSIGNED, ACCEPTED, SENT, PAID or CANCELLED.")
    mappings = MappingRow(many=True, source="standing_mappings")

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = (
            "id", "case_id", "plate", "invoice_number", "supplier_name", "status", "total_before_tax", "total_amount",
            "accepted_at", "accepted_by", "before_version", "accepted_version", "mappings",
        )  # fmt: skip


class HelperLeft(serializers.Serializer):  # type: ignore[type-arg]
    """A place of the helper that stays as it is."""

    pointer = serializers.CharField(help_text="RFC 6901.")
    reason = serializers.CharField()


class TurnedInvoice(AssignedInvoice):
    """An invoice that was accepted or taken back, and what became of the helper."""

    version = serializers.IntegerField(allow_null=True, help_text="The current version of the helper now.")
    helper_written = serializers.BooleanField(
        help_text="false: Make writes this part of the helper; only the tables changed."
    )
    warnings = HelperLeft(many=True)

    class Meta(AssignedInvoice.Meta):
        fields = (*AssignedInvoice.Meta.fields, "version", "helper_written", "warnings")


class InvoicePreview(serializers.Serializer):  # type: ignore[type-arg]
    """What accepting or taking back would change in the helper."""

    invoice_id = serializers.UUIDField()
    status = serializers.CharField(help_text="The invoice's status now; a preview changes nothing.")
    version = serializers.IntegerField(allow_null=True, help_text="The version to send as expected_version.")
    helper_written = serializers.BooleanField(help_text="false: only the tables would change.")
    warnings = HelperLeft(many=True)
    summary = ComparedInShort()
    changes = PlaceChanged(many=True)
    unchanged_sections = serializers.ListField(child=serializers.CharField())


class AcceptInvoice(Asked):
    """The body of `POST /invoices/{invoice_id}/accept`."""

    expected_version = StrictInteger(
        required=False, allow_null=True, min_value=1, max_value=_LARGEST, help_text="Or the ETag as If-Match."
    )


class UndoInvoice(AcceptInvoice):
    """The body of `POST /invoices/{invoice_id}/undo`."""

    reason = serializers.CharField(max_length=500, required=False, allow_null=True, allow_blank=True)


class LineToAssign(serializers.ModelSerializer[InvoiceLine]):
    """A line as it waits to be assigned."""

    invoice_line_id = serializers.UUIDField(source="id")

    class Meta:
        model = InvoiceLine
        fields = (
            "invoice_line_id", "line_number", "description", "catalog_code", "item_category", "quantity", "unit_price",
            "discount_percent", "line_total",
        )  # fmt: skip


class CenterPlace(serializers.Serializer):  # type: ignore[type-arg]
    """A row of a damage center that a line can go into."""

    field_type = serializers.ChoiceField(choices=KINDS)
    row_uuid = serializers.CharField(allow_null=True)
    field_index = serializers.IntegerField()
    name = serializers.CharField()


class CenterToAssign(serializers.Serializer):  # type: ignore[type-arg]
    """A damage center of the current helper."""

    damage_center_id = serializers.CharField()
    damage_center_name = serializers.CharField()
    number = serializers.CharField()
    location = serializers.CharField()
    rows = CenterPlace(many=True)


class LineSuggestion(serializers.Serializer):  # type: ignore[type-arg]
    """Where a line could belong; nothing is assigned by it."""

    invoice_line_id = serializers.UUIDField()
    line_number = serializers.IntegerField()
    damage_center_id = serializers.CharField()
    damage_center_name = serializers.CharField()
    field_type = serializers.ChoiceField(choices=KINDS)
    row_uuid = serializers.CharField(allow_null=True)
    field_index = serializers.IntegerField(allow_null=True)
    confidence = serializers.DecimalField(max_digits=4, decimal_places=3)
    reason = serializers.ChoiceField(
        choices=("linked_part", "same_code", "same_name", "close_name", "named_place", "only_center")
    )


class AssignDesk(serializers.Serializer):  # type: ignore[type-arg]
    """All that is needed to assign an invoice."""

    invoice_id = serializers.UUIDField()
    status = serializers.CharField()
    version = serializers.IntegerField(
        allow_null=True, help_text="The helper's version that the centers are read from."
    )
    lines = LineToAssign(many=True)
    centers = CenterToAssign(many=True)
    suggestions = LineSuggestion(many=True)
    mappings = MappingRow(many=True)
