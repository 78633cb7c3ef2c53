"""Examples of the OpenAPI document; a test sends each of them to a case whose current version is 2."""

from drf_spectacular.utils import OpenApiExample

HELPER = {"meta": {"plate": "12-345-67"}, "valuation": {"final_price": "₪ 118,000"}}

SAVE_HELPER = [
    OpenApiExample(
        "Save over the version that was read",
        request_only=True,
        value={"version": 2, "helper": HELPER, "label": "לפני הגשה", "trigger": "before_expertise"},
    ),
    OpenApiExample(
        "Keep also what somebody else saved meanwhile",
        request_only=True,
        value={"version": 2, "helper": {"a": 1, **HELPER}, "on_conflict": "merge"},
    ),
]
PATCH_HELPER = [
    OpenApiExample(
        "Two places changed, one removed",
        request_only=True,
        media_type="application/merge-patch+json",
        value={"valuation": {"final_price": "₪ 118,000", "draft": None}, "meta": {"damage_date": "2026-11-20"}},
    ),
    OpenApiExample(
        "A row at the end of a list, if the first one is still the one that was read",
        request_only=True,
        media_type="application/json-patch+json",
        value=[
            {"op": "add", "path": "/centers", "value": [{"Id": 1}]},
            {"op": "test", "path": "/centers/0/Id", "value": 1},
            {"op": "add", "path": "/centers/-", "value": {"Id": 2, "location": "צד ימין"}},
        ],
    ),
]
RESTORE_HELPER = [
    OpenApiExample(
        "Bring version 1 back",
        request_only=True,
        value={"version": 1, "expected_version": 2, "reason": "נמחק מוקד נזק בטעות"},
    ),
    OpenApiExample("Bring back the version before the current one", request_only=True, value={"expected_version": 2}),
    OpenApiExample(
        "Bring back one section",
        request_only=True,
        value={"version": 1, "expected_version": 2, "sections": ["meta"], "reason": "נמחק מוקד נזק בטעות"},
    ),
    OpenApiExample(
        "Bring back what is missing now",
        request_only=True,
        value={"version": 1, "expected_version": 2, "mode": "fill_missing"},
    ),
]
VERSION = [OpenApiExample("By number", value="v1"), OpenApiExample("By number alone", value="2")]
POINTER = [
    OpenApiExample("The price", value="/valuation/final_price"),
    OpenApiExample("A row, by where it stands", value="/centers/0/status"),
]
TEXT = [OpenApiExample("A part's number", value="18A-55"), OpenApiExample("A word", value="פגוש")]
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
