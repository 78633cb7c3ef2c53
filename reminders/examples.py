"""Examples of the OpenAPI document; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample

_CASE_ID = "6f1c2b9e-3a54-4d0e-9b57-2f8d1c7a4e60"


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


CREATE = [
    _example(
        "Ask for documents",
        {
            "case_id": _CASE_ID,
            "title": "לבקש צילומי רישיון",
            "category": "תזכורת מסמכים",
            "priority": "גבוה",
            "due_date": "2027-01-12",
            "due_time": "10:30",
        },
    ),
    _example(
        "Each Sunday",
        {"title": "לעבור על תשלומים", "due_date": "2027-01-10", "rrule": "FREQ=WEEKLY;BYDAY=SU", "channel": "whatsapp"},
    ),
]
UPDATE = [_example("Another day", {"due_date": "2027-01-14", "priority": "דחוף"})]
COMPLETE = [_example("It is done", {})]
SNOOZE = [_example("In an hour", {"minutes": 60})]
