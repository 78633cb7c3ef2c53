"""Examples of the OpenAPI document for the way in; a test sends each of them to a case whose current version is 2."""

from drf_spectacular.utils import OpenApiExample

_LEVI = {
    "מספר רישוי": "123-45-678",
    "קוד דגם": "970812",
    "שם דגם מלא": "סקודה OCTAVIA AMBITION (1498) אוטו'",
    "מחיר בסיס": "₪ 151,000",
    'ערך ש"ח בעלות': "₪ -28,660",
    "מחיר סופי לרכב": "₪ 141,588",
}


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, media_type="application/json", value=value)


INGEST_EXTERNAL = [
    _example("Levi's answer", {"source": "levi", "plate": "12-345-678", "payload": _LEVI}),
    _example("Levi's answer in Make's list", {"source": "levi", "plate": "12345678", "payload": [{"value": _LEVI}]}),
    _example(
        "Car details as text",
        {"source": "car_details", "plate": "12345678", "payload": [{"Body": "מס' רכב: 12345678\nשם היצרן: סקודה"}]},
    ),
]
UPDATE_HELPER = [
    _example(
        "The office's estimate, null removes",
        {
            "plate": "12-345-678",
            "source": "estimate",
            "patch": {"estimate": {"type": "אובדן_להלכה", "notes": None}},
        },
    ),
]
SYNC_HELPER = [
    _example(
        "The shadow mirror",
        {
            "case_id": "12345678",
            "helper_json": {"meta": {"plate": "123-45-678"}, "valuation": {"final_price": "₪ 141,588"}},
            "source": "MAKE",
        },
    ),
]
