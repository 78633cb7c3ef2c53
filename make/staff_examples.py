"""Examples of the OpenAPI document for staff; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


_HOOK = "https://hook.eu2.make.com/a1b2c3d4e5f6g7h8i9j0"
ADD_ENDPOINT = [
    _example("All news, as ids and versions", {"name": "כל האירועים", "url": _HOOK}),
    _example(
        "Make's own copy of each helper",
        {"name": "HELPER_EXPORT", "url": _HOOK, "event_types": ["helper.export"], "body": "legacy"},
    ),
]
CHANGE_ENDPOINT = [
    _example("Hear less", {"event_types": ["case.upserted", "case_helper.saved"]}),
    _example("Pause", {"is_paused": True}),
]
REPLAY_MANY = [
    _example("All that was given up since a time", {"failed_since": "2026-11-01T00:00:00Z"}),
    _example("These", {"delivery_ids": ["6f1c2b9e-3a54-4d0e-9b57-2f8d1c7a4e60"]}),
]
