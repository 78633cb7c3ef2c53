"""The shapes of requests and answers about invoices."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.api import Asked, Plate, StrictInteger
from invoices.models import Invoice, InvoiceDocument, InvoiceLine, InvoiceSupplier, InvoiceValidation, VatRate
from parts.serializers import AnyJson, RowError

_MOST_MONEY, _MOST_PIECES = Decimal("9999999999.99"), Decimal("99999999.99")
_MOST_LINES = 100_000
_LONG = 20_000
_OWN_DOORS = {
    Invoice.Status.ASSIGNED: "POST /invoices/{id}/assign says which damage centers its lines belong to",
    Invoice.Status.ACCEPTED: "POST /invoices/{id}/accept accepts it",
}
MOVES = [choice for choice in Invoice.Status.choices if choice[0] not in _OWN_DOORS]
NEW = [choice for choice in MOVES if choice[0] in {Invoice.Status.DRAFT, Invoice.Status.PENDING}]
_DETAILS = ("address", "city", "postal_code", "phone", "email", "website", "category")


def _text(most: int = 200) -> serializers.CharField:
    return serializers.CharField(max_length=most, required=False, allow_null=True, allow_blank=True)


def _money(**more: Any) -> serializers.DecimalField:
    asked = {"required": False, "allow_null": True, "max_value": _MOST_MONEY, "min_value": -_MOST_MONEY}
    return serializers.DecimalField(max_digits=12, decimal_places=2, **{**asked, **more})


def _percent() -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=5, decimal_places=2, required=False, allow_null=True, max_value=Decimal(100), min_value=Decimal(0)
    )


def _replace() -> serializers.BooleanField:
    return serializers.BooleanField(
        required=False, default=False, help_text="true: the lines that are not named are taken off."
    )


def _difference(name: str) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=14, decimal_places=2, source=f"{name}_difference", allow_null=True)


class StatusMove(serializers.ChoiceField):
    """A status people may give; two of them have doors of their own."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and data in _OWN_DOORS:
            raise serializers.ValidationError(_OWN_DOORS[Invoice.Status(data)])
        return super().to_internal_value(data)


class KeepLine(Asked):
    """A line; `line_total` is in shekels before VAT. Without a number it has that of its place."""

    line_number = StrictInteger(required=False, min_value=1, max_value=_MOST_LINES)
    description = _text(_LONG)
    part_id = serializers.UUIDField(required=False, allow_null=True, help_text="A required part of the case.")
    quantity = serializers.DecimalField(
        max_digits=10, decimal_places=2, required=False, max_value=_MOST_PIECES, min_value=-_MOST_PIECES
    )
    unit_price = _money()
    discount_percent = _percent()
    line_total = _money()
    source = _text()  # type: ignore[assignment]
    catalog_code = _text()
    item_category = serializers.ChoiceField(choices=InvoiceLine.Category.choices, required=False)
    category_confidence = serializers.DecimalField(
        max_digits=4, decimal_places=3, required=False, allow_null=True, max_value=Decimal(1), min_value=Decimal(0)
    )
    category_method = _text()
    metadata = serializers.DictField(required=False)


class KeepInvoiceLines(Asked):
    """The body of `POST /invoices/{id}/lines`, which may also be the list itself; a line stands once by its number."""

    lines = serializers.ListField(help_text="Lines; one that cannot be read is told at its place, the others are kept.")
    replace = _replace()


class UpdateInvoiceLine(KeepLine):
    """The body of `PATCH /invoices/{id}/lines/{line_number}`; a line is taken off, never deleted."""

    line_number = None  # type: ignore[assignment]
    removed = serializers.BooleanField(required=False, help_text="true takes it off, false puts it back.")


