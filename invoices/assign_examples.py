"""Examples of the OpenAPI document; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


ASSIGN = [
    _example(
        "Two lines into one damage center",
        {
            "mappings": [
                {"line_number": 1, "damage_center_id": "dc_1700000000000_1", "field_type": "part", "field_index": 0},
                {"line_number": 2, "damage_center_id": "מוקד 1", "field_type": "work", "amount": 40.5},
            ]
        },
    ),
    _example("What is nearly sure", {"mappings": [], "suggested": True}),
]
ACCEPT = [_example("Over the version that was read", {"expected_version": 2})]
UNDO = [_example("With a reason", {"expected_version": 3, "reason": "The garage sent another invoice"})]
