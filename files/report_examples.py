"""Examples of the OpenAPI document; a test sends each of them."""

from drf_spectacular.utils import OpenApiExample

_CASE_ID = "6f1c2b9e-3a54-4d0e-9b57-2f8d1c7a4e60"
_HTML = '<html dir="rtl"><body><h1>חוות דעת</h1><p>סה"כ <bdi dir="ltr">19,440.50</bdi></p></body></html>'


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


RENDER = [
    _example("A draft of the estimate", {"case_id": _CASE_ID, "report_type": "estimate"}),
    _example(
        "A final opinion from a page of one's own",
        {"case_id": _CASE_ID, "report_type": "opinion_private", "nature": "final", "html": _HTML},
    ),
]
GET = [
    _example("The newest final estimate, else the draft", {"plate": "12-345-678", "report_type": "estimate"}),
    _example("A draft by case", {"case_id": _CASE_ID, "report_type": "expertise", "nature": "draft"}),
]