class InvoiceFacts(Asked):
    """What is said of an invoice; sums in shekels as they stand on it, `vat_rate` in percent."""

    case_id = serializers.UUIDField(required=False, allow_null=True)
    invoice_type = serializers.ChoiceField(choices=Invoice.Type.choices, required=False)
    supplier_id = serializers.UUIDField(required=False, allow_null=True)
    supplier_name = _text(300)
    supplier_tax_id = _text(50)
    invoice_date = serializers.DateField(required=False, allow_null=True)
    issue_date = serializers.DateField(required=False, allow_null=True)
    due_date = serializers.DateField(required=False, allow_null=True)
    total_before_tax = _money()
    vat_rate = _percent()
    tax_amount = _money()
    total_amount = _money()
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)
    source = _text(100)  # type: ignore[assignment]
    notes = _text(_LONG)
    metadata = serializers.DictField(required=False)


class KeepInvoice(InvoiceFacts):
    """The body of `POST /invoices`: one number of one supplier is one invoice; what is not named stays as it was."""

    plate = Plate(required=False, allow_null=True)
    invoice_number = serializers.CharField(max_length=100)
    status = serializers.ChoiceField(choices=NEW, required=False, help_text="The others by PATCH.")
    lines = KeepLine(many=True, required=False)
    replace = _replace()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("case_id") and not attrs.get("plate"):
            raise serializers.ValidationError({"case_id": ["name the case, or its plate"]})
        return attrs


class UpdateInvoice(InvoiceFacts):
    """The body of `PATCH /invoices/{id}`; `metadata` is replaced whole."""

    invoice_number = serializers.CharField(max_length=100, required=False)
    status = StatusMove(choices=MOVES, required=False)


class SumDifferences(serializers.ModelSerializer[InvoiceValidation]):
    """In exact shekels, what stands on the invoice less what was computed; null where one of them is missing."""

    lines, vat, sum = _difference("lines"), _difference("vat"), _difference("sum")

    class Meta:
        model = InvoiceValidation
        fields = ("lines", "vat", "sum")


class SumsChecked(serializers.ModelSerializer[InvoiceValidation]):
    """What the sums come to; nothing is ever corrected. `vat_rate` is that of the day."""

    errors = serializers.ListField(child=serializers.CharField(), source="validation_errors")  # type: ignore[assignment]
    warnings = serializers.ListField(child=serializers.CharField(), source="validation_warnings")
    differences = SumDifferences(source="*")

    class Meta:
        model = InvoiceValidation
        fields = (
            *("is_valid", "errors", "warnings", "lines", "lines_total", "lines_off", "vat_rate", "vat_expected"),
            *("differences", "approval_status"),
        )


class InvoiceRow(serializers.ModelSerializer[Invoice]):
    """An invoice as a list shows it."""

    case_id = serializers.UUIDField(allow_null=True)
    supplier_id = serializers.UUIDField(allow_null=True)
    accepted_by = serializers.UUIDField(source="accepted_by_id", allow_null=True)
    created_by = serializers.UUIDField(source="created_by_id", allow_null=True)
    is_valid = serializers.BooleanField(  # type: ignore[assignment]
        source="validation.is_valid", help_text="The sums agree, to the tolerance."
    )

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = (
            *("id", "case_id", "plate", "invoice_number", "invoice_type", "supplier_id", "supplier_name"),
            *("supplier_tax_id", "invoice_date", "issue_date", "due_date", "status", "total_before_tax", "vat_rate"),
            *("tax_amount", "total_amount", "currency", "source", "is_edited", "before_version", "accepted_version"),
            *("accepted_at", "accepted_by", "created_by", "created_at", "updated_at", "is_valid"),
        )


class InvoiceDocumentRow(serializers.ModelSerializer[InvoiceDocument]):
    """A paper the invoice was read from; `GET /ocr-results/{ocr_result_id}` has its answer too."""

    ocr_result_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = InvoiceDocument
        fields: tuple[str, ...] = (
            *("id", "ocr_result_id", "filename", "mime_type", "file_size", "storage_bucket", "storage_path"),
            *("ocr_status", "ocr_confidence", "processing_method", "processing_completed_at", "created_at"),
        )


