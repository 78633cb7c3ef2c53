"""Examples of the OpenAPI document for invoices; a test sends each of them to a case that is there."""

from drf_spectacular.utils import OpenApiExample

from make.examples import CASE_ID, PLATE

_READING = {
    "מספר רכב": PLATE,
    "תאריך": "27/09/25",
    "מס. חשבונית": "4711",
    "שם מוסך": "מוסך הדוגמה בע''מ",
    "ח.פ.": "510950048",
    "עלות כוללת ללא מע״מ": "1,586.00",
    "מע''מ": "18",
    "ערך מע''מ": "285.48",
    "עלות כוללת": "1,871.48",
    "חלקים": [{"מק''ט חלק": "1-004", "שם חלק": "כנף קדמית", "כמות": "1", "מחיר יחידה": "600.00", "עלות": "600.00"}],
    "עבודות": [{"סוג העבודה": "10", "תיאור עבודות": "פחחות", "עלות עבודות": "986.00"}],
    "תיקונים": [],
}


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


KEEP_INVOICE = [
    _example(
        "An invoice with its lines",
        {
            "case_id": CASE_ID,
            "invoice_number": "4710",
            "supplier_name": "מוסך הדוגמה בע''מ",
            "supplier_tax_id": "510950048",
            "invoice_date": "27/09/2025",
            "total_before_tax": "₪ 1,000.00",
            "vat_rate": "18%",
            "tax_amount": 180,
            "total_amount": "1,180.00",
            "lines": [{"description": "כנף קדמית", "quantity": 2, "unit_price": 500, "line_total": "1,000"}],
        },
    ),
    _example("What was read from the paper", _READING),
    _example("The same as text", {"plate": PLATE, "answer": '{"מס. חשבונית": "4712", "עלות כוללת": "118.00"}'}),
]
KEEP_LINES = [
    _example(
        "Lines of an invoice by its number",
        {
            "invoice_number": "4713",
            "supplier_tax_id": "510950048",
            "lines": [
                {"line_number": 1, "description": "כנף קדמית", "quantity": "2", "unit_price": "₪ 500", "total": 1000},
                {"line_number": 2, "description": "צבע", "item_category": "work", "line_total": "462.50"},
            ],
        },
    ),
]
