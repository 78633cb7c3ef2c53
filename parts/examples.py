"""Examples of the OpenAPI document; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample

ROW_UUID = "3e9b1f6a-5c1d-4b7e-8a27-60c5d2f4b811"

WEB_ANSWER = {
    "results": [
        {
            "ספק": "חלפי דמו",
            "מיקום": "ישראל",
            "סוג מקור": "מקורי",
            "תיאור חלק": "תושבת מגן",
            "זמינות": "במלאי",
            "מחיר": "₪2,120",
            "קוד OEM": "89082-DM63",
            "קוד קטלוגי": "CAT-136554",
        }
    ],
    "סיכום": {"סהכ תוצאות": 1, "המלצה": "מומלץ הספק הזול ביותר שבמלאי."},
}
OCR_ANSWER = [
    {
        "body": {"results": [{"pcode": "66832-0D616", "cat_num_desc": "דלת קדמית", "price": 2973, "oem": "80440-0D"}]},
        "plate": "12-345-678",
        "search_date": "2026-11-22T10:46:00Z",
    }
]
PART = {
    "row_uuid": ROW_UUID,
    "damage_center_code": "מוקד 1",
    "part_name": "פנס קדמי ימין",
    "pcode": "CAT-136554",
    "price_per_unit": 485.5,
    "reduction_percentage": 10,
    "quantity": 1,
    "status": "הוזמן",
}


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


OPEN_SESSION = [
    _example(
        "A search for a plate",
        {"plate": "12-345-678", "data_source": "web", "make": "סקודה", "search_context": {"keyword": "תושבת מגן"}},
    ),
    _example("A general search", {"data_source": "catalog", "search_context": {"keyword": "פנס"}}),
]
KEEP_FOUND = [
    _example("An answer of the web search", {"plate": "12-345-678", "answer": WEB_ANSWER}),
    _example("An answer of the picture search", {"answer": OCR_ANSWER}),
    _example(
        "Plain rows of a search",
        {
            "plate": "12345678",
            "session": {"data_source": "catalog", "search_context": {"keyword": "פנס"}},
            "results": [{"row_uuid": ROW_UUID, "part_name": "פנס", "price": "485", "supplier_name": "חלפי דמו"}],
        },
    ),
]
CHOOSE = [_example("For a damage center", {"damage_center_id": "dc_1700000000000_1", "quantity": 2})]
KEEP_REQUIRED = [
    _example("Rows of one case", {"plate": "12-345-678", "rows": [PART]}),
    _example("One row", {"plate": "12-345-678", **PART, "row_uuid": "3e9b1f6a-5c1d-4b7e-8a27-60c5d2f4b812"}),
]
UPDATE_REQUIRED = [_example("It has come", {"status": "RECEIVED", "quantity": 2})]