class InvoiceDocumentWhole(InvoiceDocumentRow):
    """The same with what was read, as it came and in our words."""

    raw = AnyJson()
    raw_text = serializers.CharField(allow_null=True, help_text="Where it was text, or repeated keys.")
    parsed = AnyJson()
    unread = serializers.ListField(child=serializers.CharField(), help_text="Fields that were said but not readable.")

    class Meta(InvoiceDocumentRow.Meta):
        fields = (*InvoiceDocumentRow.Meta.fields, "raw", "raw_text", "parsed", "unread")


class InvoiceWhole(InvoiceRow):
    """An invoice with the check of its sums, its papers, and how many lines and mappings stand."""

    validation = SumsChecked()
    documents = InvoiceDocumentRow(many=True)
    line_count = serializers.IntegerField()
    mapping_count = serializers.IntegerField()
    metadata = AnyJson()

    class Meta(InvoiceRow.Meta):
        fields = (
            *InvoiceRow.Meta.fields,
            *("notes", "metadata", "line_count", "mapping_count", "documents", "validation"),
        )


class InvoiceLineRow(serializers.ModelSerializer[InvoiceLine]):
    """A line of an invoice."""

    invoice_id = serializers.UUIDField()
    part_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = InvoiceLine
        fields: tuple[str, ...] = (
            *("id", "invoice_id", "line_number", "description", "part_id", "quantity", "unit_price"),
            *("discount_percent", "line_total", "source", "catalog_code", "item_category", "category_confidence"),
            *("category_method", "unread", "removed_at", "created_at", "updated_at"),
        )


class InvoiceLineWhole(InvoiceLineRow):
    """The same with its metadata."""

    metadata = AnyJson()

    class Meta(InvoiceLineRow.Meta):
        fields = (*InvoiceLineRow.Meta.fields, "metadata")


class LineKept(serializers.Serializer):  # type: ignore[type-arg]
    """What one line of a batch is answered; the others are kept where one is left out."""

    line_number = serializers.IntegerField(allow_null=True)
    id = serializers.UUIDField(allow_null=True)
    created = serializers.BooleanField(help_text="false: it was there before")
    unread = serializers.ListField(child=serializers.CharField(), help_text="Fields that were said but not readable.")
    error = RowError(allow_null=True)


class LinesKept(serializers.Serializer):  # type: ignore[type-arg]
    """What became of a batch of lines, and what the sums of their invoice come to."""

    invoice_id = serializers.UUIDField()
    lines = LineKept(many=True)
    validation = SumsChecked()


class InvoiceKept(InvoiceRow):
    """What became of an invoice that was sent."""

    created = serializers.BooleanField(help_text="false: it was there before")
    unread = serializers.ListField(child=serializers.CharField(), help_text="Fields that were said but not readable.")
    lines = LineKept(many=True)
    validation = SumsChecked()

    class Meta(InvoiceRow.Meta):
        fields = (*InvoiceRow.Meta.fields, "created", "unread", "lines", "validation")


class SupplierRow(serializers.ModelSerializer[InvoiceSupplier]):
    """A garage or supplier; `merged_into` is the one it turned out to be."""

    merged_into = serializers.UUIDField(source="merged_into_id", allow_null=True)

    class Meta:
        model = InvoiceSupplier
        fields = (
            *("id", "name", "tax_id", "business_number", *_DETAILS, "is_preferred", "notes", "merged_into"),
            *("created_at", "updated_at"),
        )


class UpdateSupplier(Asked):
    """The body of `PATCH /invoice-suppliers/{id}`."""

    name = serializers.CharField(max_length=300, required=False)
    tax_id = serializers.RegexField(r"^[0-9]{1,12}$", required=False, allow_null=True)
    business_number, phone, email, category = _text(), _text(), _text(), _text()
    address, city, postal_code, website = _text(500), _text(), _text(20), _text(500)
    is_preferred = serializers.BooleanField(required=False)
    notes = _text(_LONG)


class RateRow(serializers.ModelSerializer[VatRate]):
    """VAT in percent from a day on; without an office it is the country's."""

    org_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = VatRate
        fields = ("id", "org_id", "starts_on", "rate")
