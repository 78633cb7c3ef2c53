"""Examples of the OpenAPI document; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample

LINE = {"line_number": 1, "description": "כנף קדמית ימין", "quantity": 2, "unit_price": 500.0, "line_total": 1000.0}
INVOICE = {
    "invoice_number": "110",
    "supplier_name": "מוסך הדוגמה",
    "supplier_tax_id": "510950048",
    "invoice_date": "2025-09-27",
    "total_before_tax": 1000.0,
    "vat_rate": 18,
    "tax_amount": 180.0,
    "total_amount": 1180.0,
}


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


KEEP_INVOICE = [
    _example("An invoice with its lines", {"plate": "12-345-678", **INVOICE, "lines": [LINE]}),
    _example("Another one of the same supplier", {"plate": "12345678", **INVOICE, "invoice_number": "111"}),
]
UPDATE_INVOICE = [
    _example("It has been looked through", {"status": "PENDING", "notes": "לפי טלפון עם המוסך"}),
    _example("A sum that was misread", {"total_before_tax": 1000.5, "metadata": {"checked": True}}),
]
KEEP_LINES = [
    _example("All lines anew", {"lines": [LINE, {**LINE, "line_number": 2, "item_category": "part"}], "replace": True}),
    _example("Lines by their places", {"lines": [{"description": "פחחות", "line_total": 986}]}),
]
UPDATE_LINE = [
    _example("Which kind it is", {"item_category": "part"}),
    _example("Taken off", {"removed": True}),
]
UPDATE_SUPPLIER = [_example("How to reach them", {"phone": "050-0003580", "is_preferred": True})]
