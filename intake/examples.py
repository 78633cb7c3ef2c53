"""Examples of the OpenAPI document; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample

CASE_ID = "6f1c2b9e-3a54-4d0e-9b57-2f8d1c7a4e60"
_PLATE = "12-345-678"
LEVI = {
    "תאריך": "27/09/2025",
    "מספר רישוי": "123-45-678",
    "קוד דגם": "970812",
    "מחיר בסיס": "₪ 151,000",
    "בעלות %": "-17%",
    'ערך ש"ח בעלות': "₪ -28,660",
    "מחיר סופי לרכב": "₪ 141,588",
}
VEHICLE = "מס' רכב: 12345678\nשם היצרן: סקודה\nדגם: OCTAVIA\nשנת ייצור: 11/2022\nנפח מנוע: 1498"
INVOICE = {
    "מס. חשבונית": "110",
    "שם מוסך": "מוסך הדוגמה",
    "חלקים": [{"שם חלק": "פגוש קדמי", "כמות": "1", "עלות": "644.00"}],
    "עלות כוללת": "19,440.50",
}


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


KEEP_LEVI = [
    _example("Levi's answer in Make's list", {"plate": _PLATE, "answer": [{"value": LEVI}], "report_id": "lv-1"}),
]
KEEP_VEHICLE = [_example("A vehicle as text", {"plate": _PLATE, "answer": VEHICLE, "source": "car_details"})]
KEEP_DOCUMENT = [
    _example(
        "An invoice",
        {"plate": _PLATE, "answer": INVOICE, "kind": "invoice", "file_ref": "invoice-110.pdf", "confidence": 0.93},
    ),
]
ASSIGN = [_example("The case it belongs to", {"case_id": CASE_ID})]
