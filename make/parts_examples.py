"""Examples of the OpenAPI document for parts; a test sends each of them to a case that is there."""

from drf_spectacular.utils import OpenApiExample

from make.examples import CASE_ID, PLATE
from parts.examples import OCR_ANSWER, PART, WEB_ANSWER


def _example(name: str, value: object) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


KEEP_RESULTS = [
    _example(
        "Rows with keys of their own",
        {
            "case_id": CASE_ID,
            "data_source": "web",
            "results": [
                {
                    "row_uuid": "8d0f4c7e-1b52-4f39-9c86-2f7a5e3d9b10",
                    "part_name": "תושבת מגן",
                    "oem": "89082-DM63",
                    "price": "2,120",
                    "supplier_name": "חלפי דמו",
                }
            ],
        },
    ),
    _example("The web search's answer", {"plate": PLATE, "answer": WEB_ANSWER}),
    _example("The picture search's answer as it comes", OCR_ANSWER),
]
KEEP_REQUIRED = [
    _example(
        "Part rows of the screens",
        {"plate": PLATE, "rows": [{**PART, "row_uuid": "8d0f4c7e-1b52-4f39-9c86-2f7a5e3d9b11"}]},
    ),
]
