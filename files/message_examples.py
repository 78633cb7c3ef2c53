"""Examples of the OpenAPI document; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample

_CASE_ID = "6f1c2b9e-3a54-4d0e-9b57-2f8d1c7a4e60"
_ASKING = {"case_id": _CASE_ID, "channel": "SMS", "to": "050-1234567", "template": "documents"}
_OWN = {
    "case_id": _CASE_ID,
    "channel": "MAIL",
    "to": "ronit@example.com",
    "to_name": "רונית לדוגמה",
    "subject": "רכב {plate}",
    "text": "שלום {owner}, הבדיקה תתקיים מחר.",
}


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


PREVIEW = [_example("A request for documents", _ASKING), _example("A text of one's own", _OWN)]
SEND = [_example("A request for documents", _ASKING), _example("A text of one's own", _OWN)]
