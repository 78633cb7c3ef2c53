"""Requests about pictures, as they may be sent."""

from drf_spectacular.utils import OpenApiExample

UPDATE_PICTURE = [
    OpenApiExample(
        "A damage center and a category",
        request_only=True,
        value={"category": "damage", "damage_center_id": "dc_1700000000000_1", "notes": "פגוש קדמי, צד ימין"},
    ),
]
REORDER_PICTURES = [
    OpenApiExample(
        "This one first",
        request_only=True,
        value={
            "case_id": "6f1c2b9e-3a54-4d0e-9b57-2f8d1c7a4e60",
            "image_ids": ["1b7c8d9e-0f1a-4b2c-8d3e-4f5a6b7c8d9e"],
        },
    ),
]
