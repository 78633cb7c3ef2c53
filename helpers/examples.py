"""Examples of the OpenAPI document; a test sends each of them to a case whose current version is 2."""

from drf_spectacular.utils import OpenApiExample

HELPER = {"meta": {"plate": "12-345-67"}, "valuation": {"final_price": "₪ 118,000"}}

SAVE_HELPER = [
    OpenApiExample(
        "Save over the version that was read",
        request_only=True,
        value={"version": 2, "helper": HELPER, "label": "לפני הגשה", "trigger": "before_expertise"},
    ),
]
RESTORE_HELPER = [
    OpenApiExample(
        "Bring version 1 back",
        request_only=True,
        value={"version": 1, "expected_version": 2, "reason": "נמחק מוקד נזק בטעות"},
    ),
    OpenApiExample("Bring back the version before the current one", request_only=True, value={"expected_version": 2}),
]
IMPORT_HELPER = [
    OpenApiExample("A bare helper", request_only=True, media_type="application/json", value=HELPER),
    OpenApiExample(
        "Make's export",
        request_only=True,
        media_type="application/json",
        value=[{"plate_helper_timestamp": "1234567_helper_v4", "helper_data": HELPER, "reason": "auto_logout"}],
    ),
]
EXPORT_HELPER = [
    OpenApiExample("The page is closing", request_only=True, value={"reason": "auto_logout"}),
    OpenApiExample("No reason given", request_only=True, value={}),
]
SEND_BEACON = [
    OpenApiExample(
        "navigator.sendBeacon(url, JSON.stringify(...))",
        request_only=True,
        value={"ticket": "WyJj...:1vQ...", "reason": "pagehide"},
    ),
]
