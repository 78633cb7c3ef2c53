"""Examples of the OpenAPI document; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample

OPEN_CASE = [
    OpenApiExample(
        "Open a case with its first helper",
        request_only=True,
        value={
            "plate": "12-345-67",
            "owner_name": "רונית לדוגמה",
            "inspection_location": "מוסך",
            "helper": {"meta": {"plate": "12-345-67"}, "vehicle": {"manufacturer": "יונדאי", "model": "I20"}},
        },
    ),
    OpenApiExample("Open a case by its plate alone", request_only=True, value={"plate": "7654321"}),
]
UPDATE_CASE = [
    OpenApiExample("Move a case on", request_only=True, value={"status": "IN_PROGRESS", "owner_name": "רונית לדוגמה"}),
]
