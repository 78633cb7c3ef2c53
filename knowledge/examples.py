"""Examples of the OpenAPI document; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


DOC = {
    "title": "נוהל צילום",
    "body": "מצלמים את הפגוש ואת השמשה לפני פירוק.",
    "source": "נהלים/צילום.md",
    "tags": ["נהלים", "צילום"],
}
ADD_DOC = [_example("A note with its source", DOC)]
UPDATE_DOC = [_example("Other tags", {"tags": ["נהלים"]})]
